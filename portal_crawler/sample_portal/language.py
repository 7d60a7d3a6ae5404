"""A small language for Vietnamese sentence frames: `{a|b}` chooses, `{#10..90}` counts, `{phuong}` names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

_INNERMOST = re.compile(r"\{([^{}]*)\}")


class Teller:
    """Fills the slots of sentence frames for one article.

    A frame may hold, also inside one another:
    `{one|two}` one of the alternatives; `{#12..85}` a whole number, `{#05..40}` padded to two digits;
    `{%12..98}` a percentage; `{name}` a value of the article, `{^name}` the same with a capital letter.
    """

    def __init__(self, rng: random.Random, values: Mapping[str, str]) -> None:
        self._rng = rng
        self._values = values
        self._settled: dict[str, str] = {}

    def tell(self, frame: str, *, settle: bool = False) -> str:
        """The sentence of a frame.

        With `settle` a number is remembered under its range, so that title and lead (and any later sentence
        with that very range) agree: a title of 120 scholarships is not followed by a lead of 87.

        Raises:
            KeyError: the frame names a value the article does not have.
        """
        text = frame
        while "{" in text:
            text = _INNERMOST.sub(lambda match: self._fill(match[1], settle=settle), text)
        return text

    def _fill(self, slot: str, *, settle: bool) -> str:
        if "|" in slot:
            return self._rng.choice(slot.split("|"))
        capital = slot.startswith("^")
        name = slot.removeprefix("^")
        if name[:1] in "#%":
            return self._number(name, settle=settle)
        value = self._values[name]
        return value[:1].upper() + value[1:] if capital else value

    def _number(self, slot: str, *, settle: bool) -> str:
        if slot in self._settled:
            return self._settled[slot]
        low, _, high = slot[1:].partition("..")
        number = self._rng.randint(int(low), int(high or low))
        text = f"{number:0{len(low)}d}" if low.startswith("0") else grouped(number)
        if slot[0] == "%":
            text = f"{number}%" if self._rng.random() < 0.4 else f"{number},{self._rng.randint(1, 99):02d}%"
        if settle:
            self._settled[slot] = text
        return text


def grouped(number: int) -> str:
    """A whole number as Vietnamese print it: "12.400"."""
    return f"{number:,}".replace(",", ".")

"""What the editor wants of one article, and the sentences still at hand for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal_crawler.sample_portal.cast import texts

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from portal_crawler.sample_portal.language import Teller
    from portal_crawler.sample_portal.sections import Section

#: A link inside a text: what it says and where it leads.
Link = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """One article to be written. No sentence frame is used twice in it."""

    rng: random.Random
    teller: Teller
    topic: dict[str, Any]
    values: dict[str, str]
    section: Section
    kind: str
    title: str
    author: str | None
    number: int
    when: datetime
    links: tuple[Link, ...]
    _decks: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def draw(self, bank: str, count: int = 1, *, in_order: bool = False) -> list[str]:
        """Up to `count` sentences of a bank of the topic or, where it has none of that name, of the common ones.

        With `in_order` they keep the order of the bank: a speaker is introduced before being quoted.
        """
        if bank not in self._decks:
            frames = list(enumerate(self.topic.get(bank) or texts("common")[bank]))
            self.rng.shuffle(frames)
            self._decks[bank] = frames
        deck = self._decks[bank]
        drawn, self._decks[bank] = deck[:count], deck[count:]
        return [self.teller.tell(frame) for _, frame in (sorted(drawn) if in_order else drawn)]

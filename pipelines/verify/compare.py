"""Compares a text that was got with the text that was expected, by the words a reader sees."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TokenScore:
    """The share of expected words that arrived (`recall`) and of words that belong there (`precision`), 0 to 1."""

    recall: float
    precision: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, NFC and in lower case; punctuation is left out."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def token_score(expected: str, got: str) -> TokenScore:
    """How far two texts have the same words, each as often; two empty texts are equal."""
    wanted, found = Counter(tokens(expected)), Counter(tokens(got))
    shared = (wanted & found).total()
    return TokenScore(
        recall=shared / wanted.total() if wanted else 1.0,
        precision=shared / found.total() if found else 1.0,
    )

"""What changed from one version to the next, word by word, as HTML that reads like a proof-read text."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD_OR_SPACE = re.compile(r"\s+|[^\s]+")
#: Equal stretches longer than this are cut to their ends.
_KEPT = 160


def marked_difference(before: str, after: str) -> Markup:
    """Both texts as one: what went in <del>, what came in <ins>, long equal stretches cut. Everything is escaped."""
    parts = []
    for kind, text in _pieces(before, after):
        if kind == "equal":
            parts.append(Markup("{}").format(_cut(text)))
        else:
            parts.append(Markup("<{0}>{1}</{0}>").format(kind, text))
    return Markup("").join(parts)


def _cut(text: str) -> str:
    if len(text) <= 2 * _KEPT:
        return text
    return f"{text[:_KEPT].rpartition(' ')[0]} […] {text[-_KEPT:].partition(' ')[2]}"


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = _WORD_OR_SPACE.findall(before), _WORD_OR_SPACE.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            yield "equal", come
            continue
        if gone:
            yield "del", gone
        if come:
            yield "ins", come

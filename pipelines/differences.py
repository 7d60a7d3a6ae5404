"""Compares two texts word by word, so that a person sees what an editor did."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A syllable with its marks, a number with its separators, a line's end, or one other sign. Vietnamese writes every
#: syllable as a word of its own, so syllables are what is compared; spaces follow from them.
_TOKEN = re.compile(r"\d+(?:[.,/:-]\d+)*|\w+(?:[-'’]\w+)*|\n|[^\w\s]")
_SPACED = re.compile(rf"(?:{_TOKEN.pattern})[^\S\n]*")
Kind = Literal["same", "gone", "new"]
#: Whether both texts have it, the words of the one before, the words of the one after.
_Block = tuple[bool, list[str], list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text that both have, or only the one before, or only the one after."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed in one field: `parts` of a text, or for lists the `gone` and `new` ones."""

    field: str
    parts: tuple[Part, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def compare_texts(before: str, after: str) -> tuple[Part, ...]:
    """Both texts as one sequence of parts: all but the new ones are `before` (spaces aside), all but the gone ones `after`.

    Lines are matched before words, so that a paragraph that moved or came in does not tear up its neighbours.
    """
    old_lines, new_lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[Part] = []
    for kind, old_from, old_to, new_from, new_to in _matched(old_lines, new_lines):
        old, new = "".join(old_lines[old_from:old_to]), "".join(new_lines[new_from:new_to])
        if kind == "equal":
            parts.append(Part("same", new))
        else:
            parts += _compare_words(old, new)
    return _joined(parts)


def _compare_words(before: str, after: str) -> list[Part]:
    old, new = _words(before), _words(after)
    blocks = [
        (kind == "equal", old[old_from:old_to], new[new_from:new_to])
        for kind, old_from, old_to, new_from, new_to in _matched(
            [one.rstrip(" ") for one in old], [one.rstrip(" ") for one in new]
        )
    ]
    parts = []
    for equal, gone, come in _without_crumbs(blocks):
        if equal:
            parts.append(Part("same", "".join(come)))
        else:
            parts += [Part("gone", "".join(gone)), Part("new", "".join(come))]
    return parts


def _matched(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _without_crumbs(blocks: list[_Block]) -> list[_Block]:
    """Equal words between two larger changes join them: a sentence written anew is not to be read in crumbs."""
    kept: list[_Block] = []
    for at, block in enumerate(blocks):
        equal, gone, come = block
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        crumb = equal and kept and after and len(come) < min(_size(kept[-1]), _size(after)) and "\n" not in come
        if kept and not kept[-1][0] and (crumb or not equal):
            kept[-1] = (False, kept[-1][1] + gone, kept[-1][2] + come)
        else:
            kept.append(block)
    return kept


def _size(block: _Block) -> int:
    return 0 if block[0] else max(len(block[1]), len(block[2]))


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbours of one kind as one part, empty ones left out."""
    joined: list[Part] = []
    for part in parts:
        if part.text and joined and joined[-1].kind == part.kind:
            joined[-1] = Part(part.kind, joined[-1].text + part.text)
        elif part.text:
            joined.append(part)
    return tuple(joined)


def compare_fields(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """What changed between two versions of an article; lists (images, attachments) by their items."""
    return tuple(_change(name, before[name], after[name]) for name in after if before[name] != after[name])


def _change(name: str, before: Any, after: Any) -> Change:
    if isinstance(after, list):
        old, new = [*map(_item, before)], [*map(_item, after)]
        return Change(
            field=name,
            gone=tuple(one for one in old if one not in new),
            new=tuple(one for one in new if one not in old),
        )
    return Change(field=name, parts=compare_texts(before or "", after or ""))


def _item(item: dict[str, str]) -> str:
    """A picture or file in one line: its address, and what is said of it."""
    told = [f"{key}: {value}" for key, value in item.items() if value and key != "url"]
    return item["url"] + (f" ({', '.join(told)})" if told else "")


def _words(text: str) -> list[str]:
    """The words with the space behind each; joined they are the text."""
    found = [match[0] for match in _SPACED.finditer(text)]
    lead = text[: len(text) - len("".join(found))]
    return [lead, *found] if lead else found

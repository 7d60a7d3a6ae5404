"""The record of what of an article's source arrived, kept with every version, so that an official can sign for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Kinds of things that are counted; each is a field of Coverage.
KINDS = ("words", "images", "cells", "links")
#: The reason of what is missing although nothing explains it.
LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One kind, counted in the source: all, those set aside for a reason that is on record, and those that arrived.

    What is neither set aside nor arrived is lost.
    """

    source: int = 0
    aside: int = 0
    arrived: int = 0

    @property
    def lost(self) -> int:
        """How many nothing explains."""
        return self.source - self.aside - self.arrived

    @property
    def share(self) -> float:
        """The share that arrived of what was to arrive, 0 to 1; 1 where nothing was."""
        wanted = self.source - self.aside
        return self.arrived / wanted if wanted > 0 else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something of the source that is not in the article: its kind, a snippet or address, and why.

    Reasons: "lost" (nothing explains it); "title", "header", "chrome", "links", "after_end", "repeated" (told apart by
    the page's own lines); "learned" (text that repeats on the portal's pages); "profile" (a selector of the profile);
    "hidden", "furniture", "control", "fallback" (not shown to readers); "icon", "tracker" (pictures that are none); "layout" (cells of a table that only places things, whose text arrived); "unsafe" and "frame" (addresses and
    frames that a CMS must not take over).
    """

    kind: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of an article that stands in a container of the page's template, not of the editor: chrome, perhaps.

    `place` names the container, `key` is a hash of all it holds, `heading` its first line where links alone follow
    (else empty), `before` a hash of the line above it, `text` a snippet for people. `removed` is True where it was
    recognised as learned chrome and taken out.
    """

    place: str
    key: str
    heading: str
    before: str
    text: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What arrived of one version. `missing` is bounded; the counts are always whole.

    `region` names the element of the template that holds the text, without numbers, so that pages of one template agree.
    `chrome_version` is the version of the portal's learned chrome that the page was read with, 0 for none.
    """

    words: Tally
    images: Tally
    cells: Tally
    links: Tally
    missing: tuple[Missing, ...] = ()
    boxes: tuple[Box, ...] = ()
    region: str = ""
    chrome_version: int = 0

    @property
    def share(self) -> float:
        """The lowest share of any kind: an article is only as whole as its worst part."""
        return min(one.share for one in (self.words, self.images, self.cells, self.links))

    def __str__(self) -> str:
        counts = [(kind, getattr(self, kind)) for kind in KINDS]
        return ", ".join(f"{kind} {one.arrived}/{one.source - one.aside}" for kind, one in counts if one.source)


def coverage_from_json(data: dict[str, Any]) -> Coverage:
    """The inverse of `dataclasses.asdict`."""
    return Coverage(
        **{kind: Tally(**data[kind]) for kind in KINDS},
        missing=tuple(Missing(**one) for one in data["missing"]),
        boxes=tuple(Box(**one) for one in data["boxes"]),
        region=data["region"],
        chrome_version=data["chrome_version"],
    )

"""Pagers whose page number stands in the address: in a parameter (`?page=2`) or in the path (`/trang/2`)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from portal_crawler.extract.reading import Step
from portal_crawler.platforms.sharepoint.addresses import ITEM_PARAMETERS, host_of, is_noise, join_url
from portal_crawler.platforms.sharepoint.pagers.controls import current_number
from portal_crawler.platforms.sharepoint.pagers.pager import Pager

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal_crawler.extract.document import Document
    from portal_crawler.extract.reading import PagerKind
    from portal_crawler.platforms.sharepoint.pagers.controls import Control

_PAGE_NAMES = re.compile(
    r"^(?:\w*_)?(?:p|pg|pn|page|paged|trang|so_?trang|trang_?so|cur(?:rent)?_?page|cp|page_?(?:index|no|num|number|id)|pageindex\w*|"
    r"start|offset|skip|first_?row|start_?row)$"
)
_PAGE_IN_PATH = re.compile(r"(?i)(?:^|[/_.-])(?:trang|pages?|p)[/_.-]?$")
#: Numbers that choose an item, a day or a section, never a page of the same list.
_NOT_PAGES = re.compile(
    r"^(?:" + "|".join(ITEM_PARAMETERS) + r"|(?:\w*_)?(?:cat|cate|category|chuyen_?muc|cm|menu)(?:_?id)?|"
    r"y|year|nam|month|thang|day|ngay|date|lang|lcid)$"
)
_RUNS = re.compile(r"\d+")
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Slot:
    """One number of an address: the address without it (`frame`), where it stands, its value."""

    kind: PagerKind
    frame: tuple[str, ...]
    name: str
    value: int
    url: str
    span: tuple[int, int]

    def with_value(self, value: int) -> str:
        """The address with another number in this place."""
        return f"{self.url[: self.span[0]]}{value}{self.url[self.span[1] :]}"


def slots_of(url: str) -> Iterator[Slot]:
    """Every number of an address that could be a page number."""
    parts = urlsplit(url)
    path_at = len(urlunsplit((parts.scheme, parts.netloc, "", "", "")))
    path = _plain(parts.path)
    at = path_at + len(parts.path) + 1
    pairs = []
    for pair in parts.query.split("&") if parts.query else ():
        name, _, value = pair.partition("=")
        pairs.append((unquote(name).lower(), value, at + len(name) + 1))
        at += len(pair) + 1
    for name, value, start in pairs:
        if value.isascii() and value.isdigit() and len(value) < _MOST_DIGITS and not _NOT_PAGES.match(name):
            others = sorted(
                f"{other}={unquote(kept)}" for other, kept, _ in pairs if other != name and kept and not is_noise(other)
            )
            yield Slot("get", (path, *others), name, int(value), url, (start, start + len(value)))
    query = tuple(sorted(f"{name}={unquote(value)}" for name, value, _ in pairs if value and not is_noise(name)))
    for match in _RUNS.finditer(parts.path):
        if len(match[0]) < _MOST_DIGITS:
            before, after = parts.path[: match.start()], parts.path[match.end() :]
            name = "page" if _PAGE_IN_PATH.search(before) else ""
            start = path_at + match.start()
            frame = (f"{_plain(before)}\0{_plain(after)}", *query)
            yield Slot("path", frame, name, int(match[0]), url, (start, start + len(match[0])))


def _plain(path: str) -> str:
    return unquote(path).lower().rstrip("/")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a pager's labels and the numbers in its addresses belong together: value = label * factor + shift."""

    slots: dict[int, Slot]
    controls: tuple[Control, ...]
    factor: int
    shift: int

    def value(self, label: int) -> int:
        """The number that stands in the address of a page."""
        return label * self.factor + self.shift

    @property
    def sample(self) -> Slot:
        """Any one of the slots: all have the same frame."""
        return next(iter(self.slots.values()))


def find_numbered(document: Document, controls: Sequence[Control], page_number: int = 0) -> Pager | None:
    """The pager whose numbers stand in addresses, "get" or "path"; None where the page has none.

    `page_number` is the number this page was asked as, 0 where that is not known.
    """
    linked = [(one, url) for one in controls if (url := _address(document, one))]
    if not linked:
        return None
    here = [*slots_of(join_url(document.url, document.url))]
    numbering = _numbering(document, [(one, url) for one, url in linked if one.role == "number"])
    onward = [(one, url) for one, url in linked if one.role in {"next", "group", "more"}]
    if numbering is None:
        return _by_words(document, onward, here) or _only_back(linked)
    current = _current(numbering, here, page_number)
    return _by_numbers(document, numbering, current, onward)


def _address(document: Document, control: Control) -> str:
    if control.reference.lstrip()[:1] in {"", "#"} or control.reference.lstrip()[:11].lower() == "javascript:":
        return ""
    url = join_url(document.base, control.reference)
    return url if url and host_of(url) == host_of(document.url) else ""


def _numbering(document: Document, numbers: list[tuple[Control, str]]) -> Numbering | None:
    """The best family of numbered links: same frame, values that follow the labels."""
    families: dict[tuple[PagerKind, tuple[str, ...], str], list[tuple[Control, Slot]]] = defaultdict(list)
    for control, url in numbers:
        if not _looks_like_year(control.number):
            for slot in slots_of(url):
                families[slot.kind, slot.frame, slot.name].append((control, slot))
    path = _plain(urlsplit(document.url).path)
    best: tuple[tuple[bool, bool, int], Numbering] | None = None
    for (kind, frame, name), members in families.items():
        numbering = _relation(members)
        if numbering is None:
            continue
        known = bool(_PAGE_NAMES.match(name))
        home = frame[0] == path if kind == "get" else frame[0].startswith(path)
        if len(numbering.slots) == 1 and not (known or home):
            continue
        rank = (known, home, len(numbering.slots))
        if best is None or rank > best[0]:
            best = (rank, numbering)
    return best[1] if best else None


def _looks_like_year(number: int) -> bool:
    return 1900 <= number <= 2100


def _relation(members: list[tuple[Control, Slot]]) -> Numbering | None:
    slots = {control.number: slot for control, slot in members}
    controls = tuple(control for control, _ in members)
    for shift in (0, -1):
        if all(slot.value == label + shift for label, slot in slots.items()):
            return Numbering(slots, controls, 1, shift)
    step = next((slot.value // (label - 1) for label, slot in slots.items() if label > 1), 0)
    if step > 1 and all(slot.value == (label - 1) * step for label, slot in slots.items()):
        return Numbering(slots, controls, step, -step)
    return None


def _current(numbering: Numbering, here: list[Slot], page_number: int) -> int:
    """The label of the page this is: by its own address, else by the pager, else the first."""
    sample = numbering.sample
    for slot in here:
        if (slot.kind, slot.frame, slot.name) == (sample.kind, sample.frame, sample.name):
            return (slot.value - numbering.shift) // numbering.factor
    return current_number(numbering.controls) or page_number or 1


def _by_numbers(document: Document, numbering: Numbering, current: int, onward: list[tuple[Control, str]]) -> Pager:
    sample = numbering.sample
    wanted = current + 1
    if wanted in numbering.slots or any(label > current for label in numbering.slots):
        # The number itself may be hidden behind "…": its address follows from the others.
        url = numbering.slots[wanted].url if wanted in numbering.slots else sample.with_value(numbering.value(wanted))
        return _pager(document, sample.kind, url, wanted)
    for _, url in onward:
        for slot in slots_of(url):
            if (slot.kind, slot.name) == (sample.kind, sample.name) and slot.value > numbering.value(current):
                return _pager(document, sample.kind, url, (slot.value - numbering.shift) // numbering.factor)
    return Pager(sample.kind)


def _by_words(document: Document, onward: list[tuple[Control, str]], here: list[Slot]) -> Pager | None:
    """The pager of a page that has only "Trang sau", "Next" or an arrow."""
    seen: Pager | None = None
    for control, url in sorted(onward, key=lambda pair: (not pair[0].certain, pair[0].role == "more")):
        for slot in slots_of(url):
            same = next(
                (one for one in here if (one.kind, one.name, one.frame) == (slot.kind, slot.name, slot.frame)), None
            )
            if not (_PAGE_NAMES.match(slot.name) or (same and control.role == "next")):
                continue
            # A list may count its pages from 0: without a number in its own address, page 1 may be the second.
            if slot.value > (same.value if same else 0):
                return _pager(document, slot.kind, url, slot.value if slot.value > 1 else 2)
            seen = seen or Pager(slot.kind)
        if control.certain and seen is None:
            kind: PagerKind = "get" if _plain(urlsplit(url).path) == _plain(urlsplit(document.url).path) else "path"
            return _pager(document, kind, url, 0)
    return seen


def _only_back(linked: list[tuple[Control, str]]) -> Pager | None:
    """The last page of a list that has only "Trang trước" left."""
    for control, url in linked:
        if control.role in {"prev", "first"}:
            for slot in slots_of(url):
                if _PAGE_NAMES.match(slot.name):
                    return Pager(slot.kind)
    return None


def _pager(document: Document, kind: PagerKind, url: str, number: int) -> Pager:
    if join_url(url, url) == join_url(document.url, document.url):
        return Pager(kind)
    return Pager(kind, Step(kind=kind, url=url, number=number))

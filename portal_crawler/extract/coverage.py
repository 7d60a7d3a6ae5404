"""Measures what of the source arrived, by holding the stock of the page's markup against that of the finished HTML."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.coverage import LOST, Coverage, Missing, Tally
from portal_crawler.extract.inventory import Line, letters_of, stock_of_html, stock_of_source
from portal_crawler.extract.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lxml.html import HtmlElement

    from portal_crawler.extract.inventory import Stock
    from portal_crawler.extract.serialize import Resolve

_WORD = re.compile(r"\w+")
#: What did not arrive is listed up to so many entries, each of so many characters; the counts are always whole.
MOST_MISSING, SNIPPET = 40, 160


def words_of(text: str) -> list[str]:
    """The words of a text, lower-cased, in order."""
    return _WORD.findall(text.lower())


def share_kept(source: str, result: str) -> tuple[float, int]:
    """(share of the source's words that are in the result, number of words in the result that the source lacks)."""
    wanted, got = Counter(words_of(source)), Counter(words_of(result))
    total = wanted.total()
    kept = (wanted & got).total()
    return (kept / total if total else 1.0), got.total() - kept


def measure(
    sources: Collection[HtmlElement],
    html: str,
    text: str,
    claims: Iterable[tuple[str, str]],
    resolve: Resolve,
    *,
    pictures: Mapping[str, str],
    removed: Collection[HtmlElement] = (),
    dissolved: Collection[HtmlElement] = (),
) -> Coverage:
    """The coverage of a body.

    `sources` are the elements the body was read from, `html` and `text` what came of them. `claims` are (line, reason)
    of what the reader set aside, `pictures` address and reason of pictures that it set aside (reason "" where one
    arrived outside the body, as a field of a form does). `removed` and `dissolved` are elements that the profile took
    out, and tables that only placed things.
    """
    stock, got = stock_of_source(sources, removed), stock_of_html(html)
    ledger = _Ledger()
    lines = _Lines(got, text, claims)
    for line in stock.lines:
        lines.meet(line)
    words = lines.tally(ledger)
    _note_frames(stock, ledger)
    return Coverage(
        words=words,
        images=_images(stock, got, resolve, pictures, ledger),
        cells=_cells(stock, got, lines, dissolved, ledger),
        links=_links(stock, got, lines, resolve, ledger),
        missing=tuple(ledger.entries[:MOST_MISSING]),
    )


class _Ledger:
    """Lists what did not arrive: what is lost before what has a reason."""

    def __init__(self) -> None:
        self._entries: list[Missing] = []

    def add(self, kind: str, text: str, reason: str) -> None:
        """One thing that is not in the article."""
        shown = clean_text(text)
        shown = shown if len(shown) <= SNIPPET else f"{shown[: SNIPPET - 1]}…"
        self._entries.append(Missing(kind=kind, text=shown, reason=reason))

    @property
    def entries(self) -> list[Missing]:
        """Every entry once."""
        return sorted(dict.fromkeys(self._entries), key=lambda one: one.reason != LOST)


class _Lines:
    """Finds each line of the source among those that arrived, then among those that were set aside, then in pieces."""

    def __init__(self, got: Stock, text: str, claims: Iterable[tuple[str, str]]) -> None:
        self.arrived = Counter(line.key for line in got.lines if line.count)
        self.claimed: dict[str, list[str]] = {}
        for claim, reason in claims:
            for line in claim.split("\n"):
                self.claimed.setdefault(letters_of(line)[0], []).append(reason)
        self.letters = "".join(letters_of(line)[0] for line in text.split("\n"))
        self.reasons: dict[int, str] = {}
        self.lost: dict[int, list[str]] = {}
        self._rest: list[Line] = []
        self._all: list[Line] = []

    def meet(self, line: Line) -> None:
        """One line of the source, in order."""
        self._all.append(line)
        if not line.count:
            return
        key = line.key
        if line.aside:
            self.reasons[id(line)] = line.aside
        elif self.arrived.get(key) and key in self.letters:
            self.arrived[key] -= 1
            self.reasons[id(line)] = ""
        elif self.claimed.get(key):
            self.reasons[id(line)] = self.claimed[key].pop(0)
        else:
            self._rest.append(line)

    def reason(self, line: Line) -> str:
        """Why a line is not in the article; empty where it is."""
        return self.reasons.get(id(line), line.aside)

    def tally(self, ledger: _Ledger) -> Tally:
        """Settles the rest and counts the words."""
        if self._rest:
            self._settle_in_pieces()
        aside = arrived = 0
        for line in self._all:
            reason = self.reason(line)
            lost = self.lost.get(id(line), [])
            if reason and reason != LOST:
                aside += line.count
                if line.count:
                    ledger.add("text", line.text, reason)
            else:
                arrived += line.count - len(lost)
                if lost:
                    whole = len(lost) == line.count
                    ledger.add(
                        "cell" if line.cell is not None else "text", line.text if whole else " ".join(lost), LOST
                    )
        return Tally(source=sum(line.count for line in self._all), aside=aside, arrived=arrived)

    def _settle_in_pieces(self) -> None:
        """A line that a reader parted or joined is found by its parts: arrived ones first, then those set aside."""
        pieces = [(key, "") for key, count in self.arrived.items() if key in self.letters for _ in range(count)]
        pieces += [(key, reason) for key, reasons in self.claimed.items() for reason in reasons]
        pieces = sorted((one for one in pieces if one[0]), key=lambda one: -len(one[0]))
        whole = "\n".join(key for key, reason in pieces if not reason)
        for line in self._rest:
            if line.key in whole:
                whole = whole.replace(line.key, "\n", 1)
                self.reasons[id(line)] = ""
                continue
            left, reasons = _without_pieces(line.key, pieces)
            if left.strip("\n"):
                self.lost[id(line)] = [word for word in line.words if word in left] or line.words[-1:]
                self.reasons[id(line)] = LOST
            else:
                self.reasons[id(line)] = reasons[0] if all(reasons) else ""


def _without_pieces(key: str, pieces: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """What of a line no piece explains, and the reasons of the pieces it is made of; those are used up."""
    used = []
    for at, (piece, _) in enumerate(pieces):
        if piece in key:
            key = key.replace(piece, "\n", 1)
            used.append(at)
    reasons = [pieces[at][1] for at in used]
    for at in reversed(used):
        del pieces[at]
    return key, reasons


def _images(stock: Stock, got: Stock, resolve: Resolve, pictures: Mapping[str, str], ledger: _Ledger) -> Tally:
    """Each address once; one that stands in the page twice and is shown once has arrived."""
    shown = {source for source, _ in got.images} | {url for url, reason in pictures.items() if not reason}
    fates: dict[str, str] = {}
    for source, flaw in stock.images:
        url = resolve(source) or source
        if url in shown:
            fates[url] = ""
        elif fates.get(url, LOST) == LOST:
            fetchable = url.startswith(("http", "data:"))
            fates[url] = flaw or pictures.get(url, LOST if fetchable else "unsafe")
    for url, reason in fates.items():
        if reason:
            ledger.add("image", url, reason)
    excused = sum(bool(reason) and reason != LOST for reason in fates.values())
    return Tally(source=len(fates), aside=excused, arrived=sum(not reason for reason in fates.values()))


def _cells(stock: Stock, got: Stock, lines: _Lines, dissolved: Collection[HtmlElement], ledger: _Ledger) -> Tally:
    """Cells of tables of data; a table that only places things is none, nor is one that was set aside whole."""
    if not stock.cells:
        return Tally()
    reasons: dict[object, set[str]] = {}
    for line in stock.lines:
        if line.cell is not None and line.count:
            reasons.setdefault(line.cell, set()).add(lines.reason(line))
    alive = {table for cell, table in stock.cells if reasons.get(cell, set()) & {"", LOST}}
    aside = layout = 0
    for cell, table in stock.cells:
        said = reasons.get(cell, set())
        if table in dissolved:
            layout += 1
        elif table not in alive or (said and not said & {"", LOST}):
            aside += 1
    if layout:
        ledger.add("cell", f"{layout} cells of tables that place things", "layout")
    wanted = len(stock.cells) - layout - aside
    arrived = min(wanted, len(got.cells))
    if arrived < wanted:
        ledger.add("cell", f"{wanted - arrived} of {wanted} cells", LOST)
    return Tally(source=len(stock.cells), aside=layout + aside, arrived=arrived)


def _links(stock: Stock, got: Stock, lines: _Lines, resolve: Resolve, ledger: _Ledger) -> Tally:
    """Each link once a line, embedded videos among them; one around its own picture has arrived with that."""
    left = Counter(href for line in got.lines for href in line.links)
    shown = {source for source, _ in got.images}
    source = aside = arrived = 0
    written = [(href, lines.reason(line)) for line in stock.lines for href in line.links]
    written += [(address, reason) for address, reason in stock.frames if not reason]
    for href, told in written:
        url = resolve(href)
        reason = told if told != LOST else ""
        if not reason and not url:
            reason = "unsafe"
        source += 1
        if left.get(url, 0) and not reason:
            left[url] -= 1
            arrived += 1
        elif url in shown and not reason:
            arrived += 1
        else:
            aside += bool(reason)
            ledger.add("link", url or href, reason or LOST)
    return Tally(source=source, aside=aside, arrived=arrived)


def _note_frames(stock: Stock, ledger: _Ledger) -> None:
    """Frames that show no video are listed, though nothing of them could arrive."""
    for address, reason in stock.frames:
        if reason:
            ledger.add("frame", address, reason)

"""Fifty real releases of a SharePoint press room: what each page itself prints is what is expected of its reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from benchmarks.quality.model import Corpus, Sample
from pipelines.items import Page
from portal_crawler.extract.xpath import elements
from portal_crawler.quality.page_score import minimal_profile

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = "https://www.iata.org/pressroom/pr/Pages/"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_HEADINGS = elements("//*[@id='col-mn']//h1")
#: Header lines, tools and hidden fields of the release's column.
_NOT_TEXT = elements(
    ".//*[self::h1 or self::menu or self::script or @id='printHeader' or @id='date'"
    " or contains(@class,'noindex') or contains(@class,'pr-rel-numb') or contains(@style,'display:none')]"
)


def press_room(folder: Path, name: str, told: str) -> Corpus:
    """The releases of the folder; no author is named on any of them."""
    samples = []
    for path in sorted(folder.glob("[0-9]*.html")):
        url = _PLACE + path.name.replace("-aspx.html", ".aspx")
        root = source(path)
        expected = {"title": title(root), "author": None, "date": printed_day(root), "text": own_text(root)}
        page = Page(url=url, body=path.read_bytes(), origin="folder")
        samples.append(Sample(name=path.name, page=page, profile=minimal_profile(url), expected=expected))
    return Corpus(name=name, told=told, samples=tuple(samples))


def source(path: Path) -> html.HtmlElement:
    """The page as a tree, without what its editors could not see."""
    text = path.read_text(encoding="utf-8").replace("&#58;", ":").replace("\u200b", "")
    return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))


def title(root: html.HtmlElement) -> str:
    """The printed heading, or the page's own name where none is printed."""
    printed = [" ".join(one.text_content().split()) for one in _HEADINGS(root)]
    named = " ".join(root.findtext(".//title").split()).removeprefix("IATA - ")
    return str((printed or [named])[0]).strip()


def printed_day(root: html.HtmlElement) -> str:
    """The day that is printed, YYYY-MM-DD."""
    day, month, year = root.get_element_by_id("date").text_content().split()[-3:]
    return f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d}"


def own_text(root: html.HtmlElement) -> str:
    """The release's own paragraphs: what its column holds besides header lines, tools and hidden fields."""
    kept = html.fromstring(html.tostring(root.get_element_by_id("col-mn"), encoding="unicode"))
    for element in _NOT_TEXT(kept):
        element.drop_tree()
    return " ".join(str(one) for one in kept.itertext())

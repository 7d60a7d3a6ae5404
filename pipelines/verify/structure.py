"""The structure of a body as a list of lines, to compare: its lists, tables with spans, and figures with captions, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lxml.html

from pipelines.verify.content import plain
from pipelines.verify.truth_file import address

if TYPE_CHECKING:
    from collections.abc import Iterator


def structure_of(html: str) -> list[str]:
    """One line each: "ul: a | b", "table: a (2x1) | b / c | d", "figure: address | caption".

    Headings are left out: many editors set them as bold paragraphs, and their words are in the text.
    """
    if not html.strip():
        return []
    return list(_lines(lxml.html.fragment_fromstring(html, create_parent="div")))


def _lines(element: lxml.html.HtmlElement) -> Iterator[str]:
    for child in element:
        if child.tag in ("ul", "ol"):
            yield f"{child.tag}: {' | '.join(plain(item.text_content()) for item in child.findall('li'))}"
        elif child.tag == "table":
            yield "table: " + " / ".join(_row(row) for row in child.iter("tr"))
        elif child.tag == "figure":
            caption = child.find("figcaption")
            source = next((address(str(image.get("src"))) for image in child.iter("img")), "")
            yield f"figure: {source} | {plain(caption.text_content()) if caption is not None else ''}"
        elif isinstance(child.tag, str):
            yield from _lines(child)


def _row(row: lxml.html.HtmlElement) -> str:
    return " | ".join(
        cell_line(plain(cell.text_content()), int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1))
        for cell in row
        if cell.tag in ("td", "th")
    )


def cell_line(text: str, colspan: int, rowspan: int) -> str:
    """A cell and, where it spans any, how many columns and rows."""
    return f"{text} ({colspan}x{rowspan})" if (colspan, rowspan) != (1, 1) else text

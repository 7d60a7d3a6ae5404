"""Reads a sample as the crawl would, and states the reading in the fields of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import html

from pipelines.text import clean_text
from portal_crawler.extract.page import read_page

if TYPE_CHECKING:
    from benchmarks.quality.model import Sample
    from pipelines.items import Article


def read(sample: Sample) -> dict[str, Any]:
    """Every field of the gate; of a page that is no article only `problem`, the reason."""
    reading = read_page(sample.page, sample.profile, "article")
    if reading.article is None:
        return {"problem": reading.problem.reason if reading.problem else "listing_page"}
    return values(reading.article)


def values(article: Article) -> dict[str, Any]:
    """The fields of an article; tables and lists are read off its body_html."""
    root = html.fragment_fromstring(article.body_html, create_parent="div")
    return {
        "problem": "",
        "title": article.title,
        "author": article.author,
        "date": article.published_at,
        "section": article.category,
        "lead": article.summary,
        "views": article.views,
        "text": article.body_text,
        "order": article.body_text,
        "captions": [image.caption for image in article.images if image.caption],
        "credits": [image.credit for image in article.images if image.credit],
        "images": [image.url for image in article.images],
        "attachments": [one.url for one in article.attachments],
        "tables": [_rows(table) for table in root.iter("table")],
        "lists": [
            [clean_text(item.text_content()) for item in one.iterchildren("li")] for one in root.iter("ul", "ol")
        ],
    }


def _rows(table: html.HtmlElement) -> list[list[list[Any]]]:
    """Text and spans of every cell."""
    return [
        [
            [clean_text(cell.text_content()), int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))]
            for cell in row.iterchildren("td", "th")
        ]
        for row in table.iter("tr")
    ]

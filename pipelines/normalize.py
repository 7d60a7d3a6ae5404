"""Cleans every text of an article, so that equal words are equal bytes whatever page, form or archive they came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.items import Article, Attachment, FieldNote, Image
from pipelines.text import clean_lines, clean_markup, clean_text, storable


def normalize(article: Article) -> Article:
    """The article with clean text; doing it twice changes nothing more.

    Titles, names and captions become one line, summary and body lines without empty ones, an empty field None; what was
    found (`raw` in notes) and addresses only lose what a database cannot hold.
    """
    return replace(
        article,
        url=storable(article.url),
        urls=tuple(dict.fromkeys(storable(url) for url in article.urls)),
        title=clean_text(article.title),
        summary=_or_none(clean_lines(article.summary or "")),
        author=_or_none(clean_text(article.author or "")),
        category=_or_none(clean_text(article.category or "")),
        body_text=clean_lines(article.body_text),
        body_html=clean_markup(article.body_html),
        alternate_url=_or_none(storable(article.alternate_url or "").strip()),
        images=tuple(_image(image) for image in article.images),
        attachments=tuple(Attachment(url=storable(one.url), name=clean_text(one.name)) for one in article.attachments),
        notes=tuple(_note(note) for note in article.notes),
        flags=tuple(dict.fromkeys(article.flags)),
    )


def _or_none(text: str) -> str | None:
    return text or None


def _image(image: Image) -> Image:
    return replace(
        image,
        url=storable(image.url),
        alt=clean_text(image.alt),
        caption=clean_text(image.caption),
        credit=clean_text(image.credit),
    )


def _note(note: FieldNote) -> FieldNote:
    rule, raw = storable(note.rule), storable(note.raw)
    others = tuple([(storable(rule), storable(value)) for rule, value in note.others])
    if (rule, raw, others) == (note.rule, note.raw, note.others):
        return note
    return replace(note, rule=rule, raw=raw, others=others)


class NormalizePipeline:
    """Scrapy's door to `normalize`; items other than articles pass through."""

    def process_item(self, item: Any) -> Any:
        """The clean article."""
        return normalize(item) if isinstance(item, Article) else item

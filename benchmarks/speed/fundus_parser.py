"""A parser of fundus for the written pages, by hand, as fundus wants one for each publisher; it knows the place of every field."""

# fundus looks at the annotations as they are: no `from __future__ import annotations`, and Optional
import datetime as dt
import re
from typing import Any, Optional

from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
from fundus.parser.utility import (
    extract_article_body_with_selector,
    generic_author_parsing,
    generic_date_parsing,
    generic_nodes_to_text,
    normalize_whitespace,
)
from lxml.etree import XPath

_FORM = "//td[@class='ms-formbody'][normalize-space(preceding-sibling::td) = '{}']"
_BODIES = (
    "//div[@class='bt-bai']",
    "//div[@id='divBai']",
    "//div[contains(@id, 'ctl04__ControlWrapper')]",
    _FORM.format("Nội dung"),
)
_BLOCKS = "descendant::*[self::p or self::li or self::td or self::blockquote or self::div or self::h2 or self::h3][not(p or div or table or ul)]"
_PARAGRAPHS = " | ".join(f"{body}/{_BLOCKS}" for body in _BODIES)
_SUMMARIES = " | ".join(("//*[@class='bt-dan']", "//div[@class='nx-intro']", _FORM.format("Tóm tắt")))
_TITLES = f"//*[contains(@class, 'bt-ten')] | {_FORM.format('Tiêu đề')}"
_DATES = f"//*[@class='bt-ai'] | //div[@class='nx-date'] | {_FORM.format('Ngày xuất bản')}"
_AUTHORS = f"//*[@class='bt-ai'] | //div[@class='nx-by']/b | {_FORM.format('Tác giả')}"
_DAY = re.compile(r"(\d{1,2})(?:[/.-]| tháng )(\d{1,2})(?:[/.-]|,? (?:năm )?)(\d{4})")
#: As the form writes days: alone, or with a time of twelve hours.
_MONTH_FIRST = re.compile(r"\d{1,2}/\d{1,2}/\d{4}(?:\s+\d{1,2}:\d\d\s*[AP]M)?$")


class Bench(ParserProxy):
    """The newest design of the portal, and the only one."""

    class V1(BaseParser):
        """Title, day, authors and text."""

        _paragraphs: Any = XPath(_PARAGRAPHS)
        _summary: Any = XPath(_SUMMARIES)
        _title: Any = XPath(_TITLES)
        _date: Any = XPath(_DATES)
        _author: Any = XPath(_AUTHORS)

        @attribute
        def body(self) -> Optional[ArticleBody]:
            """Lead and paragraphs."""
            return extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=self._paragraphs, summary_selector=self._summary
            )

        @attribute
        def title(self) -> Optional[str]:
            """The heading, or the form's own field."""
            return self._first(self._title)

        @attribute
        def publishing_date(self) -> Optional[dt.datetime]:
            """The day as printed: day first, but in the form, which writes as an American server does."""
            nodes = self._date(self.precomputed.doc)
            text = normalize_whitespace(nodes[0].text_content()) if nodes else ""
            found = _DAY.search(text)
            if found is None:
                return generic_date_parsing(text) if text else None
            one, two, year = map(int, found.groups())
            is_american = nodes[0].tag == "td" and _MONTH_FIRST.match(text)
            day, month = (two, one) if is_american else (one, two)
            return dt.datetime(year, month, day)  # noqa: DTZ001 - a day of the portal's own calendar

        @attribute
        def authors(self) -> list[str]:
            """What stands behind the bar of the byline, or in a field of its own."""
            text = self._first(self._author) or ""
            return list(generic_author_parsing(text.partition("|")[2] if "|" in text or _DAY.match(text) else text))

        def _first(self, selector: Any) -> Optional[str]:
            texts = generic_nodes_to_text(selector(self.precomputed.doc)[:1])
            return normalize_whitespace(texts[0]) if texts else None

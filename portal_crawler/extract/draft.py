"""What has been found of an article so far, each value with its rule; the two ways of finding it fill the same draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.items import FieldNote

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.items import Attachment, Image
    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.date_choice import DateCandidate


@dataclass(frozen=True, slots=True)
class Value:
    """One value, the rule that found it, and the text it was made of."""

    text: str
    rule: str
    raw: str = ""

    def note(self, name: str) -> FieldNote:
        """The note of the field `name`."""
        return FieldNote(field=name, rule=self.rule, raw=self.raw or self.text)


@dataclass(slots=True)
class Draft:
    """The findings of one page. `lead` (found by `lead_rule`) and `body` are blocks; `around` are elements that hold the whole body.

    `core` is the element of the template that holds the body, where there is one. `sources` are the elements lead and
    body were read from, `removed` those a profile takes out of them. `aside` are the blocks
    of these that are not the article's, with the reason (see pipelines.coverage.Missing). `apart` are captions that are their pictures' and not of the text. `dropped` is chrome found
    inside the body's part of the page; `printed` are lines that may print a date of change.
    """

    layout: str
    rule: str
    title: Value | None = None
    author: Value | None = None
    category: Value | None = None
    views: Value | None = None
    alternate_url: Value | None = None
    lead: list[Block] = field(default_factory=list)
    lead_rule: str = "lead"
    body: list[Block] = field(default_factory=list)
    around: set[HtmlElement] = field(default_factory=set)
    sources: list[HtmlElement] = field(default_factory=list)
    core: HtmlElement | None = None
    removed: frozenset[HtmlElement] = frozenset()
    apart: frozenset[Block] = frozenset()
    aside: list[tuple[Block, str]] = field(default_factory=list)
    dropped: list[Block] = field(default_factory=list)
    dates: list[DateCandidate] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    datelines: int = 0

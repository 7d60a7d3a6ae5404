"""What every layout needs to make the page of one article."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.addresses import related_as
from portal_crawler.sample_portal.markup import Pen
from portal_crawler.sample_portal.printing import day_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal.model import Story
    from portal_crawler.sample_portal.sections import Section
    from portal_crawler.sample_portal.world import Item, World


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One article about to be shown: its story, its place, the views counted so far, the portal's address."""

    world: World
    item: Item
    story: Story
    views: int
    base: str
    bodies: tuple[Callable[[Item, str], str], ...] = ()

    @property
    def section(self) -> Section:
        """The section the article stands in."""
        return self.item.section

    @property
    def pen(self) -> Pen:
        """The hand that writes this article's rich text."""
        return Pen(f"{self.world.seed}:{self.item.index}", self.base)

    def body(self) -> str:
        """The rich text of the body; it begins with the lead where the editor put it there again."""
        blocks = self.story.blocks
        if not blocks:
            return ""
        shown = self.pen.body(blocks)
        if self.story.lead_in_body and self.story.summary:
            shown = f"<p>{html.escape(self.story.summary, quote=False)}</p>{shown}"
        for change in self.bodies:
            shown = change(self.item, shown)
        return shown

    def files(self) -> str:
        """The attached files as list items."""
        return "".join(
            f'<li><a href="{html.escape(file.path)}">{html.escape(file.name)}</a></li>'
            for file in self.story.attachments
        )

    def related(self) -> str:
        """The "other news" as list items with their dates."""
        return "".join(
            f'<li><a href="{html.escape(related_as(one))}">{html.escape(self.world.title(one))}</a> <span>({day_first(one.when)})</span></li>'
            for one in self.world.related(self.item)
        )


def spelled(view: ArticleView, page: str) -> str:
    """The page in the Unicode form its editor used (some paste NFD text from a Mac)."""
    return unicodedata.normalize("NFD", page) if view.story.decomposed else page

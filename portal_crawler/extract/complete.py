"""Completes a draft with what head, address and profile know; the profile's selectors win over what was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal_crawler.extract.blocks import Block, Piece, count_words
from portal_crawler.extract.bylines import is_role, marked_author
from portal_crawler.extract.chrome import views_in
from portal_crawler.extract.date_choice import DAY_ORDER
from portal_crawler.extract.dating import (
    form_candidate,
    head_candidates,
    line_candidates,
    marked_candidate,
    other_candidates,
)
from portal_crawler.extract.draft import Draft, Value
from portal_crawler.extract.general import is_foreign
from portal_crawler.extract.head import Head, ld_names
from portal_crawler.extract.lines import author_in
from portal_crawler.extract.page_date import inferred_candidate
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.titles import same, title_of_head

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.items import Page
    from portal_crawler.extract.layout import Chosen
    from portal_crawler.platforms.sharepoint.forms import Form
    from portal_crawler.profile import Profile

_SITE_PART = re.compile(r"\s[-–|]\s")


def complete(
    draft: Draft, root: HtmlElement, head: Head, page: Page, profile: Profile, form: Form | None, layout: Chosen | None
) -> None:
    """Fills what the page's own lines did not give, and applies the layout."""
    if draft.title is None:
        text, rule = title_of_head(head)
        draft.title = Value(text, rule) if text else None
    foreign = layout is None and is_foreign(root, head)
    if foreign:
        draft.author = marked_author(root, head) or draft.author
    if draft.author is None:
        name = _author_of(head)
        draft.author = Value(name, "meta:author") if name else None
    draft.dates += head_candidates(head, profile.dates)
    if foreign and not any(one.reading.value for one in draft.dates):
        marked = marked_candidate(root, profile.dates)
        draft.dates += [marked] if marked is not None else []
    draft.dates += other_candidates(page, form, profile.dates, draft.dates)
    if form is not None and not any(one.source == "form" for one in draft.dates):
        candidate = form_candidate(form, head, profile.dates, draft.dates)
        draft.dates += [candidate] if candidate is not None else []
    if foreign and not any(one.reading.value and one.source in DAY_ORDER for one in draft.dates):
        inferred = inferred_candidate(root, head, page, profile.dates)
        draft.dates += [inferred] if inferred is not None else []
    if layout is not None:
        _apply(draft, layout, root, page, profile)


def _author_of(head: Head) -> str:
    """The author for machines. Site owners print themselves there on every page: they are no author."""
    if "sharepoint" in head.meta.get("generator", "").lower() or head.lcid:
        return ""
    name = ld_names(head.ld.get("author")) or head.meta.get("author") or head.meta.get("article:author") or ""
    sites = {same(part) for part in (head.meta.get("og:site_name", ""), *_SITE_PART.split(head.title))}
    key = same(name)
    owned = key in sites or any(f" {key} " in f" {site} " for site in sites if site)
    return "" if not key or owned or name.startswith("http") or is_role(name) else clean_text(name)


def _apply(draft: Draft, layout: Chosen, root: HtmlElement, page: Page, profile: Profile) -> None:
    """What the layout's selectors found; a selector that matched nothing is a flag: the template may have changed."""
    draft.layout = layout.name
    draft.flags += [f"layout_missed_{name}" for name in layout.missed]
    values = {name: Value(_shaped(name, raw), layout.rule(name), raw) for name, raw in layout.values.items()}
    draft.title = values.get("title", draft.title)
    draft.author = values.get("author", draft.author)
    draft.category = values.get("category", draft.category)
    draft.views = values.get("views", draft.views)
    summary = layout.values.get("summary")
    if summary:
        text = Block("text", root, (), text=summary, pieces=[Piece(summary)], words=count_words(summary))
        draft.body = [*(block for block in draft.lead if same(block.text) != same(summary)), *draft.body]
        draft.lead, draft.lead_rule = [text], layout.rule("summary")
    line = layout.values.get("published")
    if line:
        found, author = line_candidates([(line, True)], profile.dates, page)
        draft.dates = [*found, *(one for one in draft.dates if one.raw != line)]
        if author and "author" not in values:
            draft.author = Value(author, layout.rule("published"), line)


def _shaped(name: str, raw: str) -> str:
    """A value without the label that stands before it in its element."""
    if name == "author":
        return author_in(raw) or raw
    if name == "views":
        count = views_in(raw)
        return str(count) if count is not None else "".join(one for one in raw if one.isdigit())
    return raw

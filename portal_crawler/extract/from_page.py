"""Drafts an article from a page without a filled form: by its lines, their words and their order."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from portal_crawler.extract.chrome import views_in
from portal_crawler.extract.dating import line_candidates
from portal_crawler.extract.draft import Draft, Value
from portal_crawler.extract.general import is_foreign, outweighs, vote
from portal_crawler.extract.index import index_of
from portal_crawler.extract.leads import split_lead
from portal_crawler.extract.lines import author_in, part_lines
from portal_crawler.extract.locate import Cut, cut_article
from portal_crawler.extract.media import attachments_of
from portal_crawler.extract.region import read_region
from portal_crawler.extract.setting_aside import set_aside, sources_of
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.titles import is_labelled_number, same, title_of_head
from portal_crawler.extract.xpath import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from lxml.html import HtmlElement

    from pipelines.items import Page
    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.head import Head
    from portal_crawler.extract.layout import Chosen
    from portal_crawler.extract.serialize import Resolve
    from portal_crawler.profile import Profile

_CRUMBS_ID, _CRUMBS_CLASS = re.compile("[sS]iteMapPath|ContentMap"), re.compile("crumb")
_STEPS = elements(".//a|.//span[not(.//a or .//span)]|.//li[not(.//a or .//span)]")
_HOME_LINKS = elements(
    "//a[normalize-space(.)='Trang chủ' or normalize-space(.)='Trang Chủ' or normalize-space(.)='Home']"
)
_FROM_HOME = re.compile(r"^(?:trang chủ|home)\s*[>›»]", re.IGNORECASE)
#: A breadcrumb has so many words at most; of links home the first few are looked at.
_TRAIL_WORDS, _HOMES = 30, 4
_HOME = re.compile(r"^(?:trang chủ|trang nhất|home|\W*)$", re.IGNORECASE)
_TRAIL = re.compile(r"\s*[>›»\ue929]\s*")
_SECTION_WORDS = 9


def draft_from_page(
    root: HtmlElement, head: Head, page: Page, profile: Profile, resolve: Resolve, layout: Chosen | None
) -> Draft | None:
    """The draft of a page; None where it has no text at all."""
    removed = layout.removed if layout is not None else frozenset()
    scope = layout.container if layout is not None and layout.container is not None else None
    foreign = scope is None and is_foreign(root, head)
    region, blocks = read_region(root if scope is None else scope, skip=removed, exact=scope is not None, whole=foreign)
    blocks = part_lines(blocks)
    core = layout.body if layout is not None else None
    cut = cut_article(region, blocks, head, core)
    if cut is None:
        return None
    draft = Draft(layout=layout.name if layout is not None else "", rule=cut.rule, datelines=cut.datelines)
    draft.around = {cut.core, *cut.core.iterancestors()}
    draft.dropped = cut.dropped
    draft.title = _title(cut, head)
    if foreign and cut.rule == "prose_share":
        voted = vote(root, blocks, cut)
        if voted.blocks and not (voted.vietnamese and outweighs(cut, voted.blocks)):
            lead = [block for block in cut.lead if block in set(voted.blocks)]
            cut.lead, cut.body = lead, [block for block in voted.blocks if block not in set(lead)]
            draft.rule, draft.apart = "vote", voted.apart
    if draft.rule != "vote":
        draft.core, draft.sources, draft.removed = cut.core, sources_of(cut), removed
        draft.aside = set_aside(cut)
    draft.lead, draft.body = split_lead(cut, head)
    draft.category = _category(cut, head, root, draft.title)
    _lines(draft, cut, head, page, profile)
    draft.files = attachments_of(_file_links(cut), resolve)
    return draft


def _title(cut: Cut, head: Head) -> Value | None:
    if cut.title is not None:
        return Value(clean_text(cut.title.text), "title_line")
    text, rule = title_of_head(head)
    return Value(text, rule) if text else None


def _lines(draft: Draft, cut: Cut, head: Head, page: Page, profile: Profile) -> None:
    """Date, author and counter from the lines around the body."""
    near = _near_title(cut)
    dated = [(block.text, block in near) for block in cut.above if cut.names[block] == "dateline"]
    dated += [(block.text, True) for block in cut.dropped if cut.names[block] == "dateline"]
    dated += [(block.text, True) for block in cut.below[:4] if cut.names[block] == "dateline"]
    draft.dates, author = line_candidates(dict.fromkeys(dated), profile.dates, page, head)
    draft.printed = [text for text, inside in dated if inside]
    if author:
        line = next(text for text, _ in dated if author in clean_text(text))
        draft.author = Value(author, "byline", line)
    if draft.author is None:
        draft.author = _first_line(cut, ("author",), author_in, "author_line")
    draft.views = _first_line(cut, ("views", "dateline"), _views, "views_line")


def _first_line(cut: Cut, names: Container[str], read: Callable[[str], str], rule: str) -> Value | None:
    """What the first line of a name outside the body says; lines near the body come first."""
    body = {*cut.lead, *cut.body}
    for block in dict.fromkeys([*cut.above, *cut.dropped, *cut.below, *cut.names]):
        if cut.names[block] in names and block not in body and (value := read(block.text)):
            return Value(value, rule, block.text)
    return None


def _views(text: str) -> str:
    count = views_in(text)
    return "" if count is None else str(count)


def _near_title(cut: Cut) -> set[Block]:
    """Date lines at most two blocks away from the title; others may be the clock of a page header."""
    if cut.title is None or cut.title not in cut.above:
        return set(cut.above[-3:])
    at = cut.above.index(cut.title)
    return set(cut.above[max(0, at - 2) :])


def _category(cut: Cut, head: Head, root: HtmlElement, title: Value | None) -> Value | None:
    """The section: the short line nearest above the title that is a link, stands above a kicker or names the list."""
    key = same(title.text) if title is not None else ""
    areas = {same(area) for area in head.title_area}
    above = cut.above[: cut.above.index(cut.title)] if cut.title in cut.above else cut.above
    for at in range(len(above) - 1, -1, -1):
        block = above[at]
        if block.kind != "text" or cut.names[block] or block.words > _SECTION_WORDS or same(block.text) in (key, ""):
            continue
        if is_labelled_number(block.text):
            continue
        if _TRAIL.search(block.text):
            last = _TRAIL.split(clean_text(block.text))[-1].strip()
            return Value(last, "breadcrumb") if last and not _HOME.match(last) and same(last) != key else None
        followed = at + 1 < len(above) and cut.names[above[at + 1]] == "dateline"
        if followed or block.link_share > 0.8 or same(block.text) in areas or block.tag != "p":
            return Value(clean_text(block.text), "section_line") if not _HOME.match(block.text) else None
    steps = _steps(root)
    named = [
        step
        for step in steps
        if not _HOME.match(step) and same(step) not in (key, "") and step.count(" ") < _SECTION_WORDS
    ]
    if named:
        return Value(named[-1], "breadcrumb")
    area = next((area for area in head.title_area if area.count(" ") < _SECTION_WORDS and same(area) != key), "")
    return Value(area, "title_area") if area else None


def _steps(root: HtmlElement) -> list[str]:
    """The steps of the breadcrumb: by the names platforms give it, or by a link home with more behind a separator."""
    for element, names, identity in index_of(root).marked:
        if _CRUMBS_CLASS.search(names) or _CRUMBS_ID.search(identity):
            return [clean_text(step.text_content()) for step in _STEPS(element)]
    for link in _HOME_LINKS(root)[:_HOMES]:
        for holder in islice(link.iterancestors(), 2):
            text = clean_text(holder.text_content())
            if text.count(" ") < _TRAIL_WORDS and _FROM_HOME.match(text):
                return _TRAIL.split(text)
    return []


def _file_links(cut: Cut) -> list[tuple[str, str]]:
    """Links to files below the body but inside the article's part: "Tệp đính kèm"."""
    found = []
    for block in cut.below:
        if cut.names[block] == "related":
            break
        found += [(piece.href, piece.text.strip()) for piece in block.pieces if piece.href]
    return found

"""Decides whether what was read is an article, a listing, or a page that only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.head import title_element
from portal_crawler.extract.media import is_file
from portal_crawler.extract.reading import Expect, Problem
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.xpath import truth
from portal_crawler.platforms.sharepoint.badpages import error_in
from portal_crawler.platforms.sharepoint.pagers import detect_pager

if TYPE_CHECKING:
    from pipelines.items import Article
    from portal_crawler.extract.article import Candidate
    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.document import Document
    from portal_crawler.extract.draft import Draft
    from portal_crawler.extract.listing import ListingReading
    from portal_crawler.platforms.sharepoint.forms import Form

#: What a page says of itself for sharing; no list of SharePoint does.
_SAYS_ARTICLE = truth("//head/meta[(@property='og:type' and @content='article') or @property='article:published_time']")
#: Words of running text (not links, not labels) that make a page of unknown kind an article, a publishing page one, and
#: a page asked as article.
_PROSE_ANY, _PROSE_FIELD, _PROSE_ASKED = 40, 25, 12
_PARAGRAPH_WORDS = 10
#: Prose of its own that makes a page an article though it lists others: asked as article, the same with a pager, and of
#: unknown kind by each row.
_OWN_PROSE, _PAGED_PROSE, _PROSE_PER_ROW = 60, 300, 60
#: A page with more links to articles than this, each with a date, is a list even where its teasers are prose.
_ROWS = 4
#: A list of articles links their titles: a body with a smaller share of linked words is a table or a programme.
_LINKED_LIST = 0.1
_FORM_REASONS = {
    "edit": ("form_page", "a form to fill in (NewForm or EditForm), not an item"),
    "survey": ("survey_form", "the answer to a survey"),
    "library": ("library_form", "the properties of a file in a library"),
}


def judge(
    document: Document,
    form: Form | None,
    found: Candidate | None,
    listing: ListingReading,
    expect: Expect,
) -> Article | Problem | None:
    """The article where the page is one; None where it is a listing and may be one; else what is wrong with it.

    `found` is put together only where nothing else says that the page is no article.
    """
    draft = found.draft if found is not None else None
    prose = _prose(draft)
    strong = draft is not None and (draft.layout == "form" or _is_marked(draft))
    if form is not None and form.kind in _FORM_REASONS and (form.kind == "edit" or form.is_filled) and not strong:
        reason, detail = _FORM_REASONS[form.kind]
        return Problem(reason=reason, detail=detail)
    if not strong:
        error = error_in(title_element(document.root), _text(draft), document.root)
        if error is not None:
            return error
    least = _PROSE_ASKED if expect == "article" else _PROSE_FIELD if _is_field(draft) else _PROSE_ANY
    enough = strong or prose >= least
    if found is not None and enough and not _is_list(document, found.draft, listing, expect):
        article = found.article()
        if article is not None:
            return article
    if listing.links or listing.next is not None:
        if expect == "article":
            return Problem(
                reason="listing_page", detail=f"a list of {len(listing.links)} links where an article was expected"
            )
        return None
    return _why_not(draft, form)


def _why_not(draft: Draft | None, form: Form | None) -> Problem:
    if draft is None or (draft.title is None and not _text(draft)):
        return Problem(reason="empty_shell", detail="the page has no content of its own")
    if draft.layout == "form":
        missing = "no_title" if draft.title is None else "no_body"
        return Problem(reason=missing, detail=f"the form has no {missing.removeprefix('no_')}")
    if form is not None or not _prose(draft):
        return Problem(reason="empty_shell", detail="the page has its frame but no article in it")
    missing = "no_title" if draft.title is None else "no_body"
    return Problem(reason=missing, detail=f"{missing.replace('_', ' ')} found on the page")


def _is_field(draft: Draft | None) -> bool:
    """True where the body is a rich-text field of its own below a title: a publishing page."""
    return (
        draft is not None and draft.rule == "rich_text" and draft.title is not None and draft.title.rule == "title_line"
    )


def _is_marked(draft: Draft) -> bool:
    """True where the page's own lines say that this is an article: a title on the page, and a date line or a counter."""
    if draft.title is None or not _substance([*draft.lead, *draft.body], draft):
        return False
    dated = any(one.source in ("byline", "kicker") and one.inside for one in draft.dates)
    return draft.title.rule != "title_element" and (dated or draft.views is not None) and draft.datelines <= _ROWS


def _substance(blocks: list[Block], draft: Draft) -> bool:
    """True where there is anything but links and headings."""
    if draft.files or draft.alternate_url is not None or any(is_file(href) for block in blocks for href in block.links):
        return True
    return any(
        block.kind in ("image", "embed") or (block.words >= 3 and block.link_share < 0.8 and block.tag == "p")
        for block in blocks
    )


def _is_list(document: Document, draft: Draft, listing: ListingReading, expect: Expect) -> bool:
    """True where rows of other articles make up the page, and it has little prose of its own."""
    if draft.layout == "form" or (expect == "article" and (_is_marked(draft) or _SAYS_ARTICLE(document.root))):
        return False
    if expect == "article" and draft.rule == "vote" and _linked_share(draft) < _LINKED_LIST:
        return False
    rows = [link for link in listing.links if link.route == "listing"]
    dated = sum(1 for link in rows if link.published)
    own = _own_prose(draft)
    few = dated <= _ROWS and len(rows) <= 3 * _ROWS and listing.next is None
    if few and not (rows and expect == "any" and (detect_pager(document) or (dated and _is_teasers(draft, own)))):
        return False  # but the last page of a list may have one row, and a young section no pager
    if expect == "article":
        return own < (_PAGED_PROSE if listing.next is not None else _OWN_PROSE)
    return own < _PROSE_PER_ROW * max(1, len(rows))


def _is_teasers(draft: Draft, own: int) -> bool:
    """True where nothing is said on the page but below links, and nothing calls it an article."""
    return not own and _linked_share(draft) >= _LINKED_LIST and not _is_marked(draft)


def _linked_share(draft: Draft) -> float:
    """The share of the body's words that are links."""
    texts = [block for block in (*draft.lead, *draft.body) if block.kind == "text"]
    words = sum(block.words for block in texts)
    return sum(block.words * block.link_share for block in texts) / words if words else 1.0


def _own_prose(draft: Draft) -> int:
    """The words of prose that do not stand below a link, as the teaser of a row does."""
    words, linked = 0, False
    for block in (*draft.lead, *draft.body):
        if block.kind == "text" and block.words >= _PARAGRAPH_WORDS and block.link_share < 0.5:
            words += 0 if linked else block.words
            linked = False
        elif block.kind == "text":
            linked = block.link_share > 0.5 or (linked and block.words < _PARAGRAPH_WORDS)
    return words


def _prose(draft: Draft | None) -> int:
    if draft is None:
        return 0
    return sum(
        block.words
        for block in (*draft.lead, *draft.body)
        if block.kind == "text" and block.words >= _PARAGRAPH_WORDS and block.link_share < 0.5
    )


def _text(draft: Draft | None) -> str:
    """Title and text as one line."""
    if draft is None:
        return ""
    title = [draft.title.text] if draft.title is not None and draft.title.rule == "title_line" else []
    return clean_text(" ".join([*title, *(block.text for block in (*draft.lead, *draft.body))]))

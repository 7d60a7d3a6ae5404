"""Finds the way to the next page of a list, whatever kind of pager the page has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.xpath import elements
from portal_crawler.platforms.sharepoint.pagers.controls import Control, find_controls, read_control, reference_of
from portal_crawler.platforms.sharepoint.pagers.delta import apply_delta, is_delta, page_of_delta, read_delta
from portal_crawler.platforms.sharepoint.pagers.listdata import find_listdata, listdata_links
from portal_crawler.platforms.sharepoint.pagers.numbered import find_numbered
from portal_crawler.platforms.sharepoint.pagers.pager import Pager
from portal_crawler.platforms.sharepoint.pagers.postback import find_postback
from portal_crawler.platforms.sharepoint.pagers.tokens import find_hidden_token, find_tokens
from portal_crawler.platforms.sharepoint.shapes import on_hosts
from portal_crawler.selectors import selector_to_xpath

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal_crawler.extract.document import Document
    from portal_crawler.extract.reading import PagerKind, Step
    from portal_crawler.profile import Profile

__all__ = [
    "Pager",
    "apply_delta",
    "detect_pager",
    "find_pager",
    "is_delta",
    "listdata_links",
    "next_step",
    "page_of_delta",
    "read_delta",
]

_FIRST_LINK = elements("(descendant-or-self::*[self::a or self::link or self::input or self::button])[1]")


def detect_pager(document: Document) -> PagerKind | None:
    """The kind of pager a page has, on its last page too; None where it has none."""
    pager = find_pager(document)
    return pager.kind if pager else None


def next_step(document: Document, profile: Profile, page_number: int = 0) -> Step | None:
    """The step to the next page as profile and page have it; None at the end of a list or where the page has no pager.

    `page_number` is the number this page was asked as (`Step.number`), 0 where that is not known. The step never
    leads to this page, back to an earlier one, or to another host.
    """
    kind = profile.listing.pager
    if kind == "none":
        return None
    controls = _chosen_controls(document, profile.listing.next)
    pager = find_pager(document, kind=kind, controls=controls, page_number=page_number)
    step = pager.step if pager else None
    return step if step and on_hosts(step.url, profile.hosts) else None


def find_pager(
    document: Document, *, kind: str = "auto", controls: Sequence[Control] | None = None, page_number: int = 0
) -> Pager | None:
    """The pager of a page: one of the named `kind`, or for "auto" the first kind that leads on, else the first seen.

    SharePoint's own pagers come first, as their tokens cannot be anything else; post-backs last, as plain links to
    the same pages cost the server less and stand in archives. A token in a hidden input is asked for only where no
    control posts it back, as that is what a browser would do.
    """
    buttons = find_controls(document.root) if controls is None else controls
    seekers: dict[str, Callable[[], Pager | None]] = {
        "listdata": lambda: find_listdata(document),
        "paged": lambda: find_tokens(document),
        "hidden": lambda: find_hidden_token(document),
        "get": lambda: find_numbered(document, buttons, page_number),
        "path": lambda: find_numbered(document, buttons, page_number),
        "postback": lambda: find_postback(document, buttons, kind, page_number),
        "updatepanel": lambda: find_postback(document, buttons, kind, page_number),
    }
    if kind != "auto":
        pager = seekers[kind]() or (seekers["hidden"]() if kind == "paged" else None)
        return pager if pager and pager.kind == kind else None
    seen = None
    for name in ("listdata", "paged", "get", "postback", "hidden"):
        pager = seekers[name]()
        if pager and pager.step:
            return pager
        seen = seen or pager
    return seen


def _chosen_controls(document: Document, selector: str) -> tuple[Control, ...] | None:
    """The control a profile's `listing.next` names; None where it names none, empty where it matches nothing."""
    if not selector:
        return None
    for element in elements(selector_to_xpath(selector))(document.root):
        for link in _FIRST_LINK(element):
            known = read_control(link)
            if known is None or known.role not in {"prev", "first"}:
                return (Control(link, "next", reference_of(link), certain=True),)
    return ()

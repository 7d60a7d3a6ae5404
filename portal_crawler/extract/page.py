"""The one way into extraction: a captured page and a profile in, its reading out. One parse a page, no side effect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.chrome import NO_CHROME
from pipelines.errors import Rejected
from portal_crawler.extract.article import read_candidate
from portal_crawler.extract.document import Document, parse_document
from portal_crawler.extract.evidence import judge
from portal_crawler.extract.listing import ListingReading, read_listing
from portal_crawler.extract.reading import Expect, PageReading, Problem
from portal_crawler.extract.repair import damage_of, note_repair, repair
from portal_crawler.platforms.sharepoint.badpages import cut_short, refuse_response
from portal_crawler.platforms.sharepoint.feeds import read_feed
from portal_crawler.platforms.sharepoint.forms import read_form
from portal_crawler.platforms.sharepoint.pagers import page_of_delta

if TYPE_CHECKING:
    from pipelines.chrome import Chrome
    from pipelines.items import Article, Page
    from portal_crawler.extract.reading import Link
    from portal_crawler.profile import Profile


def read_page(page: Page, profile: Profile, expect: Expect = "any", chrome: Chrome = NO_CHROME) -> PageReading:
    """The reading of a page: its article if it is one, its links always, and what is wrong with it.

    `expect` is what the page was asked as, `chrome` what was learned of the portal's templates. Reasons of `problem`: http_<status>, login_required, error_page, maintenance,
    blocked_waf, soft_404, cut_short, empty_page, not_html, feed, too_large, empty_shell, no_title, no_body, form_page,
    survey_form, library_form, listing_page. Never raises for what a page contains.
    """
    try:
        page = page_of_delta(page)
    except Rejected as refusal:
        return PageReading(problem=Problem(reason=refusal.reason, detail=refusal.detail))
    problem = refuse_response(page, profile.crawl.max_bytes)
    if problem is not None:
        return _refused(page, problem)
    problem = cut_short(page)
    if problem is not None:
        return PageReading(problem=problem)
    try:
        document = parse_document(page, profile.crawl.max_bytes)
    except Rejected as refusal:
        return PageReading(problem=Problem(reason=refusal.reason, detail=refusal.detail))
    return _read(page, document, profile, expect, chrome)


def _refused(page: Page, problem: Problem) -> PageReading:
    if problem.reason != "feed":
        return PageReading(problem=problem)
    try:
        return PageReading(links=read_feed(page.body, page.url), problem=problem)
    except Rejected as refusal:
        return PageReading(problem=Problem(reason=refusal.reason, detail=refusal.detail))


def _read(page: Page, document: Document, profile: Profile, expect: Expect, chrome: Chrome) -> PageReading:
    form = read_form(document.root, profile.labels)
    found = read_candidate(page, document, profile, form, chrome)
    code = damage_of(found)
    if code and repair(document.root, code):
        form = read_form(document.root, profile.labels)
        found = read_candidate(page, document, profile, form, chrome)
    else:
        code = ""
    listing = read_listing(document, profile)
    verdict = judge(document, form, found, listing, expect)
    if isinstance(verdict, Problem):
        return _with_links(listing, verdict)
    if code and verdict is not None:
        verdict = note_repair(verdict, code)
    return PageReading(
        article=verdict,
        links=_without_own_dates(listing.links, verdict) if verdict else listing.links,
        sections=listing.sections,
        next=listing.next,
        side_doors=listing.side_doors,
    )


def _without_own_dates(links: tuple[Link, ...], article: Article) -> tuple[Link, ...]:
    """The links; a date that the page prints as its own is not that of an article which its text names."""
    own = " · ".join(note.raw for note in article.notes if note.field == "published_at")
    return tuple(
        replace(link, published="") if link.route == "related" and link.published and link.published in own else link
        for link in links
    )


def _with_links(listing: ListingReading, problem: Problem) -> PageReading:
    return PageReading(
        links=listing.links,
        sections=listing.sections,
        next=listing.next,
        side_doors=listing.side_doors,
        problem=problem,
    )

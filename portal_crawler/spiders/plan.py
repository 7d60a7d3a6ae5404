"""What to ask next: frontier entries for start pages, listing pages and articles, and the window of dates asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from w3lib.url import canonicalize_url

from portal_crawler.frontier.queue import Entry, Kind
from portal_crawler.platforms.sharepoint.addresses import host_of, join_url, source_key
from portal_crawler.platforms.sharepoint.pagers.numbered import slots_of

if TYPE_CHECKING:
    from portal_crawler.extract.reading import Link, Step

#: Walks from page 1 to a page of a post-back chain that refuses, before the page is given up.
MOST_WALKS = 2
#: Pages that cannot be had in a row, before a list is taken to end there.
MOST_SKIPPED = 3

#: How deep side doors lead to further ones. The sitemap protocol knows one level; an endless one has no end.
MOST_DOORS_DEEP = 3

#: Hidden fields that change with every visit and choose nothing.
_STATE_FIELDS = (
    "__VIEWSTATE",
    "__EVENTVALIDATION",
    "__REQUESTDIGEST",
    "__PREVIOUSPAGE",
    "__LASTFOCUS",
    "__SCROLLPOSITION",
)


def start_entry(url: str) -> Entry:
    """The request of a start page."""
    clean = join_url(url, url)
    return Entry(url=clean, kind="start", fingerprint=_listing_print(clean), host=host_of(clean), priority=10)


def listing_entry(url: str, *, section: str = "", candidate: bool = False, depth: int = 0) -> Entry:
    """The request of a section's first listing page. A `candidate` is a menu link that may be none."""
    clean = join_url(url, url)
    context = {"section": section, "candidate": candidate, "depth": depth, "number": 1}
    return Entry(
        url=clean, kind="listing", fingerprint=_listing_print(clean), host=host_of(clean), context=context, priority=5
    )


def step_entry(step: Step, before: Entry) -> Entry:
    """The request of the next page of the list that `before` is a page of."""
    number = int(before.context.get("number", 1)) + 1
    context = {**before.context, "number": number, "chain": chain_of(before), "candidate": False}
    context |= {"pager": step.kind, "before": before.url, "skipped": 0}
    mark = _listing_print(step.url)
    body = b""
    headers = step.headers
    if step.method == "POST":
        mark = f"{mark}|{_form_print(step.form)}|{context['chain']}|{number}|{context.get('restarts', 0)}"
        body = _urlencode(step.form)
        headers = (("Content-Type", "application/x-www-form-urlencoded"), *headers)
    return Entry(
        url=step.url, kind="listing", fingerprint=mark, method=step.method, body=body, headers=headers,
        host=host_of(step.url), context=context,
    )  # fmt: skip


def restart_entry(entry: Entry) -> Entry | None:
    """Enter a post-back chain again from its first page, to walk to where it broke (dead view states).

    None where the entry is no post, or where so many walks have ended at this page already.
    """
    url = str(entry.context.get("chain_url") or "")
    number = int(entry.context.get("number", 1))
    walks = int(entry.context.get("walks", 0)) + 1 if number <= int(entry.context.get("walk_to", 0)) else 1
    if entry.method != "POST" or not url or walks > MOST_WALKS:
        return None
    restarts = int(entry.context.get("restarts", 0)) + 1
    context = {**entry.context, "restarts": restarts, "walks": walks, "walk_to": number, "number": 1}
    return Entry(
        url=url, kind="listing", fingerprint=f"{_listing_print(url)}|restart {restarts} of {chain_of(entry)}",
        host=host_of(url), context=context,
    )  # fmt: skip


def beyond_entry(entry: Entry) -> Entry | None:
    """The page behind a listing page that cannot be had, where addresses count pages; None where they do not.

    It may lie behind the end of the list, so nothing is lost where it does not exist.
    """
    skipped = int(entry.context.get("skipped", 0)) + 1
    counts = entry.kind == "listing" and entry.context.get("pager") in ("get", "path")
    url = _counted_on(str(entry.context.get("before", "")), entry.url) if counts else ""
    if not url or skipped > MOST_SKIPPED:
        return None
    number = int(entry.context.get("number", 1)) + 1
    context = {**entry.context, "number": number, "before": entry.url, "skipped": skipped, "candidate": True}
    return Entry(url=url, kind="listing", fingerprint=_listing_print(url), host=host_of(url), context=context)


def _counted_on(before: str, url: str) -> str:
    """The address of the page behind `url`, which lies behind `before`; empty where no number counts."""
    earlier = {(slot.kind, slot.frame, slot.name): slot.value for slot in slots_of(before)}
    best = ""
    for slot in slots_of(url):
        value = earlier.get((slot.kind, slot.frame, slot.name))
        if value is not None and value < slot.value:
            return slot.with_value(2 * slot.value - value)
        if value is None:  # the first page of a list mostly bears no number
            best = slot.with_value(slot.value + 1 if slot.value <= 2 else 2 * slot.value)
    return best


def article_print(url: str) -> str:
    """The fingerprint of an article's request."""
    return f"article {source_key(url)}"


def article_entry(link: Link, *, section: str = "") -> Entry:
    """The request of an article; whatever way its address is written, one crawl asks for it once."""
    context = {"section": section, "route": link.route, "listed": link.published, "text": link.text}
    return Entry(
        url=link.url,
        kind="article",
        fingerprint=article_print(link.url),
        host=host_of(link.url),
        context=context,
    )


def door_entry(url: str, kind: Kind, *, depth: int = 0) -> Entry:
    """The request of a side door, asked once a crawl and after everything else; `depth` doors lead to it."""
    mark = f"door {canonicalize_url(url)}"
    return Entry(url=url, kind=kind, fingerprint=mark, host=host_of(url), priority=-5, context={"depth": depth})


def door_kind(url: str) -> Kind:
    """What an address of a side door is."""
    lowered = url.lower()
    if "/_api/" in lowered or "/_vti_bin/" in lowered:
        return "lists"
    return "feed" if "feed" in lowered or "rss" in lowered or "atom" in lowered else "sitemap"


def chain_of(entry: Entry) -> str:
    """The chain a listing page belongs to: the fingerprint of its first page."""
    return str(entry.context.get("chain") or entry.fingerprint)


def chain_context(entry: Entry) -> dict[str, Any]:
    """The entry's context with where its chain begins, for pages that lead on."""
    return {**entry.context, "chain": chain_of(entry), "chain_url": entry.context.get("chain_url") or entry.url}


def _listing_print(url: str) -> str:
    return f"listing {canonicalize_url(url, keep_blank_values=True)}"


def _form_print(form: tuple[tuple[str, str], ...]) -> str:
    chosen = sorted(pair for pair in form if not pair[0].startswith(_STATE_FIELDS))
    return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]


def _urlencode(form: tuple[tuple[str, str], ...]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(form).encode()

"""Faults of rows E: the listing lies."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from portal_crawler.sample_portal import error_pages, listing, pagers
from portal_crawler.sample_portal.chrome import render_plain
from portal_crawler.sample_portal.exchange import Request, Response, page
from portal_crawler.sample_portal.faults.registry import Call, Fault
from portal_crawler.sample_portal.sections import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

_LINK = re.compile(r'<a href="(/[^"]+)">([^<]+)</a>')
_TWISTS: tuple[Callable[[str], str], ...] = (
    lambda url: f"{url}{'&amp;' if '?' in url else '?'}utm_source=facebook&amp;utm_medium=social",
    lambda url: re.sub(r"^(/[^/?]+)/(?=[^/?])", r"\1//", url),
    str.upper,
    lambda url: (
        f"{url.partition('?')[0]}?Source=%2FPages%2Fdefault.aspx&amp;{url.partition('?')[2]}"
        if "?" in url
        else f"{url}?IsDlg=1"
    ),
    lambda url: f"{url}#SPBookmark_Title",
)


def _doubled(good: Response, call: Call) -> Response:
    """Every article link three times, in three spellings."""

    def thrice(match: re.Match[str]) -> str:
        url, text = match[1], match[2]
        plain = html.unescape(url)
        if call.portal.locate(Request(method="GET", target=plain)) is None or "%7B" in plain:
            return match[0]
        at = len(plain) + call.dice
        more = (_TWISTS[at % len(_TWISTS)](url), _TWISTS[(at + 2) % len(_TWISTS)](url))
        return match[0] + "".join(f' <a href="{one}">{text}</a>' for one in more)

    return good.with_body(_LINK.sub(thrice, good.body.decode()).encode())


def _endless(good: Response, call: Call) -> Response:
    """Every page leads to a next one; beyond the end the last rows come again."""
    section = call.portal.section_of(call.request)
    if section is None:
        return good
    world = call.portal.world
    rows = world.listed[section.code]
    last = max(1, -(-len(rows) // 10))
    try:
        piece = pagers.choose(call.portal.pager, world, section, call.request)
        number = piece.number
    except pagers.NoSuchPage:
        number = call.portal.page_number(section, call.request)
    piece = pagers.cut(world, section, min(max(number, 1), last))
    shown = listing.listing_page(
        world, call.portal.pager, replace(piece, number=number, pages=number + 1), call.request.target.partition("?")[0]
    )
    return call.portal.rendered(shown, kind="listing")


def _looped(good: Response, call: Call) -> Response:
    """The last page's "next" leads to the first."""
    section = call.portal.section_of(call.request)
    if section is None or 'class="cp-pager"' not in good.body.decode():
        return good
    try:
        piece = pagers.choose(call.portal.pager, call.portal.world, section, call.request)
    except (pagers.NoSuchPage, pagers.DeadViewState):
        return good
    if not piece.is_last:
        return good
    first = f'<a href="{encoded(section.listing)}">Trang sau</a></div>'
    head, mark, tail = good.body.decode().partition('<div class="cp-pager">')
    return good.with_body((head + mark + tail.replace("</div>", first, 1)).encode())


def _calendar(good: Response, call: Call) -> Response:
    """A calendar on every page, with a month before and a month after without end."""
    if call.request.path == "/lich/pages/default.aspx":
        month = int(call.request.query.get("thang", "1") or 1)
        return page(
            render_plain(
                f"Lịch tháng {month}", _month(month) + "<table><tr><td>1</td><td>2</td><td>3</td></tr></table>"
            )
        )
    if good.kind not in ("article", "listing", "home"):
        return good
    return good.with_body(
        good.body.replace(b'<div class="cp-right noindex">', f'<div class="cp-right noindex">{_month(602)}'.encode())
    )


def _month(number: int) -> str:
    return (
        f'<div class="cp-box"><a href="/lich/Pages/default.aspx?thang={number - 1}">&laquo;</a> Lịch '
        f'<a href="/lich/Pages/default.aspx?thang={number + 1}">&raquo;</a></div>'
    )


def _dead_state(good: Response, call: Call) -> Response:
    return error_pages.dead_view_state() if call.request.method == "POST" else good


def _silent_first(good: Response, call: Call) -> Response:
    """A refused view state answered with page 1 as if nothing had happened."""
    section = call.portal.section_of(call.request)
    if section is None or call.request.method != "POST":
        return good
    return call.portal.listing(section, Request(method="GET", target=call.request.target))


def _empty(good: Response, call: Call) -> Response:
    """Lists without rows; the start page keeps its menu only."""
    if good.kind == "home":
        return call.portal.rendered(listing.bare_home(), kind="home")
    section = call.portal.section_of(call.request)
    if section is None:
        return good
    piece = pagers.Slice(section=section, items=(), number=1, pages=1)
    return call.portal.rendered(
        listing.listing_page(call.portal.world, "get", piece, call.request.target.partition("?")[0]), kind="listing"
    )


FAULTS = (
    Fault(name="doubled_urls", row="E1", summary="each article linked in three spellings", scope="listing", answer=_doubled),
    Fault(name="endless_next", row="E2", summary="every listing page has a next page", scope="any", answer=_endless),
    Fault(name="loop_next", row="E2", summary="the last listing page leads to the first", scope="listing", answer=_looped),
    Fault(name="calendar", row="E2", summary="a calendar with unbounded addresses on every page", scope="any", answer=_calendar),
    Fault(name="dead_view_state", row="E6", summary="a post-back refused with 500", scope="listing", passing=True, answer=_dead_state),
    Fault(name="silent_page_1", row="E6", summary="a post-back answered with page 1", scope="listing", passing=True, answer=_silent_first),
    Fault(name="empty_listing", row="E8 F2", summary="all lists empty", scope="listing", answer=_empty),
)  # fmt: skip

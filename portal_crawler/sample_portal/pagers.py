"""Where a listing page stands in its list, and how each kind of pager leads to the next."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from portal_crawler.sample_portal.sections import SECTIONS, Section, encoded, guid
from portal_crawler.sample_portal.visit import unseal
from portal_crawler.sample_portal.world import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal.exchange import Request
    from portal_crawler.sample_portal.world import Item, World

PagerName = Literal["get", "path", "paged", "postback", "updatepanel", "listdata"]
PAGERS: tuple[PagerName, ...] = ("get", "path", "paged", "postback", "updatepanel", "listdata")
_WINDOW = 5
#: the sections' parts come from different hands: each names its page parameter in its own way
_PARAMETERS = {section.code: ("Page", "page", "PageIndex")[at % 3] for at, section in enumerate(SECTIONS)}


class DeadViewState(Exception):  # noqa: N818 - the name ASP.NET's operators use
    """A post whose view state or event was not issued by this portal."""


class NoSuchPage(Exception):  # noqa: N818 - the state of a list, not a programming error
    """A page number beyond the end of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One listing page: its rows, its number from 1, and how many pages there are."""

    section: Section
    items: tuple[Item, ...]
    number: int
    pages: int

    @property
    def is_last(self) -> bool:
        """True where no further page follows."""
        return self.number >= self.pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerMarkup:
    """What a pager adds to a page: its links, hidden inputs, and the state kept in the view state."""

    links: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    state: str = ""


def choose(pager: PagerName, world: World, section: Section, request: Request) -> Slice:
    """The slice a request asks for.

    Raises:
        NoSuchPage: a number beyond the end.
        DeadViewState: a post that does not belong to a page of this portal.
    """
    if _by_token(pager, request):
        return after(world, section, request.query)
    return cut(world, section, wanted(pager, world, section, request))


def wanted(pager: PagerName, world: World, section: Section, request: Request) -> int:
    """The number of the page a request asks for, whether or not there is such a page.

    Raises:
        DeadViewState: as `choose`.
    """
    if pager in ("postback", "updatepanel") and request.method == "POST":
        return posted_number(section, request.form)
    if _by_token(pager, request):
        return after(world, section, request.query).number
    if pager == "path" and "/trang/" in request.path:
        return _number(request.path.rpartition("/trang/")[2])
    if pager == "get":
        return _number(request.query.get(_PARAMETERS[section.code].lower(), "1"))
    return 1


def _by_token(pager: PagerName, request: Request) -> bool:
    return pager in ("paged", "listdata") and request.query.get("paged", "").upper() == "TRUE"


def cut(world: World, section: Section, number: int) -> Slice:
    """The page of a number."""
    rows = world.listed[section.code]
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NoSuchPage
    start = (number - 1) * PAGE_SIZE
    return Slice(section=section, items=tuple(rows[start : start + PAGE_SIZE]), number=number, pages=pages)


def after(world: World, section: Section, query: dict[str, str]) -> Slice:
    """The page behind a `Paged=TRUE` token; a token this list did not issue leads back to page 1, as SharePoint does."""
    rows = world.listed[section.code]
    last = world.at_number(section.code, _number(query.get("p_id", "")))
    row = _number(query.get("pagefirstrow", ""))
    view = query.get("view", "").strip("{}").upper()
    if last is None or view != view_guid(section) or row < 2:
        return cut(world, section, 1)
    start = next((at for at, item in enumerate(rows) if item.index < last.index), len(rows))
    number = (row - 1) // PAGE_SIZE + 1
    pages = number + max(0, -(-(len(rows) - start - PAGE_SIZE) // PAGE_SIZE))
    return Slice(section=section, items=tuple(rows[start : start + PAGE_SIZE]), number=number, pages=pages)


def view_guid(section: Section) -> str:
    """The GUID of the section's view."""
    return guid(f"view {section.code}").upper()


def token(piece: Slice) -> str:
    """The query that leads to the next page: it names the last row shown, so it can only be taken from this page."""
    last = piece.items[-1]
    stamp = quote(f"{last.when:%Y%m%d %H:%M:00}")
    return (
        f"Paged=TRUE&p_SortBehavior=0&p_NgayXuatBan={stamp.lower()}&p_ID={last.number}"
        f"&PageFirstRow={piece.number * PAGE_SIZE + 1}&View=%7B{view_guid(piece.section).replace('-', '%2D')}%7D"
    )


def markup(pager: PagerName, piece: Slice) -> PagerMarkup:
    """The pager of a listing page."""
    match pager:
        case "get":
            parameter = _PARAMETERS[piece.section.code]
            base = encoded(piece.section.listing)
            return PagerMarkup(links=_numbered(piece, lambda number: f"{base}?{parameter}={number}"))
        case "path":
            return PagerMarkup(links=_numbered(piece, lambda number: f"/{piece.section.code}/trang/{number}"))
        case "paged":
            return _refresh(piece)
        case "postback" | "updatepanel":
            return _posting(piece)
        case "listdata":
            return PagerMarkup()


def _numbered(piece: Slice, address: Callable[[int], str]) -> str:
    """Numbers in a window, and where the section has it a word for "next"."""
    if piece.pages == 1:
        return ""
    numbers = _window(piece.number, piece.pages)
    parts = [
        f"<span>{number}</span>" if number == piece.number else f'<a href="{html.escape(address(number))}">{number}</a>'
        for number in numbers
    ]
    if numbers[0] > 1:
        parts.insert(0, f'<a href="{html.escape(address(1))}">&laquo;</a>')
    word = _next_word(piece.section)
    if word and not piece.is_last:
        parts.append(f'<a href="{html.escape(address(piece.number + 1))}">{word}</a>')
    return f'<div class="cp-pager">{"".join(parts)}</div>'


def _window(number: int, pages: int) -> range:
    """The page numbers shown around a page."""
    first = max(1, min(number - 2, pages - _WINDOW + 1))
    return range(first, min(pages, first + _WINDOW - 1) + 1)


def _next_word(section: Section) -> str:
    """Some parts print only numbers."""
    return {"tin-tuc": "Trang sau", "giao-duc": "&raquo;", "van-hoa": "Tiếp &gt;", "cai-cach": ""}.get(
        section.code, "&gt;"
    )


def _refresh(piece: Slice) -> PagerMarkup:
    """SharePoint's own pager: the token in a script call, or only in a hidden input beside a button without address."""
    if piece.is_last or not piece.items:
        return PagerMarkup()
    target = f"{encoded(piece.section.listing)}?{token(piece)}"
    first = (piece.number - 1) * PAGE_SIZE + 1
    if piece.section.layout == "publishing":
        name = f"ctl00$SPWebPartManager1$g_{guid(piece.section.code).replace('-', '_')}$ctl00$hdnPagingInfo"
        links = '<div class="cp-pager"><input type="button" class="nx-next" value="Xem thêm" /></div>'
        return PagerMarkup(links=links, hidden={name: token(piece)})
    call = f"javascript:RefreshPageTo(event, &quot;{target.replace('&', chr(92) + 'u0026')}&quot;);javascript:return false;"
    links = (
        f'<table class="ms-bottompaging"><tr><td class="ms-vb ms-paging">{first} - {first + len(piece.items) - 1}</td><td class="ms-paging">'
        f'<a onclick="{call}" href="javascript:"><img src="/_layouts/15/1033/images/next.gif" border="0" alt="Next" /></a></td></tr></table>'
    )
    return PagerMarkup(links=links)


def _posting(piece: Slice) -> PagerMarkup:
    """Link buttons: the event's name says nothing of the page; what it means is in the view state."""
    state = f"{piece.section.code}|{piece.number}|{piece.pages}"
    if piece.pages == 1:
        return PagerMarkup(state=state)
    parts = []
    for at, number in enumerate(_window(piece.number, piece.pages)):
        if number == piece.number:
            parts.append(f"<span>{number}</span>")
        else:
            parts.append(
                f'<a href="javascript:__doPostBack(&#39;{_event(piece.section, f"ctl{at + 1:02d}$lnkPage")}&#39;,&#39;&#39;)">{number}</a>'
            )
    if not piece.is_last:
        word = _next_word(piece.section) or "&gt;"
        parts.append(
            f'<a href="javascript:__doPostBack(&#39;{_event(piece.section, "lnkNext")}&#39;,&#39;&#39;)">{word}</a>'
        )
    return PagerMarkup(links=f'<div class="cp-pager">{"".join(parts)}</div>', state=state)


def _event(section: Section, name: str) -> str:
    return f"ctl00$ctl30$g_{guid(section.code).replace('-', '_')}$rptPager${name}"


def posted_number(section: Section, form: dict[str, str]) -> int:
    """The page a post-back asks for: the event read against the page the view state was issued for.

    Raises:
        DeadViewState: the view state is not ours, of another section, or the validation field is missing.
    """
    state = unseal(form.get("__VIEWSTATE", ""))
    if state is None or not form.get("__EVENTVALIDATION") or not form.get("__VIEWSTATEGENERATOR"):
        raise DeadViewState
    code, _, place = state.partition("|")
    number, pages = (_number(text) for text in place.split("|"))
    event = form.get("__EVENTTARGET", "")
    if code != section.code:
        raise DeadViewState
    events = {"": number, _event(section, "lnkNext"): number + 1}
    events |= {_event(section, f"ctl{at + 1:02d}$lnkPage"): shown for at, shown in enumerate(_window(number, pages))}
    if event not in events:
        raise DeadViewState
    return events[event]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0

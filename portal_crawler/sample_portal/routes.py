"""Which answer belongs to which request; no server, no fault, no clock but the visit's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.utils import formatdate
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from portal_crawler.sample_portal import chrome, error_pages, feeds, listing, pagers
from portal_crawler.sample_portal.exchange import Request, Response, page, redirect
from portal_crawler.sample_portal.layouts import form, publishing, vendor
from portal_crawler.sample_portal.layouts.context import ArticleView
from portal_crawler.sample_portal.media import media_bytes
from portal_crawler.sample_portal.sections import BY_CODE, SECTIONS, Section
from portal_crawler.sample_portal.static_pages import static_page
from portal_crawler.sample_portal.visit import Visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal.pagers import PagerName
    from portal_crawler.sample_portal.visit import Visit
    from portal_crawler.sample_portal.world import Item, World

_HOME = ("/", "/pages/default.aspx", "/default.aspx")
_TWIN = "/chuyen-de/pages/bai-viet.aspx"
_MEDIA_ROOTS = ("/publishingimages/", "/siteassets/", "/lists/")
_MEDIA_TYPES = (".jpg", ".jpeg", ".png", ".pdf")
_DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
_LAST_MODIFIED = formatdate(1_546_300_800, usegmt=True)


@dataclass
class Portal:
    """The portal as a function from request to answer. `base` is its address without a final slash."""

    world: World
    pager: PagerName = "get"
    base: str = ""
    visits: Visits = field(default_factory=Visits)
    bodies: list[Callable[[Item, str], str]] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        """The answer of a portal in good health."""
        path = request.path
        listed = self.section_of(request)
        if listed is not None:
            return self.listing(listed, request)
        detail = next((one for one in SECTIONS if one.key and path == one.detail.lower()), None)
        if detail is not None:
            return self._by_key(detail, request)
        if path == _TWIN:
            return self._twin(request)
        return self._by_path(path) or self._file(path, request) or self._door(path, request)

    def locate(self, request: Request) -> Item | None:
        """The article a request is for, whatever spelling of its address it uses."""
        path = request.path
        forms = {one.detail.lower(): one for one in SECTIONS if one.key} | {_TWIN: BY_CODE["tin-tuc"]}
        section = forms.get(path)
        if section is None:
            return self.world.at_path(quote(path, safe="/"))
        text = request.query.get(section.key.lower(), "")
        return self.world.at_number(section.code, int(text)) if text.isascii() and text.isdigit() else None

    def section_of(self, request: Request) -> Section | None:
        """The section whose listing a request is for."""
        path = request.path
        return next(
            (one for one in SECTIONS if path == one.listing.lower() or path.startswith(f"/{one.code}/trang/")), None
        )

    def _by_path(self, path: str) -> Response | None:
        """A page that is its own address: the start page, a publishing page, one about the city."""
        if path in _HOME:
            return self.rendered(listing.home_page(self.world), kind="home")
        if path in chrome.STATIC_PAGES:
            return self.rendered(static_page(path))
        item = self.world.at_path(quote(path, safe="/"))
        moved = self.world.moved_to(path)
        if item is not None:
            return self.article(item)
        return redirect(self.base + moved, 301) if moved else None

    def _file(self, path: str, request: Request) -> Response | None:
        """A picture, a document, or one of the system's own files."""
        if path.startswith(_MEDIA_ROOTS) and path.endswith(_MEDIA_TYPES):
            return media(request)
        if path == "/style library/cp/portal.css":
            return style_sheet()
        if path.startswith("/_layouts/") and path.endswith((".gif", ".png", ".ico", ".js", ".css")):
            return _system_file(path)
        return None

    def _door(self, path: str, request: Request) -> Response:
        """Feeds, services, signs for robots, the sign-in; and nothing for anything else."""
        doors: dict[str, Callable[[], Response]] = {
            "/robots.txt": lambda: feeds.robots(self.base),
            "/sitemap.xml": lambda: feeds.sitemap(self.world, self.base),
            "/_layouts/15/listfeed.aspx": lambda: self._feed(request),
            "/_layouts/15/authenticate.aspx": lambda: redirect(
                "/_login/default.aspx?ReturnUrl=%2f_layouts%2f15%2fAuthenticate.aspx"
            ),
            "/_login/default.aspx": error_pages.login_form,
        }
        if path.startswith(("/_api/", "/_vti_bin/")):
            return error_pages.unauthorized()
        return doors.get(path, error_pages.not_found)()

    def listing(self, section: Section, request: Request) -> Response:
        """A listing page, or the panel of one."""
        try:
            piece = pagers.choose(self.pager, self.world, section, request)
        except pagers.NoSuchPage:
            return error_pages.resource_missing()
        except pagers.DeadViewState:
            return error_pages.dead_view_state()
        visit = self.visits.new()
        shown = listing.listing_page(self.world, self.pager, piece, request.target.partition("?")[0])
        if self.pager == "updatepanel" and request.form.get("__ASYNCPOST", "").lower() == "true":
            return listing.delta(self.world, piece, shown, visit)
        return self.rendered(shown, visit, kind="listing")

    def page_number(self, section: Section, request: Request) -> int:
        """The number of the listing page a request asks for, also beyond the end; 0 for a dead view state."""
        try:
            return pagers.wanted(self.pager, self.world, section, request)
        except pagers.DeadViewState:
            return 0

    def article(self, item: Item) -> Response:
        """The page of an article, one view more than before."""
        gone = self.world.change(item).gone
        if gone:
            return {"410": error_pages.gone, "soft": error_pages.no_such_article}.get(gone, error_pages.not_found)()
        view = self.view(item)
        pages = {"form": form.page, "publishing": publishing.page, "vendor": vendor.page}
        return self.rendered(pages[item.section.layout](view), kind="article")

    def _by_key(self, section: Section, request: Request) -> Response:
        text = request.query.get(section.key.lower(), "")
        if not text:
            if section.layout == "form":
                return error_pages.went_wrong(200)
            return self.rendered(vendor.shell(section, request.path), kind="shell")
        item = self.world.at_number(section.code, int(text) if text.isascii() and text.isdigit() else -1)
        return self.article(item) if item else error_pages.not_found()

    def _twin(self, request: Request) -> Response:
        text = request.query.get("itemid", "")
        item = self.world.at_number("tin-tuc", int(text) if text.isdigit() else -1)
        if item is None or not item.twin or self.world.change(item).gone:
            return error_pages.not_found()
        head = f'<link rel="canonical" href="{self.base}{item.path}" />'
        return self.rendered(vendor.page(self.view(item), head=head, path=item.twin), kind="article")

    def view(self, item: Item) -> ArticleView:
        """An article about to be shown; counts as a visit."""
        views = self.visits.view(item.index, opening_views(self.world, item))
        return ArticleView(
            world=self.world,
            item=item,
            story=self.world.story(item),
            views=views,
            base=self.base,
            bodies=tuple(self.bodies),
        )

    def _feed(self, request: Request) -> Response:
        wanted = request.query.get("list", "").strip("{}").upper()
        section = next((one for one in SECTIONS if one.guid == wanted), None)
        return feeds.feed(self.world, section, self.base) if section else error_pages.went_wrong(200)

    def rendered(self, shown: chrome.Page, visit: Visit | None = None, kind: str = "page") -> Response:
        """A page inside the master page."""
        return page(chrome.render(shown, visit or self.visits.new(), self.base), kind=kind)


def opening_views(world: World, item: Item) -> int:
    """How often an article had been read when the portal opened."""
    return int(hashlib.sha256(f"views:{world.seed}:{item.index}".encode()).hexdigest()[:6], 16) % 2400 + 7


def media(request: Request) -> Response:
    """A picture or document, with validators a client may trust."""
    path = unquote(urlsplit(request.target).path)
    body, kind = media_bytes(path)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]},1"'
    headers = (("Content-Type", kind), ("ETag", tag), ("Last-Modified", _LAST_MODIFIED), ("Accept-Ranges", "bytes"))
    if tag in request.headers.get("if-none-match", ""):
        return Response(status=304, headers=headers, kind="media")
    return Response(body=body, headers=headers, kind="media")


def _system_file(path: str) -> Response:
    """One of SharePoint's own files: a transparent dot, or an empty script or style."""
    if path.endswith((".js", ".css")):
        return Response(
            body=b"/* */",
            headers=(("Content-Type", "text/css" if path.endswith(".css") else "text/javascript"),),
            kind="media",
        )
    return Response(body=_DOT, headers=(("Content-Type", "image/gif"),), kind="media")


def style_sheet() -> Response:
    """The portal's style sheet."""
    body = (resources.files("portal_crawler.sample_portal") / "static" / "portal.css").read_bytes()
    return Response(body=body, headers=(("Content-Type", "text/css"),), kind="media")

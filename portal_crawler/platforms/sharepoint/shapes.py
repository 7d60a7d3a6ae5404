"""What an address of a SharePoint portal alone says about the page behind it: article, list, file or chrome."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urljoin, urlsplit

from portal_crawler.platforms.sharepoint.addresses import host_of, item_id, join_url, source_key, without_noise

if TYPE_CHECKING:
    from collections.abc import Iterable

#: item: names an item id · dated: a date in the path · detail: a number beside a slug · slug, page, form: a page that
#: may be an article · list: a list, library or start page · feed · file · chrome: never a page of news · none: no address.
Shape = Literal["item", "dated", "detail", "slug", "page", "form", "list", "feed", "file", "chrome", "none"]

#: Shapes that are articles by their address alone (PORTAL.md, "URL shapes"), and those that need the listing's word.
STRONG: frozenset[str] = frozenset({"item", "dated", "detail"})
WEAK: frozenset[str] = frozenset({"slug", "page", "form"})

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|tiff?|heic|pdf|docx?|docm|dotx?|rtf|odt|xlsx?|xlsm|ods|csv|pptx?|ppsx?|odp|txt|"
    r"zip|rar|7z|gz|tar|mp[34]|m4[av]|wav|wma|wmv|avi|mov|mkv|flv|swf|webm|3gp|css|js|json|woff2?|exe|msi|apk)$"
)
_SYSTEM = re.compile(
    r"/_(?:layouts|vti_bin|catalogs|controltemplates|login|windows|trust|api|forms|wpresources)(?:/|$)"
    r"|/(?:authenticate|accessdenied|signout|closeconnection|newform|editform|upload|viewlsts|(?:user)?login|signin|"
    r"dang-?nhap|dang-?ky|search|searchresults|osssearchresults|tim-?kiem|print|in-?an)(?:\.aspx|\.html?)?(?:/|$)"
)
_FEED = re.compile(r"/(?:listfeed|feed)\.aspx|\.rss$|/rss(?:/|\.xml$|$)|/feed/?$")
_LIST_FORM = re.compile(r"/_layouts/(?:1\d/)?listform\.aspx$")
_CHROME_QUERY = re.compile(
    r"(?:^|&)(?:sortfield|sortdir|print|isprint|inan|calendardate|selecteddate|share)=", re.IGNORECASE
)
_PAGED = re.compile(r"(?:^|&)paged=true", re.IGNORECASE)
_ITEM_QUERY = re.compile(r"(?:^|&)(?:itemid|nid|newsid|articleid|blog_id|idtin|tinid|postid)=", re.IGNORECASE)
_SAVED_AS = re.compile(r"[-_.](?:aspx|html?)(?=\.html?$)")  # mirrors keep "X.aspx" as "X-aspx.html"
_EXTENSION = re.compile(r"\.(?:aspx|html?|php|jsp)$")
_LIST_NAME = re.compile(
    r"^(?:allitems|allposts|summary|default|index|home|homepage|trang-?chu|category|categories|archives?|viewcategory|date|"
    r"blogcategory|danh-?muc|danh-?sach|chuyen-?muc|chuyen-?trang|list|news)$"
)
_LIST_PATH = re.compile(r"/lists/[^/]+(?:/[^/]*)?$|/forms/[^/]+$")
_DATED = re.compile(
    r"(?:^|[/_-])(?:(?:19|20)\d\d([-_])\d{1,2}\1\d{1,2}|\d{1,2}([-_])\d{1,2}\2(?:19|20)\d\d)(?=[/_.-]|$)"
    r"|/(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?(?=[^/]*[a-z])"
)
_DETAIL = re.compile(
    r"/(?:(?:details?|chi-?tiet|xem-?tin)/\d+|(?:view|article|post)s?/\d{3,})(?:[/.-]|$)|/\d{3,}/[^/]*[a-z]-[^/]*$"
)
_SLUG_WITH_ID = re.compile(r"^(?:[^-]*-){3,}[a-z]{0,4}(\d{3,})$")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reference leads: the cleaned absolute address (empty where it is none), its host, what it says.

    `spellings` are all addresses that lead there by this reference: letter by letter as a reader's bookmark has it,
    mended, and cleaned.
    """

    url: str
    shape: Shape
    host: str = ""
    spellings: tuple[str, ...] = ()


def target_of(base: str, reference: str) -> Target:
    """The target of a reference as written in a page whose references are relative to `base`.

    Remembered within a bound: the same menus stand on every page of a portal.
    """
    if reference.startswith("/") and not reference.startswith("//"):
        parts = urlsplit(base)
        base = f"{parts.scheme}://{parts.netloc}/"
    elif reference[:4].lower() == "http":
        base = f"{urlsplit(base).scheme}://"
    return _target(base, reference)


@lru_cache(maxsize=8192)
def _target(base: str, reference: str) -> Target:
    joined = join_url(base, reference)
    url = without_noise(joined)
    spellings = dict.fromkeys(one for one in (_as_written(base, reference.strip()), joined, url) if one)
    return Target(url, shape_of(url), host_of(url), tuple(spellings))


def _as_written(base: str, reference: str) -> str:
    """The absolute address letter by letter; empty where it cannot be one."""
    try:
        url = urljoin(base, reference).partition("#")[0]
    except ValueError:
        return ""
    return url if url.isprintable() and url.startswith(("http://", "https://")) else ""


@lru_cache(maxsize=1024)
def verbatim(base: str, reference: str) -> str:
    """`join_url`, remembered within a bound."""
    return join_url(base, reference)


@lru_cache(maxsize=8192)
def key_of(url: str) -> str:
    """`source_key`, remembered within a bound."""
    return source_key(url)


def shape_of(url: str) -> Shape:
    """What an absolute, cleaned address says about its page."""
    if not url:
        return "none"
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    chrome = _chrome(path, parts.query)
    if chrome:
        return chrome
    path = _SAVED_AS.sub("", path)
    name = _EXTENSION.sub("", path.rstrip("/").rpartition("/")[2])
    listing = path == "/" or bool(_LIST_NAME.match(name))
    if item_id(url) and (not listing or _ITEM_QUERY.search(parts.query)):
        return "item"
    if listing or _LIST_PATH.search(path.rstrip("/")):
        return "list"
    return _page_shape(path, name)


def _page_shape(path: str, name: str) -> Shape:
    if _DATED.search(path):
        return "dated"
    if _DETAIL.search(path) or _ends_with_id(name):
        return "detail"
    return "slug" if name.count("-") + name.count("_") + name.count(" ") >= 2 else "page"


def _chrome(path: str, query: str) -> Shape | None:
    if _FEED.search(path):
        return "feed"
    if _LIST_FORM.search(path):
        return "form" if re.search(r"(?i)(?:^|&)pagetype=4(?:&|$)", query) and "listid=" in query.lower() else "chrome"
    if _SYSTEM.search(path) or _CHROME_QUERY.search(query) or _PAGED.search(query):
        return "chrome"
    return "file" if _FILE.search(path) or "/attachments/" in path else None


def _ends_with_id(name: str) -> bool:
    """True for "ten-bai-viet-12345": an id, not a year as in "dai-hoi-dang-bo-2020"."""
    match = _SLUG_WITH_ID.match(name)
    return bool(match) and not (match and _YEAR.fullmatch(match[1]))


def on_hosts(url: str, hosts: Iterable[str]) -> bool:
    """True where the address lies on one of a profile's hosts: "name" is any port of it, "name:port" that port only."""
    return host_is_of(host_of(url), url.partition(":")[0], frozenset(hosts))


@lru_cache(maxsize=256)
def host_is_of(host: str, scheme: str, hosts: frozenset[str]) -> bool:
    """`on_hosts` for a host as `host_of` gives it."""
    known = {one.lower() for one in hosts}
    if not host:
        return False
    # A profile may write the scheme's own port, which host_of leaves out.
    return bool(known & {host, host.rpartition(":")[0] or host, f"{host}:{443 if scheme == 'https' else 80}"})

"""List views of SharePoint 2013 and later: rows and next page that exist only in `var WPQnListData = {…}`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from portal_crawler.extract.index import scripts_with
from portal_crawler.extract.reading import Link, Step
from portal_crawler.extract.wording import folded, one_line
from portal_crawler.platforms.sharepoint.addresses import clean_url, host_of, item_id, join_url
from portal_crawler.platforms.sharepoint.pagers.pager import Pager
from portal_crawler.platforms.sharepoint.pagers.tokens import unescape_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal_crawler.extract.document import Document

_ASSIGNMENT = re.compile(r"\b(WPQ\d+)?ListData\s*=\s*(?=\{)")
_CONTEXT = re.compile(
    r"\bctx\d*\.(listUrlDir|listTemplate|wpq|HttpRoot)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|(\d+))"
)
_MANGLED = re.compile(r"_x([0-9a-fA-F]{4})(?:_|$)")
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|img|nobr|p|span|strong|u)\b[^>]*>", re.IGNORECASE)
_ISO = re.compile(r"^\d{4}-\d\d-\d\dT")
#: List templates whose rows are no articles: links, contacts, tasks, issues, comments, categories (SPListTemplateType).
_NO_ARTICLES = frozenset({"103", "105", "107", "171", "302", "303", "432", "1100"})
_POSTS = "301"
_ADDRESS_FIELDS = ("permurl", "permalink", "encodedabsurl", "fileref")
_TITLE_FIELDS = ("title", "linktitlenomenu", "linktitle", "tieude", "tieu de", "fileleafref")
_PUBLISHED_FIELD = re.compile(
    r"publish|xuat ban|ngay dang|ngaydang|ngayxuatban|articlestartdate|ngay (?:tin|ban hanh)|^ngay"
)
_LISTED = re.compile(r"(?i)/lists/[^?]*/\d+_\.000$")


@dataclass(frozen=True, slots=True)
class View:
    """One list view: its rows as SharePoint wrote them, the token of the next page, and the list behind it."""

    rows: tuple[dict[str, Any], ...]
    next_href: str
    list_path: str
    template: str


def read_views(document: Document) -> tuple[View, ...]:
    """The list views a page carries as data, in page order; an unreadable one is left out."""
    views: list[View] = []
    for script in scripts_with(document.root, "ListData"):
        views.extend(_views(script))
    return tuple(views)


def _views(text: str) -> Iterator[View]:
    contexts = _contexts(text)
    for match in _ASSIGNMENT.finditer(text):
        try:
            data, _ = json.JSONDecoder(strict=False).raw_decode(text, match.end())
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(data, dict) and isinstance(data.get("Row"), list):
            context = contexts.get(match[1] or "", {}) or (next(iter(contexts.values())) if len(contexts) == 1 else {})
            rows = tuple(row for row in data["Row"] if isinstance(row, dict))
            yield View(
                rows, str(data.get("NextHref") or ""), context.get("listUrlDir", ""), context.get("listTemplate", "")
            )


def _contexts(text: str) -> dict[str, dict[str, str]]:
    """The `ctx.…` settings of each view, by its name (WPQ2); settings follow the name."""
    contexts: dict[str, dict[str, str]] = {}
    name = ""
    for match in _CONTEXT.finditer(text):
        value = match[4] or match[3] or unescape_script(match[2] or "")
        if match[1] == "wpq":
            name = value
        contexts.setdefault(name, {})[match[1]] = value
    return contexts


def find_listdata(document: Document) -> Pager | None:
    """The pager of a list view that exists as data; None where no view pages on."""
    for view in read_views(document):
        url = join_url(document.base, view.next_href) if view.next_href else ""
        if url and host_of(url) == host_of(document.url) and url != join_url(document.url, document.url):
            return Pager("listdata", Step(kind="listdata", url=url))
    return None


def listdata_links(document: Document) -> tuple[Link, ...]:
    """Links of the rows of every news-like view, in row order, with their titles and dates as the list gives them.

    A date comes as ISO 8601 in UTC where the view has it so ("2018-10-25T17:00:00Z" is 26 October in Vietnam).
    """
    links: list[Link] = []
    for view in read_views(document):
        if view.template not in _NO_ARTICLES:
            links.extend(link for row in view.rows if (link := _link(document.base, view, row)))
    return tuple(links)


def _link(base: str, view: View, row: dict[str, Any]) -> Link | None:
    fields = {str(name).lower(): value for name, value in row.items()}
    if str(fields.get("fsobjtype", "0")) == "1" or str(fields.get("contenttypeid", "")).startswith("0x0120"):
        return None
    url = _address(base, view, fields)
    if not url:
        return None
    title = next((text for name in _TITLE_FIELDS if (text := _text(fields.get(name)))), "")
    return Link(url=url, text=title, published=_published(row), route="listing")


def _address(base: str, view: View, fields: dict[str, Any]) -> str:
    """A row's own address where it is a page; else the display form of its list with its id."""
    for name in _ADDRESS_FIELDS:
        value = _text(fields.get(name))
        url = clean_url(base, value) if value else ""
        if url and not _LISTED.search(url) and (name.startswith("perm") or url.lower().endswith((".aspx", ".html"))):
            return url
    item = _text(fields.get("id"))
    linked = _linked_page(base, fields, item)
    if linked:
        return linked
    folder = view.list_path or _folder(_text(fields.get("fileref")))
    if not item.isdigit() or not folder:
        return ""
    form = "Post.aspx" if view.template == _POSTS else "DispForm.aspx"
    return clean_url(base, f"{quote(folder.rstrip('/'), safe='/%:')}/{form}?ID={item}")


def _linked_page(base: str, fields: dict[str, Any], item: str) -> str:
    """The page a vendor's hyperlink column shows the row on: it names the row's own id, or bears its title.

    Any other hyperlink ("Link thay thế nội dung") leads away from the row.
    """
    title = _text(fields.get("title"))
    for name, label in fields.items():
        if name.endswith(".desc"):
            url = clean_url(base, _text(fields.get(name.removesuffix(".desc"))))
            if host_of(url) == host_of(base) and (item_id(url) == item or (title and _text(label) == title)):
                return url
    return ""


def _folder(path: str) -> str:
    return path.rpartition("/")[0] if _LISTED.search(path) else ""


def _text(value: object) -> str:
    """A field as text: lookups and links come as lists and tables, computed ones as markup."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("lookupValue") or value.get("Url") or value.get("title") or ""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return one_line(unescape(_TAG.sub(" ", text)))


def _published(row: dict[str, Any]) -> str:
    """The row's date as written: ISO where the view gives it, the publish column before the creation column."""
    named = [(plain_name(name), name) for name in row if "." not in str(name)]
    chosen = [name for plain, name in named if _PUBLISHED_FIELD.search(plain) and not plain.startswith("het han")]
    for name in (*chosen, "Created"):
        for variant in (f"{name}.ISO8601", f"{name}.", name):
            value = _text(row.get(variant))
            if value and (variant == name or _ISO.match(value)):
                return value
    return ""


def plain_name(name: str) -> str:
    """An internal column name as folded words: "Ng_x00e0_y_x0020_xu_x1ea5_t_x002" becomes "ngay xuat"."""
    text = _MANGLED.sub(lambda match: chr(int(match[1], 16)), str(name))
    return folded(re.sub(r"_x[0-9a-fA-F]{0,3}$", "", text))

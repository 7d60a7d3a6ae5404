"""Reads an UpdatePanel's reply (`length|type|id|content|`) back into a page, so that the pager's chain goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lxml import html

from pipelines.errors import Rejected
from portal_crawler.platforms.sharepoint.pagers.forms import client_id, panel_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipelines.items import Page

_HEAD = re.compile(r"(\d{1,9})\|([\w#]+)\|([^|]*)\|")
_BEGIN = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\d{1,9}\|[\w#]+\|[^|]{0,500}\|")
_NO_ID = re.compile(r"[^\w$:.-]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_DEAD_STATE = re.compile(r"(?i)view ?state|validation of|event ?validation|postback or callback argument")
_LOGIN = re.compile(r"(?i)authenticate\.aspx|login|signin|dang-?nhap")
_TRANSIENT = frozenset({"__EVENTTARGET", "__EVENTARGUMENT", "__ASYNCPOST"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a reply: an "updatePanel" (id: the panel), a "hiddenField" (id: its name), "formAction", "error"."""

    kind: str
    id: str
    content: str


def is_delta(body: bytes) -> bool:
    """True where a body is an UpdatePanel's reply, not a page."""
    return bool(_BEGIN.match(body[:600]))


def read_delta(text: str) -> tuple[Part, ...]:
    """The parts of a reply in order.

    Raises:
        Rejected: "cut_short" where the lengths named do not fit the text.
    """
    text = text.removeprefix("\ufeff").lstrip()
    for measure, restore in _MEASURES:
        try:
            return tuple(_parts(measure(text), restore))
        except _MisfitError as misfit:
            where = misfit.where
    raise Rejected("cut_short", f"the UpdatePanel reply of {len(text)} characters breaks off at {where}")


class _MisfitError(Exception):
    def __init__(self, where: int) -> None:
        super().__init__(where)
        self.where = where


def _parts(text: str, restore: Callable[[str], str]) -> Iterator[Part]:
    at = 0
    while at < len(text):
        head = _HEAD.match(text, at)
        if head is None:
            if text[at:].isspace():
                return
            raise _MisfitError(at)
        end = head.end() + int(head[1])
        if text[end : end + 1] != "|":
            raise _MisfitError(at)
        yield Part(head[2], restore(head[3]), restore(text[head.end() : end]))
        at = end + 1


def _same(text: str) -> str:
    return text


def _surrogates(text: str) -> str:
    """Text in which a character beyond U+FFFF is two, as .NET counts."""

    def pair(match: re.Match[str]) -> str:
        code = ord(match[0]) - 0x10000
        return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))

    return _ASTRAL.sub(pair, text)


#: How lengths were counted: UTF-16 units (.NET), characters, or bytes (some proxies and servers of other make).
_MEASURES: tuple[tuple[Callable[[str], str], Callable[[str], str]], ...] = (
    (_surrogates, lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")),
    (_same, _same),
    (
        lambda text: text.encode("utf-8", "replace").decode("latin-1"),
        lambda text: text.encode("latin-1").decode("utf-8", "replace"),
    ),
)


def apply_delta(text: str, carried: Iterable[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The reply as a whole page, and the form to carry on: (html, fields).

    `carried` is the form that was posted. The page holds the refreshed panels inside a form with the new hidden
    fields, and registers its panels as the first page did: reading it gives the next step like any other page.

    Raises:
        Rejected: "cut_short"; "dead_view_state" or "server_error" where the reply is an error; "login_required" or
            "redirected" where it is a redirect.
    """
    parts = read_delta(text)
    _refuse(parts)
    manager, refreshed = _manager(carried := tuple(carried))
    panels = [part for part in parts if part.kind == "updatePanel"]
    fields = _merge(carried, parts, manager, panels)
    first = {part.kind: part.content for part in reversed(parts) if part.kind in _SETTINGS}
    registered = first.get("updatePanelIDs", "") or f"t{refreshed}"
    page = (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{escape(first.get('pageTitle', ''))}</title></head><body>"
        f'<form method="post" action="{escape(first.get("formAction", ""))}">'
        + "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields)
        + "".join(f'<div id="{escape(client_id(part.id))}">{part.content}</div>' for part in panels)
        + "</form>"
        + _registration(
            manager, registered, first.get("asyncPostBackControlIDs", ""), first.get("postBackControlIDs", "")
        )
        + "</body></html>"
    )
    return page, fields


_SETTINGS = frozenset({"formAction", "pageTitle", "updatePanelIDs", "asyncPostBackControlIDs", "postBackControlIDs"})


def _refuse(parts: tuple[Part, ...]) -> None:
    for part in parts:
        if part.kind == "error":
            reason = "dead_view_state" if _DEAD_STATE.search(part.content) else "server_error"
            raise Rejected(reason, f"the UpdatePanel reply says {part.id}: {part.content[:200]}")
        if part.kind == "pageRedirect":
            reason = "login_required" if _LOGIN.search(part.content) else "redirected"
            raise Rejected(reason, f"the UpdatePanel reply leads to {part.content[:200]}")


def _manager(carried: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The ScriptManager's field and what was to be refreshed: the one field whose value is "panel|target"."""
    target = dict(carried).get("__EVENTTARGET", "")
    names = {name for name, _ in carried}
    for name, value in carried:
        refreshed, bar, pressed = value.partition("|")
        if bar and (pressed == target or pressed in names) and not name.startswith("__"):
            return name, refreshed
    return "", ""


def _merge(
    carried: tuple[tuple[str, str], ...], parts: tuple[Part, ...], manager: str, panels: list[Part]
) -> tuple[tuple[str, str], ...]:
    """The posted fields with the reply's hidden fields; what the refreshed panels bring themselves is left to them."""
    inside = {name for part in panels for name in _field_names(part.content)}
    pressed = dict(carried).get(manager, "").partition("|")[2]
    gone = _TRANSIENT | inside | {manager, pressed, f"{pressed}.x", f"{pressed}.y"}
    fields = {name: value for name, value in carried if name not in gone}
    doubled = [(name, value) for name, value in carried if name not in gone and fields[name] != value]
    updates = {part.id: part.content for part in parts if part.kind == "hiddenField" and part.id not in _TRANSIENT}
    fields.update(updates)
    return (*doubled_without(doubled, updates), *fields.items())


def doubled_without(doubled: list[tuple[str, str]], updates: dict[str, str]) -> list[tuple[str, str]]:
    """Earlier values of fields sent more than once (check boxes of one name), unless the reply renewed them."""
    return [(name, value) for name, value in doubled if name not in updates]


def _field_names(content: str) -> Iterator[str]:
    if "name=" not in content:
        return
    for element in html.fragment_fromstring(content, create_parent="div").iter("input", "select", "textarea"):
        name = element.get("name")
        if name:
            yield name


def _registration(manager: str, panels: str, asynchronous: str, full: str) -> str:
    if not manager:
        return ""
    registered = [one for pair in panel_ids(_ids(panels)) for one in pair]
    lists = (registered, _ids(asynchronous), _ids(full))
    arrays = ", ".join("[" + ",".join(f"'{one}'" for one in ids) + "]" for ids in lists)
    return f"<script>Sys.WebForms.PageRequestManager._initialize('{_NO_ID.sub('', manager)}','', {arrays}, 90, '');</script>"


def _ids(value: str) -> list[str]:
    return [_NO_ID.sub("", one) for one in value.split(",")] if value else []


def page_of_delta(page: Page) -> Page:
    """A page whose body is an UpdatePanel's reply, as the page it stands for; any other page as it is.

    The form that was posted is taken from the page's own request.

    Raises:
        Rejected: as `apply_delta`.
    """
    if page.method != "POST" or not is_delta(page.body):
        return page
    carried = parse_qsl(page.request_body.decode("utf-8", "replace"), keep_blank_values=True)
    text, _ = apply_delta(page.body.decode("utf-8", "replace"), carried)
    headers = tuple(pair for pair in page.headers if pair[0].lower() not in ("content-type", "content-length"))
    return replace(page, body=text.encode(), headers=(*headers, ("Content-Type", "text/html; charset=utf-8")))

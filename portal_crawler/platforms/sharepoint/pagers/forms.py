"""The form of an ASP.NET page as a browser would send it: every successful control, the view state with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_crawler.extract.index import index_of
from portal_crawler.extract.xpath import elements
from portal_crawler.platforms.sharepoint.addresses import join_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.document import Document

_FIELDS = elements("//input[@name] | //select[@name] | //textarea[@name]")
_STATE = frozenset(["__VIEWSTATE", "__VIEWSTATEFIELDCOUNT", "__EVENTVALIDATION"])
#: Pressed or chosen by a person: a browser sends them only for the one button used.
_NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})
_SCRIPTS = elements("//script[contains(.,'PageRequestManager')]")
_INITIALIZE = re.compile(
    r"PageRequestManager\._initialize\(\s*['\"](?P<manager>[^'\"]+)['\"]\s*,[^,\[]{0,300}"
    r"(?:,\s*\[(?P<panels>[^\]]*)\]\s*,\s*\[(?P<asynchronous>[^\]]*)\]\s*,\s*\[(?P<full>[^\]]*)\])?"
)
_UPDATE = re.compile(
    r"\._updateControls\(\s*\[(?P<panels>[^\]]*)\]\s*,\s*\[(?P<asynchronous>[^\]]*)\]\s*,\s*\[(?P<full>[^\]]*)\]"
)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


@dataclass(frozen=True, slots=True)
class Panels:
    """The UpdatePanels a page registers: client id -> (unique id, children post asynchronously).

    `manager` is the ScriptManager's field name; `asynchronous` and `full` are unique ids of controls that post
    asynchronously, or never so, wherever they stand.
    """

    manager: str
    panels: dict[str, tuple[str, bool]]
    asynchronous: frozenset[str]
    full: frozenset[str]

    def around(self, element: HtmlElement, target: str) -> str | None:
        """The unique id of what is refreshed when `target` posts from `element`; None for a full post-back."""
        if target in self.full:
            return None
        holder: HtmlElement | None = element
        while holder is not None:
            panel = self.panels.get(holder.get("id") or "")
            if panel:
                return panel[0] if panel[1] or target in self.asynchronous else None
            holder = holder.getparent()
        return self.manager if target in self.asynchronous else None


def has_state(document: Document) -> bool:
    """True where the page has an ASP.NET form: without its state nothing can be posted back."""
    return bool(_state(document))


def form_action(document: Document) -> str:
    """The absolute address the page's ASP.NET form posts to."""
    form = _state_form(document)
    action = form.get("action") if form is not None else None
    return (join_url(document.base, action) if action else "") or document.url


def form_fields(document: Document) -> tuple[tuple[str, str], ...]:
    """All successful controls in page order, as (name, value).

    Controls of other forms (a search box inside the page) stay out; those that broken markup pushed out of every
    form come along.
    """
    own = _state_form(document)
    fields: list[tuple[str, str]] = []
    for element in _FIELDS(document.root):
        form = next(element.iterancestors("form"), None)
        if form is None or form is own:
            fields.extend((element.get("name") or "", value) for value in _values(element))
    return tuple(fields)


def _state(document: Document) -> list[HtmlElement]:
    return [one for one in index_of(document.root).named("input") if one.get("name") in _STATE]


def _state_form(document: Document) -> HtmlElement | None:
    state = _state(document)
    return next(state[0].iterancestors("form"), None) if state else None


def _values(element: HtmlElement) -> Iterator[str]:
    if "disabled" in element.attrib:
        return
    if element.tag == "textarea":
        yield element.text_content()
    elif element.tag == "select":
        yield from _chosen(element)
    else:
        kind = (element.get("type") or "text").lower()
        if kind in _NOT_SENT or (kind in {"checkbox", "radio"} and "checked" not in element.attrib):
            return
        yield element.get("value") or ("on" if kind in {"checkbox", "radio"} else "")


def _chosen(select: HtmlElement) -> Iterator[str]:
    options = [option for option in select.iter("option") if "disabled" not in option.attrib]
    chosen = [option for option in options if "selected" in option.attrib]
    if not chosen and options and "multiple" not in select.attrib:
        chosen = options[:1]
    for option in chosen if "multiple" in select.attrib else chosen[-1:]:
        value = option.get("value")
        yield option.text_content().strip() if value is None else value


def find_panels(document: Document) -> Panels | None:
    """What `Sys.WebForms.PageRequestManager` was told; None where the page has no ScriptManager."""
    for script in _SCRIPTS(document.root):
        text = script.text or ""
        match = _INITIALIZE.search(text)
        if match:
            return _panels(match["manager"], _UPDATE.search(text) or match)
    return None


def _panels(manager: str, match: re.Match[str]) -> Panels:
    ids = {
        name: [one or two for one, two in _QUOTED.findall(match[name] or "")]
        for name in ("panels", "asynchronous", "full")
    }
    panels = {client: (flagged[1:], flagged[:1] == "t") for flagged, client in panel_ids(ids["panels"])}
    # Client ids among the unique ones do no harm: events are named by unique ids.
    return Panels(manager, panels, frozenset(ids["asynchronous"]), frozenset(ids["full"]))


def panel_ids(ids: Sequence[str]) -> list[tuple[str, str]]:
    """(flagged unique id, client id) of each panel: ASP.NET 4.0 lists pairs, 3.5 unique ids alone.

    A unique id is flagged with t or f in front; a client id may be left empty where it follows from the unique one.
    """
    pairs = [*zip(ids[::2], ids[1::2], strict=False)]
    paired = len(ids) % 2 == 0 and all(
        client in {"", client_id(flagged[1:])} or not ("$" in client or client[:1] in {"t", "f"})
        for flagged, client in pairs
    )
    found = pairs if paired else [(flagged, "") for flagged in ids]
    return [(flagged, client or client_id(flagged[1:])) for flagged, client in found if flagged]


def client_id(unique_id: str) -> str:
    """The HTML id ASP.NET gives to a control's unique id."""
    return unique_id.replace("$", "_").replace(":", "_")

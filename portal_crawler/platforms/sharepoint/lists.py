"""Reads the list services of SharePoint (`_api/web/lists`, `_vti_bin/Lists.asmx`): which lists there are, how large."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import Rejected
from portal_crawler.extract.wording import one_line
from portal_crawler.platforms.sharepoint.xml_input import local_name, parse_xml

if TYPE_CHECKING:
    from lxml import etree

_MOST_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalList:
    """One SharePoint list: `id` is its GUID in lower case without braces, `items` how many it says it holds.

    `template` is its SPListTemplateType (100 custom list, 104 announcements, 301 posts, 850 pages …), 0 where not
    given; `path` its server-relative folder ("/Lists/TinTuc"), empty where not given.
    """

    id: str
    title: str
    items: int = 0
    template: int = 0
    hidden: bool = False
    path: str = ""

    @property
    def feed(self) -> str:
        """The relative address of the list's RSS feed, below its web."""
        return f"_layouts/15/listfeed.aspx?List=%7B{self.id.upper()}%7D"


def read_lists(data: bytes) -> tuple[PortalList, ...]:
    """The lists of an answer: JSON (any OData flavour), Atom, or the SOAP service's XML.

    Raises:
        Rejected: "not_a_list_answer" where it is none of them (a login page, an error), else as `xml_input.parse_xml`.
    """
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _from_json(data) if head in {b"{", b"["} else _from_xml(data)


def _from_json(data: bytes) -> tuple[PortalList, ...]:
    try:
        answer: Any = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Rejected("not_a_list_answer", f"no JSON: {error}") from error
    if isinstance(answer, dict):
        answer = answer.get("d", answer)
    if isinstance(answer, dict):
        answer = answer.get("results", answer.get("value"))
    if not isinstance(answer, list):
        raise Rejected("not_a_list_answer", "the JSON holds no lists")
    return _known(_from_fields(one, _folder(one)) for one in answer if isinstance(one, dict))


def _folder(entry: dict[str, Any]) -> str:
    folder = entry.get("RootFolder")
    path = folder.get("ServerRelativeUrl") if isinstance(folder, dict) else ""
    return str(path or "")


def _from_xml(data: bytes) -> tuple[PortalList, ...]:
    root = parse_xml(data, "list service's answer", else_reason="not_a_list_answer")
    found = []
    for element in root.iter():
        if local_name(element) == "properties":
            fields = {local_name(one): one.text or "" for one in element}
            found.append(_from_fields(fields, _inline_folder(element)))
        elif local_name(element) == "List" and element.get("ID"):
            names = {"ID": "Id", "ServerTemplate": "BaseTemplate"}
            fields = {names.get(str(name), str(name)): str(value) for name, value in element.attrib.items()}
            found.append(_from_fields(fields, _view_folder(fields.get("DefaultViewUrl", ""))))
    if not found and local_name(root) not in {"feed", "Envelope", "Lists"}:
        raise Rejected("not_a_list_answer", f"the root element is <{local_name(root)}>")
    return _known(found)


def _inline_folder(properties: etree._Element) -> str:
    """The folder an expanded Atom entry brings along: properties of its own, inside the entry around these."""
    entry = next((one for one in properties.iterancestors() if local_name(one) == "entry"), None)
    for one in entry.iter() if entry is not None else ():
        if local_name(one) == "ServerRelativeUrl" and one.getparent() is not properties:
            return one.text or ""
    return ""


def _view_folder(view: str) -> str:
    """Gives "/Lists/TinTuc" of "/Lists/TinTuc/AllItems.aspx"; library views stand one folder deeper."""
    return view.rpartition("/")[0].removesuffix("/Forms")


def _from_fields(fields: dict[str, Any], path: str) -> PortalList:
    return PortalList(
        id=str(fields.get("Id") or "").strip("{}").lower(),
        title=one_line(str(fields.get("Title") or "")),
        items=_number(fields.get("ItemCount")),
        template=_number(fields.get("BaseTemplate")),
        hidden=str(fields.get("Hidden", "")).lower() == "true",
        path=path,
    )


def _number(value: object) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else 0


def _known(lists: Any) -> tuple[PortalList, ...]:
    """Lists that have an id and a title, each once: inline folders look like lists but have neither."""
    return tuple({one.id: one for one in lists if one.id and one.title}.values())

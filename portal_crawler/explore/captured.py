"""Makes a captured page fit to be looked at inside a frame: its text and layout, nothing that runs, loads or leads away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from portal_crawler.extract.document import parse_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.items import Page

#: The frame may show styles written in the page and our own stored pictures, and nothing else; `sandbox` without
#: permissions: no script, no form, no way out, and an origin of its own.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'"

_DROPPED = (
    "script", "noscript", "iframe", "frame", "object", "embed", "applet", "link", "base", "meta", "audio", "video", "source",
)  # fmt: skip
#: Attributes by which an element asks for something.
_ASKING = ("srcset", "background", "poster", "data", "ping", "formaction", "action", "lowsrc", "dynsrc")
#: What asks within a style sheet.
_ASKING_STYLE = re.compile(r"@import[^;]*;?|url\s*\([^)]*\)?|image-set\s*\([^)]*\)?", re.IGNORECASE)
#: Larger pages are given as text only.
MAX_BYTES = 4 << 20


#: The id of the place where the article begins, so that the frame opens there and not at the portal's menu.
BEGINNING = "portal-crawler-title"
_STYLE = "html{font:15px/1.5 sans-serif}img{max-width:100%;height:auto}"


def fit_for_frame(page: Page, stored: Callable[[str], str | None], title: str = "") -> bytes:
    """The page as UTF-8 HTML; `stored` gives the local address of a picture, None where it is not kept.

    The last element whose text is the `title` gets the id `BEGINNING`.

    Raises:
        Rejected: it holds no HTML, or is larger than `MAX_BYTES`.
    """
    document = parse_document(page, MAX_BYTES)
    for element in [*document.root.iter(*_DROPPED), *document.root.iter(etree.Comment)]:
        element.drop_tree() if isinstance(element, lxml.html.HtmlElement) else _drop(element)
    for element in document.root.iter(etree.Element):
        _quiet(element, document.base, stored)
    _begin(document.root, title)
    result: bytes = lxml.html.tostring(document.root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return result


def _begin(root: etree._Element, title: str) -> None:
    head = root.find("head")
    if head is not None:
        style = etree.Element("style")
        style.text = _STYLE
        head.insert(0, style)
    wanted = " ".join(title.split())
    body = root.find("body")
    if body is None or not wanted:
        return
    for element in body.iter(etree.Element):
        if element.get("id") == BEGINNING:
            del element.attrib["id"]
    holders = [one for one in body.iter(etree.Element) if " ".join((one.text or "").split()) == wanted]
    if holders:
        holders[-1].set("id", BEGINNING)


def _quiet(element: etree._Element, base: str, stored: Callable[[str], str | None]) -> None:
    for name in [name for name in map(str, element.attrib) if name.startswith("on") or name in _ASKING]:
        del element.attrib[name]
    if "style" in element.attrib:
        element.attrib["style"] = _ASKING_STYLE.sub("", str(element.attrib["style"]))
    if element.tag == "style":
        element.text = _ASKING_STYLE.sub("", element.text or "")
    elif element.tag == "a":
        element.attrib.pop("href", "")
    elif "src" in element.attrib:
        local = stored(_absolute(base, str(element.attrib["src"]))) if element.tag == "img" else None
        element.attrib.pop("src")
        if local:
            element.attrib["src"] = local


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _drop(element: etree._Element) -> None:
    """Take an element out, its tail kept: as drop_tree, which plain lxml elements lack."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)

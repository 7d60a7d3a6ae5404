"""Parses XML of strangers: no document type, no entities, no network, no unbounded depth."""

from __future__ import annotations

import re

from lxml import etree

from pipelines.errors import Rejected

#: A document type before the root element, in any encoding whose letters are ASCII or ASCII with zero bytes.
_DOCTYPE = re.compile(
    rb"^[^<]{0,16}(?:<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|\s)*<!DOCTYPE", re.DOTALL | re.IGNORECASE
)
#: A page for people where XML was asked for: how a portal answers for a feed that it has not.
_HTML = re.compile(
    rb"^[^<]{0,16}(?:<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|\s)*<(?:!DOCTYPE\s+html\b|html\b)",
    re.DOTALL | re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_END_TAG = re.compile(rb"</([\w:.-]+)\s*>")


def parse_xml(data: bytes, what: str, *, else_reason: str) -> etree._Element:
    """The root element of a foreign XML file; `what` names it in messages ("sitemap"), `else_reason` stands for a web page.

    Markup errors in the middle are forgiven as long as the file is whole.

    Raises:
        Rejected: `else_reason` for a web page; "xml_doctype" for a document type (entity bombs and external entities need one); "cut_short"
            where the end is missing; "unreadable_xml" for anything else that is no XML.
    """
    head = data[:4096].replace(b"\x00", b"")
    if _HTML.match(head):
        raise Rejected(else_reason, f"the answer is a web page, not a {what}")
    if _DOCTYPE.match(head):
        raise Rejected("xml_doctype", f"the {what} declares a document type; entities are never expanded")
    try:
        root = etree.fromstring(data.lstrip(), _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        if "XML_PARSE_HUGE" in str(error):
            raise Rejected("unreadable_xml", f"the {what} nests too deep or holds too large a text: {error}") from error
        root = _mended(data, what)
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise Rejected("xml_doctype", f"the {what} declares a document type; entities are never expanded")
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def _mended(data: bytes, what: str) -> etree._Element:
    """A second try on a file with errors in the middle: stray control characters, a bare ampersand."""
    clean = _CONTROL.sub(b"", data).strip()
    last = _END_TAG.match(clean, max(clean.rfind(b"</"), 0))
    try:
        root = etree.fromstring(clean, _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected("unreadable_xml", f"the {what} is no XML: {error}") from error
    if root is None:
        raise Rejected("unreadable_xml", f"the {what} is no XML")
    if last is None or last[1].decode("ascii", "replace").rpartition(":")[2] != local_name(root):
        raise Rejected("cut_short", f"the {what} breaks off before its end tag </{local_name(root)}>")
    return root


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for anything that is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""

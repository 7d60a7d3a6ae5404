"""Says from its first bytes whether a file or an answer is a page worth reading; what a name or a header claims comes second."""

from __future__ import annotations

import codecs
import re
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["html", "feed", "delta", ""]

#: As many bytes as a decision needs: SharePoint pages and mirrors may put long comments before the first tag.
HEAD = 4096

_ASSETS = {
    "image": "jpg jpeg jpe jfif png gif bmp ico webp svg tif tiff avif heic wmf emf",
    "style": "css less scss",
    "script": "js mjs map json axd",
    "font": "woff woff2 ttf otf eot",
    "media": "mp3 mp4 m4a m4v avi wmv wma flv swf mov mkv webm ogg wav",
    "document": "pdf doc docx xls xlsx ppt pptx odt ods rtf txt csv zip rar 7z",
}
_KIND_OF_EXTENSION = {extension: kind for kind, names in _ASSETS.items() for extension in names.split()}

_PAGE_TYPES = {"text/html", "application/xhtml+xml"}
_FEED_TYPES = {"text/xml", "application/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"}
#: Types that servers use for want of a better one: the bytes decide.
_VAGUE_TYPES = {"", "text/plain", "application/octet-stream", "unk", "application/unknown"}

_PROLOGUE = re.compile(r"(?:\s|<!--.*?-->|<\?xml.*?\?>|<\?xml-stylesheet.*?\?>)*", re.DOTALL)
_FIRST_TAG = re.compile(r"<!?([a-zA-Z][\w:]*)(?:\s+([a-zA-Z]+))?")
_FEED_ROOTS = {"rss", "feed", "rdf:rdf", "urlset", "sitemapindex"}
_NO_PAGE_ROOTS = {"svg", "svg:svg", "wsdl:definitions", "d:multistatus"}
#: ASP.NET's UpdatePanel reply: "length|type|id|content|", the first of type "#"
_DELTA = re.compile(r"\s*\d+\|(?:#|[a-zA-Z]+)\|")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def asset_kind(name_or_url: str) -> str:
    """The kind of file ("image", "script", …) that the extension of a file name or an address tells; else empty."""
    path = unquote(urlsplit(name_or_url).path) if "://" in name_or_url else name_or_url
    last = path.rpartition("/")[2].lower()
    return _KIND_OF_EXTENSION.get(last.rpartition(".")[2], "") if "." in last else ""


def as_text(data: bytes) -> str:
    """Bytes as text good enough to search for ASCII marks in: by byte order mark, else UTF-8 with replacements."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def page_kind(head: bytes, content_type: str | None = None) -> Kind:
    """What the first bytes of a body are: a page, a feed or sitemap, an UpdatePanel reply, or none of them.

    `content_type` is the header as sent, None for a file, which has none. A binary is never a page, whatever its
    header claims; a text that its server calls HTML is one, even where it begins with no tag.
    """
    if not may_be_page(content_type) or _is_binary(head):
        return ""
    text = as_text(head[:HEAD])
    if _DELTA.match(text):
        return "delta"
    return _markup_kind(text, called_html=_media_type(content_type) in _PAGE_TYPES)


def may_be_page(content_type: str | None) -> bool:
    """False where a Content-Type header alone says that it is no page, so that the body need not be read."""
    claimed = _media_type(content_type)
    return claimed in _PAGE_TYPES or claimed in _FEED_TYPES or claimed in _VAGUE_TYPES


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _markup_kind(text: str, *, called_html: bool) -> Kind:
    """The kind of a text by its first tag."""
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    first = _FIRST_TAG.match(text, start)
    if first is None:
        return "html" if called_html or text.startswith("<!--", start) else ""
    root = (first[2] or "html" if first[1].lower() == "doctype" else first[1]).lower()
    if root in _FEED_ROOTS:
        return "feed"
    other_xml = root in _NO_PAGE_ROOTS or (not called_html and root != "html" and "<?xml" in text[:100])
    return "" if other_xml else "html"


def _is_binary(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return b"\x00" in head[:512] or head.startswith((b"%PDF", b"PK\x03\x04", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b"))

"""Turns the bytes of a page into one parsed tree, whatever its headers claim and however broken its markup is."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from pipelines.errors import Rejected
from portal_crawler.extract.xpath import string, truth
from portal_crawler.platforms.sharepoint.addresses import join_url

if TYPE_CHECKING:
    from pipelines.items import Page

#: The default of profile.crawl.max_bytes, for callers that have no profile.
MAX_BYTES = 32 * 1024 * 1024

#: Deeper than any page made by people; libxml2 drops what lies below 2,048 levels, Python recursion ends at 1,000.
MAX_DEPTH = 250

#: So many times one start tag may follow itself with nothing between.
_MOST_REPEATED = 40

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Control characters no text needs (tab, newline and form feed stay), and what can stand in no XML tree.
_CONTROL = dict.fromkeys([*range(9), 11, *range(14, 32), 127, 0xFEFF, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_CONTROL_BYTES = bytes(code for code in _CONTROL if code < 128)
_CONTROL_WIDE = tuple(one.encode("utf-8") for one in ("\ufeff", "\ufffe", "\uffff"))
#: The same written as character references, which libxml2 would turn into U+FFFD or let through.
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|11|1[4-9]|2[0-9]|3[01]|127)(?![0-9])|[xX]0*(?:[0-8bBeEfF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]));?"
)
_CONTROL_REFERENCE_BYTES = re.compile(_CONTROL_REFERENCE.pattern.encode("ascii"))
#: In windows-1258 a vowel is followed by its tone as a byte of its own: grave, hook, tilde, acute, dot below.
_1258_TONE = re.compile(rb"[aeiouyAEIOUY\xe2\xe3\xea\xf4\xf5\xfd\xc2\xc3\xca\xd4\xd5\xdd][\xcc\xd2\xde\xec\xf2]")
_1258_LETTER = re.compile(rb"[\xd0\xf0\xd5\xf5\xdd\xfd]")  # đ ơ ư: in no Western text beside such tones
_HIGH = re.compile(rb"[\x80-\xff]")

_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<(/?)([a-zA-Z][\w:-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>",
    re.DOTALL | re.IGNORECASE,
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
#: Elements that the parser closes by itself: they never nest and need not be counted.
_SELF_CLOSING = frozenset(
    ["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "body", "html", "head"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "big",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "nobr",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
    ]
)

#: lxml's own table asks Python about every element; nobody here needs its classes of forms and inputs.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment)

_DEEP = truth("/*" * MAX_DEPTH)
_BASE = string("/html/head/base/@href")


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed page. `root` is the html element; never change it: cut and copy first.

    `url` is the address the page came from, `base` the one its references are relative to. `encoding` names what
    the bytes were read as; `flags` are findings such as "charset_lied", "bytes_replaced", "too_deep_flattened".
    """

    root: html.HtmlElement = field(repr=False)
    url: str
    base: str
    encoding: str
    flags: tuple[str, ...] = ()


def parse_document(page: Page, max_bytes: int = MAX_BYTES) -> Document:
    """The one parse of a page.

    Raises:
        Rejected: "too_large" above `max_bytes`, "empty_page" where there is nothing to parse.
    """
    if len(page.body) > max_bytes:
        raise Rejected("too_large", f"{len(page.body)} bytes, the limit is {max_bytes} (profile: crawl.max_bytes)")
    data, encoding, flags = _readable(page.body, page.header("Content-Type"))
    root = _parse(data)
    if _DEEP(root):
        root = _parse(flatten(data.decode("utf-8")).encode("utf-8"))
        flags = (*flags, "too_deep_flattened")
    reference = _BASE(root)
    base = join_url(page.url, reference) if reference else ""
    return Document(root=root, url=page.url, base=base or page.url, encoding=encoding, flags=flags)


def _readable(body: bytes, content_type: str) -> tuple[bytes, str, tuple[str, ...]]:
    """A body as UTF-8 without what no tree can hold, what it was read as, and findings: nearly always the body itself."""
    data = body.removeprefix(codecs.BOM_UTF8)
    text, encoding = _clean_utf8(data), "utf-8"
    flags: tuple[str, ...] = ()
    if text is None:
        text, encoding, flags = decode(body, content_type)
        data = text.encode("utf-8")
    elif len(data) == len(body):
        flags = _lies(body, _declared(body, content_type))
    if not text or text.isspace():
        raise Rejected("empty_page", "the server sent no content")
    return data, encoding, flags


def _clean_utf8(body: bytes) -> str | None:
    """The text of a body that is whole UTF-8 with nothing to take out; None for all others."""
    if _has_control(body) or _CONTROL_REFERENCE_BYTES.search(body):
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _parse(data: bytes) -> html.HtmlElement:
    # Feeding UTF-8 with the encoding named keeps libxml2 from believing the page's own meta element. Nobody asks for
    # elements by a hash table of ids, whose making takes a tenth of the parse.
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, huge_tree=True, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Rejected("empty_page", f"no element could be read: {error}") from error
    if root is None or root.tag != "html":
        raise Rejected("empty_page", "no element could be read")
    return root


def decode(body: bytes, content_type: str = "") -> tuple[str, str, tuple[str, ...]]:
    """The text of a body, the encoding it was read as, and findings.

    Bytes that are valid UTF-8 are UTF-8, whatever header and meta say: no other encoding of Vietnamese passes that
    test by accident. windows-1258, which writes tones as separate characters, comes out composed (NFC).
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(name, "replace")), name, _replaced(body[len(bom) :], name)
    wide = _utf16_without_bom(body)
    if wide:
        return _clean(body.decode(wide, "replace")), wide, _replaced(body, wide)
    declared = _declared(body, content_type)
    text = _as_utf8(body)
    if text is not None:
        return _clean(text), "utf-8", _lies(body, declared)
    return _decode_8bit(body, declared)


def _lies(body: bytes, declared: str) -> tuple[str, ...]:
    """The finding that UTF-8 was called something else; to call plain ASCII so is no lie."""
    return ("charset_lied",) if declared not in ("", "utf-8") and not body.isascii() else ()


def _declared(body: bytes, content_type: str) -> str:
    """The encoding header or meta names, header first, by its Python name; empty where none is known."""
    return _known(http_content_type_encoding(content_type)) or _known(html_body_declared_encoding(body[:4096]))


def _known(name: str | None) -> str:
    known = resolve_encoding(name) if name else None
    return known if known and not known.startswith(("utf-16", "utf-32")) else ""


def _as_utf8(body: bytes) -> str | None:
    """Strict UTF-8, but a last character cut in two by the end of the body is forgiven."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        return decoder.decode(body, final=False)
    except UnicodeDecodeError:
        return None


def _decode_8bit(body: bytes, declared: str) -> tuple[str, str, tuple[str, ...]]:
    as_utf8 = body.decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    kept = sum(1 for character in as_utf8 if character > "\x7f") - broken
    if kept > 10 * broken:
        return _clean(as_utf8), "utf-8", ("bytes_replaced",)
    if _looks_1258(body):
        declared, flags = "cp1258", ("charset_lied",) if declared not in ("cp1258", "") else ()
    else:
        declared, flags = declared if declared not in ("", "utf-8") else "cp1252", ()
    text = body.decode(declared, "replace")
    if "\ufffd" in text:
        flags = (*flags, "bytes_replaced")
    if declared == "cp1258":
        text = unicodedata.normalize("NFC", text)
    return _clean(text), declared, flags


def _looks_1258(body: bytes) -> bool:
    high = len(_HIGH.findall(body))
    return len(_1258_TONE.findall(body)) * 6 > high and len(_1258_LETTER.findall(body)) * 50 > high


def _utf16_without_bom(body: bytes) -> str:
    """The byte order of UTF-16 whose mark is missing: nearly every second byte of the markup is zero."""
    head = body[:400]
    pairs = len(head) // 2
    if pairs < 8:
        return ""
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[offset::2].count(0) > 0.7 * pairs and head[1 - offset :: 2].count(0) < 0.1 * pairs:
            return name
    return ""


def _replaced(body: bytes, encoding: str) -> tuple[str, ...]:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return ("bytes_replaced",)
    return ()


def _clean(text: str) -> str:
    try:
        damaged = _has_control(text.encode("utf-8"))
    except UnicodeEncodeError:
        damaged = True  # half a surrogate pair
    return _CONTROL_REFERENCE.sub("", text.translate(_CONTROL) if damaged else text)


def _has_control(data: bytes) -> bool:
    """True where any character of UTF-8 must go; a regular expression takes five times as long."""
    return len(data.translate(None, _CONTROL_BYTES)) < len(data) or (
        b"\xef" in data and any(one in data for one in _CONTROL_WIDE)
    )


def flatten(text: str) -> str:
    """HTML whose elements nest less than `MAX_DEPTH` levels deep: what nests deeper gives way, its text stays.

    First to go are repetitions of one start tag with nothing between them, so that the page below them keeps its
    structure. A block that goes becomes a paragraph, so that its text does not run into the text before it.
    """
    nesting = _Nesting()
    return _TAG.sub(nesting.keep, text)


class _Nesting:
    """The open elements while tags are read in order; `open` holds (name, kept)."""

    def __init__(self) -> None:
        self.open: list[tuple[str, bool]] = []
        self.counts: dict[str, int] = {}
        self.depth = 0
        self.run, self.run_name, self.run_end = 0, "", -1

    def keep(self, match: re.Match[str]) -> str:
        name = (match[3] or "").lower()
        if not name or name in _VOID or name in _SELF_CLOSING or match[4].endswith("/"):
            return match[0]
        if match[2]:
            return self.close(name, match[0])
        again = name == self.run_name and match.start() == self.run_end
        self.run = self.run + 1 if again else 1
        self.run_name, self.run_end = name, match.end()
        kept = self.depth < MAX_DEPTH - 50 and self.run <= _MOST_REPEATED
        self.open.append((name, kept))
        self.counts[name] = self.counts.get(name, 0) + 1
        self.depth += kept
        return match[0] if kept else "" if name in _INLINE else "<p>"

    def close(self, name: str, tag: str) -> str:
        if not self.counts.get(name):
            return tag
        while True:
            opened, kept = self.open.pop()
            self.counts[opened] -= 1
            self.depth -= kept
            if opened == name:
                return tag if kept else "" if name in _INLINE else "</p>"

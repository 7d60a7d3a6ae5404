"""Says what a file is by its bytes: a server's header, an address and a name are only claims."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

#: As many bytes as the beginning of a text is searched in for its first tag.
HEAD = 4096

HTML = "text/html"
SVG = "image/svg+xml"
PROGRAM = "application/x-executable"
UNKNOWN = "application/octet-stream"

#: Type -> extension under which such a file is kept; a type that is not here is kept as ".bin".
EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
    "image/tiff": ".tif", "image/svg+xml": ".svg", "image/avif": ".avif", "image/heic": ".heic", "image/x-icon": ".ico",
    "application/pdf": ".pdf", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt", "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/zip": ".zip", "application/vnd.rar": ".rar", "application/x-7z-compressed": ".7z",
    "application/gzip": ".gz", "application/rtf": ".rtf", "text/plain": ".txt", "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a", "audio/wav": ".wav", "audio/ogg": ".ogg", "video/mp4": ".mp4", "video/quicktime": ".mov",
    "video/webm": ".webm", "video/x-msvideo": ".avi", "video/x-flv": ".flv", "video/x-ms-asf": ".wmv",
}  # fmt: skip

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"), (b"{\\rtf", "application/rtf"), (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"\x1f\x8b\x08", "application/gzip"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"), (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"), (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM),
)  # fmt: skip
_BMP_HEADERS = frozenset(struct.pack("<I", size) for size in (12, 40, 56, 108, 124))
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
#: Bytes of an archive's list of contents that are read to tell documents from other archives.
_LONGEST_CONTENTS = 1 << 20
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: Names of the main stream of old Office files, as their directory writes them.
_STREAMS = (
    ("WordDocument", "application/msword"), ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"), ("Book", "application/vnd.ms-excel"),
)  # fmt: skip
_PROLOGUE = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE\s+svg[^>\[]*>)*", re.DOTALL | re.IGNORECASE)
_FIRST_TAG = re.compile(r"<!?([a-z][\w:.-]*)", re.IGNORECASE)
_HTML_TAGS = frozenset("doctype html head body title meta script style link div p table form span br a".split())  # noqa: SIM905 - read as a sentence

#: What a drawing may consist of; anything else could run, load or ask for something.
_SVG_TAGS = frozenset(
    "svg g defs title desc metadata path rect circle ellipse line polyline polygon text tspan image symbol use marker "  # noqa: SIM905 - read as a sentence
    "clippath mask pattern lineargradient radialgradient stop".split()
)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def sniff(data: bytes) -> str:
    """The media type of a file's bytes; `UNKNOWN` for a binary that none of the rules knows."""
    signed = next((kind for magic, kind in _SIGNATURES if data.startswith(magic)), "")
    return signed or _container_type(data) or _text_type(data)


def dimensions(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header of a JPEG, PNG, GIF, WebP or BMP; None for others and broken ones."""
    try:
        found = _dimensions(data)
    except (struct.error, IndexError):
        return None
    return found if found and found[0] > 0 and found[1] > 0 else None


def is_passive_svg(data: bytes) -> bool:
    """True for a drawing of known shapes only: no script, no handler, no address but inside itself, no entity."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in data.upper():
        return False
    return all(_is_passive(element) for element in root.iter())


def _is_passive(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return element.tag is etree.Comment
    name = etree.QName(element)
    # elements of other vocabularies (an editor's notes) do nothing, but those of a page would
    drawn = name.namespace in (None, "http://www.w3.org/2000/svg")
    if name.namespace == "http://www.w3.org/1999/xhtml" or (drawn and name.localname.lower() not in _SVG_TAGS):
        return False
    return not any(_is_active(name, value) for name, value in _attributes(element))


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name).rpartition("}")[2].lower(), re.sub(r"\s", "", str(value)).lower()


def _is_active(name: str, value: str) -> bool:
    if name.startswith("on") or "script:" in value or "url(" in value.replace("url(#", ""):
        return True
    return name in ("href", "src") and not value.startswith(("#", "data:image/png", "data:image/jpeg"))


def _dimensions(data: bytes) -> tuple[int, int] | None:
    kind = sniff(data[:64]) if data[:2] != b"\xff\xd8" else "image/jpeg"
    match kind:
        case "image/jpeg":
            return _jpeg_dimensions(data)
        case "image/png":
            width, height = struct.unpack(">II", data[16:24])
        case "image/gif":
            width, height = struct.unpack("<HH", data[6:10])
        case "image/webp":
            return _webp_dimensions(data)
        case "image/bmp":
            width, height = struct.unpack("<HH" if data[14] == 12 else "<ii", data[18 : 22 if data[14] == 12 else 26])
            height = abs(height)  # a negative height says that the rows begin at the top
        case _:
            return None
    return width, height


def _jpeg_dimensions(data: bytes) -> tuple[int, int] | None:
    """The size in the frame header, which stands behind any number of other segments (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _webp_dimensions(data: bytes) -> tuple[int, int] | None:
    """The canvas of the three kinds of WebP (RFC 9649, section 2)."""
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = struct.unpack("<I", data[21:25])[0]
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
    return None


def _container_type(data: bytes) -> str:
    """The type of a file whose first bytes only name a family; empty where they name none."""
    kind = ""
    if data[:4] == b"RIFF":
        kind = _RIFF.get(data[8:12], UNKNOWN)
    elif data[:2] == b"BM" and data[14:18] in _BMP_HEADERS:
        kind = "image/bmp"
    elif data[4:8] == b"ftyp":
        kind = _BRANDS.get(data[8:12], "video/mp4")
    elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        kind = _zip_type(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        kind = next((found for name, found in _STREAMS if name.encode("utf-16-le") in data), UNKNOWN)
    elif b"%PDF-" in data[:1024] and data.lstrip()[:1] != b"<":  # readers allow for bytes before it
        kind = "application/pdf"
    return kind


def _zip_type(data: bytes) -> str:
    """An archive, or one of the document formats that are archives; only its list of contents is read."""
    end = data.rfind(b"PK\x05\x06")
    listed = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
    if listed > _LONGEST_CONTENTS or b"PK\x06\x07" in data[-70_000:]:
        return "application/zip"  # no office document has so much to list, and a list may be made to fill the memory
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        return next(
            (kind for place, kind in _OFFICE.items() if any(name.startswith(place) for name in names)),
            "application/zip",
        )
    declared = data[38:90].decode("latin-1") if data[30:38] == b"mimetype" else ""
    odf = next((kind for kind in EXTENSIONS if "opendocument" in kind and declared.startswith(kind)), "")
    return odf or "application/zip"


def _text_type(data: bytes) -> str:
    """HTML, a drawing, plain text, or an unknown binary."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    start = data[:HEAD].decode(encoding, "replace")
    prologue = _PROLOGUE.match(start)
    first = _FIRST_TAG.match(start, prologue.end() if prologue else 0)
    name = first[1].lower() if first else ""
    if name.rpartition(":")[2] == "svg":
        return SVG
    if name in _HTML_TAGS or "<html" in start.lower():
        return HTML
    if b"\x00" in data[:HEAD] and encoding == "utf-8":
        return UNKNOWN
    return "text/plain" if start.count("\ufffd") * 20 <= len(start) else UNKNOWN

"""What a file is stands in its bytes: types, sizes, and which drawings are harmless."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from pipelines.export.media import EXTENSIONS as EXPORTED
from pipelines.filetypes import EXTENSIONS, HTML, PROGRAM, SVG, UNKNOWN, dimensions, is_passive_svg, sniff
from pipelines.media_rules import refuse
from portal_crawler.sample_portal import media as sample

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return out.getvalue()


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIii", 100, 0, 0, 54, 40, width, height) + b"\x01\x00\x18\x00" + b"\x00" * 46


def webp(chunk: bytes, content: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(content) + 12) + b"WEBP" + chunk + struct.pack("<I", len(content)) + content


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (sample.jpeg(1, "a"), "image/jpeg"),
        (sample.png(1, "a"), "image/png"),
        (b"GIF89a\x05\x00\x07\x00", "image/gif"),
        (webp(b"VP8X", b"\x00" * 10), "image/webp"),
        (bmp(3, 4), "image/bmp"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b"\x00\x00\x00\x1cftypisom", "video/mp4"),
        (sample.pdf("a"), "application/pdf"),
        (b"\r\n\r\n%PDF-1.4\n", "application/pdf"),
        (archive("a.txt"), "application/zip"),
        (archive("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (OLE + b"\x00" * 40 + "WordDocument".encode("utf-16-le"), "application/msword"),
        (OLE + b"\x00" * 40 + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        (OLE + b"\x00" * 40, UNKNOWN),
        (b"PK\x03\x04 and no list of contents", UNKNOWN),
        (b"MZ\x90\x00", PROGRAM),
        (b"<!DOCTYPE html><html></html>", HTML),
        (b"\xef\xbb\xbf  <!-- x --> <HTML>", HTML),
        ("<html>Cổng</html>".encode("utf-16"), HTML),
        (b"<p>%PDF-1.4</p>", HTML),
        (b'<?xml version="1.0"?><!-- x --><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>', SVG),
        ("Thông báo: 5 < 6".encode(), "text/plain"),
        (b"\x01\x02\x00\x03", UNKNOWN),
        (b"", "text/plain"),
    ],
)
def test_the_type_is_told_by_the_bytes(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (sample.jpeg(1, "a comment before the frame" * 50), (480, 320)),
        (sample.png(1, "a"), (120, 80)),
        (b"GIF89a\x05\x00\x07\x00", (5, 7)),
        (webp(b"VP8X", b"\x00" * 4 + b"\xff\x00\x00\x0f\x01\x00"), (256, 272)),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", 99 | 49 << 14)), (100, 50)),
        (webp(b"VP8 ", b"\x00" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", 640 | 1 << 14, 480)), (640, 480)),
        (bmp(30, -40), (30, 40)),
        (sample.jpeg(1, "a")[:60], None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0\x00\x00" * 3, None),
        (b"GIF89a\x00\x00\x00\x00", None),
        (sample.pdf("a"), None),
        (b"", None),
    ],
)
def test_the_size_stands_in_the_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert dimensions(data) == size


def test_an_endless_list_of_contents_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many = archive(*(f"word/{number:05d}{'x' * 200}" for number in range(4500)), "[Content_Types].xml")
    monkeypatch.setattr(zipfile.ZipFile, "namelist", lambda _self: pytest.fail("it was read"))
    assert sniff(many) == "application/zip"


def drawing(content: str) -> bytes:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {space}>{content}</svg>".encode()


def test_a_drawing_of_shapes_is_passive() -> None:
    shapes = (
        '<defs><linearGradient id="a"/></defs><!-- x --><g fill="url(#a)"><path d="M0 0"/><use xlink:href="#b"/></g>'
    )
    assert is_passive_svg(drawing(shapes))


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<path onclick="alert(1)"/>',
        '<a xlink:href="java&#9;script:alert(1)"><text>x</text></a>',
        '<use xlink:href="http://elsewhere.example/x.svg#a"/>',
        '<image href="http://elsewhere.example/count.gif"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        "<style>@import url(http://elsewhere.example)</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<rect fill="url(http://elsewhere.example)"/>',
        "<path>",
    ],
)
def test_a_drawing_that_could_do_something_is_not(content: str) -> None:
    assert not is_passive_svg(drawing(content))


def test_a_drawing_with_entities_is_not() -> None:
    assert not is_passive_svg(
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
    )


@pytest.mark.parametrize(
    ("data", "use", "address", "reason"),
    [
        (sample.jpeg(1, "a"), "image", "http://a.example/a.png", ""),
        (b"<html></html>", "image", "http://a.example/a.jpg", "not_an_image"),
        (sample.pdf("a"), "image", "http://a.example/a.jpg", "not_an_image"),
        (sample.pdf("a"), "attachment", "http://a.example/a.doc", ""),
        (b"<html></html>", "attachment", "http://a.example/a.pdf", "not_a_document"),
        (b"an error occurred", "attachment", "http://a.example/a%2Epdf", "not_a_document"),
        (b"a note", "attachment", "http://a.example/a.txt", ""),
        (b"\x01\x02\x00", "attachment", "http://a.example/a.dwg", ""),
        (drawing("<script/>"), "image", "http://a.example/a.svg", "active_svg"),
        (drawing("<path/>"), "image", "http://a.example/a.svg", ""),
        (b"MZ\x90", "attachment", "http://a.example/a.pdf", "program"),
        (b"", "image", "http://a.example/a.jpg", "empty_file"),
    ],
)
def test_a_file_stands_only_for_what_it_is(data: bytes, use: str, address: str, reason: str) -> None:
    assert refuse(sniff(data), data, use, address) == reason


def test_exports_give_a_type_the_extension_it_is_kept_under() -> None:
    shared = EXTENSIONS.keys() & EXPORTED.keys()
    assert len(shared) > 20
    assert {kind: EXTENSIONS[kind] for kind in shared} == {kind: EXPORTED[kind] for kind in shared}

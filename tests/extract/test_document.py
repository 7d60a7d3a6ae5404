import time
import unicodedata

import pytest

from pipelines.errors import Rejected
from pipelines.items import Page
from portal_crawler.extract.document import MAX_DEPTH, decode, parse_document

SENTENCE = "Hội nghị sơ kết 6 tháng đầu năm tại phường Phú Khương, thành phố Bến Tre đã bàn nhiều việc lớn."


def page(body: bytes, content_type: str = "text/html") -> Page:
    return Page(url="http://portal.example/Pages/tin.aspx", body=body, headers=(("Content-Type", content_type),))


def as_1258(text: str) -> bytes:
    """windows-1258 as Vietnamese editors write it: a composed base letter, then the tone as its own byte."""
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            shape = "".join(mark for mark in marks if mark in "\u0302\u0306\u031b")
            tone = "".join(mark for mark in marks if mark not in "\u0302\u0306\u031b")
            out += (unicodedata.normalize("NFC", base + shape) + tone).encode("cp1258")
    return bytes(out)


def html(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (html(SENTENCE).encode(), "text/html; charset=utf-8", "utf-8"),
        (html(SENTENCE).encode(), "text/html", "utf-8"),
        (html(SENTENCE).encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (html(SENTENCE, '<meta charset="windows-1252">').encode(), "text/html; charset=utf-8", "utf-8"),
        (html(SENTENCE, '<meta charset="utf-16">').encode(), "text/html", "utf-8"),
        (b"\xef\xbb\xbf" + html(SENTENCE).encode(), "text/html; charset=windows-1258", "utf-8"),
        (html(SENTENCE).encode("utf-16"), "text/html; charset=utf-8", "utf-16-le"),
        (html(SENTENCE).encode("utf-16-be"), "text/html; charset=utf-8", "utf-16-be"),
        (html(SENTENCE).encode("utf-16-le"), "text/html", "utf-16-le"),
        (as_1258(html(SENTENCE)), "text/html; charset=windows-1258", "cp1258"),
        (as_1258(html(SENTENCE, '<meta charset="windows-1258">')), "text/html; charset=utf-8", "cp1258"),
        (as_1258(html(SENTENCE)), "text/html; charset=iso-8859-1", "cp1258"),
        (as_1258(html(SENTENCE)), "text/html", "cp1258"),
    ],
)
def test_right_text_whatever_header_and_meta_claim(body, content_type, encoding):
    document = parse_document(page(body, content_type))
    assert document.root.findtext(".//p") == SENTENCE
    assert document.encoding == encoding


def test_western_text_is_not_taken_for_vietnamese():
    text = "La città è più bella: può darsi che il però sia già lì, né più né meno."
    assert decode(html(text).encode("cp1252"), "text/html; charset=iso-8859-1")[:2] == (html(text), "cp1252")


def test_a_lying_header_is_a_finding():
    assert parse_document(page(html(SENTENCE).encode(), "text/html; charset=iso-8859-1")).flags == ("charset_lied",)


def test_a_single_broken_byte_does_not_turn_the_page_into_mojibake():
    body = html(SENTENCE * 3).encode().replace("sơ".encode(), b"s\xff", 1)
    document = parse_document(page(body))
    assert "phường Phú Khương" in document.root.findtext(".//p")
    assert document.flags == ("bytes_replaced",)


def test_nul_and_control_characters_do_not_cut_the_text():
    body = html("Hội \x00nghị\x0b sơ\x08 kết&#0;&#8; xong").encode()
    assert parse_document(page(body)).root.findtext(".//p") == "Hội nghị sơ kết xong"


@pytest.mark.parametrize("tag", ["div", "b", "font", "table", "ul", "p"])
def test_a_hundred_thousand_unclosed_tags_keep_their_text(tag):
    body = f"<html><body>{f'<{tag}>chữ ' * 100_000}<p>Câu cuối.</p></body></html>".encode()
    started = time.process_time()
    root = parse_document(page(body)).root
    assert time.process_time() - started < 10
    assert root.text_content().count("chữ") == 100_000
    assert root.text_content().endswith("Câu cuối.")
    deepest = max(sum(1 for _ in element.iterancestors()) for element in root.xpath("//*[not(*)]")[-50:])
    assert deepest < MAX_DEPTH


def test_a_page_above_the_limit_is_refused_with_its_size():
    with pytest.raises(Rejected, match="too_large: 2048 bytes"):
        parse_document(page(b"x" * 2048), max_bytes=1024)


@pytest.mark.parametrize("body", [b"", b"   \r\n ", b"\x00\x00\x00", b"<!-- -->"])
def test_a_page_of_nothing_is_refused(body):
    with pytest.raises(Rejected, match="empty_page"):
        parse_document(page(body))


def test_references_are_relative_to_the_base_element():
    body = b'<html><head><base href="/tin/"></head><body><p>x</p></body></html>'
    assert parse_document(page(body)).base == "http://portal.example/tin/"


def test_text_outside_any_element_is_kept():
    assert parse_document(page("Chỉ có chữ".encode())).root.text_content() == "Chỉ có chữ"

from __future__ import annotations

import pytest

from portal_crawler.sources.sniff import asset_kind, page_kind


@pytest.mark.parametrize(
    ("head", "content_type", "expected"),
    [
        (b"<!DOCTYPE html><html>", None, "html"),
        (b"\r\n\r\n<html><!--\n Page saved with SingleFile", None, "html"),
        (b"<!-- saved from url=(0020)http://a.vn/b.aspx -->\r\n<html>", None, "html"),
        (b"<!-- " + b"giay phep " * 900 + b"--><html>", None, "html"),
        (b"<table><tr><td>", None, "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML"><html>', None, "html"),
        ("\ufeff<html>".encode("utf-16-le"), None, "html"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><rss version="2.0">', None, "feed"),
        (b"<?xml version='1.0'?><urlset xmlns='x'>", "application/xml", "feed"),
        (b"1|#||4|1234|updatePanel|ctl00_UpdatePanel1|<div>", "text/plain", "delta"),
        (b"Ba\xcc\x80i vi\xc3\xaa\xcc\x81t", "text/html; charset=utf-8", "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None, ""),
        (b"<?xml version='1.0'?><wsdl:definitions>", None, ""),
        (b"<?xml version='1.0'?><bang><dong/></bang>", "text/xml", ""),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "text/html", ""),
        (b"%PDF-1.4", "text/html", ""),
        (b"body { color: red }", None, ""),
        (b"var x = '<div>';", None, ""),
        (b"<html>", "image/jpeg", ""),
        (b"<html>", "application/octet-stream", "html"),
        (b"", None, ""),
    ],
)
def test_a_page_is_told_by_its_first_bytes_before_its_header(
    head: bytes, content_type: str | None, expected: str
) -> None:
    assert page_kind(head, content_type) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anh dep.JPG", "image"),
        ("http://a.vn/PublishingImages/x.png?RenditionID=5", "image"),
        ("http://a.vn/_layouts/15/init.js?rev=1", "script"),
        ("DispForm.aspx?ID=66", ""),
        ("http://a.vn/tin/2018.10", ""),
        ("Quyet dinh 12.pdf", "document"),
        ("khong-duoi", ""),
    ],
)
def test_assets_are_known_by_their_extension(name: str, expected: str) -> None:
    assert asset_kind(name) == expected

from __future__ import annotations

import gzip
import random
import tracemalloc
from io import BytesIO
from typing import TYPE_CHECKING

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders

from pipelines.items import Page
from portal_crawler.sources import open_source
from tests.sources.archives import HTML, Builder, chunked, digest_of, read
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.profile import Profile

URL = f"http://{HOST}/Lists/X/DispForm.aspx?ID="


@pytest.mark.parametrize("name", ["kho.warc.gz", "kho.warc"])
def test_pages_come_in_order_with_their_place_and_time_and_other_records_are_counted(
    tmp_path: Path, profile: Profile, name: str
) -> None:
    built = Builder(gzip=name.endswith(".gz"))
    built.response(URL + "1", html_page(1))
    built.response(f"http://{HOST}/anh.jpg", b"\xff\xd8\xff" + bytes(50), ("Content-Type", "image/jpeg"))
    built.response(f"http://{HOST}/a.css", b"body{}", ("Content-Type", "text/css"))
    built.response(f"http://{HOST}/thieu.png", b"<html>404</html>", status="404 Not Found")
    built.response(URL + "2", html_page(2), date="2019-01-02T03:04:05.678Z")
    built.response(f"http://{HOST}/cu.aspx", b"", ("Location", URL + "2"), status="301 Moved Permanently")
    built.response(URL + "404", b"<html>khong tim thay</html>", status="404 Not Found")
    path = built.write(tmp_path / name)
    source = open_source(path, profile)
    found = [item for item in source if isinstance(item, Page)]
    assert [(page.url, page.status) for page in found] == [
        (URL + "1", 200),
        (URL + "2", 200),
        (f"http://{HOST}/cu.aspx", 301),
        (URL + "404", 404),
    ]
    assert found[0].body == html_page(1)
    assert found[0].origin == "warc"
    assert [page.captured_at for page in found[:2]] == ["2018-10-26T04:00:00+00:00", "2019-01-02T03:04:05.678000+00:00"]
    assert [page.source for page in found[:2]] == [f"{name}@{built.offsets[0]}", f"{name}@{built.offsets[4]}"]
    assert found[2].header("location") == URL + "2"
    assert source.skipped == {"image": 2, "style": 1}
    assert [item for item in source if isinstance(item, Page)] == found


def test_transfer_and_content_encodings_are_undone(tmp_path: Path, profile: Profile) -> None:
    page = html_page(1)
    built = Builder()
    built.response(
        URL + "1", chunked(gzip.compress(page)), HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")
    )
    built.response(URL + "2", brotli.compress(page), HTML, ("content-encoding", "br"))
    built.response(
        URL + "3", page, HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")
    )  # decoded long ago
    built.response(
        URL + "4",
        page,
        HTML,
        ("X-Crawler-Content-Encoding", "gzip"),
        ("X-Crawler-Content-Length", "9"),
        ("Content-Length", str(len(page))),
    )
    found, failed = read(built.write(tmp_path / "a.warc.gz"), profile)
    assert not failed
    assert [one.body for one in found] == [page] * 4
    assert found[3].headers == (HTML, ("Content-Encoding", "gzip"), ("Content-Length", "9"))


def test_a_revisit_has_the_body_of_its_original_and_its_own_time(tmp_path: Path, profile: Profile) -> None:
    built = Builder()
    first = built.response(URL + "1", gzip.compress(html_page(1)), HTML, ("Content-Encoding", "gzip"))
    digest = digest_of(first)
    built.revisit(
        URL + "1", digest=digest, original=URL + "1", original_date="2018-10-26T04:00:00Z", date="2020-01-01T00:00:00Z"
    )
    built.revisit(
        f"https://{HOST}/khac.aspx", digest=digest, original="", original_date="", date="2021-01-01T00:00:00Z"
    )
    not_modified = built.writer.create_revisit_record(
        URL + "1", "sha1:KHONG", URL + "1", "2018-10-26T04:00:00Z",
        http_headers=StatusAndHeaders("304 Not Modified", [("ETag", "x")], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": "2022-01-01T00:00:00Z"},
    )  # fmt: skip
    built.add(not_modified)
    built.revisit(
        URL + "1", digest=digest, original=URL + "1", original_date="", date="2023-01-01T00:00:00Z", headers=False
    )
    found, failed = read(built.write(tmp_path / "a.warc.gz"), profile)
    assert not failed
    assert [(page.url, page.captured_at[:4], page.status) for page in found] == [
        (URL + "1", "2018", 200),
        (URL + "1", "2020", 200),
        (f"https://{HOST}/khac.aspx", "2021", 200),
        (URL + "1", "2022", 200),
        (URL + "1", "2023", 200),
    ]
    assert {page.body for page in found} == {html_page(1)}
    assert len({page.source for page in found}) == 5


def test_a_revisit_finds_its_original_in_a_later_file_of_the_folder(tmp_path: Path, profile: Profile) -> None:
    late, early = Builder(), Builder(gzip=False)
    original = early.response(URL + "1", html_page(1))
    late.revisit(
        URL + "1",
        digest=digest_of(original),
        original=URL + "1",
        original_date="2018-10-26T04:00:00Z",
        date="2020-01-01T00:00:00Z",
    )
    late.revisit(
        URL + "2",
        digest="sha1:MATTOI",
        original=URL + "2",
        original_date="2018-10-26T04:00:00Z",
        date="2020-01-01T00:00:00Z",
    )
    late.write(tmp_path / "a.warc.gz")
    early.write(tmp_path / "sau" / "b.warc")
    found, failed = read(tmp_path, profile)
    assert [(page.source.partition("@")[0], page.captured_at[:4]) for page in found] == [
        ("sau/b.warc", "2018"),
        ("a.warc.gz", "2020"),
    ]
    assert found[0].body == found[1].body
    assert [(one.url, one.reason) for one in failed] == [(URL + "2", "revisit_without_original")]


@pytest.mark.parametrize("as_one", [False, True])
def test_a_revisit_of_a_page_larger_than_any_buffer_is_whole(tmp_path: Path, profile: Profile, as_one: bool) -> None:
    page = b"<html>" + random.Random(1).randbytes(300_000).hex().encode() + b"</html>"
    built = Builder(gzip=not as_one)
    original = built.response(URL + "1", page)
    built.response(URL + "2", html_page(2))
    for year in ("2019", "2020"):
        built.revisit(
            URL + "1",
            digest=digest_of(original),
            original=URL + "1",
            original_date="2018-10-26T04:00:00Z",
            date=f"{year}-01-01T00:00:00Z",
        )
    path = built.write(tmp_path / "a.warc.gz")
    if as_one:
        path.write_bytes(gzip.compress(path.read_bytes()))
    found, failed = read(path, profile)
    assert not failed
    assert [one.body for one in found] == [page, html_page(2), page, page]


def test_a_revisit_of_a_picture_is_passed_over(tmp_path: Path, profile: Profile) -> None:
    built = Builder()
    picture = built.response(f"http://{HOST}/anh", b"\xff\xd8\xff" + bytes(50), ("Content-Type", "image/jpeg"))
    built.revisit(
        f"http://{HOST}/anh",
        digest=digest_of(picture),
        original="",
        original_date="",
        date="2020-01-01T00:00:00Z",
        headers=False,
    )
    built.response(URL + "1", html_page(1))
    source = open_source(built.write(tmp_path / "a.warc.gz"), profile)
    assert [item.url for item in source] == [URL + "1"]
    assert source.skipped == {"other": 2}


@pytest.mark.parametrize("request_first", [True, False])
def test_a_post_is_joined_to_its_answer_whichever_comes_first(
    tmp_path: Path, profile: Profile, request_first: bool
) -> None:
    built = Builder()
    url = f"http://{HOST}/Trang/Tin.aspx"
    for page in (1, 2):
        form = f"__EVENTTARGET=trang{page}".encode()
        answer = built.writer.create_warc_record(
            url, "response", payload=BytesIO(html_page(page)), length=len(html_page(page)),
            http_headers=StatusAndHeaders("200 OK", [HTML], protocol="HTTP/1.1"),
        )  # fmt: skip
        asked = built.writer.create_warc_record(
            url, "request", payload=BytesIO(form), length=len(form),
            http_headers=StatusAndHeaders("/Trang/Tin.aspx HTTP/1.1", [("Host", HOST)], protocol="POST"),
        )  # fmt: skip
        one, other = (asked, answer) if request_first else (answer, asked)
        other.rec_headers.add_header("WARC-Concurrent-To", one.rec_headers.get_header("WARC-Record-ID"))
        built.add(one)
        built.add(other)
    built.response(URL + "1", html_page(3))
    found, failed = read(built.write(tmp_path / "a.warc.gz"), profile)
    assert not failed
    assert [(page.method, page.request_body) for page in found] == [
        ("POST", b"__EVENTTARGET=trang1"),
        ("POST", b"__EVENTTARGET=trang2"),
        ("GET", b""),
    ]
    assert [page.body for page in found] == [html_page(1), html_page(2), html_page(3)]


def test_a_file_zipped_as_a_whole_is_read_too(tmp_path: Path, profile: Profile) -> None:
    built = Builder(gzip=False)
    first = built.response(URL + "1", html_page(1))
    for number in (2, 3):
        built.response(URL + str(number), html_page(number))
    built.revisit(
        URL + "1",
        digest=digest_of(first),
        original=URL + "1",
        original_date="2018-10-26T04:00:00Z",
        date="2020-01-01T00:00:00Z",
    )
    whole = gzip.compress(built.buffer.getvalue())
    (tmp_path / "a.warc.gz").write_bytes(whole)
    found, failed = read(tmp_path / "a.warc.gz", profile)
    assert [page.url[-1] for page in found] == ["1", "2", "3", "1"]
    assert not failed
    (tmp_path / "a.warc.gz").write_bytes(whole[: -len(whole) // 3])
    found, failed = read(tmp_path / "a.warc.gz", profile)
    assert found[0].url == URL + "1"
    assert [one.reason for one in failed] == ["cut_short"]


def test_resource_records_and_odd_addresses_are_read(tmp_path: Path, profile: Profile) -> None:
    built = Builder()
    record = built.writer.create_warc_record(
        f"<{URL}1>", "resource", payload=BytesIO(html_page(1)), length=len(html_page(1)), warc_content_type="text/html"
    )
    built.add(record)
    built.add(
        built.writer.create_warc_record(
            "dns:thanhpho.example.vn", "resource", payload=BytesIO(b"1.2.3.4"), length=7, warc_content_type="text/dns"
        )
    )
    found, failed = read(built.write(tmp_path / "a.warc.gz"), profile)
    assert [(page.url, page.header("content-type"), page.body) for page in found] == [
        (URL + "1", "text/html", html_page(1))
    ]
    assert not failed


def test_memory_stays_flat_however_many_records(tmp_path: Path, profile: Profile) -> None:
    page = html_page(1)[:6000]

    def peak_of(records: int) -> int:
        built = Builder()
        for number in range(records):
            built.response(URL + str(number), page + str(number).encode())
        path = built.write(tmp_path / f"{records}.warc.gz")
        del built
        tracemalloc.start()
        try:
            assert sum(isinstance(item, Page) for item in open_source(path, profile)) == records
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(300)  # caches of the standard library fill up to their limits
    few = peak_of(300)
    assert peak_of(900) - few < 600 * 100  # bytes a record; each page has 6,000

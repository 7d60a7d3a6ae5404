from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio_main

from pipelines.errors import StorageError
from pipelines.items import Page
from pipelines.storage.warc_headers import as_recorded, as_sent
from pipelines.storage.warc_writer import WarcWriter
from portal_crawler.sources import open_source
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.profile import Profile

URL = f"https://{HOST}/Lists/X/DispForm.aspx?ID="
NAMES = ["cao.warc.gz", "cao.warc"]


def page(number: int, **values: Any) -> Page:
    given = {
        "url": URL + str(number),
        "requested_url": URL + str(number),
        "body": html_page(number),
        "headers": (("Content-Type", "text/html; charset=utf-8"), ("X-Muc", "Tin tức")),
        "captured_at": f"2025-06-30T01:02:{number % 60:02}+00:00",
    }
    return Page(**{**given, **values})


def written(path: Path, *pages: Page) -> Path:
    with WarcWriter(path, software="portal-crawler (test)", info={"isPartOf": "thanh_pho"}) as writer:
        for one in pages:
            writer.write(one)
    return path


def kinds(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def fields_of(one: Page) -> tuple[Any, ...]:
    return (
        one.url, one.requested_url, one.redirects, one.status, one.headers, one.body, one.captured_at, one.method, one.request_body,
    )  # fmt: skip


PAGES = (
    page(1),
    page(2, headers=(("Content-Encoding", "gzip"), ("Content-Type", "text/html"), ("Content-Length", "4711"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))),
    page(3, status=404),
    page(4, status=302, body=b"", headers=(("Location", "/Trang/Đích.aspx"), ("Content-Type", "text/html"), ("Content-Length", "0"))),
    page(5, requested_url=URL + "cu", redirects=(URL + "cu", URL + "giua")),
    page(6, method="POST", request_body=b"__EVENTTARGET=trang2&__VIEWSTATE=%2FwEP"),
    page(7, status=500, captured_at="2025-06-30T01:02:03.456789+00:00"),
    page(8, body=html_page(1)),  # the same payload: a revisit
    page(9, headers=(("Transfer-Encoding", "chunked"), ("Content-Type", "text/html"))),
    page(10, body=b"", headers=(("Content-Type", "text/html"),)),
    page(11, status=799),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_pages_come_back_from_their_warc_equal(tmp_path: Path, profile: Profile, name: str) -> None:
    found = list(open_source(written(tmp_path / name, *PAGES), profile))
    assert [fields_of(one) for one in found] == [fields_of(one) for one in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_warcio_checks_it_and_every_answer_has_its_request(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / name, *PAGES)
    with pytest.raises(SystemExit) as ended:
        warcio_main(["check", "-v", str(path)])
    assert ended.value.code == 0
    assert "failed" not in capsys.readouterr().out
    expected = [kind for number in range(len(PAGES)) for kind in ("revisit" if number == 7 else "response", "request")]
    assert kinds(path) == ["warcinfo", *expected]
    with path.open("rb") as file:
        answer = ""
        for record in ArchiveIterator(file):
            if record.rec_type == "request":
                assert record.rec_headers.get_header("WARC-Concurrent-To") == answer
            answer = record.rec_headers.get_header("WARC-Record-ID")


def test_other_tools_read_the_decoded_body_whatever_encoding_the_server_used(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", PAGES[1])
    with path.open("rb") as file:
        (answer,) = [
            record.content_stream().read() for record in ArchiveIterator(file) if record.rec_type == "response"
        ]
    assert answer == PAGES[1].body


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Content-Type", "content-length", "Content-Encoding", "Transfer-Encoding", "X-A", "Date"]),
            st.sampled_from(["gzip", "12", "5", "text/html"]),
        ),
        unique_by=lambda pair: pair[0].lower(),
    )
)
def test_headers_come_back_as_the_server_sent_them(headers: list[tuple[str, str]]) -> None:
    recorded = as_recorded(tuple(headers), 12)
    assert as_sent(tuple(recorded)) == tuple(headers)
    lengths = [value for name, value in recorded if name.lower() == "content-length"]
    assert lengths in ([], ["12"])
    assert not {name.lower() for name, _ in recorded} & {"content-encoding", "transfer-encoding"}


@settings(max_examples=25)
@given(
    body=st.binary(max_size=2000),
    status=st.integers(100, 599).filter(lambda code: code not in (206, 304) and not 300 <= code < 400),
)
def test_any_body_comes_back_to_the_byte(tmp_path_factory: pytest.TempPathFactory, body: bytes, status: int) -> None:
    from pipelines.storage.warc_records import Record, read_records

    path = written(tmp_path_factory.mktemp("warc") / "a.warc.gz", page(1, body=body, status=status))
    with path.open("rb") as file:
        bodies = []
        for found in read_records(file):
            assert isinstance(found, Record)
            if found.kind == "response":
                found.http_head()
                bodies.append(found.stream.read())
    assert bodies == [body]


def test_a_header_cannot_smuggle_in_another_line(tmp_path: Path, profile: Profile) -> None:
    hostile = page(
        1, headers=(("Content-Type", "text/html"), ("X-A", "b\r\nLocation: http://127.0.0.1/\r\n\r\n<html>"))
    )
    (found,) = open_source(written(tmp_path / "a.warc", hostile), profile)
    assert isinstance(found, Page)
    assert found.header("location") == ""
    assert found.body == hostile.body


@pytest.mark.parametrize("name", NAMES)
def test_writing_goes_on_where_it_stopped_and_knows_the_payloads_there(
    tmp_path: Path, profile: Profile, name: str
) -> None:
    path = written(tmp_path / name, page(1))
    written(path, page(2), page(3, body=html_page(1)))
    assert kinds(path) == ["warcinfo", "response", "request", "response", "request", "revisit", "request"]
    assert [one.body for one in open_source(path, profile)] == [html_page(1), html_page(2), html_page(1)]


@pytest.mark.parametrize("name", NAMES)
def test_after_a_crash_the_torn_record_is_cut_off_and_all_before_it_is_kept(
    tmp_path: Path, profile: Profile, name: str
) -> None:
    whole = written(tmp_path / name, page(1), page(2)).read_bytes()
    torn = tmp_path / f"torn-{name}"
    before = len(written(tmp_path / f"one-{name}", page(1)).read_bytes())
    for cut in {*range(before - 3, len(whole), 997), *range(len(whole) - 12, len(whole)), 0, 1, 2, 9, 100}:
        torn.write_bytes(whole[:cut])
        written(torn, page(3))
        found = list(open_source(torn, profile))
        assert all(isinstance(one, Page) for one in found), cut
        numbers = [re.sub(r".*=", "", one.url) for one in found]
        assert numbers[-1] == "3", cut
        assert cut < before + 3 or numbers[0] == "1", cut


def test_a_file_that_is_somebody_elses_or_damaged_inside_is_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "ghi-chu.warc.gz"
    notes.write_bytes(b"danh sach viec can lam\n" * 40)
    with pytest.raises(StorageError, match="no WARC"):
        written(notes, page(1))
    assert notes.read_bytes() == b"danh sach viec can lam\n" * 40
    path = written(tmp_path / "a.warc.gz", page(1), page(2), page(3))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(StorageError, match="damaged"):
        written(path, page(4))
    assert path.read_bytes() == bytes(data)


def test_a_full_disk_is_told_and_leaves_no_torn_record(tmp_path: Path, profile: Profile) -> None:
    path = tmp_path / "a.warc.gz"
    writer = WarcWriter(path, software="portal-crawler (test)")
    writer.write(page(1))
    real = writer._file

    class Full:
        def write(self, data: bytes) -> int:
            if len(data) > 2000:
                return real.write(bytes(data)[:1500])
            raise OSError(errno.ENOSPC, "No space left on device")

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    writer._file = Full()  # type: ignore[assignment]
    with pytest.raises(StorageError, match=r"a\.warc\.gz: No space left"):
        writer.write(page(2))
    writer._file = real
    writer.write(page(3))
    writer.close()
    assert [one.url for one in open_source(path, profile)] == [URL + "1", URL + "3"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="khong-co"):
        WarcWriter(tmp_path / "khong-co" / "a.warc", software="x")

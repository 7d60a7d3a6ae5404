from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from portal_crawler.sources import open_source
from tests.sources.archives import HTML, Builder, chunked, read
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.profile import Profile

URL = f"http://{HOST}/Lists/X/DispForm.aspx?ID="


def test_what_was_not_captured_whole_is_a_failure_with_its_reason(tmp_path: Path, profile: Profile) -> None:
    page = html_page(1)
    built = Builder()
    built.response(URL + "1", page[:9000], fields={"WARC-Truncated": "length"})
    built.response(URL + "2", page[:9000], HTML, ("Content-Length", str(len(page))))
    built.response(URL + "3", chunked(page)[:-300], HTML, ("Transfer-Encoding", "chunked"))
    built.response(URL + "4", gzip.compress(page)[:-9], HTML, ("Content-Encoding", "gzip"))
    built.response(URL + "5", page[:900], status="206 Partial Content")
    built.response(URL + "6", gzip.compress(b"<html>" + bytes(40 * 1024 * 1024)), HTML, ("Content-Encoding", "gzip"))
    built.response(URL + "7", b"<html>" + b" " * 34 * 1024 * 1024)
    built.response(URL + "8", page, status="chao ban")
    built.response(URL + "9", page)
    found, failed = read(built.write(tmp_path / "a.warc.gz"), profile)
    assert [one.url for one in found] == [URL + "9"]
    assert [(one.url[-1], one.reason) for one in failed] == [
        ("1", "cut_short"), ("2", "cut_short"), ("3", "cut_short"), ("4", "cut_short"), ("5", "cut_short"),
        ("6", "too_large"), ("7", "too_large"), ("8", "bad_record"),
    ]  # fmt: skip
    assert all("a.warc.gz@" in one.detail for one in failed)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_a_cut_off_last_record_is_a_failure_and_the_rest_is_kept(tmp_path: Path, profile: Profile, name: str) -> None:
    built = Builder(gzip=name.endswith(".gz"))
    for number in range(4):
        built.response(URL + str(number), html_page(number))
    data = built.buffer.getvalue()
    for cut in (built.offsets[3] + 5, built.offsets[3] + 250, built.offsets[3] + 700, len(data) - 50):
        (tmp_path / name).write_bytes(data[:cut])
        found, failed = read(tmp_path / name, profile)
        assert [page.url for page in found] == [URL + "0", URL + "1", URL + "2"], cut
        assert len(failed) == 1, cut
        assert failed[0].reason in ("cut_short", "damaged_record")


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_damage_in_the_middle_costs_only_what_it_hit(tmp_path: Path, profile: Profile, name: str) -> None:
    built = Builder(gzip=name.endswith(".gz"))
    for number in range(6):
        built.response(URL + str(number), html_page(number))
    data = bytearray(built.buffer.getvalue())
    # a crash tore record 2, and the program went on behind it; later a copy error hit the head of record 4
    torn = data[: built.offsets[2] + 600] + data[built.offsets[3] :]
    at = len(torn) - (len(data) - built.offsets[4])
    torn[at : at + 12] = b"\0" * 12
    (tmp_path / name).write_bytes(torn)
    found, failed = read(tmp_path / name, profile)
    numbers = [int(page.url.rpartition("=")[2]) for page in found]
    assert {0, 1, 5} <= set(numbers)
    assert not {2, 4} & set(numbers)
    assert numbers == sorted(numbers)
    assert failed


def test_a_bomb_in_the_headers_is_stopped_in_little_memory(tmp_path: Path, profile: Profile) -> None:
    good = Builder()
    good.response(URL + "1", html_page(1))
    bomb = gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * 64 * 1024 * 1024)
    lines = gzip.compress(b"WARC/1.0\r\n" + b"A: b\r\n" * 1024 * 1024)
    (tmp_path / "a.warc.gz").write_bytes(good.buffer.getvalue() + bomb + lines + good.buffer.getvalue())
    tracemalloc.start()
    try:
        found, failed = read(tmp_path / "a.warc.gz", profile)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [page.url for page in found] == [URL + "1"] * 2
    assert len(failed) == 2
    assert peak < 48 * 1024 * 1024


@pytest.mark.parametrize(
    "data", [b"", b"hello, toi khong phai la WARC\r\n" * 9, gzip.compress(b"khong phai"), b"\x1f\x8b\x08"]
)
def test_a_file_that_is_no_warc_ends_with_what_to_give(tmp_path: Path, profile: Profile, data: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    with pytest.raises(SourceError, match=r"give a \.warc"):
        list(open_source(tmp_path / "a.warc.gz", profile))

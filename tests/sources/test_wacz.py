from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.items import Failure, Page
from portal_crawler.sources import open_source
from tests.sources.archives import Builder, digest_of
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.profile import Profile

URL = f"http://{HOST}/Lists/X/DispForm.aspx?ID="


def wacz(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "wacz_version": "1.1.1"}))
        archive.writestr("pages/pages.jsonl", json.dumps({"url": URL + "1", "ts": "2018-10-26T04:00:00Z"}))
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def warc(*numbers: int, gzip: bool = True) -> bytes:
    built = Builder(gzip=gzip)
    for number in numbers:
        built.response(URL + str(number), html_page(number))
    return built.buffer.getvalue()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_all_warc_files_of_a_wacz_are_read_in_order_and_across(
    tmp_path: Path, profile: Profile, compression: int
) -> None:
    one, two = Builder(), Builder(gzip=False)
    original = one.response(URL + "1", html_page(1))
    two.response(URL + "2", html_page(2))
    two.revisit(
        URL + "3",
        digest=digest_of(original),
        original=URL + "1",
        original_date="2018-10-26T04:00:00Z",
        date="2020-01-01T00:00:00Z",
    )
    path = wacz(
        tmp_path / "kho.wacz",
        {
            "archive/b.warc": two.buffer.getvalue(),
            "archive/a.warc.gz": one.buffer.getvalue(),
            "indexes/index.cdx": b"-",
        },
        compression=compression,
    )
    items = list(open_source(path, profile))
    assert [(item.url, item.source.partition("@")[0]) for item in items if isinstance(item, Page)] == [
        (URL + "1", "kho.wacz/archive/a.warc.gz"),
        (URL + "2", "kho.wacz/archive/b.warc"),
        (URL + "3", "kho.wacz/archive/b.warc"),
    ]
    assert not [item for item in items if isinstance(item, Failure)]
    assert {item.origin for item in items if isinstance(item, Page)} == {"warc"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kho.wacz"]


@pytest.mark.parametrize(
    "name", ["../ngoai.warc.gz", "/etc/a.warc", "archive\\..\\..\\a.warc.gz", "C:\\a.warc.gz", "a/../../b.warc"]
)
def test_members_that_point_outside_are_refused_and_the_rest_is_read(
    tmp_path: Path, profile: Profile, name: str
) -> None:
    path = wacz(tmp_path / "kho.wacz", {name: warc(2), "archive/a.warc.gz": warc(1)})
    items = list(open_source(path, profile))
    assert [item.reason for item in items if isinstance(item, Failure)] == ["unsafe_name"]
    assert [item.url for item in items if isinstance(item, Page)] == [URL + "1"]


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path, profile: Profile) -> None:
    bomb = bytes(16 * 1024 * 1024)
    path = wacz(
        tmp_path / "kho.wacz", {"archive/a.warc": bomb, "archive/b.warc.gz": warc(1)}, compression=zipfile.ZIP_DEFLATED
    )
    items = list(open_source(path, profile))
    assert [item.reason for item in items if isinstance(item, Failure)] == ["too_large"]
    assert [item.url for item in items if isinstance(item, Page)] == [URL + "1"]


def test_a_damaged_member_is_a_failure_and_what_precedes_the_damage_is_read(tmp_path: Path, profile: Profile) -> None:
    data = warc(1, 2, 3)
    path = wacz(tmp_path / "kho.wacz", {"archive/a.warc.gz": data})
    whole = bytearray(path.read_bytes())
    at = whole.find(data[-2000:])
    whole[at : at + 20] = bytes(20)
    path.write_bytes(whole)
    items = list(open_source(path, profile))
    assert [item.url for item in items if isinstance(item, Page)][:2] == [URL + "1", URL + "2"]
    assert [item for item in items if isinstance(item, Failure)]


def test_what_is_no_wacz_ends_with_what_to_give_and_is_one_failure_in_a_folder(
    tmp_path: Path, profile: Profile
) -> None:
    (tmp_path / "a.wacz").write_bytes(b"PK khong phai")
    wacz(tmp_path / "b.wacz", {})
    for name in ("a.wacz", "b.wacz"):
        with pytest.raises(SourceError, match="give"):
            list(open_source(tmp_path / name, profile))
    (tmp_path / "c.warc.gz").write_bytes(warc(1))
    items = list(open_source(tmp_path, profile))
    assert [item.url for item in items if isinstance(item, Page)] == [URL + "1"]
    assert [item.reason for item in items if isinstance(item, Failure)] == ["unreadable", "unreadable"]

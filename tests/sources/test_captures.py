from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError, StorageError
from pipelines.items import Page
from pipelines.storage import capture_codec, captures
from pipelines.storage.captures import (
    has_source,
    insert_capture,
    iter_capture_ids,
    iter_captures,
    read_capture,
    recompress,
    train_dictionary,
)
from pipelines.storage.store import Store
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = f"https://{HOST}/Lists/X/DispForm.aspx?ID="


@dataclass
class Kept:
    store: Store
    run_id: int
    portal: str = "thanh_pho"

    @property
    def conn(self) -> sqlite3.Connection:
        return self.store.conn

    def add(self, page: Page) -> int:
        return insert_capture(self.store, page, self.run_id, self.portal)

    def value(self, query: str) -> Any:
        return self.conn.execute(query).fetchone()[0]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with Store.open(tmp_path / "thu.db", command="test") as store:
        run_id = store.begin_run("thanh_pho", "news", {})
        store.conn.execute("BEGIN")
        yield Kept(store, run_id)


def page(number: int, **values: Any) -> Page:
    given = {
        "url": URL + str(number),
        "requested_url": URL + str(number),
        "body": html_page(number),
        "captured_at": "2025-06-30T01:02:03+00:00",
    }
    return Page(**{**given, **values})


FULL = page(
    1,
    status=500,
    headers=(("Content-Type", "text/html"), ("set-cookie", "a=1"), ("Set-Cookie", "b=\u00e9\x00\udcff")),
    redirects=(URL + "a", URL + "b"),
    requested_url=URL + "a",
    source="kho.warc.gz@12",
    method="POST",
    request_body=b"__VIEWSTATE=" + bytes(range(256)),
    origin="warc",
)


def test_a_page_comes_back_as_it_was_in_every_part(kept: Kept) -> None:
    assert read_capture(kept.conn, kept.add(FULL)) == FULL
    assert kept.value("SELECT size FROM captures") == len(FULL.body)


@settings(max_examples=60)
@given(
    bodies=st.lists(st.one_of(st.binary(max_size=300), st.sampled_from([html_page(1), html_page(2), b""])), max_size=6),
    trained=st.booleans(),
)
def test_any_bodies_come_back_to_the_byte_with_and_without_a_dictionary(bodies: list[bytes], trained: bool) -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None, factory=_Connection)
    conn.execute("CREATE TABLE capture_dictionaries (id INTEGER PRIMARY KEY, portal, dictionary, samples, created_at)")
    conn.execute(
        "CREATE TABLE captures (id INTEGER PRIMARY KEY, portal, url, requested_url, method, request_body, status, headers, "
        "redirects, codec, dictionary_id, size, sha256, captured_at, origin, source, run_id, body)"
    )
    if trained:
        conn.execute("INSERT INTO capture_dictionaries VALUES (1, 'thanh_pho', ?, 8, '')", (DICTIONARY,))
    holder = _Holder(conn)
    ids = [insert_capture(holder, page(1, body=body), 1, "thanh_pho") for body in bodies]
    assert [read_capture(conn, one).body for one in ids] == bodies
    conn.close()


class _Connection(sqlite3.Connection):
    """Can be referred to weakly, as the store's own."""


@dataclass
class _Holder:
    conn: sqlite3.Connection


DICTIONARY = capture_codec.train([html_page(number) for number in range(8)])


def test_an_unchanged_page_is_kept_once_and_a_changed_one_anew(kept: Kept) -> None:
    other = page(1, body=html_page(99))
    ids = [kept.add(one) for one in (page(1), page(1, captured_at="2025-07-01T00:00:00+00:00"), other, other, page(1))]
    stored = [row[0] for row in kept.conn.execute("SELECT length(body) > 0 FROM captures ORDER BY id")]
    assert stored == [1, 0, 1, 0, 1]
    assert [read_capture(kept.conn, one).body for one in ids] == [
        html_page(1),
        html_page(1),
        html_page(99),
        html_page(99),
        html_page(1),
    ]
    assert read_capture(kept.conn, ids[1]).captured_at == "2025-07-01T00:00:00+00:00"


def test_a_dictionary_comes_with_the_eightieth_page_and_older_pages_stay_readable(kept: Kept) -> None:
    ids = [kept.add(page(number)) for number in range(140)]
    codecs = [row[0] for row in kept.conn.execute("SELECT codec FROM captures ORDER BY id")]
    assert codecs == ["zstd"] * 80 + ["zstd+dictionary"] * 60
    assert kept.value("SELECT count(*) FROM capture_dictionaries") == 1
    kept.store.commit()
    with sqlite3.connect(kept.store.path, factory=_Connection) as reader:
        for number, capture_id in enumerate(ids):
            assert read_capture(reader, capture_id).body == html_page(number)
    reader.close()


def test_pages_of_one_template_take_a_third_of_zlib_or_less(kept: Kept) -> None:
    for number in range(160):
        kept.add(page(number))
    packed, size = kept.conn.execute(
        "SELECT sum(length(body)), sum(size) FROM captures WHERE codec = 'zstd+dictionary'"
    ).fetchone()
    by_zlib = sum(len(zlib.compress(html_page(number), 9)) for number in range(80, 160))
    assert size == sum(len(html_page(number)) for number in range(80, 160))
    assert packed * 3 < by_zlib


def test_recompressing_changes_no_byte_of_any_page(kept: Kept) -> None:
    ids = [kept.add(page(number)) for number in range(30)]
    ids += [kept.add(page(3)), kept.add(page(3))]
    before = [read_capture(kept.conn, one) for one in ids]
    assert train_dictionary(kept.conn, "thanh_pho")
    total_before, total_after = recompress(kept.conn, "thanh_pho")
    assert total_after * 2 < total_before
    assert total_after == kept.value("SELECT sum(length(body)) FROM captures")
    assert [read_capture(kept.conn, one) for one in ids] == before
    assert recompress(kept.conn, "thanh_pho") == (total_after, total_after)


def test_too_few_pages_make_no_dictionary_and_portals_share_none(kept: Kept) -> None:
    for number in range(7):
        kept.add(page(number))
    assert train_dictionary(kept.conn, "thanh_pho") is None
    kept.add(page(8))
    assert train_dictionary(kept.conn, "thanh_pho")
    insert_capture(kept.store, page(1), kept.run_id, "huyen_khac")
    assert kept.value("SELECT codec FROM captures WHERE portal = 'huyen_khac'") == "zstd"


def test_a_dictionary_taken_back_with_its_transaction_is_not_used(kept: Kept) -> None:
    for number in range(9):
        kept.add(page(number))
    kept.conn.execute("SAVEPOINT mot")
    first = train_dictionary(kept.conn, "thanh_pho")
    kept.conn.execute("ROLLBACK TO mot")
    one = kept.add(page(20))
    for number in range(30, 50):
        kept.add(page(number, body=html_page(number).replace(b"menu", b"thuc-don")))
    assert train_dictionary(kept.conn, "thanh_pho") == first
    two = kept.add(page(21))
    assert [read_capture(kept.conn, capture).body for capture in (one, two)] == [html_page(20), html_page(21)]
    kept.store.commit()
    with sqlite3.connect(kept.store.path, factory=_Connection) as reader:
        assert read_capture(reader, two).body == html_page(21)
    reader.close()


def test_captures_are_walked_in_order_while_more_are_written(kept: Kept) -> None:
    kept.add(page(1))
    kept.add(page(2))
    seen = []
    for capture_id, one in iter_captures(kept.conn, "thanh_pho"):
        seen.append(one.url)
        if len(seen) == 1:
            kept.add(page(3))
        assert capture_id
    assert seen[:2] == [URL + "1", URL + "2"]
    assert list(iter_capture_ids(kept.conn, "khac")) == []
    assert len(list(iter_captures(kept.conn))) == 3


def test_the_latest_good_answer_of_each_address_is_chosen_by_time_not_by_order(kept: Kept) -> None:
    late = page(1, body=b"moi", captured_at="2025-01-01T05:00:00+07:00")
    early = page(
        1, body=b"cu", captured_at="2025-01-01T00:00:00+02:00"
    )  # is later as text is not: 22:00 UTC the day before
    broken = page(1, body=b"loi", status=500, captured_at="2025-05-01T00:00:00+00:00")
    only_bad = page(2, body=b"mat", status=404)
    forms = [page(3, method="POST", request_body=b"%d" % number, body=b"trang %d" % number) for number in (1, 2)]
    late_utc = replace(late, captured_at="2025-01-01T23:00:00+00:00")
    for one in (late_utc, early, broken, only_bad, *forms):
        kept.add(one)
    latest = [one.body for _, one in iter_captures(kept.conn, "thanh_pho", latest_only=True)]
    assert latest == [b"moi", b"mat", b"trang 1", b"trang 2"]


def test_a_page_of_an_archive_is_known_by_its_place_before_it_is_fetched(kept: Kept) -> None:
    kept.add(FULL)
    assert has_source(kept.conn, "thanh_pho", FULL.url, FULL.source)
    assert not has_source(kept.conn, "thanh_pho", FULL.url, "kho.warc.gz@13")
    assert not has_source(kept.conn, "khac", FULL.url, FULL.source)


def test_damage_is_told_with_the_capture_and_never_returned_as_a_page(kept: Kept) -> None:
    one, two = kept.add(page(1)), kept.add(page(2))
    kept.conn.execute("UPDATE captures SET body = substr(body, 1, length(body) - 9) WHERE id = ?", (one,))
    kept.conn.execute("UPDATE captures SET body = ? WHERE id = ?", (capture_codec.pack(b"khac"), two))
    for capture_id in (one, two):
        with pytest.raises(StorageError, match=f"capture {capture_id} of https"):
            read_capture(kept.conn, capture_id)
    with pytest.raises(ConfigurationError, match="no capture 99"):
        read_capture(kept.conn, 99)


def test_hostile_addresses_do_not_stop_the_writing(kept: Kept) -> None:
    odd = page(1, url="http://a.vn/\udcff\x00x", source="tin\udc80.html")
    capture_id = kept.add(odd)
    assert read_capture(kept.conn, capture_id).body == odd.body
    assert has_source(kept.conn, "thanh_pho", odd.url, odd.source)


def test_the_codec_refuses_a_frame_of_another_dictionary() -> None:
    one = capture_codec.Dictionary(1, DICTIONARY)
    other = capture_codec.Dictionary(2, capture_codec.train([html_page(number)[::-1] for number in range(8)]))
    packed = capture_codec.pack(html_page(5), one)
    assert capture_codec.unpack(packed, one) == html_page(5)
    for wrong in (other, None):
        with pytest.raises(ValueError, match=r"."):
            capture_codec.unpack(packed, wrong)


def test_a_portal_of_pages_without_text_waits_before_it_tries_again(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def refuse(samples: list[bytes]) -> bytes:
        tried.append(len(samples))
        raise ValueError

    monkeypatch.setattr(captures.capture_codec, "train", refuse)
    for number in range(220):
        kept.add(page(number, body=b"%d" % number))
    assert len(tried) == 2

"""Reading: a typed row an article, in one order, from one moment."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pipelines.storage import dataset as dataset_module
from pipelines.storage.dataset import Dataset, Row
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article, rich_article, url


def filled(db: Path, *articles: object) -> Dataset:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        for one in articles:
            store.save_article(one, run)  # type: ignore[arg-type]
        store.finish_duplicates(PORTAL)
    return Dataset.open(db)


def test_a_row_has_all_that_was_stored(db: Path) -> None:
    wanted = rich_article(3)
    with filled(db, wanted) as dataset:
        row = next(dataset.articles())
    for name in (
        "uid",
        "key",
        "title",
        "summary",
        "author",
        "category",
        "published_at",
        "body_text",
        "body_html",
        "views",
        "flags",
    ):
        assert getattr(row, name) == getattr(wanted, name)
    assert row.urls == tuple(sorted(wanted.urls))
    assert [(one.url, one.caption, one.credit, one.role, one.sha256) for one in row.images] == [
        ("http://xa.example/a.jpg", "Trồng cây", "Lê Mẫu", "lead", None)
    ]
    assert [(one.position, one.url, one.name) for one in row.attachments] == [
        (1, "http://xa.example/a.pdf", "Kế hoạch")
    ]
    assert (row.state, row.revisions, row.duplicate_of) == ("live", 1, None)


def test_the_log_never_prints_a_body(db: Path) -> None:
    with filled(db, article(1)) as dataset:
        assert "nạo vét" not in repr(next(dataset.articles()))


def test_the_order_is_that_of_the_data_and_not_of_their_arrival(db: Path, tmp_path: Path) -> None:
    articles = [
        article(number, published_at=day)
        for number, day in ((4, "2020-01-02"), (2, None), (3, "2020-01-01"), (1, "2020-01-02T08:00:00+07:00"))
    ]
    with filled(db, *articles) as one, filled(tmp_path / "b.db", *reversed(articles)) as other:
        keys = [row.key[-1] for row in one.articles()]
        assert keys == [row.key[-1] for row in other.articles()] == ["2", "3", "4", "1"]


def test_rows_are_chosen_by_portal_state_and_date(db: Path) -> None:
    old = article(1, published_at="2018-05-01", captured_at="2019-01-01T00:00:00+07:00")
    new = article(2, published_at="2020-05-01T09:00:00+07:00", captured_at="2020-06-01T00:00:00+07:00")
    undated = article(3, published_at=None, captured_at="2019-01-01T00:00:00+07:00")
    with filled(
        db, old, new, undated, article(4, portal="xa_khac", captured_at="2019-01-01T00:00:00+07:00")
    ) as dataset:

        def keys(**chosen: object) -> list[str]:
            rows: list[Row] = list(dataset.articles(**chosen))  # type: ignore[arg-type]
            assert dataset.count(**chosen) == len(rows)  # type: ignore[arg-type]
            return [row.key[-1] for row in rows]

        assert keys() == ["4", "3", "1", "2"] or keys() == ["3", "1", "2", "4"]
        assert keys(portal=PORTAL) == ["3", "1", "2"]
        assert keys(portal=PORTAL, since="2020-01-01") == ["2"]
        assert keys(portal=PORTAL, until="2018-05-01") == ["1"]
        assert keys(portal=PORTAL, until="2020-05-01") == ["1", "2"]
        assert keys(states=("gone",)) == []
        assert dataset.portals() == ("xa_khac", PORTAL)


def test_since_takes_what_was_edited_later_too(db: Path) -> None:
    edited = article(1, published_at="2018-05-01", title="Đã sửa", captured_at="2024-01-01T00:00:00+07:00")
    first = article(1, published_at="2018-05-01", captured_at="2019-01-01T00:00:00+07:00")
    with filled(db, first, edited) as dataset:
        assert [row.title for row in dataset.articles(since="2023-12-01")] == ["Đã sửa"]


def test_the_database_cannot_be_changed_through_it(db: Path) -> None:
    with filled(db, article(1)) as dataset, pytest.raises(Exception, match="readonly"):
        dataset.conn.execute("CREATE TABLE t (a)")


def test_memory_does_not_grow_with_the_number_of_articles(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_module, "CHUNK", 20)
    body = "Nội dung dài. " * 400
    with filled(db, *(article(number, body_text=f"{body}{number}") for number in range(1, 251))) as dataset:
        peaks = []
        for wanted in (60, 250):
            tracemalloc.start()
            for count, _ in enumerate(dataset.articles(), 1):
                if count == wanted:
                    break
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_every_address_leads_to_its_article(db: Path) -> None:
    with filled(db, article(1, urls=("http://xa.example/x",))) as dataset:
        assert next(dataset.articles()).urls == tuple(sorted((url(1), "http://xa.example/x")))

"""Dates weighed: what speaks for and against a date is kept, and disagreement is a finding."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.items import FieldNote
from pipelines.storage.date_evidence import (
    ListDate,
    confidences,
    report_disagreements,
    save_list_dates,
    standings,
    unread_list_dates,
)
from pipelines.storage.provenance import explained
from pipelines.storage.store import Store
from portal_crawler.extract.list_dates import read_list_date
from portal_crawler.profile import Dates
from tests.storage.data import PORTAL, article, key

AT = "2024-05-01T08:00:00+07:00"


def dated(*others: tuple[str, str], rule: str = "byline:single", problem: str = "") -> FieldNote:
    return FieldNote(field="published_at", rule=rule, raw="01/03/2020", others=others, problem=problem)


def stands(store: Store) -> dict[str, str]:
    return dict(store.conn.execute("SELECT source, stands FROM v_date_evidence"))


def test_every_source_stands_to_the_chosen_day(store: Store, run: int) -> None:
    note = dated(("kicker", "2020-03-09T08:00:00+07:00"), ("url", "2020-03-01"), ("meta", "hôm qua"))
    store.save_article(article(1, published_at="2020-03-01", notes=(note,)), run)
    assert stands(store) == {
        "byline": "chosen", "kicker": "disagrees", "url": "agrees", "meta": "unreadable", "first_capture": "agrees"
    }  # fmt: skip
    assert store.conn.execute("SELECT DISTINCT rule, confidence FROM v_date_evidence").fetchall() == [
        ("byline:single", "single")
    ]


def test_a_date_after_the_first_capture_disagrees_with_it(store: Store, run: int) -> None:
    store.save_article(article(1, published_at="2024-05-02", notes=(dated(),)), run)
    assert stands(store)["first_capture"] == "disagrees"


def test_a_pages_clock_is_no_disagreement(store: Store, run: int) -> None:
    note = dated(("kicker", "2024-05-01T08:00:00+07:00"), problem="clock_trap")
    store.save_article(article(1, published_at="2020-03-01", notes=(note,)), run)
    assert stands(store)["kicker"] == "clock"
    assert report_disagreements(store.conn, PORTAL, run, AT) == 0


def test_a_day_that_lists_write_in_several_ways_is_told_once(store: Store, run: int) -> None:
    store.save_article(article(1, published_at="2020-03-01", notes=(dated(),)), run)
    days = {
        "01/03/2020": "2020-03-01",
        "1.3.2020": "2020-03-01",
        "ngày 1 tháng 3": "2020-03-01",
        "02/03/2020": "2020-03-02",
    }
    save_list_dates(
        store.conn, [ListDate(article_id=1, source="listing", raw=raw, value=day) for raw, day in days.items()], run
    )
    told = explained(store.conn, article(1).uid, fields=("published_at",))
    assert told
    assert [step for step in told.origins[0].steps if step[1].startswith("listing")] == [
        ("agrees", "listing: 2020-03-01 (written in 3 ways)"),
        ("disagrees", "listing: 2020-03-02"),
    ]


def test_without_a_chosen_date_nothing_is_trusted(store: Store, run: int) -> None:
    note = dated(("byline", "31/02/2020"), ("kicker", "2020-03-09"), rule="none", problem="impossible_date")
    store.save_article(article(1, published_at=None, notes=(note,)), run)
    assert stands(store) == {"byline": "unreadable", "kicker": "not_trusted", "first_capture": "not_trusted"}


def test_disagreement_is_a_finding_of_the_run_that_saw_it_and_said_once(store: Store, run: int) -> None:
    note = dated(("kicker", "2020-03-09"), ("header", "2021-01-01"))
    store.save_article(article(1, published_at="2020-03-01", notes=(note,)), run)
    store.save_article(article(2, published_at="2020-03-01", notes=(dated(("header", "2021-01-01")),)), run)
    for _ in range(2):
        assert report_disagreements(store.conn, PORTAL, run, AT) == 1
    ((code, detail),) = store.conn.execute("SELECT code, detail FROM findings").fetchall()
    assert code == "date_disagreement"
    assert "took byline 2020-03-01 (single) against kicker 2020-03-09" in detail
    later = store.begin_run(PORTAL, "news", {})
    assert report_disagreements(store.conn, PORTAL, later, AT) == 0


def test_dates_of_lists_and_feeds_are_weighed_too(store: Store, run: int) -> None:
    store.save_article(article(1, published_at="2020-03-01", notes=(dated(),)), run)
    for route, text in (("listing", "05/03/2020"), ("feed", "Sun, 01 Mar 2020 01:00:00 GMT")):
        store.conn.execute(
            "INSERT INTO list_sightings (portal, chain, key, url, route, title, published, image, crawl_id) "
            "VALUES (?, ?, ?, '', ?, '', ?, '', ?)",
            (PORTAL, route, key(1), route, text, run),
        )
    unread = unread_list_dates(store.conn, PORTAL, run)
    assert {(source, raw, published) for _, source, raw, published in unread} == {
        ("listing", "05/03/2020", "2020-03-01"), ("feed", "Sun, 01 Mar 2020 01:00:00 GMT", "2020-03-01")
    }  # fmt: skip
    read = [
        ListDate(article_id=number, source=source, raw=raw, value="2020-03-05" if source == "listing" else "2020-03-01")
        for number, source, raw, _ in unread
    ]
    save_list_dates(store.conn, read, run)
    assert unread_list_dates(store.conn, PORTAL, run) == []
    assert (stands(store)["listing"], stands(store)["feed"]) == ("disagrees", "agrees")
    assert report_disagreements(store.conn, PORTAL, run, AT) == 1
    worst = standings(store.conn, PORTAL)[0]
    assert (worst.source, worst.disagrees, worst.example) == ("listing", 1, article(1).uid)
    assert confidences(store.conn, PORTAL) == {"single": 1}


@pytest.mark.parametrize(
    ("raw", "published", "value"),
    [
        ("05/03/2020", "2020-03-05", "2020-03-05"),
        ("3/5/2020", "2020-03-05T08:00:00+07:00", "2020-03-05"),
        ("3/5/2020", "2020-03-06", "2020-05-03"),
        ("12/26/2019", "2019-12-26", "2019-12-26"),
        ("Xem thêm", "2019-12-26", None),
        ("05/03/2020", None, "2020-03-05"),
    ],
)
def test_the_order_of_a_list_is_the_one_that_fits_the_article(
    raw: str, published: str | None, value: str | None
) -> None:
    base = datetime.fromisoformat(AT)
    assert read_list_date(raw, dates=Dates(), base=base, published=published) == value

"""A page without a date takes the one day that its lists and feeds agree on, and gives it back when they no longer do."""

from __future__ import annotations

import pytest

from pipelines.items import FieldNote
from pipelines.storage.date_evidence import ListDate, confidences, save_list_dates
from pipelines.storage.inferred_dates import infer_dates
from pipelines.storage.provenance import explained
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article

NONE = FieldNote(field="published_at", rule="none", problem="date_missing")
AGREED = (("listing", "2019-07-01"), ("feed", "2019-07-01T08:13:00+07:00"))


def undated(note: FieldNote = NONE, **values: object):
    return article(1, published_at=None, notes=(note,), flags=("date_missing",), **values)


def claim(store: Store, run: int, *claims: tuple[str, str | None]) -> int:
    dates = [ListDate(article_id=1, source=source, raw=f"{value}", value=value) for source, value in claims]
    save_list_dates(store.conn, dates, run)
    return infer_dates(store.conn, PORTAL, run)


def shown(store: Store) -> tuple[str | None, set[str]]:
    flags = {flag for (flag,) in store.conn.execute("SELECT flag FROM article_flags WHERE article_id = 1")}
    return store.conn.execute("SELECT published_at FROM v_articles WHERE id = 1").fetchone()[0], flags


def test_the_day_that_list_and_feed_agree_on_is_taken(store, run):
    store.save_article(undated(), run)
    assert claim(store, run, *AGREED) == 1
    assert shown(store) == ("2019-07-01", {"date_from_lists"})
    assert confidences(store.conn, PORTAL) == {"listing": 1}


@pytest.mark.parametrize(
    "claims",
    [
        AGREED[:1],
        AGREED[1:],
        (*AGREED, ("listing", "2019-01-07")),
        (*AGREED, ("listing", None)),
        (("listing", "2031-07-01"), ("feed", "2031-07-01")),
    ],
    ids=["a list alone", "a feed alone", "two days", "one that cannot be read", "after it was seen"],
)
def test_less_than_agreement_fills_nothing(store, run, claims):
    store.save_article(undated(), run)
    assert claim(store, run, *claims) == 0
    assert shown(store) == (None, {"date_missing"})


@pytest.mark.parametrize(
    "note",
    [
        FieldNote(field="published_at", rule="none", raw="31/02/2019", problem="impossible_date"),
        FieldNote(field="published_at", rule="none", problem="date_missing", others=(("audit", "2019-06-30"),)),
        FieldNote(field="published_at", rule="none", problem="clock_trap"),
    ],
    ids=["an impossible date", "another day", "a clock"],
)
def test_a_page_that_says_something_else_stays_undated(store, run, note):
    store.save_article(undated(note), run)
    assert claim(store, run, *AGREED) == 0


def test_reading_the_page_again_changes_nothing(store, run):
    store.save_article(undated(), run)
    claim(store, run, *AGREED)
    assert store.save_article(undated(), run).outcome == "unchanged"
    assert infer_dates(store.conn, PORTAL, run) == 1
    assert shown(store) == ("2019-07-01", {"date_from_lists"})
    assert store.conn.execute("SELECT published_at FROM article_revisions").fetchall() == [(None,)]


def test_an_edited_page_without_a_date_keeps_its_day_and_one_with_a_date_has_its_own(store, run):
    store.save_article(undated(), run)
    claim(store, run, *AGREED)
    store.save_article(undated(title="Sửa", captured_at="2024-06-01T08:00:00+07:00"), run)
    assert infer_dates(store.conn, PORTAL, run) == 1
    assert shown(store)[0] == "2019-07-01"
    own = FieldNote(field="published_at", rule="byline:single", raw="02/07/2019")
    store.save_article(
        article(1, published_at="2019-07-02", notes=(own,), captured_at="2024-07-01T08:00:00+07:00"), run
    )
    assert infer_dates(store.conn, PORTAL, run) == 0
    assert shown(store) == ("2019-07-02", set())


def test_the_day_goes_when_a_later_list_says_another(store, run):
    store.save_article(undated(), run)
    claim(store, run, *AGREED)
    assert claim(store, run, ("listing", "2019-07-03")) == 0
    assert shown(store) == (None, {"date_missing"})


def test_the_day_may_change_which_article_is_the_head(store, run):
    body = {"title": "Tin", "body_text": "Một văn bản giống hệt nhau, không khác một chữ nào cả."}
    store.save_article(undated(**body), run)
    store.save_article(article(2, published_at="2020-01-01", **body), run)
    store.finish_duplicates(PORTAL)
    claim(store, run, *AGREED)
    store.finish_duplicates(PORTAL)
    assert store.conn.execute("SELECT id, duplicate_of FROM articles ORDER BY id").fetchall() == [(1, None), (2, 1)]


def test_explain_tells_that_it_was_inferred(store, run):
    store.save_article(undated(), run)
    claim(store, run, *AGREED)
    told = explained(store.conn, "1", fields=("published_at",))
    assert told is not None
    steps = dict(told.origins[0].steps)
    assert (told.origins[0].value, steps["rule"], steps["confidence"]) == (
        "2019-07-01",
        "listing+feed:listing",
        "listing",
    )
    assert "the page gives no date" in steps["inferred"]

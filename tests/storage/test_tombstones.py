"""Gone: only what the portal denied in several crawls, and nothing is lost by it."""

from __future__ import annotations

import pytest

from pipelines.items import Failure
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article, url

REASONS = ("http_404", "http_410", "not_found")


def crawl(
    store: Store,
    *,
    missing: tuple[int, ...] = (),
    seen: tuple[int, ...] = (),
    resumes: int | None = None,
    reason: str = "http_404",
    verdict: str = "complete",
    spider: str = "news",
) -> int:
    run = store.begin_run(PORTAL, spider, {}, resumes=resumes)
    for number in missing:
        store.save_failure(Failure(url=url(number), stage="fetch", reason=reason), run, PORTAL)
    for number in seen:
        store.save_article(article(number), run)
    store.finish_run(run, verdict, 0, {}, {})
    return run


def states(store: Store) -> dict[str, str]:
    return {key[-1]: state for key, state in store.conn.execute("SELECT key, state FROM v_articles")}


def test_an_article_is_gone_after_two_crawls_said_so_and_its_text_stays(store: Store) -> None:
    crawl(store, seen=(1, 2))
    first = crawl(store, missing=(1,), seen=(2,))
    assert store.mark_gone(PORTAL, first, reasons=REASONS) == []
    second = crawl(store, missing=(1,), seen=(2,))
    assert len(store.mark_gone(PORTAL, second, reasons=REASONS)) == 1
    assert states(store) == {"1": "gone", "2": "live"}
    assert (
        store.conn.execute("SELECT body_text FROM v_articles WHERE state = 'gone'").fetchone()[0]
        == article(1).body_text
    )
    assert store.conn.execute("SELECT code, detail FROM findings").fetchall() == [
        ("state_gone", f"http_404 in run {first},http_404 in run {second}")
    ]


def test_a_crawl_that_was_resumed_is_one_proof(store: Store) -> None:
    crawl(store, seen=(1,))
    first = crawl(store, missing=(1,))
    second = crawl(store, missing=(1,), resumes=first)
    assert store.mark_gone(PORTAL, second, reasons=REASONS) == []


def test_an_error_is_no_proof(store: Store) -> None:
    crawl(store, seen=(1,))
    for _ in range(3):
        run = crawl(store, missing=(1,), reason="http_500")
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []


def test_seeing_it_again_in_between_begins_the_count_anew(store: Store) -> None:
    crawl(store, seen=(1,))
    crawl(store, missing=(1,))
    crawl(store, seen=(1,))
    run = crawl(store, missing=(1,))
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []


def test_a_dead_address_of_an_article_that_lives_at_another_is_no_proof(store: Store) -> None:
    old = "http://xa.example/cu"
    run = store.begin_run(PORTAL, "news", {})
    store.save_article(article(1, urls=(old,)), run)
    for _ in range(3):
        run = crawl(store, seen=(1,))
        store.save_failure(Failure(url=old, stage="fetch", reason="http_404"), run, PORTAL)
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []


def test_an_article_that_comes_back_is_live_again_and_that_is_on_record(store: Store) -> None:
    crawl(store, seen=(1,))
    for _ in range(2):
        run = crawl(store, missing=(1,))
    store.mark_gone(PORTAL, run, reasons=REASONS)
    crawl(store, seen=(1,))
    assert states(store) == {"1": "live"}
    assert [code for (code,) in store.conn.execute("SELECT code FROM findings ORDER BY id")] == [
        "state_gone",
        "state_live",
    ]


def test_an_old_archived_copy_does_not_bring_it_back(store: Store) -> None:
    crawl(store, seen=(1,))
    for _ in range(2):
        run = crawl(store, missing=(1,))
    store.mark_gone(PORTAL, run, reasons=REASONS)
    store.save_article(article(1, captured_at="2019-01-01T00:00:00Z", origin="wayback"), run)
    assert states(store) == {"1": "gone"}


def test_what_an_ill_source_said_is_no_proof(store: Store) -> None:
    crawl(store, seen=(1,))
    crawl(store, missing=(1,), verdict="drifted")
    run = crawl(store, missing=(1,))
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []
    again = crawl(store, missing=(1,))
    assert len(store.mark_gone(PORTAL, again, reasons=REASONS)) == 1


@pytest.mark.parametrize("verdict", ["drifted", "down", "blocked", "empty", "interrupted", "storage"])
def test_no_crawl_of_an_ill_source_is_a_proof_however_often_it_says_so(store: Store, verdict: str) -> None:
    crawl(store, seen=(1,))
    for _ in range(3):
        crawl(store, missing=(1,), verdict=verdict)
    run = crawl(store, missing=(1,))
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []


@pytest.mark.parametrize("spider", ["archive", "wayback"])
def test_a_404_in_an_archive_says_nothing_of_today(store: Store, spider: str) -> None:
    store.save_article(article(1, origin="warc"), crawl(store))
    for _ in range(3):
        run = crawl(store, missing=(1,), spider=spider)
    assert store.mark_gone(PORTAL, run, reasons=REASONS) == []

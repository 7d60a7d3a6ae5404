"""The frontier: a request is handed out once, and is not done before its transaction is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.storage.store import Store
from portal_crawler.frontier.queue import Entry, Frontier


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "portal.db") as opened:
        yield opened


def entry(number: int, **values: object) -> Entry:
    return Entry(
        url=f"http://p.example/{number}", kind="article", fingerprint=f"article {number}", host="p.example", **values
    )  # type: ignore[arg-type]


def frontier_of(store: Store) -> Frontier:
    return Frontier(store.conn, store.begin_run("p", "news", {}), "p")


def test_a_request_is_queued_once_and_handed_out_once(store: Store) -> None:
    frontier = frontier_of(store)
    assert frontier.add(entry(1))
    assert not frontier.add(entry(1))
    assert frontier.next(0.0) is not None
    assert frontier.next(0.0) is None
    assert frontier.open == 1


def test_requests_leave_in_order_of_priority_then_arrival(store: Store) -> None:
    frontier = frontier_of(store)
    for one in (entry(1), entry(2, priority=5), entry(3)):
        frontier.add(one)
    urls = [got.url[-1] for _ in range(3) if (got := frontier.next(0.0))]
    assert urls == ["2", "1", "3"]


def test_a_held_host_is_passed_over(store: Store) -> None:
    frontier = frontier_of(store)
    frontier.add(entry(1))
    assert frontier.next(0.0, ("p.example",)) is None
    assert frontier.next(0.0) is not None


def test_what_waits_comes_back_at_its_time_and_counts_as_open(store: Store) -> None:
    frontier = frontier_of(store)
    frontier.add(entry(1))
    got = frontier.next(0.0)
    assert got is not None
    frontier.wait(got.id, 100.0)
    assert frontier.wake(99.0) == 100.0
    assert (frontier.next(99.0), frontier.open) == (None, 1)
    assert frontier.wake(100.0) is None
    again = frontier.next(100.0)
    assert again is not None
    assert again.attempts == 2


def test_what_was_in_flight_is_queued_again_by_a_new_process(store: Store, tmp_path: Path) -> None:
    run = store.begin_run("p", "news", {})
    frontier = Frontier(store.conn, run, "p")
    for number in range(3):
        frontier.add(entry(number))
    first, second = frontier.next(0.0), frontier.next(0.0)
    assert first is not None
    assert second is not None
    frontier.finish(first.id)
    store.commit()
    assert Frontier.unfinished_crawl(store.conn, "p") == run
    resumed = Frontier(store.conn, run, "p")
    assert resumed.resume() == 1
    urls = {got.url for _ in range(2) if (got := resumed.next(0.0))}
    assert urls == {"http://p.example/1", "http://p.example/2"}


def test_done_is_undone_with_its_transaction(store: Store) -> None:
    frontier = frontier_of(store)
    frontier.add(entry(1))
    store.commit()
    got = frontier.next(0.0)
    assert got is not None
    frontier.finish(got.id)
    store.rollback()
    state = store.conn.execute("SELECT state FROM frontier").fetchone()[0]
    assert state == "queued"


def test_context_body_and_headers_survive_the_database(store: Store) -> None:
    frontier = frontier_of(store)
    context = {"section": "Tin tức", "number": 3}
    frontier.add(entry(1, method="POST", body=b"a=1", headers=(("X-A", "b"),), context=context))
    got = frontier.next(0.0)
    assert got is not None
    assert (got.method, got.body, got.headers, got.context) == ("POST", b"a=1", (("X-A", "b"),), context)
    frontier.finish(got.id)
    assert store.conn.execute("SELECT body FROM frontier").fetchone()[0] is None


def test_what_was_given_up_can_be_queued_again_and_what_is_done_cannot(store: Store) -> None:
    frontier = frontier_of(store)
    for number in (1, 2, 3):
        frontier.add(entry(number))
    failed, done, waiting = (frontier.next(0.0) for _ in range(3))
    assert failed and done and waiting
    frontier.finish(failed.id, failed=True)
    frontier.finish(done.id)
    assert (frontier.open, frontier.pending) == (1, False)
    for one in (failed, done, waiting):
        frontier.reopen(one.id)
    assert (frontier.open, frontier.pending, frontier.in_flight) == (2, True, 1)
    again = frontier.next(0.0)
    assert again is not None
    assert (again.id, again.attempts) == (failed.id, 2)
    assert frontier.next(0.0) is None

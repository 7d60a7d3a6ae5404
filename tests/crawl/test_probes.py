"""Ids that no list shows: which are asked for, which never again, and what earlier crawls still owe."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import Failure
from pipelines.storage.completeness import failed_keys
from pipelines.storage.store import Store
from portal_crawler.extract.reading import Link, Problem
from portal_crawler.frontier.queue import Frontier
from portal_crawler.frontier.refresh import MANY_NEWER, owed_articles, plan_refresh, said_changed
from portal_crawler.frontier.sightings import Sightings, shrunken_lists
from portal_crawler.retrying import RetryPolicy
from portal_crawler.spiders.probes import ABOVE, Probing, entries_above, missing_entries
from portal_crawler.spiders.trouble import DOUBT, Trouble
from tests.storage.data import PORTAL, article, key, url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from portal_crawler.frontier.queue import Entry


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "portal.db") as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    """Articles 1 to 20 without 5, 6, 10 and 15."""
    run = store.begin_run(PORTAL, "news", {})
    for number in range(1, 21):
        if number not in {5, 6, 10, 15}:
            store.save_article(article(number), run)
    return run


def probed(store: Store, limit: int = 100) -> list[str]:
    entries, _ = missing_entries(store.conn, PORTAL, limit)
    assert all(entry.kind == "probe" and entry.context == {"route": "ids"} for entry in entries)
    return [entry.url for entry in entries]


def fail(store: Store, run: int, number: int, reason: str, stage: str) -> None:
    failure = Failure(url=url(number), stage=stage, reason=reason, detail="")
    store.save_failure(failure, run, PORTAL, key=key(number))


def see(store: Store, run: int, numbers: Iterable[int], chain: str = "listing http://xa.example/tin") -> None:
    Sightings(store.conn, run, PORTAL).add(chain, [Link(url=url(number), text=f"Tin {number}") for number in numbers])


@pytest.mark.usefixtures("run")
class TestProbes:
    def test_ids_between_known_ones_are_asked_for_newest_first(self, store: Store) -> None:
        assert probed(store) == [url(15), url(10), url(6), url(5)]

    def test_a_limit_is_kept_and_what_it_leaves_out_is_counted(self, store: Store) -> None:
        entries, missing = missing_entries(store.conn, PORTAL, 3)
        assert ([entry.url for entry in entries], missing) == ([url(15), url(10), url(6)], 4)
        assert missing_entries(store.conn, PORTAL, 0) == ([], 4)

    def test_what_is_gone_is_not_asked_for_again_and_what_was_ill_is(self, store: Store, run: int) -> None:
        fail(store, run, 15, "http_404", "probe")
        fail(store, run, 10, "soft_404", "probe")
        fail(store, run, 6, "http_500", "probe")
        assert probed(store) == [url(6), url(5)]

    def test_what_lists_show_is_no_gap(self, store: Store, run: int) -> None:
        see(store, run, [15])
        fail(store, run, 10, "http_500", "read")
        assert probed(store) == [url(6), url(5)]

    def test_an_id_that_leads_to_a_known_article_is_no_gap(self, store: Store, run: int) -> None:
        """The item moved: its old address answers with the article of another list."""
        see(store, run, [15], "ids")
        store.save_article(article(99, key="xa.example/tin/99", url="http://xa.example/tin/99", urls=(url(15),)), run)
        assert probed(store) == [url(10), url(6), url(5)]


@pytest.mark.usefixtures("run")
class TestAboveTheNewest:
    """A list's newest article may be one that no list shows."""

    def above(self, store: Store) -> list[str]:
        return [entry.url for entry in entries_above(store.conn, PORTAL)]

    def test_the_next_ids_are_asked_for(self, store: Store) -> None:
        assert self.above(store) == [url(21), url(22), url(23)]

    def test_what_a_list_shows_and_could_not_be_had_exists(self, store: Store, run: int) -> None:
        see(store, run, [22])
        assert self.above(store) == [url(23), url(24), url(25)]

    def test_ids_of_a_sparse_list_say_nothing_of_the_next(self, store: Store, run: int) -> None:
        for number in (1000, 2000, 3000, *range(4000, 9000, 250)):
            store.save_article(article(number), run)
        assert self.above(store) == []

    def test_each_that_exists_leads_on_until_none_does(self, store: Store, run: int) -> None:
        exist, asked = {22, 24}, []
        probing = Probing(session_of(store, run), 100)
        while probing.queue():
            for entry in iter(lambda: probing._session.frontier.next(0.0), None):
                asked.append(int(entry.url.rpartition("=")[2]))
                if asked[-1] in exist:
                    store.save_article(article(asked[-1]), run)
                else:
                    fail(store, run, asked[-1], "http_404", "probe")
                probing._session.frontier.finish(entry.id)
        assert asked[:4] == [15, 10, 6, 5]
        assert sorted(asked[4:]) == list(range(21, 24 + ABOVE + 1))

    def test_the_limit_is_one_for_all_rounds(self, store: Store, run: int) -> None:
        session = session_of(store, run)
        probing = Probing(session, 5)
        assert probing.queue()
        assert session.frontier.count("probe") == 5
        assert not probing.queue()

    def test_a_portal_that_answers_for_anything_is_not_asked(self, store: Store, run: int) -> None:
        session = session_of(store, run, answers_for_anything=True)
        Probing(session, 100).queue()
        assert session.frontier.count("probe") == 4


def session_of(store: Store, run: int, *, answers_for_anything: bool = False) -> Any:
    return SimpleNamespace(
        store=store, profile=SimpleNamespace(name=PORTAL), frontier=Frontier(store.conn, run, PORTAL), note=print,
        answers_for_anything=answers_for_anything,
    )  # fmt: skip


class Ledger:
    """What Trouble does to a session, written down."""

    def __init__(self, store: Store, run: int) -> None:
        self.store, self.run_id, self.profile = store, run, SimpleNamespace(name=PORTAL)
        self.in_a_row: Counter[str] = Counter()
        self.scheduler = SimpleNamespace(in_doubt=False)
        self.finished: list[str] = []
        self.lost: list[str] = []

    def done(self, entry: Entry) -> None:
        self.finished.append(entry.url)

    def fail(self, entry: Entry, failure: Failure) -> None:
        self.lost.append(f"{failure.stage} {failure.reason}")


class TestAnswers:
    @pytest.mark.parametrize(
        "reason", ["http_404", "soft_404", "login_required", "http_403", "empty_shell", "form_page"]
    )
    def test_an_id_that_leads_to_no_article_is_on_record_and_no_loss(self, store: Store, run: int, reason: str) -> None:
        """Nobody said that there is one: a row of drafts behind a login neither ends a crawl nor makes it partial."""
        ledger = Ledger(store, run)
        trouble = Trouble(ledger, RetryPolicy())  # type: ignore[arg-type]
        entries, _ = missing_entries(store.conn, PORTAL, 100)
        for _ in range(DOUBT):
            for entry in entries:
                trouble.settle(entry, Problem(reason=reason), stage="read")
        assert (ledger.lost, ledger.scheduler.in_doubt, len(ledger.finished)) == ([], False, DOUBT * len(entries))
        assert set(failed_keys(store.conn, PORTAL)) == {(key(n), reason, "probe") for n in (5, 6, 10, 15)}

    def test_an_id_that_a_sick_server_kept_back_is_lost(self, store: Store, run: int) -> None:
        ledger = Ledger(store, run)
        entry = missing_entries(store.conn, PORTAL, 1)[0][0]
        trouble = Trouble(ledger, RetryPolicy(attempts=0))  # type: ignore[arg-type]
        trouble.settle(entry, Problem(reason="http_500"), stage="read")
        assert ledger.lost == ["probe http_500"]


class TestOwed:
    def test_what_lists_show_and_could_not_be_had_is_asked_for_again_unless_it_is_gone(
        self, store: Store, run: int
    ) -> None:
        see(store, run, [1, 5, 6, 10, 15])
        fail(store, run, 5, "http_500", "read")
        fail(store, run, 6, "http_404", "read")
        fail(store, run, 10, "not_html", "read")
        assert list(owed_articles(store.conn, PORTAL)) == [url(15), url(5)]

    def test_a_first_crawl_that_is_resumed_is_still_a_first_one(self, store: Store, run: int) -> None:
        resumed = store.begin_run(PORTAL, "news", {}, resumes=run)
        assert resumed != run
        assert plan_refresh(store.conn, PORTAL, run, full=False, recheck=3).full
        later = store.begin_run(PORTAL, "news", {})
        assert not plan_refresh(store.conn, PORTAL, later, full=False, recheck=3).full


class TestSitemapDates:
    """`xa.example` was seen last on 1 May 2024, 08:00 there; it is the 9th now."""

    NOW = "2024-05-09T08:00:00+00:00"

    def said(self, store: Store, stamps: Iterable[str]) -> list[str]:
        links = [Link(url=url(n), route="sitemap", changed=stamp) for n, stamp in enumerate(stamps, 1)]
        return sorted(said_changed(store.conn, PORTAL, links, self.NOW))

    @pytest.mark.parametrize(
        ("stamp", "is_due"),
        [
            ("2024-04-30", False),
            ("2024-05-01", True),  # on the day itself: before or after the visit, nobody knows
            ("2024-05-08", True),
            ("2024-05-01T07:59:00+07:00", False),
            ("2024-05-01T01:01:00Z", True),
            ("2024-05-01T08:01", True),
            ("2031-01-01", False),  # a day to come says nothing
            ("hôm qua", False),
            ("", False),
        ],
    )
    def test_what_was_changed_since_it_was_seen_is_due(self, store: Store, run: int, stamp: str, is_due: bool) -> None:
        store.save_article(article(1), run)
        assert self.said(store, [stamp]) == [key(1)] * is_due

    def test_a_sitemap_that_bears_the_time_of_its_making_is_not_believed(self, store: Store, run: int) -> None:
        for number in range(1, MANY_NEWER + 12):
            store.save_article(article(number), run)
        assert self.said(store, ["2024-05-08"] * (MANY_NEWER + 1)) == []
        half = ["2024-05-08"] * 6 + ["2024-01-01"] * (MANY_NEWER + 5)
        assert self.said(store, half) == sorted(key(n) for n in range(1, 7))


class TestShrunkenLists:
    def test_a_list_that_lost_many_is_told(self, store: Store, run: int) -> None:
        see(store, run, range(1, 11))
        later = store.begin_run(PORTAL, "news", {})
        see(store, later, range(1, 3))
        assert shrunken_lists(store.conn, PORTAL, later) == [
            "the list http://xa.example/tin shows 2 articles, 10 before"
        ]

    def test_what_is_how_the_list_is_now_is_told_once(self, store: Store, run: int) -> None:
        see(store, run, range(1, 11))
        later = store.begin_run(PORTAL, "news", {})
        see(store, later, range(1, 3))
        said = shrunken_lists(store.conn, PORTAL, later)
        store.finish_run(later, "partial", 3, {}, {"truncated": said})
        assert len(said) == 1
        again = store.begin_run(PORTAL, "news", {})
        see(store, again, range(1, 3))
        assert shrunken_lists(store.conn, PORTAL, again) == []

    def test_a_list_saved_in_an_archive_is_walked_by_no_live_crawl(self, store: Store, run: int) -> None:
        see(store, run, range(1, 11))
        archived = store.begin_run(PORTAL, "archive", {})
        see(store, archived, range(1, 21), "http://xa.example/tin")
        later = store.begin_run(PORTAL, "news", {})
        see(store, later, range(1, 11))
        assert shrunken_lists(store.conn, PORTAL, later) == []

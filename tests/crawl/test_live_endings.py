"""How a crawl ends when it cannot go well: the exit code tells a scheduler, the words a person, and nothing is lost."""

from __future__ import annotations

import signal
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import (
    TEXT_ONLY,
    TIMEOUT,
    Crawled,
    assert_true,
    crawl,
    crawl_words,
    pages_asked,
    rows,
    run_cli,
    side_by_side,
    start_cli,
    summary,
    value,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.crawls

FAULTS = {
    "robots_closed": ("robots_closed",),
    "empty": ("empty_listing",),
    "endless": ("endless_next", "calendar"),
}


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    folder = tmp_path_factory.mktemp("endings")
    with ExitStack() as stack:
        portals = {
            name: stack.enter_context(SamplePortal(articles=24, seed=4, faults=faults))
            for name, faults in FAULTS.items()
        }

        def job(name: str) -> Crawled:
            db = folder / f"{name}.db"
            return Crawled(portals[name], db, crawl(portals[name], db, "--json", *TEXT_ONLY))

        yield dict(zip(FAULTS, side_by_side(*(lambda name=name: job(name) for name in FAULTS)), strict=True))


@pytest.mark.parametrize(
    ("name", "verdict", "code", "words"),
    [
        ("robots_closed", "blocked", 4, "robots_disallowed"),
        ("empty", "empty", 7, "The lists hold no article"),
        ("endless", "complete", 0, "Every page that was found was read"),
    ],
)
def test_the_exit_code_and_the_sentence_say_what_happened(
    endings: dict[str, Crawled], name: str, verdict: str, code: int, words: str
) -> None:
    ending = endings[name]
    told = ending.summary
    assert (told["verdict"], ending.done.returncode, ending.done.stderr) == (verdict, code, "")
    assert words in told["sentence"]


def test_without_leave_no_page_is_asked_for(endings: dict[str, Crawled]) -> None:
    assert pages_asked(endings["robots_closed"].portal) == []


def test_a_pager_that_never_ends_ends(endings: dict[str, Crawled]) -> None:
    endless = endings["endless"]
    assert_true(endless.portal, endless.db)
    assert len(pages_asked(endless.portal)) < 80


def test_a_closed_port_is_a_source_that_is_down_and_soon_said_so(tmp_path: Path) -> None:
    with SamplePortal(articles=1) as portal:
        closed = portal.url
    words = ("-a", f"start_url={closed}", "-s", "RETRY_BASE_DELAY=0.05", "--json")
    done = run_cli("crawl", "sample", "--db", tmp_path / "portal.db", *words)
    assert (done.returncode, done.stderr) == (6, "")
    told = summary(done)
    assert "connection_refused" in told["sentence"]
    assert told["counts"]["retries"] <= 3


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_stopped_crawl_says_how_to_go_on_and_the_same_command_does(number: signal.Signals, tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=24, seed=6, pager="updatepanel") as portal:
        words = [*crawl_words(portal, db, *TEXT_ONLY), "-s", "DOWNLOAD_DELAY=0.01"]
        process = start_cli(*words)
        wait_until(lambda: len(portal.requests) > 12)
        process.send_signal(number)
        out, err = process.communicate(timeout=TIMEOUT)
        assert (process.returncode, err) == (130, "")
        assert "INTERRUPTED: Stopped on request" in out
        assert "run the same command to go on" in out
        stopped_at = len(portal.requests)
        assert stopped_at < 30
        done = run_cli(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert "resumed" in done.stdout
        gets = Counter(page for page in pages_asked(portal) if page.startswith("GET"))
        assert [page for page, times in gets.items() if times > 1] == []
        assert_true(portal, db)
    assert rows(db, "SELECT verdict, resumes FROM runs ORDER BY id") == [("interrupted", None), ("complete", 1)]
    asked = value(db, "SELECT count(*) FROM frontier WHERE kind = 'article'")
    copies = value(db, "SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL")
    assert f"found      {asked} articles" in done.stdout
    assert f"duplicates {copies} (kept and marked)" in done.stdout
    assert value(db, "SELECT sum(counts ->> 'found') FROM runs") == asked


@pytest.mark.slow
def test_a_stop_does_not_wait_for_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with SamplePortal(articles=24, seed=6, faults=["no_answer@article"]) as portal:
        words = crawl_words(portal, tmp_path / "portal.db", *TEXT_ONLY, "-s", f"DOWNLOAD_TIMEOUT={2 * TIMEOUT}")
        process = start_cli(*words)
        wait_until(lambda: len(portal.requests) > 2)
        wait_until(lambda: portal.requests[-1].path.count("ID="))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (130, "")
    assert "INTERRUPTED" in out

"""Every fault the sample portal can make: how the crawl ends, what is stored, what is on record, whom it asked."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.fault_cases import CASES, RELAPSES, Case, Relapse
from tests.crawl.live import (
    assert_true,
    crawl,
    crawl_words,
    dump,
    kill,
    pages_asked,
    rows,
    start_cli,
    summary,
    truth_report,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

#: When an article was seen last: nothing of itself.
SIGHTINGS = ("last_seen_at",)
#: What a page that cannot be read leaves undecided about the others: who else links them, whether they are its copies.
UNDECIDED = ("addresses", "duplicate_of", "duplicate_kind")


@dataclass(frozen=True)
class Outcome:
    portal: SamplePortal
    db: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[Outcome]]]:
    """The crawls of all cases that are asked for, two at a time, beside the tests."""
    folder = tmp_path_factory.mktemp("faults")
    asked = {
        item.callspec.params["case"].name
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "case" in item.callspec.params
    }
    with ThreadPoolExecutor(2) as pool:
        yield {case.name: pool.submit(_crawl_case, case, folder) for case in CASES if case.name in asked}
        pool.shutdown(cancel_futures=True)


def _crawl_case(case: Case, folder: Path) -> Outcome:
    db = folder / f"{case.name}.db"
    with SamplePortal(articles=case.articles, seed=5, pager=case.pager, faults=case.faults) as portal:  # type: ignore[arg-type]
        words = crawl_words(
            portal, db, "--json", "-s", f"DOWNLOAD_TIMEOUT={case.timeout}", "-s", f"MEDIA={int(case.files)}"
        )
        process = start_cli(*words)
        if case.memory:  # only the soft limit: the extraction processes set a limit of their own
            resource.prlimit(process.pid, resource.RLIMIT_AS, (case.memory, resource.RLIM_INFINITY))
        try:
            out, err = process.communicate(timeout=150)
        except BaseException:
            kill(process)
            raise
        return Outcome(portal, db, subprocess.CompletedProcess(words, process.returncode, out, err))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_ends_as_it_must(case: Case, outcomes: dict[str, Future[Outcome]]) -> None:
    got = outcomes[case.name].result()
    told = summary(got.done)
    assert (got.done.returncode, got.done.stderr) == (case.code, ""), told
    assert got.portal.elsewhere.requests == []
    asked = Counter(pages_asked(got.portal))
    assert asked.total() <= case.total, asked.most_common(5)
    assert max(asked.values(), default=0) <= case.most, asked.most_common(5)
    assert got.portal.most_in_flight <= 1
    if case.passes:
        assert told["counts"]["retries"] > 0
    _nothing_is_empty_or_invented(got)
    if case.lost:
        _victims_are_on_record(case, got)
    elif case.same:
        assert_true(got.portal, got.db)
    special = _SPECIAL.get(case.name)
    if special is not None:
        special(got)


def _nothing_is_empty_or_invented(got: Outcome) -> None:
    """No article without content, none that the portal does not have, none marked gone."""
    report = truth_report(got.portal, got.db)
    assert (report.doubled, report.merged, report.unknown) == ([], [], [])
    assert value(got.db, "SELECT count(*) FROM articles WHERE state <> 'live'") == 0


def _victims_are_on_record(case: Case, got: Outcome) -> None:
    """What cannot be had is a failure row with its reason; everything else is stored as it is."""
    truth = got.portal.truth()
    victims = {url for one in truth["articles"] if one["faults"] for url in (one["url"], *one["urls"])}
    failures = rows(got.db, "SELECT url, reason FROM failures WHERE stage NOT IN ('probe', 'media')")
    assert failures
    assert {reason for _, reason in failures} == {case.lost}
    stored = {url for (url,) in rows(got.db, "SELECT url FROM articles")}
    assert [url for url in stored if url in victims] == []
    report = truth_report(got.portal, got.db, routes="listing")
    assert [url for url in report.missing if url not in victims] == []
    assert len({url for url, _ in failures}) >= len(report.missing) > 0
    wrong = {name: score.first for name, score in report.fields.items() if score.wrong and name not in UNDECIDED}
    assert wrong == {}


def _waited(got: Outcome) -> None:
    """No request for a page before the time its answer named: one second later, of which a date may cut a part off."""
    least = 0.0 if got.db.stem == "retry_date" else 0.95
    last: dict[str, float] = {}
    waits = []
    for one, moment in zip(got.portal.requests, got.portal.times, strict=True):
        if one.path in last:
            waits.append(moment - last.pop(one.path))
        if one.status in (429, 503):
            last[one.path] = moment
    assert waits
    assert min(waits) >= least


def _held(got: Outcome) -> None:
    """After a 429 the whole host is left alone."""
    _waited(got)
    moments = list(zip(got.portal.requests, got.portal.times, strict=True))
    pauses = [after - at for (one, at), (_, after) in pairwise(moments) if one.status == 429]
    assert min(pauses) >= 0.95


def _dates_are_none(got: Outcome) -> None:
    undated = "SELECT id FROM articles WHERE published_at IS NULL"
    flagged = value(
        got.db,
        f"SELECT count(DISTINCT article_id) FROM article_flags WHERE flag LIKE '%date%' AND article_id IN ({undated})",
    )
    assert flagged == len(rows(got.db, undated)) > 10


def _inert(got: Outcome) -> None:
    for (html,) in rows(got.db, "SELECT body_html FROM article_revisions"):
        assert not re.search(
            r"<(?:script|style|iframe|object|embed|form|base|svg|math|link|meta)\b", html, re.IGNORECASE
        )
        assert not re.search(r"<[^>]*\s(?:on\w+|style|srcdoc)\s*=", html, re.IGNORECASE)
        assert not re.search(r"(?:href|src)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):", html, re.IGNORECASE)


def _bait_untouched(got: Outcome) -> None:
    assert [page for page in pages_asked(got.portal) if "bay.aspx" in page] == []


def _behind_the_hole(got: Outcome) -> None:
    """Pages behind the one that cannot be had are read, and the hole is named."""
    failures = rows(got.db, "SELECT url, reason FROM failures WHERE stage NOT IN ('probe', 'media')")
    assert failures
    assert {reason for _, reason in failures} == {"http_500"}
    assert any("Page=4" in page for page in pages_asked(got.portal))
    assert "listing pages (http_500" in summary(got.done)["sentence"]
    report = truth_report(got.portal, got.db)
    assert len(report.missing) <= 10 * len(failures)
    assert {name: score.first for name, score in report.fields.items() if score.wrong and name != "addresses"} == {}


def _most_is_read(got: Outcome) -> None:
    """In an unknown design the text is still there, and an article is never an empty one."""
    assert value(got.db, "SELECT count(*) FROM articles") >= 25
    report = truth_report(got.portal, got.db)
    assert report.recall == 1
    # a line of date and author, where nothing marks them as such
    assert report.fields["body"].wrong <= report.expected // 5


def _files_refused(reason: str) -> Any:
    def check(got: Outcome) -> None:
        found = Counter(reason for (reason,) in rows(got.db, "SELECT reason FROM failures WHERE stage = 'media'"))
        assert found[reason] > 0

    return check


_SPECIAL = {
    "retry_after": _waited,
    "retry_date": _waited,
    "too_many": _held,
    "bad_dates": _dates_are_none,
    "active_content": _inert,
    "honeypot": _bait_untouched,
    "listing_hole": _behind_the_hole,
    "redesign": _most_is_read,
    "fake_files": _files_refused("not_an_image"),
    "dead_images": _files_refused("offsite"),
}


@dataclass(frozen=True)
class Healthy:
    """A portal that was crawled while it was well. One crawl at a time may change its faults."""

    portal: SamplePortal
    db: Path
    lock: threading.Lock


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Healthy]:
    db = tmp_path_factory.mktemp("healthy") / "portal.db"
    with SamplePortal(articles=30, seed=7) as portal:
        done = crawl(portal, db)
        assert done.returncode == 0, done.stdout
        yield Healthy(portal, db, threading.Lock())


@pytest.mark.parametrize("relapse", RELAPSES, ids=lambda relapse: relapse.name)
def test_a_source_that_falls_ill_changes_nothing_and_is_whole_again_once_well(
    relapse: Relapse, healthy: Healthy, tmp_path: Path
) -> None:
    db, portal = tmp_path / "portal.db", healthy.portal
    shutil.copy(healthy.db, db)
    tables = ("articles", "article_revisions")
    before = {table: dump(db, table, *SIGHTINGS) for table in tables}
    words = ("--json", *(("--full",) if relapse.full else ()))
    portal.set_faults(relapse.faults)
    ill = crawl(portal, db, *words, timeout=120)
    portal.set_faults(())
    assert (ill.returncode, ill.stderr) == (relapse.code, ""), ill.stdout
    assert {table: dump(db, table, *SIGHTINGS) for table in tables} == before
    well = crawl(portal, db, *words, timeout=120)
    assert (well.returncode, well.stderr) == (0, ""), well.stdout
    assert_true(portal, db)
    assert portal.elsewhere.requests == []


def test_what_a_portal_removes_edits_and_adds_is_told_apart(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=40, seed=8) as portal:
        assert crawl(portal, db).returncode == 0
        listed = [one for one in portal.truth()["articles"] if "listing" in one["found_by"] and not one["duplicate_of"]]
        plain = [one["url"] for one in listed if one["kind"] == "plain"] or [one["url"] for one in listed]
        for url, how in zip(plain[:3], ("404", "410", "soft"), strict=True):
            portal.remove(url, how)
        portal.edit(plain[3], title="Tiêu đề đã sửa", text="Câu này được thêm vào khi sửa bài.")
        portal.add(2)
        for _ in range(2):  # one crawl alone does not prove that something is gone
            done = crawl(portal, db, "--full")
            assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert_true(portal, db)
        gone = {url for (url,) in rows(db, "SELECT url FROM articles WHERE state = 'gone'")}
        assert gone == set(plain[:3])
    revised = rows(db, "SELECT article_id FROM article_revisions GROUP BY article_id HAVING count(*) > 1")
    assert len(revised) == 1

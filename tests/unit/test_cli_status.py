"""`status` says what ran, what is kept, what still fails, and how to go on; it only reads."""

from __future__ import annotations

import json
import socket

import pytest
from click.testing import CliRunner

from pipelines.items import Article, Failure
from pipelines.storage.holder import lock_holder
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.verdict import reread

PORTAL = "ben_tre_city"
COUNTS = {
    "new": 3, "changed": 1, "stored": 4, "requests": 9, "filled": {"title": 4, "published_at": 3},
    "article_failures": {"http_500": 2}, "listing_failures": {"timeout": 1}, "flags": {"no_date": 1}, "truncated": [],
}  # fmt: skip
EVIDENCE = {"sentence": "Not everything could be had: 3 pages.", "findings": ["2 articles (http_500 2)"]}


def article(number: int, published: str | None = "2018-10-26T11:00:00+07:00", portal: str = PORTAL) -> Article:
    url = f"https://{portal}.vn/tin.aspx?ItemID={number}"
    return Article(
        portal=portal, key=f"{portal}#{number}", url=url, urls=(url,), title=f"Tin số {number}",
        body_text=f"Nội dung của tin số {number}.", published_at=published, captured_at="2025-06-30T08:00:00+07:00",
    )  # fmt: skip


@pytest.fixture
def db(tmp_path):
    """A portal with a finished run and one that was killed, and a second portal that was down."""
    path = tmp_path / "portal.db"
    with Store.open(path, command=f"crawl {PORTAL}") as store:
        run = store.begin_run(PORTAL, "news", {"since": "2018-01-01", "section": "Tin tức"})
        for one in (article(1), article(2, "2016-01-31"), article(3, None)):
            store.save_article(one, run)
        store.save_article(article(4, "1999-01-01"), run, state="quarantined")
        for reason, address in (("http_500", "a"), ("http_500", "b"), ("timeout", "c")):
            store.save_failure(
                Failure(url=f"https://{PORTAL}.vn/{address}", stage="fetch", reason=reason, detail="[why]"), run, PORTAL
            )
        store.finish_run(run, "partial", 3, EVIDENCE, COUNTS)
    with Store.open(path, command="crawl other") as store:
        run = store.begin_run("other", "news", {})
        store.finish_run(run, "down", 6, {"sentence": "The portal is down."}, {})
    with Store.open(path, command=f"crawl {PORTAL}") as store:
        run = store.begin_run(PORTAL, "news", {"section": "Tin tức"})
        store.conn.execute(
            "INSERT INTO frontier (crawl_id, portal, fingerprint, url, kind, headers, context, priority, host, state) "
            "VALUES (?, ?, 'x', 'https://x.vn/', 'article', '[]', '{}', 0, 'x.vn', 'in_flight')",
            (run, PORTAL),
        )
    return path


def status(db, *words: str) -> str:
    result = CliRunner().invoke(main, ["status", *words, "--db", str(db)])
    assert result.exit_code == 0, result.output
    return result.stdout


def status_json(db, *words: str):
    return json.loads(status(db, *words, "--json"))


def test_the_last_runs_of_all_portals_come_with_their_verdicts(db):
    runs = status_json(db)["runs"]
    assert [(run["portal"], run["verdict"]) for run in runs] == [
        (PORTAL, "died"),
        ("other", "down"),
        (PORTAL, "partial"),
    ]
    assert runs[2] | {"sentence": EVIDENCE["sentence"], "new": 3, "changed": 1, "failed": 3, "exit_code": 3} == runs[2]


def test_times_are_those_of_the_portals_day_with_their_offset(db):
    with Store.open(db) as store:
        store.now = lambda: "2018-10-25T23:30:00+00:00"
        run = store.begin_run("other", "news", {})
    last_runs = status(db, "other").splitlines()
    assert "started (+07:00)" in last_runs[1]
    assert "2018-10-26 06:30" in last_runs[2]
    assert "started    2018-10-26 06:30+07:00 on" in status(db, "--run", str(run))


def test_only_as_many_runs_of_each_portal_as_asked_for(db):
    assert [run["run"] for run in status_json(db, "--last", "1")["runs"]] == [3, 2]


def test_totals_count_what_is_kept_and_what_still_fails(db):
    mine, other = status_json(db)["portals"]
    assert mine | {"live": 3, "quarantined": 1, "gone": 0, "duplicates": 0, "undated": 1} == mine
    assert (mine["first"], mine["last"]) == ("2016-01-31", "2018-10-26")  # the quarantined one does not count
    assert mine["failures"] == {"http_500": 2, "timeout": 1}
    assert other | {"live": 0, "first": None, "failures": {}, "unfinished": None} == other


def test_an_id_that_was_only_guessed_does_not_fail(db):
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        failure = Failure(url=f"https://{PORTAL}.vn/tin.aspx?ItemID=9", stage="probe", reason="http_404")
        store.save_failure(failure, run, PORTAL)
    assert status_json(db, PORTAL)["portals"][0]["failures"] == {"http_500": 2, "timeout": 1}


def test_reading_captures_again_is_told_beside_what_the_portal_was_last_like(db):
    with Store.open(db) as store:
        run = store.begin_run("other", "reextract", {"diff": True})
        verdict = reread(12, 3, applied=False)
        store.finish_run(run, verdict.name, verdict.exit_code, verdict.to_json(), {"requests": 12, "found": 0})
    shown = status(db, "other")
    assert "12 captures were read again: 3 readings would change, nothing was written" in shown
    assert "The portal is down." in shown
    kinds = [line.split()[2] for line in shown.splitlines() if line.split()[1:2] == ["other"]]
    assert kinds[:2] == ["reextract", "crawl"]
    assert "found" not in status(db, "--run", str(run))


def test_the_lists_and_forms_that_an_archive_holds_are_no_failures(db):
    with Store.open(db) as store:
        run = store.begin_run("saved", "archive", {})
        store.save_article(article(1, portal="saved"), run)
        for name, reason in (("ds", "listing_page"), ("moi", "form_page"), ("tin", "no_body")):
            failure = Failure(url=f"https://saved.vn/{name}", stage="classify", reason=reason)
            store.save_failure(failure, run, "saved")
        store.finish_run(run, "partial", 3, {}, {})
    portals = {one["portal"]: one for one in json.loads(status(db, "--json"))["portals"]}
    assert portals["saved"]["failures"] == {"no_body": 1}


def test_a_failure_that_was_overcome_is_no_longer_open(db):
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.resolve_failures(PORTAL, [f"https://{PORTAL}.vn/c"], run)
    assert status_json(db, PORTAL)["portals"][0]["failures"] == {"http_500": 2}


def test_an_interrupted_crawl_is_told_with_the_command_that_goes_on(db):
    unfinished = status_json(db, PORTAL)["portals"][0]["unfinished"]
    assert unfinished["requests"] == 1
    assert unfinished["resume"] == f"portal-crawler crawl {PORTAL} -a 'section=Tin tức' --db {db}"
    shown = status(db)
    assert "stopped before its end with 1 requests to go" in shown
    assert unfinished["resume"] in shown


def test_an_interrupted_archive_run_is_told_with_its_paths(tmp_path):
    db = tmp_path / "portal.db"
    with Store.open(db, command=f"archive {PORTAL}") as store:
        store.begin_run(PORTAL, "archive", {"paths": ["saved pages/", "a.warc.gz"]})
    resume = status_json(db)["portals"][0]["unfinished"]["resume"]
    assert resume == f"portal-crawler archive {PORTAL} 'saved pages/' a.warc.gz --db {db}"


def test_a_crawl_that_runs_now_is_told_as_running_and_not_as_unfinished(db):
    with Store.open(db, command="crawl other") as store:
        run = store.begin_run("other", "news", {})
        told = status_json(db, "other")
        assert told["held_by"]["command"] == "crawl other"
        assert (told["runs"][0]["run"], told["runs"][0]["verdict"]) == (run, "running")
        assert told["portals"][0]["unfinished"] is None
        assert "crawl other (process" in status(db)
    assert status_json(db, "other")["held_by"] is None


def test_a_note_left_by_a_dead_process_is_no_holder(db):
    lock = db.with_name(db.name + ".lock")
    lock.write_text(json.dumps({"pid": 2**22 - 1, "host": socket.gethostname(), "command": "x", "since": "2025-01-01"}))
    assert lock_holder(db) is None
    lock.write_text(json.dumps({"pid": 1, "host": "elsewhere", "command": "x", "since": "2025-01-01"}))
    assert lock_holder(db) is None  # nobody has the lock, whatever the note says
    lock.write_text("{")
    assert lock_holder(db) is None


def test_one_run_in_depth(db):
    told = status_json(db, "--run", "1")
    assert told["arguments"] == {"since": "2018-01-01", "section": "Tin tức"}
    assert told["counts"] == COUNTS
    assert [failure["reason"] for failure in told["failures"]] == ["http_500", "http_500", "timeout"]
    shown = status(db, "--run", "1")
    for text in (
        "PARTIAL",
        EVIDENCE["sentence"],
        "section=Tin tức",
        "published_at 75%",
        f"https://{PORTAL}.vn/c",
        "[why]",
    ):
        assert text in shown


def test_status_changes_nothing(db):
    before = db.read_bytes()
    status(db)
    status(db, "--run", "1")
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [(["nowhere"], 'holds no portal "nowhere"; it holds: ben_tre_city, other'), (["--run", "99"], "holds no run 99")],
)
def test_what_is_not_there_is_one_line_and_exit_code_1(db, words, said):
    result = CliRunner().invoke(main, ["status", *words, "--db", str(db)])
    assert (result.exit_code, said in result.stderr) == (1, True)


def test_a_missing_database_says_what_to_do(tmp_path):
    result = CliRunner().invoke(main, ["status", "--db", str(tmp_path / "no.db")])
    assert result.exit_code == 1
    assert "no such database; crawl a portal first" in result.stderr

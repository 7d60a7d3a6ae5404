"""Images and attachments of a crawl: the bytes the server holds, fetched once, and nothing that is not what it claims."""

from __future__ import annotations

import hashlib
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import (
    Crawled,
    assert_true,
    crawl,
    crawl_words,
    kill,
    rows,
    run_cli,
    side_by_side,
    start_cli,
    truth_report,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.crawls

FILES = ("-s", "MEDIA=1")
FAULTS = {
    "well": (),
    "fake": ("fake_files",),
    "dead": ("dead_images",),
    "stumbling": ("file_names", "http_500@media:0.2", "reset@media:0.2", "not_found@media:0.2"),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    with ExitStack() as stack:
        portals = {
            name: stack.enter_context(SamplePortal(articles=16, seed=3, faults=faults))
            for name, faults in FAULTS.items()
        }

        def job(name: str) -> Crawled:
            db = tmp_path_factory.mktemp(name) / "portal.db"
            return Crawled(portals[name], db, crawl(portals[name], db, "--json", *FILES))

        yield dict(zip(FAULTS, side_by_side(*(lambda name=name: job(name) for name in FAULTS)), strict=True))


def stored_paths(db: Path) -> set[str]:
    return {path for (path,) in rows(db, "SELECT path FROM media")}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def is_file(path: str) -> bool:
    return path.lower().endswith((".jpg", ".png", ".pdf"))


def asked_files(portal: SamplePortal, since: int = 0) -> list[str]:
    return [one.path for one in portal.requests[since:] if is_file(one.path)]


def test_the_bytes_are_those_that_the_server_holds(crawled: dict[str, Crawled]) -> None:
    one = crawled["well"]
    assert one.done.returncode == 0, one.done.stderr
    report = truth_report(one.portal, one.db)
    assert (report.clean, report.fields["media"].right > 20) == (True, True)
    assert value(one.db, "SELECT count(*) FROM article_media WHERE media_id IS NULL") == 0
    for path, sha256, size in rows(one.db, "SELECT path, sha256, size FROM media"):
        data = (one.db.parent / "media" / path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
    assert value(one.db, "SELECT count(*) FROM media WHERE content_type GLOB 'image/*' AND width IS NULL") == 0
    assert one.summary["counts"]["media_stored"] == value(one.db, "SELECT count(*) FROM media_fetches")


def test_an_article_never_waits_for_a_file(crawled: dict[str, Crawled]) -> None:
    asked = [one.path for one in crawled["well"].portal.requests]
    articles = [at for at, path in enumerate(asked) if "DispForm" in path]
    # ids that no list shows are probed when nothing else is left, files included
    assert min(at for at, path in enumerate(asked) if is_file(path)) > articles[len(articles) // 2]


def test_a_second_crawl_fetches_no_file_but_one_that_was_lost(crawled: dict[str, Crawled]) -> None:
    one = crawled["well"]
    since = len(one.portal.requests)
    url, path = rows(one.db, "SELECT u.url, m.path FROM media_urls u JOIN media m ON m.id = u.media_id ORDER BY 1")[0]
    (one.db.parent / "media" / path).unlink()
    assert run_cli("check", "--db", one.db).returncode == 1
    before = rows(one.db, "SELECT url, state FROM media_fetches")
    again = crawl(one.portal, one.db, "--full", *FILES)
    assert again.returncode == 0, again.stderr
    assert asked_files(one.portal, since) == [url.removeprefix(one.portal.url.rstrip("/"))]
    assert rows(one.db, "SELECT url, state FROM media_fetches") == before


def test_the_database_and_its_media_folder_check_out(crawled: dict[str, Crawled]) -> None:
    assert run_cli("check", "--db", crawled["well"].db).returncode == 0


def test_exports_carry_the_files(crawled: dict[str, Crawled], tmp_path: Path) -> None:
    one = crawled["well"]
    for name in ("wordpress", "hugo"):
        done = run_cli("export", name, tmp_path / name, "--db", one.db)
        assert "media not stored" not in done.stdout, done.stdout
        hashes = {
            hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).rglob("*") if path.is_file()
        }
        kept = {
            sha256
            for (sha256,) in rows(one.db, "SELECT m.sha256 FROM media m JOIN article_media a ON a.media_id = m.id")
        }
        assert kept <= hashes, name


def test_names_never_leave_the_media_folder(crawled: dict[str, Crawled]) -> None:
    one = crawled["stumbling"]
    names = {name for (name,) in rows(one.db, "SELECT name FROM media_urls")}
    assert len(names & {"CON.pdf", "-rf.pdf", "../../x.pdf", "~.pdf", "..\\..\\windows\\win.pdf"}) > 1
    assert files_in(one.db.parent / "media") == stored_paths(one.db)
    shape = "[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64 + ".*"
    assert value(one.db, "SELECT count(*) FROM media WHERE path NOT GLOB ?", shape) == 0
    assert {path.name for path in one.db.parent.parent.iterdir() if path.suffix == ".pdf"} == set()
    assert_true(one.portal, one.db)


def test_a_file_that_is_not_what_it_claims_is_a_row_and_no_file(crawled: dict[str, Crawled]) -> None:
    one = crawled["fake"]
    reasons = {reason for (reason,) in rows(one.db, "SELECT DISTINCT reason FROM media_fetches WHERE state = 'failed'")}
    assert {"not_an_image", "active_svg"} <= reasons
    lacking = "SELECT count(*) FROM article_media a WHERE media_id IS NULL AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.url = a.url AND f.stage = 'media')"
    assert value(one.db, lacking) == 0
    for path in files_in(one.db.parent / "media"):
        assert b"<script" not in (one.db.parent / "media" / path).read_bytes()
    under_false_type = "SELECT count(*) FROM media_urls u JOIN media m ON m.id = u.media_id WHERE u.claimed_type GLOB 'text/html*' AND m.content_type <> 'text/html'"
    assert value(one.db, under_false_type) > 0
    assert_true(one.portal, one.db)


def test_images_of_another_host_are_recorded_and_not_asked_for(crawled: dict[str, Crawled]) -> None:
    one = crawled["dead"]
    assert (one.done.returncode, one.summary["verdict"]) == (0, "complete")
    assert one.summary["counts"]["media_failures"].keys() == {"offsite"}
    assert value(one.db, "SELECT count(*) FROM failures WHERE reason = 'offsite' AND stage = 'media'") > 5
    assert_true(one.portal, one.db)


def test_files_have_tries_of_their_own_and_what_is_gone_is_told(crawled: dict[str, Crawled]) -> None:
    one = crawled["stumbling"]
    gone = one.summary["counts"]["media_failures"]
    assert gone.keys() == {"http_404"}
    assert one.summary["verdict"] == "complete"
    assert f"{gone['http_404']} files could not be had" in one.summary["sentence"]
    assert value(one.db, "SELECT count(*) FROM media_fetches WHERE state = 'queued'") == 0
    assert value(one.db, "SELECT min(not_before) > changed_at FROM media_fetches WHERE reason = 'http_404'") == 1
    assert_true(one.portal, one.db)


def test_a_crawl_without_files_leaves_them_to_the_next_one(tmp_path: Path) -> None:
    with SamplePortal(articles=12, seed=3) as portal:
        db = tmp_path / "portal.db"
        assert crawl(portal, db, "--no-media").returncode == 0
        assert (asked_files(portal), (tmp_path / "media").exists()) == ([], False)
        assert crawl(portal, db, *FILES).returncode == 0
        assert value(db, "SELECT count(*) FROM article_media WHERE media_id IS NULL") == 0
        assert files_in(tmp_path / "media") == stored_paths(db)


@pytest.mark.slow
def test_a_crawl_killed_among_its_files_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    query = "SELECT a.key, m.kind, m.position, f.sha256, f.path FROM article_media m JOIN articles a ON a.id = m.article_id LEFT JOIN media f ON f.id = m.media_id ORDER BY 1, 2, 3"
    with SamplePortal(articles=20, seed=3) as portal:
        whole = tmp_path / "whole" / "portal.db"
        assert crawl(portal, whole, *FILES).returncode == 0
        killed = tmp_path / "killed" / "portal.db"
        for _ in range(4):
            since = len(portal.requests)
            process = start_cli(*crawl_words(portal, killed, *FILES))
            deadline = time.monotonic() + 30
            while len(asked_files(portal, since)) < 4 and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            kill(process)
        assert crawl(portal, killed, *FILES).returncode == 0
        assert rows(killed, query) == rows(whole, query)
        assert files_in(killed.parent / "media") >= stored_paths(killed)
        assert_true(portal, killed)
        assert run_cli("check", "--db", killed).returncode == 0

"""Archives of a crawled portal are read to the same articles, once, and can be stopped and gone on with."""

from __future__ import annotations

import hashlib
import shutil
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.storage.captures import iter_captures
from pipelines.storage.connection import connect_reader
from tests.crawl.live import MINIMAL, TIMEOUT, Crawled, rows, run_cli, start_cli, value, wait_until
from tests.sources.wayback_server import Capture, Trouble, WaybackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.crawls


@pytest.fixture(scope="module")
def from_warc(first_crawls: dict[str, Crawled], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The database that the WARC file of a crawl was read into, and what the command said."""
    db = tmp_path_factory.mktemp("archive") / "portal.db"
    done = run_cli("archive", "sample", first_crawls["sample"].db.with_suffix(".warc.gz"), "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    return db, done.stdout


def test_a_warc_file_of_a_crawl_gives_the_same_articles(
    first_crawls: dict[str, Crawled], from_warc: tuple[Path, str]
) -> None:
    query = "SELECT uid, content_hash, title, published_at FROM v_articles ORDER BY uid"
    assert rows(from_warc[0], query) == rows(first_crawls["sample"].db, query)
    assert rows(from_warc[0], "SELECT DISTINCT origin FROM articles") == [("warc",)]


def test_pages_that_never_were_articles_are_on_record_and_no_loss(from_warc: tuple[Path, str]) -> None:
    db, said = from_warc
    assert "COMPLETE" in said
    reasons = dict(rows(db, "SELECT url, reason FROM failures"))
    about = next(url for url in reasons if "/gioi-thieu/" in url)
    assert reasons[about] in ("no_body", "empty_shell")
    assert "listing_page" in reasons.values()


def test_an_archive_is_read_once(first_crawls: dict[str, Crawled], from_warc: tuple[Path, str]) -> None:
    db = from_warc[0]
    before = rows(db, "SELECT * FROM articles ORDER BY id"), value(db, "SELECT count(*) FROM captures")
    done = run_cli("archive", "sample", first_crawls["sample"].db.with_suffix(".warc.gz"), "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    assert "pages were read by an earlier run already" in done.stdout
    assert (rows(db, "SELECT * FROM articles ORDER BY id"), value(db, "SELECT count(*) FROM captures")) == before


def test_extraction_again_changes_nothing_and_is_no_word_on_the_portal(
    from_warc: tuple[Path, str], tmp_path: Path
) -> None:
    db = tmp_path / "portal.db"
    shutil.copy(from_warc[0], db)
    before = rows(db, "SELECT * FROM articles ORDER BY id")
    done = run_cli("reextract", "sample", "--diff", "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    captures = value(db, "SELECT count(*) FROM captures WHERE status = 200")
    assert done.stdout == f"{captures} captures read again; 0 readings would change.\n"
    assert rows(db, "SELECT * FROM articles ORDER BY id") == before
    said = f"{captures} captures were read again: 0 readings would change, nothing was written (--diff)."
    assert rows(db, "SELECT verdict, evidence ->> 'sentence' FROM runs WHERE spider = 'reextract'") == [
        ("complete", said)
    ]


@pytest.fixture
def wayback(first_crawls: dict[str, Crawled]) -> Iterator[WaybackServer]:
    """Eight articles of a crawl; before the fifth the server asks to wait a minute."""
    server = WaybackServer()
    with closing(connect_reader(first_crawls["sample"].db)) as conn:
        pages = [page for _, page in iter_captures(conn, "sample") if "ItemID=" in page.url and page.status == 200][:8]
    server.captures = [
        Capture("20240310020000", page.url, page.body, digest=hashlib.sha1(page.body).hexdigest()) for page in pages
    ]
    fifth = sorted(server.captures, key=lambda one: one.row())[4]
    server.troubles = [Trouble(fifth.original, 1, status=503, headers={"Retry-After": str(2 * TIMEOUT)})]
    yield server
    server.close()


def test_a_stop_does_not_wait_for_an_archive_that_asks_to_wait(
    first_crawls: dict[str, Crawled], wayback: WaybackServer, tmp_path: Path
) -> None:
    profile = tmp_path / "minimal_sample.toml"
    text = Path(MINIMAL).read_text(encoding="utf-8")
    profile.write_text(
        text.replace("http://127.0.0.1:8765/", first_crawls["sample"].portal.url) + "[crawl]\ndelay = 0\n",
        encoding="utf-8",
    )
    db = tmp_path / "portal.db"
    prefix = f"127.0.0.1:{first_crawls['sample'].portal.port}/"
    words = ["wayback", profile, "--server", wayback.base, "--prefix", prefix, "--db", db]
    process = start_cli(*words)
    wait_until(lambda: len(wayback.captures_asked()) == 5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (130, "")
    assert "INTERRUPTED" in out
    assert value(db, "SELECT count(*) FROM articles") == 4
    done = run_cli(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert value(db, "SELECT count(*) FROM articles") == 8
    asked = wayback.captures_asked()
    assert len(asked) == len(set(asked)) + 1
    again = run_cli(*words)
    assert (again.returncode, again.stderr) == (0, "")
    assert "COMPLETE: Nothing new: " in again.stdout
    assert wayback.captures_asked() == asked

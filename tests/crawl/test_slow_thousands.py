"""What 2,000 crawled articles lead to: WARC, folder and Wayback give the same, extraction is stable, a refresh is cheap."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from pipelines.storage.captures import iter_captures
from pipelines.storage.connection import connect_reader
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import MINIMAL, TEXT_ONLY, assert_true, crawl, pages_asked, rows, run_cli, summary
from tests.sources.wayback_server import Capture, WaybackServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from pipelines.items import Page

pytestmark = pytest.mark.slow

ARTICLES = 2000


@dataclass(frozen=True)
class Big:
    portal: SamplePortal
    db: Path
    warc: Path
    done: subprocess.CompletedProcess[str]

    def pages(self) -> list[Page]:
        """Every page as the crawl kept it."""
        with closing(connect_reader(self.db)) as conn:
            return [page for _, page in iter_captures(conn, "minimal_sample")]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Big]:
    folder = tmp_path_factory.mktemp("big")
    db, warc = folder / "portal.db", folder / "portal.warc.gz"
    with SamplePortal(articles=ARTICLES, seed=13) as portal:
        done = crawl(portal, db, "--json", "--warc", warc, *TEXT_ONLY, profile=MINIMAL, timeout=1500)
        yield Big(portal, db, warc, done)


def hashes(db: Path) -> dict[str, str]:
    return dict(rows(db, "SELECT uid, content_hash FROM v_articles"))


def test_every_field_of_every_article_is_right(big: Big) -> None:
    assert (big.done.returncode, big.done.stderr) == (0, "")
    assert_true(big.portal, big.db, "minimal_sample")
    told = summary(big.done)
    pages = len(pages_asked(big.portal))
    print(
        f"{pages} pages, {told['counts']['bytes'] / 1e6:.0f} MB in {told['seconds']} s: {pages / told['seconds']:.0f} pages/s"
    )


def test_the_warc_file_is_accepted_and_gives_the_same_articles(big: Big, tmp_path: Path) -> None:
    checked = run_cli("check", big.warc, module="warcio.cli", timeout=300)
    assert (checked.returncode, checked.stdout) == (0, "")
    db = tmp_path / "warc.db"
    done = run_cli("archive", MINIMAL, big.warc, "--db", db, timeout=900)
    assert (done.returncode, done.stderr) == (0, "")
    assert hashes(db) == hashes(big.db)
    assert rows(db, "SELECT DISTINCT origin FROM v_articles") == [("warc",)]


def test_a_folder_as_wget_saves_it_gives_the_same_articles(big: Big, tmp_path: Path) -> None:
    save_like_wget(big.pages(), tmp_path / "saved")
    db = tmp_path / "folder.db"
    done = run_cli("archive", profile_at(big, tmp_path), tmp_path / "saved", "--db", db, timeout=900)
    assert (done.returncode, done.stderr) == (0, "")
    assert hashes(db) == hashes(big.db)


def test_a_wayback_machine_gives_the_same_articles(big: Big, tmp_path: Path) -> None:
    server = WaybackServer(page=500)
    server.captures = [
        Capture(
            "20240310020000", page.url, page.body, digest=hashlib.sha1(page.body).hexdigest(),
            headers={"content-type": page.header("Content-Type")},
        )
        for page in big.pages() if page.status == 200 and page.method == "GET"
    ]  # fmt: skip
    db = tmp_path / "wayback.db"
    try:
        words = ("--server", server.base, "--prefix", f"127.0.0.1:{big.portal.port}/", "--jobs", 2)
        done = run_cli("wayback", profile_at(big, tmp_path), *words, "--db", db, timeout=900)
    finally:
        server.close()
    assert (done.returncode, done.stderr) == (0, "")
    assert hashes(db) == hashes(big.db)


def test_extraction_again_changes_nothing(big: Big) -> None:
    done = run_cli("reextract", MINIMAL, "--diff", "--db", big.db, "--json", timeout=900)
    told = summary(done)
    assert (done.returncode, told["changes"]) == (0, [])
    assert told["captures"] > ARTICLES


def test_a_refresh_asks_for_little_and_finds_what_changed(big: Big, tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    shutil.copy(big.db, db)
    before = len(big.portal.requests)
    big.portal.world.step(1)
    told = summary(crawl(big.portal, db, "--json", *TEXT_ONLY, profile=MINIMAL, timeout=900))
    asked = pages_asked(big.portal, before)
    kinds = dict(rows(db, "SELECT kind, count(*) FROM frontier GROUP BY kind"))
    all_asked = len(big.portal.requests) - before
    print(f"1 edit, 1 removal, 3 new of {ARTICLES}: {all_asked} of {before} requests, by kind {kinds}")
    assert (told["verdict"], told["counts"]["new"]) == ("complete", 3)
    assert len(asked) < 300


def profile_at(big: Big, folder: Path) -> Path:
    """The minimal profile of the portal at the port it was served at."""
    text = Path(MINIMAL).read_text(encoding="utf-8").replace("http://127.0.0.1:8765/", big.portal.url)
    file = folder / "minimal_sample.toml"
    file.write_text(f"{text}[crawl]\ndelay = 0\n", encoding="utf-8")
    return file


def save_like_wget(pages: list[Page], folder: Path) -> None:
    """What `wget --mirror` leaves: a folder of the host, paths as they are, queries behind a "?"."""
    for page in pages:
        if page.status != 200 or page.method != "GET":
            continue
        parts = urlsplit(page.url)
        path = unquote(parts.path).lstrip("/")
        name = (path or "index.html") + (f"?{parts.query}" if parts.query else "")
        target = folder / parts.netloc / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.body)

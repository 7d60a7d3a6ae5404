"""Files out of archives: the same as those of a live crawl, asked for by nobody a second time, and told where missing."""

from __future__ import annotations

import base64
import hashlib
from contextlib import ExitStack, closing
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.storage.captures import iter_captures
from pipelines.storage.connection import connect_reader
from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.media import media_bytes
from tests.crawl.live import MINIMAL, Crawled, crawl, rows, run_cli, value
from tests.sources.test_wacz import wacz
from tests.sources.wayback_server import Capture, WaybackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.crawls

FILES = "SELECT a.key, m.kind, m.position, m.role, m.caption, m.credit, m.alt, f.sha256, f.size, f.width FROM article_media m JOIN articles a ON a.id = m.article_id LEFT JOIN media f ON f.id = m.media_id ORDER BY 1, 2, 3"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with ExitStack() as stack:
        portal = stack.enter_context(SamplePortal(articles=16, seed=3))
        db = tmp_path_factory.mktemp("live") / "portal.db"
        yield Crawled(portal, db, crawl(portal, db, "-s", "MEDIA=1", "--warc", db.with_suffix(".warc.gz")))


@pytest.fixture(scope="module")
def from_warc(live: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("warc") / "portal.db"
    done = run_cli("archive", "sample", live.db.with_suffix(".warc.gz"), "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    return db


def asked_files(portal: SamplePortal, since: int) -> list[str]:
    return [one.path for one in portal.requests[since:] if one.path.lower().endswith((".jpg", ".png", ".pdf"))]


def test_a_warc_of_a_crawl_gives_the_same_files(live: Crawled, from_warc: Path) -> None:
    assert set(rows(from_warc, FILES)) >= set(rows(live.db, FILES))
    assert value(from_warc, "SELECT count(*) FROM article_media WHERE media_id IS NULL") == 0
    served = "SELECT DISTINCT url, sha256 FROM media_urls JOIN media ON media.id = media_id ORDER BY 1, 2"
    assert set(rows(from_warc, served)) >= set(rows(live.db, served))
    assert rows(from_warc, "SELECT DISTINCT origin, source GLOB 'portal.warc.gz@*' FROM media_urls") == [("warc", 1)]
    assert run_cli("check", "--db", from_warc).returncode == 0


def test_what_an_archive_gave_is_asked_of_the_portal_by_a_full_crawl_only(live: Crawled, from_warc: Path) -> None:
    since = len(live.portal.requests)
    assert crawl(live.portal, from_warc, "-s", "MEDIA=1").returncode == 0
    assert asked_files(live.portal, since) == []
    assert crawl(live.portal, from_warc, "-s", "MEDIA=1", "--full").returncode == 0
    named = value(from_warc, "SELECT count(DISTINCT url) FROM article_media")
    assert len(asked_files(live.portal, since)) == named
    since = len(live.portal.requests)
    assert crawl(live.portal, from_warc, "-s", "MEDIA=1", "--full").returncode == 0
    assert asked_files(live.portal, since) == []
    assert set(rows(from_warc, FILES)) >= set(rows(live.db, FILES))


def test_an_archive_is_not_read_for_files_that_are_there(live: Crawled) -> None:
    before = rows(live.db, "SELECT * FROM media_urls"), rows(live.db, "SELECT * FROM media")
    done = run_cli("archive", "sample", live.db.with_suffix(".warc.gz"), "--db", live.db)
    assert done.returncode == 0, done.stderr
    assert (rows(live.db, "SELECT * FROM media_urls"), rows(live.db, "SELECT * FROM media")) == before


def test_without_files_an_archive_gives_articles_only(live: Crawled, tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    assert run_cli("archive", "sample", live.db.with_suffix(".warc.gz"), "--db", db, "--no-media").returncode == 0
    assert value(db, "SELECT count(*) FROM media_fetches") == 0
    assert not (tmp_path / "media").exists()


def first_article(live: Crawled) -> tuple[Any, list[str]]:
    """A captured article page with two pictures or more, the first written without its host, and the addresses of its files."""
    query = "SELECT m.url FROM article_media m JOIN articles a ON a.id = m.article_id WHERE a.url = ? ORDER BY m.kind DESC, m.position"
    with closing(connect_reader(live.db)) as conn:
        for _, page in iter_captures(conn, "sample"):
            urls = [url for (url,) in rows(live.db, query, page.url)]
            if len(urls) > 1 and f'"{urls[0].removeprefix(live.portal.url.rstrip("/"))}"' in page.body.decode():
                return page, urls
    raise AssertionError


@pytest.fixture
def profile(live: Crawled, tmp_path: Path) -> Path:
    path = tmp_path / "minimal_sample.toml"
    text = Path(MINIMAL).read_text(encoding="utf-8")
    path.write_text(text.replace("http://127.0.0.1:8765/", live.portal.url) + "[crawl]\ndelay = 0\n", encoding="utf-8")
    return path


def state(db: Path) -> list[tuple[Any, ...]]:
    return rows(db, "SELECT url, state, reason FROM media_fetches ORDER BY url")


def test_a_wayback_machine_is_asked_for_the_files_of_its_articles(live: Crawled, profile: Path, tmp_path: Path) -> None:
    page, urls = first_article(live)
    server = WaybackServer()
    body, kind = media_bytes(urls[0].removeprefix(live.portal.url.rstrip("/")))
    stub = b"<html><body>404</body></html>"
    server.captures = [
        Capture("20240310020000", page.url, page.body),
        Capture("20200101000000", urls[0], body, mimetype=kind),
        Capture("20210101000000", urls[0], stub, mimetype="image/jpeg"),
        Capture("20220101000000", urls[0], stub + b" ", mimetype="text/html"),
    ]
    db = tmp_path / "portal.db"
    prefix = f"127.0.0.1:{live.portal.port}/"
    words = ["wayback", profile, "--server", server.base, "--prefix", prefix, "--db", db]
    with closing(server):
        done = run_cli(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert value(db, "SELECT sha256 FROM media") == hashlib.sha256(body).hexdigest()
        assert rows(db, "SELECT origin, source, served_at FROM media_urls") == [
            ("wayback", f"web/20200101000000id_/{urls[0]}", "2020-01-01T00:00:00+00:00")
        ]
        missing = [(url, "failed", "not_in_archive") for url in urls[1:]]
        assert state(db) == sorted([(urls[0], "stored", ""), *missing])
        asked = server.captures_asked()
        assert [one for one in asked if "20220101" in one] == []
        run_cli(*words)
        assert server.captures_asked() == asked
    since = len(live.portal.requests)
    assert crawl(live.portal, db, "-s", "MEDIA=1", profile=str(profile)).returncode == 0
    assert urls[0].removeprefix(live.portal.url.rstrip("/")) not in asked_files(live.portal, since)
    assert value(db, "SELECT count(*) FROM article_media WHERE media_id IS NULL") == 0


def test_a_page_that_a_browser_saved_brings_its_files(live: Crawled, profile: Path, tmp_path: Path) -> None:
    page, urls = first_article(live)
    paths = [url.removeprefix(live.portal.url.rstrip("/")) for url in urls]
    text = page.body.decode().replace(paths[0], "Tin_files/anh 1.jpg")
    folder = tmp_path / "saved"
    (folder / "Tin_files").mkdir(parents=True)
    saved = f"<!-- saved from url=({len(page.url):04})){page.url} -->\n".replace("))", ")") + text
    (folder / "Tin.html").write_text(saved, encoding="utf-8")
    body = media_bytes(paths[0])[0]
    (folder / "Tin_files" / "anh 1.jpg").write_bytes(body)
    (folder / "Tin_files" / "other.jpg").write_bytes(media_bytes("/other.jpg")[0])
    db = tmp_path / "portal.db"
    done = run_cli("archive", profile, folder, "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    assert [sha for (sha,) in rows(db, "SELECT sha256 FROM media")] == [hashlib.sha256(body).hexdigest()]
    assert value(db, "SELECT source FROM media_urls") == "Tin_files/anh 1.jpg"


def test_a_mirror_brings_its_files(live: Crawled, profile: Path, tmp_path: Path) -> None:
    page, urls = first_article(live)
    folder = tmp_path / f"127.0.0.1+{live.portal.port}"
    folder.mkdir()
    (folder / "tin.html").write_bytes(f"<!-- saved from url=(0014){page.url} -->\n".encode() + page.body)
    for url in urls:
        path = url.removeprefix(live.portal.url)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(media_bytes(f"/{path}")[0])
    db = tmp_path / "portal.db"
    assert run_cli("archive", profile, folder, "--db", db).returncode == 0
    assert [one[1] for one in state(db)] == ["stored"] * len(urls)


def test_pictures_inside_a_saved_page_are_stored(live: Crawled, profile: Path, tmp_path: Path) -> None:
    page, urls = first_article(live)
    path = urls[0].removeprefix(live.portal.url.rstrip("/"))
    body = media_bytes(path)[0]
    inside = "data:image/jpeg;base64," + base64.b64encode(body).decode()
    file = tmp_path / "single.html"
    whole = live.portal.url.rstrip("/").replace(":", "&#58;") + path  # as SharePoint writes addresses in some fields
    text = page.body.decode().replace(whole, inside).replace(path, inside)
    file.write_text(f"<!-- saved from url=(0014){page.url} -->\n{text}", encoding="utf-8")
    db = tmp_path / "portal.db"
    assert run_cli("archive", profile, file, "--db", db).returncode == 0
    digest = hashlib.sha256(body).hexdigest()
    assert rows(db, "SELECT sha256, url FROM media JOIN media_urls ON media_id = id") == [
        (digest, f"{page.url}#sha256={digest}")
    ]
    assert value(db, "SELECT count(*) FROM article_media WHERE media_id IS NOT NULL AND kind = 'image'") == 1


def test_a_wacz_brings_the_same_files_as_the_warc_in_it(live: Crawled, from_warc: Path, tmp_path: Path) -> None:
    file = wacz(tmp_path / "portal.wacz", {"archive/data.warc.gz": live.db.with_suffix(".warc.gz").read_bytes()})
    db = tmp_path / "portal.db"
    done = run_cli("archive", "sample", file, "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(db, FILES) == rows(from_warc, FILES)
    assert value(db, "SELECT min(source GLOB 'portal.wacz*') FROM media_urls") == 1


def test_the_parts_of_an_mhtml_file_are_its_page_s_files(live: Crawled, profile: Path, tmp_path: Path) -> None:
    page, urls = first_article(live)
    body = media_bytes(urls[0].removeprefix(live.portal.url.rstrip("/")))[0]
    message = MIMEMultipart("related", type="text/html")
    message["Snapshot-Content-Location"] = page.url
    message["Date"] = "Fri, 26 Oct 2018 04:00:00 -0000"
    root = MIMEText(page.body.decode(), "html", "utf-8")
    root["Content-Location"] = page.url
    picture = MIMEImage(body, "jpeg")
    picture["Content-Location"] = urls[0]
    for part in (root, picture):
        message.attach(part)
    file = tmp_path / "tin.mhtml"
    file.write_bytes(message.as_bytes())
    db = tmp_path / "portal.db"
    done = run_cli("archive", profile, file, "--db", db)
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(db, "SELECT sha256 FROM media") == [(hashlib.sha256(body).hexdigest(),)]
    assert value(db, "SELECT m.url FROM article_media m WHERE m.media_id IS NOT NULL") == urls[0]

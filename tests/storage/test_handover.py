"""A hand-over holds everything a reader needs, nothing of the crawl's own, and any change of it is noticed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError, StorageError
from pipelines.storage import media
from pipelines.storage.dictionary import internal_tables
from pipelines.storage.handover.package import make_package
from pipelines.storage.handover.proof import find_faults
from pipelines.storage.media import Served, StoredFile
from pipelines.storage.mirror import mirror_media
from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.storage.data import PORTAL, rich_article

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def source(store: Store, run: int) -> Path:
    """A database with an article, its picture, and a queue."""
    one = store.save_article(rich_article(), run)
    assert one
    digest = hashlib.sha256(PICTURE).hexdigest()
    file = StoredFile(sha256=digest, path=f"{digest[:2]}/{digest}.png", content_type="image/png", size=len(PICTURE))
    place = store.path.parent / "media" / file.path
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    media.save_file(store.conn, PORTAL, "http://xa.example/a.jpg", file, Served(urls=()), run, store.now())
    store.conn.execute(
        "INSERT INTO frontier (crawl_id, portal, fingerprint, url, kind, headers, context, priority, host, state) "
        "VALUES (?, ?, 'f', 'http://xa.example/', 'start', '{}', '{}', 0, 'xa.example', 'queued')",
        (run, PORTAL),
    )
    store.commit()
    return store.path


@pytest.fixture
def package(source: Path, tmp_path: Path) -> Path:
    archive = tmp_path / "first.warc.gz"
    archive.write_bytes(b"an archive")
    make_package(source, source.parent / "media", tmp_path / "out" / "gói", version="1.2.3", archives=[archive])
    return tmp_path / "out" / "gói"


def _without_flags(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "portal.db")) as conn, conn:
        conn.execute("DELETE FROM article_flags")


def codes(folder: Path) -> set[str]:
    return {one.code for one in find_faults(folder)}


def test_a_package_is_whole_and_the_usual_tools_agree(package: Path):
    assert codes(package) == set()
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=package, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")
    names = {path.name for path in package.iterdir()}
    assert names == {
        "portal.db", "media", "warc", "data-dictionary.md", "datapackage.json", "README.md", "README.vi.md",
        "manifest.json", "SHA256SUMS",
    }  # fmt: skip


def test_a_package_says_what_it_is_in_two_languages(package: Path):
    assert "1 articles" in (package / "README.md").read_text()
    assert f"Toàn bộ tin bài của {PORTAL}" in (package / "README.vi.md").read_text()
    assert "$" not in (package / "README.vi.md").read_text()


def test_a_package_holds_articles_but_nothing_of_the_crawl(package: Path):
    with closing(sqlite3.connect(package / "portal.db")) as conn:
        counts = {
            name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("v_articles", "media", "frontier", "captures", "article_signatures")
        }
        who = conn.execute("SELECT DISTINCT host, pid, arguments FROM runs").fetchall()
    assert counts == {"v_articles": 1, "media": 1, "frontier": 0, "captures": 0, "article_signatures": 0}
    assert who == [("", 0, "{}")]


def test_a_package_leaves_every_internal_table_empty_but_those_that_readers_need(source: Path, tmp_path: Path):
    with closing(sqlite3.connect(source)) as conn, conn:
        conn.execute(
            "INSERT INTO incidents (portal, kind, code, sentence, opened_at, opened_run_id, last_run_id) "
            "SELECT portal, 'verdict', 'down', '', started_at, id, id FROM runs LIMIT 1"
        )
        conn.execute(
            "INSERT INTO deliveries SELECT id, 'opened', 'email it@xa.example', 'sent', 1, '', opened_at FROM incidents"
        )
    make_package(source, source.parent / "media", tmp_path / "gói", version="1")
    with closing(sqlite3.connect(tmp_path / "gói" / "portal.db")) as conn:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        filled = {name for name in tables if conn.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0]}
    assert filled & (internal_tables() | {"incidents"}) <= {"article_sightings", "civic_readings", "link_readings"}
    assert {"articles", "article_sightings", "media"} <= filled


def test_a_package_that_may_not_be_written_is_proven_too(package: Path):
    for path in (*package.iterdir(), package):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = CliRunner().invoke(main, ["verify-package", str(package)])
    finally:
        for path in (package, *package.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.exit_code == 0, done.output
    assert "whole" in done.output


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: (folder / "README.md").write_text("x"), "file_changed"),
        (lambda folder: (folder / "README.vi.md").unlink(), "file_missing"),
        (lambda folder: (folder / "note.txt").write_text("x"), "file_added"),
        (lambda folder: (folder / "SHA256SUMS").write_text(""), "sums"),
        (lambda folder: next((folder / "media").rglob("*.png")).write_bytes(b"x"), "media_changed"),
        (lambda folder: next((folder / "media").rglob("*.png")).unlink(), "media_missing"),
        (_without_flags, "rows"),
        (lambda folder: (folder / "portal.db").write_bytes(b"no database"), "database"),
    ],
)  # fmt: skip
def test_every_change_is_noticed(package: Path, change, code: str):
    change(package)
    assert code in codes(package)
    assert CliRunner().invoke(main, ["verify-package", str(package)]).exit_code == 1


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="name the folder of a package"):
        list(find_faults(tmp_path))
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "another"}))
    with pytest.raises(ConfigurationError, match="update the program"):
        list(find_faults(tmp_path))


def test_what_exists_is_not_overwritten_and_a_failed_package_leaves_nothing(source: Path, tmp_path: Path):
    target = tmp_path / "out"
    next((source.parent / "media").rglob("*.png")).write_bytes(b"spoilt")
    with pytest.raises(StorageError, match="not what its row says"):
        make_package(source, source.parent / "media", target, version="1")
    assert not target.exists()
    assert not list(tmp_path.glob(".out*"))
    target.mkdir()
    with pytest.raises(ConfigurationError, match="exists"):
        make_package(source, source.parent / "media", target, version="1")


def test_files_of_a_backup_are_copied_once_and_proven(source: Path, tmp_path: Path):
    assert mirror_media(source, source.parent / "media", tmp_path / "kept") == 1
    assert mirror_media(source, source.parent / "media", tmp_path / "kept") == 0
    next((source.parent / "media").rglob("*.png")).write_bytes(PICTURE[::-1])
    with pytest.raises(StorageError):
        mirror_media(source, source.parent / "media", tmp_path / "other")
    assert not list((tmp_path / "other").rglob("*.p*"))

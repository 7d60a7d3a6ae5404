"""A database of an older version is refused in words by whatever reads its rows, and brought up to date by one command."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.storage.data import PORTAL, rich_article, url
from tests.storage.older import make_older

PROFILE = Path(__file__).parents[2] / "portal_crawler" / "portals" / "ben_tre_city.toml"


@pytest.fixture(scope="module")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_older(tmp_path_factory.mktemp("older") / "portal.db", "m005_coverage")


@pytest.fixture
def older(old_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(old_file, tmp_path / "portal.db"))


def said(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.output


READING = {
    "status": ("status",),
    "status --dates": ("status", "--dates"),
    "status --completeness": ("status", "--completeness"),
    "explain": ("explain", rich_article().uid),
    "chrome": ("chrome", PORTAL),
    "check --truth": ("check", "--truth", os.devnull),
    "portals save-page": ("portals", "save-page", PROFILE, url(1), "case"),
    "export jsonl": ("export", "jsonl", "out"),
    "export wordpress": ("export", "wordpress", "out", "--dry-run"),
    "init mapping": ("export", "wordpress", "out", "--mapping", "map.toml", "--init-mapping"),
    "verify folder": ("verify", "folder", "out"),
    "verify hugo": ("verify", "hugo", "out"),
    "package": ("db", "package", "out"),
    "notify": ("notify", "--notices", "notices.toml"),
    "explore": ("explore",),
}


@pytest.mark.parametrize("name", READING)
def test_every_reading_command_names_the_cure(older: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(older.parent)
    (older.parent / "notices.toml").write_text('[[webhook]]\nurl = "http://127.0.0.1:9/"\n')
    before = older.read_bytes()
    code, told = said(*READING[name], "--db", older)
    assert code not in (0, 2), told
    assert "older version" in told
    assert ("--upgrade" if name == "explore" else f"portal-crawler db upgrade --db {older}") in told
    assert older.read_bytes() == before
    assert sorted(path.name for path in older.parent.iterdir()) == ["notices.toml", "portal.db"]


def test_what_needs_every_version_does_not_want_the_newest(older: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    for command in (
        ("check", "--media", tmp_path),
        ("db", "backup", copy),
        ("db", "publish", tmp_path / "web.db", "--force"),
        ("db", "restore", copy, "--force"),
        ("db", "vacuum"),
    ):
        code, told = said(*command, "--db", older)
        assert code == 0, (command, told)


def test_it_is_brought_up_to_date_in_one_step_and_reads_as_before(older: Path, tmp_path: Path) -> None:
    code, told = said("db", "upgrade", "--db", older)
    assert (code, "m005_coverage, m006_citations" in told) == (0, True), told
    assert "nothing was changed" in said("db", "upgrade", "--db", older)[1]
    assert said("export", "jsonl", tmp_path / "out", "--db", older)[0] == 0
    assert rich_article().uid in (tmp_path / "out" / "articles.jsonl").read_text(encoding="utf-8")
    for command in (("status",), ("explain", rich_article().uid), ("check", "--media", tmp_path)):
        assert said(*command, "--db", older)[0] == 0


def test_bands_of_an_older_version_still_lead_to_their_texts(tmp_path: Path) -> None:
    path = make_older(tmp_path / "portal.db", "m017_band_numbers")
    kept = [("b" * 32, 7), ("b" * 32, -3), ("a" * 32, 7)]
    with closing(sqlite3.connect(path)) as conn:
        conn.executemany(
            "INSERT INTO text_signatures (text_hash, minhash) VALUES (?, x'00')", {(text,) for text, _ in kept}
        )
        conn.executemany("INSERT INTO text_bands (text_hash, band) VALUES (?, ?)", kept)
        conn.commit()
    with Store.open(path) as store:
        found = store.conn.execute(
            "SELECT text_hash, band FROM text_bands JOIN text_signatures USING (number)"
        ).fetchall()
    assert sorted(found) == sorted(kept)

"""The saved press room of a real SharePoint portal, read by the same command as everything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.corpus import corpus
from tests.crawl.live import ROOT, rows, run_cli, summary, value

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PROFILE = ROOT / "tests" / "profiles" / "press_room.toml"


@pytest.fixture(scope="module")
def press_room(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, subprocess.CompletedProcess[str]]:
    folder, db = corpus("sharepoint-pressroom"), tmp_path_factory.mktemp("press") / "portal.db"
    return folder, db, run_cli("archive", PROFILE, folder, "--db", db, "--json")


def test_every_release_has_its_title_its_date_and_its_text(
    press_room: tuple[Path, Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, db, done = press_room
    assert (done.returncode, done.stderr) == (0, "")
    printed = {
        path.name: re.search(r"Date:\s*(?:<[^>]*>\s*)*([^<]+)<", path.read_text(encoding="utf-8", errors="replace"))
        for path in folder.glob("*.html")
    }
    stored = rows(
        db,
        "SELECT c.source, a.title, a.published_at, length(a.body_text) FROM v_articles a "
        "JOIN article_revisions r ON r.article_id = a.id JOIN captures c ON c.id = r.capture_id",
    )
    releases = {name for name, match in printed.items() if match}
    assert len(releases) == 50
    assert {source.rpartition("/")[2] for source, *_ in stored} >= releases
    assert all(title and day and length > 300 for _, title, day, length in stored)
    assert value(db, "SELECT count(*) FROM v_articles WHERE published_at NOT GLOB '????-??-??*'") == 0


def test_reading_it_again_reads_nothing_again(
    press_room: tuple[Path, Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, db, first = press_room
    before = rows(db, "SELECT uid, content_hash, last_seen_at FROM v_articles ORDER BY 1")
    again = run_cli("archive", PROFILE, folder, "--db", db, "--json")
    told = summary(again)
    assert (again.returncode, told["verdict"]) == (0, "complete")
    assert (told["counts"]["requests"], told["counts"]["known"]) == (0, summary(first)["counts"]["requests"])
    assert rows(db, "SELECT uid, content_hash, last_seen_at FROM v_articles ORDER BY 1") == before

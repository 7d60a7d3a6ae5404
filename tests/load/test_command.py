"""The commands as they are typed: the password from the environment only, exit codes that tell, reports where asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.load.fake_wordpress import FakeWordPress
from tests.load.test_load import save

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "migration.md").read_text("utf-8")
REASONS = ("edited_in_target", "edited_in_both", "deleted_in_target", "target_refused", "media_refused", "slug_taken",
           "changed_by_later_batch")  # fmt: skip


@pytest.fixture
def wp(httpserver: HTTPServer) -> FakeWordPress:
    return FakeWordPress(httpserver)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "portal.db"
    with Store.open(path, command="test") as store:
        save(store, 1, 2)
    return path


def run(command: str, wp: FakeWordPress, db: Path, *more: str, password: str = "mat-khau") -> Result:
    words = [command, "wordpress", wp.url, "--db", str(db), "--user", "quan-tri", "--rate", "0", *more]
    return CliRunner().invoke(main, words, env={"PORTAL_CRAWLER_PASSWORD": password})


def told(result: Result) -> Any:
    return json.loads(result.output)


def test_the_whole_way_by_its_commands(wp: FakeWordPress, db: Path, tmp_path: Path) -> None:
    assert told(run("load", wp, db, "--dry-run", "--json"))["created"] == 2
    first = run("load", wp, db)
    assert first.exit_code == 0, first.output
    assert "2 created, 0 updated, 0 unchanged, 0 kept" in first.output
    assert "--rollback 1" in first.output
    verified = run("verify", wp, db, "--report", str(tmp_path / "verified"))
    assert verified.exit_code == 0, verified.output
    assert "0 unexplained differences" in verified.output
    assert json.loads((tmp_path / "verified" / "verification.json").read_text("utf-8"))["unexplained"] == 0
    assert (tmp_path / "verified" / "verification.html").is_file()
    assert told(run("load", wp, db, "--rollback", "1", "--json"))["undone"] == 2
    assert run("verify", wp, db).exit_code == 3


def test_a_kept_edit_is_shown_and_gives_its_exit_code(wp: FakeWordPress, db: Path) -> None:
    run("load", wp, db)
    wp.edit(1, title="Biên tập viên sửa")
    result = run("load", wp, db)
    assert result.exit_code == 3
    assert "KEPT edited in target" in result.output
    assert "+ Biên tập viên sửa" in result.output


def test_without_a_password_nothing_is_asked(wp: FakeWordPress, db: Path, httpserver: HTTPServer) -> None:
    for command in ("load", "verify"):
        result = run(command, wp, db, password="")
        assert result.exit_code == 1
        assert "PORTAL_CRAWLER_PASSWORD" in result.output
    assert httpserver.log == []


def test_a_rollback_cannot_be_a_dry_run(wp: FakeWordPress, db: Path) -> None:
    assert run("load", wp, db, "--rollback", "1", "--dry-run").exit_code == 2


def test_an_unknown_portal_is_refused(wp: FakeWordPress, db: Path) -> None:
    for command in ("load", "verify"):
        result = run(command, wp, db, "--portal", "khac")
        assert result.exit_code == 1
        assert 'holds no portal "khac"; it holds: xa_mau' in result.output


def test_every_reason_of_a_load_is_explained_in_the_docs() -> None:
    assert {one for one in REASONS if f"`{one}`" not in DOCS} == set()

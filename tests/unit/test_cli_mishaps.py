"""Wrong words on the command line: one line that names the cure, the right exit code, and nothing changed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.storage.data import PORTAL, article, rich_article


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "portal.db"
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_article(article(1), run)
        store.save_article(rich_article(2), run)
    return path


@pytest.fixture
def db(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "portal.db"))


def call(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.mark.parametrize("command", ["backup", "publish"])
def test_a_database_is_never_copied_onto_itself(command: str, db: Path) -> None:
    before = db.read_bytes()
    result = call("db", command, db, "--db", db, *(["--force"] if command == "publish" else []))
    assert (result.exit_code, db.read_bytes()) == (1, before)
    assert "is the database itself" in result.output


@pytest.mark.parametrize("option", ["--truth", "--log"])
def test_a_file_that_cannot_be_written_is_named_without_a_traceback(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = call("sample-portal", "--port", 0, option, tmp_path / "file" / "x")
    assert result.exit_code == 8
    assert f"{tmp_path / 'file' / 'x'}: Not a directory" in result.output


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (["-a", "start_url=www.example.gov.vn"], 1, "such as https://www.example.gov.vn/"),
        (["-s", "DOWNLOAD_DELAY=slow"], 1, "must be a number"),
        (["-s", "DOWNLOAD_DELAY"], 1, "NAME=VALUE"),
    ],
)
def test_a_crawl_with_wrong_words_begins_no_run(words: list[str], code: int, cure: str, tmp_path: Path) -> None:
    result = call("crawl", "sample", "--db", tmp_path / "new.db", *words)
    assert (result.exit_code, (tmp_path / "new.db").exists()) == (code, False)
    assert cure in result.output


@pytest.mark.parametrize("option", ["--publish", "--metrics", "--report"])
def test_a_place_that_cannot_be_written_at_the_end_is_told_before_the_crawl(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "x"
    result = call("crawl", "sample", "--db", tmp_path / "new.db", option, place)
    assert (result.exit_code, (tmp_path / "new.db").exists()) == (1, False)
    assert f"{option} {place}: cannot be written" in result.output
    assert "name another place" in result.output


def test_a_crawl_is_not_published_onto_its_own_database(db: Path) -> None:
    before = db.read_bytes()
    result = call("crawl", "sample", "--db", db, "--publish", db)
    assert (result.exit_code, db.read_bytes()) == (1, before)
    assert "is the database itself" in result.output


def test_chrome_of_an_unknown_portal_is_no_empty_answer(db: Path) -> None:
    result = call("chrome", "nowhere", "--db", db)
    assert result.exit_code == 1
    assert PORTAL in result.output


def test_an_export_for_one_target_replaces_that_for_another_only_by_force(db: Path, tmp_path: Path) -> None:
    words = ("--db", db, tmp_path / "out")
    assert call("export", "jsonl", *words).exit_code == 0
    refused = call("export", "csv", *words)
    assert (refused.exit_code, (tmp_path / "out" / "articles.jsonl").exists()) == (1, True)
    assert "--force" in refused.output
    assert call("export", "csv", *words, "--force").exit_code == 0


def test_the_site_of_an_export_is_a_whole_address(db: Path, tmp_path: Path) -> None:
    result = call("export", "jsonl", tmp_path / "out", "--db", db, "--site-url", "example.gov.vn")
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_list_among_saved_pages_is_told_apart_from_pages_that_failed(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn, conn:
        for stage, reason in (("classify", "feed"), ("classify", "http_404")):
            conn.execute(
                "INSERT INTO failures (portal, url, key, stage, reason, detail, at, run_id) VALUES (?, ?, '', ?, ?, '', '', 1)",
                (PORTAL, f"https://x.example/{reason}", stage, reason),
            )
    told, failed = call("status", "--run", 1, "--db", db).output.split("Pages that failed")
    assert "feed 1" in told
    assert ("x.example/feed" in failed, "x.example/http_404" in failed) == (False, True)


def test_a_database_without_pages_of_a_portal_says_so_when_they_are_to_be_read_again(db: Path) -> None:
    result = call("reextract", "ben_tre_city", "--diff", "--db", db)
    assert result.exit_code == 0
    assert "holds no captures of ben_tre_city" in result.output

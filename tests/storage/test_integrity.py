"""The check of a database finds what somebody or something broke."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.items import Page
from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.storage.data import PORTAL, rich_article, url


@pytest.fixture
def filled(db: Path) -> Path:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_capture(Page(url=url(1), body=b"<html>" * 99, captured_at="2024-05-01T08:00:00+07:00"), run)
        for number in range(1, 4):
            store.save_article(
                rich_article(
                    number, urls=(), title="Trồng cây", body_text="Cùng một nội dung, đủ dài để so sánh. " * 8
                ),
                run,
            )
        store.save_article(rich_article(1, title="Đã sửa", urls=(), captured_at="2024-06-01T00:00:00+07:00"), run)
        store.finish_duplicates(PORTAL)
    return db


def checked(db: Path) -> tuple[int, set[str]]:
    result = CliRunner().invoke(main, ["check", "--db", str(db), "--json"])
    data = json.loads(result.output)
    assert data["sound"] == (result.exit_code == 0)
    return result.exit_code, {one["code"] for one in data["damage"]}


def test_a_database_as_we_write_it_is_sound(filled: Path) -> None:
    assert checked(filled) == (0, set())
    assert "sound; 3 articles" in CliRunner().invoke(main, ["check", "--db", str(filled)]).output


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE article_revisions SET body_text = body_text || '.' WHERE number = 1", "content_hash"),
        ("UPDATE articles SET title = 'khác' WHERE id = 2", "differs_from_revision"),
        ("UPDATE articles SET revision_id = NULL WHERE id = 2", "no_revision"),
        (
            "UPDATE articles SET revision_id = (SELECT min(id) FROM article_revisions) WHERE id = 1",
            "not_the_last_revision",
        ),
        ("DELETE FROM article_revisions WHERE article_id = 1 AND number = 1", "revision_gap"),
        ("DELETE FROM article_urls WHERE article_id = 3", "no_address"),
        ("UPDATE articles SET url = 'http://xa.example/khac' WHERE id = 3", "address_not_kept"),
        ("DELETE FROM articles_fts_docsize WHERE id = 2", "not_searchable"),
        ("INSERT INTO article_urls VALUES (99, 'xa_mau', 'http://xa.example/99', '2024', 1)", "foreign_key"),
        ("UPDATE captures SET body = zeroblob(length(body))", "capture"),
        ("UPDATE articles SET uid = 'khac' WHERE id = 2", "uid"),
        ("UPDATE articles SET duplicate_of = 3 WHERE id = 1", "duplicate_of_duplicate"),
    ],
)
def test_what_was_broken_is_named(filled: Path, statement: str, code: str) -> None:
    with closing(sqlite3.connect(filled)) as conn, conn:
        conn.execute(statement)
    exit_code, codes = checked(filled)
    assert exit_code == 1
    assert code in codes


def test_a_page_that_the_disk_spoilt_is_found(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as conn:
        root = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article_urls'").fetchone()[0]
        size = conn.execute("PRAGMA page_size").fetchone()[0]
    with filled.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    result = CliRunner().invoke(main, ["check", "--db", str(filled)])
    assert result.exit_code in (1, 8)
    assert isinstance(result.exception, SystemExit), result.exception
    assert str(filled) in result.output


def test_a_missing_database_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--db", str(tmp_path / "none.db")])
    assert result.exit_code == 1
    assert "no such database" in result.output

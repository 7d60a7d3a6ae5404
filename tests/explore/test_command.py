"""The command: it says where the page is once it can be asked, and what to do where it cannot be."""

from __future__ import annotations

import signal
import socket
import sqlite3
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.crawl.live import TIMEOUT, rows, start_cli


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    Store.open(tmp_path / "portal.db").close()
    return tmp_path / "portal.db"


def test_the_page_can_be_asked_as_soon_as_its_address_is_told_and_ends_quietly(empty: Path):
    process = start_cli("explore", "--db", empty, "--port", 0)
    address = process.stdout.readline().split(" is shown at ")[1].split()[0]
    with urllib.request.urlopen(address) as answer:
        assert "Chưa có bài nào" in answer.read().decode()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_named(empty: Path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = CliRunner().invoke(main, ["explore", "--db", str(empty), "--port", str(port)])
    assert done.exit_code == 1
    assert f"port {port} is taken" in done.output


def test_a_missing_extra_is_named_with_its_cure(empty: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    done = CliRunner().invoke(main, ["explore", "--db", str(empty)])
    assert done.exit_code == 1
    assert 'pip install "portal-crawler[explore]"' in done.output


@pytest.fixture
def older(empty: Path) -> Path:
    with closing(sqlite3.connect(empty)) as conn:
        conn.execute("DROP VIEW v_browse")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm011_browse'")
        conn.commit()
    return empty


def test_a_database_of_an_older_version_is_written_to_only_where_that_is_asked_for(
    older: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portal_crawler.explore.app.serve", lambda *_: None)
    before = older.read_bytes()
    done = CliRunner().invoke(main, ["explore", "--db", str(older)])
    assert (done.exit_code, "--upgrade" in done.output) == (1, True), done.output
    assert older.read_bytes() == before
    done = CliRunner().invoke(main, ["explore", "--db", str(older), "--upgrade"])
    assert (done.exit_code, "brought up to date" in done.output) == (0, True), done.output
    assert rows(older, "SELECT * FROM v_browse") == []


def test_a_missing_database_is_not_made(tmp_path: Path):
    done = CliRunner().invoke(main, ["explore", "--db", str(tmp_path / "none.db")])
    assert done.exit_code == 1
    assert "no such database" in done.output
    assert list(tmp_path.iterdir()) == []

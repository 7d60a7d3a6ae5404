"""The query in the docs gives a migration engineer the rows of an exporter, whatever opens the file."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.export.data import export
from tests.verify.test_folder import portal

DOCS = (Path(__file__).resolve().parents[2] / "docs/migration.md").read_text("utf-8")
NESTED = ("flags", "urls", "images", "attachments")


def query() -> str:
    section = DOCS.partition("## The same rows by SQL")[2]
    found = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, list[dict[str, Any]]]:
    """A database, and the rows that the JSON Lines export gives."""
    db = portal(tmp_path)
    export("jsonl", db, tmp_path / "out")
    lines = (tmp_path / "out/articles.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 8
    return db, [json.loads(line) for line in lines]


def unfolded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: json.loads(value) if name in NESTED and isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    ]


def test_the_documented_query_gives_the_rows_of_the_json_lines_export(both: Any) -> None:
    db, expected = both
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        found = unfolded([dict(row) for row in conn.execute(query())])
    assert found == expected
    assert any(row["images"] for row in found)
    assert any(row["attachments"] for row in found)


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="sqlite3 is not installed")
def test_plain_sqlite3_opens_the_file(both: Any) -> None:
    db, expected = both
    done = subprocess.run(
        ["sqlite3", "-readonly", "-json", db], input=query(), capture_output=True, text=True, check=True
    )
    assert unfolded(json.loads(done.stdout)) == expected


def test_sqlite_utils_opens_the_file(both: Any) -> None:
    db, expected = both
    command = [sys.executable, "-m", "sqlite_utils", "query", str(db), query(), "--json-cols", "--nl"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected


def test_datasette_opens_the_file(both: Any) -> None:
    pytest.importorskip("datasette")
    db, expected = both
    asked = urlencode({"sql": query().rstrip().rstrip(";"), "_shape": "array"})
    command = [sys.executable, "-m", "datasette", str(db), "--get", f"/portal.json?{asked}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert unfolded(json.loads(done.stdout)) == expected

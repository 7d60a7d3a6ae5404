"""Scripts of migrations: cut where SQLite says, run in the open transaction, and no dearer than they need to be."""

from __future__ import annotations

import sqlite3

import pytest
import sqlite_utils

from pipelines.storage.migrations import MIGRATIONS
from pipelines.storage.scripts import ScriptDatabase, statements

TRIGGER = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END;"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1; SELECT 2\n;", ["SELECT 1;", "SELECT 2\n;"]),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT ';'; SELECT \";\";\n", ["SELECT ';';", 'SELECT ";";']),
        (f"{TRIGGER} SELECT 3;", [TRIGGER, "SELECT 3;"]),
        ("-- first; second\nSELECT 1; /* ; */ SELECT 2;", ["-- first; second\nSELECT 1;", "/* ; */ SELECT 2;"]),
        (" \n", []),
    ],
    ids=["plain", "unended", "quoted", "trigger", "comments", "nothing"],
)
def test_a_script_is_cut_where_a_statement_ends(script: str, expected: list[str]) -> None:
    assert [*statements(script)] == expected


def test_the_schema_is_letter_for_letter_what_sqlite_utils_makes_of_it() -> None:
    made = []
    for db in (sqlite_utils.Database(memory=True), ScriptDatabase(memory=True)):
        MIGRATIONS.apply(db)
        made.append(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall())
    assert made[0] == made[1]
    assert len(made[1]) > 100


def test_a_script_does_not_end_the_transaction_it_runs_in() -> None:
    db = ScriptDatabase(memory=True)
    db.conn.execute("BEGIN")
    db.executescript("CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1);")
    assert db.conn.in_transaction
    db.conn.execute("ROLLBACK")
    assert db.table_names() == []


def test_a_script_is_looked_at_once_a_semicolon(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = sqlite3.complete_statement
    monkeypatch.setattr(sqlite3, "complete_statement", lambda sql: asked.append(sql) or real(sql))
    script = "".join(f"INSERT INTO a VALUES ({number});\n" for number in range(50))
    assert len([*statements(script)]) == len(asked) == 50

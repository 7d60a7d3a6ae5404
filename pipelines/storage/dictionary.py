"""The data dictionary: what every table and column means, joined with the schema as it really is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.storage.migrations import MIGRATIONS
from pipelines.storage.scripts import ScriptDatabase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlite_utils

#: Tables of SQLite and sqlite-utils themselves, and the parts FTS5 is made of.
_INTERNAL = ("sqlite_", "_sqlite_", "articles_fts_")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDoc:
    """One column: its type as declared, the column it refers to ("runs.id" or empty), and its meaning.

    `required`: never NULL. `key`: its place in the primary key from 1, 0 outside it. `allowed`: the only values there
    can be, where the schema lists them.
    """

    name: str
    type: str
    references: str
    english: str
    vietnamese: str
    required: bool = False
    key: int = 0
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDoc:
    """One table, view or search index (`kind`) with its columns in order."""

    name: str
    kind: str
    english: str
    vietnamese: str
    columns: tuple[ColumnDoc, ...]


@cache
def documented_schema() -> tuple[TableDoc, ...]:
    """Every table and view of the present schema, in the dictionary's order; what it does not describe comes last."""
    db = ScriptDatabase(memory=True)
    MIGRATIONS.apply(db)
    described = load()
    order = {name: place for place, name in enumerate(described)}
    rows = db.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    found = [_table(db, name, kind, sql, described) for name, kind, sql in rows if not name.startswith(_INTERNAL)]
    return tuple(sorted(found, key=lambda table: order.get(table.name, len(order))))


def write_dictionary(db: sqlite_utils.Database) -> None:
    """Put the dictionary into the database itself, in the open transaction."""
    db.execute("DELETE FROM data_dictionary")
    rows = [
        (table.name, column, english, vietnamese)
        for table in documented_schema()
        for column, english, vietnamese in (
            ("", table.english, table.vietnamese),
            *((one.name, one.english, one.vietnamese) for one in table.columns),
        )
    ]
    db.conn.executemany("INSERT INTO data_dictionary VALUES (?, ?, ?, ?)", rows)


def load() -> dict[str, Any]:
    """The dictionary as it is written down: a table each, and `common` columns."""
    source = resources.files("pipelines.storage") / "dictionary.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def internal_tables() -> frozenset[str]:
    """The tables that serve the crawl or a load itself and tell a reader nothing."""
    return frozenset(name for name, table in load().items() if table.get("internal"))


def to_markdown(tables: Sequence[TableDoc]) -> str:
    """The dictionary as a Markdown page body."""
    parts = []
    for table in tables:
        parts.append(f"## {table.name}\n\n{table.english}  \n*{table.vietnamese}*\n")
        parts.append("| column | type | meaning | ý nghĩa |\n|---|---|---|---|")
        for one in table.columns:
            kind = f"{one.type} → {one.references}" if one.references else one.type
            parts.append(f"| `{one.name}` | {kind} | {one.english} | {one.vietnamese} |")
        parts.append("")
    return "\n".join(parts)


def _table(db: sqlite_utils.Database, name: str, kind: str, sql: str, described: dict[str, Any]) -> TableDoc:
    table = described.get(name, {})
    references = {row[3]: f"{row[2]}.{row[4]}" for row in db.execute(f"PRAGMA foreign_key_list([{name}])")}
    columns = []
    for row in db.execute(f"PRAGMA table_info([{name}])"):
        words = table.get("columns", {}).get(row[1]) or described["common"].get(row[1]) or ("", "")
        allowed = re.search(rf"\b{row[1]} TEXT[^,]*? CHECK \({row[1]} IN \(([^)]*)\)\)", sql)
        columns.append(
            ColumnDoc(
                name=row[1],
                type=row[2] or "".join(words[2:]),
                references=references.get(row[1], ""),
                english=words[0],
                vietnamese=words[1],
                required=bool(row[3] or row[5]),
                key=row[5],
                allowed=tuple(re.findall("'([^']*)'", allowed[1])) if allowed else (),
            )
        )
    return TableDoc(
        name=name,
        kind="search index" if sql.upper().startswith("CREATE VIRTUAL") else kind,
        english=table.get("english", ""),
        vietnamese=table.get("vietnamese", ""),
        columns=tuple(columns),
    )

"""The schema: documented, keyed, strict; brought up to date as one step, and never touched when it is not ours."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from pipelines.errors import SchemaError, StorageError
from pipelines.storage import schema
from pipelines.storage.dataset import COLUMNS, Dataset
from pipelines.storage.dictionary import documented_schema, load, to_markdown
from pipelines.storage.migrations import MIGRATIONS
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, rich_article

DOCS = Path(__file__).resolve().parents[2] / "docs" / "schema.md"


def tables(store: Store) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*sqlite_*' AND name NOT GLOB 'articles_fts*'"
    return [name for (name,) in store.conn.execute(query)]


def test_the_reading_view_begins_with_the_columns_of_the_contract(store: Store) -> None:
    contract = [
        "id",
        "uid",
        "portal",
        "url",
        "title",
        "summary",
        "author",
        "category",
        "published_at",
        "updated_at",
        "body_text",
        "body_html",
        "views",
        "state",
        "duplicate_of",
        "first_seen_at",
        "last_seen_at",
        "captured_at",
        "origin",
        "content_hash",
    ]
    found = [row[1] for row in store.conn.execute("PRAGMA table_info(v_articles)")]
    assert found[: len(contract)] == contract
    assert set(COLUMNS) == set(found)


def test_every_table_is_strict_and_every_foreign_key_has_an_index(store: Store) -> None:
    for name in tables(store):
        strict = store.conn.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (name,)).fetchone()[0]
        assert strict, name
        indexed = {row[0] for row in store.conn.execute(
            "SELECT i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE i.seqno = 0", (name,)
        )}  # fmt: skip
        first_key = {
            row[0] for row in store.conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk = 1", (name,))
        }
        for (column,) in store.conn.execute('SELECT "from" FROM pragma_foreign_key_list(?)', (name,)):
            assert column in indexed | first_key, f"{name}.{column}"


def test_every_table_and_column_is_described_in_both_languages() -> None:
    for table in documented_schema():
        assert table.english, table.name
        assert table.vietnamese, table.name
        for column in table.columns:
            assert column.english, f"{table.name}.{column.name}"
            assert column.vietnamese, f"{table.name}.{column.name}"


def test_nothing_is_described_that_is_not_there() -> None:
    real = {table.name: {column.name for column in table.columns} for table in documented_schema()}
    described = load()
    common = described.pop("common")
    assert set(described) == set(real)
    for name, table in described.items():
        assert set(table.get("columns", {})) <= real[name], name
    used = {column for name, columns in real.items() for column in columns - set(described[name].get("columns", {}))}
    assert set(common) == used


def test_the_dictionary_stands_in_the_database_itself(store: Store) -> None:
    rows = store.conn.execute(
        "SELECT english FROM data_dictionary WHERE table_name = 'articles' AND column_name IN ('', 'title') ORDER BY column_name"
    ).fetchall()
    articles = next(one for one in documented_schema() if one.name == "articles")
    assert rows == [(articles.english,), ("Title.",)]


def test_the_schema_page_of_the_docs_is_up_to_date() -> None:
    assert to_markdown(documented_schema()).strip() in DOCS.read_text(encoding="utf-8")


def test_the_questions_in_the_docs_can_be_asked(store: Store, run: int) -> None:
    store.save_article(rich_article(title="Đồng Khởi", category="Tin tức", published_at="2018-10-26"), run)
    store.commit()
    block = DOCS.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    questions = [part for part in block.split(";") if part.strip()]
    found = [len(store.conn.execute(question).fetchall()) for question in questions]
    assert found == [1, 1, 1, 0, 0]


def test_a_database_that_is_up_to_date_is_opened_without_a_write(db: Path) -> None:
    Store.open(db).close()
    before = db.read_bytes()
    Store.open(db).close()
    assert db.read_bytes() == before


def dump(db: Path) -> list[str]:
    with closing(sqlite3.connect(db)) as conn:
        return [line for line in conn.iterdump() if "_sqlite_migrations" not in line]


def later(*functions: object) -> Migrations:
    """Our migrations and more, as a later version has them."""
    migrations = Migrations(MIGRATIONS.name)
    migrations._migrations = [*MIGRATIONS._migrations]
    for function in functions:
        migrations()(function)  # type: ignore[type-var]
    return migrations


def test_pending_migrations_are_one_step_and_lose_no_row(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(db) as store:
        store.save_article(rich_article(), store.begin_run(PORTAL, "news", {}))
    before = dump(db)

    def m901_added(database: object) -> None:
        database.executescript("CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT; INSERT INTO added VALUES (1);")  # type: ignore[attr-defined]

    def m902_broken(database: object) -> None:
        database.executescript("CREATE TABLE broken (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);")  # type: ignore[attr-defined]

    monkeypatch.setattr(schema, "MIGRATIONS", later(m901_added, m902_broken))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Store.open(db)
    assert dump(db) == before
    monkeypatch.setattr(schema, "MIGRATIONS", later(m901_added))
    with Store.open(db) as store:
        assert store.conn.execute("SELECT id FROM added").fetchall() == [(1,)]
    assert set(before) <= set(dump(db))


def test_a_newer_database_is_refused_and_left_alone(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", later(lambda_migration))
        Store.open(db).close()
    before = db.read_bytes()
    for opened in (Store.open, Dataset.open):
        with pytest.raises(SchemaError, match=r"newer version.*m999_future.*update the program"):
            opened(db)
    assert db.read_bytes() == before


def lambda_migration(database: object) -> None:
    """What a later version did."""


lambda_migration.__name__ = "m999_future"


def test_another_applications_database_is_refused_and_left_alone(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("CREATE TABLE theirs (id INTEGER)")
    before = db.read_bytes()
    for opened in (Store.open, Dataset.open):
        with pytest.raises(SchemaError, match=re.escape(str(db))):
            opened(db)
    assert db.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(db: Path) -> None:
    db.write_text("Đây là văn bản, không phải cơ sở dữ liệu.\n" * 100)
    before = db.read_bytes()
    for opened in (Store.open, Dataset.open):
        with pytest.raises(SchemaError, match="not a SQLite database"):
            opened(db)
    assert db.read_bytes() == before


def test_a_missing_database_is_not_made_by_reading(db: Path) -> None:
    with pytest.raises(StorageError, match="no such database"):
        Dataset.open(db)
    assert not db.exists()

"""A database of one's own for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.storage.store import Store
from tests.storage.data import PORTAL


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "portal.db"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a row; copied, because making the schema takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "portal.db"
    Store.open(path).close()
    return path


@pytest.fixture
def store(db: Path, empty_database: Path) -> Iterator[Store]:
    shutil.copy(empty_database, db)
    with Store.open(db, command="test") as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    return store.begin_run(PORTAL, "news", {})

"""One snapshot of the database for one page: a crawl may write meanwhile, and a page never mixes two states."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.storage.schema import open_reader
from portal_crawler.explore.app import SQL_TIME_LIMIT
from portal_crawler.explore.metadata import DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")


def records(
    conn: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """The rows of a question, each by its columns' names."""
    cursor = conn.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


async def read(datasette: Any, work: Callable[[sqlite3.Connection], T]) -> T:
    """What `work` finds, in a thread, by a connection of its own that is stopped after the time limit.

    Raises:
        TimeoutError: it took longer.
        PortalCrawlerError: the database cannot be read.
    """
    return await asyncio.to_thread(_read, database_path(datasette), work)


def database_path(datasette: Any) -> Path:
    """The file that is shown."""
    return Path(datasette.get_database(DATABASE).path)


def _read(path: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    from datasette.utils import sqlite_timelimit

    with closing(open_reader(path, older=True)) as conn:
        try:
            with sqlite_timelimit(conn, SQL_TIME_LIMIT):
                return work(conn)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TimeoutError(f"stopped after {SQL_TIME_LIMIT / 1000:g} seconds") from error
            raise

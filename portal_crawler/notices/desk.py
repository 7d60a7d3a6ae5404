"""Tells every channel what it does not know yet, and writes down what arrived; a notice never fails a crawl."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import PortalCrawlerError
from pipelines.storage import incidents
from pipelines.storage.connection import connect_writer
from pipelines.storage.freshness import freshness
from pipelines.storage.incidents import Incident
from pipelines.storage.schema import open_reader
from pipelines.storage.times import HOME, now
from portal_crawler.notices.words import notice_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.storage.incidents import Message
    from portal_crawler.notices.config import Channel, Notices

#: Seconds to wait for a writer of the database: each of its transactions takes a fraction of one.
PATIENCE = 30.0


def weigh_freshness(conn: sqlite3.Connection, portal: str, run_id: int) -> None:
    """Open or close the portal's incident of silence, in the open transaction."""
    state = freshness(conn, portal, datetime.now(HOME).date())
    if state is not None and state.usual is not None:
        code = "stale" if state.is_stale else ""
        incidents.weigh(conn, portal, "freshness", run_id, code, state.sentence, now())


def deliver(db: Path, notices: Notices, *, sleep: Callable[[float], Any] | None = None) -> list[str]:
    """Send everything that is not delivered yet; returns what could not be, a sentence each. It stays to be sent.

    Raises:
        StorageError, LockedError: the database cannot be read or written.
    """
    failed = []
    for channel in notices.channels:
        with closing(open_reader(db)) as conn:
            waiting = incidents.undelivered(conn, channel.name)
        for incident, message in waiting:
            error = _try(channel, incident, message, db, notices.language, sleep)
            failed += [error] if error else []
            with closing(connect_writer(db, PATIENCE)) as conn:
                incidents.record(conn, incident.id, message, channel.name, error=error, now=now())
                conn.execute("COMMIT")
    return failed


def tell_unrecorded(db: Path, notices: Notices, portal: str, code: str, sentence: str, run_id: int) -> list[str]:
    """Send a notice of what the database could not even be told; returns what failed. Also how notices are tested."""
    incident = Incident(
        id=0, portal=portal, kind="verdict", code=code, sentence=sentence, opened_at=now(), opened_run_id=run_id,
        last_run_id=run_id,
    )  # fmt: skip
    errors = [_try(channel, incident, "opened", db, notices.language, None) for channel in notices.channels]
    return [error for error in errors if error]


def weigh_all(db: Path) -> None:
    """Look at the freshness of every portal that was crawled live, without a crawl.

    Raises:
        SchemaError: the database is not of this version.
        StorageError, LockedError: it cannot be read or written.
    """
    open_reader(db).close()  # a writer's connection alone looks at no version
    with closing(connect_writer(db, PATIENCE)) as conn:
        rows = conn.execute("SELECT portal, max(id) FROM runs WHERE spider = 'news' GROUP BY portal").fetchall()
        for portal, run_id in rows:
            weigh_freshness(conn, portal, run_id)
        with suppress(PortalCrawlerError):
            if conn.in_transaction:
                conn.execute("COMMIT")


def _try(
    channel: Channel,
    incident: Incident,
    message: Message,
    db: Path,
    language: str,
    sleep: Callable[[float], Any] | None,
) -> str:
    """Empty where it arrived."""
    from portal_crawler.notices.sending import UndeliveredError, send  # clients of mail and web, which few crawls need

    try:
        send(channel, notice_of(incident, message, str(db), language), sleep=sleep)
    except UndeliveredError as error:
        return str(error)
    return ""

"""The one writer: everything a crawl brings goes through here, in transactions that end where the caller says."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

from pipelines.errors import LockedError, StorageError
from pipelines.storage import articles, captures, civic, failures, links, moves, runs, tombstones
from pipelines.storage.connection import GuardedConnection, connect_writer
from pipelines.storage.duplicates import Marker, changed_articles, count_marked
from pipelines.storage.lock import WriterLock
from pipelines.storage.schema import upgrade
from pipelines.storage.scripts import ScriptDatabase
from pipelines.storage.search import SearchIndex
from pipelines.storage.times import now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path
    from types import TracebackType

    from pipelines.items import Article, Failure, Page, State
    from pipelines.storage.articles import Saved
    from pipelines.storage.failures import Finding
    from pipelines.storage.links import Addresses

#: Commits between two checkpoints: the WAL stays small, and a failing sync of the database file is noticed.
CHECKPOINT_EVERY = 32
#: Bytes of the write-ahead log at which a checkpoint does not wait for its turn: the end of a run over 100,000 articles commits
#: seldom and much (1.4 GB once). The log is cut when it is used again (`journal_size_limit`).
MOST_WAL = 256 * 1024 * 1024


class Store:
    """A database open for writing, and the lock that says so. Not for several threads.

    Writing begins a transaction by itself (also `conn.execute("UPDATE …")` of the frontier, which shares `conn`);
    only `commit` ends it. After a failure of the disk every further call raises StorageError, so nothing that
    belonged together is ever stored in part. `db` is the same connection for sqlite-utils.
    """

    def __init__(self, path: Path, lock: WriterLock, conn: GuardedConnection, *, command: str) -> None:
        self.path = path
        self.conn = conn
        self.db = ScriptDatabase(conn)
        self.now: Callable[[], str] = now
        self._command = command
        self._lock = lock
        self._index = SearchIndex(conn)
        self._commits = 0
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, command: str = "", patience: float = 90.0) -> Self:
        """Open a database for writing, made or migrated where needed.

        `command` tells others who holds it; `patience` is how many seconds to wait for a foreign write lock.

        Raises:
            LockedError: another writer holds it; the message says who.
            SchemaError: it was written by a newer version, or is not ours; nothing was changed.
            StorageError: it cannot be made or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"{path.parent}: cannot be made ({error.strerror}); name another place with --db"
            ) from error
        lock = WriterLock(path, command)
        try:
            conn = connect_writer(path, patience)
            try:
                store = cls(path, lock, conn, command=command)
                upgrade(store.db, path)
            except BaseException:
                conn.close()
                raise
        except BaseException:
            lock.release()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and not self._closed:
            self.rollback()
        self.close()

    # --- transactions

    def commit(self) -> None:
        """Make everything since the last commit durable, the search index with it; returns when the disk has it.

        Raises:
            StorageError: it could not be; the store takes nothing more.
        """
        if self.conn.failure is None and not self.conn.in_transaction:
            return
        self._index.flush()
        self.conn.execute("COMMIT")
        self._commits += 1
        if self._commits % CHECKPOINT_EVERY == 0 or self._wal_size() > MOST_WAL:
            self.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _wal_size(self) -> int:
        with suppress(OSError):
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size
        return 0

    def rollback(self) -> None:
        """Forget everything since the last commit; never raises, so that it cannot mask the reason."""
        self._index.restore({})
        if self.conn.failure is None and self.conn.in_transaction:
            with suppress(sqlite3.Error, StorageError):
                self.conn.execute("ROLLBACK")

    def close(self) -> None:
        """Commit, put the WAL back into the database as far as readers allow, and give up the lock; again: nothing.

        Raises:
            StorageError: what was not committed yet could not be.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self.conn.failure is None:
                self.commit()
                self.conn.execute("PRAGMA busy_timeout = 0")  # a reader of hours must not hold up the end of a crawl
                with suppress(LockedError):
                    self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            with suppress(sqlite3.Error):
                self.conn.close()
            self._lock.release()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or nothing for one page: on an exception only what the block wrote is undone; it goes up."""
        self.conn.begin()
        texts_before = self._index.collected()
        try:
            with self.db.atomic():
                yield
        except BaseException:
            self._index.restore(texts_before)
            raise

    @contextmanager
    def _committed(self) -> Iterator[None]:
        """A transaction of its own, for what writes much: a savepoint would keep the former state of all of it in memory."""
        self.commit()
        self.conn.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    # --- runs

    def begin_run(self, portal: str, spider: str, arguments: dict[str, Any], *, resumes: int | None = None) -> int:
        """Begin a run and commit; returns its id. `resumes` is the run (or first run) whose crawl it goes on with."""
        self.conn.begin()
        run_id = runs.insert_run(
            self.conn,
            portal=portal,
            spider=spider,
            command=self._command,
            arguments=arguments,
            resumes=resumes,
            now=self.now(),
        )
        self.commit()
        return run_id

    def save_counts(self, run_id: int, counts: dict[str, Any]) -> None:
        """Keep the counts of a run that goes on, so that a killed one is known to the one that resumes it."""
        runs.save_counts(self.conn, run_id, counts)

    def finish_run(
        self, run_id: int, verdict: str, exit_code: int, evidence: dict[str, Any], counts: dict[str, Any]
    ) -> None:
        """Write a run's verdict and commit."""
        runs.finish_run(
            self.conn, run_id, verdict=verdict, exit_code=exit_code, evidence=evidence, counts=counts, now=self.now()
        )
        self.commit()

    def unjudged_crawl(self, portal: str, spider: str) -> int | None:
        """The crawl (the run that began it) of a portal's last run, where that died before its verdict."""
        return runs.unjudged_crawl(self.conn, portal, spider)

    def run_arguments(self, run_id: int) -> dict[str, Any]:
        """The arguments that a run was begun with."""
        return runs.arguments_of(self.conn, run_id)

    def crawl_counts(self, crawl_id: int) -> list[dict[str, Any]]:
        """The counts of every run of a crawl (`crawl_id`: the run that began it), in order, where there are any."""
        return runs.counts_of_crawl(self.conn, crawl_id)

    def last_coverage(self, portal: str) -> dict[str, float]:
        """The share of articles with each field filled, in the last good run that stored any; empty without one."""
        return runs.last_coverage(self.conn, portal)

    def good_crawls(self, portal: str, most: int, *, before: int, like: dict[str, Any]) -> list[list[dict[str, Any]]]:
        """The counts of the runs of earlier crawls that ended well and asked for the same, newest crawl first."""
        return runs.good_crawls(self.conn, portal, most, before=before, like=like)

    def last_nowhere(self, portal: str) -> frozenset[str]:
        """Content hashes of what the portal answered for items that cannot exist, when that was asked last."""
        return runs.last_nowhere(self.conn, portal)

    # --- what a crawl brings

    def save_capture(self, page: Page, run_id: int) -> int:
        """Keep a page unedited; returns the capture's id."""
        self.conn.begin()
        return captures.insert_capture(self, page, run_id, runs.portal_of(self.conn, run_id))

    def save_article(
        self, article: Article, run_id: int, *, route: str = "", seen_in: str = "", state: State = "live"
    ) -> Saved:
        """Store an article, all of it or nothing. `route` says how it was found, `seen_in` on which page."""
        with self.together():
            return articles.save(
                self.conn,
                self._index,
                moves.as_known(self.conn, article),
                run_id,
                route=route,
                seen_in=seen_in,
                state=state,
                now=self.now(),
            )

    def as_known(self, article: Article) -> Article:
        """The article under the source key that it was known by before the portal moved it."""
        return moves.as_known(self.conn, article)

    def knows(self, article: Article) -> bool:
        """True where the article, or what it moved from, is stored."""
        return moves.find(self.conn, article.portal, article.key) is not None

    def move_article(self, article: Article, old_key: str, run_id: int) -> Article | None:
        """The portal leads from a known article's address to this one for good; None where it is another text.

        Returned is the article as it must be stored: under the key that it was known by.
        """
        with self.together():
            return moves.move(self.conn, self._index, article, old_key, run_id, self.now())

    def fold_moved(self, portal: str, old_key: str, new_key: str, run_id: int) -> bool:
        """Of two stored articles, of which the portal leads from one to the other for good, make one; False where it may not."""
        with self.together():
            return moves.fold_stored(self.conn, self._index, portal, (old_key, new_key), run_id, self.now())

    def twins_of(self, article: Article, run_id: int) -> list[str]:
        """Addresses of known articles that an unknown one repeats word for word: they may lead to it now."""
        return moves.twins(self.conn, article, run_id)

    def touch_article(self, portal: str, url: str, run_id: int) -> bool:
        """The portal said that a known article is unchanged (304); False where the address belongs to none."""
        article_id = articles.find(self.conn, portal, url)
        if article_id is None:
            return False
        with self.together():
            articles.touch(self.conn, article_id, run_id, self.now())
            failures.resolve(self.conn, portal, (url,), "", run_id)
        return True

    def save_failure(self, failure: Failure, run_id: int, portal: str, *, key: str = "") -> int:
        """Write a failure row; returns its id. It is resolved when the address, or the source key, succeeds later."""
        return failures.save_failure(self.conn, failure, portal=portal, key=key, run_id=run_id, at=self.now())

    def resolve_failures(self, portal: str, urls: Collection[str], run_id: int, *, key: str = "") -> int:
        """Mark earlier failures of these addresses as overcome (articles do so by themselves); returns how many."""
        return failures.resolve(self.conn, portal, urls, key, run_id)

    def save_finding(self, finding: Finding, run_id: int) -> None:
        """Keep something that a person should look at; the same finding is kept once."""
        failures.save_finding(self.conn, finding, run_id, self.now())

    def mark_gone(self, portal: str, run_id: int, *, reasons: Collection[str], proofs: int = 2) -> list[int]:
        """Mark articles as gone that failed with one of `reasons` in `proofs` crawls since they were last seen."""
        with self.together():
            return tombstones.mark_gone(self.conn, portal, run_id, reasons=reasons, proofs=proofs, now=self.now())

    # --- questions

    def article_id(self, portal: str, key: str) -> int | None:
        """The row of the article with a source key."""
        with closing(
            self.conn.execute("SELECT id FROM articles WHERE portal = ? AND key = ?", (portal, key))
        ) as cursor:
            row = cursor.fetchone()
        return row[0] if row else None

    def count_articles(self, portal: str) -> int:
        """How many articles of a portal are kept."""
        with closing(self.conn.execute("SELECT count(*) FROM articles WHERE portal = ?", (portal,))) as cursor:
            number: int = cursor.fetchone()[0]
        return number

    def finish_duplicates(self, portal: str) -> int:
        """Mark duplicates among new and changed articles; returns how many articles of the portal are marked now.

        The result depends on the articles only, not on the order they came in. Commits as it goes.
        """
        marker = Marker(self.conn, portal)
        for chunk in changed_articles(self.conn, portal):
            with self._committed():
                marker.mark(chunk)
        return count_marked(self.conn, portal)

    def finish_civic(self, portal: str, place: str = "") -> int:
        """Read documents and places out of new and changed versions; returns how many were read. `place` is the portal's own.

        Versions that older rules have read are read again. Commits as it goes.
        """
        read = 0
        for chunk in civic.unread_revisions(self.conn, portal, place):
            with self._committed():
                civic.read_revisions(self.conn, chunk, place)
            read += len(chunk)
        if read:
            with self.together():
                civic.forget_uncited(self.conn)
            self.commit()
        return read

    def finish_links(self, portal: str, addresses: Addresses) -> int:
        """Read and resolve the links within a portal; returns how many lead to nothing known. Commits as it goes."""
        for chunk in links.unread_revisions(self.conn, portal):
            with self._committed():
                links.read_revisions(self.conn, chunk, addresses)
        with self.together():
            lost = links.resolve(self.conn, portal, addresses)
        self.commit()
        return lost

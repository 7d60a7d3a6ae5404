"""One run over one portal: the database, the frontier, the extraction processes, the counts and the verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import LockedError, StorageError
from pipelines.storage import chrome
from pipelines.storage.failures import Finding
from pipelines.storage.store import Store
from portal_crawler.closing import end_run
from portal_crawler.comparison import MOST_CRAWLS
from portal_crawler.frontier.queue import Frontier
from portal_crawler.frontier.sightings import Sightings
from portal_crawler.frontier.validators import Validators
from portal_crawler.guest.pool import GuestPool
from portal_crawler.json_log import tell
from portal_crawler.pace import Pace
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.tally import WATCHED, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.items import Article, Failure, Page
    from pipelines.storage.warc_writer import WarcWriter
    from portal_crawler.extract.reading import Door, Expect, PageReading
    from portal_crawler.frontier.queue import Entry
    from portal_crawler.profile import Profile
    from portal_crawler.verdict import Verdict

#: The most seconds between commits while pages keep coming: what is not committed, a killed process has to fetch again.
COMMIT_EVERY = 0.2

#: Fields that no editor takes away from an article.
LASTING = ("category", "published_at")


class Session:
    """One run. Everything it writes goes through one connection, so a page and its request are done together.

    `closed` is True after `close`; `arguments` are the crawl's own (-a …), by which an unfinished crawl is recognised.
    """

    def __init__(self, profile: Profile, store: Store, run_id: int, crawl_id: int, guests: int) -> None:
        self.profile = profile
        self.store = store
        self.run_id = run_id
        self.crawl_id = crawl_id
        self.frontier = Frontier(store.conn, crawl_id, profile.name)
        self.sightings = Sightings(store.conn, crawl_id, profile.name)
        self.tally = Tally()
        self.earlier = Tally()
        self.started = time.monotonic()
        self.closed = False
        self.resumed = 0
        self.limited = False
        self.verdict: Verdict | None = None
        self.scheduler: Any = None
        self.media: Any = None
        self.live = True
        self.walks_whole_lists = False
        self.in_a_row: Counter[str] = Counter()
        self.validators = Validators(store.conn, profile.name)
        self.warc: WarcWriter | None = None
        self._guests = GuestPool(profile, chrome=chrome.load(store.conn, profile.name), size=guests)
        self.storage_error = ""
        self._last_commit = time.monotonic()
        self.known_before = store.count_articles(profile.name)
        self.coverage_before = store.last_coverage(profile.name)
        self.nowhere_before = store.last_nowhere(profile.name)
        self.crawls_before = [
            Tally.of(runs)
            for runs in store.good_crawls(profile.name, MOST_CRAWLS, before=crawl_id, like=store.run_arguments(run_id))
        ]
        self.pace = Pace(self.tally)

    @classmethod
    def open(
        cls,
        profile: Profile,
        db: Path,
        *,
        spider: str,
        arguments: dict[str, Any],
        command: str = "",
        guests: int = 1,
        live: bool = True,
    ) -> Session:
        """Open the database (made where missing), take the writer's lock, and begin or resume a crawl.

        A session that is not `live` has nothing to ask: it neither resumes a frontier nor touches one.

        Raises:
            LockedError: another writer holds the database.
            SchemaError: the database is newer than this program, or not ours.
            StorageError: it cannot be written.
        """
        store = Store.open(db, command=command or f"{spider} {profile.name}")
        try:
            unfinished = _unfinished_crawl(store, profile.name, spider) if live else None
            if unfinished is not None and store.run_arguments(unfinished) != arguments:
                unfinished = None
            run_id = store.begin_run(profile.name, spider, arguments, resumes=unfinished)
            session = cls(profile, store, run_id, unfinished or run_id, guests)
            session.live = live
            if unfinished is None and live:
                session.frontier.begin()
            elif unfinished is not None:
                session.resumed = session.frontier.resume()
                for counts in store.crawl_counts(unfinished):
                    session.earlier.add(counts)
            store.commit()
        except BaseException:
            store.close()
            raise
        tell("run_began", run=run_id, portal=profile.name, spider=spider, arguments=arguments, resumes=unfinished)
        return session

    def warm_up(self) -> None:
        """Get extraction ready while nothing is to be read yet."""
        self._warming = asyncio.create_task(self._guests.warm_up())

    async def read(self, page: Page, expect: Expect | Door) -> PageReading:
        """Extraction in a child process; never raises for a page."""
        began = time.monotonic()
        reading = await self._guests.read(page, expect)
        self.tally.read_seconds = round(self.tally.read_seconds + time.monotonic() - began, 3)
        return reading

    def capture(self, page: Page) -> int:
        """Keep a page unedited; returns its capture's id."""
        self.tally.bytes += len(page.body)
        self.write_warc(page)
        return self.store.save_capture(page, self.run_id)

    def write_warc(self, page: Page) -> None:
        """Add an answer to the WARC file, where the run writes one."""
        if self.warc is not None:
            self.warc.write(page)

    def keep(self, article: Article, *, route: str = "") -> str:
        """Store an article; returns "new", "changed", "unchanged" or "older_revision" and counts it."""
        if self.live:
            self._weigh_validators(article)
        saved = self.store.save_article(article, self.run_id, route=route)
        self.tally.stored += 1
        outcome = saved.outcome
        if outcome == "new":
            self.tally.new += 1
        elif outcome == "changed":
            self.tally.changed += 1
        else:
            self.tally.unchanged += 1
        self.tally.count_article(article.category or "", [name for name in WATCHED if getattr(article, name)])
        self.tally.flags.update(article.flags)
        tell("article", run=self.run_id, portal=self.profile.name, outcome=outcome, url=article.url, uid=article.uid)
        return outcome

    def fields_lost(self, article: Article, names: Sequence[str] = LASTING) -> list[str]:
        """What the stored copy of an article has and this reading of it has not, of some fields (those no editor takes away)."""
        stored = self.store.conn.execute(
            f"SELECT {', '.join(names)} FROM v_articles WHERE portal = ? AND key = ? AND state = 'live'",  # noqa: S608 - names of columns
            (self.profile.name, article.key),
        ).fetchone()
        return [
            name for name, before in zip(names, stored or (), strict=False) if before and not getattr(article, name)
        ]

    def done(self, entry: Entry) -> None:
        """An entry's outcome is written: finish it in the same transaction, and commit when it is time."""
        self.frontier.finish(entry.id)
        self.commit_if_due()

    def fail(self, entry: Entry, failure: Failure) -> None:
        """Write a failure row and finish its entry."""
        key = source_key(entry.url) if entry.kind in ("article", "probe") else ""
        listing = entry.kind in ("start", "listing")
        self.record_failure(failure, listing=listing, key=key)
        if listing:
            self.tally.unread_lists.append(_page_name(entry))
        self.frontier.finish(entry.id, failed=True)
        self.commit_if_due()

    def take_back(self, entry: Entry, reason: str) -> None:
        """Leave an entry that was given up to the next run: it was the source that was ill, not the page."""
        self.frontier.reopen(entry.id)
        counts = self.tally.listing_failures if entry.kind in ("start", "listing") else self.tally.article_failures
        counts[reason] -= 1
        if not counts[reason]:
            del counts[reason]
        if _page_name(entry) in self.tally.unread_lists:
            self.tally.unread_lists.remove(_page_name(entry))

    def record_failure(self, failure: Failure, *, listing: bool, key: str = "") -> None:
        """Write and count a failure; `key` is the source key of the article it stands for."""
        self.store.save_failure(failure, self.run_id, self.profile.name, key=key)
        (self.tally.listing_failures if listing else self.tally.article_failures)[failure.reason] += 1
        tell(
            "failure",
            run=self.run_id,
            portal=self.profile.name,
            url=failure.url,
            stage=failure.stage,
            reason=failure.reason,
            detail=failure.detail,
        )

    def commit_if_due(self) -> None:
        """Commit, the counts included, where the last commit is long enough ago."""
        if time.monotonic() - self._last_commit >= COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """Make everything so far durable.

        Raises:
            StorageError: it cannot be; the session stores nothing any more.
        """
        began = time.monotonic()
        if self.warc is not None:
            self.warc.sync()  # first: what the database calls done must be in the archive too
        self.store.save_counts(self.run_id, self.tally.to_json())
        self.store.commit()
        self.frontier.committed()
        self._last_commit = time.monotonic()
        self.tally.commit_seconds = round(self.tally.commit_seconds + self._last_commit - began, 3)

    def _weigh_validators(self, article: Article) -> None:
        """Compare a page fetched anew with its last answer."""
        said = self.validators.compare(article.capture_id, article.content_hash) if article.capture_id else ""
        if said == "kept":
            self.tally.validators_kept += 1
        elif said == "lied":
            self.tally.validators_lied += 1
            self.note("validator_lies", f"{article.url}: the text changed, ETag and Last-Modified did not")

    def not_modified(self, entry: Entry) -> None:
        """The portal answered 304: the article was seen as it is."""
        self.tally.unchanged += 1
        self.tally.not_modified += 1
        self.store.touch_article(self.profile.name, entry.url, self.run_id)
        self.done(entry)

    def moved(self, old: str, article: Article, *, for_good: bool) -> Article:
        """The address of a known article leads to `article`: it is there, so neither gone nor due again at once.

        Returns what is to be stored: where the portal moved it for good and the text is the same, it is the known one.
        """
        portal, before = self.profile.name, self.store.count_articles(self.profile.name)
        same = self.store.move_article(article, source_key(old), self.run_id) if for_good else None
        self.tally.new -= before - self.store.count_articles(portal)  # it had been met at its new address first
        if same is not None or self.store.touch_article(portal, old, self.run_id):
            self.note("moved", f"{old} leads to {article.url}")
        return same or article

    def learn_nowhere(self, reading: PageReading) -> None:
        """Remember what the portal answers for an item that cannot exist, where it looks like an article."""
        if reading.article is not None:
            self.tally.nowhere.append(reading.article.content_hash)
            self.note("answers_for_nothing", f"an id that cannot exist is answered with {reading.article.title!r}")

    @property
    def answers_for_anything(self) -> bool:
        """True where the portal answers for items that cannot exist as if they were articles."""
        return bool(self.tally.nowhere or self.nowhere_before)

    def is_nowhere(self, article: Article) -> bool:
        """True for what the portal answered, in this run or an earlier one, for an item that cannot exist."""
        if not self.answers_for_anything:
            return False
        return article.content_hash in self.tally.nowhere or article.content_hash in self.nowhere_before

    def note(self, code: str, detail: str) -> None:
        """Keep something that a person should look at."""
        self.store.save_finding(Finding(portal=self.profile.name, code=code, detail=detail), self.run_id)

    def storage_failed(self, error: Exception) -> bool:
        """Remember why the database cannot be written (the verdict will be "storage"); True the first time."""
        first = not self.storage_error
        self.storage_error = self.storage_error or str(error)
        return first

    async def close(self, reason: str, said: Verdict | None = None) -> Verdict:
        """End the run: mark duplicates, judge, write the verdict, give the lock back. Never raises StorageError.

        `said` is the verdict of a run that asked the portal nothing and so cannot judge it.
        """
        self.closed = True
        await self._guests.close()
        verdict = end_run(self, reason, said)
        self._final = self.total()
        self.verdict = verdict
        ended = {"verdict": verdict.name, "exit_code": verdict.exit_code, "sentence": verdict.sentence}
        tell("run_ended", run=self.run_id, portal=self.profile.name, **ended, counts=self._final.to_json())
        with suppress(StorageError, LockedError):  # the verdict has the cause, or the next run finds the rest
            self.store.close()
        return verdict

    def total(self) -> Tally:
        """The counts of the whole crawl, earlier runs that this one resumes included."""
        if self.verdict is not None:
            return self._final
        total = Tally.from_json(self.earlier.to_json())
        total.add(self.tally.to_json())
        if not self.storage_error:  # the database then answers nothing any more
            total.starts = self.frontier.count("start")
        return total


def _page_name(entry: Entry) -> str:
    """A list page as a person would name it: the pages of a post-back list have one address."""
    return f"page {entry.context.get('number', 1)} of {entry.url}"


def _unfinished_crawl(store: Store, portal: str, spider: str) -> int | None:
    """The crawl to go on with: it has requests left, or its process died before the verdict."""
    return Frontier.unfinished_crawl(store.conn, portal) or store.unjudged_crawl(portal, spider)


def with_capture(article: Article, page: Page, capture_id: int | None) -> Article:
    """An article with what only the crawl knows: its capture, and the addresses it was asked by."""
    asked = (page.requested_url, *page.redirects, page.url)
    urls = tuple(dict.fromkeys(url for url in (*article.urls, *asked) if url))
    return replace(article, capture_id=capture_id, urls=urls, origin=page.origin, captured_at=page.captured_at)

"""What becomes of requests that failed: tried again later, walked to anew from page 1, or written down as failed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import CloseSpider

from pipelines.items import Failure
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.spiders.plan import beyond_entry, restart_entry
from portal_crawler.verdict import BLOCKED, DOWN, GONE

if TYPE_CHECKING:
    from portal_crawler.extract.reading import Problem
    from portal_crawler.frontier.queue import Entry
    from portal_crawler.retrying import RetryPolicy
    from portal_crawler.session import Session

logger = logging.getLogger(__name__)

#: After so many pages in a row whose first answers mean "down" or "blocked" nothing new is asked for until a good one comes.
DOUBT = 15

#: What a file that is not served says of the portal; a picture that is shut, or breaks its server, says nothing.
UNREACHABLE = frozenset({"dns", "connection_refused", "connection_lost", "timeout", "maintenance"})

SIDE_KINDS = ("feed", "sitemap", "lists", "nowhere", "canary")

#: What a menu link may lead to without being a hole in the lists.
NO_LIST = frozenset(
    {"not_html", "form_page", "empty_shell", "no_title", "no_body", "offsite", "robots_disallowed", "login_required"}
)

#: What an id that no list shows may answer without anything being lost: nobody said that there is an article.
NO_ITEM = GONE | NO_LIST | {"listing_page", "http_401", "http_403"}


class Trouble:
    """The failures of one crawl.

    A source in trouble is asked only for what it failed on. When that fails to the last try too, the crawl ends, and
    what is queued waits for the next run instead of being burnt through.
    """

    def __init__(self, session: Session, policy: RetryPolicy) -> None:
        self._session = session
        self._policy = policy
        self._ends = False
        self._given_up: list[tuple[Entry, str]] = []

    def is_over(self) -> None:
        """A good answer came; one that was under way when the crawl was ended changes nothing."""
        if self._ends:
            return
        self._given_up.clear()
        self._session.in_a_row.clear()
        self._session.scheduler.in_doubt = False

    def settle(
        self,
        entry: Entry,
        problem: Problem,
        *,
        stage: str,
        retry_after: float | None = None,
        capture_id: int | None = None,
    ) -> None:
        """Try an entry again where that may help, else give it up.

        Raises:
            CloseSpider: the source answers nothing but trouble; the entry stays for the next run.
        """
        if self._is_telling(entry, problem.reason):
            self._count(entry, problem.reason)
        if self._is_tried_again(entry, problem.reason, retry_after) or self._is_restarted(entry, problem):
            return
        if sum(self._session.in_a_row.values()) >= DOUBT:
            self._ends = True
            for earlier, reason in self._given_up:
                self._session.take_back(earlier, reason)
            self._session.scheduler.retry(entry, 0.0)
            self._session.commit_if_due()
            raise CloseSpider("breaker")
        self.give_up(entry, problem, stage=stage, capture_id=capture_id)

    def give_up(self, entry: Entry, problem: Problem, *, stage: str, capture_id: int | None = None) -> None:
        """Write the entry down as failed, where something is lost by it."""
        session, reason = self._session, problem.reason
        stage = "probe" if entry.kind == "probe" else stage
        failure = Failure(url=entry.url, stage=stage, reason=reason, detail=problem.detail[:500], capture_id=capture_id)
        if entry.kind == "media":
            session.media.give_up(entry, problem)
        elif entry.context.get("candidate") and (reason in GONE or reason in NO_LIST):
            session.done(entry)
        elif entry.kind == "probe" and reason in NO_ITEM:
            session.store.save_failure(failure, session.run_id, session.profile.name, key=source_key(entry.url))
            session.done(entry)
        elif entry.kind in SIDE_KINDS:
            session.note("side_door_shut", f"{entry.kind} {entry.url}: {reason}")
            session.done(entry)
        else:
            beyond = beyond_entry(entry)
            if beyond is not None:
                session.frontier.add(beyond)
            session.fail(entry, failure)
            if entry.kind == "article" and self._session.in_a_row:
                self._given_up.append((entry, reason))

    def _is_telling(self, entry: Entry, reason: str) -> bool:
        """True where it says something of the source: not that a picture, or a draft whose id was guessed, is shut."""
        if entry.kind == "media":
            return reason in UNREACHABLE and entry.host in self._session.profile.hosts
        return not (entry.kind == "probe" and reason in NO_ITEM & BLOCKED)

    def _count(self, entry: Entry, reason: str) -> None:
        """Count pages in a row, not tries: at a crawl's end only the few that are ill for good are still being asked."""
        if not (reason in BLOCKED or reason in DOWN or reason.startswith("http_5")):
            self.is_over()
        elif entry.attempts <= 1:
            self._session.in_a_row[reason] += 1
            self._session.scheduler.in_doubt = sum(self._session.in_a_row.values()) >= DOUBT

    def _is_tried_again(self, entry: Entry, reason: str, retry_after: float | None) -> bool:
        """Put the entry on the waiting bench; a post that keeps failing may hold a dead view state instead."""
        pause = self._policy.pause(reason, entry.attempts, retry_after)
        if pause is None or (entry.attempts > 1 and restart_entry(entry) is not None):
            return False
        self._session.tally.retries += 1
        self._session.scheduler.retry(entry, pause, hold_host=reason == "http_429")
        self._session.commit_if_due()
        return True

    def _is_restarted(self, entry: Entry, problem: Problem) -> bool:
        """Enter a post-back chain again from its first page."""
        again = restart_entry(entry)
        if again is None:
            return False
        self._session.frontier.add(again)
        self._session.tally.retries += 1
        logger.info("%s: view state refused (%s), walking from page 1 again", entry.url, problem.reason)
        self._session.done(entry)
        return True

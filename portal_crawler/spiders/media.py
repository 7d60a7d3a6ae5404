"""The crawl's part in the files of articles: what is asked for, what an answer is worth, and when to ask again."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scrapy import Request

from pipelines.filetypes import HTML
from pipelines.items import Failure
from pipelines.media import examine
from pipelines.media_rules import refuse
from pipelines.storage import media as rows
from portal_crawler.archived_files import keep_embedded
from portal_crawler.extract.embedded import MARK
from portal_crawler.extract.reading import Problem
from portal_crawler.frontier.queue import Entry
from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.retrying import can_pass
from portal_crawler.spiders.fallbacks import Fallbacks
from portal_crawler.spiders.responses import to_page

if TYPE_CHECKING:
    from scrapy.http import Response

    from pipelines.items import Article
    from pipelines.media import MediaPipeline
    from portal_crawler.session import Session

#: After everything else: an article's text must never wait for pictures.
PRIORITY = -20
#: Days until an address is asked again that said for good that it has no such file.
PATIENCE = 90
#: Refusals of our own, which cost the server nothing: a profile that allows more counts at once.
OURS = frozenset({"offsite", "private_address", "bad_scheme", "bad_address", "robots_disallowed"})
#: What a page that comes instead of a file may say of the portal; anything else is just no file.
BAD_PAGES = frozenset({"maintenance", "error_page", "blocked_waf", "login_required", "soft_404"})


class MediaDesk:
    """The files of one crawl. `shelf` is the item pipeline that keeps them; without one nothing is fetched."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.shelf: MediaPipeline | None = None
        self._fallbacks = Fallbacks(session, self._ask)

    def begin(self, *, leftovers: bool, full: bool = False) -> None:
        """Queue the files that earlier crawls left, where that is wanted; without a shelf leave even queued ones.

        A `full` crawl asks the portal also for what only archives gave so far.
        """
        session = self._session
        if self.shelf is None:
            session.frontier.drop("media")
        elif leftovers:
            known = (session.run_id, session.store.now())
            self._ask(rows.queue_portal(session.store.conn, session.profile.name, *known))
            if self.shelf.folder is not None:
                self._ask(rows.queue_lost(session.store.conn, session.profile.name, self.shelf.folder, *known))
            self._fallbacks.begin()
            if full:
                self._ask(rows.only_archived(session.store.conn, session.profile.name))
        session.commit()

    def want(self, article: Article) -> None:
        """Queue what a stored article lacks, in the transaction that stores it."""
        session = self._session
        article_id = session.store.article_id(article.portal, article.key)
        if article_id is None:
            return
        if self.shelf is not None and self.shelf.folder is not None and any(MARK in one.url for one in article.images):
            keep_embedded(session, self.shelf.folder, article_id)
        self._ask(rows.queue_article(session.store.conn, article_id, session.run_id, session.store.now()))

    async def receive(self, entry: Entry, response: Response) -> Problem | None:
        """Keep the file of an answer and finish its entry; or say what is wrong with it, and leave the entry.

        Raises:
            StorageError: the disk is full or fails.
        """
        session = self._session
        session.tally.requests += 1
        session.tally.bytes += len(response.body)
        page = to_page(response, session.profile)
        session.write_warc(page)
        if response.status != 200:
            return Problem(reason=f"http_{response.status}", detail=f"HTTP {response.status}")
        file = examine(response.body)
        wanted = rows.uses(session.store.conn, session.profile.name, entry.url) or {"image", "attachment"}
        refused = {use: refuse(file.content_type, response.body, use, entry.url) for use in sorted(wanted)}
        if all(refused.values()):
            if file.content_type == HTML:
                said = (await session.read(page, "article")).problem
                if said is not None and said.reason in BAD_PAGES:
                    return said
            return _refusal(next(iter(refused.values())), file.content_type, response)
        if self.shelf is not None:
            await self.shelf.shelve(response, file)
            self._keep(entry, file, response)
            for reason in filter(None, refused.values()):
                self._record(entry, _refusal(reason, file.content_type, response))
            self._fallbacks.answered(entry.url)
        session.done(entry)
        return None

    def give_up(self, entry: Entry, problem: Problem) -> None:
        """Write down that an address gave no file, and when it may be asked again."""
        session = self._session
        if not rows.is_stand_in(session.store.conn, session.profile.name, entry.url):
            self._fail(entry.url, problem)
            self._fallbacks.missing(entry.url, problem.reason)
        self._fallbacks.answered(entry.url, problem)
        session.frontier.finish(entry.id, failed=True)
        session.commit_if_due()

    def _ask(self, urls: list[str]) -> None:
        for url in urls:
            entry = _entry(url)
            if entry is None:
                self._fail(url, Problem(reason="bad_address", detail="not an address of the web"))
            else:
                self._session.frontier.add(entry)

    def _keep(self, entry: Entry, file: rows.StoredFile, response: Response) -> None:
        session = self._session
        served = rows.Served(
            urls=(*response.meta.get("redirect_urls", ()), response.url),
            name=_name(response),
            claimed_type=_header(response, "Content-Type"),
        )
        store, portal = session.store, session.profile.name
        new = rows.save_file(store.conn, portal, entry.url, file, served, session.run_id, store.now())
        session.tally.media_stored += 1
        session.tally.media_new += new

    def _fail(self, url: str, problem: Problem) -> None:
        store, portal = self._session.store, self._session.profile.name
        now = store.now()
        failure = Failure(url=url, stage=rows.STAGE, reason=problem.reason, detail=problem.detail[:500])
        again = "" if problem.reason in OURS or can_pass(problem.reason) else _days_later(now, PATIENCE)
        rows.save_failed(store.conn, portal, failure, not_before=again, run_id=self._session.run_id, now=now)
        self._session.tally.media_failures[problem.reason] += 1

    def _record(self, entry: Entry, problem: Problem) -> None:
        """The file is kept, but not for everything that names it."""
        store, portal = self._session.store, self._session.profile.name
        failure = Failure(url=entry.url, stage=rows.STAGE, reason=problem.reason, detail=problem.detail)
        rows.save_refusal(store.conn, portal, failure, run_id=self._session.run_id, now=store.now())
        self._session.tally.media_failures[problem.reason] += 1


def _entry(url: str) -> Entry | None:
    """The request of a file; None for an address that no request can be made of."""
    try:
        Request(url)
        host = host_of(url)
    except ValueError:
        return None
    # servers that choose a format by this header must give the one that the article names
    return Entry(
        url=url, kind="media", fingerprint=f"media {url}", headers=(("Accept", "*/*"),), host=host, priority=PRIORITY
    )


def _refusal(reason: str, found: str, response: Response) -> Problem:
    claimed = _header(response, "Content-Type") or "nothing"
    return Problem(reason=reason, detail=f"the bytes are {found}, the server says {claimed}")


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("utf-8", "replace")[:300]


def _name(response: Response) -> str:
    """The file's name as the server gives it: data for readers, never a path."""
    message = Message()
    message["Content-Disposition"] = _header(response, "Content-Disposition").replace("\r", " ").replace("\n", " ")
    try:
        given = message.get_filename()
    except (LookupError, ValueError):  # a charset that nobody knows
        given = None
    return given or unquote(urlsplit(response.url).path.rpartition("/")[2])


def _days_later(moment: str, days: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(days=days)).isoformat(timespec="seconds")

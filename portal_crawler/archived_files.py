"""Stores the pictures and documents of articles out of archives, by the rules that hold for files of a live crawl."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipelines.items import Failure, Page
from pipelines.media import DurableStore, examine
from pipelines.media_rules import refuse
from pipelines.storage import media as rows
from pipelines.storage.captures import read_capture
from portal_crawler.extract.embedded import MARK, embedded_files
from portal_crawler.platforms.sharepoint.addresses import file_key, join_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from portal_crawler.session import Session
    from portal_crawler.sources import Item, Wanted

#: An archive is gone through again for what redirects have led to, so many times.
MAX_HOPS = 3


class ArchivedFiles:
    """What the articles of a session's portal lack, looked for in archives. `folder` is the media folder."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._shelf = DurableStore(str(folder))
        self._lacking: dict[str, list[str]] = {}
        self._led: dict[str, list[str]] = {}
        self._why: dict[str, tuple[str, str]] = {}
        for url in rows.lacking(session.store.conn, session.profile.name):
            if MARK not in url:
                self._lacking.setdefault(file_key(url), []).append(url)

    def look(self, read: Callable[[Wanted], Iterable[Item]]) -> None:
        """Go through the archives, and again for what redirects lead to; `read` gives the files at wanted addresses.

        Raises:
            StorageError: the disk is full or fails.
            SourceError: a source cannot be had any more.
        """
        for _ in range(MAX_HOPS):
            known = len(self._led)
            for item in read(self._wants) if self._lacking else ():
                self._take(item)
                self._session.commit_if_due()
            if len(self._led) == known:
                return

    def write_absent(self) -> None:
        """A row with its reason for every file that no archive gave."""
        session = self._session
        store, portal = session.store, session.profile.name
        for key, urls in self._lacking.items():
            reason, detail = self._why.get(key, ("not_in_archive", "the archive holds no file at this address"))
            for url in urls:
                failure = Failure(url=url, stage=rows.STAGE, reason=reason, detail=detail[:500])
                rows.save_absent(store.conn, portal, failure, run_id=session.run_id, now=store.now())
                session.tally.media_failures[reason] += 1

    def _wants(self, url: str) -> bool:
        return bool(self._wanted_at(file_key(url)))

    def _wanted_at(self, key: str) -> list[str]:
        """The addresses, as articles name them, that what lies under a key may serve."""
        led = [url for url in self._led.get(key, ()) if file_key(url) in self._lacking]
        return [*self._lacking.get(key, ()), *led]

    def _take(self, item: Item) -> None:
        if isinstance(item, Failure):
            self._why.setdefault(file_key(item.url), (item.reason, item.detail))
            return
        asked = dict.fromkeys((item.requested_url or item.url, *item.redirects, item.url))
        urls = list(dict.fromkeys(url for one in asked for url in self._wanted_at(file_key(one))))
        if not urls:
            return
        if 300 <= item.status < 400:
            target = join_url(item.url, item.header("Location"))
            if target:
                self._led.setdefault(file_key(target), urls)
            return
        refusal = self._keep(item, urls)
        for url in urls:
            if refusal:
                self._why[file_key(url)] = refusal
            else:
                self._lacking.pop(file_key(url), None)

    def _keep(self, page: Page, urls: list[str]) -> tuple[str, str] | None:
        """Store a file for the addresses that want it; or why it is not what they want."""
        session = self._session
        store, portal = session.store, session.profile.name
        file = examine(page.body)
        wanted = frozenset().union(*(rows.uses(store.conn, portal, url) for url in urls))
        refused = [refuse(file.content_type, page.body, use, urls[0]) for use in sorted(wanted)]
        if all(refused):
            return (refused or ["no_file"])[0], f"{page.source}: the bytes are {file.content_type}"
        self._shelf.persist_file(file.path, BytesIO(page.body), None)
        served = rows.Served(
            urls=(*page.redirects, page.url),
            name=unquote(urlsplit(page.url).path.rpartition("/")[2]),
            claimed_type=page.header("Content-Type")[:300],
            origin=page.origin,
            source=page.source,
            at=page.captured_at,
        )
        for url in urls:
            new = rows.save_file(store.conn, portal, url, file, served, session.run_id, store.now())
            session.tally.media_stored += 1
            session.tally.media_new += new
        return None


def keep_embedded(session: Session, folder: Path, article_id: int | None = None) -> None:
    """Store the pictures that stand in the captured pages of an article, or of all, themselves."""
    store, shelf = session.store, DurableStore(str(folder))
    for capture_id, found in store.conn.execute(_EMBEDDED, (session.profile.name, article_id, article_id)).fetchall():
        page = read_capture(store.conn, capture_id)
        held = dict(embedded_files(page.body))
        for (url,) in store.conn.execute(_LACKING, (found,)).fetchall():
            data = held.get(url.rpartition(MARK)[2])
            if data is None or refuse((file := examine(data)).content_type, data, "image", ""):
                continue
            shelf.persist_file(file.path, BytesIO(data), None)
            served = rows.Served(urls=(url,), origin=page.origin, source=page.source, at=page.captured_at)
            new = rows.save_file(store.conn, session.profile.name, url, file, served, session.run_id, store.now())
            session.tally.media_stored += 1
            session.tally.media_new += new


_LACKING = f"SELECT url FROM article_media WHERE article_id = ? AND media_id IS NULL AND instr(url, '{MARK}') > 0"  # noqa: S608 - a constant of ours
_EMBEDDED = f"""
SELECT r.capture_id, a.id FROM articles a JOIN article_revisions r ON r.id = a.revision_id
 WHERE a.portal = ? AND (? IS NULL OR a.id = ?) AND r.capture_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM article_media m WHERE m.article_id = a.id AND m.media_id IS NULL AND instr(m.url, '{MARK}') > 0)
 ORDER BY a.id
"""  # noqa: S608 - a constant of ours

"""Ends a run: what only the whole of it can tell - duplicates, shrunken lists, the verdict, what is gone for good."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.errors import LockedError, StorageError
from pipelines.storage import incidents
from pipelines.storage.chrome import learn
from pipelines.storage.date_evidence import ListDate, report_disagreements, save_list_dates, unread_list_dates
from pipelines.storage.failures import resolve_list_pages
from pipelines.storage.inferred_dates import infer_dates
from pipelines.storage.links import Addresses
from pipelines.storage.routes import record_addresses, record_routes
from portal_crawler.comparison import compare
from portal_crawler.extract.list_dates import read_list_date
from portal_crawler.frontier.sightings import shrunken_lists
from portal_crawler.notices.desk import weigh_freshness
from portal_crawler.platforms.sharepoint.addresses import host_of, source_key
from portal_crawler.verdict import GONE, Evidence, Verdict, judge

if TYPE_CHECKING:
    from portal_crawler.session import Session

#: Counts that are evidence as they are.
_COUNTS = (
    "starts", "starts_ok", "listings_ok", "found", "known", "listed", "stored", "new", "changed",
    "truncated", "article_failures", "listing_failures", "unread_lists", "media_failures",
    "lost_fields", "canaries", "canaries_lost",
)  # fmt: skip


def end_run(session: Session, reason: str, said: Verdict | None = None) -> Verdict:
    """Judge a run and write it down; `reason` is why it ended ("finished", "shutdown", …). Never raises StorageError.

    A run that says nothing of the portal's health brings its verdict along (`said`).
    """
    try:
        if session.warc is not None:
            session.warc.close()
        if not session.storage_error:
            _compare_all(session, reason)
            verdict = said or _judged(session, reason)
            _write(session, verdict)
            return verdict
    except (StorageError, LockedError) as error:
        session.storage_failed(error)
    return _judged(session, reason)


def _compare_all(session: Session, reason: str) -> None:
    """Routes, duplicates and lists, once everything is there."""
    store, portal = session.store, session.profile.name
    record_addresses(store.conn, portal, session.run_id, store.now())
    record_routes(store.conn, portal, session.run_id)
    _weigh_dates(session)
    session.tally.duplicates = store.finish_duplicates(portal)
    _learn_chrome(session)
    store.finish_civic(portal, session.profile.place)
    store.finish_links(portal, _addresses(session))
    if session.walks_whole_lists and reason == "finished":
        session.tally.truncated += shrunken_lists(store.conn, portal, session.crawl_id)
        if not session.total().listing_failures:
            resolve_list_pages(store.conn, portal, session.run_id)


def _addresses(session: Session) -> Addresses:
    """What the platform and the profile say of addresses, which `pipelines` does not know."""
    own = {*session.profile.hosts, *session.profile.crawl.media_hosts}
    return Addresses(key=source_key, is_internal=lambda url: not own.isdisjoint((host_of(url), urlsplit(url).hostname)))


def _learn_chrome(session: Session) -> None:
    """Boxes that repeat on the portal's pages; what is stored already loses them when it is read again."""
    store, portal = session.store, session.profile.name
    for text in learn(store.conn, portal, session.profile.quality.chrome_articles, store.now()):
        session.note(
            "chrome_learned", f'"{text}"; take it out of stored articles with: portal-crawler reextract {portal}'
        )


def _weigh_dates(session: Session) -> None:
    """What lists and feeds print beside the links, read and compared with the dates of the pages."""
    store, dates, base = session.store, session.profile.dates, datetime.fromisoformat(session.store.now())
    found = [
        ListDate(
            article_id=article_id,
            source=source,
            raw=raw,
            value=read_list_date(raw, dates=dates, base=base, published=published),
        )
        for article_id, source, raw, published in unread_list_dates(store.conn, session.profile.name, session.crawl_id)
    ]
    save_list_dates(store.conn, found, session.run_id)
    infer_dates(store.conn, session.profile.name, session.run_id)
    report_disagreements(store.conn, session.profile.name, session.run_id, store.now())


def _write(session: Session, verdict: Verdict) -> None:
    """The verdict and what follows from it, in one transaction."""
    store, counts = session.store, session.tally.to_json()
    if session.live and verdict.name in ("complete", "partial"):
        # only a source that is well may say that something is gone, and it must say so in two crawls
        store.mark_gone(session.profile.name, session.run_id, reasons=GONE)
    if session.live and session.tally.shape != "narrow":  # what somebody tries out is no incident
        portal, run_id = session.profile.name, session.run_id
        incidents.weigh_verdict(store.conn, portal, run_id, verdict.name, verdict.sentence, store.now())
        if verdict.name in ("complete", "partial"):
            weigh_freshness(store.conn, portal, run_id)
    store.finish_run(session.run_id, verdict.name, verdict.exit_code, verdict.to_json(), counts)


def _judged(session: Session, reason: str) -> Verdict:
    total = session.total()
    compared = compare(total, session.crawls_before if reason == "finished" and session.live else ())
    if not session.storage_error:
        for text in compared.unusual:
            session.note("unusual", text)
    evidence = Evidence(
        live=session.live,
        close_reason=reason,
        in_a_row=session.in_a_row,
        storage_error=session.storage_error,
        known_before=session.known_before,
        open_requests=session.frontier.open,
        limited=session.limited,
        coverage=total.coverage(),
        coverage_before=session.coverage_before,
        fewer=compared.fewer,
        stopped=compared.stopped,
        **{name: getattr(total, name) for name in _COUNTS},
    )
    return judge(evidence)

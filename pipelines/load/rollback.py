"""Undoes one batch: what it made goes, what it changed comes back, what people edited since is spared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.load.posts import found_fields
from pipelines.load.report import Kept, LoadReport
from pipelines.load.threeway import difference, edited_fields

if TYPE_CHECKING:
    from pipelines.load.site import Site
    from pipelines.storage.ledger import Change, Entry, Ledger


def rollback(site: Site, ledger: Ledger, batch: int) -> LoadReport:
    """Undo a batch. Posts go into the bin; files that no article uses any more are deleted; sections and authors stay.

    Raises:
        ConfigurationError: there is no such batch, or it was undone before.
        TargetDownError: the site does not answer; the same call goes on where this one stopped.
    """
    site.check()
    report = LoadReport(batch=batch)
    changes = ledger.changes(batch)
    for change in [one for one in changes if one.kind == "article"]:
        _undo_article(site, ledger, change, report)
    for change in [one for one in changes if one.kind == "media"]:
        _undo_media(site, ledger, change, report)
    report.requests = site.client.requests
    ledger.finish_rollback(batch)
    return report


def _undo_article(site: Site, ledger: Ledger, change: Change, report: LoadReport) -> None:
    entry = ledger.get("article", change.uid)
    assert entry is not None
    if ledger.changed_later(change):
        report.kept.append(_spared(entry, "changed_by_later_batch", "undo the later batch first"))
        return
    post = site.post(change.target_id)
    if post is None:
        ledger.undone(change, _gone(entry))
        return
    now = found_fields(post)
    edited = edited_fields(entry.found, now, entry.sent)
    if edited:
        report.kept.append(_spared(entry, "edited_in_target", difference(edited, entry.found, entry.found, now)))
    elif change.before is None:
        site.bin_post(change.target_id)
        ledger.undone(change, _gone(entry))
        report.undone += 1
    else:
        back = site.update_post(change.target_id, change.before)
        ledger.undone(
            change,
            replace(
                entry, row_hash="", sent=change.before, found=found_fields(back), modified=back["modified_gmt"],
                address=back["link"], status="undone",
            ),
        )  # fmt: skip
        report.undone += 1


def _undo_media(site: Site, ledger: Ledger, change: Change, report: LoadReport) -> None:
    entry = ledger.get("media", change.uid)
    if entry is None or ledger.in_use(entry):
        return
    site.delete_media(change.target_id)
    ledger.undone(change, _gone(entry))
    report.media += 1


def _gone(entry: Entry) -> Entry:
    return replace(entry, target_id=None, address="", row_hash="", sent={}, found={}, modified="", status="undone")


def _spared(entry: Entry, reason: str, text: str) -> Kept:
    return Kept(
        uid=entry.uid, title=str(entry.found.get("title", "")), reason=reason, address=entry.address, difference=text
    )

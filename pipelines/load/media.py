"""The stored files of articles on their way into a site: each sent once, whatever number of articles show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.load.client import TargetRefusedError
from pipelines.storage.ledger import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.media import Placed
    from pipelines.export.protocol import ExportReport
    from pipelines.load.site import Site
    from pipelines.storage.ledger import Ledger


class MediaLoad:
    """Knows where the site has each file; what is not there yet is sent when it is asked for.

    `folder` holds the files of the table `media`. In a dry run nothing is sent, and `sent` counts what would be.
    """

    def __init__(
        self, site: Site, ledger: Ledger, folder: Path | None, report: ExportReport, batch: int, *, dry_run: bool
    ) -> None:
        self.sent = 0
        self._site = site
        self._ledger = ledger
        self._folder = folder
        self._report = report
        self._batch = batch
        self._dry_run = dry_run
        self._planned: set[str] = set()

    def address_of(self, placed: Placed) -> str | None:
        """Where the site has a file; None where it is not stored or the site does not take it."""
        entry = self._entry(placed)
        return entry.address or None if entry else None

    def id_of(self, placed: Placed | None) -> int:
        """The id of a file in the site; 0 where it has none."""
        entry = self._entry(placed) if placed else None
        return entry.target_id or 0 if entry else 0

    def _entry(self, placed: Placed) -> Entry | None:
        sha256 = placed.row.sha256
        if not placed.file or not sha256 or not placed.row.path or self._folder is None:
            return None
        entry = self._ledger.get("media", sha256)
        if entry and entry.status in ("loaded", "refused"):
            return entry
        if self._dry_run:
            self.sent += sha256 not in self._planned
            self._planned.add(sha256)
            return Entry(
                kind="media", uid=sha256, address=f"{self._site.client.site}/wp-content/uploads/{placed.file_name}"
            )
        return self._send(placed, sha256, self._folder / placed.row.path, look=entry is not None)

    def _send(self, placed: Placed, sha256: str, file: Path, *, look: bool) -> Entry:
        self._ledger.put(Entry(kind="media", uid=sha256, row_hash=sha256, batch_id=self._batch))
        row = placed.row
        texts = {"title": row.name or placed.file_name, "caption": placed.caption, "alt_text": row.alt}
        try:
            made = self._site.upload(file, placed.file_name, placed.content_type, texts, look=look)
        except TargetRefusedError as refused:
            self._report.warn("media_refused", "", f"{placed.file_name}: {refused}")
            entry = Entry(
                kind="media", uid=sha256, row_hash=sha256, status="refused", message=str(refused), batch_id=self._batch
            )
            self._ledger.put(entry)
            return entry
        self.sent += 1
        entry = Entry(
            kind="media", uid=sha256, target_id=made["id"], address=made["source_url"], row_hash=sha256, status="loaded",
            sent=texts, batch_id=self._batch,
        )  # fmt: skip
        self._ledger.put(entry, changed=True)
        return entry

"""An article as plain JSON types, once for all exporters that write JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.export.folder import ExportFolder
from pipelines.export.protocol import COUNTERS, ExportOptions, ExportReport
from pipelines.storage.dataset import COLUMNS, Dataset, MediaRow, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEDIA_FIELDS = tuple(MediaRow.__slots__)

#: Line ends of Unicode that some readers of "one record a line" split at, although JSON does not.
_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def article_record(row: Row) -> dict[str, Any]:
    """All columns of the reading view in their order, then flags, urls, images and attachments."""
    record: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    record["flags"] = list(row.flags)
    record["urls"] = list(row.urls)
    record["images"] = [media_record(one) for one in row.images]
    record["attachments"] = [media_record(one) for one in row.attachments]
    return record


def media_record(media: MediaRow) -> dict[str, Any]:
    """All fields of one image or attachment."""
    return {name: getattr(media, name) for name in MEDIA_FIELDS}


#: What a target keeps of the source, by the names that all exporters give it.
SOURCE_FIELDS = (
    "source_uid", "source_url", "source_hash", "source_byline", "source_section", "source_published_at",
    "source_updated_at", "source_views", "source_state", "source_duplicate_of", "source_alternate_url",
)  # fmt: skip


def source_fields(row: Row) -> dict[str, str]:
    """What the target keeps of the source: identity, address, byline, date as it was known, hash."""
    values = (
        row.uid, row.url, row.content_hash, row.author, row.category, row.published_at, row.updated_at, row.views,
        row.state, row.duplicate_of_uid, row.alternate_url,
    )  # fmt: skip
    return {name: str(value) for name, value in zip(SOURCE_FIELDS, values, strict=True) if value not in (None, "")}


def json_text(value: Any) -> str:
    """JSON on one line whatever calls itself a line end; Vietnamese stays readable."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _LINE_ENDS.items():
        text = text.replace(character, escape)
    return text


def chosen(dataset: Dataset, options: ExportOptions, report: ExportReport) -> Iterator[Row]:
    """The articles that the options ask for, counted, with the caller's progress told."""
    for row in dataset.articles(portal=options.portal or None, since=options.since or None, states=options.states):
        yield row
        report.articles += 1
        options.advance(1)


def open_export(kind: str, destination: Path, options: ExportOptions) -> ExportFolder:
    """The folder of an export of that kind, as the options want it."""
    return ExportFolder(destination, kind=kind, force=options.force, dry_run=options.dry_run)


def finish(folder: ExportFolder, dataset: Dataset, options: ExportOptions, report: ExportReport) -> None:
    """Write the manifest. It names no clock, so that the same data give the same bytes."""
    newest = dataset.conn.execute("SELECT max(captured_at) FROM articles").fetchone()[0]
    schema = dataset.conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0]
    report.files = folder.files
    folder.finish(
        {
            "schema_version": schema,
            "portals": [options.portal] if options.portal else list(dataset.portals()),
            "states": sorted(options.states),
            "since": options.since or None,
            "newest_capture": newest,
            "options": {
                name: value
                for name in ("portal", "permalink", "site_url", "media_base_url")
                if (value := getattr(options, name))
            },
            "articles": report.articles,
            **{name: dict(sorted(getattr(report, name).items())) for name in COUNTERS},
        }
    )

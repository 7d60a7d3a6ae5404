"""Wagtail: JSON Lines, the files, and a small app whose command takes them in."""

from __future__ import annotations

import hashlib
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html

from pipelines.export.assets import asset_files
from pipelines.export.cms_record import author_records, cms_record, section_records, write_array
from pipelines.export.job import CmsJob
from pipelines.export.plan import TargetRules
from pipelines.export.records import json_text

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.media import Placed
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

RULES = TargetRules(permalink="/tin-tuc/{slug}/", title_limit=255)
MEDIA = "media"

#: What Wagtail's rich text editor keeps; a block with anything else goes in as raw HTML, whole.
RICH_TEXT = {
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "b",
    "em",
    "i",
    "br",
    "hr",
    "sub",
    "sup",
    "blockquote",
}


class WagtailExporter:
    """articles.jsonl, sections.json, authors.json, media/, and the app portal_import/ with its command and README."""

    name = "wagtail"
    description = "Wagtail: JSON Lines and a management command that upserts them"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the export; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            for name, text in asset_files(resources.files("pipelines.export") / "wagtail_app"):
                job.folder.write(name, text)
            write_array(job.folder, "sections.json", section_records(job.plan.mapping))
            write_array(job.folder, "authors.json", author_records(job.plan.mapping))
            hashes = _Hashes(job)
            with job.folder.open("articles.jsonl") as out:
                for article in job.articles(lambda _plan, _media: MEDIA, _file):
                    values = record(article)
                    values["revisions"] = [
                        {
                            "captured_at": old.captured_at,
                            "title": old.title,
                            "summary": old.summary,
                            "blocks": blocks(html),
                        }
                        for old, html in job.earlier(article, _file)
                    ]
                    out.text(json_text(hashes.added(values)) + "\n")
                    job.report.rows["articles"] += 1
                    job.report.rows["revisions"] += len(values["revisions"])
            return job.finish()


class _Hashes:
    """SHA-1 of each copied file, by which Wagtail knows its files."""

    def __init__(self, job: CmsJob) -> None:
        self._scratch = job.plan.scratch
        self._scratch.execute("CREATE TABLE sha1 (file TEXT PRIMARY KEY, hash TEXT) WITHOUT ROWID")
        copy = job.shelf.copy

        def copy_and_hash(name: str, source: Path) -> None:
            copy(name, source)
            with source.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha1").hexdigest()
            self._scratch.execute("INSERT INTO sha1 VALUES (?, ?)", (name, found))

        job.shelf.copy = copy_and_hash

    def added(self, values: dict[str, Any]) -> dict[str, Any]:
        """The record with the hash beside each file."""
        files = [*values["images"], *values["attachments"], *([values["lead_image"]] if values["lead_image"] else [])]
        for one in files:
            found = self._scratch.execute("SELECT hash FROM sha1 WHERE file = ?", (one["file"],)).fetchone()
            one["sha1"] = found[0] if found else None
        return values


def _file(placed: Placed) -> str | None:
    return placed.file or None


def record(article: Ready) -> dict[str, Any]:
    """One line: the article with its body cut into blocks instead of one text."""
    values = cms_record(article)
    values["blocks"] = blocks(values.pop("body"))
    return values


def blocks(html: str) -> list[dict[str, str]]:
    """The body as blocks in order: "text" where an editor can edit it without loss, "html" for figures and tables."""
    found: list[dict[str, str]] = []
    if not html.strip():
        return found
    for part in lxml_html.fragments_fromstring(html):
        if isinstance(part, str):
            kind, text = "text", f"<p>{escape(part.strip(), quote=False)}</p>" if part.strip() else ""
        else:
            kind = "text" if {node.tag for node in part.iter()} <= RICH_TEXT else "html"
            tail, part.tail = part.tail, None
            text = lxml_html.tostring(part, encoding="unicode") + escape(tail or "", quote=False)
        if text and found and found[-1]["type"] == kind:
            found[-1]["value"] += text
        elif text:
            found.append({"type": kind, "value": text})
    return found

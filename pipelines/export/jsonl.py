"""JSON Lines: one article a line with everything the reading view knows, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines.export.index import ExportIndex
from pipelines.export.protocol import ExportOptions, ExportReport
from pipelines.export.records import article_record, chosen, finish, json_text, open_export
from pipelines.export.versions import earlier_versions

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.storage.dataset import Dataset

FILE = "articles.jsonl"
REVISIONS = "revisions.jsonl"


class JsonLinesExporter:
    """articles.jsonl: all columns of `v_articles` and each article's addresses, images and attachments.

    revisions.jsonl: the earlier versions of articles that were edited, by `uid`.
    """

    name = "jsonl"
    description = "JSON Lines, one article a line: everything, for programs"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write both files; as `Exporter.export`."""
        report = ExportReport()
        with open_export(self.name, destination, options) as folder:
            with folder.open(FILE) as out, folder.open(REVISIONS) as old, ExportIndex(folder, report) as index:
                for row in chosen(dataset, options, report):
                    index.note(row)
                    out.text(json_text(article_record(row)) + "\n")
                    for version in earlier_versions(dataset, row):
                        old.text(json_text({"uid": row.uid, **asdict(version)}) + "\n")
                        report.rows["revisions"] += 1
            finish(folder, dataset, options, report)
        return report

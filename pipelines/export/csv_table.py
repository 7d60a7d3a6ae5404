"""CSV tables that a spreadsheet opens rightly, and in which no cell can run."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pipelines.export.index import ExportIndex, TextOf
from pipelines.export.protocol import ExportOptions, ExportReport
from pipelines.export.records import MEDIA_FIELDS, chosen, finish, media_record, open_export
from pipelines.storage.dataset import COLUMNS, Dataset, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipelines.export.folder import ExportFolder

#: A spreadsheet takes 32,767 UTF-16 units in a cell and spills the rest over the next row; the apostrophe takes one.
CELL_LIMIT = 32_000

#: What makes a spreadsheet read a cell as a formula, with its full-width twins.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

TABLES = {
    "articles": (*COLUMNS, "flags"),
    "article_urls": ("uid", "url"),
    "media": ("uid", *MEDIA_FIELDS),
    "long_texts": ("uid", "column", "part", "text"),
}


class CsvExporter:
    """articles.csv, article_urls.csv, media.csv, and long_texts.csv for what no spreadsheet cell can hold.

    UTF-8 with byte order mark, CRLF, every cell quoted, missing values empty. A cell that would run as a formula
    begins with an apostrophe; the JSON Lines export has it as it was written.
    """

    name = "csv"
    description = "CSV tables for spreadsheets: articles, addresses, media"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the four tables; as `Exporter.export`."""
        report = ExportReport()
        with open_export(self.name, destination, options) as folder:
            with Tables(folder, report) as tables, ExportIndex(folder, report) as index:
                for row in chosen(dataset, options, report):
                    index.note(row)
                    tables.article(row)
            finish(folder, dataset, options, report)
        return report


class Tables(ExitStack):
    """The open tables of one export."""

    def __init__(self, folder: ExportFolder, report: ExportReport) -> None:
        super().__init__()
        self._report = report
        self._tables = {}
        for name, columns in TABLES.items():
            out = self.enter_context(folder.open(f"{name}.csv"))
            out.text("\ufeff")
            self._tables[name] = csv.writer(TextOf(out), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            self._tables[name].writerow(columns)

    def article(self, row: Row) -> None:
        """Write one article to all tables."""
        cells = []
        for column in COLUMNS:
            first, *rest = parts(getattr(row, column))
            cells.append(first)
            for number, text in enumerate(rest, 2):
                self._write("long_texts", (row.uid, column, number, text))
            if rest:
                self._report.warn("cell_too_long", row.uid, f"{column} goes on in long_texts.csv")
        self._write("articles", (*cells, " ".join(row.flags)))
        for url in row.urls:
            self._write("article_urls", (row.uid, url))
        for one in (*row.images, *row.attachments):
            self._write("media", (row.uid, *media_record(one).values()))

    def _write(self, table: str, values: Sequence[Any]) -> None:
        self._tables[table].writerow([inert(value) for value in values])
        self._report.rows[table] += 1


def inert(value: Any) -> Any:
    """A cell that no spreadsheet runs; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \u00a0\u200b\ufeff").startswith(RUNS):
        return f"'{value}"
    return value


def parts(value: Any) -> Iterator[Any]:
    """A value cut into pieces that fit a cell, after a line end where there is one; joined they are the value."""
    if not isinstance(value, str) or len(value.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        yield value
        return
    half = CELL_LIMIT // 2  # letters outside the basic plane take two units
    while len(value) > half:
        cut = value.rfind("\n", 0, half) + 1 or half
        yield value[:cut]
        value = value[cut:]
    yield value

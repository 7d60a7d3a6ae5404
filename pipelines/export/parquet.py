"""Parquet: the JSON Lines export as columns, for analysts' tools."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import ConfigurationError
from pipelines.export.index import ExportIndex
from pipelines.export.protocol import ExportReport
from pipelines.export.records import MEDIA_FIELDS, article_record, chosen, finish, json_text, open_export
from pipelines.storage.dataset import COLUMNS

if TYPE_CHECKING:
    from pipelines.export.protocol import ExportOptions
    from pipelines.storage.dataset import Dataset

FILE = "articles.parquet"
NUMBERS = {
    "id": "BIGINT", "views": "BIGINT", "duplicate_of": "BIGINT", "similarity": "DOUBLE", "revisions": "BIGINT",
    "position": "BIGINT", "size": "BIGINT", "width": "BIGINT", "height": "BIGINT",
}  # fmt: skip
#: Rows a group: duckdb holds some groups in memory, and bodies are long.
ROW_GROUP = 256
MEMORY = "512MB"
#: What duckdb frees goes back to the system at once; as it comes it keeps up to 512 MB, and 20,000 articles take twice the
#: memory of 2,000.
FLUSH = "1MB"
#: Its bar would stand in the middle of what --json prints.
QUIET = "SET enable_progress_bar = false"
SMALLEST_BUFFER = 4 << 20


class ParquetExporter:
    """articles.parquet: all that the JSON Lines export holds, with its types; addresses and media as nested lists."""

    name = "parquet"
    description = "Parquet, one file, for analysts (needs the extra: portal-crawler[parquet])"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write articles.parquet; as `Exporter.export`.

        Raises:
            ConfigurationError: the extra is not installed, or as `Exporter.export`.
        """
        try:
            import duckdb
        except ImportError as error:
            raise ConfigurationError(
                'the parquet export needs duckdb; install it with: make setup, or pip install "portal-crawler[parquet]"'
            ) from error
        report, longest = ExportReport(), 0
        with open_export(self.name, destination, options) as folder, tempfile.TemporaryDirectory() as scratch:
            lines = Path(scratch) / "articles.jsonl"
            with lines.open("w", encoding="utf-8", newline="\n") as out, ExportIndex(folder, report) as index:
                for row in chosen(dataset, options, report):
                    index.note(row)
                    line = json_text(article_record(row)) + "\n"
                    longest = max(longest, len(line.encode()))
                    out.write(line)
            if not options.dry_run:
                limits: dict[str, str | bool | int | float | list[str]] = {
                    "threads": 1,
                    "temp_directory": scratch,
                    "memory_limit": MEMORY,
                    "allocator_flush_threshold": FLUSH,
                    "allocator_bulk_deallocation_flush_threshold": FLUSH,
                }
                with duckdb.connect(config=limits) as engine:
                    engine.execute(QUIET)
                    engine.execute(statement(lines, folder.adopt(FILE), longest))
                folder.listed(FILE)
            finish(folder, dataset, options, report)
        return report


def statement(lines: Path, target: Path, longest: int) -> str:
    """The SQL that turns our JSON Lines into Parquet; every type is told, none guessed from the data.

    `longest` is the bytes of the longest line: duckdb's buffers are several times as large as what it is told here.
    """
    columns = ", ".join(f"{_text(name)}: {_text(kind)}" for name, kind in column_types().items())
    return (
        f"COPY (SELECT * FROM read_json({_text(str(lines))}, format='newline_delimited', columns={{{columns}}}, "  # noqa: S608 - COPY takes no parameters, _text quotes
        f"maximum_object_size={max(longest, SMALLEST_BUFFER)})) TO {_text(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )


def column_types() -> dict[str, str]:
    """Column -> duckdb type."""
    media = ", ".join(f'"{name}" {NUMBERS.get(name, "VARCHAR")}' for name in MEDIA_FIELDS)
    nested = {
        "flags": "VARCHAR[]",
        "urls": "VARCHAR[]",
        "images": f"STRUCT({media})[]",
        "attachments": f"STRUCT({media})[]",
    }
    return {name: NUMBERS.get(name, "VARCHAR") for name in COLUMNS} | nested


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""The index of an export: what was written of each article, so that the next export can tell what changed."""

from __future__ import annotations

import csv
import sqlite3
from typing import TYPE_CHECKING, Self

from pipelines.export.folder import ExportFolder, HashedFile, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from pipelines.export.protocol import ExportReport
    from pipelines.storage.dataset import Row

INDEX = "index.csv"
COLUMNS = ("uid", "content_hash", "status", "address", "url")


class ExportIndex:
    """Writes index.csv and counts created, changed, unchanged and removed against the one of the earlier export.

    The earlier index lives in a temporary SQLite file, so memory stays flat.
    """

    def __init__(self, folder: ExportFolder, report: ExportReport) -> None:
        self._folder = folder
        self._report = report
        self._earlier = sqlite3.connect("")
        self._opened = folder.open(INDEX)

    def __enter__(self) -> Self:
        self._earlier.execute("CREATE TABLE earlier (uid TEXT PRIMARY KEY, mark TEXT) WITHOUT ROWID")
        self._earlier.executemany("INSERT OR REPLACE INTO earlier VALUES (?, ?)", _marks(self._folder.destination))
        out = self._opened.__enter__()
        self._table = csv.writer(TextOf(out), lineterminator="\n")
        self._table.writerow(COLUMNS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._report.removed = self._earlier.execute("SELECT count(*) FROM earlier").fetchone()[0]
        self._earlier.close()
        self._opened.__exit__(kind, error, trace)

    def note(self, row: Row, status: str = "", address: str = "") -> None:
        """Take in one written article; `status` and `address` are those in the target, where it has such."""
        line = (row.uid, row.content_hash, status or row.state, address, row.url)
        found = self._earlier.execute("DELETE FROM earlier WHERE uid = ? RETURNING mark", (row.uid,)).fetchall()
        if not found:
            self._report.created += 1
        elif found[0][0] == _mark(line):
            self._report.unchanged += 1
        else:
            self._report.changed += 1
        self._table.writerow(line)


class TextOf:
    """Lets csv.writer, which writes text, write to a binary file."""

    def __init__(self, out: HashedFile) -> None:
        self.write = out.text


def _marks(folder: Path) -> Iterator[tuple[str, str]]:
    if read_manifest(folder) is None or not (folder / INDEX).is_file():
        return
    with (folder / INDEX).open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines, None)
        for line in lines:
            yield line[0], _mark(line)


def _mark(line: Sequence[str]) -> str:
    """Everything but the uid and the source address, which is no change to a reader."""
    return "\n".join(line[1:4])

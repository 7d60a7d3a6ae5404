"""The files of articles on their way into a target: safe names, the folder, its manifest, what is missing."""

from __future__ import annotations

import csv
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlsplit

from pipelines.export.index import TextOf
from pipelines.export.naming import ascii_file_name, short_hash, url_file_name

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from types import TracebackType

    from pipelines.export.folder import ExportFolder
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import MediaRow, Row

#: Names that every target, web server and file system takes as they are; handlers (Download.ashx) name no file.
_SAFE = re.compile(r"(?!.*\.(?:ashx|aspx|axd)$)[a-z0-9][a-z0-9_.-]{0,99}", re.IGNORECASE)

MANIFEST = "media.csv"
MANIFEST_COLUMNS = (
    "file", "sha256", "bytes", "content_type", "uid", "kind", "position", "role", "name", "caption", "credit", "alt", "url",
)  # fmt: skip

#: Sniffed type -> extension: a target believes the extension, so it must say what the bytes are.
EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
    "image/tiff": ".tif", "image/svg+xml": ".svg", "image/avif": ".avif", "application/pdf": ".pdf",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/zip": ".zip", "application/x-rar-compressed": ".rar", "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z", "application/rtf": ".rtf", "text/rtf": ".rtf", "text/plain": ".txt",
    "text/csv": ".csv", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "video/mp4": ".mp4", "video/webm": ".webm",
}  # fmt: skip
TYPES = {extension: kind for kind, extension in EXTENSIONS.items()} | {
    ".jpeg": "image/jpeg",
    ".rar": "application/vnd.rar",
}

#: Addresses of programs, not of files: importers refuse them because their path has no file's extension.
HANDLERS = (".ashx", ".aspx", ".asp", ".php", ".jsp", ".axd", ".cgi", ".svc", ".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A file of an article in its export.

    `file` is its path there, empty where the file itself is not stored: then only `row.url` knows it.
    """

    row: MediaRow
    file: str
    file_name: str
    content_type: str
    size: int

    @property
    def caption(self) -> str:
        """Caption with its credit, as one line."""
        return " ".join(part for part in (self.row.caption, self.row.credit) if part)


class MediaShelf:
    """Copies each stored file once into a folder of the export and writes media.csv beside it.

    `scratch` is a temporary database for the names given, so that memory stays flat. `copy` puts a file into the
    export under a name: into the folder, unless the exporter sets another (Ghost's are in its archive).
    """

    def __init__(
        self, folder: ExportFolder, options: ExportOptions, report: ExportReport, scratch: sqlite3.Connection
    ) -> None:
        self.copy: Callable[[str, Path], object] = folder.add
        self._options = options
        self._report = report
        self._scratch = scratch
        self._scratch.execute("CREATE TABLE shelf (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self._opened = folder.open(MANIFEST)

    def __enter__(self) -> Self:
        out = self._opened.__enter__()
        self._table = csv.writer(TextOf(out), lineterminator="\n")
        self._table.writerow(MANIFEST_COLUMNS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    def place(self, article: Row, place: Callable[[MediaRow], str]) -> tuple[Placed, ...]:
        """All images and attachments of an article, those that are stored copied into the folder `place` names."""
        return tuple(self._place(article, one, place(one)) for one in (*article.images, *article.attachments))

    def found(self, media: MediaRow, place: str) -> tuple[Placed, Path | None]:
        """A file as it is, or will be, in the export's folder `place`, and where it is stored; nothing is copied."""
        source = self._source(media)
        if source is None:
            name = remote_name(media.url)
            return Placed(row=media, file="", file_name=name, content_type=type_of(name), size=0), None
        extension = EXTENSIONS.get(media.content_type or "", "")
        stem = ascii_file_name(url_file_name(media.url) or media.name, extension)
        name = tagged(stem, media.sha256 or "")
        kind, size = media.content_type or type_of(name), source.stat().st_size
        return Placed(row=media, file=f"{place}/{name}", file_name=name, content_type=kind, size=size), source

    def _place(self, article: Row, media: MediaRow, place: str) -> Placed:
        placed, source = self.found(media, place)
        if source is None:
            self._report.warn("media_file_missing" if media.path else "media_not_stored", article.uid, media.url)
            return placed
        original = url_file_name(media.url)
        if not _SAFE.fullmatch(original):
            self._report.warn("media_renamed", article.uid, f"{original or media.url} -> {placed.file_name}")
        if media.fallback:
            self._report.warn("media_stands_in", article.uid, f"{media.fallback} for {media.url}")
        if self._scratch.execute("INSERT OR IGNORE INTO shelf VALUES (?)", (placed.file,)).rowcount:
            self.copy(placed.file, source)
            self._report.rows["media"] += 1
        self._table.writerow(
            (
                placed.file, media.sha256, placed.size, placed.content_type, article.uid, media.kind, media.position,
                media.role, media.name, media.caption, media.credit, media.alt, media.url,
            )
        )  # fmt: skip
        return placed

    def _source(self, media: MediaRow) -> Path | None:
        """The stored file; None where there is none, or its path would leave the media folder."""
        if not media.path or self._options.media_folder is None:
            return None
        root = self._options.media_folder.resolve()
        path = (root / media.path).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None


def tagged(name: str, sha256: str) -> str:
    """The file name with the beginning of its hash: different files never share a name, whatever they were called."""
    path = PurePosixPath(name)
    return f"{path.stem}-{sha256[:10]}{path.suffix}"


def remote_name(url: str) -> str:
    """A safe file name for an address whose file is not stored."""
    return tagged(ascii_file_name(url_file_name(url)), short_hash(url))


def type_of(name: str) -> str:
    """The media type that a file name promises; empty where it promises none."""
    return TYPES.get(PurePosixPath(name).suffix.lower(), "")


def importable(url: str) -> bool:
    """True where an importer would fetch the address: a file by its path's extension, on a public host."""
    parts = urlsplit(url)
    suffix = PurePosixPath(parts.path).suffix.lower()
    if parts.scheme not in ("http", "https") or suffix not in TYPES or suffix in HANDLERS:
        return False
    return not is_private(parts.hostname or "")


def is_private(host: str) -> bool:
    """True for loopback and private hosts, which WordPress refuses to fetch from unless they are its own."""
    if not ({".", ":"} & set(host)) or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def served_at(base: str, file: str) -> str:
    """The address of a file of the export under the base address it will be served from."""
    return f"{base.rstrip('/')}/{quote(file)}"

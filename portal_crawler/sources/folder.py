"""Reads a folder of saved pages, whatever saved them: wget, HTTrack, a browser, SingleFile or another mirror."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipelines.errors import Rejected, SourceError
from pipelines.items import Failure, Page
from portal_crawler.sources import mhtml
from portal_crawler.sources.declared import Declared, read_declared, utc
from portal_crawler.sources.decode import read_body
from portal_crawler.sources.paths import address_of_path, page_address, printable
from portal_crawler.sources.sniff import HEAD, as_text, asset_kind, page_kind

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from portal_crawler.profile import Profile

#: A browser saves "X.html" with its frames and pictures in "X_files".
SAVED_BESIDE = (".html", ".htm", ".aspx", ".xhtml")


def walk(root: Path, skipped: Counter[str]) -> Iterator[Path | Failure]:
    """The regular files below a folder, each folder in the order of its names' bytes; symbolic links are not followed.

    Raises:
        SourceError: the folder itself cannot be read.
    """
    waiting = [(root, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield path
            continue
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True)
        except OSError as error:
            if path == root:
                raise SourceError(f"{root}: {error.strerror}; give a folder that exists and may be read") from error
            yield _failure(path.absolute().as_uri(), path, "unreadable", str(error.strerror))
            continue
        for entry in found:
            if entry.is_symlink():
                skipped["symlink"] += 1
            elif entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False):
                waiting.append((Path(entry.path), entry.is_dir(follow_symlinks=False)))
            else:
                skipped["special file"] += 1


def read_file(path: Path, root: Path, profile: Profile, skipped: Counter[str]) -> Page | Failure | None:
    """The page a file of the folder `root` holds; None (and a count in `skipped`) where it holds none.

    `captured_at` is the date the saving program or SharePoint wrote into the page, else the file's time of change
    (which wget sets to the server's Last-Modified). `headers` are empty: a saved page has none, but for the
    Content-Type of an MHTML part.
    """
    relative = path.relative_to(root)
    known = asset_kind(path.name.lower().removesuffix(".gz"))
    if known:
        skipped[known] += 1
        return None
    found = address_of_path(root.absolute(), relative, profile)
    try:
        with open_itself(path) as file:
            body, content_type, declared = _read(file, path.name, profile.crawl.max_bytes)
    except Rejected as error:
        if error.reason == "no_page":
            skipped["other"] += 1
            return None
        return _failure(found.url, relative, error.reason, error.detail)
    except OSError as error:
        return _failure(found.url, relative, "unreadable", str(error.strerror))
    if not declared.saved_from and _is_frame(path):
        skipped["frame"] += 1
        return None
    url = page_address(found, declared, profile)
    return Page(
        url=url,
        requested_url=url,
        body=body,
        headers=(("Content-Type", content_type),) if content_type else (),
        captured_at=declared.saved_at or changed_at(path),
        origin="folder",
        source=printable(relative.as_posix()),
    )


def _read(file: BinaryIO, name: str, max_bytes: int) -> tuple[bytes, str, Declared]:
    """The page of an open file, its Content-Type where known, and what it declares.

    Raises:
        Rejected: `no_page` where the file is something else; else why it cannot be read.
    """
    head = file.read(HEAD)
    if mhtml.is_mhtml(name, head):
        data = _whole(file, "", max_bytes * mhtml.TIMES_LARGER)
        part = mhtml.read_mhtml(data)
        if len(part.body) > max_bytes:
            raise Rejected("too_large", f"more than {max_bytes} bytes (limit crawl.max_bytes of the profile)")
        inner = read_declared(as_text(part.body))
        saved_at = part.saved_at or inner.saved_at
        declared = Declared(
            saved_from=part.url if "://" in part.url else inner.saved_from,
            canonical=inner.canonical,
            og_url=inner.og_url,
            action=inner.action,
            saved_at=saved_at,
        )
        return part.body, part.content_type, declared
    zipped = head.startswith(b"\x1f\x8b")
    if not zipped and not page_kind(head):
        raise Rejected("no_page")
    body = _whole(file, "gzip" if zipped else "", max_bytes)
    if zipped and not page_kind(body[:HEAD]):
        raise Rejected("no_page")
    return body, "", read_declared(as_text(body))


def _whole(file: BinaryIO, encoding: str, max_bytes: int) -> bytes:
    file.seek(0)
    return read_body(file, encoding, max_bytes)


def open_itself(path: Path) -> BinaryIO:
    """Open a file but no symbolic link put in its place, and without waiting for a pipe's other end."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")


def _is_frame(path: Path) -> bool:
    """True inside the folder "X_files" that a browser put beside its "X.html"."""
    return any(
        folder.name.endswith("_files")
        and any(folder.with_name(folder.name.removesuffix("_files") + ending).exists() for ending in SAVED_BESIDE)
        for folder in path.parents
    )


def changed_at(path: Path) -> str:
    """A file's time of change, which wget sets to the server's Last-Modified; ISO 8601."""
    try:
        return utc(datetime.fromtimestamp(int(path.lstat().st_mtime), UTC))
    except (ValueError, OverflowError, OSError):  # a file system may claim any year
        return utc(datetime.fromtimestamp(0, UTC))


def _failure(url: str, path: Path, reason: str, detail: str) -> Failure:
    where = printable(path.as_posix())
    return Failure(url=url, stage="fetch", reason=reason, detail=f"{where}: {detail}" if detail else where)

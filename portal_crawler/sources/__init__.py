"""The ways in besides the live portal: saved folders, WARC, WACZ and the Wayback Machine, all as one stream of pages."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from pipelines.errors import SourceError
from portal_crawler.sources.source import Item, Source, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal_crawler.profile import Profile

__all__ = ["Item", "Source", "Wanted", "open_source"]

_WARC_ENDINGS = (".warc", ".warc.gz")


def open_source(path: Path, profile: Profile) -> Source:
    """A saved portal: a folder, a saved page (HTML, SingleFile, MHTML), a WARC or a WACZ.

    Yields pages and failures in a stable order; `origin` is "warc" for pages out of WARC and WACZ, else "folder".
    A folder's own files come first, then the WARC files in it (as one, so that a revisit finds its original in any of
    them), then its WACZ files.

    Raises:
        SourceError: there is nothing at `path`. Iterating raises it where the source as a whole cannot be read.
    """
    if not path.exists():
        raise SourceError(
            f"{path}: no such file or folder; give a folder of saved pages, or a .warc, .warc.gz or .wacz file"
        )
    return Source(
        str(path),
        lambda skipped: _read(path, profile, skipped),
        lambda wanted: _read_files(path, profile, wanted),
    )


def _read(path: Path, profile: Profile, skipped: Counter[str]) -> Iterator[Item]:
    if path.is_dir():
        yield from _read_folder(path, profile, skipped)
        return
    from portal_crawler.sources.folder import read_file

    if _is_warc(path):
        yield from _read_warcs([path], path.parent, profile, skipped)
    elif _is_wacz(path):
        yield from _read_wacz(path, path.parent, profile, skipped)
    else:
        item = read_file(path, path.parent, profile, skipped)
        if item is None:
            raise SourceError(
                f"{path}: neither a saved page nor an archive; give HTML, MHTML, .warc, .warc.gz or .wacz"
            )
        yield item


def _read_folder(root: Path, profile: Profile, skipped: Counter[str]) -> Iterator[Item]:
    from pipelines.items import Failure
    from portal_crawler.sources.folder import read_file, walk

    warcs, collections = [], []
    for found in walk(root, skipped):
        if isinstance(found, Failure):
            yield found
        elif _is_warc(found):
            warcs.append(found)
        elif _is_wacz(found):
            collections.append(found)
        else:
            item = read_file(found, root, profile, skipped)
            if item is not None:
                yield item
    if warcs:
        yield from _or_failure(_read_warcs(warcs, root, profile, skipped), root)
    for collection in collections:
        yield from _or_failure(_read_wacz(collection, root, profile, skipped), collection)


def _read_files(path: Path, profile: Profile, wanted: Wanted) -> Iterator[Item]:
    """The files at wanted addresses, whatever kind of source holds them; one that cannot be read has been told already."""
    from pipelines.items import Failure
    from portal_crawler.sources.folder import walk
    from portal_crawler.sources.folder_files import FolderFiles

    root = path if path.is_dir() else path.parent
    loose = FolderFiles(root, profile, wanted)
    warcs, collections = [], []
    for found in walk(path, Counter()) if path.is_dir() else [path]:
        if isinstance(found, Failure):
            continue
        if _is_warc(found):
            warcs.append(found)
        elif _is_wacz(found):
            collections.append(found)
        else:
            yield from loose.read(found)
    if warcs:
        yield from _or_failure(_read_warcs(warcs, root, profile, Counter(), wanted), root)
    for collection in collections:
        yield from _or_failure(_read_wacz(collection, root, profile, Counter(), wanted), collection)


def _or_failure(items: Iterator[Item], path: Path) -> Iterator[Item]:
    """One archive among others that cannot be read is a failure, not the end."""
    from pipelines.items import Failure

    try:
        yield from items
    except SourceError as error:
        yield Failure(url=path.absolute().as_uri(), stage="fetch", reason="unreadable", detail=str(error))


def _read_warcs(
    paths: list[Path], root: Path, profile: Profile, skipped: Counter[str], wanted: Wanted | None = None
) -> Iterator[Item]:
    from portal_crawler.sources.paths import printable
    from portal_crawler.sources.warc import WarcFile, read_warcs

    files = [WarcFile(printable(path.relative_to(root).as_posix()), partial(_opened, path)) for path in paths]
    return read_warcs(files, profile.crawl.max_bytes, skipped, wanted)


def _read_wacz(
    path: Path, root: Path, profile: Profile, skipped: Counter[str], wanted: Wanted | None = None
) -> Iterator[Item]:
    from portal_crawler.sources.paths import printable
    from portal_crawler.sources.wacz import read_wacz

    return read_wacz(path, printable(path.relative_to(root).as_posix()), profile.crawl.max_bytes, skipped, wanted)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _is_wacz(path: Path) -> bool:
    return path.name.lower().endswith(".wacz")


def _is_warc(path: Path) -> bool:
    return path.name.lower().endswith(_WARC_ENDINGS)

"""Reads a WACZ (web archive collection zip): its WARC files are streamed out of it, nothing is unpacked to disk."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from pipelines.errors import SourceError
from pipelines.items import Failure
from portal_crawler.sources.paths import printable
from portal_crawler.sources.warc import WarcFile, read_warcs

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from portal_crawler.sources.source import Item, Wanted

MAX_MEMBERS = 100_000
#: A WARC in a WACZ is gzip already and shrinks no further, a plain one 10- to 50-fold.
MAX_RATIO = 200
_WARC_ENDINGS = (".warc", ".warc.gz")


def read_wacz(
    path: Path, name: str, max_bytes: int, skipped: Counter[str], wanted: Wanted | None = None
) -> Iterator[Item]:
    """The pages of all WARC files in a WACZ, in the order of their names, or, with `wanted`, the files at such addresses.

    Each record carries its own address and date, so pages.jsonl and the index are not needed. Members with unsafe
    names, with a password, or that unpack to absurd sizes are refused, each with a Failure.

    Raises:
        SourceError: the file is no zip, is cut, or holds no WARC.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"{name}: no zip file that can be read ({error}); fetch it again, or give the WARC files"
        ) from error
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise SourceError(f"{name}: {len(members)} members are no WACZ (limit {MAX_MEMBERS}); give its WARC files")
        good = []
        for member in sorted(members, key=lambda one: one.filename):
            if not member.filename.lower().endswith(_WARC_ENDINGS):
                continue
            why = _refusal(member)
            if why:
                yield Failure(url=path.absolute().as_uri(), stage="fetch", reason=why[0], detail=f"{name}: {why[1]}")
            else:
                good.append(member)
        if not good:
            raise SourceError(f"{name}: holds no WARC file that may be read; give a WACZ with archive/*.warc.gz")
        yield from read_warcs([_warc_file(path, archive, member, name) for member in good], max_bytes, skipped, wanted)


def _warc_file(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> WarcFile:
    def opened() -> BinaryIO:
        stored = member.compress_type == zipfile.ZIP_STORED
        return cast("BinaryIO", _Stored(path, member) if stored else _Packed(archive, member))

    return WarcFile(f"{name}/{printable(member.filename)}", opened)


class _Stored:
    """A member that is stored as it is, which WACZ asks for: read in place, so that records can be sought.

    zipfile would refuse the end of a member with a wrong checksum; the WARC's own gzip members tell more exactly.
    """

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        self._file = path.open("rb")
        self._file.seek(member.header_offset + 26)
        name_length, extra_length = struct.unpack("<HH", self._file.read(4).ljust(4, b"\0"))
        self._start: int = member.header_offset + 30 + name_length + extra_length
        self._size = member.file_size
        self._file.seek(self._start)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self.tell())
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = self._size if whence == os.SEEK_END else self.tell() if whence == os.SEEK_CUR else 0
        self._file.seek(self._start + max(0, base + offset))
        return self.tell()

    def tell(self) -> int:
        return self._file.tell() - self._start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _Packed:
    """A compressed member as a seekable stream that ends where its data is damaged; the record there is cut short."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        try:
            self._file = archive.open(member)
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise OSError(str(error)) from error

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._file.seek(offset, whence)
        return self.tell()

    def tell(self) -> int:
        return self._file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _refusal(member: zipfile.ZipInfo) -> tuple[str, str] | None:
    """The reason and words for a member that is not read; None for a good one."""
    shown = printable(member.filename)[:200]
    posix, windows = PurePosixPath(member.filename), PureWindowsPath(member.filename)
    if posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        return "unsafe_name", f"member {shown!r} points outside of the archive"
    if member.flag_bits & 0x1:
        return "encrypted", f"member {shown!r} needs a password"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return (
            "bad_encoding",
            f"member {shown!r} is packed by method {member.compress_type}; WACZ stores WARC files as they are",
        )
    if member.file_size > MAX_RATIO * max(member.compress_size, 1024):
        return "too_large", f"member {shown!r} unpacks {member.compress_size} to {member.file_size} bytes"
    return None

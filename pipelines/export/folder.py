"""The folder of an export: whole or not there at all, never over something that is not ours."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from pipelines.errors import ConfigurationError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
GENERATOR = "portal-crawler"


class HashedFile:
    """A binary file that hashes and counts what is written to it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Write and hash; as the `write` of any binary file."""
        self._hash.update(data)
        self.bytes += len(data)
        return self._stream.write(data)

    def flush(self) -> None:
        """As the `flush` of any binary file."""
        self._stream.flush()

    def text(self, text: str) -> None:
        """Write text as UTF-8."""
        self.write(text.encode())

    @property
    def sha256(self) -> str:
        """The hash of all that was written so far, in hexadecimal."""
        return self._hash.hexdigest()


class ExportFolder:
    """A context: files go to a temporary folder beside the destination, which takes its place at the end.

    A killed or failed export leaves the destination as it was. An earlier export of ours is replaced; anything
    else in the way is refused, or with `force` kept beside it as "NAME.before-export". A dry run writes nothing.

    Raises:
        ConfigurationError: the destination holds something that is not an export of ours.
        StorageError: it cannot be written.
    """

    def __init__(self, destination: Path, *, kind: str, force: bool = False, dry_run: bool = False) -> None:
        self.destination = Path(os.path.realpath(destination))
        self.kind = kind
        self.files = 0
        self.dry_run = dry_run
        self._force = force
        self._part = self._beside(f"{os.getpid()}.partial")
        self._old = self._beside(f"{os.getpid()}.old")
        self._sums: IO[str] | None = None

    def __enter__(self) -> Self:
        with _storage_errors(self.destination):
            check_destination(self.destination, force=self._force)
            if not self.dry_run:
                _recover(self.destination)
                self._part.mkdir(parents=True)
            self._sums = self._path(CHECKSUMS).open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sums is not None:
            self._sums.close()
        if kind is not None:
            shutil.rmtree(self._part, ignore_errors=True)
            if isinstance(error, OSError):
                raise StorageError(_no_room(self.destination, error)) from error
            return
        if not self.dry_run:
            with _storage_errors(self.destination):
                self._swap()

    @contextmanager
    def open(self, name: str) -> Iterator[HashedFile]:
        """A new binary file of the export; `name` is a relative path with "/"."""
        with self._path(name).open("wb") as stream:
            out = HashedFile(stream)
            yield out
        self._listed(name, out.sha256)

    def write(self, name: str, text: str) -> None:
        """A small text file, UTF-8 with the line ends it has."""
        with self.open(name) as out:
            out.text(text)

    def add(self, name: str, source: Path) -> str:
        """Copy a file into the export in pieces; returns its SHA-256."""
        with self.open(name) as out, source.open("rb") as stream:
            while piece := stream.read(1 << 20):
                out.write(piece)
        return out.sha256

    def adopt(self, name: str) -> Path:
        """The path for a file that a library writes itself; call `listed` when it is written."""
        return self._path(name)

    def listed(self, name: str) -> None:
        """Take a file written through `adopt` into the list of checksums."""
        with self._path(name).open("rb") as stream:
            self._listed(name, hashlib.file_digest(stream, "sha256").hexdigest())

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest: the last file of an export, it names all others through their checksums."""
        assert self._sums is not None
        self._sums.close()
        sums = hashlib.sha256(self._path(CHECKSUMS).read_bytes()).hexdigest()
        manifest = {
            "generator": GENERATOR,
            "format": self.kind,
            **facts,
            "files": self.files,
            "checksums": {"file": CHECKSUMS, "sha256": sums},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        self._path(MANIFEST).write_text(text, encoding="utf-8", newline="\n")

    def _path(self, name: str) -> Path:
        """Where the file `name` is written; nowhere in a dry run."""
        if self.dry_run:
            return Path(os.devnull)
        path = self._part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _listed(self, name: str, sha256: str) -> None:
        assert self._sums is not None
        self._sums.write(f"{sha256}  {name}\n")
        self.files += 1

    def _beside(self, suffix: str) -> Path:
        return self.destination.with_name(f".{self.destination.name}.{suffix}")

    def _swap(self) -> None:
        if self.destination.exists():
            if is_ours(self.destination) or not any(self.destination.iterdir()):
                self.destination.rename(self._old)
            else:
                self.destination.rename(_free(self.destination))
        self._part.rename(self.destination)
        shutil.rmtree(self._old, ignore_errors=True)


def is_ours(folder: Path) -> bool:
    """True where the folder is an export of ours and holds nothing besides."""
    return read_manifest(folder) is not None and _stranger(folder) is None


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of an export of ours; None where the folder has none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("generator") == GENERATOR
    return manifest if ours else None


def check_destination(folder: Path, *, force: bool = False) -> None:
    """Refuse a destination that holds something that is not an earlier export of ours.

    Raises:
        ConfigurationError: naming what stands there.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder}: is a file; an export needs a folder: name another")
    if force or not folder.exists() or not any(folder.iterdir()) or is_ours(folder):
        return
    stranger = _stranger(folder) if read_manifest(folder) else None
    what = f'holds "{stranger}", which no export wrote' if stranger else "is not empty and not an earlier export"
    raise ConfigurationError(f"{folder}: {what}; name another folder, or move this one aside with --force")


def _stranger(folder: Path) -> str | None:
    """The first file, by name, in an export folder that its checksums do not list."""
    try:
        with (folder / CHECKSUMS).open(encoding="utf-8") as stream:
            listed = sum((folder / line[66:-1]).is_file() for line in stream)
    except (OSError, ValueError):
        return CHECKSUMS
    if listed + 2 == sum(1 for _ in _files(folder)):
        return None
    with (folder / CHECKSUMS).open(encoding="utf-8") as stream:
        known = {line[66:-1] for line in stream} | {MANIFEST, CHECKSUMS}
    return min((name for name in _files(folder) if name not in known), default=None)


def _files(folder: Path) -> Iterator[str]:
    """The paths of all that is no folder in a folder, relative, with "/"."""
    for place, folders, names in os.walk(folder):
        for name in (*names, *(one for one in folders if os.path.islink(os.path.join(place, one)))):  # noqa: PTH114, PTH118 - many
            yield os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")  # noqa: PTH118 - many


def _recover(destination: Path) -> None:
    """Put right what a killed export left: its partial folder goes, the folder it was replacing comes back."""
    for left in sorted(destination.parent.glob(f".{_escaped(destination.name)}.*")):
        owner, _, what = left.name[len(destination.name) + 2 :].partition(".")
        if what not in ("partial", "old") or not owner.isdigit() or _alive(int(owner)):
            continue
        if what == "old" and not destination.exists():
            left.rename(destination)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _alive(process: int) -> bool:
    if sys.platform == "win32":  # signal 0 would end the process there
        return True
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _free(destination: Path) -> Path:
    names = (f"{destination.name}.before-export{'' if n == 1 else f'-{n}'}" for n in range(1, 10_000))
    return next(path for name in names if not (path := destination.with_name(name)).exists())


def _no_room(destination: Path, error: OSError) -> str:
    return f"{destination}: cannot be written ({error.strerror or error}); make room or name another folder"


@contextmanager
def _storage_errors(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(_no_room(destination, error)) from error

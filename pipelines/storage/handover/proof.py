"""Proves a hand-over: every file is the one that was packed, nothing is missing or added, and the database is sound."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError, PortalCrawlerError, why
from pipelines.storage import media
from pipelines.storage.handover.package import DATABASE, FORMAT, MANIFEST, SUMS, sha256_of
from pipelines.storage.integrity import Damage, find_damage
from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a package.

    Raises:
        ConfigurationError: there is none, or it is not of a format this version knows.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{folder / MANIFEST}: cannot be read ({why(error)}); name the folder of a package"
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ConfigurationError(
            f"{folder / MANIFEST}: not a manifest of {FORMAT}; name the folder of a package, or update the program"
        )
    return manifest


def find_faults(folder: Path) -> Iterator[Damage]:
    """Everything that is wrong with a package; nothing for a whole one. Reads every byte.

    Raises:
        ConfigurationError: the folder is no package.
    """
    manifest = read_manifest(folder)
    yield from _files(folder, manifest)
    try:
        with closing(open_reader(folder / DATABASE, older=True)) as conn:
            for table, expected in manifest["rows"].items():
                found = conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - quoted, read-only
                if found != expected:
                    yield Damage(code="rows", detail=f"{table} has {found} rows, {expected} were packed")
            yield from find_damage(conn)
            yield from media.find_damage(conn, folder / "media")
    except PortalCrawlerError as error:
        yield Damage(code="database", detail=str(error))


def _files(folder: Path, manifest: dict[str, Any]) -> Iterator[Damage]:
    listed = {entry["path"]: entry for entry in manifest["files"]}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for path in sorted(present - listed.keys() - {MANIFEST, SUMS}):
        yield Damage(code="file_added", detail=path)
    for path, entry in listed.items():
        if path not in present:
            yield Damage(code="file_missing", detail=path)
        elif (folder / path).stat().st_size != entry["size"] or sha256_of(folder / path) != entry["sha256"]:
            yield Damage(code="file_changed", detail=path)
    sums = {path: entry["sha256"] for path, entry in listed.items()} | {MANIFEST: sha256_of(folder / MANIFEST)}
    if _sums(folder) != sums:
        yield Damage(code="sums", detail=f"{SUMS} and {MANIFEST} disagree")


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}

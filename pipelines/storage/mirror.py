"""Copies the files of articles beside a backup: each once, proven by its name, what is there already left alone."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

from pipelines.errors import StorageError
from pipelines.storage.handover.package import sha256_of
from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    from pathlib import Path


def mirror_media(database: Path, source: Path, target: Path) -> int:
    """Copy every file that a database names and `target` lacks; returns how many. A file appears whole or not at all.

    Raises:
        StorageError: a file is missing or not what its row says, or the target cannot be written.
    """
    copied = 0
    with closing(open_reader(database, older=True)) as conn:
        rows = conn.execute("SELECT path, sha256, size FROM media ORDER BY path").fetchall()
    for path, sha256, size in rows:
        place = target / path
        if place.is_file() and place.stat().st_size == size:
            continue
        draft = place.with_name(f".{place.name}.{os.getpid()}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / path, draft)
            if sha256_of(draft) != sha256:
                raise StorageError(f"{source / path}: not what its row says; crawl again, it fetches the file anew")
            draft.replace(place)
        except OSError as error:
            raise StorageError(f"{source / path}: cannot be copied to {place} ({error.strerror or error})") from error
        finally:
            draft.unlink(missing_ok=True)
        copied += 1
    return copied

"""One writer at a time: a lock that the system releases when the process dies, and that says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.errors import LockedError, StorageError

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """An exclusive lock beside the database (`portal.db.lock`), taken on construction.

    The file stays when the lock is released: removing it would let two writers lock two files of one name.

    Raises:
        LockedError: another process (or another Store of this one) holds it; the message says who, since when.
        StorageError: the lock file cannot be made.
    """

    def __init__(self, database: Path, command: str) -> None:
        self.path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(
                f"{self.path}: cannot be made ({error.strerror}); make its folder writable and run again"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(self._descriptor)
            os.close(self._descriptor)
            raise LockedError(f"{database}: held by {holder}; wait for it to end, or end it, then run again") from error
        # a forked child shares the lock: without this, one that outlives a killed crawl would hold it on
        os.register_at_fork(after_in_child=self._close)
        self._write(command)

    def release(self) -> None:
        """Give the lock up; a second call does nothing."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            self._close()

    def _write(self, command: str) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        record = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": since}
        with suppress(OSError):  # who holds it is a courtesy: on a full disk the lock itself still holds
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps(record).encode(), 0)

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _holder(descriptor: int) -> str:
    try:
        record = json.loads(os.pread(descriptor, 4096, 0))
    except (OSError, ValueError):
        return "another process"
    command = f'"{record["command"]}"' if record["command"] else "another command"
    return f"{command} (process {record['pid']} on {record['host']}, since {record['since']})"

"""Says who is writing to a database now, without taking its lock away from anybody."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that writes: its command, id, machine, and since when (ISO 8601)."""

    command: str
    pid: int
    host: str
    since: str


def lock_holder(database: Path) -> Holder | None:
    """Who holds the database; None where nobody does.

    The lock is tested, for an instant, only where the note beside it says that somebody may hold it: testing takes
    it, and a crawl that starts in that instant would be refused.
    """
    try:
        descriptor = os.open(database.with_name(database.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        holder = _noted(os.pread(descriptor, 4096, 0))
        if holder is None or not _may_live(holder):
            return None
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return holder
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def _noted(text: bytes) -> Holder | None:
    try:
        record: dict[str, Any] = json.loads(text)
        return Holder(**{name: record[name] for name in Holder.__slots__})
    except (ValueError, KeyError, TypeError):
        return None


def _may_live(holder: Holder) -> bool:
    """False only where this machine knows that the process has ended."""
    if holder.host != socket.gethostname():
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

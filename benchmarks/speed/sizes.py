"""How much room captures take, beside zlib at its best."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from benchmarks.speed.site import PORTAL
from pipelines.storage.captures import iter_capture_ids, read_capture
from pipelines.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

#: One capture in so many is packed again with zlib, which takes ten times as long as all else.
_EVERY = 5


def capture_sizes(database: Path) -> dict[str, Any]:
    """Mean bytes a page: as sent, by zlib level 9, as kept in the database, and its share of the dictionaries.

    {"captures": n, "sent", "zlib", "kept", "dictionaries"}
    """
    sent = zipped = kept = 0
    with Store.open(database, command="benchmark") as store:
        ids = list(iter_capture_ids(store.conn, PORTAL))
        for capture_id in ids[::_EVERY]:
            body = read_capture(store.conn, capture_id).body
            sent += len(body)
            zipped += len(zlib.compress(body, 9))
            kept += store.conn.execute("SELECT length(body) FROM captures WHERE id = ?", (capture_id,)).fetchone()[0]
        dictionaries = store.conn.execute("SELECT sum(length(dictionary)) FROM capture_dictionaries").fetchone()[0] or 0
    pages = len(ids[::_EVERY])
    return {
        "captures": len(ids),
        "sent": sent / pages,
        "zlib": zipped / pages,
        "kept": kept / pages,
        "dictionaries": dictionaries / len(ids),
    }

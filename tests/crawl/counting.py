"""Runs the command as it is, and writes down what its main process asked of SQLite.

python -m tests.crawl.counting OUT WORDS…
"""

from __future__ import annotations

import atexit
import json
import sqlite3
import sys
from collections import Counter
from pathlib import Path

counts: Counter[str] = Counter()
real = sqlite3.connect


def note(statement: str) -> None:
    if statement.startswith("--"):  # what a trigger does
        return
    counts["statements"] += 1
    counts[statement.split(None, 1)[0].upper()] += 1


def connect(*args, **kwargs):
    conn = real(*args, **kwargs)
    conn.set_trace_callback(note)
    return conn


if __name__ == "__main__":
    out = Path(sys.argv[1])
    sqlite3.connect = connect
    atexit.register(lambda: out.write_text(json.dumps(counts), encoding="utf-8"))
    sys.argv[:2] = ["portal-crawler"]
    from portal_crawler.cli import main

    main()

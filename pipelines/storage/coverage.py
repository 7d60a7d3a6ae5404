"""Stores what of each version arrived, and answers how much of a portal did."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.coverage import KINDS, Coverage, Missing, Tally

if TYPE_CHECKING:
    import sqlite3

_COUNTS = tuple(f"{kind}_{name}" for kind in KINDS for name in ("source", "aside", "arrived"))
_COLUMNS = ("revision_id", "region", "share", *_COUNTS, "missing", "chrome_version")
_READ = ("region", *_COUNTS, "missing", "chrome_version")
_INSERT = f"INSERT INTO article_coverage ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - constants of ours
_COPY = f"INSERT INTO article_coverage SELECT ?, {', '.join(_COLUMNS[1:])} FROM article_coverage WHERE revision_id = ?"  # noqa: S608 - constants of ours
_BOX = ("place", "key", "heading", "before", "text", "removed")


def replace(conn: sqlite3.Connection, revision_id: int, coverage: Coverage | None) -> None:
    """Keep the coverage of a version in the place of what was known of it."""
    conn.execute("DELETE FROM article_coverage WHERE revision_id = ?", (revision_id,))
    conn.execute("DELETE FROM article_boxes WHERE revision_id = ?", (revision_id,))
    add(conn, revision_id, coverage)


def add(conn: sqlite3.Connection, revision_id: int, coverage: Coverage | None) -> None:
    """Keep the coverage of a version of which nothing is known yet."""
    if coverage is None:
        return
    counts = [getattr(getattr(coverage, kind), name) for kind in KINDS for name in ("source", "aside", "arrived")]
    missing = json.dumps([asdict(one) for one in coverage.missing], ensure_ascii=False)
    conn.execute(_INSERT, (revision_id, coverage.region, coverage.share, *counts, missing, coverage.chrome_version))
    conn.executemany(
        "INSERT INTO article_boxes (revision_id, position, place, key, heading, before, text, removed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (revision_id, position, *(getattr(box, name) for name in _BOX[:-1]), int(box.removed))
            for position, box in enumerate(coverage.boxes, 1)
        ],
    )


def copy(conn: sqlite3.Connection, revision_id: int, source: int) -> None:
    """A version whose text came back has the coverage of that text."""
    conn.execute(_COPY, (revision_id, source))
    conn.execute(
        "INSERT INTO article_boxes SELECT ?, position, place, key, heading, before, text, removed FROM article_boxes "
        "WHERE revision_id = ?",
        (revision_id, source),
    )


def read(conn: sqlite3.Connection, revision_id: int) -> Coverage | None:
    """The coverage of a version, without its boxes; None where it was not measured (an unknown source, an old database)."""
    if not _is_kept(conn):
        return None
    row = conn.execute(
        f"SELECT {', '.join(_READ)} FROM article_coverage WHERE revision_id = ?",  # noqa: S608 - constants of ours
        (revision_id,),
    ).fetchone()
    if row is None:
        return None
    values = dict(zip(_READ, row, strict=True))
    words, images, cells, links = (
        Tally(**{name: values[f"{kind}_{name}"] for name in ("source", "aside", "arrived")}) for kind in KINDS
    )
    return Coverage(
        words=words,
        images=images,
        cells=cells,
        links=links,
        missing=tuple(Missing(**one) for one in json.loads(values["missing"])),
        region=values["region"],
        chrome_version=values["chrome_version"],
    )


def of_capture(conn: sqlite3.Connection, capture_id: int) -> tuple[Coverage | None, list[str]]:
    """The coverage and the flags of the version that was first read from a capture; (None, []) without one."""
    row = conn.execute("SELECT id, flags FROM article_revisions WHERE capture_id = ?", (capture_id,)).fetchone()
    return (read(conn, row[0]), json.loads(row[1])) if row else (None, [])


def summary(conn: sqlite3.Connection, portal: str) -> dict[str, Any]:
    """What arrived of a portal's current versions: `articles` measured, `low` of them flagged, words and the lowest share."""
    names = ("articles", "words_arrived", "words_wanted", "lowest", "low")
    if not _is_kept(conn):
        return {**dict.fromkeys(names, 0), "lowest": None}
    row = conn.execute(
        """
        SELECT count(*), coalesce(sum(c.words_arrived), 0), coalesce(sum(c.words_source - c.words_aside), 0), min(c.share),
               (SELECT count(*) FROM article_flags f JOIN articles b ON b.id = f.article_id
                 WHERE b.portal = ?1 AND f.flag = 'coverage_low')
          FROM article_coverage c JOIN articles a ON a.revision_id = c.revision_id WHERE a.portal = ?1
        """,
        (portal,),
    ).fetchone()
    return dict(zip(names, row, strict=True))


def _is_kept(conn: sqlite3.Connection) -> bool:
    """False for a database that no writer has brought up to date yet."""
    return bool(conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'article_coverage'").fetchone()[0])

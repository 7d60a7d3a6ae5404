"""Keeps cited documents and named places in line with the articles' versions and the rules that read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.civic.places import home_of
from pipelines.civic.reading import RULES, CivicReading, read_civic

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from pipelines.civic.citations import Citation
    from pipelines.civic.units import Unit

#: Versions read in one transaction.
CHUNK = 200


def basis_of(home: str) -> str:
    """What a reading rests on besides the text: it is made anew when this changes."""
    return f"{RULES}:{home}"


def unread_revisions(conn: sqlite3.Connection, portal: str, home: str) -> Iterator[list[int]]:
    """The ids of versions that were not read yet as they are now, by these rules, in chunks."""
    last = 0
    while True:
        # CROSS JOIN keeps SQLite to the versions in their order: it would sort all articles of the portal for each chunk
        chunk = [
            revision_id
            for (revision_id,) in conn.execute(
                "SELECT r.id FROM article_revisions r CROSS JOIN articles a ON a.id = r.article_id "
                "LEFT JOIN civic_readings c ON c.revision_id = r.id "
                "WHERE a.portal = ? AND r.id > ? AND c.basis IS NOT ? || r.content_hash ORDER BY r.id LIMIT ?",
                (portal, last, f"{basis_of(home)}:", CHUNK),
            )
        ]
        if not chunk:
            return
        yield chunk
        last = chunk[-1]


def read_revisions(conn: sqlite3.Connection, revisions: list[int], home: str) -> None:
    """Read versions anew and replace what was kept of them, in the open transaction."""
    where = home_of(home)
    rows: dict[Unit, int] = {}
    for revision_id in revisions:
        title, body, published, captured, content = conn.execute(
            "SELECT title, body_text, published_at, captured_at, content_hash FROM article_revisions WHERE id = ?",
            (revision_id,),
        ).fetchone()
        found = read_civic(title, body, (published or captured)[:10], where)
        for table in ("document_citations", "article_places"):
            conn.execute(f"DELETE FROM {table} WHERE revision_id = ?", (revision_id,))  # noqa: S608 - the names above
        _write_citations(conn, revision_id, found, {"title": title, "body_text": body})
        _write_places(conn, revision_id, found, {"title": title, "body_text": body}, rows)
        conn.execute(
            "INSERT INTO civic_readings (revision_id, basis, rules) VALUES (?, ?, ?) "
            "ON CONFLICT (revision_id) DO UPDATE SET basis = excluded.basis, rules = excluded.rules",
            (revision_id, f"{basis_of(home)}:{content}", RULES),
        )


def forget_uncited(conn: sqlite3.Connection) -> None:
    """Delete documents that no version cites any more, in the open transaction."""
    conn.execute("DELETE FROM cited_documents WHERE id NOT IN (SELECT document_id FROM document_citations)")


def _write_citations(conn: sqlite3.Connection, revision_id: int, found: CivicReading, texts: dict[str, str]) -> None:
    conn.executemany(
        "INSERT INTO document_citations (revision_id, position, document_id, field, span_start, span_end, number, written) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                revision_id,
                position,
                _document(conn, one),
                name,
                one.start,
                one.end,
                one.number,
                texts[name][one.start : one.end],
            )
            for position, (name, one) in enumerate(found.citations, 1)
        ],
    )


def _document(conn: sqlite3.Connection, one: Citation) -> int:
    identity = (one.kind, one.symbol, one.year, one.date, one.issued_by)
    row = conn.execute(
        "SELECT id FROM cited_documents WHERE (kind, symbol, year, date, issued_by) = (?, ?, ?, ?, ?)", identity
    ).fetchone()
    if row:
        return int(row[0])
    cursor = conn.execute(
        "INSERT INTO cited_documents (kind, symbol, year, date, issued_by, issuer) VALUES (?, ?, ?, ?, ?, ?)",
        (*identity, one.issuer),
    )
    return int(cursor.lastrowid or 0)


def _write_places(
    conn: sqlite3.Connection, revision_id: int, found: CivicReading, texts: dict[str, str], known: dict[Unit, int]
) -> None:
    """Write the places of a version; `known` are the rows of units met before in this transaction."""
    issuing = [(name, one.start, one.end) for name, one in found.citations]
    rows: list[tuple[object, ...]] = []
    for position, (name, one) in enumerate(found.places, 1):
        issues = any(field == name and start <= one.start and one.end <= end for field, start, end in issuing)
        rows.append(
            (
                revision_id, position, name, one.start, one.end, texts[name][one.start : one.end],
                ("issuer" if issues else "office") if one.office else "place", one.office,
                _place(conn, one.unit, known) if one.unit else None, one.how,
                json.dumps([unit.full_name for unit in one.candidates], ensure_ascii=False),
            )
        )  # fmt: skip
    conn.executemany(
        "INSERT INTO article_places (revision_id, position, field, span_start, span_end, written, role, office, place_id, "
        "resolved_by, candidates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _place(conn: sqlite3.Connection, unit: Unit, known: dict[Unit, int]) -> int:
    """The row of a unit, written with what it lies in and what follows it where it is new."""
    if unit in known:
        return known[unit]
    identity = (unit.full_name, unit.code, unit.valid_from)
    row = conn.execute("SELECT id FROM places WHERE (full_name, code, valid_from) = (?, ?, ?)", identity).fetchone()
    if row:
        return known.setdefault(unit, row[0])
    parent = _place(conn, unit.parent, known) if unit.parent else None
    cursor = conn.execute(
        "INSERT INTO places (full_name, code, valid_from, level, kind, name, parent_id, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*identity, unit.level, unit.kind, unit.name, parent, unit.valid_to),
    )
    known[unit] = place_id = int(cursor.lastrowid or 0)
    conn.executemany(
        "INSERT INTO place_successors (place_id, successor_id) VALUES (?, ?)",
        [(place_id, _place(conn, one, known)) for one in unit.successors],
    )
    return place_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One document or place as `explain` shows it: what it is, as written, and the line of the text it stands in."""

    what: str
    written: str
    how: str
    sentence: str


def cited_in(conn: sqlite3.Connection, revision_id: int) -> tuple[Named, ...]:
    """The documents that a version cites, in reading order."""
    rows = conn.execute(
        "SELECT d.kind, d.symbol, d.issuer, d.issued_by, d.date, d.year, c.written, c.field, c.span_start, c.span_end, "
        "r.title, r.body_text FROM document_citations c JOIN cited_documents d ON d.id = c.document_id "
        "JOIN article_revisions r ON r.id = c.revision_id WHERE c.revision_id = ? ORDER BY c.position",
        (revision_id,),
    )
    return tuple(
        Named(
            what=symbol if symbol.startswith(kind) else f"{kind} {symbol}",
            written=written,
            how=", ".join(part for part in (date or year, issued_by or issuer) if part),
            sentence=_sentence(title if field == "title" else body, start, end),
        )
        for kind, symbol, issuer, issued_by, date, year, written, field, start, end, title, body in rows
    )


def places_in(conn: sqlite3.Connection, revision_id: int) -> tuple[Named, ...]:
    """The places and offices that a version names, in reading order."""
    rows = conn.execute(
        "SELECT m.office, p.full_name, m.candidates, m.written, m.resolved_by, m.field, m.span_start, m.span_end, "
        "(SELECT group_concat(full_name, '; ') FROM (SELECT s.full_name FROM place_successors n "
        "JOIN places s ON s.id = n.successor_id WHERE n.place_id = p.id ORDER BY s.full_name)), r.title, r.body_text "
        "FROM article_places m LEFT JOIN places p ON p.id = m.place_id JOIN article_revisions r ON r.id = m.revision_id "
        "WHERE m.revision_id = ? ORDER BY m.position",
        (revision_id,),
    )
    return tuple(
        Named(
            what=" of ".join(part for part in (office, place or " or ".join(json.loads(candidates))) if part),
            written=written,
            how=how + (f"; since 1 July 2025: {later}" if later else ""),
            sentence=_sentence(title if field == "title" else body, start, end),
        )
        for office, place, candidates, written, how, field, start, end, later, title, body in rows
    )


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a span; ends of sentences are those before a capital letter."""
    begin = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start) + 1) + 1
    stops = [at for at in (text.find("\n", end), text.find(". ", end)) if at >= 0]
    return text[begin : min(stops, default=len(text))].strip()

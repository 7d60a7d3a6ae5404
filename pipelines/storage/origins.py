"""Answers for every field of an article where its value came from, and what was done to it on the way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.adjustments import adjustments

if TYPE_CHECKING:
    import sqlite3

    from pipelines.storage.provenance import Note

#: Fields that were read from the page; each has run, address, capture, layout, extractor, and a note where there is one.
PAGE_FIELDS = (
    "title", "summary", "author", "category", "published_at", "updated_at", "language", "alternate_url",
    "body_text", "body_html", "views", "images", "attachments",
)  # fmt: skip
#: Fields that the crawl made.
MADE_FIELDS = (
    "id", "uid", "portal", "key", "url", "state", "duplicate_of", "duplicate_of_uid", "duplicate_kind", "similarity",
    "first_seen_at", "last_seen_at", "captured_at", "origin", "content_hash", "revisions", "media",
)  # fmt: skip
#: Other names under which fields are asked for.
ALIASES = {
    "section": "category",
    "duplicate": "duplicate_of",
    "date": "published_at",
    "body": "body_text",
    "lead": "summary",
}

#: What holds for a field whatever the page, where no note tells more.
_RULES = {
    "body_html": "the blocks of body_text as markup, through an allow-list of elements and attributes",
    "images": "the pictures among the blocks of body_text, in reading order, and those of a form's picture fields",
    "attachments": "the links to files in the body and below it, and those of a form's attachments",
}
_PAGE_FLAGS = {
    "charset_lied": "the bytes are not in the encoding that the page or its server declares; another was used",
    "bytes_replaced": "some bytes are no text in the page's encoding and were replaced",
    "too_deep_flattened": "the markup is nested deeper than parsers allow and was flattened",
}
_OFFSET = re.compile(r"(?P<file>.+)@(?P<offset>\d+)")

#: One line of an answer: what it tells ("rule", "raw", "lost", "adjusted", "run", …), and the text.
Step = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A field's value, and in order how it came about."""

    field: str
    value: Any
    steps: tuple[Step, ...]


class Origins:
    """The origins of one article's fields; `notes` are those of its current version."""

    def __init__(self, conn: sqlite3.Connection, article_id: int, notes: tuple[Note, ...]) -> None:
        self._conn = conn
        self._id = article_id
        self._notes = notes
        self._article = self._row("SELECT * FROM v_articles WHERE id = ?", article_id)
        self._version = self._row(
            "SELECT r.* FROM article_revisions r JOIN articles a ON a.revision_id = r.id WHERE a.id = ?", article_id
        )
        self._lists = {name: json.loads(self._version[name]) for name in ("images", "attachments", "flags")}

    def of(self, field: str) -> Origin:
        """The origin of one of PAGE_FIELDS or MADE_FIELDS."""
        value = self._lists[field] if field in self._lists else self._article.get(field)
        if field in PAGE_FIELDS:
            return Origin(field=field, value=value, steps=tuple(self._read(field, value)))
        made = getattr(self, f"_made_{field}", None)
        if field == "media":
            value = self._media()
        return Origin(field=field, value=value, steps=tuple(made() if made else self._of_version()))

    # --- read from the page

    def _read(self, field: str, value: Any) -> list[Step]:
        steps: list[Step] = []
        notes = [note for note in self._notes if note.field == field]
        inferred = self._inferred_date() if field == "published_at" else None
        if inferred:
            steps += inferred
            notes = []
        for note in notes:
            steps.append(("rule", note.rule))
            if note.raw:
                steps.append(("raw", note.raw))
            steps += [("lost", f"{rule}: {other}") for rule, other in note.others]
            if note.problem:
                steps.append(("problem", note.problem))
            steps += [("adjusted", done) for done in adjustments(field, note.raw, value)]
        if not notes and not inferred:
            empty = value in (None, "", [])
            steps.append(
                ("rule", _RULES.get(field) or ("none matched" if empty else "not on record; read by an older version"))
            )
        if field == "views":
            return [*steps, *self._views()]
        if field == "published_at":
            steps += self._weighed()
        return [*steps, *self._of_version()]

    def _inferred_date(self) -> list[Step]:
        """Why an article has a date that its page does not give; empty where it has none of that kind."""
        row = self._conn.execute("SELECT rule, run_id FROM inferred_dates WHERE article_id = ?", (self._id,)).fetchone()
        if row is None:
            return []
        return [
            ("rule", row[0]),
            (
                "inferred",
                f"the page gives no date; all lists and feeds that show the article name this day (run {row[1]})",
            ),
        ]

    def _weighed(self) -> list[Step]:
        """How sure the date is, and what speaks for and against it beyond the page itself."""
        rows = self._conn.execute(
            "SELECT source, coalesce(value, raw), stands, confidence, count(*) FROM v_date_evidence "
            "WHERE article_id = ? AND source IN ('listing', 'feed', 'first_capture') GROUP BY 1, 2, 3, 4 ORDER BY source, value",
            (self._id,),
        ).fetchall()
        steps = [("confidence", rows[0][3])] if rows else []
        for source, value, stands, _, count in rows:
            ways = f" (written in {count} ways)" if count > 1 else ""
            steps.append((stands.replace("_", " "), f"{source}: {value}{ways}"))
        return steps

    def _views(self) -> list[Step]:
        row = self._conn.execute(
            "SELECT seen_at, capture_id, run_id FROM article_sightings WHERE article_id = ? AND views IS NOT NULL "
            "ORDER BY ordered_at DESC, id DESC LIMIT 1",
            (self._id,),
        ).fetchone()
        if row is None:
            return self._of_version()
        kept = self._conn.execute("SELECT count(*) FROM view_counts WHERE article_id = ?", (self._id,)).fetchone()[0]
        return [
            ("seen", f"{row[0]}, the newest of {kept} in view_counts"),
            ("run", str(row[2])),
            *self._capture(row[1]),
            *self._reader(),
        ]

    def _of_version(self) -> list[Step]:
        return [
            ("run", str(self._version["run_id"])),
            ("address", self._version["url"]),
            *self._capture(self._version["capture_id"]),
            *self._reader(),
            *(("adjusted", _PAGE_FLAGS[flag]) for flag in self._lists["flags"] if flag in _PAGE_FLAGS),
            *(("adjusted", note.rule) for note in self._notes if note.field == "page"),
        ]

    def _reader(self) -> list[Step]:
        return [
            ("layout", self._version["layout"] or "not named"),
            ("extractor", self._version["extractor"] or "unknown"),
        ]

    def _capture(self, capture_id: int | None) -> list[Step]:
        if capture_id is None:
            return [("capture", "none kept")]
        row = self._row(
            "SELECT id, url, requested_url, redirects, source, sha256, size, captured_at, origin FROM captures WHERE id = ?",
            capture_id,
        )
        steps = [
            (
                "capture",
                f"{row['id']}, {row['captured_at']} ({row['origin']}), {row['size']} bytes, SHA-256 {row['sha256'][:16]}…",
            )
        ]
        if row["source"]:
            record = _OFFSET.fullmatch(row["source"])
            steps.append(("file", f"{record['file']}, record at byte {record['offset']}" if record else row["source"]))
        way = [*json.loads(row["redirects"]), row["url"]]
        asked = row["requested_url"]
        if asked and asked != way[0]:
            way.insert(0, asked)
        if len(way) > 1:
            steps.append(("redirected", " -> ".join(way)))
        if row["url"] != self._version["url"] and self._version["capture_id"] == capture_id:
            steps.append(("kept as", f"{self._version['url']} (the item's lasting address)"))
        return steps

    # --- made by the crawl

    def _made_id(self) -> list[Step]:
        return [("rule", "the row in this database; uid is the same in every database")]

    def _made_uid(self) -> list[Step]:
        return [("rule", "UUIDv5 of portal and key"), ("raw", f"{self._article['portal']}:{self._article['key']}")]

    def _made_portal(self) -> list[Step]:
        return [("rule", "the profile it was crawled with"), *self._first_run()]

    def _made_key(self) -> list[Step]:
        return [
            ("rule", "source key: host, lower-cased path, list or page, item id"),
            ("raw", self._version["url"]),
            *self._first_run(),
        ]

    def _made_url(self) -> list[Step]:
        known = self._conn.execute(
            "SELECT url, first_run_id FROM article_urls WHERE article_id = ? ORDER BY url", (self._id,)
        ).fetchall()
        also = [("known as", f"{url} (run {run})") for url, run in known if url != self._article["url"]]
        routes = self._conn.execute(
            "SELECT route, seen_in, run_id FROM article_routes WHERE article_id = ? ORDER BY run_id, route", (self._id,)
        )
        found = [
            ("found by", f"{route}" + (f" on {page}" if page else "") + f" (run {run})") for route, page, run in routes
        ]
        return [*self._of_version(), *also, *found]

    def _made_state(self) -> list[Step]:
        changes = self._conn.execute(
            "SELECT code, detail, at, run_id FROM findings WHERE article_id = ? AND code LIKE 'state_%' ORDER BY id",
            (self._id,),
        ).fetchall()
        steps = [("rule", "live from its first capture on" if not changes else "changed by the portal's answers")]
        steps += [(code.removeprefix("state_"), f"{at}, run {run}: {detail}") for code, detail, at, run in changes]
        failed = self._conn.execute(
            "SELECT f.reason, f.url, f.at, f.run_id, f.capture_id FROM failures f JOIN article_urls u ON u.portal = f.portal AND u.url = f.url "
            "WHERE u.article_id = ? AND f.resolved_run_id IS NULL ORDER BY f.id",
            (self._id,),
        )
        for reason, url, at, run, capture in failed:
            kept = f", capture {capture}" if capture is not None else ""
            steps.append(("proof", f"{reason} of {url} at {at}, run {run}{kept}"))
        return [*steps, *self._made_last_seen_at()]

    def _made_duplicate_of(self) -> list[Step]:
        row = self._conn.execute(
            "SELECT relation, kept, added, duplicate_kind, similarity, head_uid, head_title, head_published_at, head_category, head_url "
            "FROM v_repeats WHERE article_id = ?",
            (self._id,),
        ).fetchone()
        copies = self._conn.execute(
            "SELECT uid, relation, title FROM v_repeats WHERE head_uid = ? ORDER BY uid", (self._article["uid"],)
        )
        repeated = [("repeated by", f"{uid} ({relation}): {title}") for uid, relation, title in copies]
        if row is None:
            rule = (
                "the earliest published of its group"
                if repeated
                else "no other article of the portal has this text, or one near to it"
            )
            marked = self._article["duplicate_of"] is not None
            return [("rule", "marked by an older version; the next run tells how" if marked else rule), *repeated]
        relation, kept, added, kind, similarity, uid, title, day, section, url = row
        return [
            ("rule", f"{kind}: similarity {similarity:.2f}, same values in the same places; {relation}"),
            ("shared", f"has {kept:.0%} of the head's text; {added:.0%} of its own is new"),
            ("head", f"{uid}, {day or 'undated'}, {section or 'no section'}: {title}"),
            ("head is at", url),
            ("head rule", "earliest published, then lowest source key"),
            *repeated,
        ]

    _made_duplicate_of_uid = _made_duplicate_kind = _made_similarity = _made_duplicate_of

    def _made_first_seen_at(self) -> list[Step]:
        return self._sighting("ordered_at, id", "the first sighting in order of time")

    def _made_last_seen_at(self) -> list[Step]:
        return self._sighting("ordered_at DESC, id DESC", "the last sighting in order of time")

    def _made_content_hash(self) -> list[Step]:
        return [
            ("rule", "SHA-256 of what a reader sees: title, lead, author, section, dates, body, pictures, files"),
            *self._of_version(),
        ]

    def _made_revisions(self) -> list[Step]:
        rows = self._conn.execute(
            "SELECT number, captured_at, run_id FROM article_revisions WHERE article_id = ? ORDER BY number",
            (self._id,),
        )
        return [
            ("rule", "sightings in order of time; each run of equal content_hash is one version"),
            *(("version", f"{number}, first captured {at}, run {run}") for number, at, run in rows),
        ]

    def _made_media(self) -> list[Step]:
        return [("rule", "the files of images and attachments, fetched after all pages"), *self._of_version()]

    def _media(self) -> list[dict[str, Any]]:
        cursor = self._conn.execute(
            "SELECT am.kind, am.position, am.role, am.url, am.caption, am.credit, m.path, m.sha256, m.content_type, m.size, "
            "coalesce(f.state, 'not asked for') AS state, coalesce(f.reason, '') AS reason, coalesce(f.run_id, m.run_id) AS run "
            "FROM article_media am LEFT JOIN media m ON m.id = am.media_id "
            "LEFT JOIN media_fetches f ON f.portal = ? AND f.url = am.url "
            "WHERE am.article_id = ? ORDER BY am.kind DESC, am.position",
            (self._article["portal"], self._id),
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _sighting(self, order: str, rule: str) -> list[Step]:
        seen_at, origin, capture, run = self._conn.execute(
            "SELECT seen_at, origin, capture_id, run_id FROM article_sightings WHERE article_id = ? "  # noqa: S608 - constants of ours
            f"ORDER BY {order} LIMIT 1",
            (self._id,),
        ).fetchone()
        return [("rule", rule), ("seen", f"{seen_at} ({origin})"), ("run", str(run)), *self._capture(capture)]

    def _first_run(self) -> list[Step]:
        row = self._conn.execute("SELECT first_run_id FROM articles WHERE id = ?", (self._id,)).fetchone()
        return [("run", str(row[0]))]

    def _row(self, query: str, value: int) -> dict[str, Any]:
        cursor = self._conn.execute(query, (value,))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

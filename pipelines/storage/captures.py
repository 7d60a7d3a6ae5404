"""Keeps every page as it came, packed, so that extraction can be improved after the portal is gone."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from pipelines.errors import ConfigurationError, StorageError
from pipelines.items import Page
from pipelines.storage import capture_codec
from pipelines.storage.capture_codec import Dictionary
from pipelines.storage.times import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

#: Values of `captures.codec`. "same": the body is that of the URL's nearest earlier capture with the same SHA-256.
PLAIN, WITH_DICTIONARY, SAME = "zstd", "zstd+dictionary", "same"

#: A portal's first dictionary comes with this many captures, each further one with sixteen times as many: templates and
#: sections that the first pages did not show are in the next.
FIRST_DICTIONARY_AT, NEXT_TIMES = 80, 16
#: Pages that a dictionary is chosen from; of three times as many it comes out equal (2 % to either side).
SAMPLES = 32
_CHUNK = 200

_FIELDS = (
    "id", "portal", "url", "requested_url", "method", "request_body", "status", "headers", "redirects", "codec",
    "dictionary_id", "sha256", "captured_at", "origin", "source", "body",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM captures"  # noqa: S608 - our own column names


class Writer(Protocol):
    """Whatever holds the one writing connection, inside a transaction: the Store."""

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection."""
        ...


class _Dictionaries:
    """What is remembered of one connection: dictionaries, and with how many captures a portal is due for its next."""

    def __init__(self) -> None:
        self.known: dict[int, Dictionary] = {}
        self.count: dict[str, int] = {}
        self.due: dict[str, int] = {}

    def get(self, conn: sqlite3.Connection, dictionary_id: int | None) -> Dictionary | None:
        """A dictionary by its id; None for None."""
        if dictionary_id is None:
            return None
        if dictionary_id not in self.known:
            row = _one(conn, "SELECT dictionary FROM capture_dictionaries WHERE id = ?", (dictionary_id,))
            if row is None:
                raise StorageError(f'dictionary {dictionary_id} of the captures is missing; run "portal-crawler check"')
            self.known[dictionary_id] = Dictionary(dictionary_id, row[0])
        return self.known[dictionary_id]

    def newest(self, conn: sqlite3.Connection, portal: str) -> Dictionary | None:
        """The dictionary to pack with; asked of the database each time, for a rollback may have taken one back."""
        query = "SELECT max(CASE WHEN portal = ? THEN id END), ifnull(max(id), 0) FROM capture_dictionaries"
        newest, highest = _one(conn, query, (portal,)) or (None, 0)
        for taken_back in [known for known in self.known if known > highest]:
            del self.known[taken_back]
        return self.get(conn, newest)

    def is_due(self, conn: sqlite3.Connection, portal: str) -> bool:
        """True where the capture about to be kept should find a newer dictionary."""
        if portal not in self.count:
            made = _one(conn, "SELECT count(*) FROM capture_dictionaries WHERE portal = ?", (portal,)) or (0,)
            kept = _one(conn, "SELECT count(*) FROM captures WHERE portal = ?", (portal,)) or (0,)
            self.count[portal], self.due[portal] = kept[0], FIRST_DICTIONARY_AT * NEXT_TIMES ** made[0]
        return self.count[portal] >= self.due[portal]


_OF_CONNECTION: WeakKeyDictionary[sqlite3.Connection, _Dictionaries] = WeakKeyDictionary()


def insert_capture(store: Writer, page: Page, run_id: int, portal: str) -> int:
    """Keep a page in the transaction that is open; returns the capture's id.

    An unchanged body of the same URL is not kept twice. Trains the portal's dictionary when its time has come.
    """
    conn = store.conn
    dictionaries = _dictionaries(conn)
    digest = hashlib.sha256(page.body).hexdigest()
    url = _storable(page.url)
    latest = _one(
        conn, "SELECT sha256 FROM captures WHERE portal = ? AND url = ? ORDER BY id DESC LIMIT 1", (portal, url)
    )
    dictionary = None
    if latest and latest[0] == digest and page.body:
        codec, body = SAME, b""
    else:
        if dictionaries.is_due(conn, portal):
            trained = train_dictionary(conn, portal) is not None
            dictionaries.due[portal] *= NEXT_TIMES if trained else 2
        dictionary = dictionaries.newest(conn, portal)
        codec, body = (WITH_DICTIONARY if dictionary else PLAIN), capture_codec.pack(page.body, dictionary)
    cursor = conn.execute(
        "INSERT INTO captures (portal, url, requested_url, method, request_body, status, headers, redirects, codec, "
        "dictionary_id, size, sha256, captured_at, origin, source, run_id, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            portal, url, _storable(page.requested_url), page.method,
            capture_codec.pack(page.request_body) if page.request_body else b"",
            page.status, json.dumps(page.headers), json.dumps(page.redirects), codec,
            dictionary.id if dictionary else None, len(page.body), digest, page.captured_at, page.origin,
            _storable(page.source), run_id, body,
        ),
    )  # fmt: skip
    if portal in dictionaries.count:
        dictionaries.count[portal] += 1
    capture_id = cursor.lastrowid
    assert capture_id is not None
    return capture_id


def has_source(conn: sqlite3.Connection, portal: str, url: str, source: str) -> bool:
    """True where a page of this address and `source` was kept before: asked before a page is fetched from an archive."""
    query = "SELECT 1 FROM captures WHERE portal = ? AND url = ? AND source = ? LIMIT 1"
    return _one(conn, query, (portal, _storable(url), _storable(source))) is not None


def read_capture(conn: sqlite3.Connection, capture_id: int) -> Page:
    """The page of a capture, byte by byte as it came.

    Raises:
        ConfigurationError: there is no such capture.
        StorageError: it is damaged.
    """
    row = _one(conn, f"{_SELECT} WHERE id = ?", (capture_id,))
    if row is None:
        raise ConfigurationError(
            f"no capture {capture_id} in this database; see the column capture_id for those there are"
        )
    return _page(conn, dict(zip(_FIELDS, row, strict=True)))


def iter_captures(
    conn: sqlite3.Connection, portal: str | None = None, *, latest_only: bool = False
) -> Iterator[tuple[int, Page]]:
    """(id, page) of the captures of a portal, or of all, in the order they were kept; one in memory at a time.

    `latest_only`: of each URL asked for with GET only the latest good answer, or the latest where none is good.
    Writing between two steps is allowed.
    """
    for capture_id in iter_capture_ids(conn, portal, latest_only=latest_only):
        yield capture_id, read_capture(conn, capture_id)


def iter_capture_ids(
    conn: sqlite3.Connection, portal: str | None = None, *, latest_only: bool = False
) -> Iterator[int]:
    """As `iter_captures`, only the ids: for handing them out to several processes."""
    newer = (
        "AND NOT (c.method = 'GET' AND EXISTS (SELECT 1 FROM captures n "
        "WHERE n.portal = c.portal AND n.url = c.url AND n.method = 'GET' "
        "AND (n.status BETWEEN 200 AND 299, ifnull(julianday(n.captured_at), 0), n.id) "
        "> (c.status BETWEEN 200 AND 299, ifnull(julianday(c.captured_at), 0), c.id)))"
        if latest_only
        else ""
    )
    where, values = ("AND c.portal = ?", (portal,)) if portal is not None else ("", ())
    last = 0
    while True:
        query = f"SELECT c.id FROM captures c WHERE c.id > ? {where} {newer} ORDER BY c.id LIMIT {_CHUNK}"  # noqa: S608 - constants of ours
        with closing(conn.execute(query, (last, *values))) as cursor:
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield from ids
        last = ids[-1]


def train_dictionary(conn: sqlite3.Connection, portal: str) -> int | None:
    """Make a dictionary from pages spread over all captures of a portal; returns its id, None where they are too few.

    New captures use it; older ones stay as they are, readable by their own (see `recompress`).
    """
    samples = _samples(conn, portal)
    try:
        data = capture_codec.train(samples)
    except ValueError:
        return None
    cursor = conn.execute(
        "INSERT INTO capture_dictionaries (portal, dictionary, samples, created_at) VALUES (?, ?, ?, ?)",
        (portal, data, len(samples), now()),
    )
    dictionary_id = cursor.lastrowid
    assert dictionary_id is not None
    _dictionaries(conn).known[dictionary_id] = Dictionary(dictionary_id, data)
    return dictionary_id


def recompress(conn: sqlite3.Connection, portal: str) -> tuple[int, int]:
    """Pack all captures of a portal anew with its newest dictionary; returns their packed bytes before and after.

    Each is read and checked before it is replaced, and stays where that makes it no smaller. Runs in the transaction
    that is open; the file itself shrinks with the next VACUUM.
    """
    before = after = 0
    dictionary = _dictionaries(conn).newest(conn, portal)
    for capture_id in iter_capture_ids(conn, portal):
        row = _one(conn, "SELECT codec, length(body) FROM captures WHERE id = ?", (capture_id,))
        if row is None or row[0] == SAME:
            continue
        packed = capture_codec.pack(read_capture(conn, capture_id).body, dictionary)
        before, after = before + row[1], after + min(row[1], len(packed))
        if len(packed) < row[1]:
            conn.execute(
                "UPDATE captures SET body = ?, codec = ?, dictionary_id = ? WHERE id = ?",
                (packed, WITH_DICTIONARY if dictionary else PLAIN, dictionary.id if dictionary else None, capture_id),
            )
    return before, after


def _samples(conn: sqlite3.Connection, portal: str) -> list[bytes]:
    """Bodies of good answers, spread evenly over all the captures of a portal."""
    query = (
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS all_of_them "
        "FROM captures WHERE portal = ? AND codec != 'same' AND size BETWEEN 512 AND ? AND status = 200) "
        "WHERE place % max(1, all_of_them / ?) = 0 ORDER BY id LIMIT ?"
    )
    with closing(conn.execute(query, (portal, capture_codec.MAX_BASIS, SAMPLES, SAMPLES))) as cursor:
        ids = [row[0] for row in cursor.fetchall()]
    return [read_capture(conn, capture_id).body for capture_id in ids]


def _page(conn: sqlite3.Connection, row: dict[str, Any]) -> Page:
    body = _body(conn, row)
    if hashlib.sha256(body).hexdigest() != row["sha256"]:
        raise _damaged(row["id"], row["url"], "its SHA-256 differs")
    return Page(
        url=row["url"],
        requested_url=row["requested_url"],
        method=row["method"],
        request_body=capture_codec.unpack(row["request_body"]) if row["request_body"] else b"",
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        redirects=tuple(json.loads(row["redirects"])),
        body=body,
        captured_at=row["captured_at"],
        origin=row["origin"],
        source=row["source"],
    )


def _body(conn: sqlite3.Connection, row: dict[str, Any]) -> bytes:
    packed, dictionary_id = row["body"], row["dictionary_id"]
    if row["codec"] == SAME:
        original = _one(
            conn,
            "SELECT body, dictionary_id FROM captures WHERE portal = ? AND url = ? AND id < ? AND sha256 = ? "
            "AND codec != 'same' ORDER BY id DESC LIMIT 1",
            (row["portal"], row["url"], row["id"], row["sha256"]),
        )
        if original is None:
            raise _damaged(row["id"], row["url"], "the earlier capture that holds its body is missing")
        packed, dictionary_id = original
    try:
        return capture_codec.unpack(packed, _dictionaries(conn).get(conn, dictionary_id))
    except ValueError as error:
        raise _damaged(row["id"], row["url"], str(error)) from error


def _damaged(capture_id: int, url: str, why: str) -> StorageError:
    return StorageError(f'capture {capture_id} of {url} is damaged: {why}; run "portal-crawler check"')


def _dictionaries(conn: sqlite3.Connection) -> _Dictionaries:
    if conn not in _OF_CONNECTION:
        _OF_CONNECTION[conn] = _Dictionaries()
    return _OF_CONNECTION[conn]


def _one(conn: sqlite3.Connection, query: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    with closing(conn.execute(query, values)) as cursor:
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _storable(text: str) -> str:
    """Text as SQLite may hold it: a lone surrogate would raise, and a NUL would end it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")

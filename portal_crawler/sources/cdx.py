"""Lists what a Wayback Machine holds, through its CDX index, page by page with resume keys."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipelines.errors import Rejected, SourceError
from portal_crawler.sources.archive_server import ArchiveServer, Passing

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
ROWS_A_PAGE = 5000
_MAX_BYTES = 64 * 1024 * 1024
_TIMESTAMP = re.compile(r"\d{14}")
_URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CdxRow:
    """One capture in the index. `statuscode` is "-" and `mimetype` "warc/revisit" where it repeats an earlier one."""

    urlkey: str
    timestamp: str
    original: str
    mimetype: str
    statuscode: str
    digest: str


def list_captures(server: ArchiveServer, prefix: str, *, since: str = "", until: str = "") -> Iterator[CdxRow]:
    """All captures of addresses that begin with `prefix` ("host/" or an address), by address key, then time.

    `since` and `until` are days (YYYY-MM-DD), both inclusive. Captures with the digest of the one before them are left
    out by the index itself. Rows that make no sense are left out.

    Raises:
        SourceError: the index cannot be had.
    """
    question = {
        "url": prefix,
        "matchType": "prefix",
        "output": "json",
        "fl": ",".join(FIELDS),
        "collapse": "digest",
        "gzip": "false",
        "limit": str(ROWS_A_PAGE),
        "showResumeKey": "true",
    }
    if since:
        question["from"] = since.replace("-", "")
    if until:
        question["to"] = until.replace("-", "") + "235959"
    asked: str | None = None
    while True:
        rows, resume_key = _page(server, question)
        yield from rows
        if not resume_key:
            return
        if resume_key == asked:
            raise SourceError(f"{server.base}: its index repeats the resume key {resume_key[:60]!r}; try again later")
        asked = resume_key
        question["resumeKey"] = resume_key


def _page(server: ArchiveServer, question: dict[str, str]) -> tuple[list[CdxRow], str]:
    """One page of the index, and the key of the next; empty where it was the last."""
    try:
        answer = server.get(f"/cdx/search/cdx?{urlencode(question)}", _MAX_BYTES)
    except (Passing, Rejected) as error:
        raise SourceError(
            f"{server.base}: the index cannot be read ({error}); run the same command again later"
        ) from error
    if answer.status != 200:
        said = answer.body[:200].decode("utf-8", "replace").strip()
        raise SourceError(f"{server.base}: the index answers {answer.status} {said!r}; check --server and --prefix")
    try:
        lines = json.loads(answer.body or b"[]")
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{server.base}: the index answers no JSON ({error}); check --server") from error
    if not isinstance(lines, list):
        raise SourceError(f"{server.base}: the index answers no list; check --server")
    resume_key = ""
    if len(lines) >= 2 and lines[-2] == [] and isinstance(lines[-1], list) and len(lines[-1]) == 1:
        resume_key = str(lines[-1][0])
        lines = lines[:-2]
    return [row for row in map(_row, lines) if row is not None], resume_key


def _row(line: object) -> CdxRow | None:
    if not isinstance(line, list) or len(line) != len(FIELDS):
        return None
    row = CdxRow(*(str(value) for value in line))
    sound = _TIMESTAMP.fullmatch(row.timestamp) and _URL.match(row.original) and row.original.isprintable()
    return row if sound else None

"""Reads the page out of an MHTML file (Chrome, Edge, Internet Explorer: "Webpage, single file")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING

from pipelines.errors import Rejected
from portal_crawler.sources.declared import mail_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

#: Pictures travel in the same file, in base64: it may be this many times larger than a page may be.
TIMES_LARGER = 4
_RELATED = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootPart:
    """The page inside an MHTML file; `content_type` is the part's header, `url` and `saved_at` empty where unknown."""

    body: bytes
    content_type: str
    url: str
    saved_at: str


def is_mhtml(name: str, head: bytes) -> bool:
    """True for a file that is MHTML by its name or by its header."""
    return name.lower().endswith((".mht", ".mhtml")) or bool(_RELATED.search(head))


def read_mhtml(data: bytes) -> RootPart:
    """The root part of an MHTML file, its transfer encoding undone.

    Raises:
        Rejected: `no_page`, there is no HTML part; `cut_short`, the file ends before its last boundary.
    """
    message = message_from_bytes(data)
    snapshot = _header(message, "Snapshot-Content-Location")
    root = _root(message, snapshot)
    if root is None:
        raise Rejected("no_page", "the MHTML file holds no text/html part")
    boundary = message.get_boundary()
    if boundary and f"--{boundary}--".encode("ascii", "replace") not in data[-len(boundary) - 512 :]:
        raise Rejected("cut_short", "the MHTML file ends before its last boundary")
    payload = root.get_payload(decode=True)
    return RootPart(
        body=payload if isinstance(payload, bytes) else b"",
        content_type=_header(root, "Content-Type"),
        url=snapshot or _header(root, "Content-Location"),
        saved_at=mail_date(_header(message, "Date")),
    )


def parts_of(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """(address, Content-Type, content) of every part of an MHTML file that names an address, the pages' among them."""
    for part in message_from_bytes(data).walk():
        url = _header(part, "Content-Location")
        payload = part.get_payload(decode=True) if url and not part.is_multipart() else None
        if isinstance(payload, bytes):
            yield url, _header(part, "Content-Type"), payload


def _root(message: Message, snapshot: str) -> Message | None:
    """The part at the snapshot's own address, else the one `start` names, else the first that is HTML."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = message.get_param("start")
    for part in pages:
        if snapshot and _header(part, "Content-Location") == snapshot:
            return part
    for part in pages:
        if isinstance(start, str) and start and _header(part, "Content-ID") == start:
            return part
    return pages[0] if pages else None


def _header(message: Message, name: str) -> str:
    return re.sub(r"\r?\n[ \t]*", "", str(message.get(name, ""))).strip()

"""Serves stored files and captured pages: bytes that strangers wrote, so each with a type of ours and nothing allowed."""

from __future__ import annotations

import asyncio
import mimetypes
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette.utils.asgi import NotFound, Response

from pipelines.errors import ConfigurationError, Rejected
from pipelines.filetypes import EXTENSIONS
from pipelines.storage.captures import read_capture
from portal_crawler.explore.captured import POLICY, fit_for_frame
from portal_crawler.explore.snapshot import database_path, read, records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from pipelines.items import Page

#: Shown in the page; everything else is offered for download. An SVG is a picture only inside <img>, hence the sandbox.
_SHOWN = frozenset(
    [
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/avif",
        "image/svg+xml",
        "image/x-icon",
        "application/pdf",
    ]
)
_CLOSED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def stored_file(request: Any, datasette: Any) -> Any:
    """A file of the media folder, by its SHA-256; its type is the one its bytes told when it was stored."""
    sha256 = request.url_vars["sha256"]
    rows = await read(datasette, lambda conn: records(conn, _FILE, (sha256,)))
    if not rows:
        raise NotFound("no such file in this database")
    row = rows[0]
    folder = (database_path(datasette).parent / "media").resolve()
    path = (folder / row["path"]).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFound(f"the file is on record, but {row['path']} is not in the media folder beside the database")
    kind = row["content_type"]
    if kind not in EXTENSIONS:
        kind = "application/octet-stream"
    name = row["name"] or f"{sha256[:12]}{EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or '.bin'}"
    placing = "inline" if kind in _SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{placing}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, max-age=31536000, immutable",
        **({} if kind == "application/pdf" else {"Content-Security-Policy": _CLOSED}),
    }
    return Response(await asyncio.to_thread(path.read_bytes), headers=headers, content_type=kind)


async def capture(request: Any, datasette: Any) -> Any:
    """A captured page for the frame beside an article: no script, no request, pictures only from our own store."""
    number = int(request.url_vars["number"])
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, max-age=600"}
    try:
        body = await read(datasette, lambda conn: _framed(conn, number))
    except ConfigurationError as error:
        raise NotFound(str(error)) from error
    except Rejected as error:
        text = f"Không hiển thị được trang này / This page cannot be shown here: {error.detail}"
        return Response(text, headers=headers, content_type="text/plain; charset=utf-8")
    return Response(body, headers=headers, content_type="text/html; charset=utf-8")


async def capture_source(request: Any, datasette: Any) -> Any:
    """The same page byte by byte as it came, as text."""
    number = int(request.url_vars["number"])
    try:
        page = await read(datasette, lambda conn: read_capture(conn, number))
    except ConfigurationError as error:
        raise NotFound(str(error)) from error
    headers = {"Content-Security-Policy": _CLOSED}
    return Response(page.body, headers=headers, content_type=f"text/plain; charset={_charset(page)}")


def _framed(conn: sqlite3.Connection, number: int) -> bytes:
    page = read_capture(conn, number)
    portal, title = conn.execute(_OF_CAPTURE, (number,)).fetchone()
    return fit_for_frame(page, pictures_of(conn, portal), title or "")


def pictures_of(conn: sqlite3.Connection, portal: str) -> Callable[[str], str | None]:
    """The local address of a picture by the address that once served it."""

    def stored(url: str) -> str | None:
        row = conn.execute(_SERVED, (portal, url)).fetchone()
        return f"/media/{row[0]}" if row else None

    return stored


def _charset(page: Page) -> str:
    from portal_crawler.extract.document import decode

    return decode(page.body, page.header("Content-Type"))[1]


_FILE = """
SELECT m.path, m.content_type,
       (SELECT a.name FROM article_media a WHERE a.media_id = m.id AND a.kind = 'attachment' AND a.name <> '' LIMIT 1) AS name
  FROM media m WHERE m.sha256 = ?
"""
_OF_CAPTURE = """
SELECT c.portal, (SELECT r.title FROM article_revisions r WHERE r.capture_id = c.id LIMIT 1) FROM captures c WHERE c.id = ?
"""
_SERVED = """
SELECT m.sha256 FROM media_urls u JOIN media m ON m.id = u.media_id
 WHERE u.portal = ? AND u.url = ? AND m.content_type GLOB 'image/*' ORDER BY u.served_at DESC LIMIT 1
"""

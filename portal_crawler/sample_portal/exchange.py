"""One request and its answer, free of any server."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Literal
from urllib.parse import parse_qsl, unquote

#: Bytes to send, and the seconds to wait before the next ones.
Stream = Callable[[], Iterator[tuple[bytes, float]]]

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked. `target` is the raw request target; `body` the posted form."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The decoded path, NFC, lower case, single slashes: IIS does not tell letter case apart."""
        path = unicodedata.normalize("NFC", unquote(self.target.partition("?")[0])).lower()
        while "//" in path:
            path = path.replace("//", "/")
        return path

    @property
    def query(self) -> dict[str, str]:
        """The parameters by lower-cased name; the first of equal names wins."""
        text = self.target.partition("?")[2].lstrip("?")
        found: dict[str, str] = {}
        for name, value in parse_qsl(text, keep_blank_values=True):
            found.setdefault(name.lower(), value)
        return found

    @property
    def form(self) -> dict[str, str]:
        """The posted form by name, letter case kept."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered.

    `kind` says what it is: "article", "listing", "home", "media", "feed", "not_found", …
    A fault may break the wire: `stream` then yields all bytes of the answer, status line included, and `end` says
    what becomes of the connection afterwards.
    """

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = (("Content-Type", HTML),)
    kind: str = "page"
    stream: Stream | None = field(default=None, repr=False)
    end: Literal["keep", "close", "reset"] = "keep"

    def header(self, name: str) -> str:
        """A header's value; empty where it is missing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str) -> Response:
        """The same answer with a header set."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def with_body(self, body: bytes) -> Response:
        """The same answer with another body."""
        return replace(self, body=body)

    def head(self, length: int | None = None) -> bytes:
        """Status line and headers as bytes, with the given Content-Length or none."""
        rows = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        rows += [f"{name}: {value}" for name, value in self.headers]
        rows += [f"Content-Length: {length}"] if length is not None else []
        return ("\r\n".join(rows) + "\r\n\r\n").encode("latin-1")


def page(text: str, status: int = 200, kind: str = "page") -> Response:
    """An HTML answer as SharePoint sends it: never to be cached, no validators."""
    headers = (
        ("Content-Type", HTML),
        ("Cache-Control", "private, max-age=0"),
        ("Expires", formatdate(0, usegmt=True)),
        ("X-AspNet-Version", "4.0.30319"),
        ("SPRequestDuration", "48"),
        ("MicrosoftSharePointTeamServices", "15.0.0.4569"),
    )
    return Response(status=status, body=text.encode(), headers=headers, kind=kind)


def redirect(location: str, status: int = 302) -> Response:
    """A redirect with IIS's short body."""
    body = f'<head><title>Document Moved</title></head>\n<body><h1>Object Moved</h1>This document may be found <a HREF="{location}">here</a></body>'
    headers = (("Content-Type", "text/html; charset=UTF-8"), ("Location", location))
    return Response(status=status, body=body.encode(), headers=headers, kind="redirect")

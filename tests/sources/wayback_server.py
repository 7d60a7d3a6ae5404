"""A small Wayback Machine on loopback: a CDX index with resume keys, raw captures, redirects, revisits and bad days."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

Headers = dict[str, str]


@dataclass
class Capture:
    timestamp: str
    original: str
    body: bytes
    mimetype: str = "text/html"
    status: int = 200
    digest: str = ""
    headers: Headers = field(default_factory=dict)
    revisit: bool = False

    @property
    def urlkey(self) -> str:
        parts = urlsplit(self.original)
        host = ",".join(reversed((parts.hostname or "").split(".")))
        return f"{host}){parts.path}{'?' + parts.query if parts.query else ''}".lower()

    def row(self) -> list[str]:
        kind = ("warc/revisit", "-") if self.revisit else (self.mimetype, str(self.status))
        return [self.urlkey, self.timestamp, self.original, *kind, self.digest or f"D{hash(self.body) & 0xFFFF_FFFF:X}"]


@dataclass
class Trouble:
    """An answer in place of the right one, given `times` times for paths that contain `where`."""

    where: str
    times: int
    status: int = 429
    headers: Headers = field(default_factory=dict)
    body: bytes = b"Too Many Requests"
    claim_longer: int = 0


class WaybackServer:
    """Serves captures; `asked` are the paths in order. Rows come as the real index gives them: sorted, `page` at a time."""

    def __init__(self, page: int = 3) -> None:
        self.captures: list[Capture] = []
        self.troubles: list[Trouble] = []
        self.sends_on: dict[str, str] = {}
        self.asked: list[str] = []
        self.agents: Counter[str] = Counter()
        self.page = page
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.agents[self.headers.get("User-Agent", "")] += 1
                status, headers, body, longer = outer.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body) + longer))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = bool(longer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def captures_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/web/")]

    def answer(self, path: str) -> tuple[int, Headers, bytes, int]:
        for trouble in self.troubles:
            if trouble.where in unquote(path) and trouble.times > 0:
                trouble.times -= 1
                return trouble.status, trouble.headers, trouble.body, trouble.claim_longer
        if path.startswith("/cdx/search/cdx?"):
            return 200, {"Content-Type": "application/json"}, self._index(parse_qs(urlsplit(path).query)), 0
        return (*self._capture(path.removeprefix("/web/")), 0)

    def _index(self, question: dict[str, list[str]]) -> bytes:
        assert question["matchType"] == ["prefix"]
        assert question["output"] == ["json"]
        wanted = question["url"][0].removeprefix("http://").removeprefix("https://")
        fields = question["fl"][0].split(",")
        first, last = question.get("from", ["0"])[0], question.get("to", ["9"])[0]
        rows = sorted(
            one.row()
            for one in self.captures
            if one.original.partition("://")[2].lower().startswith(wanted.lower()) and first <= one.timestamp <= last
        )
        collapsed = [
            row for at, row in enumerate(rows) if at == 0 or (row[0], row[5]) != (rows[at - 1][0], rows[at - 1][5])
        ]
        start = int(question.get("resumeKey", ["0"])[0].rpartition(" ")[2])
        shown: list[list[str]] = [fields, *collapsed[start : start + self.page]] if collapsed else []
        if start + self.page < len(collapsed):
            shown += [[], [f"vn,example)/ {start + self.page}"]]
        return json.dumps(shown).encode()

    def _capture(self, reference: str) -> tuple[int, Headers, bytes]:
        timestamp, _, original = reference.partition("id_/")
        if reference in self.sends_on:
            return 302, {"Location": self.sends_on[reference]}, b""
        for one in self.captures:
            if one.timestamp == timestamp and unquote(one.original) == unquote(original):
                moment = datetime.strptime(timestamp + "+0000", "%Y%m%d%H%M%S%z").astimezone(UTC)
                headers = {"Memento-Datetime": format_datetime(moment, usegmt=True), "Content-Type": one.mimetype}
                headers |= {f"x-archive-orig-{name}": value for name, value in one.headers.items()}
                if "location" in one.headers:
                    headers["Location"] = f"/web/{timestamp}id_/{one.headers['location']}"
                if "content-encoding" in one.headers:
                    headers["Content-Encoding"] = one.headers["content-encoding"]
                return one.status, headers, one.body
        return 404, {"Content-Type": "text/html"}, b"<html>The Wayback Machine has not archived that URL.</html>"

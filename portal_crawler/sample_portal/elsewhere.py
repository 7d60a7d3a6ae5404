"""A host no crawl should ever ask: it answers anything with a page, and remembers who came."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Strayed(NamedTuple):
    """One request that should not have come, with the headers it brought."""

    method: str
    path: str
    headers: dict[str, str]


class Elsewhere:
    """Another origin on loopback, served by a thread until closed."""

    def __init__(self) -> None:
        self.requests: list[Strayed] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.elsewhere = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        """Its address without a final slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    elsewhere: Elsewhere


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.elsewhere.requests.append(Strayed(self.command, self.path, dict(self.headers.items())))
        body = "<html><head><title>Nơi khác</title></head><body><p>Không ai nên đến đây.</p></body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gave it
        """Keep standard error quiet."""

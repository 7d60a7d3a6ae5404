"""Serves the sample portal on loopback: a thread a connection, HTTP/1.1 with keep-alive, a log of every request."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TextIO

from portal_crawler.sample_portal.elsewhere import Elsewhere
from portal_crawler.sample_portal.exchange import Request, Response
from portal_crawler.sample_portal.faults import FaultEngine, Wish, parse_fault
from portal_crawler.sample_portal.routes import Portal
from portal_crawler.sample_portal.truth import truth
from portal_crawler.sample_portal.world import Gone, Item, World

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from portal_crawler.sample_portal.pagers import PagerName

HOST = "127.0.0.1"
_LARGEST_POST = 1024 * 1024


class Logged(NamedTuple):
    """One request as the server saw it; `path` is the raw request target."""

    method: str
    path: str
    status: int


class SamplePortal:
    """A sample portal on loopback, served by a thread for as long as the `with` block lasts.

    `articles` is how many there are, `seed` chooses their texts, `port` 0 takes a free one, `pager` is the pager of the
    listing pages, `steps` how many rounds of change have passed (one edit, one removal, three new articles each),
    `faults` are words as on the command line ("http_500:0.1") or wishes already read.

    `requests` is the log of (method, path, status), `times` the monotonic second each came, `most_in_flight` the most
    that were being answered at once; `elsewhere` tells who asked the host that no crawl should ask.

    Example:
        >>> with SamplePortal(articles=60, seed=1) as portal:
        ...     portal.url, len(portal.truth()["articles"])
    """

    def __init__(
        self,
        *,
        articles: int = 60,
        seed: int = 1,
        port: int = 0,
        pager: PagerName = "get",
        steps: int = 0,
        faults: Iterable[str | Wish] = (),
        log: TextIO | None = None,
    ) -> None:
        self.world = World(count=articles, seed=seed, steps=steps)
        self.portal = Portal(world=self.world, pager=pager)
        self.requests: list[Logged] = []
        self.times: list[float] = []
        self.most_in_flight = 0
        self.closing = threading.Event()
        self._in_flight = 0
        self._lock = threading.Lock()
        self._log = log
        self._server = _Server((HOST, port), _Handler)
        self._server.sample = self
        self.portal.base = self.url.rstrip("/")
        self.elsewhere = Elsewhere()
        self.set_faults(faults)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The port the portal listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of the start page."""
        return f"http://{HOST}:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and free the port."""
        self.closing.set()
        self.elsewhere.close()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def wait(self) -> None:
        """Serve until the process is interrupted."""
        while self._thread.is_alive():
            self._thread.join(timeout=1)

    def set_faults(self, faults: Iterable[str | Wish]) -> None:
        """Replace the faults, as between two crawls; every passing fault begins anew."""
        wishes = tuple(parse_fault(one) if isinstance(one, str) else one for one in faults)
        self._engine = FaultEngine(self.portal, wishes, self.elsewhere.base)

    def truth(self) -> dict[str, Any]:
        """What a careful reader would take from the portal as it is now; its shape is told in truth.py."""
        return truth(self.world, self.portal.base, self.portal.pager, self._engine.lasting)

    def write_truth(self, path: Path) -> None:
        """Write the truth as JSON."""
        path.write_text(json.dumps(self.truth(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def edit(self, url: str = "", *, title: str = "", text: str = "", when: datetime | None = None) -> str:
        """Change an article's text and, where given, its title and date; the newest one where no address is given."""
        item = self._item(url)
        self.world.edit(item, title=title, text=text, when=when)
        return self._address(item)

    def move(self, url: str) -> str:
        """Give a publishing page another address; the old one redirects for good. The new address."""
        return self._address(self.world.move(self._item(url)))

    def remove(self, url: str = "", how: Gone = "404") -> str:
        """Take an article away; its page answers 404, 410 or, with "soft", 200 and "Bài viết không tồn tại"."""
        item = self._item(url)
        self.world.remove(item, how)
        return self._address(item)

    def add(self, count: int = 1) -> list[str]:
        """Publish new articles, newer than all others; their addresses."""
        return [self._address(item) for item in self.world.add(count)]

    def answer(self, request: Request) -> Response:
        """The answer to a request, counted and logged."""
        with self._lock:
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            response = self._engine.answer(request)
        finally:
            with self._lock:
                self._in_flight -= 1
        self._note(request, response)
        return response

    def _note(self, request: Request, response: Response) -> None:
        line = Logged(request.method, request.target, response.status)
        with self._lock:
            self.requests.append(line)
            self.times.append(time.monotonic())
            if self._log is not None:
                self._log.write(f"{time.time():.3f}\t{line.status}\t{line.method}\t{line.path}\t{len(response.body)}\n")
                self._log.flush()

    def _item(self, url: str) -> Item:
        if not url:
            return self.world.live[-1]
        path = url.removeprefix(self.portal.base)
        item = next((item for item in self.world.items if item.path == path), None)
        if item is None:
            raise LookupError(f"no article of this portal is at {url}; take an address from truth()")
        return item

    def _address(self, item: Item) -> str:
        return self.portal.base + item.path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sample: SamplePortal

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in mid-answer is its right, and no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the portal, writes the answer in one piece."""

    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_POST:
            self.send_error(413)
            return
        self._answer(self.rfile.read(length))

    def _answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, target=self.path, headers=headers, body=body)
        response = self.server.sample.answer(request)
        with contextlib.suppress(ConnectionError, TimeoutError):  # the client went away: its right
            if response.stream is None:
                self._write(response)
            else:
                self._pour(response)

    def _pour(self, response: Response) -> None:
        """Send the bytes of a broken answer at its own pace, until the client or the portal has had enough."""
        assert response.stream is not None
        for data, pause in response.stream():
            self.wfile.write(data)
            self.wfile.flush()
            if pause and self.server.sample.closing.wait(pause):
                break
        self.close_connection = response.end != "keep"
        if response.end == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status != 304:
            self.wfile.write(response.body)

    def version_string(self) -> str:
        return "Microsoft-IIS/8.5"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gave it
        """Keep standard error quiet: the portal has its own log."""

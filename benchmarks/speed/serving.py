"""Serves a written site by nginx on loopback, in processes of its own."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONFIGURATION = """
daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log crit;
events {{ worker_connections 256; }}
http {{
  log_format asked '$status $bytes_sent $request_uri'; access_log {log}; default_type "text/html; charset=utf-8"; keepalive_requests 1000000; sendfile on; gzip on; gzip_comp_level 1;
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3; uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  server {{
    listen 127.0.0.1:{port};
    root {pages};
    location = / {{ try_files /index =404; }}
    location / {{ try_files $request_uri =404; }}
  }}
}}
"""


class Asked(NamedTuple):
    """One request as the server counted it: the answer's status and bytes (head included), the path and query asked for."""

    status: int
    sent: int
    target: str


class Log:
    """What the server wrote of requests; each `take` gives those since the last one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0

    def take(self) -> list[Asked]:
        """The requests since the last call, in their order. Only what has ended: ask when no crawl is under way."""
        lines = self._file.read_text(encoding="utf-8").splitlines()
        new, self._read = lines[self._read :], len(lines)
        found = (line.split(" ", 2) for line in new)
        return [Asked(int(status), int(sent), target) for status, sent, target in found]


@contextmanager
def served(folder: Path, port: int, *, logged: bool = False) -> Iterator[Log]:
    """Serve `folder`/pages at 127.0.0.1:`port` for as long as the block lasts; the log stays empty unless it is wanted.

    Raises:
        ConfigurationError: nginx is not installed, does not start, or another program has the port.
    """
    _check_free(port)
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise ConfigurationError("nginx is not installed; as root: apt-get install nginx-light")
    work = (folder / "nginx").resolve()
    work.mkdir(exist_ok=True)
    configuration, log = work / "nginx.conf", work / "access.log"
    log.write_bytes(b"")
    configuration.write_text(
        _CONFIGURATION.format(
            work=work, pages=(folder / "pages").resolve(), port=port, log=f"{log} asked" if logged else "off"
        ),
        encoding="utf-8",
    )
    server = subprocess.Popen([program, "-e", work / "start.log", "-c", configuration])  # noqa: S603 - the system's own nginx
    try:
        _wait(server, port, work)
        asked = Log(log)
        asked.take()
        yield asked
    finally:
        server.terminate()
        server.wait(10)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as nginx does: a closed server's port is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigurationError(
                f"port {port} is taken, by another server that would be measured instead; name a free one with --port"
            ) from error


def _wait(server: subprocess.Popen[bytes], port: int, work: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise ConfigurationError(f"nginx does not serve port {port}; see {work}/start.log and error.log")

"""Serves a written site by nginx on loopback, in processes of its own."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONFIGURATION = """
daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log crit;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type "text/html; charset=utf-8"; keepalive_requests 1000000; sendfile on; gzip on; gzip_comp_level 1;
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3; uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  server {{
    listen 127.0.0.1:{port};
    root {pages};
    location = / {{ try_files /index =404; }}
    location / {{ try_files $request_uri =404; }}
  }}
}}
"""


@contextmanager
def served(folder: Path, port: int) -> Iterator[None]:
    """Serve `folder`/pages at 127.0.0.1:`port` for as long as the block lasts.

    Raises:
        ConfigurationError: nginx is not installed, or does not start.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise ConfigurationError("nginx is not installed; as root: apt-get install nginx-light")
    work = (folder / "nginx").resolve()
    work.mkdir(exist_ok=True)
    configuration = work / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(work=work, pages=(folder / "pages").resolve(), port=port), encoding="utf-8"
    )
    server = subprocess.Popen([program, "-e", work / "start.log", "-c", configuration])  # noqa: S603 - the system's own nginx
    try:
        _wait(server, port, work)
        yield
    finally:
        server.terminate()
        server.wait(10)


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

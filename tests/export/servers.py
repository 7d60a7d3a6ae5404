"""Real web servers on a loopback port, each with the configuration an export wrote, ended by their own process id."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  include {out}/nginx/portal-redirects.http.conf;
  server {{
    listen 127.0.0.1:{port};
    absolute_redirect off;
    include {out}/nginx/portal-redirects.server.conf;
    location / {{ {other} }}
  }}
}}
"""
APACHE = """
ServerRoot {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
DocumentRoot {folder}
Define PORTAL_MAP "{map}"
MaxKeepAliveRequests 0
<VirtualHost 127.0.0.1:{port}>
  Include {out}/apache/portal-redirects.conf
</VirtualHost>
"""
CADDY = """
{{
  admin off
  auto_https off
  storage file_system {folder}/storage
}}
import {out}/caddy/portal-redirects.caddy
http://127.0.0.1:{port} {{
  bind 127.0.0.1
  import portal_redirects
  respond 404
}}
"""


def binary(name: str, variable: str) -> str:
    """The server's program, or a skip that says how to get it."""
    found = os.environ.get(variable) or shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed; `make test-real` installs it")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serve(name: str, out: Path, folder: Path) -> Iterator[http.client.HTTPConnection]:
    """The server `name` with the redirects in `out`, and nothing else; `folder` is where it may write."""
    folder.mkdir(parents=True)
    port = free_port()
    with _running(COMMANDS[name](out, folder, port), folder, port) as client:
        yield client


@contextmanager
def front(site: str, out: Path, folder: Path) -> Iterator[str]:
    """nginx as it stands before a new site: the redirects in `out`, all else goes through to `site`; yields its address."""
    folder.mkdir(parents=True)
    port = free_port()
    through = f"proxy_pass {site}; proxy_set_header Host {site.partition('//')[2]};"
    with _running(_nginx(out, folder, port, through), folder, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[http.client.HTTPConnection]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, "HOME": str(folder)})
    try:
        with closing(wait_for(server, port, folder)) as client:
            yield client
    finally:
        server.terminate()
        server.wait(10)


def location(client: http.client.HTTPConnection, url: str) -> str:
    """Where a GET of this path is sent, permanently; empty where it is not sent anywhere."""
    client.request("GET", url)
    answer = client.getresponse()
    answer.read()
    if answer.status != 301:
        return ""
    return answer.getheader("Location", "").removeprefix(f"http://{client.host}:{client.port}")


def wait_for(server: subprocess.Popen[bytes], port: int, folder: Path) -> http.client.HTTPConnection:
    """A connection to a server that has just been started; fails with its logs where it ends instead."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.connect()
        except OSError:
            client.close()
            time.sleep(0.02)
        else:
            return client
    logs = "".join(
        path.read_text("utf-8", "replace") for path in (folder / "log", folder / "error.log") if path.exists()
    )
    pytest.fail(f"the server did not start: {logs[-2000:]}")


def _nginx(out: Path, folder: Path, port: int, other: str = "return 404;") -> list[str]:
    path = folder / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, out=out, port=port, other=other))
    return [binary("nginx", "NGINX"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(path)]


def _apache(out: Path, folder: Path, port: int) -> list[str]:
    program = binary("apache2", "APACHE")
    modules = Path("/usr/lib/apache2/modules")
    source, kind = out / "apache/portal-redirects.txt", "txt"
    if shutil.which("httxt2dbm"):
        subprocess.run(["httxt2dbm", "-i", str(source), "-o", str(folder / "map.dbm")], check=True, capture_output=True)
        source, kind = folder / "map.dbm", "dbm"
    path = folder / "apache.conf"
    path.write_text(APACHE.format(folder=folder, out=out, port=port, modules=modules, map=f"{kind}:{source}"))
    return [program, "-X", "-f", str(path)]


def _caddy(out: Path, folder: Path, port: int) -> list[str]:
    path = folder / "Caddyfile"
    path.write_text(CADDY.format(folder=folder, out=out, port=port))
    return [binary("caddy", "CADDY"), "run", "--config", str(path), "--adapter", "caddyfile"]


COMMANDS = {"nginx": _nginx, "apache": _apache, "caddy": _caddy}

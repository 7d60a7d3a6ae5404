"""nginx as it stands before a new site: old addresses are redirected, everything else goes through to the site."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.export.servers import binary, free_port, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = """
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
    location / {{ proxy_pass {site}; proxy_set_header Host {host}; }}
  }}
}}
"""


@contextmanager
def front(site: str, out: Path, folder: Path) -> Iterator[str]:
    """nginx with the redirects in `out` before `site`; yields its address."""
    folder.mkdir(parents=True)
    port = free_port()
    path = folder / "nginx.conf"
    path.write_text(CONFIG.format(folder=folder, out=out, port=port, site=site, host=site.partition("//")[2]))
    command = [binary("nginx", "NGINX"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(path)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        wait_for(server, port, folder).close()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)

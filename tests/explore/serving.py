"""Starts `portal-crawler explore` as a person does, and ends it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.crawl.live import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def served(db: Path) -> Iterator[str]:
    """The page over a database, by its address."""
    words = [sys.executable, "-m", "portal_crawler.cli", "explore", "--db", str(db), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as server:
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert found, "it tells its address"
            yield found[0]
        finally:
            server.terminate()

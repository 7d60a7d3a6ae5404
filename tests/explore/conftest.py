"""The sample portal, crawled with its files once for all tests of the analysts' page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portal_crawler.explore.app import build
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import run_cli, value

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Site:
    """The page over one database, asked without a network."""

    db: Path
    datasette: Any

    def get(self, path: str, **more: Any) -> Any:
        """The answer to a GET request."""
        return asyncio.run(self.datasette.client.get(path, **more))

    def one(self, query: str, *values: object) -> Any:
        """One value out of the database."""
        return value(self.db, query, *values)


@pytest.fixture(scope="session")
def changing_portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls, with files, of a portal that edits and adds articles in between."""
    path, port = tmp_path_factory.mktemp("explore") / "news of 2020.db", 0
    for steps in (0, 1):
        with SamplePortal(articles=30, seed=1, port=port, steps=steps) as portal:
            port = portal.port
            words = ("crawl", "sample", "--db", path, "-a", f"start_url={portal.url}", "-s", "DOWNLOAD_DELAY=0")
            done = run_cli(*words)
            assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def site(changing_portal: Path) -> Iterator[Site]:
    datasette = build(changing_portal)
    yield Site(changing_portal, datasette)
    datasette.get_database("portal").close()

"""One written site: its pages, its truth, the profile that our crawl reads it with, and where its measurements work."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from benchmarks.speed.accuracy import reachable, target
from benchmarks.speed.pages import write_site
from pipelines.errors import ConfigurationError
from portal_crawler.sample_portal.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORTAL = "bench"
_PROFILE = """
name = "bench"
title = "Benchmark"
hosts = ["127.0.0.1"]
start_urls = ["{base}/"]
[crawl]
allow_private_hosts = true
delay = 0
concurrency = 4
probe_ids = 0
"""

#: What leads to the further pages of a list; number 1 is the first page once more.
_FURTHER = re.compile(r"|page(index)?=(?!1$)\d+", re.IGNORECASE)


def write_profile(file: Path, base: str, **crawl: int) -> Path:
    """A profile of the portal at `base` with other values in its part [crawl]."""
    lines = "".join(f"{key} = {value}\n" for key, value in crawl.items())
    file.write_text(_PROFILE.format(base=base) + lines, encoding="utf-8")
    return file


def copied(database: Path, copy: Path) -> Path:
    """A copy of a database, with what its journal holds."""
    with closing(sqlite3.connect(database)) as conn, closing(sqlite3.connect(copy)) as new:
        conn.backup(new)
    return copy


class Site:
    """Pages under `folder`/pages, databases and logs under `folder`/work; written at once where they are not there yet."""

    def __init__(self, folder: Path, articles: int, port: int) -> None:
        self.folder, self.port = folder, port
        self.articles = articles
        self.base = f"http://127.0.0.1:{port}"
        self.pages = folder / "pages"
        write_site(folder, self.base, articles)
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        self.work = folder / "work"
        self.work.mkdir(exist_ok=True)
        self.profile = self.write_profile("bench")
        self.database = self.work / "ours" / "portal.db"

    def write_profile(self, name: str, **crawl: int) -> Path:
        """A profile of the site with other values of its part [crawl]; every one has the same portal's name."""
        return write_profile(self.work / f"{name}.toml", self.base, **crawl)

    def fresh(self, name: str) -> Path:
        """An empty folder among the work of this site."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def crawled(self) -> Path:
        """The database of our crawl.

        Raises:
            ConfigurationError: there is none yet.
        """
        if not self.database.exists():
            raise ConfigurationError(
                f"{self.database} is not there: measure the crawls first (make bench PARTS=crawls ARTICLES={self.articles})"
            )
        return self.database

    def linked(self) -> list[dict[str, Any]]:
        """The truth of the articles that links lead to."""
        return reachable(self.truth)

    def listings(self) -> list[str]:
        """The start page and every page of every list, each once, as a request names it."""
        paths = {section.listing for section in SECTIONS}
        split = ((at, *unquote(at).partition("?")[::2]) for at, _ in self.files())
        return [at for at, path, query in split if at == "/" or (path in paths and _FURTHER.fullmatch(query))]

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every page once, however many spellings of its address are served: (as a request names it, file)."""
        seen: set[int] = set()
        for file in sorted(self.pages.rglob("*"), key=lambda one: (not str(one).isascii(), str(one))):
            node = file.stat().st_ino
            if file.is_file() and node not in seen:
                seen.add(node)
                name = file.relative_to(self.pages).as_posix()
                yield ("/" if name == "index" else "/" + quote(name, safe="/?&=%")), file

    def article_file(self, one: dict[str, Any]) -> Path:
        """The page of an article of the truth; it may not be there."""
        return self.pages / target(one["urls"][0]).removeprefix("/")

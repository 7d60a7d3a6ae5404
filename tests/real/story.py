"""One portal and one WordPress, and what each step between them said: the story that the tests of a load tell."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import ROOT, run_cli, value
from tests.real.wordpress import WordPress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOST = "Câu này bị một tiện ích của trang đích xóa mất."
SOON = ("-s", "DOWNLOAD_DELAY=0")


@dataclass
class Story:
    """One portal and one WordPress; `told` is what each step said, by its name."""

    portal: SamplePortal
    site: WordPress
    db: Path
    articles: int
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    edited_at_source: str = ""
    edited_in_cms: str = ""
    edited_in_both: str = ""
    lost: str = ""
    lost_file: str = ""

    def words(self, command: str, *more: object) -> list[str]:
        words = (command, "wordpress", self.site.url, "--db", self.db, "--user", self.site.user, "--rate", 0, "--json")
        return [str(word) for word in (*words, *more)]

    def tell(self, step: str, command: str, *more: object) -> dict[str, Any]:
        done = self.run(*self.words(command, *more))
        self.codes[step] = done.returncode
        assert done.stdout, done.stderr
        self.told[step] = json.loads(done.stdout)
        return self.told[step]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "portal_crawler.cli", *words],
            capture_output=True, text=True, timeout=900, cwd=ROOT, check=False,
            env={**os.environ, "PORTAL_CRAWLER_PASSWORD": self.site.password},
        )  # fmt: skip

    def killed_load(self, posts: int) -> None:
        """A load killed with SIGKILL once it has sent some posts."""
        environment = {**os.environ, "PORTAL_CRAWLER_PASSWORD": self.site.password}
        command = [sys.executable, "-m", "portal_crawler.cli", *self.words("load")]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while process.poll() is None and self.loaded() < posts:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def loaded(self) -> int:
        try:
            return int(value(self.db, "SELECT count(*) FROM load_ledger WHERE kind = 'article' AND status = 'loaded'"))
        except sqlite3.OperationalError:  # the table is not there before the first load has begun
            return 0

    def crawl(self, *more: str) -> dict[str, Any]:
        words = ("crawl", "sample", "--db", self.db, "-a", f"start_url={self.portal.url}", *SOON, "--json", *more)
        done = run_cli(*words, timeout=900)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def uid(self, url: str) -> str:
        query = "SELECT a.uid FROM articles a JOIN article_urls u ON u.article_id = a.id WHERE u.url = ?"
        return str(value(self.db, query, url))

    def row(self, query: str) -> tuple[Any, ...]:
        with closing(sqlite3.connect(self.db)) as conn:
            found: tuple[Any, ...] = conn.execute(query).fetchone()
        return found

    def target(self, uid: str) -> int:
        return int(value(self.db, "SELECT target_id FROM load_ledger WHERE kind = 'article' AND uid = ?", uid))

    @contextmanager
    def lossy_site(self) -> Iterator[None]:
        """The site with a plug-in that drops a sentence whenever a post is saved, and one file gone from its disk."""
        plugin = self.site.folder / "wp-content" / "mu-plugins" / "lossy.php"
        plugin.parent.mkdir(exist_ok=True)
        code = f"<?php add_filter('content_save_pre', fn($text) => str_replace('{LOST}', '', $text));"
        plugin.write_text(code, encoding="utf-8")
        url = value(self.db, "SELECT min(address) FROM load_ledger WHERE kind = 'media' AND address LIKE '%.jpg'")
        file = self.site.folder / url.removeprefix(f"{self.site.url}/")
        self.lost_file = value(self.db, "SELECT uid FROM load_ledger WHERE address = ?", url)
        aside = file.rename(file.with_suffix(".aside"))
        try:
            yield
        finally:
            aside.rename(file)
            plugin.unlink()

    def posts(self) -> int:
        return int(self.site.php("echo array_sum((array) wp_count_posts()) - wp_count_posts()->trash;"))

"""Crawls the sample portal as the docs say and writes its answers to the ready questions: `make answers`."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from portal_crawler.explore.questions import questions
from portal_crawler.explore.reference import drawn
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import ROOT, run_cli

FILE = ROOT / "docs" / "answers.toml"
_HEAD = (
    "# What the sample portal answers to the ready questions (portal_crawler/explore/questions.toml). Generated: run\n"
    '# "make answers", then "make docs"; `make test-slow` compares.\n'
)


def demo(folder: Path) -> Path:
    """The database of `portal-crawler demo`."""
    done = run_cli("demo", "--folder", folder, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "portal.db"


def changing(folder: Path) -> Path:
    """Three crawls of the sample portal as it stands first, and after one and two rounds of change."""
    path, port = folder / "portal.db", 0
    for steps in range(3):
        with SamplePortal(articles=60, seed=1, port=port, steps=steps) as portal:
            port = portal.port
            start = f"start_url={portal.url}"
            done = run_cli("crawl", "sample", "--db", path, "-a", start, "-s", "DOWNLOAD_DELAY=0", timeout=300)
            assert done.returncode == 0, done.stderr
    return path


def answered(name: str, db: Path) -> str:
    """The answer to a ready question as the docs show it; empty where there is nothing to show."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        cursor = conn.execute(questions().by_name[name].sql)
        rows = cursor.fetchall()
        return drawn([column[0] for column in cursor.description], rows) if rows else ""


def main() -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        worlds = {"demo": demo(Path(one)), "changing": changing(Path(other))}
        found = {
            question.name: answered(question.name, worlds[question.world])
            for question in questions().by_name.values()
            if not question.unstable
        }
    parts = [f"{name} = '''\n{answer}\n'''\n" for name, answer in found.items() if answer]
    FILE.write_text("\n".join([_HEAD, *parts]), encoding="utf-8")


if __name__ == "__main__":
    main()

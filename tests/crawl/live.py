"""Runs the real command on the sample portal, and looks at what it left in the database."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal import SamplePortal

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = str(ROOT / "tests" / "profiles" / "minimal_sample.toml")

#: Tests wait for nobody: no pause between requests, short ones before another try; files only where a test is of files.
QUICK = ("-s", "MEDIA=0", "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_BASE_DELAY=0.05", "-s", "RETRY_MAX_DELAY=0.4")

#: Seconds after which something hangs: on a machine with other work a crawl of seconds takes a minute.
TIMEOUT = 300

#: Most claims are about pages; files cost as many requests again.
TEXT_ONLY = ("-s", "MEDIA=False")


def start_cli(*words: object, module: str = "portal_crawler.cli", cwd: Path = ROOT) -> subprocess.Popen[str]:
    """The command in a process group of its own, so that all of it can be killed at once."""
    environment = {name: value for name, value in os.environ.items() if name != "PORTAL_CRAWLER_DB"}
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )


def run_cli(
    *words: object, timeout: float = TIMEOUT, module: str = "portal_crawler.cli", cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    process = start_cli(*words, module=module, cwd=cwd)
    try:
        out, err = process.communicate(timeout=timeout)
    except BaseException:
        kill(process)
        raise
    return subprocess.CompletedProcess([*map(str, words)], process.returncode, out, err)


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the whole process group, and wait for its end."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def crawl(
    portal: SamplePortal, db: Path, *more: object, profile: str = "sample", timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[str]:
    """Crawl a sample portal to the end."""
    return run_cli(*crawl_words(portal, db, *more, profile=profile), timeout=timeout)


def crawl_words(portal: SamplePortal, db: Path, *more: object, profile: str = "sample") -> list[str]:
    words = ["crawl", profile, "--db", db, "-a", f"start_url={portal.url}", *QUICK, *more]
    return [str(word) for word in words]


def side_by_side(*jobs: Callable[[], Any]) -> list[Any]:
    """Independent crawls at the same time: most of a crawl is one process waiting for another."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


@dataclass(frozen=True)
class Crawled:
    """A portal that was crawled into a database, and how that went."""

    portal: SamplePortal
    db: Path
    done: subprocess.CompletedProcess[str]

    @property
    def summary(self) -> dict[str, Any]:
        """The run's summary, where it was asked for as JSON."""
        return json.loads(self.done.stdout)


def summary(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What `--json` printed."""
    return json.loads(done.stdout)


def truth_report(portal: SamplePortal, db: Path, portal_name: str = "sample", routes: str = "listing,related") -> Any:
    """The comparison of a database with what the portal really holds."""
    from pipelines.storage.dataset import Dataset
    from pipelines.verify.truth import compare_with_truth
    from pipelines.verify.truth_file import load_truth

    file = db.with_suffix(".truth.json")
    file.write_text(json.dumps({**portal.truth(), "portal": portal_name}, ensure_ascii=False), encoding="utf-8")
    with Dataset.open(db) as dataset:
        return compare_with_truth(dataset, load_truth(file), routes.split(","))


def assert_true(portal: SamplePortal, db: Path, portal_name: str = "sample") -> None:
    """Nothing missing, nothing doubled, every field equal."""
    report = truth_report(portal, db, portal_name)
    wrong = {name: score.first for name, score in report.fields.items() if score.wrong}
    assert (report.missing, report.doubled, report.merged, report.unknown, wrong) == ([], [], [], [], {})
    assert report.expected > 0


def rows(db: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        return conn.execute(query, values).fetchall()


def value(db: Path, query: str, *values: object) -> Any:
    return rows(db, query, *values)[0][0]


def dump(db: Path, table: str, *without: str) -> list[tuple[Any, ...]]:
    """Every row of a table, in its own order, but for the columns `without`."""
    names = [name for (name,) in rows(db, "SELECT name FROM pragma_table_info(?)", table) if name not in without]
    return rows(db, f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2")


def pages_asked(portal: SamplePortal, since: int = 0) -> list[str]:
    """The requests from a point of the portal's log on, but for robots.txt, pictures and attachments."""
    targets = [f"{one.method} {one.path}" for one in portal.requests[since:] if one.path != "/robots.txt"]
    return [target for target in targets if not target.lower().endswith((".jpg", ".jpeg", ".png", ".pdf"))]


def wait_until(condition: Callable[[], Any], timeout: float = TIMEOUT) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)

"""Every command of the operators' pages is run, in their order, on a sample portal that stands in for the real one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import QUICK, ROOT, run_cli
from tests.unit.test_readme import shown_commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

#: What a test cannot run, and why.
SKIPPED = {
    "wayback": "asks a server elsewhere",
    "sample-portal": "serves until it is ended; it serves this very test",
    "--live": "asks the portal at the address of its profile",
    "--list": "reads a page that somebody saved",
}
#: Places of the pages that a test must not touch.
PLACES = {"/srv/www": "www", "/var/lib/node_exporter": "node_exporter", "ben_tre_city": "sample"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, SamplePortal]]:
    folder = tmp_path_factory.mktemp("operator")
    (folder / "notices.toml").write_text(f"[[command]]\nrun = ['{shutil.which('cat')}']\n", encoding="utf-8")
    with SamplePortal(articles=6, seed=1) as portal:
        warc = folder / "data" / "first.warc.gz"
        warc.parent.mkdir()
        done = run_cli(*fitted(["crawl", "sample", "--warc", str(warc)], portal), cwd=folder)
        assert done.returncode == 0, done.stderr
        yield folder, portal


def fitted(words: list[str], portal: SamplePortal) -> list[str]:
    """A command of the pages as it can be run here."""
    text = [word if word.startswith("http") else _elsewhere(word) for word in words]
    if text[0] == "crawl":
        text += ["-a", f"start_url={portal.url}", *QUICK]
    if text[0] == "schedule" and "--install" in text:
        text[1:1] = ["--unit-dir", "."]
    return text


def _elsewhere(word: str) -> str:
    for shown, here in PLACES.items():
        word = word.replace(shown, here)
    return word


def skipped(words: list[str]) -> bool:
    return bool(SKIPPED.keys() & set(words)) and "--help" not in words


@pytest.mark.parametrize("page", ["operators.md", "operators.vi.md"])
def test_every_command_of_the_page_runs(page: str, place: tuple[Path, SamplePortal]):
    folder, portal = place
    shown = [
        words[1:]
        for words in shown_commands((ROOT / "docs" / page).read_text(encoding="utf-8"))
        if words[0] == "portal-crawler"
    ]
    commands = [list(words) for words in dict.fromkeys(tuple(words) for words in shown) if not skipped(list(words))]
    assert len(commands) > 20
    ended = {}
    for words in commands:
        if words[:2] == ["db", "package"]:  # it refuses to overwrite what the other page has made
            shutil.rmtree(folder / "handover", ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-m", "portal_crawler.cli", *fitted(words, portal)],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        fine = (0, 130) if "--window" in words else (0,)
        if done.returncode not in fine or "Traceback" in done.stderr:
            ended[" ".join(words)] = (done.returncode, done.stdout[-400:] + done.stderr[-400:])
    assert ended == {}

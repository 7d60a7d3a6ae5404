"""Extraction alone: our reader and those of others on a sample of the site's article pages, CPU and accuracy side by side."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.speed.accuracy import Accuracy, reachable, score, target
from pipelines.errors import ConfigurationError
from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: So many pages are read, spread evenly over the site.
SAMPLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """CPU milliseconds a page of one extractor, and what it got right."""

    name: str
    milliseconds: float
    right: Accuracy


def compare(folder: Path, truth: dict[str, Any], base: str, profile: Path, python: Path) -> list[Extraction]:
    """Ours, then the others by their cost; only ours where their environment is not there.

    Raises:
        ConfigurationError: the environment is there and does not work.
    """
    wanted = reachable(truth)
    wanted = wanted[:: max(1, len(wanted) // SAMPLE)]
    pages = {at: folder / "pages" / at.removeprefix("/") for one in wanted for at in map(target, one["urls"][:1])}
    pages = {at: file for at, file in pages.items() if file.is_file()}
    wanted = [one for one in wanted if target(one["urls"][0]) in pages]
    found = [_ours(pages, base, profile, wanted)]
    if python.exists():
        found += sorted(_others(pages, base, python, wanted), key=lambda one: one.milliseconds)
    return found


def _ours(pages: dict[str, Path], base: str, profile: Path, wanted: list[dict[str, Any]]) -> Extraction:
    rules = load_profile(str(profile))
    kind = (("Content-Type", "text/html; charset=utf-8"),)
    asked = {at: Page(url=base + at, body=file.read_bytes(), headers=kind) for at, file in pages.items()}
    read_page(next(iter(asked.values())), rules, "article")
    began = time.process_time()
    readings = {at: read_page(page, rules, "article") for at, page in asked.items()}
    spent = time.process_time() - began
    rows = {
        at: [one.article.title, one.article.published_at, one.article.body_text]
        for at, one in readings.items()
        if one.article is not None
    }
    return Extraction(name="portal-crawler", milliseconds=spent / len(pages) * 1000, right=score(rows, wanted))


def _others(pages: dict[str, Path], base: str, python: Path, wanted: list[dict[str, Any]]) -> Iterator[Extraction]:
    lines = (
        json.dumps({"name": at, "url": base + at, "html": file.read_text(encoding="utf-8"), "language": "vi"})
        for at, file in pages.items()
    )
    done = subprocess.run(  # noqa: S603 - our own program, in the environment of the extractors
        [python, "-m", "benchmarks.speed.extractors"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"the extractors of others ended with {done.returncode}: {done.stderr[-500:]}")
    for answer in map(json.loads, done.stdout.splitlines()):
        rows = {at: [one.get("title"), one.get("date"), one.get("text")] for at, one in answer["results"].items()}
        milliseconds = answer["cpu"] / len(pages) * 1000
        yield Extraction(name=answer["extractor"], milliseconds=milliseconds, right=score(rows, wanted))

"""Extraction alone: our reader and those of others on a sample of a site's article pages, CPU and accuracy side by side."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed.accuracy import score, target
from pipelines.errors import ConfigurationError
from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.speed.site import Site

#: So many pages are read, spread evenly over the site.
SAMPLE = 120
OURS = "portal-crawler"
#: What each environment can run, by its name; `extractors.py` knows them.
EXTRACTORS = {
    "bench": ("readability-lxml", "newspaper4k", "news-please", "trafilatura"),
    "bench-fundus": ("fundus",),
}


def same_pages(site: Site, rounds: int, pythons: dict[str, Path]) -> dict[str, Any]:
    """CPU of every round and accuracy of the last, by extractor; those whose environment is not there are left out.

    {"pages": n, "extractors": {name: {"cpu": [seconds], "right": Accuracy as dict, "version": …}}}

    Raises:
        ConfigurationError: an environment is there and does not work.
    """
    wanted = [one for one in site.linked() if site.article_file(one).is_file()]
    wanted = wanted[:: max(1, len(wanted) // SAMPLE)]
    pages = {target(one["urls"][0]): site.article_file(one) for one in wanted}
    found: dict[str, Any] = {}
    for number in range(rounds):
        answers = [_ours(site, pages)]
        for environment, python in pythons.items():
            if python.exists():
                answers += _others(site, pages, python, EXTRACTORS[environment])
            else:
                click.echo(f"{python} is not there: without {', '.join(EXTRACTORS[environment])}", err=True)
        for answer in answers:
            one = found.setdefault(answer["extractor"], {"cpu": [], "version": answer["version"]})
            one["cpu"].append(answer["cpu"])
            one["right"] = asdict(score(answer["results"], wanted))
            click.echo(
                f"round {number + 1}: {answer['extractor']}: {answer['cpu'] / len(pages) * 1000:.1f} ms a page",
                err=True,
            )
    return {"pages": len(pages), "extractors": found}


def _ours(site: Site, pages: dict[str, Path]) -> dict[str, Any]:
    rules = load_profile(str(site.profile))
    kind = (("Content-Type", "text/html; charset=utf-8"),)
    asked = {at: Page(url=site.base + at, body=file.read_bytes(), headers=kind) for at, file in pages.items()}
    read_page(next(iter(asked.values())), rules, "article")
    began = time.process_time()
    readings = {at: read_page(page, rules, "article") for at, page in asked.items()}
    spent = time.process_time() - began
    rows = {
        at: {
            "title": one.title,
            "date": one.published_at,
            "text": one.body_text,
            "author": one.author,
            "section": one.category,
        }
        for at, reading in readings.items()
        if (one := reading.article) is not None
    }
    return {"extractor": OURS, "cpu": spent, "version": "", "results": rows}


def _others(site: Site, pages: dict[str, Path], python: Path, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    lines = (
        json.dumps({"name": at, "url": site.base + at, "html": file.read_text(encoding="utf-8"), "language": "vi"})
        for at, file in pages.items()
    )
    done = subprocess.run(  # noqa: S603 - our own program, in the environment of the extractors
        [python, "-m", "benchmarks.speed.extractors", *names],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"the extractors of others ended with {done.returncode}: {done.stderr[-500:]}")
    yield from map(json.loads, done.stdout.splitlines())

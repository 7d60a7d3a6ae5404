"""Whole crawls of one site by three designs in turn, round by round."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed.accuracy import judge, target
from benchmarks.speed.measuring import run
from benchmarks.speed.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.speed.site import Site

PROGRAM = Path(sys.executable).parent / "portal-crawler"


def crawls(site: Site, rounds: int, without: Sequence[str]) -> dict[str, Any]:
    """Costs of every round and accuracy of the last, by design; `without` names designs that are left out.

    {"articles": that links lead to, "designs": {name: {"costs": [Cost as dict], "requests": of one round, "right": Accuracy as dict}}}
    """
    designs: dict[str, Any] = {name: {"costs": []} for name in COMMANDS if name not in without}
    with served(site.folder, site.port, logged=True) as log:
        for number in range(rounds):
            for name, found in designs.items():
                database = site.fresh(name) / "portal.db"
                cost = run(COMMANDS[name](site, database), log=site.work / f"{name}.log")
                found["costs"].append(asdict(cost))
                found["requests"] = len(log.take())
                found["right"] = asdict(judge(database, site.truth))
                click.echo(f"{site.articles} articles, round {number + 1}: {name}: {cost}", err=True)
    return {"articles": len(site.linked()), "designs": designs}


def ours(profile: Path, database: Path, *more: str) -> list[str | Path]:
    """Our crawl: articles, not their pictures, which the others do not fetch either."""
    return [PROGRAM, "crawl", profile, "--db", database, "--no-media", "--json", *more]


def _straightforward(site: Site, database: Path) -> list[str | Path]:
    return [sys.executable, "-m", "benchmarks.speed.straightforward", site.base, database]


def _floor(site: Site, database: Path) -> list[str | Path]:
    articles = [target(one["urls"][0]) for one in site.linked()]
    told = site.work / "told.json"
    told.write_text(
        json.dumps({"base_url": site.base, "targets": [*site.listings(), *articles], "articles": articles}),
        encoding="utf-8",
    )
    return [sys.executable, "-m", "benchmarks.speed.floor", told, database]


COMMANDS: dict[str, Callable[[Site, Path], list[str | Path]]] = {
    "ours": lambda site, database: ours(site.profile, database),
    "straightforward": _straightforward,
    "floor": _floor,
}

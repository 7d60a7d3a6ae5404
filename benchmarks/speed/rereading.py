"""Re-extraction of what our crawl captured: one core against two, rounds in turn, start-up told apart."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed.crawls import PROGRAM
from benchmarks.speed.measuring import run
from benchmarks.speed.site import copied

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.site import Site

#: name -> cores the whole program is held to, and its extraction processes.
SETTINGS = {"one core": (1, 1), "two cores": (2, 2)}
#: So many captures are read where only the start and the end of the program are wanted.
_FEW = 20


def rereading(site: Site, rounds: int) -> dict[str, Any]:
    """Costs of every round, by setting, of all captures and of a few.

    {"settings": {name: {"captures": n, "few": m, "costs": [...], "costs of few": [...]}}}
    """
    databases = {"costs": site.crawled(), "costs of few": _with_few(site)}
    found: dict[str, Any] = {name: {"costs": [], "costs of few": []} for name in SETTINGS}
    for number in range(rounds):
        for name, (cores, jobs) in SETTINGS.items():
            for kind, database in databases.items():
                log = site.work / "reextract.log"
                command: list[str | Path] = [
                    PROGRAM,
                    "reextract",
                    site.profile,
                    "--db",
                    database,
                    "--diff",
                    "--jobs",
                    str(jobs),
                    "--json",
                ]
                cost = run(command, log=log, cores=cores)
                said = log.read_text(encoding="utf-8")
                captures = json.loads(said[said.index("{") :])["captures"]
                found[name]["captures" if kind == "costs" else "few"] = captures
                found[name][kind].append(asdict(cost))
                click.echo(f"round {number + 1}: {captures} captures read again on {name}: {cost}", err=True)
    return {"settings": found}


def _with_few(site: Site) -> Path:
    """A copy of the database in which all captures but a few belong to another portal."""
    copy = copied(site.crawled(), site.fresh("few") / "portal.db")
    with closing(sqlite3.connect(copy)) as few:
        few.execute(
            "UPDATE captures SET portal = 'elsewhere' WHERE id NOT IN (SELECT id FROM captures WHERE status = 200 ORDER BY id LIMIT ?)",
            (_FEW,),
        )
        few.commit()
    return copy

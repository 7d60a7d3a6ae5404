"""A second crawl of a portal in which nothing changed: its CPU and requests beside those of reading the lists alone."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed.crawls import ours
from benchmarks.speed.measuring import run
from benchmarks.speed.serving import served
from benchmarks.speed.site import copied

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.site import Site

LISTS = "every list page, nothing else"
LEAST = "refresh, known articles left alone (recheck = 0)"


def recrawl(site: Site, rounds: int) -> dict[str, Any]:
    """Costs of every round and requests of the last, by way of crawling again, each on a copy of the first crawl's database.

    {"articles": stored, "list pages": n, "ways": {name: {"costs": [...], "requests", "not modified", "bytes"}}}
    """
    database = site.crawled()
    with closing(sqlite3.connect(database)) as conn:
        articles = conn.execute("SELECT count(*) FROM v_articles").fetchone()[0]
    told = site.work / "lists.json"
    told.write_text(json.dumps({"base_url": site.base, "targets": site.listings()}), encoding="utf-8")
    only_lists = site.write_profile("lists", recheck=0)
    everything = site.write_profile("everything", recheck=articles)
    ways: dict[str, dict[str, Any]] = {LISTS: {"costs": []}}
    profiles: dict[str, tuple[Path, tuple[str, ...]]] = {
        LEAST: (only_lists, ()),
        "refresh as it comes (recheck = 200)": (site.profile, ()),
        "refresh that asks for every article (304)": (everything, ()),
        "crawl --full": (site.profile, ("--full",)),
    }
    with served(site.folder, site.port, logged=True) as log:
        for number in range(rounds):
            for name in (LISTS, *profiles):
                copy = copied(database, site.fresh("again") / "portal.db")
                command: list[str | Path]
                if name == LISTS:
                    command = [sys.executable, "-m", "benchmarks.speed.listings_only", told, copy]
                else:
                    profile, more = profiles[name]
                    command = ours(profile, copy, *more)
                cost = run(command, log=site.work / "again.log")
                asked = log.take()
                way = ways.setdefault(name, {"costs": []})
                way["costs"].append(asdict(cost))
                way["requests"] = len(asked)
                way["not modified"] = sum(one.status == 304 for one in asked)
                way["bytes"] = sum(one.sent for one in asked)
                click.echo(f"round {number + 1}: {name}: {len(asked)} requests, {cost}", err=True)
    return {"articles": articles, "list pages": len(site.listings()), "ways": ways}

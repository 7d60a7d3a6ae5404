"""How many requests a refresh makes for k changes among n articles, counted by the server, beside list pages touched + k."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click

from benchmarks.speed.crawls import ours
from benchmarks.speed.measuring import run
from benchmarks.speed.pages import Pages
from benchmarks.speed.serving import Asked, served
from benchmarks.speed.site import copied, write_profile
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.sample_portal.world import PAGE_SIZE, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portal_crawler.sample_portal.world import Item

#: Each step is made on top of the one before, and a refresh follows.
STEPS: dict[str, Callable[[World], list[Item]]] = {
    "nothing": lambda _: [],
    "1 new": lambda world: _add(world, 1),
    "10 new": lambda world: _add(world, 10),
    "1 edited": lambda world: _edit(world, 1),
    "10 edited": lambda world: _edit(world, 10),
}
_SEED = 5
_NAMES = {"home": "lists", "listing": "lists", "page": "other pages"}
_PROFILES = {"recheck = 0": 0, "recheck = 200": 200}


def changes(folder: Path, articles: int, port: int) -> dict[str, Any]:
    """Requests of a refresh after each step, of two profiles: one that leaves known articles alone, and the usual one.

    {"articles": n, "steps": {step: {"changed": k, "touched": list pages, "found": {...}, "requests": {profile: {kind: n}}}}}
    """
    base = f"http://127.0.0.1:{port}"
    shutil.rmtree(folder, ignore_errors=True)  # an earlier run left it changed
    site = Pages(folder / "pages", base, World(count=articles, seed=_SEED), pad=False)
    site.write()
    work = folder / "work"
    work.mkdir(exist_ok=True)
    profiles = {
        name: write_profile(work / f"recheck-{value}.toml", base, recheck=value) for name, value in _PROFILES.items()
    }
    databases = {name: work / f"recheck-{value}.db" for name, value in _PROFILES.items()}
    steps: dict[str, Any] = {}
    with served(folder, port, logged=True) as log:
        first, *others = databases.values()
        _refresh(profiles[next(iter(profiles))], first, work)
        for other in others:
            copied(first, other)
        log.take()
        for step, change in STEPS.items():
            changed = change(site.world)
            site.write()
            found: dict[str, Any] = {}
            requests: dict[str, Any] = {}
            for name, profile in profiles.items():
                found[name] = _refresh(profile, databases[name], work)
                requests[name] = _kinds(log.take(), base, site, changed)
            steps[step] = {
                "changed": len(changed),
                "touched": _touched(site.world, changed),
                "found": found,
                "requests": requests,
            }
            click.echo(f"{articles} articles, {step}: {steps[step]}", err=True)
    return {"articles": articles, "steps": steps}


def _refresh(profile: Path, database: Path, work: Path) -> dict[str, int]:
    """What our crawl says it found: new and changed articles."""
    log = work / "refresh.log"
    run(ours(profile, database), log=log)
    said = log.read_text(encoding="utf-8")
    counts = json.loads(said[said.index("{") :])["counts"]
    return {"new": counts["new"], "changed": counts["changed"]}


def _add(world: World, number: int) -> list[Item]:
    """Publish until so many stand in a list: one in forty is hidden on purpose."""
    added: list[Item] = []
    while len(added) < number:
        added += [item for item in world.add(1) if not item.hidden]
    return added


def _edit(world: World, number: int) -> list[Item]:
    """Give new titles to articles that stand in the first half of a first list page, the longest lists first."""
    shown = [
        item
        for rows in zip(
            *(rows[: PAGE_SIZE // 2] for rows in world.listed.values() if len(rows) > PAGE_SIZE), strict=False
        )
        for item in rows
    ]
    edited = shown[:number]
    for item in edited:
        world.edit(item, title=f"{world.title(item)} (đính chính)")
    return edited


def _touched(world: World, changed: list[Item]) -> int:
    """List pages that must be looked at: the start page, and of each list from the top to its last change, one at least."""
    at = {item.index: place for rows in world.listed.values() for place, item in enumerate(rows)}
    deepest = {code: 0 for code, rows in world.listed.items() if rows}
    for item in changed:
        code = item.section.code
        deepest[code] = max(deepest[code], at[item.index] // PAGE_SIZE)
    return 1 + sum(place + 1 for place in deepest.values())


def _kinds(asked: list[Asked], base: str, site: Pages, changed: list[Item]) -> dict[str, int]:
    """Requests by what they were for, however their addresses are spelled."""
    served_as = {unquote(target): kind for target, kind in site.kinds.items()}
    known = {source_key(base + target) for target, kind in site.kinds.items() if kind == "article"}
    wanted = {source_key(base + item.path) for item in changed}

    def kind(target: str) -> str:
        if target == "/robots.txt":
            return "robots.txt"
        key = source_key(base + target)
        if key in wanted:
            return "changed articles"
        if key in known:
            return "known articles"
        return _NAMES.get(served_as.get(unquote(target), ""), "side doors")

    return dict(Counter(kind(one.target) for one in asked))

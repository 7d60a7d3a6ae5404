"""Costs at 1,000, 10,000 and 100,000 articles side by side: what grows faster than n log n shows by its exponent."""

from __future__ import annotations

import math
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.growth.articles import COMMON, PORTAL, RARE, fill
from benchmarks.speed.measuring import run
from benchmarks.speed.report import table
from pipelines.storage.completeness import found_articles, not_stored
from pipelines.storage.integrity import find_damage
from pipelines.storage.search import search
from pipelines.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRAM = Path(sys.executable).parent / "portal-crawler"
_MEGABYTE = 1e6


@click.command()
@click.option("--articles", "sizes", multiple=True, type=click.IntRange(100), default=(1000, 10_000), show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path("data/bench/growth"), show_default=True)
def main(sizes: tuple[int, ...], folder: Path) -> None:
    """Measure each step at each size; the last column is the exponent k of a cost that grows as n to the k.

    \b
    Example:
      python -m benchmarks.growth --articles 1000 --articles 10000 --articles 100000
    """
    sizes = tuple(sorted(set(sizes)))
    measured = [_measure(folder / str(number), number) for number in sizes]
    rows: list[tuple[str, ...]] = [("step", *(f"{number:,}" for number in sizes), "exponent")]
    for name in measured[0]:
        values = [one[name] for one in measured]
        rows.append((name, *(f"{value:.3g}" for value in values), _exponent(sizes, values)))
    click.echo(table(rows))


def _exponent(sizes: tuple[int, ...], values: list[float]) -> str:
    if len(sizes) < 2 or not values[-2] or not values[-1]:
        return "-"
    return f"{math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def _measure(folder: Path, number: int) -> dict[str, float]:
    """CPU seconds, milliseconds and megabytes by step."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = folder / "portal.db"
    found: dict[str, float] = {"store, s": _cpu(lambda: fill(database, number))}
    with Store.open(database, command="benchmark") as store:
        conn = store.conn
        found["duplicates, s"] = _cpu(lambda: store.finish_duplicates(PORTAL))
        found["documents and places, s"] = _cpu(lambda: store.finish_civic(PORTAL))
        found["completeness, s"] = _cpu(lambda: [*found_articles(conn, PORTAL), *not_stored(conn, PORTAL)])
        found["integrity, s"] = _cpu(lambda: list(find_damage(conn)))
        for name, query in (
            ("word of every 100th", RARE),
            ("word of all", COMMON),
            ("two words of all", f"tin {COMMON}"),
        ):
            search(conn, query)
            found[f"search, {name}, ms"] = min(_cpu(lambda query=query: search(conn, query)) for _ in range(3)) * 1000  # type: ignore[misc]
    target = folder / "export"
    commands: tuple[tuple[str, list[str | Path]], ...] = (
        ("export jsonl", ["export", "jsonl", target, "--db", database]),
        ("verify folder", ["verify", "folder", target, "--db", database]),
        ("export hugo", ["export", "hugo", folder / "hugo", "--db", database]),
    )
    for name, command in commands:
        cost = run([_PROGRAM, *command], log=folder / "log")
        found[f"{name}, s"], found[f"{name}, MB"] = cost.cpu, cost.memory / _MEGABYTE
    return found


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()

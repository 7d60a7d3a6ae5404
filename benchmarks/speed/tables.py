"""The tables of docs/performance.md, out of what was measured."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.speed.archives import STREAM
from benchmarks.speed.recrawl import LEAST, LISTS
from benchmarks.speed.report import table
from benchmarks.speed.same_pages import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.speed.results import Results

Row = tuple[str, ...]
_RIGHT = ("found", "title", "day", "author", "section", "recall", "precision")
_NONE = "–"


def parts(results: Results) -> Iterator[str]:
    """Every table with its heading, of what has been measured so far."""
    for size, measured in results.of("crawls"):
        yield f"### {size:,} articles, {_rounds(measured['designs'])}"
        yield table(list(_crawls(measured)))
    sizes = [(size, one) for size, one in results.of("crawls") if "ours" in one["designs"]]
    if len(sizes) > 1:
        yield "Memory of a whole crawl by its size:"
        yield table(list(_memory(sizes)))
    if captures := results.of("captures"):
        yield "What captures take, kilobytes a page:"
        yield table(list(_captures(captures)))
    if extractors := results.of("extractors"):
        yield "### Extraction alone, the same article pages"
        yield table(list(_extractors(extractors[-1][1])))
    if rereading := results.of("rereading"):
        yield "### Re-extraction, one core and two"
        yield table(list(_rereading(rereading)))
    if archives := results.of("archives"):
        yield "### A WARC file, one core and two"
        yield table(list(_archives(archives)))
    if recrawls := results.of("recrawl"):
        yield "### A second crawl of an unchanged portal"
        yield table(list(_recrawls(recrawls)))
    if changes := results.of("changes"):
        yield "### Requests of a refresh, counted by the server"
        yield table(list(_changes(changes)))


def bars(results: Results) -> list[tuple[str, float]]:
    """(name, times the floor) of every design at every size that was measured with the floor."""
    found = []
    for size, measured in results.of("crawls"):
        designs = measured["designs"]
        if "floor" in designs:
            floor = _middle(designs["floor"]["costs"], "cpu")
            found += [(f"{name}, {size:,}", _middle(one["costs"], "cpu") / floor) for name, one in designs.items()]
    return found


def _crawls(measured: dict[str, Any]) -> Iterator[Row]:
    yield (
        "design",
        "CPU ms/article",
        "lowest to highest",
        "x floor",
        "straightforward costs x",
        "articles/s",
        "requests",
        "peak MB",
        *_RIGHT,
    )
    designs, articles = measured["designs"], measured["articles"]
    middle = {name: _middle(one["costs"], "cpu") for name, one in designs.items()}
    for name, one in designs.items():
        yield (
            name,
            f"{middle[name] / articles * 1000:.1f}",
            _spread([cost["cpu"] / articles * 1000 for cost in one["costs"]]),
            f"{middle[name] / middle['floor']:.2f}" if "floor" in middle else _NONE,
            f"{middle['straightforward'] / middle[name]:.1f}" if "straightforward" in middle else _NONE,
            f"{articles / _middle(one['costs'], 'wall'):.0f}",
            f"{one['requests']:,}",
            f"{_middle(one['costs'], 'memory') / 1e6:.0f}",
            *_shares(one["right"]),
        )


def _memory(sizes: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield ("articles", "peak MB", "x the size before")
    before = 0.0
    for size, measured in sizes:
        peak = _middle(measured["designs"]["ours"]["costs"], "memory")
        yield (f"{size:,}", f"{peak / 1e6:.0f}", f"{peak / before:.2f}" if before else _NONE)
        before = peak


def _captures(measured: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield ("captures", "as sent", "zlib -9", "kept", "x zlib", "x zlib with its dictionaries")
    for _, one in measured:
        sizes = (f"{one[name] / 1000:.1f}" for name in ("sent", "zlib", "kept"))
        ratios = (one["zlib"] / one["kept"], one["zlib"] / (one["kept"] + one["dictionaries"]))
        yield (f"{one['captures']:,}", *sizes, *(f"{ratio:.1f}" for ratio in ratios))


def _extractors(measured: dict[str, Any]) -> Iterator[Row]:
    yield ("extractor", "CPU ms/page", "lowest to highest", "x ours", *_RIGHT)
    found, pages = measured["extractors"], measured["pages"]
    middle = {name: median(one["cpu"]) / pages * 1000 for name, one in found.items()}
    for name in sorted(found, key=lambda name: (name != OURS, middle[name])):
        one = found[name]
        yield (
            f"{name} {one['version']}".strip(),
            f"{middle[name]:.1f}",
            _spread([cpu / pages * 1000 for cpu in one["cpu"]]),
            f"{middle[name] / middle[OURS]:.2f}",
            *_shares(one["right"]),
        )


def _rereading(measured: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield (
        "captures",
        "on",
        "pages/s",
        "x one core",
        "pages/s but for the start",
        "x one core",
        "CPU ms/page",
        "start, CPU s",
        "peak MB",
    )
    for _, told in measured:
        rates: list[tuple[float, float]] = []
        for name, one in told["settings"].items():
            pages, few = one["captures"], one["few"]
            wall, wall_few = (_middle(one[kind], "wall") for kind in ("costs", "costs of few"))
            cpu, cpu_few = (_middle(one[kind], "cpu") for kind in ("costs", "costs of few"))
            rates.append((pages / wall, (pages - few) / (wall - wall_few)))
            each = (cpu - cpu_few) / (pages - few)
            yield (
                f"{pages:,}",
                name,
                f"{rates[-1][0]:.0f}",
                f"{rates[-1][0] / rates[0][0]:.2f}",
                f"{rates[-1][1]:.0f}",
                f"{rates[-1][1] / rates[0][1]:.2f}",
                f"{each * 1000:.1f}",
                f"{cpu_few - each * few:.1f}",
                f"{_middle(one['costs'], 'memory') / 1e6:.0f}",
            )


def _archives(measured: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield ("records", "file MB", "on", "pages/s", "x one core", "CPU ms/page", "peak MB", "x the size before")
    before: dict[str, float] = {}
    for _, one in measured:
        records = one["records"]
        single = 0.0
        for name, costs in one["settings"].items():
            rate, peak = records / _middle(costs, "wall"), _middle(costs, "memory")
            single = single or (rate if name != STREAM else 0.0)
            yield (
                f"{records:,}",
                f"{one['bytes'] / 1e6:.0f}",
                name,
                f"{rate:.0f}",
                f"{rate / single:.2f}" if single else _NONE,
                f"{_middle(costs, 'cpu') / records * 1000:.2f}",
                f"{peak / 1e6:.0f}",
                f"{peak / before[name]:.2f}" if before.get(name) else _NONE,
            )
            before[name] = peak


def _recrawls(measured: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield (
        "articles",
        "what is asked for",
        "CPU ms/article",
        "x the lists alone",
        "requests",
        "of them 304",
        "CPU ms a further request",
        "MB",
    )
    for _, one in measured:
        lists, least = (one["ways"][name] for name in (LISTS, LEAST))
        for name, way in one["ways"].items():
            cpu = _middle(way["costs"], "cpu")
            more = way["requests"] - least["requests"]
            further = (cpu - _middle(least["costs"], "cpu")) / more if more > 0 and name != LISTS else None
            yield (
                f"{one['articles']:,}",
                name,
                f"{cpu / one['articles'] * 1000:.2f}",
                f"{cpu / _middle(lists['costs'], 'cpu'):.1f}",
                f"{way['requests']:,}",
                f"{way['not modified']:,}",
                _NONE if further is None else f"{further * 1000:.1f}",
                f"{way['bytes'] / 1e6:.1f}",
            )


_KINDS = ("lists", "changed articles", "known articles", "side doors", "robots.txt", "other pages")


def _changes(measured: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    yield (
        "articles",
        "changes since (k)",
        "list pages touched + k",
        "profile",
        "requests",
        *_KINDS,
        "found new",
        "found changed",
    )
    for size, one in measured:
        for step, told in one["steps"].items():
            for profile, kinds in told["requests"].items():
                found = told["found"][profile]
                yield (
                    f"{size:,}",
                    step,
                    f"{told['touched']} + {told['changed']}",
                    profile,
                    f"{sum(kinds.values()):,}",
                    *(f"{kinds.get(kind, 0):,}" for kind in _KINDS),
                    str(found["new"]),
                    str(found["changed"]),
                )


def _middle(costs: Sequence[dict[str, float]], name: str) -> float:
    return median(one[name] for one in costs)


def _rounds(designs: dict[str, Any]) -> str:
    number = max(len(one["costs"]) for one in designs.values())
    return f"{number} {'round' if number == 1 else 'rounds'}"


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.1f} to {max(values):.1f}" if len(values) > 1 else _NONE


def _shares(right: dict[str, float | None]) -> Row:
    return tuple(_NONE if (value := right[name]) is None else f"{value:.3f}" for name in _RIGHT)

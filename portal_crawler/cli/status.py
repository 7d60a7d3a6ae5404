"""`portal-crawler status`: what ran, with what verdict, what is kept, and what to do next."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.storage.holder import Holder
    from pipelines.storage.status import OpenCrawl, RunRow, Status


@click.command()
@click.argument("portal", required=False)
@db_option
@click.option(
    "--run", "run_id", type=click.IntRange(1), metavar="N", help="One run in depth: arguments, counts, failures."
)
@click.option(
    "--last", type=click.IntRange(1), default=3, show_default=True, help="How many runs of each portal to show."
)
@click.option(
    "--completeness", is_flag=True, help="What each route found, what is missing and why, and what no route saw."
)
@click.option("--dates", is_flag=True, help="How sure the publishing dates are, and which of their sources disagree.")
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a textfile for Prometheus' node exporter instead (extra `metrics`).",
)
@json_option
def status(
    portal: str | None,
    db: Path,
    run_id: int | None,
    last: int,
    completeness: bool,
    dates: bool,
    metrics: Path | None,
    as_json: bool,
) -> None:
    """Show the last runs of all portals (or of PORTAL), what is kept of them, and what is unfinished.

    Reads only, so it may be asked while a crawl runs.

    \b
    Example:
      portal-crawler status
      portal-crawler status ben_tre_city --last 20
      portal-crawler status --run 7
      portal-crawler status ben_tre_city --completeness
      portal-crawler status ben_tre_city --dates
    """
    from pipelines.storage.holder import lock_holder
    from pipelines.storage.status import Status
    from portal_crawler.cli import completeness_view, dates_view, status_view

    if completeness + dates + (run_id is not None) > 1:
        raise click.UsageError(
            "--completeness and --dates look at a whole portal, --run at one run; ask for them one by one"
        )
    if metrics is not None:
        from portal_crawler.metrics import write_metrics

        write_metrics(existing(db), metrics)
        return
    data: dict[str, Any]
    show: Callable[[dict[str, Any]], None]
    with Status.open(existing(db)) as reader:
        if run_id is not None:
            data = _one_run(reader, db, run_id)
            show = status_view.show_run
        elif completeness:
            data = _completeness(reader, db, _known(reader, db, portal))
            show = completeness_view.show_completeness
        elif dates:
            known = _known(reader, db, portal)
            data = dates_view.dates(db, (known,) if known else reader.portals())
            show = dates_view.show_dates
        else:
            data = _overview(reader, db, _known(reader, db, portal), last, lock_holder(db))
            show = status_view.show_overview
    if as_json:
        print_json(data)
    else:
        show(data)


def _known(reader: Status, db: Path, portal: str | None) -> str | None:
    """The portal's name in the database, whether it was given as a name or as a profile's path."""
    if portal is None:
        return None
    if portal.endswith(".toml") or "/" in portal:
        from portal_crawler.profile import load_profile

        portal = load_profile(portal).name
    if portal not in reader.portals():
        known = ", ".join(reader.portals()) or "none"
        raise ConfigurationError(f'{db}: holds no portal "{portal}"; it holds: {known}')
    return portal


def _completeness(reader: Status, db: Path, portal: str | None) -> dict[str, Any]:
    from portal_crawler.cli.completeness_view import completeness

    data = completeness(db, (portal,) if portal else reader.portals())
    for one in data["portals"]:
        crawls = (run for run in reader.runs(portal=one["portal"], each=100) if run.spider == "news")
        last = next(crawls, None)
        one["full_crawl"] = _full_crawl(last, db) if last else None
    return data


def _full_crawl(run: RunRow, db: Path) -> str:
    """The command that asks for everything that the portal of a crawl has."""
    _, _, target = run.command.partition(" ")
    start = (f"start_url={run.arguments['start_url']}",) if "start_url" in run.arguments else ()
    words = [
        "portal-crawler",
        "crawl",
        target or run.portal,
        "--full",
        *(word for one in start for word in ("-a", one)),
    ]
    return shlex.join([*words, "--db", str(db)])


def _overview(reader: Status, db: Path, portal: str | None, last: int, holder: Holder | None) -> dict[str, Any]:
    unfinished = {crawl.portal: crawl for crawl in reader.open_crawls()}
    portals = []
    for totals in reader.totals():
        if portal in (None, totals.portal):
            newest = reader.runs(portal=totals.portal, each=1)[0]
            crawl = unfinished.get(totals.portal)
            unfinished_run = _unfinished(newest, crawl, db, holder)
            portals.append({**asdict(totals), "coverage": reader.coverage(totals.portal), "unfinished": unfinished_run})
    return {
        "database": str(db),
        "held_by": asdict(holder) if holder else None,
        "runs": [_run_json(run, holder) for run in reader.runs(portal=portal, each=last)],
        "portals": portals,
        "incidents": [asdict(one) for one in reader.incidents() if portal in (None, one.portal)],
    }


def _one_run(reader: Status, db: Path, run_id: int) -> dict[str, Any]:
    from pipelines.storage.holder import lock_holder

    run = reader.run(run_id)
    if run is None:
        raise ConfigurationError(f'{db}: holds no run {run_id}; "portal-crawler status" lists them')
    return {
        "database": str(db),
        **_run_json(run, lock_holder(db)),
        "arguments": run.arguments,
        "command": run.command,
        "host": run.host,
        "pid": run.pid,
        "series": run.series,
        "resumes": run.resumes,
        "counts": run.counts,
        "evidence": run.evidence,
        "findings": [asdict(finding) for finding in reader.findings(run_id)],
        "failures": [asdict(failure) for failure in reader.failures(run_id)],
    }


def _run_json(run: RunRow, holder: Holder | None) -> dict[str, Any]:
    return {
        "run": run.id,
        "portal": run.portal,
        "spider": run.spider,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "seconds": run.seconds,
        "verdict": run.verdict or ("running" if _is_running(run, holder) else "died"),
        "exit_code": run.exit_code,
        "sentence": run.sentence,
        **{name: run.counts.get(name, 0) for name in ("new", "changed", "unchanged")},
        "failed": run.failed,
    }


def _is_running(run: RunRow, holder: Holder | None) -> bool:
    return run.verdict is None and holder is not None and (holder.pid, holder.host) == (run.pid, run.host)


def _unfinished(newest: RunRow, crawl: OpenCrawl | None, db: Path, holder: Holder | None) -> dict[str, Any] | None:
    """How to go on, where the portal's last run stopped before its end and nobody goes on with it already."""
    if _is_running(newest, holder):
        return None
    if crawl is not None:
        return {"requests": crawl.requests, "resume": _command(crawl.begun_by, db)}
    if newest.verdict in (None, "interrupted"):
        return {"requests": 0, "resume": _command(newest, db)}
    return None


def _command(run: RunRow, db: Path) -> str:
    """The command that goes on with what a run began."""
    verb, _, target = run.command.partition(" ")
    if run.spider == "news":
        words = ["crawl", target if verb == "crawl" and target else run.portal]
        words += [word for name, value in run.arguments.items() for word in ("-a", f"{name}={value}")]
    else:
        words = [run.spider, target or run.portal]
        words += [str(path) for path in run.arguments.get("paths", ())]
        words += ["--diff"] if run.arguments.get("diff") else []
        for name in ("server", "since", "until"):
            words += [f"--{name}", str(run.arguments[name])] if run.arguments.get(name) else []
        words += [word for prefix in run.arguments.get("prefix", ()) for word in ("--prefix", str(prefix))]
    return shlex.join(["portal-crawler", *words, "--db", str(db)])

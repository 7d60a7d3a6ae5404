"""A WARC file of many records: what reading it costs and how much memory it takes, beside a file of fewer records."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.speed.crawls import PROGRAM
from benchmarks.speed.measuring import run
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.site import Site

#: name -> cores the whole program is held to, and its extraction processes.
SETTINGS = {"one core": (1, 1), "two cores": (2, 2)}
STREAM = "stream alone"
_DATE = "2025-05-01T01:00:00Z"


def archives(site: Site, records: int, rounds: int) -> dict[str, Any]:
    """Costs of every round, by setting; "stream alone" takes the pages out of the file and does nothing with them.

    {"records": n, "bytes": of the file, "settings": {name: [Cost as dict]}}
    """
    warc = site.work / f"{records}.warc.gz"
    if not warc.exists():
        write_warc(site, warc, records)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (STREAM, *SETTINGS)}
    for number in range(rounds):
        for name, costs in found.items():
            cores, jobs = SETTINGS.get(name, (1, 0))
            database = site.fresh("archive") / "portal.db"
            reading: list[str | Path] = [
                PROGRAM,
                "archive",
                site.profile,
                warc,
                "--db",
                database,
                "--jobs",
                str(jobs),
                "--no-media",
                "--json",
            ]
            streaming: list[str | Path] = [sys.executable, "-m", "benchmarks.speed.stream", site.profile, warc]
            cost = run(reading if jobs else streaming, log=site.work / "archive.log", cores=cores, accept=(0, 3))
            costs.append(asdict(cost))
            click.echo(f"round {number + 1}: {records} records, {name}: {cost}", err=True)
    return {"records": records, "bytes": warc.stat().st_size, "settings": found}


def write_warc(site: Site, file: Path, records: int) -> None:
    """Pages of a site as the answers of a crawl, one gzip member a record, as every crawler writes them.

    Raises:
        ConfigurationError: the site has fewer pages.
    """
    written = 0
    new = file.with_suffix(".new")
    with new.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for at, page in site.files():
            if written == records:
                break
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    site.base + at,
                    "response",
                    payload=io.BytesIO(page.read_bytes()),
                    http_headers=head,
                    warc_headers_dict={"WARC-Date": _DATE},
                )
            )
            written += 1
    if written < records:
        raise ConfigurationError(f"{site.folder} has {written} pages, too few for a WARC file of {records}")
    new.replace(file)

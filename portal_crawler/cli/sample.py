"""`portal-crawler sample-portal`: serve the bundled portal on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.errors import ConfigurationError
from portal_crawler.sample_portal.faults import REGISTRY, parse_faults
from portal_crawler.sample_portal.pagers import PAGERS


def _fault_table() -> str:
    width = max(len(name) for name in REGISTRY)
    return "\n".join(f"  {name:<{width}}  {fault.row:<8}  {fault.summary}" for name, fault in REGISTRY.items())


@click.command(
    "sample-portal",
    epilog="\b\nFaults (B passes after some answers, C lasts, D texts and files, E lists, F changed worlds, G manners):\n"
    + _fault_table(),
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--articles", type=click.IntRange(1, 100_000), default=60, show_default=True, help="How many articles.")
@click.option("--seed", type=int, default=1, show_default=True, help="Chooses every text; same seed, same portal.")
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what a careful reader would take from the portal, as JSON, before serving.",
)
@click.option("--pager", type=click.Choice(PAGERS), default="get", show_default=True, help="How listing pages go on.")
@click.option(
    "--world",
    "steps",
    type=click.IntRange(0, 10_000),
    default=0,
    show_default=True,
    help="The same portal after that many rounds of change: each one edit, one removal, three new articles.",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME[:RATE]", help="Make a fault; may be given again. See below."
)
@click.option(
    "--log",
    "log_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append one line a request: time, status, method, address, bytes.",
)
def sample_portal(log_path: Path | None, truth: Path | None, faults: tuple[str, ...], **options: Any) -> None:
    """Serve the bundled SharePoint-like portal of an invented city on 127.0.0.1, until interrupted.

    RATE is the share of pages a fault befalls, from 0 to 1 (default 1; chosen by the address, so always the same pages),
    or for faults that pass a whole number of bad answers before the good one, as in "http_500:2" (default 1).

    \b
    Example:
      portal-crawler sample-portal --articles 200 --truth truth.json --pager postback --fault http_500:0.1
    """
    from portal_crawler.sample_portal.server import SamplePortal

    parsed = parse_faults(faults)
    log = log_path.open("a", encoding="utf-8") if log_path else None
    try:
        portal = SamplePortal(faults=parsed, log=log, **options)
    except OSError as error:
        raise ConfigurationError(
            f"port {options['port']} cannot be used ({error}); choose another with --port, or 0 for a free one"
        ) from error
    try:
        with portal:
            if truth is not None:
                portal.write_truth(truth)
            click.echo(f"The sample portal is at {portal.url} (Ctrl-C ends it).")
            portal.wait()
    except KeyboardInterrupt:
        click.echo("The sample portal has ended.")
    finally:
        if log is not None:
            log.close()

"""`portal-crawler notify`: send what is waiting to be told, or test that notices arrive."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.common import db_option, existing

notices_option = click.option(
    "--notices",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="PORTAL_CRAWLER_NOTICES",
    help="TOML file that says who is told of incidents, and how (docs/operators.md).",
)


@click.command()
@notices_option
@db_option
@click.option("--test", is_flag=True, help="Send a test notice through every channel, and nothing else.")
@click.pass_context
def notify(ctx: click.Context, notices: Path | None, db: Path, test: bool) -> None:
    """Tell every channel what it does not know yet: incidents that are open, and those that are over.

    A crawl with --notices does it at its end; this command, from a timer, also notices a portal that fell silent while
    nobody crawled, and sends what could not be delivered.

    \b
    Example:
      portal-crawler notify --test --notices notices.toml
      portal-crawler notify --notices notices.toml
    """
    from portal_crawler.notices.config import load_notices
    from portal_crawler.notices.desk import deliver, tell_unrecorded, weigh_all

    if notices is None:
        raise click.UsageError("name the file of channels: --notices FILE, or PORTAL_CRAWLER_NOTICES")
    told = load_notices(notices)
    if test:
        failed = tell_unrecorded(db, told, "–", "test", "This is a test.", 0)
    else:
        weigh_all(existing(db))
        failed = deliver(db, told)
    for error in failed:
        click.secho(error, fg="red", err=True)
    if not failed:
        click.echo(
            f"{len(told.channels)} channels know everything" if not test else f"{len(told.channels)} test notices sent"
        )
    ctx.exit(1 if failed else 0)

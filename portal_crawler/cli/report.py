"""`portal-crawler report`: one run as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.common import db_option, existing


@click.command()
@click.argument("run", type=click.IntRange(1), required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file [default: run-N.html beside the database].",
)
@click.option(
    "--language", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language of the words."
)
@db_option
def report(run: int | None, output: Path | None, language: str, db: Path) -> None:
    """Write the report of a RUN (the last one unless given): its verdict, what changed, what failed, how complete it is.

    One file without scripts, which loads nothing from anywhere: it can be sent, kept and printed.

    \b
    Example:
      portal-crawler report
      portal-crawler report 7 -o report.html --language vi
    """
    click.echo(f"{write_report(existing(db), run, output, language)} is written")


def write_report(db: Path, run_id: int | None, output: Path | None, language: str) -> Path:
    """Write a report in one step; returns its place.

    Raises:
        ConfigurationError: there is no such run.
        StorageError: it cannot be written.
    """
    from pipelines.errors import ConfigurationError, StorageError
    from pipelines.storage.status import Status
    from portal_crawler.cli.completeness_view import completeness
    from portal_crawler.profile import load_profile
    from portal_crawler.run_report.facts import gather
    from portal_crawler.run_report.page import to_html

    with Status.open(db) as reader:
        runs = reader.runs(each=1)
        chosen = reader.run(run_id) if run_id is not None else max(runs, key=lambda one: one.id, default=None)
    if chosen is None:
        raise ConfigurationError(f'{db}: holds no run {run_id or ""}; "portal-crawler status" lists them')
    try:
        title = load_profile(chosen.command.partition(" ")[2] or chosen.portal).title
    except ConfigurationError:
        title = chosen.portal
    known = completeness(db, (chosen.portal,))["portals"][0]
    target = output or db.parent / f"run-{chosen.id}.html"
    draft = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(to_html(gather(db, chosen.id, title, known), language), encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        raise StorageError(f"{target}: cannot be written ({error.strerror}); name another file") from error
    return target

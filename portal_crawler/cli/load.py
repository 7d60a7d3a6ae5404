"""`portal-crawler load`: the data set straight into a running CMS, and back out again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pipelines.load.report import LoadReport
    from pipelines.load.site import Site
    from pipelines.storage.dataset import Dataset

PASSWORD = "PORTAL_CRAWLER_PASSWORD"  # noqa: S105 - the name of the variable
PARTIAL = 3
KEPT_SHOWN = 20


@click.command()
@click.argument("system", type=click.Choice(["wordpress"]))
@click.argument("url")
@db_option
@click.option("--user", required=True, help="User of the target with the rights of an administrator.")
@click.option("--portal", default="", help="Only this portal's articles.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Sections, authors and statuses of the target.")  # fmt: skip
@click.option("--media", "media_folder", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of the stored media files [default: media beside the database].")  # fmt: skip
@click.option("--permalink", default="", help="Article addresses of the target, such as /{year}/{month}/{slug}/.")
@click.option("--rate", type=click.FloatRange(min=0), default=5.0, show_default=True,
              help="Most requests a second (0: no limit).")  # fmt: skip
@click.option(
    "--overwrite", multiple=True, metavar="UID", help="Send this article although it was edited in the target."
)
@click.option("--dry-run", is_flag=True, help="Ask, change nothing; tell what would be sent and what would be kept.")
@click.option("--rollback", "batch", type=int, metavar="BATCH", help="Undo a load; what was edited since is spared.")
@json_option
@click.pass_context
def load(
    ctx: click.Context, /, *, system: str, url: str, db: Path, user: str, batch: int | None, as_json: bool, **given: Any
) -> None:
    """Bring the CMS at URL up to date with the database, as often as you like.

    Only new and changed articles are sent. What was edited or deleted in the CMS is never overwritten: it is listed with the
    difference, and the exit code is 3. A load that was killed goes on when it is started again.
    The password (for WordPress an application password) is read from the environment variable PORTAL_CRAWLER_PASSWORD only.

    \b
    Example:
      portal-crawler load wordpress https://www.example.gov.vn --user quan-tri --mapping map.toml --dry-run
      portal-crawler load wordpress https://www.example.gov.vn --user quan-tri --mapping map.toml
      portal-crawler load wordpress https://www.example.gov.vn --user quan-tri --rollback 1
    """
    from pipelines.load.rollback import rollback
    from pipelines.storage.ledger import Ledger
    from pipelines.storage.store import Store

    existing(db)
    dry_run = bool(given.pop("dry_run"))
    if batch is not None and dry_run:
        raise click.UsageError("--rollback cannot be tried with --dry-run")
    site = site_of(url, user, rate=given.pop("rate"), dry_run=dry_run)
    with Store.open(db, command=f"load {system}") as store:
        ledger = Ledger(store, site.client.site)
        report = (
            rollback(site, ledger, batch) if batch is not None else _load(db, site, ledger, dry_run=dry_run, **given)
        )
    if as_json:
        print_json({"target": site.client.site, "dry_run": dry_run, **report.to_json()})
    else:
        _summary(report, rolled_back=batch is not None, dry_run=dry_run)
    if report.kept or report.findings.refused.total():
        ctx.exit(PARTIAL)


def site_of(url: str, user: str, *, rate: float, dry_run: bool) -> Site:
    """The site, with the password of the environment.

    Raises:
        ConfigurationError: there is no password, or the address cannot be used.
    """
    from pipelines.load.client import WordPressClient
    from pipelines.load.site import Site

    password = os.environ.get(PASSWORD, "")
    if not password:
        raise ConfigurationError(f"no password; put an application password of {user!r} into the variable {PASSWORD}")
    return Site(WordPressClient(url, user, password, rate=rate), dry_run=dry_run)


def _load(db: Path, site: Site, ledger: Any, *, dry_run: bool, overwrite: tuple[str, ...], **given: Any) -> LoadReport:
    from pipelines.load.wordpress import LoadOptions
    from pipelines.load.wordpress import load as load_into
    from pipelines.storage.dataset import Dataset

    with Dataset.open(db) as dataset:
        options = LoadOptions(export=plan_options(db, **given), overwrite=frozenset(overwrite), dry_run=dry_run)
        check_portal(db, dataset, options.export.portal)
        return load_into(dataset, site, ledger, options)


def check_portal(db: Path, dataset: Dataset, portal: str) -> None:
    """Nothing, or an error: an unknown portal has no articles, and nothing is easily brought and proven.

    Raises:
        ConfigurationError: the database holds no such portal.
    """
    if portal and portal not in dataset.portals():
        known = ", ".join(dataset.portals()) or "none"
        raise ConfigurationError(f'{db}: holds no portal "{portal}"; it holds: {known}')


def plan_options(db: Path, *, mapping: Path | None, media_folder: Path | None, **given: Any) -> Any:
    """The options that choose and map articles, as `export` has them."""
    from pipelines.export.addresses import Addressing
    from pipelines.export.mapping import load_mapping
    from pipelines.export.protocol import ExportOptions
    from portal_crawler.platforms.sharepoint.addresses import ITEM_PARAMETERS, is_noise, source_key
    from portal_crawler.platforms.sharepoint.twins import form_twins

    return ExportOptions(
        mapping=load_mapping(mapping) if mapping else None,
        media_folder=media_folder or db.parent / "media",
        addressing=Addressing(key=source_key, is_noise=is_noise, item_parameters=ITEM_PARAMETERS, twins=form_twins),
        **given,
    )


def _summary(report: LoadReport, *, rolled_back: bool, dry_run: bool) -> None:
    """A few lines for a person: what was done, what was kept and why, how to undo it."""
    if rolled_back:
        click.echo(
            f"Batch {report.batch} undone: {report.undone} articles, {report.media} files; {len(report.kept)} spared"
        )
    else:
        click.echo(
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, {len(report.kept)} kept; "
            f"{report.media} files, {report.sections} sections, {report.authors} authors made"
        )
    for kept in report.kept[:KEPT_SHOWN]:
        click.echo(f"  KEPT {kept.reason.replace('_', ' ')}: {kept.uid}  {kept.title}  {kept.address}")
        for line in kept.difference.splitlines():
            click.echo(f"    {line}")
    if len(report.kept) > KEPT_SHOWN:
        click.echo(f"  … and {len(report.kept) - KEPT_SHOWN} more: --json lists all")
    for title, counts in (
        ("skipped", report.findings.skipped), ("REFUSED", report.findings.refused), ("note", report.findings.warnings),
    ):  # fmt: skip
        for reason, count in sorted(counts.items()):
            click.echo(f"  {title}: {count} {reason.replace('_', ' ')}")
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
    elif not rolled_back:
        click.echo(f"Batch {report.batch}; undo it with --rollback {report.batch}")

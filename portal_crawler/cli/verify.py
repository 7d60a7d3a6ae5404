"""`portal-crawler verify`: is everything of the database in the new system, word for word and byte for byte?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pipelines.verify.result import VerifyReport

UNEXPLAINED = 3
SHOWN = 10


@click.command()
@click.argument("system", type=click.Choice(["wordpress", "folder", "hugo"]))
@click.argument("target")
@db_option
@click.option("--user", default="", help="wordpress: a user with the rights of an administrator.")
@click.option("--portal", default="", help="Only this portal's articles.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The mapping that the load or export was given.")  # fmt: skip
@click.option("--media", "media_folder", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of the stored media files [default: media beside the database].")  # fmt: skip
@click.option("--permalink", default="", help="The pattern that the load was given; a folder knows its own.")
@click.option("--rate", type=click.FloatRange(min=0), default=5.0, show_default=True,
              help="Most requests a second (0: no limit).")  # fmt: skip
@click.option("--old-addresses", "front", metavar="BASE",
              help="Ask every old address, and how readers write it, of the web server at BASE.")  # fmt: skip
@click.option("--report", "folder", type=click.Path(file_okay=False, path_type=Path),
              help="Write verification.html and verification.json into this folder.")  # fmt: skip
@json_option
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    *,
    system: str,
    target: str,
    db: Path,
    user: str,
    rate: float,
    front: str | None,
    folder: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Read every article back from TARGET and compare it with the database.

    \b
    wordpress  TARGET is the address of the site, read back over its REST API
    folder     TARGET is a folder that `export` wrote: checksums, counts, every row by its content
    hugo       TARGET is the site's folder after `hugo` has built it: every page as readers get it

    With --old-addresses every address that articles ever had is requested at the web server in front of the new site, as it
    was seen and in other spellings, and must lead to the article's page with its text.
    Compared are title, text by paragraphs, dates in both zones, section, author, status, images and attachments by their
    bytes, and links. Every difference has a reason; the exit code is 3 while one is unexplained.
    The password is read from the environment variable PORTAL_CRAWLER_PASSWORD only.

    \b
    Example:
      portal-crawler verify wordpress https://www.example.gov.vn --user quan-tri --mapping map.toml --report verified
      portal-crawler verify folder cms --mapping map.toml
      portal-crawler verify hugo site --old-addresses https://www.example.gov.vn --rate 0
    """
    from portal_crawler.cli.load import plan_options

    options, web = plan_options(db, **given), _front(front, rate)
    if system == "wordpress":
        if not user:
            raise click.UsageError("wordpress needs --user")
        report = _of_wordpress(existing(db), target, user, rate, options, web)
    else:
        report = _of_folder(system, existing(db), Path(target), options, web)
    if folder is not None:
        _write(report, folder)
    if as_json:
        print_json(report.to_json())
    else:
        _summary(report, folder)
    if report.unexplained:
        ctx.exit(UNEXPLAINED)


def _front(base: str | None, rate: float) -> Any:
    """The web server that readers meet.

    Raises:
        ConfigurationError: BASE is no address of one.
    """
    from urllib.parse import urlsplit

    from pipelines.errors import ConfigurationError
    from pipelines.load.web import Web

    if base is None:
        return None
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigurationError(
            f"--old-addresses {base}: no address of a web server; write it as https://www.example.gov.vn"
        )
    return Web(base, rate=rate)


def _of_folder(system: str, db: Path, target: Path, options: Any, front: Any) -> VerifyReport:
    from pipelines.storage.dataset import Dataset
    from pipelines.verify.folder import verify_folder
    from pipelines.verify.hugo import verify_hugo
    from portal_crawler.cli.load import check_portal

    if system == "folder" and front is not None:
        raise click.UsageError("--old-addresses needs a running target: wordpress or hugo")
    with Dataset.open(db) as dataset:
        check_portal(db, dataset, options.portal)
        if system == "hugo":
            return verify_hugo(dataset, target, options, front)
        return verify_folder(dataset, target, options)


def _of_wordpress(db: Path, url: str, user: str, rate: float, options: Any, front: Any) -> VerifyReport:
    from pipelines.storage.dataset import Dataset
    from pipelines.storage.ledger import read_entries
    from pipelines.verify.wordpress import verify as compare
    from portal_crawler.cli.load import check_portal, site_of

    client = site_of(url, user, rate=rate, dry_run=True).client
    with Dataset.open(db) as dataset:
        check_portal(db, dataset, options.portal)
        articles = {one.uid: one for one in read_entries(dataset.conn, client.site, "article")}
        files = {one.uid: one for one in read_entries(dataset.conn, client.site, "media")}
        return compare(dataset, client, articles, options, files, front)


def _write(report: VerifyReport, folder: Path) -> None:
    from pipelines.errors import StorageError
    from pipelines.verify.report_html import write_html

    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=2)
        (folder / "verification.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        write_html(report, folder / "verification.html")
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror}); name another folder with --report"
        ) from error


def _summary(report: VerifyReport, folder: Path | None) -> None:
    """Counts, then the worst."""
    click.echo(
        f"{report.source} articles known of the portal, {report.database} in the database, {report.expected} expected there, "
        f"{report.found} found"
    )
    for reason, count in sorted(report.not_stored.items()):
        click.echo(f"  not stored: {count} {reason}")
    for reason, count in sorted(report.left_out.items()):
        click.echo(f"  left out: {count} {reason.replace('_', ' ')}")
    click.echo(f"{report.checked.total()} comparisons, {report.unexplained} unexplained differences")
    for reason, count in sorted(report.not_asked.items()):
        click.echo(f"  old addresses not asked: {count} articles {reason.replace('_', ' ')}")
    for reason, count in report.reasons.most_common():
        click.echo(f"  {count} {reason.replace('_', ' ')}")
    for one in [one for one in report.articles if one.unexplained][:SHOWN]:
        click.echo(f"  {one.uid}  {one.title}  {one.address}")
        for difference in [found for found in one.differences if not found.explained]:
            click.echo(f"    {difference.reason}: {difference.expected[:200]!r} -> {difference.found[:200]!r}")
    if folder is not None:
        click.echo(f"The report: {folder / 'verification.html'} (and .json)")

"""`portal-crawler export`: the data set for a new system, through whichever exporter is installed."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pipelines.export.addresses import Addressing
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

STATES = ("live", "gone", "quarantined")
PARTIAL = 3
CASES_SHOWN = 5


def _list_formats(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from pipelines.export.protocol import load_exporters

    for name, exporter in load_exporters().items():
        click.echo(f"{name:<12} {exporter.description}")
    ctx.exit()


def _states(_ctx: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    states = tuple(part.strip() for part in value.split(",") if part.strip())
    unknown = [one for one in states if one not in STATES]
    if unknown or not states:
        raise click.BadParameter(f"must be of {', '.join(STATES)}, separated by commas, not {value!r}")
    return states


def _date(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        datetime.fromisoformat(value or "2000-01-01")
    except ValueError as error:
        raise click.BadParameter(f"must be YYYY-MM-DD or an ISO date-time, not {value!r}") from error
    return value


def _address(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
        raise click.BadParameter(f"must be a whole address, such as https://www.example.gov.vn, not {value!r}")
    return value


def _refuse_other_format(format_: str, destination: Path, *, force: bool) -> None:
    """Refuse to replace an export for another target: that is a slip of the hand."""
    from pipelines.export.folder import read_manifest

    before = (read_manifest(destination) or {}).get("format", format_)
    if before != format_ and not force:
        raise ConfigurationError(
            f"{destination}: holds an export of the format {before}; name another folder, or replace it with --force"
        )


@click.command()
@click.argument("format_", metavar="FORMAT")
@click.argument("destination", metavar="DEST", type=click.Path(path_type=Path))
@db_option
@click.option("--portal", default="", help="Only this portal's articles.")
@click.option("--since", default="", callback=_date, help="Only articles new or changed since (YYYY-MM-DD).")
@click.option(
    "--state", "states", default="live,gone", show_default=True, callback=_states, help="Article states, by commas."
)
@click.option(
    "--dry-run", is_flag=True, help="Write nothing; tell what would be written, skipped and refused, and why."
)
@click.option(
    "--mapping", type=click.Path(dir_okay=False, path_type=Path), help="Sections, authors and statuses of the target."
)
@click.option("--init-mapping", is_flag=True, help="Write the file of --mapping, filled with what the data hold.")
@click.option("--max-bytes", type=click.IntRange(min=0), default=1_900_000, show_default=True,
              help="Largest file, for targets that limit uploads (0: no limit).")  # fmt: skip
@click.option("--media", "media_folder", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of the stored media files [default: media beside the database].")  # fmt: skip
@click.option("--media-base-url", default="", help="Address under which the target will find the media folder.")
@click.option("--permalink", default="", help="Article addresses of the target, such as /{year}/{month}/{slug}/.")
@click.option(
    "--site-url", default="", callback=_address, help="The target's own address, such as https://www.example.gov.vn."
)
@click.option("--targets", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV (uid,address) of addresses that the target really gave.")  # fmt: skip
@click.option("--force", is_flag=True, help="Move aside what stands at DEST and is no export of ours.")
@click.option("--formats", is_flag=True, is_eager=True, expose_value=False, callback=_list_formats,
              help="List the formats that are installed.")  # fmt: skip
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    /,
    *,
    format_: str,
    destination: Path,
    db: Path,
    mapping: Path | None,
    media_folder: Path | None,
    init_mapping: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Write the data set for a new system into the folder DEST.

    The folder appears when it is whole; an earlier export there is replaced. The exit code is 3 when articles were
    refused, because the target could not have taken them.

    \b
    Example:
      portal-crawler export jsonl export/jsonl
      portal-crawler export wordpress export/wordpress --mapping map.toml --init-mapping
      portal-crawler export wordpress export/wordpress --mapping map.toml --dry-run
    """
    from pipelines.export.protocol import ExportOptions, load_exporter
    from pipelines.storage.dataset import Dataset

    exporter = load_exporter(format_)
    with Dataset.open(existing(db)) as dataset:
        media = media_folder or db.parent / "media"
        options = ExportOptions(media_folder=media, addressing=_sharepoint(), **given)
        if options.portal and options.portal not in dataset.portals():
            known = ", ".join(dataset.portals()) or "none"
            raise ConfigurationError(f'{db}: holds no portal "{options.portal}"; it holds: {known}')
        if init_mapping:
            _init_mapping(dataset, mapping or Path("map.toml"), options)
            return
        _refuse_other_format(format_, destination, force=options.force)
        total = dataset.count(portal=options.portal or None, since=options.since or None, states=options.states)
        with _progress(format_, total, quiet=as_json) as advance:
            report = exporter.export(dataset, destination, _completed(options, mapping, advance))
    if as_json:
        print_json({"format": format_, "destination": str(destination), "dry_run": options.dry_run, **report.to_json()})
    else:
        _summary(report, destination, dry_run=options.dry_run)
    if report.refused.total():
        ctx.exit(PARTIAL)


def _sharepoint() -> Addressing:
    """The rules of the platform's addresses, which `pipelines` does not know."""
    from pipelines.export.addresses import Addressing
    from portal_crawler.platforms.sharepoint.addresses import ITEM_PARAMETERS, is_noise, source_key
    from portal_crawler.platforms.sharepoint.twins import form_twins

    return Addressing(key=source_key, is_noise=is_noise, item_parameters=ITEM_PARAMETERS, twins=form_twins)


def _completed(options: ExportOptions, mapping: Path | None, advance: Callable[[int], None]) -> ExportOptions:
    from pipelines.export.mapping import load_mapping

    return replace(options, mapping=load_mapping(mapping) if mapping else None, advance=advance)


def _init_mapping(dataset: Dataset, path: Path, options: ExportOptions) -> None:
    """Write the mapping file, or with --force add to it what it lacks; a person's entries stay."""
    from pipelines.export.mapping import load_mapping, mapping_of, mapping_text

    if path.exists() and not options.force:
        raise ConfigurationError(f"{path}: is there already; --force adds what it lacks and keeps its entries")
    known = load_mapping(path) if path.exists() else None
    found = mapping_of(dataset, options, known)
    path.write_text(mapping_text(found), encoding="utf-8", newline="\n")
    old = len(known.sections) + len(known.authors) if known else 0
    new = len(found.sections) + len(found.authors) - old
    click.echo(f"{path}: {new} entries written, {old} kept; edit it, then export with --mapping {path}")


def _progress(title: str, total: int, *, quiet: bool) -> AbstractContextManager[Callable[[int], None]]:
    """A progress bar on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda _done: None)
    return _bar(title, total)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, advance=done)


def _summary(report: ExportReport, destination: Path, *, dry_run: bool) -> None:
    """A few lines for a person: what was done, what was not and why, where it is."""
    verb = "would be written" if dry_run else "written"
    numbers = ((report.created, "new"), (report.changed, "changed"), (report.unchanged, "as in the export before"))
    parts = [f"{count} {what}" for count, what in numbers if count]
    if report.removed:
        parts.append(f"{report.removed} of the export before are left out")
    click.echo(f"{report.articles} articles {verb}{': ' if parts else ''}{', '.join(parts)}")
    for kind, count in sorted((+report.rows).items()):
        click.echo(f"  {kind.replace('_', ' ')}: {count}")
    for title, counts in (("skipped", report.skipped), ("REFUSED", report.refused), ("note", report.warnings)):
        for reason, count in sorted(counts.items()):
            click.echo(f"  {title}: {count} {reason.replace('_', ' ')}")
            for case in [one for one in report.cases if one.reason == reason][:CASES_SHOWN]:
                click.echo(f"    {case.uid}  {case.detail}")
    if report.cases:
        click.echo('What each means and what to do: docs/migration.md, "Findings and what to do"')
    if dry_run:
        click.echo("Nothing was written (--dry-run).")
    else:
        click.echo(f"{report.files} files in {destination}; `sha256sum -c SHA256SUMS` there proves them whole")

"""`portal-crawler check`: is the database sound, and does it hold what the portal really holds?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pipelines.storage.integrity import Damage
    from pipelines.verify.truth import TruthReport


@click.command()
@db_option
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A truth file (sample-portal --truth): compare every field of every article with it.",
)
@click.option(
    "--routes",
    default="listing,related",
    show_default=True,
    help="Only articles that one of these routes leads to are expected.",
)
@click.option(
    "--media",
    "media_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the stored media files [default: media beside the database].",
)
@json_option
@click.pass_context
def check(
    ctx: click.Context, db: Path, truth: Path | None, routes: str, media_folder: Path | None, as_json: bool
) -> None:
    """Check the database: its file, its rows, its hashes and the media folder; with --truth what is missing, doubled or different.

    Exits 0 only if all is right. Reads only, so it may run during a crawl.

    \b
    Example:
      portal-crawler check
      portal-crawler check --truth data/truth.json --db data/demo.db
    """
    existing(db)
    clean = (
        _check_truth(db, truth, routes, as_json)
        if truth
        else _check_database(db, media_folder or db.parent / "media", as_json)
    )
    ctx.exit(0 if clean else 1)


def _check_database(db: Path, media_folder: Path, as_json: bool) -> bool:
    from pipelines.storage import media
    from pipelines.storage.integrity import find_damage
    from pipelines.storage.schema import open_reader

    with closing(open_reader(db, older=True)) as conn:
        articles = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
        damage = [*find_damage(conn), *media.find_damage(conn, media_folder)]
    if as_json:
        print_json(
            {"database": str(db), "articles": articles, "sound": not damage, "damage": [asdict(one) for one in damage]}
        )
    else:
        _print_damage(db, articles, damage)
    return not damage


def _print_damage(db: Path, articles: int, damage: list[Damage]) -> None:
    for one in damage[:50]:
        click.secho(f"{one.code}: {one.detail}", fg="red")
    if damage:
        click.secho(
            f"{db}: {len(damage)} faults; restore the last backup, or crawl into a new database", fg="red", bold=True
        )
    else:
        click.secho(f"{db}: sound; {articles} articles, every hash recomputed", fg="green", bold=True)


def _check_truth(db: Path, path: Path, routes: str, as_json: bool) -> bool:
    from pipelines.storage.dataset import Dataset
    from pipelines.verify.truth import compare_with_truth
    from pipelines.verify.truth_file import load_truth

    wanted = [route.strip() for route in routes.split(",") if route.strip()]
    with Dataset.open(db) as dataset:
        report = compare_with_truth(dataset, load_truth(path), wanted)
    if as_json:
        # asdict rebuilds a Counter from pairs and so counts the pairs
        print_json({**asdict(report), "not_expected": report.not_expected, "clean": report.clean})
    else:
        _print_report(report)
    return report.clean


def _print_report(report: TruthReport) -> None:
    for name in ("missing", "doubled", "merged", "unknown"):
        urls = getattr(report, name)
        click.secho(f"{name:<14} {len(urls):>6}", fg="red" if urls else None)
        for url in urls[:5]:
            click.echo(f"  {url}")
    click.secho(f"\n{'field':<14} {'right':>6} {'wrong':>6}", bold=True)
    for name, score in report.fields.items():
        click.secho(f"{name:<14} {score.right:>6} {score.wrong:>6}", fg="red" if score.wrong else None)
    click.echo(f"lowest of any body: recall {report.recall:.4f}, precision {report.precision:.4f}")
    for name, score in report.fields.items():
        for one in score.first:
            click.echo(f"\n{name} of {one.url}\n  expected: {one.expected}\n  got:      {one.got}")
    for routes, count in sorted(report.not_expected.items()):
        click.echo(f"not expected: {count} articles that only these routes lead to: {routes}")
    colour = "green" if report.clean else "red"
    verdict = "all right" if report.clean else "not right"
    click.secho(f"\n{report.expected} articles expected, {report.stored} stored: {verdict}", fg=colour, bold=True)

"""`portal-crawler score`: how right the reading of dates and of saved pages is, against values a person wrote down."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.common import json_option, print_json

if TYPE_CHECKING:
    from portal_crawler.quality.date_table import DateScore
    from portal_crawler.quality.page_score import FieldScore

#: Longer values are cut in the list of wrong fields; --json shows them whole.
SHOWN = 100


@click.group()
def score() -> None:
    """Score dates or saved pages against expected values; ends with 0 only if all is right.

    \b
    Example:
      portal-crawler score dates dates.tsv
      portal-crawler score pages saved/ --profile ben_tre_city
    """


@score.command(short_help="Score a table of date strings.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--base", default="", metavar="ISO", help="The time that relative dates count from (2018-10-26T11:00+07:00)."
)
@json_option
@click.pass_context
def dates(ctx: click.Context, file: Path, base: str, as_json: bool) -> None:
    """Read each string of a table (columns string, expected, role) and compare.

    \b
    Example:
      portal-crawler score dates dates.tsv --base 2018-10-26T11:00:00+07:00
    """
    from portal_crawler.quality.date_table import read_table, score_row

    scores = [score_row(row) for row in read_table(file, _moment(base))]
    if as_json:
        print_json({**_counts([one.right for one in scores]), "rows": [one.to_json() for one in scores]})
    else:
        _print_dates(scores)
    ctx.exit(0 if all(one.right for one in scores) else 1)


def _moment(base: str) -> datetime | None:
    if not base:
        return None
    try:
        return datetime.fromisoformat(base)
    except ValueError as error:
        raise click.BadParameter(f"{base!r} is no ISO 8601 time", param_hint="--base") from error


def _counts(rights: list[bool]) -> dict[str, int]:
    return {"right": sum(rights), "wrong": len(rights) - sum(rights)}


def _print_dates(scores: list[DateScore]) -> None:
    right = Counter(one.row.role for one in scores if one.right)
    total = Counter(one.row.role for one in scores)
    for role, count in sorted(total.items()):
        click.echo(f"{role or 'date':<16} {right[role]:>4} of {count}")
    click.echo(f"{'all':<16} {right.total():>4} of {total.total()}")
    for one in scores:
        if not one.right:
            got = one.got or f"no date ({one.problem})"
            click.secho(f"wrong, line {one.row.line}: {one.row.string}", fg="red")
            click.echo(f"  expected {one.row.expected or 'no date'}, got {got}")


@score.command(short_help="Score saved pages, field by field.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--profile", default="", metavar="PORTAL", help="Read all pages with this profile instead of the minimal one."
)
@click.option("--floor", default=0.995, show_default=True, help="Least word recall and precision of a right body.")
@json_option
@click.pass_context
def pages(ctx: click.Context, folder: Path, profile: str, floor: float, as_json: bool) -> None:
    """Read each saved page of a folder that has expected values beside it, and compare field by field.

    \b
    Values stand in gold.json (page name -> fields), in NAME.json beside NAME.html, or in folders with
    page.html, expected.json and meta.toml. Fields: title, author, date, category, views, summary,
    text, captions, images, attachments.

    \b
    Example:
      portal-crawler score pages saved/
    """
    from portal_crawler.quality.cases import find_cases
    from portal_crawler.quality.page_score import score_case

    scores = {case.name: score_case(case, profile, floor) for case in find_cases(folder)}
    if as_json:
        print_json(_pages_json(scores))
    else:
        _print_pages(scores)
    ctx.exit(0 if all(one.right for fields in scores.values() for one in fields) else 1)


def _by_field(scores: dict[str, list[FieldScore]]) -> dict[str, list[FieldScore]]:
    fields: dict[str, list[FieldScore]] = {}
    for page in scores.values():
        for one in page:
            fields.setdefault(one.field, []).append(one)
    return fields


def _words(fields: list[FieldScore]) -> dict[str, float]:
    """Mean recall, precision and F1 of the bodies among the fields."""
    words = [one.words for one in fields if one.words]
    return {name: round(fmean(getattr(one, name) for one in words), 4) for name in ("recall", "precision", "f1")}


def _pages_json(scores: dict[str, list[FieldScore]]) -> dict[str, Any]:
    fields = _by_field(scores)
    return {
        **_counts([one.right for page in scores.values() for one in page]),
        "pages": len(scores),
        "fields": {name: _counts([one.right for one in found]) for name, found in fields.items()},
        "text": _words(fields["text"]) if "text" in fields else {},
        "wrong_fields": [
            {
                "page": name,
                "field": one.field,
                "expected": one.expected,
                "got": one.got,
                "recall": one.words.recall if one.words else None,
                "precision": one.words.precision if one.words else None,
            }
            for name, page in scores.items()
            for one in page
            if not one.right
        ],
    }


def _print_pages(scores: dict[str, list[FieldScore]]) -> None:
    for name, found in _by_field(scores).items():
        line = f"{name:<12} {sum(one.right for one in found):>4} of {len(found)}"
        if name == "text":
            line += "   " + ", ".join(f"{key} {value:.4f}" for key, value in _words(found).items())
        click.echo(line)
    for name, page in scores.items():
        for one in page:
            if not one.right:
                click.secho(f"wrong: {name} {one.field}", fg="red")
                click.echo(_difference(one))


def _difference(one: FieldScore) -> str:
    if one.words:
        return f"  recall {one.words.recall:.4f}, precision {one.words.precision:.4f}: {_short(one.got)}"
    return f"  expected {_short(one.expected)}\n  got      {_short(one.got)}"


def _short(value: Any) -> str:
    text = " ".join(str(value).split()) if value not in (None, "") else "nothing"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

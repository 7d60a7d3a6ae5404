"""`make quality`: reads every corpus, compares with others and with the pinned floors, and shows a person the worst pages."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.quality import date_rows, floors, ours, table, worst
from benchmarks.quality.contenders import ask, contenders
from benchmarks.quality.corpora import ROOT, gather
from benchmarks.quality.scoring import PageScore, figures, score_page
from pipelines.errors import PortalCrawlerError

if TYPE_CHECKING:
    from benchmarks.quality.model import Corpus

FLOORS = ROOT / "tests" / "quality.json"
DOCS = ROOT / "docs" / "quality.md"
WORST = Path("data/quality/worst.html")

Scores = dict[str, list[PageScore]]


@click.command()
@click.option(
    "--corpus",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="One more folder of pages.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this corpus; may be given several times.")
@click.option("--others", type=click.Path(path_type=Path), help="The Python that has the extractors of others.")
@click.option(
    "--worst",
    "worst_page",
    type=click.Path(path_type=Path),
    default=WORST,
    show_default=True,
    help="The page of the worst ten.",
)
@click.option("--accept", is_flag=True, help="Pin what is reached now: floors rise, changed corpora are taken on.")
@click.option("--lower", default="", metavar="REASON", help="Let floors sink, too; the reason is kept beside them.")
@click.option("--docs", is_flag=True, help="Write the table into docs/quality.md (with --others).")
def main(
    folders: tuple[Path, ...],
    only: tuple[str, ...],
    others: Path | None,
    worst_page: Path,
    *,
    accept: bool,
    lower: str,
    docs: bool,
) -> None:
    """Score extraction, fields and dates; ends with 1 where a figure is below its floor.

    \b
    Example:
      python -m benchmarks.quality --corpus saved/
    """
    try:
        corpora = [one for one in gather(folders) if not only or one.name in only]
        for corpus in corpora:
            if corpus.missing:
                click.echo(f"skipped: {corpus.name}: {corpus.missing}")
        corpora = [one for one in corpora if not one.missing]
        scores = {corpus.name: _scores(corpus) for corpus in corpora}
        _show(corpora, scores, others, docs=docs)
        worst.write(worst_page, scores)
        click.echo(f"\nThe worst ten pages, for a person to read: {worst_page}")
        sys.exit(_accept(corpora, scores, lower) if accept or lower else _gate(corpora, scores))
    except PortalCrawlerError as error:
        raise click.ClickException(str(error)) from error


def _scores(corpus: Corpus) -> list[PageScore]:
    read = ours.read if corpus.others else date_rows.read
    return [score_page(sample, read(sample)) for sample in corpus.samples]


def _show(corpora: list[Corpus], scores: Scores, others: Path | None, *, docs: bool) -> None:
    versions, results = ask(others, corpora) if others else ({}, {})
    sections = []
    for corpus in corpora:
        found = figures(scores[corpus.name])
        rivals = contenders(corpus, results) if corpus.others and others else []
        click.echo(f"\n{corpus.name} ({len(corpus.samples)}): {corpus.told}")
        for rows in (table.compared(found, rivals) if corpus.others else [], table.own_fields(found)):
            if rows:
                click.echo(table.as_text(rows))
        for line in table.behind(found, rivals):
            click.secho(f"  ahead of us: {line}", fg="yellow")
        sections.append(table.section(corpus, found, rivals))
    if docs and others:
        told = ", ".join(f"{name} {version}" for name, version in versions.items())
        head = f"Measured on {datetime.now(UTC):%Y-%m-%d} with {told}."
        table.write(DOCS, "\n\n".join([head, *sections]))


def _gate(corpora: list[Corpus], scores: Scores) -> int:
    pinned = floors.load(FLOORS)
    verdicts = [floors.compare(corpus, scores[corpus.name], pinned) for corpus in corpora]
    for verdict in verdicts:
        for line in verdict.news:
            click.echo(line)
        for line in verdict.problems:
            click.secho(line, fg="red")
    bad = any(verdict.problems for verdict in verdicts)
    click.echo(
        f"quality gate: {'FAILED' if bad else 'passed'} ({len(corpora)} corpora, {sum(map(len, scores.values()))} pages and strings)"
    )
    return int(bad)


def _accept(corpora: list[Corpus], scores: Scores, lower: str) -> int:
    pinned = floors.load(FLOORS)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    refused = [
        line for corpus in corpora for line in floors.accept(corpus, scores[corpus.name], pinned, lower=lower, day=day)
    ]
    for line in refused:
        click.secho(line, fg="red")
    if refused:
        click.echo(
            'These figures would sink. Nothing is pinned; mend what made them worse, or say why: --lower "reason"'
        )
        return 1
    floors.save(FLOORS, pinned)
    click.echo(f"Pinned in {FLOORS.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    main()

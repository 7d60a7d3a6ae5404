"""`portal-crawler explain`: where a value came from, and what changed between versions."""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli import coverage_view
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.storage.civic import Named
    from pipelines.storage.provenance import Explained, Note, Version

_WORD_OR_SPACE = re.compile(r"\s+|[^\s]+")
_LONG = 400


@click.command()
@click.argument("uid")
@click.argument("field", required=False)
@click.option("--revisions", is_flag=True, help="Show what changed from version to version, word by word.")
@db_option
@json_option
def explain(uid: str, field: str | None, revisions: bool, db: Path, as_json: bool) -> None:
    """Tell where the values of an article came from. UID may also be an address of it, or its id in this database.

    \b
    Example:
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 published_at
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 coverage
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 --revisions
    """
    from pipelines.storage.provenance import FIELDS, explained
    from pipelines.storage.schema import open_reader

    with closing(open_reader(existing(db))) as conn:
        article = explained(conn, uid)
    if article is None:
        raise ConfigurationError(f'{db}: no article "{uid}"; look for its uid or address in v_articles')
    if field is not None and field not in (*FIELDS, "coverage"):
        raise ConfigurationError(f'no field "{field}"; there are: {", ".join(FIELDS)}, coverage')
    if as_json:
        print_json(asdict(article))
    elif revisions:
        _print_revisions(article, field)
    elif field == "coverage":
        coverage_view.show(article.versions[0].fields["title"], article.coverage)
    else:
        _print_article(article, field)


def _print_article(article: Explained, field: str | None) -> None:
    current = article.versions[0]
    click.secho(current.fields["title"], bold=True)
    facts = [
        ("uid", article.uid),
        ("state", article.state + (f", repeats {article.duplicate_of}" if article.duplicate_of else "")),
        ("version", f"{current.number} of {len(article.versions)}, captured {current.captured_at} ({current.origin})"),
        ("read from", current.url),
        ("capture", f"{_capture(current)}, run {current.run_id}"),
        ("read by", f"{current.extractor or 'unknown extractor'}, layout {current.layout or 'not named'}"),
        ("addresses", "\n             ".join(article.urls)),
        ("found by", ", ".join(f"{route} (run {run})" for route, _, run in article.routes) or "not on record"),
        ("flags", ", ".join(current.flags) or "none"),
        ("coverage", coverage_view.sentence(article.coverage)),
    ]
    for name, text in facts:
        click.echo(f"  {name:<10} {text}")
    notes: dict[str, list[Note]] = {}
    for note in article.notes:
        notes.setdefault(note.field, []).append(note)
    names = [field] if field else [*current.fields, *(name for name in notes if name not in current.fields)]
    for name in names:
        _print_field(name, current.fields.get(name), notes.get(name, []), whole=field is not None)
    if field is None:
        _print_named("documents cited", article.documents)
        _print_named("places and offices", article.places)


def _print_field(name: str, value: Any, notes: list[Note], *, whole: bool) -> None:
    click.echo()
    click.secho(name, bold=True)
    text = _text(value)
    shown = (
        text if whole or len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters; name the field to see all)"
    )
    click.echo(f"  value   {shown or '(empty)'}")
    for note in notes:
        click.echo(f"  rule    {note.rule}")
        if note.raw:
            click.echo(f"  raw     {note.raw if whole else note.raw[:_LONG]}")
        for rule, other in note.others:
            click.secho(f"  lost    {rule}: {other}", dim=True)
        if note.problem:
            click.secho(f"  problem {note.problem}", fg="yellow")


def _print_named(heading: str, named: tuple[Named, ...]) -> None:
    """What the text names, each once with the sentence that names it first."""
    if not named:
        return
    click.echo()
    click.secho(heading, bold=True)
    times = Counter((one.what, one.how) for one in named)
    for one in reversed({(one.what, one.how): one for one in reversed(named)}.values()):
        click.echo(
            f"  {one.what} ({one.how})" + (f", {count} times" if (count := times[one.what, one.how]) > 1 else "")
        )
        before, _, after = one.sentence.partition(one.written)
        click.secho(f"    …{before[-80:]}", dim=True, nl=False)
        click.echo(one.written, nl=False)
        click.secho(f"{after[:80]}…", dim=True)


def _print_revisions(article: Explained, field: str | None) -> None:
    click.secho(article.versions[0].fields["title"], bold=True)
    oldest_first = article.versions[::-1]
    first = oldest_first[0]
    click.echo(f"version 1: captured {first.captured_at} ({first.origin}), {_capture(first)}")
    for before, after in itertools.pairwise(oldest_first):
        click.echo(f"version {after.number}: captured {after.captured_at} ({after.origin}), {_capture(after)}")
        for name in after.fields:
            if (field is None or name == field) and before.fields[name] != after.fields[name]:
                click.secho(f"  {name}", bold=True)
                click.echo(f"    {word_difference(_text(before.fields[name]), _text(after.fields[name]))}")


def word_difference(before: str, after: str) -> str:
    """Both texts as one, what went in red between [- and -], what came in green between {+ and +}; long equal parts cut."""
    old, new = _WORD_OR_SPACE.findall(before), _WORD_OR_SPACE.findall(after)
    parts = []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            parts.append(come if len(come) <= 120 else f"{come[:60]} … {come[-60:]}")
            continue
        if gone:
            parts.append(click.style(f"[-{gone}-]", fg="red"))
        if come:
            parts.append(click.style(f"{{+{come}+}}", fg="green"))
    return "".join(parts)


def _capture(version: Version) -> str:
    if version.capture_id is None:
        return "no capture kept"
    return f"capture {version.capture_id}" + (f" from {version.source}" if version.source else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

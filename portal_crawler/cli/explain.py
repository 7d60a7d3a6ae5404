"""`portal-crawler explain`: where a value came from, and what changed between versions."""

from __future__ import annotations

import json
import os
import sys
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
    from pipelines.storage.links import Link
    from pipelines.storage.origins import Origin
    from pipelines.storage.provenance import Explained, Version

_LONG = 400
#: Steps that are the same for every field of a version: the head of the overview tells them once.
_OF_VERSION = frozenset(["run", "address", "capture", "file", "redirected", "layout", "extractor", "seen", "kept as"])
_COLOURS = {"problem": "yellow", "lost": "bright_black", "proof": "yellow"}


@click.command()
@click.argument("uid")
@click.argument("field", required=False)
@click.option("--revisions", is_flag=True, help="Show what changed from version to version, word by word.")
@db_option
@json_option
def explain(uid: str, field: str | None, revisions: bool, db: Path, as_json: bool) -> None:
    """Tell where the values of an article came from. UID may also be an address of it, or its id in this database.

    FIELD is a column of v_articles, or images, attachments, media (their files): its value is shown whole, with run,
    address, capture, layout, rule, extractor, and everything that was done to it on the way.

    \b
    Example:
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 published_at
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 coverage
      portal-crawler explain 1f0c93a0-5f0e-5c2b-8f57-2c7a1d6b0e11 --revisions
    """
    from pipelines.storage.origins import ALIASES, MADE_FIELDS, PAGE_FIELDS
    from pipelines.storage.provenance import explained
    from pipelines.storage.schema import open_reader
    from portal_crawler.cli import revisions_view

    field = ALIASES.get(field, field) if field else None
    known = (*PAGE_FIELDS, *MADE_FIELDS)
    if field is not None and field not in (*known, "coverage"):
        raise ConfigurationError(f'no field "{field}"; there are: {", ".join((*known, "coverage", *ALIASES))}')
    with closing(open_reader(existing(db))) as conn:
        article = explained(conn, uid, fields=(field,) if field in known else known)
    if article is None:
        raise ConfigurationError(f'{db}: no article "{uid}"; look for its uid or address in v_articles')
    if revisions:
        told = revisions_view.revisions(article, field)
        if as_json:
            print_json({"uid": article.uid, "versions": told})
        else:
            colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            revisions_view.show_revisions(article.versions[0].fields["title"], told, colours=colours)
    elif as_json:
        print_json(asdict(article))
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
    for name, text in facts if field is None else facts[:1]:
        click.echo(f"  {name:<10} {text}")
    if field is not None:
        _print_origin(article.origins[0], whole=True)
        return
    for origin in article.origins:
        if origin.field in current.fields or origin.field == "views":
            _print_origin(origin, whole=False)
    _print_named("documents cited", article.documents)
    _print_named("places and offices", article.places)
    _print_links(article.links)
    rest = ", ".join(origin.field for origin in article.origins if origin.field not in (*current.fields, "views"))
    click.echo(f"\nName a field to see all of it; besides these: {rest}")


def _print_origin(origin: Origin, *, whole: bool) -> None:
    click.echo()
    click.secho(origin.field, bold=True)
    text = _text(origin.value)
    cut = whole or len(text) <= _LONG
    click.echo(f"  {'value':<12}{(text if cut else f'{text[:_LONG]}… ({len(text)} characters)') or '(empty)'}")
    for name, told in origin.steps:
        if whole or name not in _OF_VERSION:
            click.secho(f"  {name:<12}{told if whole else told[:_LONG]}", fg=_COLOURS.get(name))


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


def _print_links(links: tuple[Link, ...]) -> None:
    """What the article links to on its own portal, and what became of it."""
    if not links:
        return
    click.echo()
    click.secho("links within the portal", bold=True)
    for one in links:
        place = one.file or " ".join(part for part in (one.target_uid, one.target_title) if part)
        head = f", repeats {one.head_uid}" if one.head_uid else ""
        told = f"{one.state}: {place}{head}" if place else one.state
        click.secho(f"  {told}", fg="yellow" if one.state == "missing" else None)
        click.secho(f"    {one.text or one.field} -> {one.url}", dim=True)


def _capture(version: Version) -> str:
    if version.capture_id is None:
        return "no capture kept"
    return f"capture {version.capture_id}" + (f" from {version.source}" if version.source else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n              ".join(json.dumps(one, ensure_ascii=False) for one in value)
    return str(value)

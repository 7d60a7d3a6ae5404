"""`portal-crawler chrome`: what was learned of a portal's templates, and a person's word on it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.storage.chrome import Learned


@click.command()
@click.argument("portal")
@db_option
@click.option(
    "--content",
    "content",
    type=click.IntRange(1),
    metavar="N",
    help="Number N belongs to the articles: never take it out.",
)
@click.option("--chrome", "chrome", type=click.IntRange(1), metavar="N", help="Number N is chrome after all.")
@json_option
def chrome(portal: str, db: Path, content: int | None, chrome: int | None, as_json: bool) -> None:
    """List the text that repeats on PORTAL's pages and is taken out of its articles, or say what a piece of it is.

    It is learned at the end of every run (profile: quality.chrome_articles) and used by the next; `reextract` takes it
    out of the articles stored before, or puts back what --content names.

    \b
    Example:
      portal-crawler chrome ben_tre_city
      portal-crawler chrome ben_tre_city --content 3
    """
    from pipelines.storage.chrome import decide, listed
    from pipelines.storage.schema import open_reader
    from pipelines.storage.status import Status
    from pipelines.storage.store import Store
    from portal_crawler.profile import load_profile

    name = load_profile(portal).name if portal.endswith(".toml") or "/" in portal else portal
    existing(db)
    if content or chrome:
        with Store.open(db, command="chrome") as store, store.together():
            for number, state in ((content, "content"), (chrome, "chrome")):
                if number:
                    decide(store.conn, name, number, state)
    with closing(open_reader(db)) as conn:
        rows = listed(conn, name)
        held = Status(conn).portals()
    if name not in held:
        raise ConfigurationError(f'{db}: holds no portal "{name}"; it holds: {", ".join(held) or "none"}')
    if as_json:
        print_json({"portal": name, "learned": [asdict(row) for row in rows]})
    else:
        _print(name, rows)


def _print(name: str, rows: list[Learned]) -> None:
    if not rows:
        click.echo(f"Nothing was learned of {name}: no box of its templates repeats on enough of its articles.")
        return
    click.secho(f"{'':>4} {'state':<8} {'kind':<5} {'articles':>13}  text", bold=True)
    for row in rows:
        share = f"{row.articles} of {row.of_articles}"
        click.echo(f"{row.id:>4} {row.state:<8} {row.kind:<5} {share:>13}  {row.text}")
    click.echo(
        f"\nVersion {max(row.version for row in rows)}; apply it to stored articles: portal-crawler reextract {name}"
    )

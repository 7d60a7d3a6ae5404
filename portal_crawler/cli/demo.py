"""`portal-crawler demo`: the whole way in a minute, on the bundled portal: serve, crawl, check, export."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="Where everything of the demo goes.",
)
@click.option(
    "--articles",
    type=click.IntRange(1, 100_000),
    default=60,
    show_default=True,
    help="How many articles the sample portal has.",
)
@click.option("--fresh/--again", default=True, show_default=True, help="Begin with an empty database, or crawl again.")
@click.pass_context
def demo(ctx: click.Context, folder: Path, articles: int, fresh: bool) -> None:
    """Serve the sample portal on loopback, crawl it, check the result against the truth, and export it.

    \b
    Example:
      portal-crawler demo
      portal-crawler demo --again        a second crawl changes nothing
    """
    from portal_crawler.sample_portal import SamplePortal

    folder.mkdir(parents=True, exist_ok=True)
    db, truth = folder / "portal.db", folder / "truth.json"
    if fresh:
        for name in ("portal.db", "portal.db-wal", "portal.db-shm"):
            (folder / name).unlink(missing_ok=True)
    with SamplePortal(articles=articles, seed=1, port=0 if fresh else _port_before(truth)) as portal:
        truth.write_text(json.dumps(portal.truth(), ensure_ascii=False, indent=1), encoding="utf-8")
        click.echo(f"The sample portal, {articles} articles of an invented city, is served at {portal.url}")
        steps = (
            ("crawl", ["crawl", "sample", "--db", str(db), "-a", f"start_url={portal.url}", "-s", "DOWNLOAD_DELAY=0"]),
            ("check", ["check", "--truth", str(truth), "--db", str(db)]),
            ("export", ["export", "jsonl", str(folder / "export"), "--db", str(db), "--force"]),
        )
        for name, words in steps:
            click.secho(f"\n$ portal-crawler {' '.join(words)}", dim=True)
            code = subprocess.call([sys.executable, "-m", "portal_crawler.cli", *words])  # noqa: S603 - our own command
            if code:
                click.secho(f"The demo stopped: {name} ended with exit code {code}.", fg="red", err=True)
                ctx.exit(code)
    newest = "SELECT published_at, title FROM v_articles ORDER BY 1 DESC LIMIT 5"
    click.echo("\nNow look at it (first: source .venv/bin/activate):")
    click.echo(f'  sqlite3 {db} "{newest}"')
    click.echo(f"  portal-crawler status --db {db}")
    click.echo(f"  portal-crawler explore --db {db} --open   (pages in the browser; after make setup)")
    click.echo("Then crawl a real portal (portal-crawler crawl ben_tre_city), or write a profile: docs/new-portal.md")


def _port_before(truth: Path) -> int:
    """The port of the last demo, because known articles are asked at their own addresses; 0 without one."""
    if not truth.is_file():
        return 0
    return urlsplit(json.loads(truth.read_text(encoding="utf-8"))["base_url"]).port or 0

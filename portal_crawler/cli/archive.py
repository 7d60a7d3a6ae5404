"""`portal-crawler archive`, `wayback` and `reextract`: pages that were saved by anybody, or by ourselves."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipelines.items import Failure, Page
    from portal_crawler.profile import Profile
    from portal_crawler.sources import Wanted

no_media_option = click.option("--no-media", is_flag=True, help="Leave the images and attachments of articles alone.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a command reads: pages, then the files that the articles among them lack; None where none are wanted.

    `passed_over` tells after the reading how many pages the source did not give because an earlier run has them.
    """

    pages: Iterable[Page | Failure]
    files: Callable[[Wanted], Iterable[Page | Failure]] | None
    passed_over: Callable[[], int] = lambda: 0


@click.command()
@click.argument("portal")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@db_option
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Extraction processes.",
)
@no_media_option
@json_option
@click.pass_context
def archive(
    ctx: click.Context, portal: str, paths: tuple[Path, ...], db: Path, jobs: int, no_media: bool, as_json: bool
) -> None:
    """Read saved pages of PORTAL: folders, WARC, WACZ and MHTML files, in one go.

    Pictures and attachments that lie beside them are stored too. What was read before is not read again, so the same command goes on after an interruption.

    \b
    Example:
      portal-crawler archive ben_tre_city saved/bentre.warc.gz saved/site-mirror/
    """
    from itertools import chain

    from portal_crawler.profile import load_profile
    from portal_crawler.sources import open_source

    profile = load_profile(portal)
    sources = [open_source(path, profile) for path in paths]
    arguments = {"paths": [str(path) for path in paths]}
    read = Reading(
        chain.from_iterable(sources),
        None if no_media else lambda wanted: chain.from_iterable(source.files(wanted) for source in sources),
    )
    code = _ingest(profile, db, read, "archive", arguments, jobs, as_json=as_json)
    skipped = {f"{source.name}: {kind}": count for source in sources for kind, count in source.skipped.items()}
    if skipped and not as_json:
        click.echo("  passed over " + ", ".join(f"{name} {count}" for name, count in sorted(skipped.items())))
    ctx.exit(code)


@click.command()
@click.argument("portal")
@db_option
@click.option("--server", default="https://web.archive.org", show_default=True, help="The Wayback Machine to ask.")
@click.option("--prefix", multiple=True, help="Addresses that begin so; default: every host of the profile.")
@click.option("--since", default="", help="Captures from this day on, YYYY-MM-DD.")
@click.option("--until", default="", help="Captures up to this day, YYYY-MM-DD.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Extraction processes.")
@no_media_option
@json_option
@click.pass_context
def wayback(
    ctx: click.Context,
    portal: str,
    db: Path,
    server: str,
    prefix: tuple[str, ...],
    since: str,
    until: str,
    jobs: int,
    no_media: bool,
    as_json: bool,
) -> None:
    """Read what a Wayback Machine kept of PORTAL, through its CDX index; politely, and resumable.

    Pictures and attachments of the articles are looked for in the same index.

    \b
    Example:
      portal-crawler wayback ben_tre_city --since 2015-01-01 --until 2025-07-01
    """
    from portal_crawler.profile import load_profile
    from portal_crawler.sources.wayback import open_wayback

    profile = load_profile(portal)
    seen = _seen_before(profile, db)
    source = open_wayback(profile, server=server, prefixes=prefix, since=since, until=until, seen=seen)
    arguments = {"server": server, "prefix": list(prefix), "since": since, "until": until}
    read = Reading(source, None if no_media else source.files, lambda: source.skipped["read before"])
    ctx.exit(_ingest(profile, db, read, "wayback", arguments, jobs, as_json=as_json))


@click.command()
@click.argument("portal")
@db_option
@click.option("--diff", is_flag=True, help="Show what would change, field by field, and change nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Extraction processes.",
)
@json_option
@click.pass_context
def reextract(ctx: click.Context, portal: str, db: Path, diff: bool, jobs: int, as_json: bool) -> None:
    """Read all captures of PORTAL again with today's extraction; nothing is fetched.

    \b
    Example:
      portal-crawler reextract ben_tre_city --diff
      portal-crawler reextract ben_tre_city
    """
    import asyncio

    from portal_crawler.cli.progress import bar, session_ticker
    from portal_crawler.ingest import read_again
    from portal_crawler.profile import load_profile
    from portal_crawler.session import Session
    from portal_crawler.verdict import reread

    profile = load_profile(portal)
    session = Session.open(profile, existing(db), spider="reextract", arguments={"diff": diff}, guests=jobs, live=False)

    async def run() -> list[dict[str, Any]]:
        with bar(profile.name) as shown:
            changes = await read_again(session, jobs=jobs, apply=not diff, tick=session_ticker(session, shown))
        await session.close("finished", reread(session.tally.requests, len(changes), applied=not diff))
        return changes

    changes = asyncio.run(run())
    if as_json:
        print_json({"captures": session.tally.requests, "changes": changes, "applied": not diff})
    else:
        for change in changes:
            click.secho(f"{change['url']}", bold=True)
            for name, (before, now) in change["fields"].items():
                click.echo(f"  {name}: {_short(before)} -> {_short(now)}")
        done = "would change" if diff else "changed"
        click.echo(f"{session.tally.requests} captures read again; {len(changes)} readings {done}.")
        if not session.tally.requests:
            click.echo(f"{db} holds no captures of {profile.name}: crawl it first, or name another database with --db.")
    ctx.exit(0)


def _seen_before(profile: Profile, db: Path) -> Callable[[str, str], bool]:
    """Whether a capture of an archive is in the database already, so that it need not be fetched again."""
    from pipelines.storage.captures import has_source
    from pipelines.storage.connection import connect_reader

    if not db.is_file():
        return lambda _url, _source: False
    conn = connect_reader(db)
    return lambda url, source: has_source(conn, profile.name, url, source)


def _ingest(
    profile: Profile,
    db: Path,
    reading: Reading,
    spider: str,
    arguments: dict[str, Any],
    jobs: int,
    *,
    as_json: bool,
) -> int:
    """Read items into the database and print the summary; returns the exit code."""
    import asyncio

    from pipelines.errors import PortalCrawlerError, StorageError
    from portal_crawler.archived_files import ArchivedFiles, keep_embedded
    from portal_crawler.cli.progress import bar, session_ticker
    from portal_crawler.cli.stopping import Stop
    from portal_crawler.cli.summary import print_summary, summary_json
    from portal_crawler.ingest import Ingest
    from portal_crawler.session import Session

    began = time.monotonic()
    session = Session.open(profile, db, spider=spider, arguments=arguments, guests=jobs, live=False)
    stop = Stop()

    async def run() -> None:
        reason = "finished"
        problem: PortalCrawlerError | None = None
        try:
            with bar(profile.name) as shown:
                ingest = Ingest(session, jobs=jobs, tick=session_ticker(session, shown))
                await ingest.run(stop.until_asked(reading.pages))
                ingest.count_known(reading.passed_over())
                look_for = reading.files
                if look_for is not None and not stop.asked:
                    keep_embedded(session, db.parent / "media")
                    archived = ArchivedFiles(session, db.parent / "media")
                    archived.look(lambda wanted: stop.until_asked(look_for(wanted)))
                    if not stop.asked:
                        archived.write_absent()
        except StorageError as error:
            session.storage_failed(error)
        except PortalCrawlerError as error:
            problem, reason = error, "source"
        await session.close("shutdown" if stop.asked else reason)
        if ingest.known and not as_json:
            click.echo(f"{ingest.known} pages were read by an earlier run already.")
        if ingest.foreign and not as_json:
            click.echo(
                f"{ingest.foreign} pages of other hosts were passed over; hosts of the profile says whose are read."
            )
        if problem:
            raise problem

    asyncio.run(run())
    assert session.verdict is not None
    if as_json:
        print_json(summary_json(session, db, time.monotonic() - began))
    else:
        print_summary(session, db, time.monotonic() - began)
    return session.verdict.exit_code


def _short(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 80 else f"{text[:77]}…")

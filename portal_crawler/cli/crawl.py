"""`portal-crawler crawl`: the live crawl, with progress, a summary and an exit code that tells the truth."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import click

from pipelines.errors import ConfigurationError, PortalCrawlerError, StoppedError, StorageError
from portal_crawler.cli.after_run import Wishes, after_run, tell_unbegun
from portal_crawler.cli.common import db_option, json_option, print_json
from portal_crawler.cli.notify import notices_option


@click.command()
@click.argument("portal")
@db_option
@click.option(
    "-a",
    "arguments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Spider argument: since, until, limit, section, start_url, reach.",
)
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Scrapy setting, as in `scrapy crawl`.")
@click.option(
    "--warc",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write every answer to this WARC file (.warc or .warc.gz).",
)
@click.option("--full", is_flag=True, help="Ask for every page again, not only for what is new, changed or due.")
@click.option("--no-media", is_flag=True, help="Leave the images and attachments of articles to a later crawl.")
@click.option("--log-file", type=click.Path(dir_okay=False, path_type=Path), help="Write Scrapy's log to this file.")
@click.option("-v", "--verbose", is_flag=True, help="Show Scrapy's log.")
@click.option(
    "--publish",
    type=click.Path(dir_okay=False, path_type=Path),
    help="After a complete or partial run, replace this copy of the database, which others read, in one step.",
)
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a textfile for Prometheus' node exporter at the end (extra `metrics`).",
)
@click.option(
    "--log-json",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Append the log to this file as one JSON object a line; - is standard error.",
)
@click.option("--window", help='Crawl only in these hours, as "20:00-06:00" or with a zone; the next crawl goes on.')
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the run's report (run-N.html) into this folder at the end.",
)
@click.option(
    "--report-language", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Its language."
)
@notices_option
@json_option
@click.pass_context
def crawl(
    ctx: click.Context,
    portal: str,
    db: Path,
    arguments: tuple[str, ...],
    settings: tuple[str, ...],
    warc: Path | None,
    full: bool,
    no_media: bool,
    log_file: Path | None,
    verbose: bool,
    publish: Path | None,
    metrics: Path | None,
    log_json: Path | None,
    window: str | None,
    report: Path | None,
    report_language: str,
    notices: Path | None,
    as_json: bool,
) -> None:
    """Crawl PORTAL (a bundled name or a TOML file) into the database.

    Run the same command again after it was interrupted and it goes on where it stopped; run it
    again after it finished and it refreshes.

    \b
    Examples:
      portal-crawler crawl ben_tre_city
      portal-crawler crawl ben_tre_city -a since=2018-01-01 -a limit=50
      portal-crawler crawl portals/my_town.toml --db data/my_town.db -s DOWNLOAD_DELAY=2

    Exit codes: 0 complete, 3 partial, 4 blocked, 5 drifted, 6 source down, 7 empty, 8 storage,
    9 locked, 130 interrupted (resumable), 1 error, 2 usage.
    """
    log = {"LOG_FILE": str(log_file)} if log_file else {}
    level = "INFO" if verbose or log_file else "ERROR"
    values = {"LOG_LEVEL": level, **log, **({"MEDIA": "0"} if no_media else {}), **_pairs("-s", settings)}
    told = None
    if notices is not None:
        from portal_crawler.notices.config import load_notices

        told = load_notices(notices)
    if metrics is not None:
        from portal_crawler.metrics import check_metrics

        check_metrics()
    if log_json is not None:
        from portal_crawler.json_log import log_as_json

        log_as_json(log_json)
    closes_in = _seconds_left(window, portal) if window else None
    wishes = Wishes(publish=publish, metrics=metrics, report=report, language=report_language, notices=told)
    wishes.refuse_unwritable(db)
    began = time.monotonic()
    wanted = _pairs("-a", arguments) | ({"full": "1"} if full else {})
    try:
        session = run_crawl(portal, db, wanted, values, warc=warc, closes_in=closes_in)
    except StorageError as error:
        if told is not None:
            tell_unbegun(told, db, portal, error)
        raise
    seconds = time.monotonic() - began
    if session.verdict is None:
        raise StoppedError("stopped at once; nothing stored is lost, run the same command to go on")
    from portal_crawler.cli.summary import print_summary, summary_json

    after_run(session, db, wishes)
    if as_json:
        print_json(summary_json(session, db, seconds))
    else:
        print_summary(session, db, seconds)
    ctx.exit(session.verdict.exit_code)


def run_crawl(
    portal: str,
    db: Path,
    arguments: dict[str, str],
    settings: dict[str, str],
    *,
    warc: Path | None = None,
    closes_in: float | None = None,
) -> Any:
    """Run one crawl in this process (once per process: a reactor cannot be started again); returns its Session.

    After `closes_in` seconds, where given, it stops so that the next one goes on.

    Raises:
        PortalCrawlerError: configuration, lock or storage errors, before anything is fetched.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    from portal_crawler.cli.progress import bar, session_ticker
    from portal_crawler.session import Session
    from portal_crawler.spiders.arguments import check_arguments, profile_of
    from portal_crawler.spiders.news import NewsSpider

    check_arguments(arguments)
    profile = profile_of({"portal": portal, **arguments})
    scrapy_settings = get_project_settings()
    scrapy_settings.setmodule("portal_crawler.settings", priority="project")
    scrapy_settings.setdict(settings, priority="cmdline")
    _check_numbers(scrapy_settings, settings)
    process = AsyncCrawlerProcess(scrapy_settings)  # opens the log file, before a run begins
    _leave_unheard_unsaid()
    session = Session.open(
        profile, db, spider="news", arguments=dict(sorted(arguments.items())), command=f"crawl {portal}"
    )
    if warc is not None:
        from pipelines.storage.warc_writer import WarcWriter
        from portal_crawler import __version__

        session.warc = WarcWriter(warc, software=f"portal-crawler/{__version__}", info={"isPartOf": profile.title})
    with bar(profile.name) as shown:
        tick = session_ticker(session, shown) if shown.is_seen else None
        process.crawl(NewsSpider, session=session, tick=tick, closes_in=closes_in, **arguments)
        process.start()
    if session.verdict is None:  # a second Ctrl-C, or a component of Scrapy that could not be made
        session.store.rollback()
        session.store.close()
        if process.bootstrap_failed:
            raise PortalCrawlerError("the crawl could not be started; the cause stands above")
    return session


def _leave_unheard_unsaid() -> None:
    """Make no log records that no handler would take: Scrapy writes a dozen a page, and leaves the choice to the handlers."""
    levels = [handler.level for handler in logging.getLogger().handlers]
    logging.disable(min(levels, default=logging.NOTSET) - 1)


def _seconds_left(text: str, portal: str) -> float:
    """How long the hours for crawling still last.

    Raises:
        StoppedError: they have not begun.
    """
    from portal_crawler import window
    from portal_crawler.profile import load_profile

    hours, now = window.Hours.parse(text, load_profile(portal).dates.timezone), window.present()
    opens_in = hours.opens_in(now)
    if opens_in:
        raise StoppedError(f"outside of the hours for crawling ({hours}), which begin in {opens_in / 3600:.1f} hours")
    return hours.seconds_left(now)


def _check_numbers(known: Any, given: dict[str, str]) -> None:
    """Refuse a word where a setting is a number; Scrapy would notice when the run has begun, with a traceback."""
    from scrapy.settings import default_settings

    for name, value in given.items():
        default = getattr(default_settings, name, None)
        if isinstance(default, bool) or not isinstance(default, (int, float)):
            continue
        try:
            known.getfloat(name)
        except ValueError as error:
            raise ConfigurationError(f"-s {name}={value}: must be a number, such as {default}") from error


def _pairs(option: str, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise PortalCrawlerError(f"{option} {text}: write it as NAME=VALUE")
        pairs[name] = value
    return pairs

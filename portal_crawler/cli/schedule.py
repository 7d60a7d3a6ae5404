"""`portal-crawler schedule`: print or install what makes crawls begin by themselves."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option

if TYPE_CHECKING:
    from portal_crawler.schedule.units import Job

SYSTEM_UNITS = Path("/etc/systemd/system")


@click.command()
@click.argument("portal")
@click.argument("options", nargs=-1)
@db_option
@click.option(
    "--every", default="daily", show_default=True, help="The usual crawl: news, what is due, a share of the rest."
)
@click.option("--newest", help="Besides: the lists and new articles only.")
@click.option("--recent", help="Besides: every article of the last 90 days.")
@click.option("--all", "everything", help="Besides: every article once more.")
@click.option("--window", help='Hours for crawling, as "20:00-06:00" or "20:00-06:00 Asia/Ho_Chi_Minh".')
@click.option("--user", default=getpass.getuser, show_default="you", help="Who runs the crawls (systemd).")
@click.option("--cron", is_flag=True, help="Print lines for crontab instead of systemd units.")
@click.option("--install/--dry-run", default=False, show_default=True, help="Install the units, or only print them.")
@click.option(
    "--unit-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=SYSTEM_UNITS,
    show_default=True,
    help="Where units are installed.",
)
def schedule(
    portal: str,
    options: tuple[str, ...],
    db: Path,
    every: str,
    newest: str | None,
    recent: str | None,
    everything: str | None,
    window: str | None,
    user: str,
    cron: bool,
    install: bool,
    unit_dir: Path,
) -> None:
    """Make PORTAL be crawled by itself; OPTIONS behind -- go to every crawl.

    A cadence is hourly, daily, weekly, monthly, or a number with min, h or d. What the machine slept through is
    caught up once; what overlaps is refused by the lock of the database.

    \b
    Example:
      portal-crawler schedule ben_tre_city --every daily --window 20:00-06:00
      portal-crawler schedule ben_tre_city --newest 2h --recent weekly --all monthly -- --notices notices.toml
      portal-crawler schedule ben_tre_city --cron
    """
    from portal_crawler.profile import load_profile
    from portal_crawler.schedule import units
    from portal_crawler.schedule.cadence import EVENING, cadence
    from portal_crawler.window import Hours

    profile = load_profile(portal)
    hours = Hours.parse(window, profile.dates.timezone) if window else None
    named = str(Path(portal).resolve()) if portal.endswith(".toml") else portal
    common = [_program(), "crawl", named, "--db", str(db.resolve()), *(("--window", str(hours)) if hours else ())]
    wanted = (
        ("", every, ()), ("newest", newest, ("-a", "reach=newest")), ("recent", recent, ("-a", "reach=recent")),
        ("all", everything, ("--full",)),
    )  # fmt: skip
    jobs = [
        units.Job(
            portal=profile.name, title=profile.title, reach=reach, folder=Path.cwd(), user=user, hours=hours,
            cadence=cadence(word, profile.name + reach, hours.begin if hours else EVENING),
            words=(*common, *more, *options), writable=(db.resolve().parent,),
        )
        for reach, word, more in wanted
        if word
    ]  # fmt: skip
    if cron:
        click.echo("# cron does not catch up what the machine slept through; systemd timers do")
        for job in jobs:
            click.echo(units.cron_line(job))
    elif install:
        _install(jobs, unit_dir)
    else:
        for job in jobs:
            click.echo(f"# {unit_dir / job.name}.service\n{units.service(job)}")
            click.echo(f"# {unit_dir / job.name}.timer\n{units.timer(job)}")
        click.echo("Nothing was installed; --install does it.", err=True)


def _install(jobs: list[Job], folder: Path) -> None:
    from portal_crawler.schedule import units

    try:
        for job in jobs:
            for ending, text in (("service", units.service(job)), ("timer", units.timer(job))):
                (folder / f"{job.name}.{ending}").write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{folder}: cannot be written ({error.strerror}); run it as root, or name --unit-dir"
        ) from error
    timers = [f"{job.name}.timer" for job in jobs]
    steps = (["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", *timers])
    if folder == SYSTEM_UNITS and Path("/run/systemd/system").is_dir():
        for step in steps:
            if subprocess.call(step):  # noqa: S603 - our own words
                raise ConfigurationError(f"{' '.join(step)}: failed; see above")
        click.echo(f"Installed and started: {', '.join(timers)}; systemctl list-timers shows when they run")
    else:
        click.echo(f"Written to {folder}; start them with:")
        for step in steps:
            click.echo(f"  {' '.join(step)}")


def _program() -> str:
    """The command as it was called, by its whole path: a service has no PATH of its own."""
    called = (
        shutil.which(sys.argv[0])
        or shutil.which("portal-crawler")
        or str(Path(sys.executable).with_name("portal-crawler"))
    )
    return os.path.abspath(called)  # noqa: PTH100 - resolve() would leave the virtual environment

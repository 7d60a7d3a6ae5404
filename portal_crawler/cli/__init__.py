"""The command `portal-crawler`: one file a command group, each imported only when it is called."""

from __future__ import annotations

import importlib
from typing import Any

import click

from pipelines.errors import PortalCrawlerError, StorageError, why
from portal_crawler import __version__

#: command -> (module:object, one line for `--help`); the line stands here so that --help imports nothing else
COMMANDS: dict[str, tuple[str, str]] = {
    "crawl": ("portal_crawler.cli.crawl:crawl", "Crawl a live portal into the database; again to resume or refresh."),
    "archive": (
        "portal_crawler.cli.archive:archive",
        "Read saved pages (folder, WARC, WACZ, MHTML) like a live portal.",
    ),
    "wayback": ("portal_crawler.cli.archive:wayback", "Read a portal from a Wayback Machine (CDX index)."),
    "reextract": (
        "portal_crawler.cli.archive:reextract",
        "Run extraction again over all captures; show or apply changes.",
    ),
    "status": ("portal_crawler.cli.status:status", "Runs, verdicts, counts and completeness at a glance."),
    "check": ("portal_crawler.cli.check:check", "Check the database: integrity, or against a truth file."),
    "report": ("portal_crawler.cli.report:report", "Write one run as an HTML file: verdict, changes, failures."),
    "schedule": ("portal_crawler.cli.schedule:schedule", "Make crawls begin by themselves: systemd timers or cron."),
    "notify": ("portal_crawler.cli.notify:notify", "Tell people of incidents, or test that notices arrive."),
    "db": ("portal_crawler.cli.db:db", "Back up, restore, shrink, publish and hand over the database."),
    "verify-package": ("portal_crawler.cli.db:verify_package", "Prove a hand-over: hashes, counts, every file."),
    "explain": ("portal_crawler.cli.explain:explain", "Where a value of an article came from."),
    "chrome": ("portal_crawler.cli.chrome:chrome", "Text that repeats on a portal's pages, as it was learned."),
    "score": ("portal_crawler.cli.score:score", "Score dates or saved pages against expected values."),
    "export": ("portal_crawler.cli.export:export", "Write the data set for a new system."),
    "load": ("portal_crawler.cli.load:load", "Bring a running CMS up to date over its REST API, or undo a load."),
    "verify": ("portal_crawler.cli.verify:verify", "Compare a running CMS with the database, by content."),
    "portals": ("portal_crawler.cli.portals:portals", "List, show, check and make portal profiles."),
    "sample-portal": (
        "portal_crawler.cli.sample:sample_portal",
        "Serve the bundled SharePoint-like portal on loopback.",
    ),
    "demo": ("portal_crawler.cli.demo:demo", "Crawl the sample portal and export it: a tour in a minute."),
    "explore": ("portal_crawler.cli.explore:explore", "Open the database as pages to look at, on this machine only."),
    "schema": ("portal_crawler.cli.schema:schema", "Print the data dictionary of the database."),
}


class LazyGroup(click.Group):
    """A click group whose commands are imported when they are called (docs/performance.md: start-up time)."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table above, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an expected error becomes one line and its exit code."""
        try:
            return super().invoke(ctx)
        except PortalCrawlerError as error:
            click.secho(f"Error: {error}", fg="red", err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.filename is None:  # no file that somebody named: a mistake of ours, to be seen in full
                raise
            click.secho(
                f"Error: {error.filename}: {why(error)}; name another file, or see to this one", fg="red", err=True
            )
            ctx.exit(StorageError.exit_code)
        except KeyboardInterrupt:
            click.secho("Stopped.", fg="yellow", err=True)
            ctx.exit(130)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="portal-crawler")
def main() -> None:
    """Crawl a SharePoint news portal into one clean SQLite file, and move it into a new CMS.

    \b
    Example:
      portal-crawler demo
      portal-crawler crawl ben_tre_city --db data/portal.db
    """

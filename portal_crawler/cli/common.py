"""What all commands share: the database option, the --json option, and how results are printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.errors import ConfigurationError

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DB = Path("data/portal.db")


def db_option(function: F) -> F:
    """`--db PATH`, passed on as `db: Path`."""
    return click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        default=DEFAULT_DB,
        show_default=True,
        envvar="PORTAL_CRAWLER_DB",
        help="The SQLite database.",
    )(function)


def json_option(function: F) -> F:
    """`--json`, passed on as `as_json: bool`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(function)


def existing(db: Path) -> Path:
    """The database, which must exist.

    Raises:
        ConfigurationError: there is no such file.
    """
    if not db.is_file():
        raise ConfigurationError(f"{db}: no such database; crawl a portal first, or name another with --db")
    return db


def print_json(data: Any) -> None:
    """One JSON document on standard output, readable Vietnamese included."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))

"""`portal-crawler portals`: list, show, check and make profiles, and save pages as test cases."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.common import json_option, print_json
from portal_crawler.cli.portals_check import check
from portal_crawler.cli.portals_new import new
from portal_crawler.cli.portals_page import save_page

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def portals() -> None:
    """List, show, check and make portal profiles; docs/new-portal.md explains every key.

    \b
    Example:
      portal-crawler portals new my_town https://www.my-town.gov.vn/
      portal-crawler portals check my_town.toml --live
    """


@portals.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the profiles that come with the program: name, title, hosts.

    \b
    Example:
      portal-crawler portals list
    """
    from portal_crawler.profile import bundled_names, load_profile

    profiles = [load_profile(name) for name in bundled_names()]
    if as_json:
        print_json([{"name": one.name, "title": one.title, "hosts": one.hosts} for one in profiles])
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("name", "title", "hosts", box=None, pad_edge=False)
    for one in profiles:
        table.add_row(one.name, escape(one.title), escape(", ".join(one.hosts)))
    Console(highlight=False).print(table)


@portals.command(short_help="Show a profile, and what follows from defaults.")
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show the profile NAME (a bundled name or a TOML file) as written, then what follows from defaults.

    \b
    Example:
      portal-crawler portals show ben_tre_city
    """
    from portal_crawler.profile import parse_profile, read_profile

    text, where = read_profile(name)
    profile = parse_profile(text, where)
    if as_json:
        print_json(asdict(profile))
        return
    click.echo(text.rstrip())
    click.secho(f"\n# {where} leaves out what follows; these values hold:", dim=True)
    for key, value in _defaults(profile, _written(text)):
        click.secho(f"# {key} = {value}", dim=True)


def _written(text: str) -> set[str]:
    """The dotted keys that a TOML text gives, tables of lists as a whole."""
    import tomllib

    data = tomllib.loads(text)
    keys = set()
    for name, value in data.items():
        keys.update({f"{name}.{inner}" for inner in value} if isinstance(value, dict) else {name})
    return keys


def _defaults(profile: Any, written: set[str], table: str = "") -> Iterator[tuple[str, str]]:
    """(dotted key, value as TOML) of what the profile does not say."""
    import json

    for one in fields(profile):
        key = f"{table}.{one.name}" if table else one.name
        value = getattr(profile, one.name)
        if is_dataclass(value):
            yield from _defaults(value, written, key)
        elif key not in written and key != "path":
            yield key, json.dumps(value, ensure_ascii=False)


portals.add_command(check)
portals.add_command(new)
portals.add_command(save_page)

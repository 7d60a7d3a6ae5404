"""Writes the reference pages of the docs from the code itself, so that they cannot fall behind it (cog runs this)."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from typing import TYPE_CHECKING, NamedTuple

import click

from portal_crawler.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Columns of the help texts, whatever terminal they are written in.
WIDTH = 100

_SECTION = re.compile(r"^# --- (.+)$")


def commands() -> Iterator[tuple[str, click.Command]]:
    """("portal-crawler …", command) of the program itself, every verb, and every verb of a group, in the order of --help."""
    yield "portal-crawler", main
    for name, (target, _) in COMMANDS.items():
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        yield f"portal-crawler {name}", command
        if isinstance(command, click.Group):
            for inner, subcommand in command.commands.items():
                yield f"portal-crawler {name} {inner}", subcommand


def cli_reference() -> str:
    """docs/cli.md: what `--help` of every command says."""
    parts = [f"## {path}\n\n```\n{_help(path, command)}\n```\n" for path, command in commands()]
    return "\n" + "\n".join(parts) + "\n"


def _help(path: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
    )
    text = command.get_help(context)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class Setting(NamedTuple):
    """One line of settings.py: its name, its value as Markdown, the reason beside it, and the heading it stands under."""

    name: str
    value: str
    reason: str
    section: str


def settings() -> list[Setting]:
    """The settings of portal_crawler/settings.py, in order. A reason is the comment beside a value, or those inside it."""
    from portal_crawler import settings as module

    source = inspect.getsource(module)
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        section = next(
            (match[1] for line in reversed(lines[: node.lineno]) if (match := _SECTION.match(line))), "The project"
        )
        found.append(
            Setting(
                node.targets[0].id, _written(node.value), _reason(lines[node.lineno - 1 : node.end_lineno]), section
            )
        )
    return found


def _written(value: ast.expr) -> str:
    """A value as code in a table's cell; each entry of a dictionary on a line of its own."""
    if not isinstance(value, ast.Dict):
        return f"`{ast.unparse(value)}`"
    pairs = zip(value.keys, value.values, strict=True)
    return "<br>".join(f"`{ast.unparse(key)}: {ast.unparse(entry)}`" for key, entry in pairs if key)


def _reason(lines: list[str]) -> str:
    comments = [line.partition("  # ")[2] or line.strip().removeprefix("# ") for line in lines if "# " in line]
    return "; ".join(comment.strip().rstrip(".") for comment in comments)


def settings_reference() -> str:
    """docs/settings.md: every setting, its value and its reason, under the headings of settings.py."""
    parts: list[str] = []
    heading = ""
    for one in settings():
        if one.section != heading:
            heading = one.section
            title, _, why = heading.partition(": ")
            parts.append(
                f"\n## {title}\n"
                + (f"\n{why[:1].upper()}{why[1:]}\n" if why else "")
                + "\n| setting | value | why |\n|---|---|---|"
            )
        parts.append(f"| `{one.name}` | {one.value} | {one.reason} |")
    return "\n".join(parts) + "\n\n"

"""`status --dates`: how sure the publishing dates of a portal are, and which sources disagree."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COLUMNS = ("chosen", "agrees", "disagrees", "unreadable", "clock", "not_trusted")


def dates(db: Path, portals: Iterable[str]) -> dict[str, Any]:
    """The data of `status --dates --json`."""
    from pipelines.storage.date_evidence import confidences, standings
    from pipelines.storage.schema import open_reader

    with closing(open_reader(db)) as conn:
        told = [
            {
                "portal": portal,
                "confidence": confidences(conn, portal),
                "sources": [asdict(one) for one in standings(conn, portal)],
            }
            for portal in portals
        ]
    return {"database": str(db), "portals": told}


def show_dates(data: dict[str, Any]) -> None:
    """Print it for a person."""
    console = Console(highlight=False)
    for portal in data["portals"]:
        sure = ", ".join(f"{count} {name}" for name, count in portal["confidence"].items()) or "no article yet"
        console.print(f"[bold]{portal['portal']}[/]: {sure}", soft_wrap=True)
        table = Table(box=None, pad_edge=False)
        table.add_column("source")
        for name in _COLUMNS:
            table.add_column(name.replace("_", " "), justify="right")
        for one in portal["sources"]:
            table.add_row(one["source"], *(str(one[name] or "–") for name in _COLUMNS))
        console.print(table)
        wrong = [one for one in portal["sources"] if one["example"]]
        for one in wrong:
            console.print(
                f"{one['source']} disagrees, for instance: portal-crawler explain {one['example']} published_at",
                soft_wrap=True,
            )

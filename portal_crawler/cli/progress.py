"""The progress bar of long work: counts on a terminal, silence anywhere else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, ProgressColumn, TaskID

    from portal_crawler.session import Session


class Bar:
    """One line: what, how far, counts. `update` costs nothing where there is no terminal."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        self._progress = progress
        self._task = task

    @property
    def is_seen(self) -> bool:
        """True on a terminal."""
        return self._progress is not None

    def update(self, done: int, total: int | None, text: str) -> None:
        """Show `done` of `total` (None: unknown) and the counts."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, counts=text)


@contextmanager
def bar(title: str) -> Iterator[Bar]:
    """A bar on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield Bar(None, None)
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(*_columns(), console=console, transient=True, expand=True, refresh_per_second=5) as progress:
        yield Bar(progress, progress.add_task(title, total=None, counts=""))


def _columns() -> tuple[ProgressColumn, ...]:
    """In a narrow terminal the counts give way, never the bar or the clock."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    return (
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", max_width=16)),
        BarColumn(bar_width=12, table_column=Column(no_wrap=True, width=12)),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[counts]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
    )


def session_ticker(session: Session, shown: Bar) -> Callable[[], None]:
    """A function that shows how far a session is."""

    def tick() -> None:
        tally = session.tally
        failed = sum(tally.article_failures.values()) + sum(tally.listing_failures.values())
        text = f"{tally.stored} articles, {failed} failed, {tally.new} new, {tally.changed} changed"
        shown.update(tally.requests, tally.requests + session.frontier.open, text)

    return tick

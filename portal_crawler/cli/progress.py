"""The progress bar of long work: counts on a terminal, silence anywhere else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

    from portal_crawler.session import Session


class Bar:
    """One line: what, how far, counts. `update` costs nothing where there is no terminal."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        self._progress = progress
        self._task = task

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
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=12),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=5) as progress:
        yield Bar(progress, progress.add_task(title, total=None, counts=""))


def session_ticker(session: Session, shown: Bar) -> Callable[[], None]:
    """A function that shows how far a session is."""

    def tick() -> None:
        tally = session.tally
        failed = sum(tally.article_failures.values()) + sum(tally.listing_failures.values())
        text = f"{tally.stored} articles, {tally.new} new, {tally.changed} changed, {failed} failed"  # fits 80 columns
        shown.update(tally.requests, tally.requests + session.frontier.open, text)

    return tick

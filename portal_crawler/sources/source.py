"""What every source hands on: pages and failures in a stable order, and a count of what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.items import Failure, Page

#: One thing a source found: a page kept unedited, or why it could not be had.
Item = Page | Failure


@dataclass(slots=True)
class Source(Iterable[Item]):
    """A saved portal, read anew by each iteration, one item in memory at a time.

    `name` is what a person calls it (a path or a server). `skipped` counts what was passed over without being a
    page ("image", "script", "symlink", "unchanged", …) in the last iteration.
    """

    name: str
    read: Callable[[Counter[str]], Iterator[Item]]
    skipped: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Item]:
        self.skipped.clear()
        return self.read(self.skipped)

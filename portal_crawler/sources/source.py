"""What every source hands on: pages and failures in a stable order, and a count of what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.items import Failure, Page

#: One thing a source found: a page kept unedited, or why it could not be had.
Item = Page | Failure
#: Whether the file at an address is wanted.
Wanted = Callable[[str], bool]


@dataclass(slots=True)
class Source(Iterable[Item]):
    """A saved portal, read anew by each iteration, one item in memory at a time.

    `name` is what a person calls it (a path or a server). `skipped` counts what was passed over without being a
    page ("image", "script", "symlink", "unchanged", …) in the last iteration.

    `files` gives the pictures and documents that lie in the source at wanted addresses, as Pages too; only a reader of
    the pages knows which those are. A redirect (3xx) from a wanted address is given as well.
    """

    name: str
    read: Callable[[Counter[str]], Iterator[Item]]
    files: Callable[[Wanted], Iterator[Item]] = field(repr=False)
    skipped: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Item]:
        self.skipped.clear()
        return self.read(self.skipped)

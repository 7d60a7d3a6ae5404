"""Splits a WXR export into files of a size that can be uploaded, each of them whole by itself."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Self

from pipelines.export import wxr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from pipelines.export.folder import ExportFolder
    from pipelines.export.mapping import Section, TargetMapping
    from pipelines.export.plan import Planned
    from pipelines.export.protocol import ExportReport

LANGUAGE = "vi"


class Parts:
    """The files wordpress-0001.xml and on. Each repeats the header and the authors and categories that it uses.

    Items are spooled, because what stands before them is known only when the file is full; so memory stays flat.
    """

    def __init__(
        self, folder: ExportFolder, mapping: TargetMapping, site: str, max_bytes: int, report: ExportReport
    ) -> None:
        self._folder = folder
        self._report = report
        self._limit = max_bytes
        self._head = wxr.channel(site or "portal", site, LANGUAGE)
        self._sections = {one.slug: one for one in mapping.sections.values() if one.name}
        self._authors = {one.login: one for one in mapping.authors.values()}
        self._numbers = {key: number for number, key in enumerate((*self._authors, *self._sections), 1)}
        self._part = 0
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._items:
            if kind is None and (self._size or self._part == 1):
                self._end()

    def room_for(self, size: int, planned: Planned, uid: str) -> int:
        """Make room for `size` bytes of an article, in a new file if need be; returns the number of the file."""
        before = self._before(planned)
        if self._size and self._limit and self._total(before) + size > self._limit:
            with self._items:
                self._end()
            self._begin()
            before = self._before(planned)
        if self._limit and self._total(before) + size > self._limit:
            self._report.warn(
                "larger_than_max_bytes", uid, f"{self._name()} alone is {self._total(before) + size} bytes"
            )
        self._declared += self._added(before)
        self._used.update(before)
        return self._part

    def write(self, item: str) -> None:
        """Write an item into the current file."""
        self._size += self._items.write(item.encode())

    def _begin(self) -> None:
        self._part += 1
        self._items = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the part ends
        self._size = 0
        self._used: dict[str, str] = {}
        self._declared = 0

    def _end(self) -> None:
        with self._folder.open(self._name()) as out:
            out.text(self._head)
            for text in self._ordered():
                out.text(text)
            self._items.seek(0)
            while piece := self._items.read(1 << 16):
                out.write(piece)
            out.text(wxr.FOOT)

    def _name(self) -> str:
        return f"wordpress-{self._part:04d}.xml"

    def _total(self, before: dict[str, str]) -> int:
        return len(self._head.encode()) + self._declared + self._added(before) + self._size + len(wxr.FOOT)

    def _added(self, before: dict[str, str]) -> int:
        return sum(len(text.encode()) for key, text in before.items() if key not in self._used)

    def _before(self, planned: Planned) -> dict[str, str]:
        """What must be declared before an article: its author, its section and that section's parents."""
        author = planned.author
        found = {f"a {author.login}": wxr.author(author, self._numbers[author.login])}
        for section in self._line(planned.section):
            found[f"s {section.slug}"] = wxr.category(section, self._numbers[section.slug])
        return found

    def _line(self, section: Section | None) -> Iterator[Section]:
        while section:
            yield section
            section = self._sections.get(section.parent)

    def _depth(self, key: str) -> int:
        return sum(1 for _ in self._line(self._sections.get(key[2:]))) if key.startswith("s ") else 0

    def _ordered(self) -> Iterator[str]:
        """Authors, then sections with every parent before its children."""
        for key in sorted(self._used, key=lambda key: (self._depth(key), key)):
            yield self._used[key]

"""Ctrl-C and SIGTERM for long reading of archives: what is being fetched is dropped, what was read is stored."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

T = TypeVar("T")


class Stop:
    """Listens from its making on. `asked` is True once somebody wants an end; a second time ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._is_fetching = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def until_asked(self, items: Iterable[T]) -> Iterator[T]:
        """The items, until the end is wanted; a server that answers slowly, or asks to wait, is not waited for."""
        iterator = iter(items)
        while not self.asked:
            try:
                self._is_fetching = True
                item = next(iterator)
            except (StopIteration, _Dropped):
                return
            finally:
                self._is_fetching = False
            yield item

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        if self._is_fetching:
            raise _Dropped


class _Dropped(BaseException):
    """Goes through the source that is fetching; no source may catch it, so it is no Exception."""

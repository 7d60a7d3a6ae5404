"""Waiting that is looked after: once a second or so somebody is asked whether it still makes sense."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Watch:
    """A block of `async with` that ends in TimeoutError when `is_over`, asked every `look` seconds, says so.

    Without a task, future or callback of its own for what is waited for: every page passes through two of these. Only
    looks that could be taken are taken; while the event loop stands still, so does the count of them.
    """

    def __init__(self, look: float, is_over: Callable[[], bool]) -> None:
        self._look_every = look
        self._is_over = is_over

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        await self._limit.__aenter__()
        self._next = self._loop.call_later(self._look_every, self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._next.cancel()
        await self._limit.__aexit__(kind, error, trace)

    @property
    def ended_it(self) -> bool:
        """True where the block was ended by this watch."""
        return self._limit.expired()

    def _look(self) -> None:
        if self._is_over():
            self._limit.reschedule(self._loop.time())
        else:
            self._next = self._loop.call_later(self._look_every, self._look)

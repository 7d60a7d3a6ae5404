"""The one door to tenacity: tries again what fails for a moment, waits as long as the other side asks, then gives up."""

from __future__ import annotations

import asyncio
import inspect
import logging
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from tenacity import AsyncRetrying, RetryCallState, Retrying
from tenacity.stop import stop_base
from tenacity.wait import wait_base, wait_exponential, wait_exponential_jitter, wait_random

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

#: SQLite's answers that pass by themselves: another connection holds a lock.
_BUSY_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on trying.

    `attempts` counts the first try. Pauses in seconds grow from `first` twofold up to `longest`, with up to `first` of
    random jitter so that two waiters do not meet again. An exception whose `retry_after` (seconds) asks for more is obeyed;
    if it asks for more than `longest_asked`, there is no new try at all: a try too early would be worse than none.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 60.0
    longest_asked: float = 900.0


#: For writes while a reader or another tool holds the database: 85 s in sum.
WRITES = Patience(attempts=40, first=0.05, longest=2.5)
#: For questions to a web service that throttles (CDX index, REST API).
SERVICE = Patience(attempts=6, first=2.0, longest=120.0)


def is_busy(error: BaseException) -> bool:
    """True for SQLite's "database is locked": the only database error that a new try can cure."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.OperationalError) and code is not None and code & 0xFF in _BUSY_CODES


def retrying(
    *,
    on: tuple[type[BaseException], ...] = (),
    when: Callable[[BaseException], bool] | None = None,
    patience: Patience = SERVICE,
    sleep: Callable[[float], Any] | None = None,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator that calls the function again after an exception of `on`, or one that `when` says yes to.

    The last exception is raised unchanged. A coroutine function is awaited and pauses without blocking. `sleep` replaces
    the pause (tests); it gets seconds, and is awaited for coroutine functions.
    """

    def passes(state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        return error is not None and (isinstance(error, on) or (when is not None and when(error)))

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        settings: dict[str, Any] = {
            "retry": passes,
            "stop": _Stop(patience),
            "wait": _Wait(patience),
            "before_sleep": _note,
            "reraise": True,
        }
        if inspect.iscoroutinefunction(function):
            pause = cast("Callable[[float], Awaitable[None]]", sleep or asyncio.sleep)
            return cast("Callable[P, T]", AsyncRetrying(sleep=pause, **settings).wraps(function))
        return cast("Callable[P, T]", Retrying(sleep=sleep or time.sleep, **settings).wraps(function))

    return decorate


def pause_before_retry(tries: int, *, first: float, longest: float) -> float:
    """Seconds to wait after `tries` failed tries, for a caller that keeps its own queue and so cannot be held by `retrying`.

    `first` after the first, doubled with each, at most `longest`, plus up to a quarter of `first` at random.
    """
    state = RetryCallState(retry_object=Retrying(), fn=None, args=(), kwargs={})
    state.attempt_number = tries
    return (wait_exponential(multiplier=first, max=longest) + wait_random(0, first / 4))(state)


def retry_call(
    function: Callable[[], T],
    *,
    on: tuple[type[BaseException], ...] = (),
    when: Callable[[BaseException], bool] | None = None,
    patience: Patience = SERVICE,
    sleep: Callable[[float], Any] | None = None,
) -> T:
    """As `retrying`, for one call of a function without arguments."""
    return retrying(on=on, when=when, patience=patience, sleep=sleep)(function)()


def retry_writes(function: Callable[P, T]) -> Callable[P, T]:
    """A decorator for one whole transaction: again from its beginning while another connection holds the database."""
    return retrying(when=is_busy, patience=WRITES)(function)


class _Stop(stop_base):
    """Stops after the attempts, or at once where the other side asks for a longer pause than we may make."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.attempt_number >= self.patience.attempts or _asked(retry_state) > self.patience.longest_asked


class _Wait(wait_base):
    """Growing pauses, or the longer one that the other side asked for."""

    def __init__(self, patience: Patience) -> None:
        self.growing = wait_exponential_jitter(multiplier=patience.first, max=patience.longest, jitter=patience.first)

    def __call__(self, retry_state: RetryCallState) -> float:
        return max(self.growing(retry_state), _asked(retry_state))


def _asked(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None)
    return float(asked) if isinstance(asked, int | float) else 0.0


def _note(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    name = getattr(state.fn, "__qualname__", "call")
    log.info("%s failed (%s); try %d in %.1f s", name, error, state.attempt_number + 1, state.upcoming_sleep)

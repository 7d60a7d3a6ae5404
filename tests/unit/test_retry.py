"""Retrying: what passes is tried again with growing pauses, a wish of the other side is obeyed, the rest is raised at once."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from pipelines.retry import WRITES, Patience, is_busy, pause_before_retry, retry_call, retry_writes, retrying

if TYPE_CHECKING:
    from pathlib import Path


class ThrottledError(Exception):
    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("slow down")
        self.retry_after = retry_after


class Flaky:
    """Fails as often as it is told, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_a_passing_failure_is_tried_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    flaky = Flaky(ConnectionError(), ConnectionError(), ConnectionError())
    patience = Patience(attempts=4, first=1.0, longest=3.0)
    assert retry_call(flaky, on=(ConnectionError,), patience=patience, sleep=pauses.append) == "done"
    assert flaky.calls == 4
    assert 1 <= pauses[0] <= 2
    assert 2 <= pauses[1] <= 3
    assert pauses[2] == 3.0


def test_the_last_error_is_raised_as_it_is() -> None:
    pauses: list[float] = []
    last = ConnectionError("still down")
    flaky = Flaky(ConnectionError(), last)
    with pytest.raises(ConnectionError) as caught:
        retry_call(flaky, on=(ConnectionError,), patience=Patience(attempts=2), sleep=pauses.append)
    assert caught.value is last
    assert len(pauses) == 1


def test_another_error_is_not_tried_again() -> None:
    flaky = Flaky(ValueError())
    with pytest.raises(ValueError):  # noqa: PT011 - there is no message to match
        retry_call(flaky, on=(ConnectionError,), sleep=lambda _: None)
    assert flaky.calls == 1


def test_retry_after_is_obeyed() -> None:
    pauses: list[float] = []
    assert retry_call(
        Flaky(ThrottledError(40), ThrottledError()),
        on=(ThrottledError,),
        patience=Patience(first=1.0),
        sleep=pauses.append,
    )
    assert pauses[0] == 40
    assert pauses[1] < 40


def test_a_wish_for_a_pause_too_long_ends_it_at_once() -> None:
    pauses: list[float] = []
    flaky = Flaky(ThrottledError(3600))
    with pytest.raises(ThrottledError):
        retry_call(flaky, on=(ThrottledError,), patience=Patience(longest_asked=900), sleep=pauses.append)
    assert (flaky.calls, pauses) == (1, [])


def test_coroutines_are_awaited_and_pause_without_blocking() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    flaky = Flaky(ThrottledError(7))

    @retrying(on=(ThrottledError,), sleep=pause)
    async def ask(question: str) -> str:
        return question + flaky()

    assert asyncio.run(ask("well ")) == "well done"
    assert pauses == [7]


def test_arguments_and_name_of_the_function_stay() -> None:
    @retrying(on=(ConnectionError,))
    def add(a: int, *, b: int) -> int:
        """Sum."""
        return a + b

    assert (add(1, b=2), add.__name__, add.__doc__) == (3, "add", "Sum.")


def test_a_locked_database_is_busy_and_a_broken_statement_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as first:
        first.execute("create table a (b)")
    first.execute("begin exclusive")
    second = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.OperationalError) as locked:
        second.execute("insert into a values (1)")
    with pytest.raises(sqlite3.OperationalError) as broken:
        sqlite3.connect(":memory:").execute("select * from missing")
    assert is_busy(locked.value)
    assert not is_busy(broken.value)
    assert not is_busy(ConnectionError("database is locked"))
    first.rollback()
    first.close()
    second.close()


def test_a_write_waits_until_the_lock_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("create table a (b)")
    holder.execute("begin exclusive")
    writer = sqlite3.connect(path, timeout=0, isolation_level=None)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            holder.execute("rollback")

    monkeypatch.setattr("pipelines.retry.time.sleep", pause)

    @retry_writes
    def write() -> None:
        writer.execute("insert into a values (1)")

    write()
    assert len(pauses) == 3
    assert writer.execute("select count(*) from a").fetchone() == (1,)
    holder.close()
    writer.close()


def test_writes_outlast_a_lock_of_75_seconds() -> None:
    pauses: list[float] = []
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    with pytest.raises(sqlite3.OperationalError):
        retry_call(Flaky(*[busy] * WRITES.attempts), when=is_busy, patience=WRITES, sleep=pauses.append)
    assert 75 < sum(pauses) < 120


def test_pauses_of_a_queue_double_up_to_the_longest_with_a_little_chance() -> None:
    for tries, least in ((1, 2.0), (2, 4.0), (3, 8.0), (4, 10.0), (60, 10.0)):
        pauses = [pause_before_retry(tries, first=2.0, longest=10.0) for _ in range(50)]
        assert all(least <= pause <= least + 0.5 for pause in pauses)
        assert len(set(pauses)) > 1, "two waiters must not meet again"

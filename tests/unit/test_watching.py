"""A watched wait ends when somebody says so, and otherwise as if nobody watched."""

from __future__ import annotations

import asyncio

import pytest

from portal_crawler.watching import Watch


def test_a_wait_that_makes_no_sense_any_more_is_ended() -> None:
    looks = iter([False, False, True])
    watch = Watch(0.01, lambda: next(looks))

    async def wait() -> None:
        async with watch:
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        asyncio.run(wait())
    assert watch.ended_it
    assert next(looks, None) is None


def test_what_comes_in_time_comes_through_and_nobody_looks_again() -> None:
    looks = []
    watch = Watch(0.001, lambda: bool(looks.append(1)))

    async def wait() -> int:
        async with watch:
            await asyncio.sleep(0.01)
        seen = len(looks)
        await asyncio.sleep(0.01)
        return len(looks) - seen

    assert asyncio.run(wait()) == 0
    assert looks
    assert not watch.ended_it


def test_an_error_of_its_own_is_not_the_watchs() -> None:
    watch = Watch(1.0, lambda: True)

    async def fail() -> None:
        async with watch:
            raise TimeoutError("the page's own")

    with pytest.raises(TimeoutError, match="own"):
        asyncio.run(fail())
    assert not watch.ended_it

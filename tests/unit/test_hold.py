"""A 429 holds its host from the moment it comes in; nothing else does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from portal_crawler.middlewares.hold import HoldMiddleware
from portal_crawler.retrying import LONGEST_RETRY_AFTER

URL = "http://xa.example:8080/tin"


class Scheduler:
    def __init__(self) -> None:
        self.held: list[tuple[str, float]] = []

    def hold(self, host: str, seconds: float) -> None:
        self.held.append((host, seconds))


def held_by(status: int, **headers: str) -> list[tuple[str, float]]:
    """What a scheduler hears of one answer; our own least pause is 2 seconds."""
    scheduler = Scheduler()
    crawler = SimpleNamespace(
        settings=Settings({"RETRY_BASE_DELAY": 2.0}),
        spider=SimpleNamespace(session=SimpleNamespace(scheduler=scheduler)),
    )
    middleware = HoldMiddleware.from_crawler(crawler)  # type: ignore[arg-type]
    answer = Response(URL, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert middleware.process_response(Request(URL), answer) is answer
    return scheduler.held


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 2.0),
        ({"Retry_After": "soon"}, 2.0),
        ({"Retry_After": "30"}, 30.0),
        ({"Retry_After": "864000"}, LONGEST_RETRY_AFTER),
    ],
)
def test_too_many_requests_hold_the_host_for_as_long_as_it_asks(headers: dict[str, str], seconds: float) -> None:
    assert held_by(429, **headers) == [("xa.example:8080", seconds)]


@pytest.mark.parametrize("status", [200, 304, 403, 500, 503])
def test_other_answers_hold_nothing(status: int) -> None:
    assert held_by(status, Retry_After="30") == []

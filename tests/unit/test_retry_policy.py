"""When a page is asked again, and how long later."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal_crawler.retrying import RetryPolicy, can_pass, retry_after_seconds

POLICY = RetryPolicy(base=2, longest=20, attempts=5)


def test_pauses_grow_and_end() -> None:
    pauses = [POLICY.pause("http_500", tried) for tried in range(1, 6)]
    assert pauses[-1] is None
    growing = [pause for pause in pauses if pause is not None]
    for least, pause in zip((2, 4, 8, 16), growing, strict=True):
        assert least <= pause <= least * 1.25


@pytest.mark.parametrize(
    "reason", ["http_404", "http_403", "login_required", "offsite", "robots_disallowed", "no_body", "too_large"]
)
def test_what_a_server_states_for_good_is_not_asked_again(reason: str) -> None:
    assert not can_pass(reason)
    assert POLICY.pause(reason, 1) is None


def test_retry_after_wins_over_our_own_pause() -> None:
    assert POLICY.pause("http_503", 1, retry_after=77.0) == 77.0


def test_an_hour_is_the_longest_wait() -> None:
    assert POLICY.pause("http_503", 1, retry_after=86_400.0) is None


def test_retry_after_is_read_as_seconds_and_as_date() -> None:
    now = datetime(2018, 10, 26, 4, 0, tzinfo=UTC)
    assert retry_after_seconds("120", now) == 120.0
    assert retry_after_seconds("Fri, 26 Oct 2018 04:01:30 GMT", now) == 90.0
    assert retry_after_seconds("Fri, 26 Oct 2018 03:00:00 GMT", now) == 0.0
    assert retry_after_seconds("soon", now) is None
    assert retry_after_seconds("", now) is None

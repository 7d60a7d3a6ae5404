"""The pace kept to every host, measured where requests really leave: behind all pauses and queues."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from portal_crawler.platforms.sharepoint.addresses import host_of

if TYPE_CHECKING:
    from portal_crawler.tally import Tally


class Pace:
    """Counts into the tally of one run."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._asked_at: dict[str, float] = {}

    def sending(self, url: str) -> float:
        """A request goes out now; returns the time for `answered`."""
        host, sent = host_of(url), time.monotonic()
        before = self._asked_at.get(host)
        self._tally.count_request(host, None if before is None else sent - before)
        self._asked_at[host] = sent
        return sent

    def answered(self, sent: float) -> None:
        """The answer of a request sent at that time is here, or is given up."""
        took = round(time.monotonic() - sent, 3)
        self._tally.fetch_seconds = round(self._tally.fetch_seconds + took, 3)
        self._tally.slowest_fetch = max(self._tally.slowest_fetch, took)

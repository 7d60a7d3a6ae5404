"""The command with a clock that is days off: `python -m tests.crawl.shifted_clock DAYS COMMAND…`."""

from __future__ import annotations

import datetime as dt
import sys
import time

_shift = dt.timedelta(days=float(sys.argv.pop(1)))
_true_time = time.time


class _Shifted(dt.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + _shift


time.time = lambda: _true_time() + _shift.total_seconds()
dt.datetime = _Shifted  # type: ignore[misc]

from portal_crawler.cli import main  # noqa: E402 - after the clock is set

main()

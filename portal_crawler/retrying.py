"""Which problems of a page can pass, and how long to wait before it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipelines.retry import pause_before_retry

#: Reasons that another try may mend. What a server states for good (404, 403, a form, another host) is not here.
PASSING = frozenset(
    {
        "timeout", "connection_lost", "connection_refused", "dns", "cut_short", "data_loss", "empty_page",
        "error_page", "maintenance", "robots_unavailable", "http_408", "http_425", "http_429",
    }
)  # fmt: skip

#: A server that cannot even be reached is asked less often than one that stumbles.
FEW_TRIES = {"dns": 3, "connection_refused": 4, "robots_unavailable": 4}

#: The longest Retry-After that is obeyed, in seconds; a longer one leaves the page for the next run.
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Growing pauses: `base` seconds, doubled with each try, at most `longest`, plus up to a quarter of `base` at random."""

    base: float = 2.0
    longest: float = 120.0
    attempts: int = 6

    def pause(self, reason: str, attempts: int, retry_after: float | None = None) -> float | None:
        """Seconds to wait before the next try; None when there is to be none.

        `attempts` is how often it was tried already; `retry_after` what the server asked for, in seconds.
        """
        if not can_pass(reason) or attempts >= min(self.attempts, FEW_TRIES.get(reason, self.attempts)):
            return None
        if retry_after is not None:
            return retry_after if retry_after <= LONGEST_RETRY_AFTER else None
        return pause_before_retry(attempts, first=self.base, longest=self.longest)


def can_pass(reason: str) -> bool:
    """True for a problem that another try may mend."""
    return reason in PASSING or reason.startswith("http_5")


def retry_after_seconds(value: str, now: datetime | None = None) -> float | None:
    """A Retry-After header (seconds or HTTP-date, RFC 9110 section 10.2.3) in seconds from now; None where it says nothing."""
    text = value.strip()
    if text.isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())

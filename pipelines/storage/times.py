"""Times as the database keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

#: Where the portals' readers and operators are.
HOME = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> str:
    """The present in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def sortable(moment: str) -> str:
    """An ISO 8601 time as UTC text that sorts by time; empty where it is none. Without an offset it is taken for UTC."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""The log for machines: one JSON object a line, whatever is logged, with the events of a run as fields of their own."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

#: What happens in a run is logged here, with the event's name and its fields in `extra`.
events = logging.getLogger("portal_crawler.events")


def tell(event: str, **fields: Any) -> None:
    """Log an event of a run."""
    words = " ".join(f"{name}={value}" for name, value in fields.items())
    events.info("%s %s", event, words, extra={"event": event, "fields": fields})


class JsonFormatter(logging.Formatter):
    """`at` (ISO 8601, UTC), `level`, `logger`, `message`; of an event `event` and its fields; of an error `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; letters as they are, line breaks escaped."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        event = getattr(record, "event", "")
        if event:
            line |= {"event": event, **getattr(record, "fields", {})}
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(target: Path) -> None:
    """Send everything from INFO on to a file, appended to; "-" is standard error.

    Raises:
        StorageError: the file cannot be opened.
    """
    try:
        handler = (
            logging.StreamHandler(sys.stderr) if str(target) == "-" else logging.FileHandler(target, encoding="utf-8")
        )
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be written ({error.strerror}); name another file with --log-json"
        ) from error
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)

"""What a monitoring system wants to know, as a textfile for Prometheus' node exporter; the only door to prometheus_client."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError, StorageError
from pipelines.storage.status import Status
from portal_crawler.verdict import EXIT_CODES

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.storage.status import RunRow

#: Counts of a run that are exported: name -> help.
_COUNTS = {
    "requests": "Pages and files that answered",
    "retries": "Requests that were tried again",
    "bytes": "Bytes of pages received",
    "new": "Articles stored for the first time",
    "changed": "Articles with a new version",
    "unchanged": "Articles seen as they were",
    "listed": "Links to articles on list pages",
}


def check_metrics() -> None:
    """Nothing where metrics can be written.

    Raises:
        ConfigurationError: the extra is not installed.
    """
    try:
        import prometheus_client  # noqa: F401 - asked for before a crawl of hours begins
    except ImportError as error:
        raise ConfigurationError(
            '--metrics needs the extra: make setup, or pip install "portal-crawler[metrics]"; or leave the option out'
        ) from error


def write_metrics(db: Path, target: Path) -> None:
    """Write the last run of every portal, and what is kept of it, to `target`, in one step.

    Raises:
        ConfigurationError: the extra is not installed.
        StorageError: the file cannot be written, the database not read.
    """
    check_metrics()
    from prometheus_client import CollectorRegistry, write_to_textfile

    registry = CollectorRegistry()
    gauges = _Gauges(registry)
    with Status.open(db) as reader:
        for totals in reader.totals():
            for state in ("live", "gone", "quarantined"):
                gauges.set("articles", "Articles kept", getattr(totals, state), portal=totals.portal, state=state)
            if totals.last:
                newest = datetime.fromisoformat(f"{totals.last}T00:00:00+07:00").timestamp()
                gauges.set(
                    "newest_article_timestamp_seconds", "Day of the newest article", newest, portal=totals.portal
                )
            last = next((run for run in reader.runs(portal=totals.portal, each=20) if run.spider != "reextract"), None)
            if last is not None:
                _run(gauges, last)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(target), registry)
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be written ({error.strerror}); name another file with --metrics"
        ) from error


class _Gauges:
    """Gauges by name, made when they are first set; every name begins with portal_crawler_."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._made: dict[str, Any] = {}

    def set(self, name: str, meaning: str, value: float, **labels: str) -> None:
        from prometheus_client import Gauge

        if name not in self._made:
            self._made[name] = Gauge(f"portal_crawler_{name}", meaning, list(labels), registry=self._registry)
        self._made[name].labels(**labels).set(value)


def _run(gauges: _Gauges, run: RunRow) -> None:
    portal = run.portal
    began = datetime.fromisoformat(run.started_at).timestamp()
    gauges.set("last_run_timestamp_seconds", "When the last run began", began, portal=portal)
    if run.seconds is not None:
        gauges.set("last_run_seconds", "How long the last run took", run.seconds, portal=portal)
    for name in EXIT_CODES:
        gauges.set(
            "verdict", "1 for the verdict of the last run", float(run.verdict == name), portal=portal, verdict=name
        )
    for name, meaning in _COUNTS.items():
        gauges.set(f"last_run_{name}", f"{meaning} in the last run", run.counts.get(name, 0), portal=portal)
    gauges.set("last_run_failed", "Pages that failed in the last run", run.failed, portal=portal)
    stored = run.counts.get("stored", 0)
    for field, filled in run.counts.get("filled", {}).items():
        if stored:
            gauges.set(
                "field_filled_ratio",
                "Share of stored articles with the field",
                filled / stored,
                portal=portal,
                field=field,
            )
    for host, gap in run.counts.get("shortest_gap", {}).items():
        gauges.set(
            "shortest_gap_seconds", "Shortest time between two requests to a host", gap, portal=portal, host=host
        )

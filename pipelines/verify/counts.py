"""From what the portal showed down to what a target should have: every step with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.completeness import not_stored

if TYPE_CHECKING:
    from pipelines.export.protocol import ExportOptions
    from pipelines.storage.dataset import Dataset
    from pipelines.verify.result import VerifyReport


def count_source(dataset: Dataset, options: ExportOptions, report: VerifyReport) -> None:
    """Fill `source`, `database` and their reasons; `expected` and `left_out` must be whole."""
    for portal in [options.portal] if options.portal else dataset.portals():
        report.not_stored.update(one.reason for one in not_stored(dataset.conn, portal))
    asked = report.expected + report.left_out.total()
    for state in ("live", "gone", "quarantined"):
        if state not in options.states and (number := dataset.count(portal=options.portal or None, states=(state,))):
            report.left_out[state] += number
            asked += number
    report.database = asked
    report.source = asked + report.not_stored.total()

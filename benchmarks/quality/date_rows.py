"""Tables of date strings as samples of the gate: one row, one sample."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.quality.model import Sample
from pipelines.items import Page
from portal_crawler.quality.date_table import DateRow, read_table, score_row
from portal_crawler.quality.page_score import minimal_profile

if TYPE_CHECKING:
    from pathlib import Path

#: The time that relative rows count from where a table names none.
_BASE = datetime.fromisoformat("2018-10-26T11:00:00+07:00")
_URL = "https://page.example/"


def rows(path: Path) -> tuple[Sample, ...]:
    """The rows of a table that `portal-crawler score dates` reads.

    Raises:
        ConfigurationError: the table cannot be read.
    """
    profile = minimal_profile(_URL)
    return tuple(
        Sample(
            name=f"line {row.line}: {row.string}",
            page=Page(url=_URL, body=row.string.encode(), origin="folder"),
            profile=profile,
            expected={
                "row": {"line": row.line, "expected": row.expected, "role": row.role, "base": str(row.base or "")}
            },
        )
        for row in read_table(path, _BASE)
    )


def read(sample: Sample) -> dict[str, Any]:
    """The row read as its role says."""
    told = sample.expected["row"]
    base = datetime.fromisoformat(told["base"]) if told["base"] else None
    row = DateRow(
        line=told["line"], string=sample.page.body.decode(), expected=told["expected"], role=told["role"], base=base
    )
    score = score_row(row)
    return {"row": {"got": score.got, "right": score.right, "problem": score.problem}}

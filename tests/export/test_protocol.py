from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export import protocol


def test_every_exporter_of_ours_comes_through_the_entry_points() -> None:
    ours = {one.name for one in entry_points(group=protocol.GROUP) if one.value.startswith("pipelines.export.")}
    loaded = protocol.load_exporters()
    assert {"jsonl", "csv"} <= ours <= set(loaded)
    assert all(exporter.name == name and exporter.description for name, exporter in loaded.items())


def test_an_unknown_exporter_lists_those_known() -> None:
    with pytest.raises(ConfigurationError, match=r'no exporter "word"; known are: .*csv.*jsonl'):
        protocol.load_exporter("word")


class Foreign:
    name = "foreign"
    description = "somebody else's"

    def export(self, dataset: object, destination: object, options: object) -> protocol.ExportReport:
        return protocol.ExportReport(articles=7)


class Half:
    name = "half"


@pytest.mark.parametrize(
    ("value", "message"),
    [("tests.export.nowhere:X", "cannot be loaded"), ("tests.export.test_protocol:Half", "lacks name, description")],
)
def test_a_broken_plug_in_is_named(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    found = [EntryPoint("broken", value, protocol.GROUP)]
    monkeypatch.setattr(protocol, "entry_points", lambda group: found)
    with pytest.raises(ConfigurationError, match=message):
        protocol.load_exporter("broken")


def test_a_foreign_exporter_uses_the_same_door(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [EntryPoint("foreign", "tests.export.test_protocol:Foreign", protocol.GROUP)]
    monkeypatch.setattr(protocol, "entry_points", lambda group: found)
    assert protocol.load_exporter("foreign").export(None, None, None).articles == 7  # type: ignore[arg-type]


def test_exporting_loads_none_of_the_crawl_s_libraries() -> None:
    code = (
        "import sys; from pipelines.export.protocol import load_exporters; load_exporters();"
        "import pipelines.storage.dataset;"
        "print(sorted({'scrapy','twisted','trafilatura','dateparser','portal_crawler','duckdb'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert out.strip() == "[]"


def test_a_report_keeps_all_counts_and_the_first_cases() -> None:
    report = protocol.ExportReport()
    for number in range(protocol.CASES_KEPT + 10):
        report.refuse("title_too_long", f"uid-{number}")
    assert report.refused["title_too_long"] == protocol.CASES_KEPT + 10
    assert len(report.to_json()["cases"]) == protocol.CASES_KEPT

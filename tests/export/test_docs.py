from __future__ import annotations

import re
from pathlib import Path

from pipelines.export.mapping import CASES
from pipelines.export.protocol import exporter_names

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs/migration.md").read_text("utf-8")


def test_every_finding_of_an_export_is_explained() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "pipelines/export").glob("*.py"))
    codes = set(re.findall(r'(?:warn|refuse|skip)\(\s*"(\w+)"', source)) | {"title_too_long", *CASES}
    codes |= set(re.findall(r'"(media_\w+)" if', source)) | set(re.findall(r'else "(media_\w+)"', source))
    assert len(codes) > 15
    assert {code for code in codes if f"`{code}`" not in DOCS} == set()


def test_every_format_is_described() -> None:
    assert {name for name in exporter_names() if not re.search(rf"^{name} ", DOCS, re.MULTILINE)} == set()


def test_every_rule_of_a_target_names_a_test_that_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/migration-rules.md").read_text("utf-8")))
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }  # fmt: skip
    assert len(named) > 40
    assert named - there == set()

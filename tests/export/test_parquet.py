from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError
from tests.export.data import HOST, article, build, export, image

if TYPE_CHECKING:
    from pathlib import Path


def test_parquet_holds_what_json_lines_hold(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason='duckdb is not installed: pip install "portal-crawler[parquet]"')
    articles = [
        article(1, "Ngày 'hội'", images=(image(f"{HOST}/a.jpg", caption="Lễ"),), views=118),
        article(2, published_at=None),
    ]
    db = build(tmp_path / "it's.db", articles)
    report = export("parquet", db, tmp_path / "it's out")
    export("jsonl", db, tmp_path / "jsonl")
    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "it's out/articles.parquet")])
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert rows == [json.loads(line) for line in (tmp_path / "jsonl/articles.jsonl").read_text("utf-8").splitlines()]
    assert report.articles == 2


def test_the_same_data_give_the_same_parquet_and_a_dry_run_none(tmp_path: Path, small: Path) -> None:
    pytest.importorskip("duckdb", reason='duckdb is not installed: pip install "portal-crawler[parquet]"')
    for name in ("one", "two"):
        export("parquet", small, tmp_path / name)
    assert (tmp_path / "one/articles.parquet").read_bytes() == (tmp_path / "two/articles.parquet").read_bytes()
    assert export("parquet", small, tmp_path / "three", dry_run=True).articles == 5
    assert not (tmp_path / "three").exists()


def test_a_missing_extra_is_named(tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigurationError, match=r"portal-crawler\[parquet\]"):
        export("parquet", small, tmp_path / "out")

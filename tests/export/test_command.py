from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from portal_crawler.cli import main
from tests.export.data import article, build

if TYPE_CHECKING:
    from pathlib import Path


def run(db: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments), "--db", str(db)])


def test_the_summary_says_what_was_written_and_where(tmp_path: Path, small: Path) -> None:
    result = run(small, "jsonl", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "5 articles written: 5 new\n" in result.output
    assert str(tmp_path / "out") in result.output
    assert (tmp_path / "out/articles.jsonl").exists()


def test_json_is_one_document_for_machines(tmp_path: Path, small: Path) -> None:
    result = run(small, "csv", tmp_path / "out", "--json")
    assert json.loads(result.stdout)["rows"] == {"article_urls": 5, "articles": 5}


def test_a_dry_run_writes_nothing_and_says_so(tmp_path: Path, small: Path) -> None:
    result = run(small, "jsonl", tmp_path / "out", "--dry-run")
    assert result.exit_code == 0
    assert "5 articles would be written" in result.output
    assert "Nothing was written" in result.output
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_one_line_that_lists_those_known(tmp_path: Path, small: Path) -> None:
    result = run(small, "word", tmp_path / "out")
    assert result.exit_code == 1
    assert 'Error: no exporter "word"; known are:' in result.stderr
    assert "jsonl" in result.stderr


def test_formats_are_listed_with_what_they_are_for(small: Path) -> None:
    result = run(small, "--formats")
    assert result.exit_code == 0
    assert "jsonl" in result.output
    assert "for programs" in result.output


def test_errors_of_use_name_the_option(tmp_path: Path, small: Path) -> None:
    for arguments, message in (
        (("--state", "dead"), "live, gone, quarantined"),
        (("--since", "26/10/2018"), "YYYY-MM-DD"),
    ):
        result = run(small, "jsonl", tmp_path / "out", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_missing_database_and_an_unknown_portal_are_one_line(tmp_path: Path, small: Path) -> None:
    missing = run(tmp_path / "none.db", "jsonl", tmp_path / "out")
    assert (missing.exit_code, "no such database" in missing.stderr) == (1, True)
    unknown = run(small, "jsonl", tmp_path / "out", "--portal", "khac")
    assert (unknown.exit_code, "it holds: mau" in unknown.stderr) == (1, True)


def test_init_mapping_writes_what_the_data_hold_and_is_taken_back_unchanged(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "map.toml"
    first = run(small, "jsonl", tmp_path / "out", "--mapping", path, "--init-mapping")
    assert first.exit_code == 0, first.output
    assert '"Tin tức" = { name = "Tin tức", slug = "tin-tuc", parent = "" }' in path.read_text("utf-8")
    assert "2 entries written" in first.output
    assert not (tmp_path / "out").exists()


def test_init_mapping_keeps_what_a_person_wrote(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[sections]\n"Tin tức" = { name = "Thời sự", slug = "thoi-su" }\n', encoding="utf-8")
    refused = run(small, "jsonl", tmp_path / "out", "--mapping", path, "--init-mapping")
    assert refused.exit_code == 1
    build(small, [article(9, category="Văn hóa")])
    added = run(small, "jsonl", tmp_path / "out", "--mapping", path, "--init-mapping", "--force")
    assert added.exit_code == 0, added.output
    text = path.read_text("utf-8")
    assert '"Tin tức" = { name = "Thời sự", slug = "thoi-su", parent = "" }' in text
    assert '"Văn hóa" = { name = "Văn hóa", slug = "van-hoa", parent = "" }' in text


def test_help_has_an_example() -> None:
    result = CliRunner().invoke(main, ["export", "--help"])
    assert "portal-crawler export jsonl" in result.output

"""`portal-crawler verify` as people run it on folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from portal_crawler.cli import main
from tests.export.data import article, build, export

if TYPE_CHECKING:
    from pathlib import Path


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


def test_a_whole_export_gives_zero_and_a_report_that_can_be_signed(tmp_path: Path, small: Path) -> None:
    export("wordpress", small, tmp_path / "out")
    code, text = run("verify", "folder", tmp_path / "out", "--db", small, "--report", tmp_path / "report")
    assert code == 0, text
    assert "5 expected there, 5 found" in text
    assert "0 unexplained" in text
    assert "Biên bản đối chiếu" in (tmp_path / "report/verification.html").read_text("utf-8")


def test_an_export_that_is_older_than_the_database_gives_three_and_says_what_differs(
    tmp_path: Path, small: Path
) -> None:
    export("jsonl", small, tmp_path / "out")
    build(small, [article(6)])
    code, text = run("verify", "folder", tmp_path / "out", "--db", small, "--json")
    assert code == 3
    assert json.loads(text)["reasons"] == {"missing": 1}


def test_what_cannot_be_verified_is_said(tmp_path: Path, small: Path) -> None:
    assert run("verify", "wordpress", "https://www.example.gov.vn", "--db", small)[0] == 2
    code, text = run("verify", "folder", tmp_path, "--db", small)
    assert code == 1
    assert "name a folder that `export` wrote" in text

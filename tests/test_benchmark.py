"""The benchmark measures what it says: pages that did not change stay as they are, changes are known, tables hold what was measured."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.speed import tables
from benchmarks.speed.__main__ import main
from benchmarks.speed.changes import STEPS
from benchmarks.speed.pages import Pages
from benchmarks.speed.results import Results
from benchmarks.speed.serving import served
from pipelines.errors import ConfigurationError
from portal_crawler.sample_portal.world import World

BASE = "http://127.0.0.1:8795"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    pages = Pages(tmp_path_factory.mktemp("site"), BASE, World(count=30, seed=5), pad=False)
    pages.write()
    return pages


def times(pages: Pages) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in pages._folder.rglob("*") if file.is_file()}


def test_a_page_that_did_not_change_is_not_written_again(written: Pages):
    before = times(written)
    written.write()
    assert times(written) == before


def test_an_edit_changes_the_pages_that_show_it_and_no_others(written: Pages):
    before = times(written)
    (edited,) = STEPS["1 edited"](written.world)
    written.write()
    changed = {file for file, time in times(written).items() if before.get(file) != time}
    assert written._file(edited.path) in changed
    title = written.world.title(edited)
    assert title.endswith("(đính chính)")
    others = {file for file in changed if title not in file.read_text(encoding="utf-8")}
    assert not others


def test_every_spelling_of_an_address_is_served(written: Pages):
    for item in written.world.live:
        if not item.hidden:
            assert written._file(item.path).is_file()


def test_a_port_that_another_server_has_is_refused(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} is taken"), served(tmp_path, port):
            pass


def test_tables_are_written_from_what_was_kept(tmp_path: Path):
    right = dict.fromkeys(("found", "title", "day", "recall", "precision"), 1.0) | {"author": None, "section": None}
    designs = {
        name: {"costs": [{"cpu": cpu, "wall": 10.0, "memory": 2e8}], "requests": 110, "right": right}
        for name, cpu in (("ours", 2.0), ("straightforward", 12.0), ("floor", 1.0))
    }
    kept = Results(tmp_path / "results.json")
    kept.keep("crawls", 100, {"articles": 100, "designs": designs})
    shown = list(tables.parts(Results(tmp_path / "results.json")))
    assert shown[0] == "### 100 articles, 1 round"
    ours = shown[1].splitlines()[2]
    assert ours.startswith("| ours | 20.0 | – | 2.00 | 6.0 | 10 | 110 | 200 | 1.000 |")
    assert ours.count("–") == 3
    assert tables.bars(kept)[1] == ("straightforward, 100", 12.0)


@pytest.mark.parametrize(
    "words", [("--rounds", "x"), ("--rounds", "0"), ("--without", "12000:fastest"), ("--without", "floor")]
)
def test_a_wrong_option_is_refused_before_anything_is_measured(words: tuple[str, str], tmp_path: Path):
    done = CliRunner().invoke(main, ["--folder", str(tmp_path), *words])
    assert done.exit_code == 2
    assert "write it as" in done.output
    assert not list(tmp_path.iterdir())

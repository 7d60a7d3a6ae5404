"""The answers that docs/analysts.md shows are those of the sample portal, crawled here as the page says."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import ROOT, run_cli

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
#: The section whose answers are those of a portal that was crawled three times while it changed.
CHANGING = "Revisions, edits and removals"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of `portal-crawler demo`."""
    folder = tmp_path_factory.mktemp("demo")
    done = run_cli("demo", "--folder", folder, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "portal.db"


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three crawls of the sample portal as it stands first, and after one and two rounds of change."""
    path, port = tmp_path_factory.mktemp("changing") / "portal.db", 0
    for steps in range(3):
        with SamplePortal(articles=60, seed=1, port=port, steps=steps) as portal:
            port = portal.port
            start = f"start_url={portal.url}"
            done = run_cli("crawl", "sample", "--db", path, "-a", start, "-s", "DOWNLOAD_DELAY=0", timeout=300)
            assert done.returncode == 0, done.stderr
    return path


def shown() -> Iterator[tuple[str, str, str]]:
    """(section, question, answer) of every question that is followed by its answer."""
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"```(sql|text)\n(.*?)```", section, re.DOTALL)
        for (kind, question), (next_kind, answer) in pairwise(blocks):
            if (kind, next_kind) == ("sql", "text"):
                yield section.partition("\n")[0], question, answer


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")]


@pytest.mark.parametrize(("section", "question", "answer"), list(shown()))
def test_answers_in_the_docs_are_those_of_the_sample_portal(section, question, answer, demo, changing):
    with closing(sqlite3.connect(f"file:{changing if section == CHANGING else demo}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(question)
        names = [column[0] for column in cursor.description]
        rows = [["" if value is None else str(value) for value in row] for row in cursor]
    header, *told = [cells(line) for line in answer.splitlines() if line.startswith("│")]
    assert header == names
    assert told == rows


def test_every_question_of_the_page_shows_its_answer():
    assert len(list(shown())) == PAGE.count("```sql\n")

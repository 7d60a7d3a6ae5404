"""The answers that the analysts' pages show are those of the sample portal, crawled here as the pages say."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from portal_crawler.explore.questions import questions
from tests.crawl.live import ROOT
from tests.explore import answers

pytestmark = pytest.mark.slow

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("analysts.md", "analysts.vi.md")}
READY = {one.sql + ";": one for one in questions().by_name.values()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of `portal-crawler demo`."""
    return answers.demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three crawls of the sample portal as it stands first, and after one and two rounds of change."""
    return answers.changing(tmp_path_factory.mktemp("changing"))


@pytest.fixture(scope="module")
def worlds(demo: Path, changing: Path) -> dict[str, Path]:
    """By the name that a question gives its world."""
    return {"demo": demo, "changing": changing}


def shown() -> Iterator[tuple[str, str]]:
    """(question, answer) of every question of the pages that is followed by its answer."""
    for page in PAGES.values():
        for (kind, question), (next_kind, answer) in pairwise(re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)):
            if (kind, next_kind) == ("sql", "text"):
                yield question.strip(), answer.strip()


@pytest.mark.parametrize("name", [name for name, one in questions().by_name.items() if not one.unstable])
def test_a_ready_question_is_answered_as_the_pages_show(name, worlds):
    question = questions().by_name[name]
    answer = answers.answered(name, worlds[question.world])
    assert {told for asked, told in shown() if asked == question.sql + ";"} == ({answer} if answer else set())


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")]


@pytest.mark.parametrize(("question", "answer"), [pair for pair in shown() if pair[0] not in READY])
def test_other_answers_in_the_docs_are_those_of_the_sample_portal(question, answer, worlds):
    with closing(sqlite3.connect(f"file:{worlds['demo']}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(question)
        names = [column[0] for column in cursor.description]
        rows = [["" if value is None else str(value) for value in row] for row in cursor]
    header, *told = [cells(line) for line in answer.splitlines() if line.startswith("│")]
    assert header == names
    assert told == rows

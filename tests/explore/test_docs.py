"""Every command and program of the analysts' pages does what they say, and Parquet counts what the database counts."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.explore.questions import questions
from portal_crawler.explore.reference import MOST_ROWS, drawn
from tests.crawl.live import ROOT, TIMEOUT, kill, rows, run_cli, start_cli, value

pytestmark = pytest.mark.crawls

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("analysts.md", "analysts.vi.md")}


@pytest.fixture(scope="module")
def desk(changing_portal: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the pages' paths lead to a crawled portal."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "data" / "demo").mkdir(parents=True)
    shutil.copy(changing_portal, folder / "data" / "demo" / "portal.db")
    shutil.copy(changing_portal, folder / "data" / "portal.db")
    return folder


@pytest.fixture(scope="module")
def parquet(desk: Path) -> Path:
    """The Parquet file where the pages have it."""
    pytest.importorskip("duckdb", reason='duckdb is not installed: pip install "portal-crawler[parquet]"')
    done = run_cli("export", "parquet", "data/demo/parquet", "--db", "data/demo/portal.db", cwd=desk)
    assert done.returncode == 0, done.stderr
    return desk / "data" / "demo" / "parquet" / "articles.parquet"


def found(kind: str) -> list[str]:
    return list(
        dict.fromkeys(
            block for page in PAGES.values() for block in re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)
        )
    )


COMMANDS = sorted({line for block in found("console") for line in re.findall(r"^\$ (.+)$", block, re.MULTILINE)})
COMMANDS += sorted({code for page in PAGES.values() for code in re.findall(r"`(portal-crawler schema[^`]*)`", page)})


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_pages_does_its_work(line: str, desk: Path):
    edited = value(desk / "data/portal.db", "SELECT uid FROM v_browse WHERE revisions > 1 LIMIT 1")
    words = [edited if re.fullmatch(r"[0-9a-f-]{36}", word) else word for word in shlex.split(line)]
    program = Path(words[0]).name
    if program == "portal-crawler" and words[1] == "explore":
        process = start_cli(*[word for word in words[1:] if word != "--open"], "--port", 0, cwd=desk)
        told = process.stdout.readline()
        kill(process)
        assert told.startswith("data/demo/portal.db is shown at http://127.0.0.1:")
        return
    if program == "portal-crawler":
        done = run_cli(*words[1:], cwd=desk)
    else:
        path = Path(sys.executable).parent / program if words[0].startswith(".venv/") else shutil.which(program)
        if path is None:
            pytest.skip(f"{program} is not installed")
        more = ["SELECT count(*) FROM v_articles"] if program == "sqlite3" else []
        done = subprocess.run(
            [path, *words[1:], *more], cwd=desk, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.parametrize("program", found("python"))
def test_a_program_of_the_pages_runs(program: str, desk: Path, request: pytest.FixtureRequest):
    if "duckdb" in program:
        request.getfixturevalue("parquet")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=desk, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    newest = "SELECT title FROM v_articles WHERE duplicate_of IS NULL ORDER BY published_at DESC LIMIT 1"
    most = "SELECT category FROM articles WHERE duplicate_of IS NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    assert value(desk / "data/portal.db", most if "duckdb" in program else newest) in done.stdout


COUNTS = {
    "articles": ("SELECT count(*) FROM v_articles", "SELECT count(*) FROM {articles}"),
    "by section and year": (
        "SELECT category, substr(published_at, 1, 4), count(*) FROM v_articles GROUP BY 1, 2",
        "SELECT category, published_at[:4], count(*) FROM {articles} GROUP BY 1, 2",
    ),
    "words": (
        "SELECT uid, length(body_text) FROM v_articles",
        "SELECT uid, length(body_text) FROM {articles}",
    ),
    "pictures by credit": (
        "SELECT credit, count(*) FROM article_media WHERE kind = 'image' GROUP BY 1",
        "SELECT image.credit, count(*) FROM {articles}, unnest(images) t(image) GROUP BY 1",
    ),
    "addresses": ("SELECT count(*) FROM article_urls", "SELECT sum(len(urls)) FROM {articles}"),
    "flags": ("SELECT flag, count(*) FROM article_flags GROUP BY 1", "SELECT unnest(flags) AS flag, count(*) FROM {articles} GROUP BY 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_parquet_counts_what_the_database_counts(name: str, desk: Path, parquet: Path):
    import duckdb

    in_database, in_parquet = COUNTS[name]
    with duckdb.connect() as engine:
        counted = engine.execute(in_parquet.format(articles=f"read_parquet('{parquet}')")).fetchall()
    expected = rows(desk / "data/portal.db", in_database)
    assert expected
    assert sorted(counted, key=str) == sorted(expected, key=str)


def test_every_ready_question_stands_in_both_pages():
    for question in questions().by_name.values():
        for place, page in enumerate(PAGES.values()):
            assert f"#### {question.title[place]}\n\n{question.about[place]}\n\n```sql\n{question.sql};\n```" in page


def test_an_answer_is_drawn_as_a_table_that_tells_what_it_leaves_out():
    table = drawn(["uid", "tháng", "n"], [("u", f"2018-{number:02}", None) for number in range(MOST_ROWS + 1)])
    lines = table.splitlines()
    assert lines[1] == "│ tháng   │ n │"
    assert lines[3] == "│ 2018-00 │   │"
    assert lines[-2] == "│ …       │ … │"
    assert len({len(line) for line in lines}) == 1

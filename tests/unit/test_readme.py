"""What the pages for readers show is true: commands and options exist, links lead somewhere, every SQL question runs."""

from __future__ import annotations

import re
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from scrapy.settings import default_settings

from pipelines.storage.store import Store
from portal_crawler import settings
from portal_crawler.cli import reference
from portal_crawler.frontier.refresh import CADENCE
from portal_crawler.profile import Crawl
from portal_crawler.retrying import PASSING
from portal_crawler.spiders.arguments import ARGUMENTS
from portal_crawler.spiders.news import NewsSpider
from portal_crawler.verdict import BLOCKED, DOWN, DRIFTED, EXIT_CODES, GONE
from tests.storage.data import BODY, PORTAL, rich_article

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "README.vi.md",
    "CHANGELOG.md",
    "docs/README.md",
    "docs/operators.md",
    "docs/operators.vi.md",
    "docs/analysts.md",
    "docs/analysts.vi.md",
    "docs/architecture.md",
)
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
OPERATORS = TEXTS["docs/operators.md"]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
PROGRAMS = ("portal-crawler", "make", "scrapy")
#: Where the output of a command goes.
REDIRECTION = re.compile(r"\d?>>?\s*(?:&\d|[^\s;|&]+)")


def blocks(text: str, *languages: str) -> list[str]:
    return [body for _, language, body in FENCE.findall(text) if language in languages]


# --- commands


def words_of(line: str) -> list[list[str]]:
    """The commands of a line of shell, each as its words, comments left out."""
    lexer = shlex.shlex(REDIRECTION.sub("", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("();<>|&"):
            found.append([])
        else:
            found[-1].append(word)
    return found


def lines_of_shell(text: str) -> Iterator[str]:
    """What is typed: behind the prompts, in blocks of shell and cron lines, and in code within sentences."""
    for body in blocks(text, "console"):
        yield from re.findall(r"^ *\$ (.+)$", body, re.MULTILINE)
    for body in blocks(text, "sh"):
        yield from body.splitlines()
    for body in blocks(text, "text"):
        yield from (
            line.partition("  ")[2] for line in body.splitlines() if re.match(r"[\d*]+ [\d*]+ \S+ \S+ \S+  ", line)
        )
    for code in re.findall(r"`([^`]+)`", FENCE.sub("", text)):
        if code.split()[0] in PROGRAMS and len(code.split()) > 1:
            yield " ".join(code.split())


def shown_commands(text: str) -> Iterator[list[str]]:
    for line in lines_of_shell(text):
        for words in words_of(line.replace("out=$(", "; ")):
            names = [word.rpartition("/")[2] for word in words[:1]]
            if names and names[0] in PROGRAMS:
                yield [names[0], *words[1:]]


@pytest.fixture(scope="module")
def commands() -> dict[str, click.Command]:
    return {path.removeprefix("portal-crawler").strip(): command for path, command in reference.commands()}


def parsed(words: list[str], commands: dict[str, click.Command]) -> dict[str, object]:
    """The options and arguments of a shown command, as click reads them; raises where click would refuse them."""
    name = words[1]
    if f"{name} {words[2] if len(words) > 2 else ''}" in commands:
        name = f"{name} {words[2]}"
    command = commands[name]
    context = click.Context(
        command, info_name=name, help_option_names=["-h", "--help"]
    )  # click keeps the first it makes
    rest = words[1 + len(name.split()) :]
    values, left, _ = command.make_parser(context).parse_args(list(rest))
    assert left == [], f"{' '.join(words)}: nobody takes {left}"
    return values


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_exists_with_its_options(page, commands):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for words in shown_commands(TEXTS[page]):
        if words[0] == "make":
            assert words[1] in targets, words
        elif words[0] == "scrapy":
            assert words[1] in ("list", "crawl", "shell"), words
            assert words[1] != "crawl" or words[2:3] in ([], [NewsSpider.name]), words
        elif words[1] not in ("--help", "--version"):
            values = parsed(words, commands)
            assert {pair.partition("=")[0] for pair in values.get("arguments") or ()} <= {*ARGUMENTS}, words
            changed = {pair.partition("=")[0] for pair in values.get("settings") or ()}
            assert all(hasattr(settings, one) or hasattr(default_settings, one) for one in changed), words


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("README.md", 6),
        ("README.vi.md", 6),
        ("docs/operators.md", 30),
        ("docs/analysts.md", 4),
        ("docs/analysts.vi.md", 4),
    ],
)
def test_commands_are_found_in_the_pages(page, number):
    assert len(list(shown_commands(TEXTS[page]))) >= number


def test_a_wrong_option_would_be_noticed(commands):
    (words,) = shown_commands("```console\n$ portal-crawler crawl ben_tre_city --fulll  # oh\n```")
    with pytest.raises(click.NoSuchOption):
        parsed(words, commands)


def test_the_vietnamese_readme_names_the_verdicts_and_codes():
    assert [name for name in EXIT_CODES if name != "error" and f"`{name}`" not in TEXTS["README.vi.md"]] == []


# --- links


def slugs(text: str) -> set[str]:
    """The anchors GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_project_resolves(page):
    here = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", TEXTS[page])):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (here / path).resolve() if path else ROOT / page
        assert file.is_file(), target
        assert not anchor or anchor in slugs(file.read_text(encoding="utf-8")), target


def test_pictures_are_what_they_claim_and_load_fast():
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert pictures
    for picture in pictures:
        kind = b"<svg" if picture.suffix == ".svg" else b"\x89PNG"
        assert picture.read_bytes().startswith(kind), picture.name
        assert picture.stat().st_size < 300_000, picture.name
        pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")] + [TEXTS["README.md"]]
        assert any(f"images/{picture.name}" in page for page in pages), f"{picture.name} is shown nowhere"


def test_the_first_screen_of_the_readme_has_both_commands_and_the_picture():
    first_screen = "\n".join(TEXTS["README.md"].splitlines()[:20])
    assert re.search(r"^make demo.*\nmake test", first_screen, re.MULTILINE)
    assert "](docs/images/" in first_screen


# --- SQL


@pytest.fixture(scope="module")
def small_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Two runs over three articles: one edited in between, one a duplicate, one gone; and a failure."""
    path = tmp_path_factory.mktemp("docs") / "portal.db"
    with Store.open(path) as store:
        first = store.begin_run(PORTAL, "news", {})
        for number in (1, 2):
            store.save_article(rich_article(number, body_text=BODY, body_html=f"<p>{BODY}</p>"), first, route="listing")
        second = store.begin_run(PORTAL, "news", {})
        changed = rich_article(1, body_text=f"{BODY} Đã sửa.", captured_at="2024-06-01T08:00:00+07:00")
        store.save_article(changed, second, route="listing")
        store.finish_duplicates(PORTAL)
        store.commit()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


QUESTIONS = [
    pytest.param(question, id=f"{page}-{number}")
    for page in PAGES
    for number, question in enumerate(blocks(TEXTS[page], "sql"), 1)
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_runs(question, small_database):
    cursor = small_database.execute(question)
    names = [column[0] for column in cursor.description]
    assert len(names) == len(set(names)), "two columns of one name"
    cursor.fetchall()


def test_there_are_ready_questions():
    assert len(blocks(TEXTS["docs/analysts.md"], "sql")) >= 20


# --- what operators rely on


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of the operators' page."""
    section = OPERATORS.partition(f"\n{heading}\n")[2]
    table = re.search(r"^\|.*?(?=\n\n)", section, re.MULTILINE | re.DOTALL)
    assert table, heading
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[0].splitlines()[2:]]


def test_every_verdict_is_in_the_runbook_with_its_exit_code():
    listed = {name: code for name, code, *_ in rows_of("## Verdicts and exit codes") if name}
    assert listed == {name: str(code) for name, code in EXIT_CODES.items()}


def test_every_reason_that_makes_a_verdict_is_explained():
    cells = [re.findall(r"`([^`]+)`", row[0]) for row in rows_of("## Failures")]
    names = [name for cell in cells for name in cell]
    known = BLOCKED | DOWN | DRIFTED | GONE | PASSING | {"http_500", "http_503"}
    covered = {one for one in known if one in names or (one.startswith("http_5") and "http_5…" in names)}
    assert sorted(known - covered - {"http_407", "http_408", "http_425", "data_loss", "unrecognised"}) == []


def test_reasons_said_to_be_tried_again_are_those_that_are():
    for reasons, _, again, _ in rows_of("## Failures"):
        for name in re.findall(r"`([^`]+)`", reasons):
            passing = name in PASSING or name.startswith("http_5")
            assert passing == (again == "yes"), name


def test_the_cadence_is_that_of_the_program():
    rows = [
        re.findall(r"\d+|a day|before", " ".join(row)) for row in rows_of("## Refresh: what a later crawl asks for")
    ]
    told = [(None if row[0] == "before" else int(row[0]), 1 if row[1] == "a day" else int(row[1])) for row in rows]
    assert tuple(told) == CADENCE


def test_limits_shown_are_the_defaults_of_a_profile():
    for _, key, _ in rows_of("## Politeness and robots.txt"):
        name, _, value = key.strip("`").partition(" = ")
        assert hasattr(Crawl(), name), name
        assert name not in ("concurrency", "timeout", "max_bytes", "recheck") or float(value) == getattr(
            Crawl(), name
        ), key

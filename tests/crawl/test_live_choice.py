"""What a crawl is asked for: dates, a number, a section, and Scrapy's own commands and settings."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pipelines.storage.lock import WriterLock
from portal_crawler.cli import main
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, Crawled, crawl, pages_asked, rows, run_cli, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.crawls

SINCE, UNTIL = "2018-03-01", "2019-03-01"


@pytest.fixture(scope="module")
def choices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    folder = tmp_path_factory.mktemp("choice")
    wishes = {
        "dates": ("-a", f"since={SINCE}", "-a", f"until={UNTIL}", "--json"),
        "section": ("-a", "section=giao duc", "-s", "ROBOTSTXT_OBEY=False", "--json"),
    }
    portals = {name: SamplePortal(articles=40, seed=3) for name in wishes}
    for portal in portals.values():
        portal.__enter__()

    def job(name: str) -> Crawled:
        db = folder / f"{name}.db"
        return Crawled(portals[name], db, crawl(portals[name], db, *TEXT_ONLY, *wishes[name]))

    done = side_by_side(*(lambda name=name: job(name) for name in wishes))
    yield dict(zip(wishes, done, strict=True))
    for portal in portals.values():
        portal.close()


def test_since_and_until_bring_all_of_those_days_and_nothing_else(choices: dict[str, Crawled]) -> None:
    crawled = choices["dates"]
    assert crawled.done.returncode == 0
    days = [day for (day,) in rows(crawled.db, "SELECT substr(published_at, 1, 10) FROM articles") if day]
    assert all(SINCE <= day <= UNTIL for day in days)
    wanted = [
        one["url"]
        for one in crawled.portal.truth()["articles"]
        if "listing" in one["found_by"] and SINCE <= (one["published_at"] or "")[:10] <= UNTIL
    ]
    stored = {url for (url,) in rows(crawled.db, "SELECT url FROM article_urls")}
    assert len(wanted) > 4
    assert [url for url in wanted if url not in stored] == []
    assert len(pages_asked(crawled.portal)) < 40


def test_a_section_is_found_without_its_diacritics_and_no_other_is_asked_for(choices: dict[str, Crawled]) -> None:
    crawled = choices["section"]
    assert crawled.done.returncode == 0
    truth = crawled.portal.truth()["articles"]
    wanted = {one["title"] for one in truth if one["category"] == "Giáo dục - Y tế" and "listing" in one["found_by"]}
    stored = {title for (title,) in rows(crawled.db, "SELECT title FROM articles")}
    assert wanted
    assert wanted == stored


def test_a_setting_goes_through_to_scrapy(choices: dict[str, Crawled]) -> None:
    asked = {name: [one.path for one in crawled.portal.requests] for name, crawled in choices.items()}
    assert {name: "/robots.txt" in paths for name, paths in asked.items()} == {"dates": True, "section": False}


def test_scrapy_itself_lists_and_runs_the_spider(tmp_path: Path) -> None:
    listed, done, out = run_cli("list", module="scrapy"), None, tmp_path / "out.jsonl"
    with SamplePortal(articles=20) as portal:
        done = run_cli(
            "crawl", "news", "-a", "portal=sample", "-a", f"start_url={portal.url}", "-a", "limit=4", "-o", out,
            "-s", f"DATABASE={tmp_path / 'portal.db'}", module="scrapy",
        )  # fmt: skip
    assert listed.stdout.split() == ["news"]
    assert done.returncode == 0
    articles = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    stored = rows(tmp_path / "portal.db", "SELECT title FROM articles")
    assert sorted(one["title"] for one in articles) == sorted(title for (title,) in stored)
    assert len(articles) == 4
    assert all(one["body_text"] or one["images"] or one["attachments"] for one in articles)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("crawl", "no_such_portal"), 1, 'no portal named "no_such_portal"'),
        (("crawl", "sample", "-a", "colour=red"), 1, "-a colour=…: unknown"),
        (("crawl", "sample", "-a", "since=yesterday"), 1, "write the date as YYYY-MM-DD"),
        (("crawl", "sample", "-s", "DELAY"), 1, "write it as NAME=VALUE"),
        (("crawl",), 2, "Missing argument"),
        (("crawl", "sample", "--swiftly"), 2, "No such option"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_made(
    words: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, [*words, "--db", str(tmp_path / "portal.db")])
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_second_crawl_is_refused_and_told_who_holds_the_database(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "portal.db", "crawl my_town")
    done = CliRunner().invoke(main, ["crawl", "sample", "--db", str(tmp_path / "portal.db")])
    lock.release()
    assert (done.exit_code, done.stdout) == (9, "")
    assert f'held by "crawl my_town" (process {os.getpid()} on ' in done.stderr

"""An article that the portal moves, with a permanent redirect, stays one article: crawled, refreshed, archived, exported."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import MINIMAL, TEXT_ONLY, assert_true, crawl, dump, rows, run_cli, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.crawls

#: When an article was seen last, and where it is now.
MOVES_ON = ("last_seen_at", "url")


@dataclass(frozen=True)
class Story:
    """A portal crawled, refreshed after one article had moved, and crawled in full; two WARC files of the first two crawls."""

    db: Path
    portal: SamplePortal
    old: str
    new: str
    before: list[tuple[Any, ...]]
    told: tuple[dict[str, Any], ...]
    archives: tuple[Path, ...]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("moves")
    db, profile = folder / "portal.db", folder / "quiet.toml"
    with Path(MINIMAL).open(encoding="utf-8") as least:
        # nothing is looked at again by turns, so that only the lists tell of the new address
        profile.write_text(least.read() + "[crawl]\nallow_private_hosts = true\nrecheck = 0\n", encoding="utf-8")
    archives = tuple(folder / f"{number}.warc.gz" for number in (1, 2))
    with SamplePortal(articles=16, seed=8) as portal:

        def once(*more: object) -> dict[str, Any]:
            return summary(crawl(portal, db, "--json", *TEXT_ONLY, *more, profile=str(profile)))

        told = [once("--warc", archives[0])]
        before = dump(db, "articles", *MOVES_ON)
        old = next(
            one["url"] for one in portal.truth()["articles"]
            if one["kind"] == "plain" and one["layout"] == "publishing" and "listing" in one["found_by"]
        )  # fmt: skip
        new = portal.move(old)
        told += [once("--warc", archives[1]), once("--full")]
        yield Story(db, portal, old, new, before, tuple(told), archives)


def test_no_article_is_added_and_none_changes(story: Story) -> None:
    assert [told["verdict"] for told in story.told] == ["complete"] * 3
    assert dump(story.db, "articles", *MOVES_ON) == story.before
    assert rows(story.db, "SELECT 1 FROM article_revisions WHERE number > 1") == []
    assert [story.told[1]["counts"][name] for name in ("new", "changed")] == [0, 0]
    assert_true(story.portal, story.db, "minimal_sample")


def test_it_is_known_by_both_addresses_and_shown_at_the_new_one(story: Story) -> None:
    query = "SELECT a.url FROM articles a JOIN article_urls u ON u.article_id = a.id WHERE u.url = ?"
    assert rows(story.db, query, story.old) == rows(story.db, query, story.new) == [(story.new,)]
    assert rows(story.db, "SELECT detail FROM findings WHERE code = 'moved'") == [
        (f"{story.old} leads to {story.new}",)
    ]


def test_it_was_seen_by_every_crawl_and_nothing_is_missing(story: Story) -> None:
    seen = "julianday(last_seen_at) >= julianday((SELECT max(started_at) FROM runs))"
    assert rows(story.db, f"SELECT url FROM articles WHERE NOT {seen}") == []
    asked = run_cli("status", "--completeness", "--json", "--db", story.db)
    assert "not_stored" in asked.stdout
    assert story.new not in asked.stdout


def test_both_addresses_are_redirected_to_one_place(story: Story, tmp_path: Path) -> None:
    done = run_cli("export", "redirects", tmp_path / "out", "--db", story.db)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "redirects.csv").open(encoding="utf-8", newline="") as file:
        targets = {row["url"]: row["target"] for row in csv.DictReader(file)}
    assert targets[story.old] == targets[story.new] != ""


@pytest.mark.parametrize("order", [1, -1])
def test_archives_of_both_times_give_one_article_in_either_order(story: Story, tmp_path: Path, order: int) -> None:
    db = tmp_path / "archived.db"
    for file in story.archives[::order]:
        assert run_cli("archive", "sample", file, "--db", db).returncode == 0
    query = "SELECT url FROM article_urls WHERE article_id = (SELECT article_id FROM article_urls WHERE url = ?)"
    assert {url for (url,) in rows(db, query, story.old)} >= {story.old, story.new}
    assert len(rows(db, "SELECT 1 FROM articles")) == len(story.before)

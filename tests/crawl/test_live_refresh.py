"""Later crawls: what did not change is not touched, what was edited keeps its past, what was removed is believed late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, assert_true, crawl, dump, rows, summary, value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = ("articles", "article_revisions", "article_urls", "article_media", "article_flags", "article_notes")


@dataclass(frozen=True)
class Story:
    """One portal through three crawls: first; all of it again, three articles having been removed; after changes."""

    portal: SamplePortal
    db: Path
    dumps: tuple[dict[str, list[tuple[Any, ...]]], ...]
    views: tuple[int, ...]
    told: tuple[dict[str, Any], ...]
    edited: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    states: tuple[dict[str, str], ...]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    db = tmp_path_factory.mktemp("refresh") / "portal.db"
    with SamplePortal(articles=24, seed=5) as portal:
        told, dumps, views, states = [], [], [], []

        def once(*more: str) -> None:
            told.append(summary(crawl(portal, db, "--json", *TEXT_ONLY, *more)))
            dumps.append({table: dump(db, table, "last_seen_at") for table in TABLES})
            views.append(value(db, "SELECT total(views) FROM v_articles"))
            states.append(dict(rows(db, "SELECT url, state FROM articles")))

        once()
        plain = [
            one["url"] for one in portal.truth()["articles"] if one["kind"] == "plain" and "listing" in one["found_by"]
        ]
        removed = (portal.remove(plain[0]), portal.remove(plain[1], "410"), portal.remove(plain[2], "soft"))
        once("--full")
        edited = portal.edit(plain[3], title="Tiêu đề đã được sửa lại", text="Một câu được thêm vào sau khi đăng.")
        added = tuple(portal.add(2))
        once()
        yield Story(portal, db, tuple(dumps), tuple(views), tuple(told), edited, removed, added, tuple(states))


def test_a_second_crawl_changes_no_row_but_the_last_sighting(story: Story) -> None:
    first, second = story.dumps[:2]
    assert {table: second[table] == first[table] for table in TABLES} == dict.fromkeys(TABLES, True)
    assert story.views[1] >= story.views[0] + 12
    counts = story.told[1]["counts"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, counts["stored"])


def test_an_edited_article_gets_a_revision_and_keeps_the_old_one(story: Story) -> None:
    versions = rows(
        story.db,
        "SELECT number, r.title, r.body_text FROM article_revisions r JOIN article_urls u ON u.article_id = r.article_id "
        "WHERE u.url = ? ORDER BY number",
        story.edited,
    )
    assert [number for number, *_ in versions] == [1, 2]
    assert versions[0][1] != versions[1][1] == "Tiêu đề đã được sửa lại"
    assert "Một câu được thêm vào" not in versions[0][2]
    assert "Một câu được thêm vào sau khi đăng." in versions[1][2]
    assert story.told[2]["counts"]["changed"] == 1


def test_articles_that_were_not_edited_get_no_revision(story: Story) -> None:
    query = "SELECT url FROM articles WHERE id IN (SELECT article_id FROM article_revisions WHERE number > 1)"
    assert rows(story.db, query) == [(story.edited,)]


def test_new_articles_are_found(story: Story) -> None:
    assert story.told[2]["counts"]["new"] == len(story.added)
    assert set(story.added) <= set(story.states[2])


def test_a_removed_article_is_gone_only_when_a_second_crawl_says_so_too(story: Story) -> None:
    assert [story.states[1][url] for url in story.removed] == ["live"] * 3
    assert [story.states[2][url] for url in story.removed] == ["gone"] * 3
    assert list(story.states[2].values()).count("gone") == 3
    assert [told["verdict"] for told in story.told] == ["complete"] * 3


def test_the_last_good_copy_of_a_gone_article_stays(story: Story) -> None:
    texts = rows(story.db, "SELECT url, length(body_text) FROM v_articles WHERE state = 'gone'")
    assert {url for url, _ in texts} == set(story.removed)
    assert all(length > 100 for _, length in texts)


def test_the_truth_of_the_changed_portal_is_what_the_database_says(story: Story) -> None:
    assert_true(story.portal, story.db)


def test_what_was_refused_and_never_stored_is_asked_for_again(tmp_path: Path) -> None:
    """The lists are known ground by then, and would not lead to it again."""
    db = tmp_path / "portal.db"
    with SamplePortal(articles=24, seed=5, faults=["always_403@article:0.25"]) as portal:
        first = summary(crawl(portal, db, "--json", *TEXT_ONLY))
        assert (first["verdict"], set(first["counts"]["article_failures"])) == ("partial", {"http_403"})
        refused = sum(first["counts"]["article_failures"].values())
        before = value(db, "SELECT count(*) FROM articles")
        still = summary(crawl(portal, db, "--json", *TEXT_ONLY))
        assert still["verdict"] == "partial", "what is missing is missing, though no list led to it"
        assert value(db, "SELECT count(*) FROM articles") == before
        portal.set_faults(())
        well = summary(crawl(portal, db, "--json", *TEXT_ONLY))
        assert (well["verdict"], well["counts"]["new"]) == ("complete", refused)
        assert_true(portal, db)

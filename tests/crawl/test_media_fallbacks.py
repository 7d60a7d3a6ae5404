"""A missing picture is looked for elsewhere, once each way; what stands in for it says so, in the row and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import Crawled, assert_true, crawl, rows, run_cli, value

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.crawls

FILES = ("-s", "MEDIA=1", "--json")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with SamplePortal(articles=16, seed=3, faults=("not_found@media:0.4",)) as portal:
        db = tmp_path_factory.mktemp("missing") / "portal.db"
        yield Crawled(portal, db, crawl(portal, db, *FILES))


def test_a_stand_in_is_told_from_the_picture_itself(crawled: Crawled) -> None:
    db = crawled.db
    stand_ins = rows(
        db,
        "SELECT m.url, m.fallback, b.kind, b.media_id = m.media_id, b.is_lesser, f.state, f.reason FROM article_media m "
        "JOIN media_fallbacks b ON b.url = m.url AND b.state = 'stored' JOIN media_fetches f ON f.url = m.url",
    )
    assert stand_ins
    for _, fallback, kind, same, lesser, state, reason in stand_ins:
        assert (fallback, same, state, reason) == (kind, 1, "failed", "http_404")
        assert lesser == (kind in ("preview", "rendition", "thumbnail", "list_thumbnail", "archive"))
    own = "SELECT count(*) FROM article_media m WHERE fallback = '' AND media_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM media_urls u WHERE u.url = m.url AND u.media_id = m.media_id)"
    assert value(db, own) == 0
    assert crawled.summary["counts"]["media_fallbacks"] == value(
        db, "SELECT count(*) FROM media_fallbacks WHERE state = 'stored'"
    )
    assert_true(crawled.portal, db)
    assert run_cli("check", "--db", db).returncode == 0


def test_every_way_is_asked_once_and_has_its_answer(crawled: Crawled) -> None:
    asked = [one.path for one in crawled.portal.requests if "/_w/" in one.path or "/_t/" in one.path]
    assert asked
    assert len(asked) == len(set(asked))
    assert value(crawled.db, "SELECT count(*) FROM media_fallbacks WHERE state = 'queued'") == 0
    assert value(crawled.db, "SELECT count(*) FROM media_fallbacks WHERE state = 'failed' AND reason = ''") == 0
    order = rows(crawled.db, "SELECT url, count(*), max(position) FROM media_fallbacks GROUP BY url")
    assert all(count == last for _, count, last in order)


def test_what_was_only_tried_is_no_failure_of_the_article(crawled: Crawled) -> None:
    named = "SELECT count(*) FROM failures WHERE stage = 'media' AND url NOT IN (SELECT url FROM article_media)"
    assert value(crawled.db, named) == 0
    gone = value(crawled.db, "SELECT count(*) FROM media_fetches WHERE state = 'failed'")
    assert crawled.summary["counts"]["media_failures"] == {"http_404": gone}


def test_a_second_crawl_tries_nothing_again(crawled: Crawled) -> None:
    since = len(crawled.portal.requests)
    before = rows(crawled.db, "SELECT * FROM media_fallbacks"), rows(crawled.db, "SELECT * FROM article_media")
    crawl(crawled.portal, crawled.db, "--full", *FILES)
    assert [one.path for one in crawled.portal.requests[since:] if one.path.lower().endswith(".jpg")] == []
    assert (
        rows(crawled.db, "SELECT * FROM media_fallbacks"),
        rows(crawled.db, "SELECT * FROM article_media"),
    ) == before

"""The rows of stand-ins: what takes a missing file's place, says so, and gives way to the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.items import Failure, Image
from pipelines.media import examine
from pipelines.storage import fallbacks, media
from pipelines.storage.media import Served
from portal_crawler.sample_portal.media import jpeg, pdf
from tests.storage.data import PORTAL, rich_article

if TYPE_CHECKING:
    from pipelines.storage.store import Store

NOW = "2026-01-01T00:00:00+00:00"
PICTURE, SMALL = "http://xa.example/a.jpg", "http://xa.example/_t/a_jpg.jpg"
DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def missing(store: Store, run: int) -> None:
    """An article whose picture is a 404, and one way that is being tried."""
    saved = store.save_article(rich_article(), run)
    media.queue_article(store.conn, saved.article_id, run, NOW)
    failure = Failure(url=PICTURE, stage=media.STAGE, reason="http_404")
    media.save_failed(store.conn, PORTAL, failure, not_before="2026-04-01", run_id=run, now=NOW)
    fallbacks.begin(store.conn, PORTAL, PICTURE, ("thumbnail", SMALL, True), run, NOW)


def serve(store: Store, run: int, url: str, data: bytes) -> tuple[list[str], list[str]]:
    media.save_file(store.conn, PORTAL, url, examine(data), Served(urls=(url,)), run, NOW)
    media_id = fallbacks.at_hand(store.conn, PORTAL, url)
    return fallbacks.settle(store.conn, PORTAL, url, media_id, ("", ""), NOW)


def shown(store: Store) -> list[tuple[Any, ...]]:
    query = (
        "SELECT m.sha256, a.fallback FROM article_media a LEFT JOIN media m ON m.id = a.media_id WHERE kind = 'image'"
    )
    return [tuple(row) for row in store.conn.execute(query)]


def tried(store: Store) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.conn.execute("SELECT state, reason FROM media_fallbacks")]


def test_a_stand_in_is_marked_and_gives_way_to_the_file_itself(store: Store, run: int) -> None:
    missing(store, run)
    small, whole = jpeg(1, "small"), jpeg(1, "whole")
    assert serve(store, run, SMALL, small) == ([PICTURE], [])
    assert shown(store) == [(examine(small).sha256, "thumbnail")]
    assert store.conn.execute("SELECT state FROM media_fetches WHERE url = ?", (PICTURE,)).fetchone()[0] == "failed"
    assert store.conn.execute("SELECT count(*) FROM media_fetches WHERE url = ?", (SMALL,)).fetchone()[0] == 0
    assert PICTURE in media.lacking(store.conn, PORTAL)
    assert PICTURE in media.queue_portal(store.conn, PORTAL, run, "2026-05-01")
    serve(store, run, PICTURE, whole)
    assert shown(store) == [(examine(whole).sha256, "")]


def test_a_new_version_of_the_article_keeps_the_stand_in_and_its_mark(store: Store, run: int) -> None:
    missing(store, run)
    small = jpeg(1, "small")
    serve(store, run, SMALL, small)
    store.save_article(rich_article(title="Đổi tên", images=(Image(url=PICTURE),)), run)
    assert shown(store) == [(examine(small).sha256, "thumbnail")]


def test_a_spacer_or_a_paper_stands_in_for_no_picture(store: Store, run: int) -> None:
    missing(store, run)
    assert serve(store, run, SMALL, DOT) == ([], [PICTURE])
    fallbacks.begin(store.conn, PORTAL, PICTURE, ("encoding", f"{PICTURE}.pdf", False), run, NOW)
    assert serve(store, run, f"{PICTURE}.pdf", pdf("a")) == ([], [PICTURE])
    assert shown(store) == [(None, "")]
    assert tried(store) == [("failed", "too_small"), ("failed", "does_not_fit")]


def test_an_address_that_fails_helps_nobody_and_says_why(store: Store, run: int) -> None:
    missing(store, run)
    assert fallbacks.under_way(store.conn, PORTAL) == [SMALL]
    assert fallbacks.settle(store.conn, PORTAL, SMALL, None, ("http_404", "HTTP 404"), NOW) == ([], [PICTURE])
    assert tried(store) == [("failed", "http_404")]
    assert fallbacks.under_way(store.conn, PORTAL) == []
    assert fallbacks.failed_before(store.conn, PORTAL, SMALL) == "http_404"


def test_what_an_archive_served_under_the_same_path_is_at_hand(store: Store, run: int) -> None:
    missing(store, run)
    scaled = "https://xa.example/a.jpg?RenditionID=3"
    serve(store, run, scaled, jpeg(1, "scaled"))
    serve(store, run, "http://xa.example/a.jpgx", jpeg(1, "another"))
    assert fallbacks.kept_beside(store.conn, PORTAL, PICTURE) == [scaled]


def sighting(store: Store, run: int, key: str, image: str) -> None:
    store.conn.execute(
        "INSERT INTO list_sightings VALUES (?, 'listing x', ?, '', 'listing', '', '', ?, ?)", (PORTAL, key, image, run)
    )


def test_a_list_thumbnail_belongs_to_one_article_or_is_a_placeholder(store: Store, run: int) -> None:
    missing(store, run)
    key = store.conn.execute("SELECT key FROM articles").fetchone()[0]
    sighting(store, run, key, "http://xa.example/thumb.jpg")
    assert fallbacks.list_thumbnails(store.conn, PORTAL, PICTURE) == ["http://xa.example/thumb.jpg"]
    sighting(store, run, "another", "http://xa.example/thumb.jpg")
    assert fallbacks.list_thumbnails(store.conn, PORTAL, PICTURE) == []

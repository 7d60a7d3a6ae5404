"""The rows of files: one a content, every address that served it, and what is still to be fetched."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import StorageError
from pipelines.items import Failure, Image
from pipelines.media import DurableStore, examine
from pipelines.storage import media
from pipelines.storage.media import Served
from pipelines.storage.store import Store
from portal_crawler.sample_portal.media import jpeg, pdf
from tests.storage.data import PORTAL, article, rich_article

NOW, LATER = "2026-01-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00"
PICTURE, PAPER = "http://xa.example/a.jpg", "http://xa.example/a.pdf"
JPEG = examine(jpeg(1, "a"))


def queue(store: Store, run: int, item: Any, now: str = NOW) -> list[str]:
    saved = store.save_article(item, run)
    return media.queue_article(store.conn, saved.article_id, run, now)


def keep(store: Store, run: int, url: str, file: Any = JPEG, **served: Any) -> bool:
    return media.save_file(store.conn, PORTAL, url, file, Served(urls=(url,), **served), run, NOW)


def fail(store: Store, run: int, url: str, reason: str, not_before: str = "") -> None:
    failure = Failure(url=url, stage=media.STAGE, reason=reason, detail="")
    media.save_failed(store.conn, PORTAL, failure, not_before=not_before, run_id=run, now=NOW)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.conn.execute(query)]


def test_what_an_article_lacks_is_queued_pictures_and_papers(store: Store, run: int) -> None:
    assert queue(store, run, rich_article()) == [PICTURE, PAPER]
    assert rows(store, "SELECT url, state FROM media_fetches") == [(PICTURE, "queued"), (PAPER, "queued")]


def test_what_a_page_says_of_its_pictures_is_kept_in_their_order(store: Store, run: int) -> None:
    lead = Image(url=PICTURE, caption="Trồng cây", credit="Lê Mẫu", alt="Người dân trồng cây", role="lead")
    store.save_article(rich_article(images=(lead, Image(url="http://xa.example/b.jpg", alt="Bến phà"))), run)
    assert rows(
        store, "SELECT position, role, caption, credit, alt FROM article_media WHERE kind = 'image' ORDER BY position"
    ) == [(1, "lead", "Trồng cây", "Lê Mẫu", "Người dân trồng cây"), (2, "inline", "", "", "Bến phà")]


def test_a_stored_file_is_that_of_every_article_that_names_it(store: Store, run: int) -> None:
    queue(store, run, rich_article(1))
    queue(store, run, rich_article(2))
    assert keep(store, run, PICTURE)
    assert queue(store, run, rich_article(3)) == [PAPER]
    linked = rows(store, "SELECT article_id, media_id FROM article_media WHERE kind = 'image'")
    assert linked == [(1, 1), (2, 1), (3, 1)]
    width, height = rows(store, "SELECT width, height FROM media")[0]
    assert (width, height) == (480, 320)


def test_one_content_is_one_file_and_every_address_is_kept(store: Store, run: int) -> None:
    keep(store, run, PICTURE, name="a.jpg")
    assert not keep(store, run, "http://xa.example/copy.jpg", name="../../x")
    served = Served(urls=("http://xa.example/old.jpg", "http://xa.example/new.jpg"))
    media.save_file(store.conn, PORTAL, "http://xa.example/old.jpg", JPEG, served, run, NOW)
    assert rows(store, "SELECT count(*) FROM media") == [(1,)]
    known = ["a.jpg", "copy.jpg", "new.jpg", "old.jpg"]
    assert rows(store, "SELECT url, media_id FROM media_urls") == [(f"http://xa.example/{name}", 1) for name in known]


def test_a_paper_under_the_address_of_a_picture_is_no_picture(store: Store, run: int) -> None:
    queue(store, run, rich_article())
    keep(store, run, PICTURE, examine(pdf("a")))
    assert rows(store, "SELECT media_id FROM article_media WHERE kind = 'image'") == [(None,)]


def test_what_failed_is_asked_again_when_its_time_has_come(store: Store, run: int) -> None:
    queue(store, run, rich_article())
    fail(store, run, PICTURE, "http_404", LATER)
    fail(store, run, PAPER, "timeout")
    assert media.queue_portal(store.conn, PORTAL, run, NOW) == [PAPER]
    assert media.queue_portal(store.conn, PORTAL, run, LATER) == [PICTURE, PAPER]
    assert rows(store, "SELECT reason, attempts FROM media_fetches ORDER BY url") == [("http_404", 1), ("timeout", 1)]


def test_the_same_failure_is_one_row_until_it_is_overcome(store: Store, run: int) -> None:
    queue(store, run, rich_article())
    fail(store, run, PICTURE, "offsite")
    second = store.begin_run(PORTAL, "news", {})
    fail(store, second, PICTURE, "offsite")
    open_rows = "SELECT stage, reason, run_id FROM failures WHERE resolved_run_id IS NULL"
    assert rows(store, open_rows) == [("media", "offsite", run)]
    keep(store, second, PICTURE)
    assert rows(store, open_rows) == []
    assert rows(store, "SELECT state, reason, attempts FROM media_fetches WHERE url LIKE '%jpg'") == [("stored", "", 3)]


def test_a_new_version_of_an_article_keeps_its_files(store: Store, run: int) -> None:
    queue(store, run, rich_article())
    keep(store, run, PICTURE)
    changed = rich_article(title="Đổi tên", images=(Image(url="http://xa.example/b.jpg"), Image(url=PICTURE)))
    assert queue(store, run, changed) == ["http://xa.example/b.jpg", PAPER]
    assert rows(store, "SELECT url, media_id FROM article_media WHERE kind = 'image' ORDER BY position") == [
        ("http://xa.example/b.jpg", None),
        (PICTURE, 1),
    ]


def test_uses_say_what_articles_take_an_address_for(store: Store, run: int) -> None:
    queue(store, run, rich_article())
    assert media.uses(store.conn, PORTAL, PICTURE) == {"image"}
    queue(store, run, article(2, attachments=(replace(rich_article().attachments[0], url=PICTURE),)))
    assert media.uses(store.conn, PORTAL, PICTURE) == {"image", "attachment"}
    assert media.uses(store.conn, "another", PICTURE) == frozenset()


def test_lost_and_changed_files_are_found(store: Store, run: int, tmp_path: Path) -> None:
    shelf = DurableStore(str(tmp_path / "media"))
    shelf.persist_file(JPEG.path, BytesIO(jpeg(1, "a")), None)
    keep(store, run, PICTURE)
    place = tmp_path / "media" / JPEG.path
    assert list(media.find_damage(store.conn, tmp_path / "media")) == []
    assert media.queue_lost(store.conn, PORTAL, tmp_path / "media", run, NOW) == []
    place.write_bytes(b"x")
    assert [one.code for one in media.find_damage(store.conn, tmp_path / "media")] == ["media_changed"]
    place.unlink()
    assert [one.code for one in media.find_damage(store.conn, tmp_path / "media")] == ["media_missing"]
    assert media.queue_lost(store.conn, PORTAL, tmp_path / "media", run, NOW) == [PICTURE]
    assert rows(store, "SELECT state FROM media_fetches") == [("queued",)]


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = DurableStore(str(tmp_path))
    shelf.persist_file(JPEG.path, BytesIO(b"whole"), None)
    assert (tmp_path / JPEG.path).read_bytes() == b"whole"
    (tmp_path / JPEG.path).write_bytes(b"torn!")
    shelf.persist_file(JPEG.path, BytesIO(b"whole"), None)
    assert (tmp_path / JPEG.path).read_bytes() == b"whole"
    assert [path.name for path in tmp_path.rglob("*.part")] == []

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device\); make room"):
        shelf.persist_file("cd/cd.jpg", BytesIO(b"x"), None)
    assert not (tmp_path / "cd" / "cd.jpg").exists()


def test_a_path_is_made_of_the_content_alone() -> None:
    assert JPEG.path == f"{JPEG.sha256[:2]}/{JPEG.sha256}.jpg"
    assert examine(b"\x01\x02\x00").path.endswith(".bin")

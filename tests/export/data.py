"""A small portal in a database, made through the real store, for the tests of the exporters."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.export.addresses import Addressing
from pipelines.export.protocol import ExportOptions, ExportReport, load_exporter
from pipelines.items import Article, Attachment, Image
from pipelines.storage.dataset import Dataset
from pipelines.storage.store import Store
from portal_crawler.platforms.sharepoint.addresses import ITEM_PARAMETERS, is_noise, source_key
from portal_crawler.platforms.sharepoint.twins import form_twins

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOST = "https://portal.example.vn"
PORTAL = "mau"
AT = "2025-07-02T08:00:00+07:00"
ADDRESSING = Addressing(key=source_key, is_noise=is_noise, item_parameters=ITEM_PARAMETERS, twins=form_twins)

#: A JPEG, as far as its first bytes go: exporters copy bytes, they do not read them.
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 64


def old_url(number: int, **parameters: Any) -> str:
    """The address of article `number` on the old portal."""
    query = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"{HOST}/Lists/TinTuc/DispForm.aspx?ID={number}{query}"


def article(number: int, title: str = "", **values: Any) -> Article:
    """An article with believable values; `values` replace any of them."""
    url = values.pop("url", old_url(number))
    text = values.pop("body_text", f"Đoạn mở đầu số {number}.\nĐoạn sau.")
    given = {
        "portal": PORTAL,
        "key": source_key(url),
        "url": url,
        "urls": (url,),
        "title": title or f"Bài viết số {number}",
        "summary": f"Đoạn mở đầu số {number}.",
        "author": "Hồng Quốc",
        "category": "Tin tức",
        "published_at": f"2018-10-{number % 28 + 1:02d}T11:00:00+07:00",
        "body_text": text,
        "body_html": "".join(f"<p>{line}</p>" for line in text.split("\n")),
        "language": "vi",
        "captured_at": AT,
    }
    return Article(**{**given, **values})


def build(path: Path, articles: Iterable[Article], *, states: dict[int, str] | None = None) -> Path:
    """A database with these articles; `states` gives the state of the n-th (from 0) where it is not live."""
    states = states or {}
    with Store.open(path) as store:
        store.now = lambda: AT
        run = store.begin_run(PORTAL, "news", {})
        for at, one in enumerate(articles):
            store.save_article(one, run, state=states.get(at, "live"))
        store.finish_run(run, "complete", 0, {}, {})
    return path


def store_file(db: Path, url: str, body: bytes, content_type: str, folder: Path, name: str) -> None:
    """Put a file into the media folder and tell the database that it is what `url` served."""
    sha256 = hashlib.sha256(body).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(body)
    with Store.open(db) as store:
        store.conn.begin()
        store.conn.execute(
            "INSERT INTO media (sha256, path, content_type, size, stored_at, run_id) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT DO NOTHING",
            (sha256, name, content_type, len(body), AT),
        )
        store.conn.execute(
            "UPDATE article_media SET media_id = (SELECT id FROM media WHERE sha256 = ?) WHERE url = ?", (sha256, url)
        )


def export(name: str, db: Path, destination: Path, **options: Any) -> ExportReport:
    """Run an exporter as the command does."""
    given = ExportOptions(**{"addressing": ADDRESSING, "media_folder": db.parent / "media", **options})
    with Dataset.open(db) as dataset:
        return load_exporter(name).export(dataset, destination, given)


def image(url: str, **values: Any) -> Image:
    """An image of an article."""
    return Image(url=url, **values)


def attachment(url: str, name: str) -> Attachment:
    """An attachment of an article."""
    return Attachment(url=url, name=name)


def with_urls(one: Article, *urls: str) -> Article:
    """The article, known by more addresses."""
    return replace(one, urls=(one.url, *urls))

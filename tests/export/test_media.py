from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from pipelines.export.media import importable, is_private
from pipelines.storage.store import Store
from tests.export.data import HOST, JPEG, article, attachment, build, export, image, store_file

if TYPE_CHECKING:
    from pathlib import Path


def manifest(out: Path) -> list[dict[str, str]]:
    with (out / "media.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_file_of_two_articles_is_copied_once_and_listed_for_both(tmp_path: Path) -> None:
    url = f"{HOST}/Ảnh chung.JPG"
    articles = [article(at, images=(image(url, caption=f"Chú thích {at}"),)) for at in (1, 2)]
    db = build(tmp_path / "portal.db", articles)
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    report = export("directus", db, tmp_path / "out")
    rows = manifest(tmp_path / "out")
    assert {row["file"] for row in rows} == {f"media/{path.name}" for path in (tmp_path / "out/media").iterdir()}
    assert [row["caption"] for row in rows] == ["Chú thích 1", "Chú thích 2"]
    assert report.rows["media"] == 1


def test_different_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    urls = [f"{HOST}/Attachments/{at}/Kế hoạch.pdf" for at in (1, 2)]
    articles = [article(at, attachments=(attachment(url, "Kế hoạch"),)) for at, url in enumerate(urls, 1)]
    db = build(tmp_path / "portal.db", articles)
    for at, url in enumerate(urls):
        store_file(db, url, b"%%PDF-1.4 %d" % at, "application/pdf", tmp_path / "media", f"{at}")
    export("directus", db, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out/media").iterdir())
    assert len(names) == 2
    assert all(name.startswith("ke-hoach-") and name.endswith(".pdf") for name in names)
    assert {row["name"] for row in manifest(tmp_path / "out")} == {"Kế hoạch"}


def test_a_path_that_leaves_the_media_folder_is_never_read(tmp_path: Path) -> None:
    url = f"{HOST}/a.jpg"
    db = build(tmp_path / "portal.db", [article(1, images=(image(url),))])
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    (tmp_path / "secret").write_text("mật")
    (tmp_path / "media/link").symlink_to(tmp_path / "secret")
    for path in ("../secret", str(tmp_path / "secret"), "link"):
        with Store.open(db) as store:
            store.conn.begin()
            store.conn.execute("UPDATE media SET path = ?", (path,))
        report = export("directus", db, tmp_path / "out")
        assert report.warnings["media_file_missing"] == 1
        assert not (tmp_path / "out/media").exists()


def test_a_missing_file_is_reported_and_the_source_s_address_stays(tmp_path: Path) -> None:
    url = f"{HOST}/a.jpg"
    db = build(tmp_path / "portal.db", [article(1, images=(image(url),), body_html=f'<img src="{url}">')])
    never = export("wagtail", db, tmp_path / "out")
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    (tmp_path / "media/x").unlink()
    lost = export("wagtail", db, tmp_path / "out", dry_run=True)
    assert (never.warnings["media_not_stored"], lost.warnings["media_file_missing"]) == (1, 1)
    assert url in (tmp_path / "out/articles.jsonl").read_text("utf-8")


def test_names_that_had_to_change_are_told_before_anything_is_written(tmp_path: Path) -> None:
    urls = [f"{HOST}/{name}" for name in ("plain-1.JPG", "Ảnh lễ.jpg", "a%20b.jpg", "Download.ashx?file=1", "CON$.jpg")]
    db = build(tmp_path / "portal.db", [article(1, images=tuple(image(url) for url in urls))])
    for at, url in enumerate(urls):
        store_file(db, url, JPEG + bytes([at]), "image/jpeg", tmp_path / "media", f"{at}")
    report = export("directus", db, tmp_path / "out", dry_run=True)
    told = [one.detail for one in report.cases if one.reason == "media_renamed"]
    assert [detail.split(" -> ")[0] for detail in told] == ["Ảnh lễ.jpg", "a b.jpg", "Download.ashx", "CON$.jpg"]
    assert told[0].split(" -> ")[1].startswith("anh-le-")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.vn/x.JPG", True),
        ("https://a.vn/x.jpg?v=2", True),
        ("https://a.vn/Download.ashx?file=x.jpg", False),
        ("https://a.vn/x", False),
        ("https://a.vn/trang.html", False),
        ("http://localhost/x.jpg", False),
        ("http://10.1.2.3/x.jpg", False),
        ("http://[::1]/x.jpg", False),
        ("http://intranet/x.jpg", False),
        ("ftp://a.vn/x.jpg", False),
    ],
)
def test_only_real_files_on_public_hosts_are_importable(url: str, expected: bool) -> None:
    assert importable(url) is expected


def test_public_addresses_are_not_private() -> None:
    assert [is_private(host) for host in ("a.vn", "8.8.8.8", "192.168.0.1", "cms.local")] == [False, False, True, True]

"""An export folder is proven by its bytes and by its articles: whatever is lost, changed or added on the way shows."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export.protocol import ExportOptions
from pipelines.storage.dataset import Dataset
from pipelines.verify.folder import verify_folder
from pipelines.verify.result import EXPLAINED
from tests.export.data import ADDRESSING, HOST, JPEG, article, attachment, build, export, image, old_url, store_file

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.verify.result import VerifyReport

CMS = ("wordpress", "wagtail", "ghost", "drupal", "directus", "hugo")
PICTURE = f"{HOST}/img/Ảnh lễ hội.JPG"
BASE = "https://cms.example.vn/nhap"


def portal(folder: Path) -> Path:
    """Articles with all that targets treat differently."""
    table = '<table><tr><td colspan="2">Ô <b>một</b></td></tr><tr><td>2</td><td>3</td></tr></table>'
    body = f'<p>Xem <a href="{old_url(2)}">bài</a>.</p><figure><img src="{PICTURE}"><figcaption>Lễ hội</figcaption></figure>'
    articles = [
        article(1, "Ngày \"hội\" & 'chợ' <b>", images=(image(PICTURE, caption="Lễ hội", role="lead"),), body_html=body,
                body_text="Xem bài.\nLễ hội"),
        article(2, "=1+1", body_html=f"<p>Trước</p>{table}", body_text="Trước\nÔ một\n2 3", published_at="2018-10-26"),
        article(3, "Không ngày", published_at=None, author=None, category=None, summary=None),
        article(4, "Chỉ có liên kết", body_html="", body_text="", alternate_url=f"{HOST}/van-ban.aspx?ID=9"),
        article(5, "Thông báo", attachments=(attachment(f"{HOST}/Download.ashx?file=12", "Quyết định số 5"),)),
        article(6, "Đã gỡ"),
        article(7, "Không tin được"),
        article(8, "Ảnh ở ngoài bài", images=(image(PICTURE, role="lead"),)),
        article(9, "🎉 Bốn byte 𠮷", body_html="<p>mã ]]&gt; 😀</p>", body_text="mã ]]> 😀"),
    ]  # fmt: skip
    db = build(folder / "portal.db", articles, states={5: "gone", 6: "quarantined"})
    store_file(db, PICTURE, JPEG, "image/jpeg", folder / "media", "a")
    store_file(db, f"{HOST}/Download.ashx?file=12", b"%PDF-1.4", "application/pdf", folder / "media", "b")
    return db


def verified(db: Path, folder: Path) -> VerifyReport:
    with Dataset.open(db) as dataset:
        return verify_folder(dataset, folder, ExportOptions(addressing=ADDRESSING, media_folder=db.parent / "media"))


def resealed(folder: Path, name: str) -> None:
    """Give a changed file its new checksum, as somebody would who wants it to pass."""
    sums = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    new = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    text = "".join(f"{new}  {name}\n" if line.endswith(f"  {name}") else f"{line}\n" for line in sums)
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["checksums"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("name", [*CMS, "jsonl", "csv", "parquet"])
def test_every_row_of_an_export_is_the_database_s(tmp_path: Path, name: str) -> None:
    if name == "parquet":
        pytest.importorskip("duckdb")
    db = portal(tmp_path)
    export(name, db, tmp_path / "out", media_base_url=BASE, site_url="https://moi.example.vn")
    report = verified(db, tmp_path / "out")
    assert [(one.title, one.differences) for one in report.articles if one.unexplained] == []
    assert (report.source, report.database, report.expected, report.found) == (9, 9, 8, 8)
    assert report.left_out == {"quarantined": 1}
    assert report.checked["article"] == 8
    if name in CMS:
        assert (report.checked["image"], report.checked["attachment"]) == (2, 1)
        assert report.checked["link"] == 1


@pytest.mark.parametrize("name", ["wordpress", "directus"])
def test_a_file_that_articles_still_show_from_the_old_portal_is_an_explained_difference(
    tmp_path: Path, name: str
) -> None:
    db = portal(tmp_path)
    export(name, db, tmp_path / "out")
    report = verified(db, tmp_path / "out")
    assert report.unexplained == 0, [one.differences for one in report.articles if one.unexplained]
    assert report.reasons["media_left_at_source"] >= 1


FILES = {
    "wordpress": "wordpress-0001.xml", "wagtail": "articles.jsonl", "drupal": "portal_import/data/articles-0001.json",
    "directus": "articles.json", "hugo": "content/articles/2018/1-1/index.md", "jsonl": "articles.jsonl", "csv": "articles.csv",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_word_changed_behind_the_checksums_is_found_in_its_article(tmp_path: Path, name: str) -> None:
    db = portal(tmp_path)
    export(name, db, tmp_path / "out", media_base_url=BASE)
    path = tmp_path / "out" / FILES[name]
    path.write_bytes(path.read_bytes().replace("Trước".encode(), b"Sau"))
    assert verified(db, tmp_path / "out").reasons == {"file_changed": 1}
    resealed(tmp_path / "out", FILES[name])
    report = verified(db, tmp_path / "out")
    assert set(report.reasons) - EXPLAINED in ({"text_differs"}, {"column_differs"})
    assert [one.title for one in report.articles if one.unexplained] == ["=1+1"]


def test_ghost_s_archive_is_opened(tmp_path: Path) -> None:
    db = portal(tmp_path)
    export("ghost", db, tmp_path / "out")
    path = tmp_path / "out" / "ghost.zip"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace("Trước".encode(), b"Sau") if name.endswith("json") else b"x")
    resealed(tmp_path / "out", "ghost.zip")
    found = set(verified(db, tmp_path / "out").reasons) - EXPLAINED
    assert found == {"text_differs", "image_missing", "attachment_missing"}


def test_lost_and_strange_files_are_named(tmp_path: Path) -> None:
    db = portal(tmp_path)
    export("hugo", db, tmp_path / "out")
    next((tmp_path / "out").rglob("*.jpg")).unlink()
    (tmp_path / "out" / "notes.txt").write_text("x")
    assert verified(db, tmp_path / "out").reasons == {"file_missing": 1, "file_unexpected": 1}


def test_an_article_that_changed_since_the_export_is_found(tmp_path: Path) -> None:
    db = portal(tmp_path)
    export("jsonl", db, tmp_path / "out")
    build(db, [article(1, "Tiêu đề đã sửa", captured_at="2025-08-01T08:00:00+07:00"), article(10, "Bài mới")])
    report = verified(db, tmp_path / "out")
    assert report.reasons["missing"] == 1
    assert "title" in {one.field for article in report.articles for one in article.differences}


@pytest.mark.parametrize("name", ["jsonl", "wordpress"])
def test_an_export_since_a_day_is_compared_with_what_it_was_asked_for(tmp_path: Path, name: str) -> None:
    db = portal(tmp_path)
    export(name, db, tmp_path / "out", since="2099-01-01")
    report = verified(db, tmp_path / "out")
    assert (report.expected, report.found, report.unexplained) == (0, 0, 0)


def test_what_is_no_export_of_articles_is_refused(tmp_path: Path) -> None:
    db = portal(tmp_path)
    with pytest.raises(ConfigurationError, match="holds no manifest"):
        verified(db, tmp_path)
    export("redirects", db, tmp_path / "out")
    with pytest.raises(ConfigurationError, match="holds no articles"):
        verified(db, tmp_path / "out")

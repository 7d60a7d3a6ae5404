from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from tests.export.data import HOST, JPEG, article, attachment, build, export, image, old_url, store_file, with_urls

if TYPE_CHECKING:
    from pathlib import Path


def data(out: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(out / "ghost.zip") as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("ghost.json"))["db"][0]["data"]


def html(post: dict[str, Any]) -> str:
    return json.loads(post["lexical"])["root"]["children"][0]["html"]


def test_posts_tags_and_authors_are_joined_by_ids_that_exist(tmp_path: Path) -> None:
    db = build(
        tmp_path / "portal.db", [article(1), article(2, category="Văn hóa", author=None), article(3, category=None)]
    )
    export("ghost", db, tmp_path / "out")
    tables = data(tmp_path / "out")
    ids = {name: {row["id"] for row in tables[name]} for name in ("posts", "tags", "users")}
    assert {row["post_id"] for row in tables["posts_authors"]} == ids["posts"]
    assert {row["author_id"] for row in tables["posts_authors"]} == ids["users"]
    assert {row["tag_id"] for row in tables["posts_tags"]} == ids["tags"] == {"tin-tuc", "van-hoa"}
    assert len({user["email"] for user in tables["users"]}) == len(tables["users"])


def test_dates_are_utc_and_an_undated_article_is_a_draft_without_one(tmp_path: Path) -> None:
    articles = [article(1, published_at="2018-10-26T06:30:00+07:00"), article(2, published_at=None)]
    export("ghost", build(tmp_path / "portal.db", articles), tmp_path / "out")
    undated, dated = data(tmp_path / "out")["posts"]
    assert (dated["published_at"], dated["status"]) == ("2018-10-25T23:30:00.000Z", "published")
    assert (undated["published_at"], undated["status"]) == (None, "draft")


def test_pictures_and_files_are_in_the_archive_where_the_posts_look_for_them(tmp_path: Path) -> None:
    lead, inner, pdf = f"{HOST}/Ảnh.jpg", f"{HOST}/b.ashx?f=2", f"{HOST}/v.pdf"
    one = article(
        1, images=(image(lead, role="lead", alt="x" * 130, caption="Lễ"), image(inner)),
        body_html=f'<img src="{inner}">', attachments=(attachment(pdf, "Văn bản"),),
    )  # fmt: skip
    db = build(tmp_path / "portal.db", [one])
    for at, (url, body, kind) in enumerate(
        ((lead, JPEG, "image/jpeg"), (inner, JPEG + b"2", "image/jpeg"), (pdf, b"%PDF", "application/pdf"))
    ):
        store_file(db, url, body, kind, tmp_path / "media", str(at))
    export("ghost", db, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out/ghost.zip") as archive:
        names = set(archive.namelist())
    (post,) = data(tmp_path / "out")["posts"]
    shown = [
        post["feature_image"],
        *[
            part.split('"')[0]
            for part in (html(post).split('src="') + html(post).split('href="'))[1:]
            if part.startswith("__")
        ],
    ]
    assert {address.removeprefix("__GHOST_URL__/") for address in shown} == names - {"ghost.json"}
    assert any(name.startswith("content/files/") and name.endswith(".pdf") for name in names)
    assert all(name.isascii() for name in names)
    (meta,) = data(tmp_path / "out")["posts_meta"]
    assert (meta["feature_image_alt"], meta["feature_image_caption"]) == (None, "Lễ")


def test_what_ghost_would_cut_is_refused_or_said(tmp_path: Path) -> None:
    articles = [article(1, "Dài " * 64), article(2, summary="Tóm tắt " * 50), article(3, "Rất dài " * 31)]
    report = export("ghost", build(tmp_path / "portal.db", articles), tmp_path / "out")
    posts = {post["id"]: post for post in data(tmp_path / "out")["posts"]}
    assert report.refused == {"title_too_long": 1}
    assert report.warnings["summary_too_long"] == 1
    assert posts["2"]["custom_excerpt"] is None
    assert len(posts["3"]["slug"]) <= 191
    assert "1" not in posts


def test_only_addresses_without_a_query_become_ghost_redirects(tmp_path: Path) -> None:
    db = build(
        tmp_path / "portal.db", [with_urls(article(1, "Một"), f"{HOST}/pages/detail/1/T%C3%ADn.html", f"{HOST}/")]
    )
    report = export("ghost", db, tmp_path / "out")
    rules = json.loads((tmp_path / "out/redirects.json").read_text("utf-8"))
    assert rules == [{"from": "^\\/pages\\/detail\\/1\\/Tín\\.html$", "to": "/mot/", "permanent": True}]
    assert report.rows["redirects_impossible"] == 2


def test_the_source_stays_known_and_links_lead_to_the_new_site(tmp_path: Path) -> None:
    linked = article(2, body_html=f'<p>Xem <a href="{old_url(1)}">bài</a></p>')
    db = build(tmp_path / "portal.db", [article(1, "Một"), linked])
    export("ghost", db, tmp_path / "out")
    _, post = data(tmp_path / "out")["posts"]
    assert html(post) == '<p>Xem <a href="/mot/">bài</a></p>'
    assert f'<meta name="source_uid" content="{linked.uid}">' in post["codeinjection_head"]
    assert linked.url.replace("&", "&amp;") in post["codeinjection_head"]

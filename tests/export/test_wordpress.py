"""Each rule of WordPress that the importer breaks in silence, as a test on the files it is given."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipelines.export.mapping import load_mapping
from pipelines.export.naming import cdata
from pipelines.load.posts import META
from tests.export.data import HOST, JPEG, article, attachment, build, export, image, old_url, store_file

if TYPE_CHECKING:
    from pathlib import Path

WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
BASE = "https://cms.example.vn/nhap"


def channels(folder: Path) -> list[etree._Element]:
    return [etree.parse(path).getroot()[0] for path in sorted(folder.glob("wordpress-*.xml"))]


def items(folder: Path, kind: str = "post") -> list[etree._Element]:
    found = [item for channel in channels(folder) for item in channel.findall("item")]
    return [item for item in found if item.findtext(f"{WP}post_type") == kind]


def wp(item: etree._Element, name: str) -> str:
    return item.findtext(f"{WP}{name}") or ""


def fields(item: etree._Element) -> dict[str, str]:
    return {meta.findtext(f"{WP}meta_key"): meta.findtext(f"{WP}meta_value") for meta in item.findall(f"{WP}postmeta")}


def mapped(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return {"mapping": load_mapping(path)}


def test_same_title_and_moment_are_moved_apart_and_reported(tmp_path: Path) -> None:
    titles = ["Thông báo", "Thông báo", "THÔNG BÁO", "Thong bao", "thông  báo", "Thông báo khác"]
    db = build(
        tmp_path / "portal.db", [article(at, title, published_at="2018-10-05") for at, title in enumerate(titles, 1)]
    )
    report = export("wordpress", db, tmp_path / "out")
    by_id = sorted(items(tmp_path / "out"), key=lambda item: int(wp(item, "post_id")))
    assert [wp(item, "post_date")[-2:] for item in by_id] == ["00", "01", "02", "03", "04", "00"]
    assert report.warnings["moved_by_seconds"] == 4
    assert all(fields(item)["source_published_at"] == "2018-10-05" for item in by_id)


@pytest.mark.parametrize(("one", "other"), [("Đất", "Dat"), ("Tết", "Tệt"), ("Bơ", "Bo"), ("ẾCH", "êch")])
def test_titles_that_mariadb_takes_for_the_same_are_moved_apart(tmp_path: Path, one: str, other: str) -> None:
    db = build(
        tmp_path / "portal.db",
        [article(1, one, published_at="2018-10-05"), article(2, other, published_at="2018-10-05")],
    )
    export("wordpress", db, tmp_path / "out")
    assert len({wp(item, "post_date") for item in items(tmp_path / "out")}) == 2


@given(st.text())
def test_a_cdata_section_holds_any_text_that_xml_can_hold(text: str) -> None:
    read = etree.fromstring(f"<a>{cdata(text)}</a>").text or ""
    kept = re.sub(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]", "", re.sub(r"[\x0b\x0c]", " ", text))
    assert read == kept.replace("\r\n", "\n").replace("\r", "\n")


def test_an_end_of_cdata_in_title_and_text_is_split(tmp_path: Path) -> None:
    body = "<p>mã ]]&gt; trong bài</p>"
    db = build(tmp_path / "portal.db", [article(1, "a ]]> b", summary="c ]]> d", body_html=body)])
    export("wordpress", db, tmp_path / "out")
    (item,) = items(tmp_path / "out")
    assert item.findtext("title") == "a ]]&gt; b"
    assert "]]&gt; trong" in (item.findtext(CONTENT) or "")


def test_posts_and_attachments_share_one_space_of_ids_without_overlap(tmp_path: Path) -> None:
    pictures = [f"{HOST}/img/{number}.jpg" for number in range(20)]
    articles = [article(at, images=tuple(image(url) for url in pictures[at : at + 3])) for at in range(1, 15)]
    db = build(tmp_path / "portal.db", articles)
    export("wordpress", db, tmp_path / "out")
    posts, files = items(tmp_path / "out"), items(tmp_path / "out", "attachment")
    numbers = [wp(item, "post_id") for item in (*posts, *files)]
    assert len(set(numbers)) == len(numbers) == 14 + 16
    assert {wp(item, "post_parent") for item in files} <= {wp(item, "post_id") for item in posts}


def test_every_category_has_a_unique_nicename_and_parents_come_first(tmp_path: Path) -> None:
    text = """
[sections]
"Văn hóa" = { name = "Văn hóa", slug = "van-hoa", parent = "xa-hoi" }
"Lễ hội" = { name = "Lễ hội", slug = "le-hoi", parent = "van-hoa" }
"Xã hội" = { name = "Xã hội & đời sống", slug = "xa-hoi" }
[authors]
"Hồng Quốc" = "Hồng Quốc"
"""
    db = build(tmp_path / "portal.db", [article(1, category="Lễ hội"), article(2, category="Văn hóa")])
    export("wordpress", db, tmp_path / "out", **mapped(tmp_path, text))
    (channel,) = channels(tmp_path / "out")
    terms = [(wp(one, "category_nicename"), wp(one, "category_parent")) for one in channel.findall(f"{WP}category")]
    assert terms == [("xa-hoi", ""), ("van-hoa", "xa-hoi"), ("le-hoi", "van-hoa")]
    assert [item.find("category").get("nicename") for item in items(tmp_path / "out")] == ["le-hoi", "van-hoa"]
    assert "Xã hội &amp; đời sống" in [wp(one, "cat_name") for one in channel.findall(f"{WP}category")]


def test_sections_whose_ascii_slugs_collide_stay_apart(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, category="Tin tức"), article(2, category="Tin túc")])
    export("wordpress", db, tmp_path / "out")
    assert {item.find("category").get("nicename") for item in items(tmp_path / "out")} == {"tin-tuc", "tin-tuc-2"}


def test_statuses_are_those_of_wordpress_and_a_future_date_is_reported(tmp_path: Path) -> None:
    articles = [article(1), article(2), article(3, published_at=None), article(4, published_at="2031-01-01")]
    db = build(tmp_path / "portal.db", articles, states={1: "gone"})
    report = export("wordpress", db, tmp_path / "out")
    by_id = {wp(item, "post_id"): wp(item, "status") for item in items(tmp_path / "out")}
    assert by_id == {"2": "publish", "4": "draft", "6": "draft", "8": "publish"}
    assert report.warnings["dated_after_capture"] == 1


def test_an_undated_article_gets_no_invented_date(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, published_at=None)])
    report = export("wordpress", db, tmp_path / "out")
    (item,) = items(tmp_path / "out")
    assert wp(item, "post_date") == wp(item, "post_date_gmt") == "0000-00-00 00:00:00"
    assert item.find("pubDate") is None
    assert report.warnings["undated"] == 1


def test_dates_are_local_and_gmt_in_wordpress_form(tmp_path: Path) -> None:
    articles = [article(1, published_at="2018-10-26T06:30:00+07:00"), article(2, published_at="2018-10-26")]
    db = build(tmp_path / "portal.db", articles)
    export("wordpress", db, tmp_path / "out")
    day, minute = items(tmp_path / "out")
    assert (wp(minute, "post_date"), wp(minute, "post_date_gmt")) == ("2018-10-26 06:30:00", "2018-10-25 23:30:00")
    assert (wp(day, "post_date"), wp(day, "post_date_gmt")) == ("2018-10-26 00:00:00", "2018-10-25 17:00:00")
    local = datetime.fromisoformat(wp(minute, "post_date") + "+07:00")
    assert parsedate_to_datetime(minute.findtext("pubDate") or "") - local == timedelta(0)


def test_the_version_stands_in_every_file(tmp_path: Path, small: Path) -> None:
    export("wordpress", small, tmp_path / "out", max_bytes=6000)
    found = channels(tmp_path / "out")
    assert len(found) > 1
    assert {wp(channel, "wxr_version") for channel in found} == {"1.2"}


def test_authors_have_ascii_logins_and_unique_addresses_and_the_byline_is_kept(tmp_path: Path) -> None:
    bylines = ["Hồng Quốc", "Hòng Quốc", "Lê Đức - Ngọc Hân", None]
    db = build(tmp_path / "portal.db", [article(at, author=name) for at, name in enumerate(bylines, 1)])
    export("wordpress", db, tmp_path / "out")
    (channel,) = channels(tmp_path / "out")
    authors = channel.findall(f"{WP}author")
    logins = [wp(one, "author_login") for one in authors]
    assert len(set(logins)) == len({wp(one, "author_email") for one in authors}) == 4
    assert all(login.isascii() and re.fullmatch(r"[a-z0-9-]{1,60}", login) for login in logins)
    assert {item.findtext(CREATOR) for item in items(tmp_path / "out")} == set(logins)
    kept = {fields(item).get("source_byline") for item in items(tmp_path / "out")}
    assert kept == set(bylines)


def test_slugs_are_unique_ascii_and_at_most_200(tmp_path: Path) -> None:
    titles = [
        "Đ" * 300,
        "Rất dài " * 60,
        "Rất dài " * 60,
        "2018",
        "feed",
        "!!!",
        "Thông báo 2",
        "Thông báo",
        "Thông báo",
    ]
    db = build(tmp_path / "portal.db", [article(at, title) for at, title in enumerate(titles, 1)])
    report = export("wordpress", db, tmp_path / "out")
    slugs = [wp(item, "post_name") for item in items(tmp_path / "out")]
    assert len(set(slugs)) == len(titles)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,199}", slug) for slug in slugs)
    assert not {"2018", "feed"} & set(slugs)
    assert report.warnings["slug_cut"] == 3


def test_a_mended_title_moves_no_address(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, "Lể hội"), article(2, "Khác")])
    export("wordpress", db, tmp_path / "out")
    build(db, [article(1, "Lễ hội Dừa", captured_at="2025-08-01T08:00:00+07:00")])
    report = export("wordpress", db, tmp_path / "out")
    assert {wp(item, "post_name") for item in items(tmp_path / "out")} == {"le-hoi", "khac"}
    assert (report.changed, report.unchanged) == (1, 1)


def with_picture(folder: Path, url: str = f"{HOST}/Lists/Ảnh đẹp.JPG", **values: Any) -> Path:
    body = f'<p>Trước.</p><figure><img src="{url}" alt="a"><figcaption>Lễ hội</figcaption></figure>'
    picture = image(url, alt="Hát & múa", caption="Lễ hội", credit="(Ảnh: Hồng Quốc)", role="lead")
    db = build(folder / "portal.db", [article(1, images=(picture,), body_html=body, **values)])
    store_file(db, url, JPEG, "image/jpeg", folder / "media", "0a1b")
    return db


def test_a_stored_picture_is_a_real_file_with_an_ascii_name_at_the_base_address(tmp_path: Path) -> None:
    db = with_picture(tmp_path)
    export("wordpress", db, tmp_path / "out", media_base_url=BASE)
    (post,), (file,) = items(tmp_path / "out"), items(tmp_path / "out", "attachment")
    address = wp(file, "attachment_url")
    assert re.fullmatch(rf"{BASE}/anh-dep-[0-9a-f]{{10}}\.jpg", address)
    assert (tmp_path / "out/media" / address.rpartition("/")[2]).read_bytes() == JPEG
    assert f'src="{address}"' in (post.findtext(CONTENT) or "")
    assert wp(file, "post_parent") == wp(post, "post_id")
    assert fields(file)["_wp_attachment_image_alt"] == "Hát & múa"
    assert wp(file, "status") == "inherit"


def test_a_picture_is_featured_only_where_the_text_does_not_show_it_itself(tmp_path: Path) -> None:
    url = f"{HOST}/a.jpg"
    inside = f'<p>Trước.</p><img src="{url}">'
    picture = (image(url, role="lead"),)
    db = build(tmp_path / "portal.db", [article(1, images=picture, body_html=inside), article(2, images=picture)])
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "0a1b")
    export("wordpress", db, tmp_path / "out", media_base_url=BASE)
    shown, unseen = items(tmp_path / "out")
    assert "_thumbnail_id" not in fields(shown)
    assert fields(unseen)["_thumbnail_id"] == wp(items(tmp_path / "out", "attachment")[0], "post_id")
    assert "<img" not in (unseen.findtext(CONTENT) or "")


def test_the_plugin_that_shows_old_addresses_comes_along_and_knows_every_field_we_send(
    tmp_path: Path, small: Path
) -> None:
    export("wordpress", small, tmp_path / "out")
    code = (tmp_path / "out/portal-crawler-fields.php").read_text("utf-8")
    assert set(re.findall(r"'(source_\w+)' =>", code)) == set(META)


def test_a_handler_address_is_no_attachment_until_its_file_is_stored(tmp_path: Path) -> None:
    url = f"{HOST}/Download.ashx?file=12"
    db = build(
        tmp_path / "portal.db", [article(1, attachments=(attachment(url, "Quyết định"),), images=(image(url + "3"),))]
    )
    report = export("wordpress", db, tmp_path / "out", media_base_url=BASE)
    (post,) = items(tmp_path / "out")
    assert items(tmp_path / "out", "attachment") == []
    assert "_thumbnail_id" not in fields(post)
    assert report.warnings["media_not_importable"] == 2
    assert f'<a href="{url}">Quyết định</a>' in (post.findtext(CONTENT) or "")
    store_file(db, url, b"%PDF-1.4", "application/pdf", tmp_path / "media", "f")
    export("wordpress", db, tmp_path / "out", media_base_url=BASE)
    (file,) = items(tmp_path / "out", "attachment")
    assert wp(file, "attachment_url").endswith(".pdf")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "10.0.0.5", "cms", "cms.local"])
def test_a_base_address_that_wordpress_refuses_is_reported_unless_it_is_its_own(tmp_path: Path, host: str) -> None:
    db = with_picture(tmp_path)
    report = export("wordpress", db, tmp_path / "out", media_base_url=f"http://{host}/m")
    assert report.warnings["media_host_private"] == 1
    own = export("wordpress", db, tmp_path / "out", media_base_url=f"http://{host}/m", site_url=f"http://{host}")
    assert own.warnings["media_host_private"] == 0


def test_a_post_and_its_pictures_stay_in_one_file_and_files_keep_the_limit(tmp_path: Path) -> None:
    shared = image(f"{HOST}/img/chung.jpg", role="lead")
    articles = [
        article(at, images=(shared, image(f"{HOST}/img/{at}.jpg")), author=f"Tác giả {at}") for at in range(1, 21)
    ]
    db = build(tmp_path / "portal.db", articles)
    limit = 20_000
    report = export("wordpress", db, tmp_path / "out", max_bytes=limit)
    paths = sorted((tmp_path / "out").glob("wordpress-*.xml"))
    assert len(paths) > 2
    assert all(path.stat().st_size <= limit for path in paths)
    assert report.rows["posts"] == 20
    for channel in channels(tmp_path / "out"):
        found = {
            kind: [i for i in channel.findall("item") if wp(i, "post_type") == kind] for kind in ("post", "attachment")
        }
        files = {wp(item, "post_id") for item in found["attachment"]}
        assert {fields(post)["_thumbnail_id"] for post in found["post"]} <= files
        declared = {wp(one, "author_login") for one in channel.findall(f"{WP}author")}
        assert declared == {item.findtext(CREATOR) for item in channel.findall("item")} | declared
        assert {item.findtext(CREATOR) for item in found["post"]} <= declared
        assert [wp(one, "category_nicename") for one in channel.findall(f"{WP}category")] == ["tin-tuc"]
    again = {(wp(i, "post_id"), i.findtext("title"), wp(i, "post_date")) for i in items(tmp_path / "out", "attachment")}
    assert len(again) == 21  # the shared picture is the same item in every file, so the importer knows it again


def test_an_article_larger_than_the_limit_stands_alone_and_is_reported(tmp_path: Path) -> None:
    big = article(2, body_html=f"<p>{'dài ' * 200_000}</p>")
    db = build(tmp_path / "portal.db", [article(1), big, article(3)])
    report = export("wordpress", db, tmp_path / "out", max_bytes=100_000)
    assert [len(channel.findall("item")) for channel in channels(tmp_path / "out")] == [1, 1, 1]
    assert report.warnings["larger_than_max_bytes"] == 1


def test_links_between_articles_lead_to_their_new_addresses(tmp_path: Path) -> None:
    variants = [
        old_url(1),
        "http://PORTAL.example.vn:80/lists/TINTUC/dispform.aspx?id=0001&Source=/x#muc",
        f"{HOST}/Lists/TinTuc/DispForm.aspx?InitialTabId=1&ID=1",
    ]
    links = "".join(f'<a href="{url.replace("&", "&amp;")}">x</a>' for url in variants)
    other = f'<a href="{old_url(77)}">mất</a><a href="{old_url(3)}">nháp</a><a href="https://other.vn/?ID=1">ngoài</a>'
    articles = [article(1, "Bài đích"), article(2, body_html=f"<p>{links}{other}</p>"), article(3)]
    db = build(tmp_path / "portal.db", articles, states={2: "gone"})
    report = export("wordpress", db, tmp_path / "out", site_url="https://moi.example.vn", permalink="/{year}/{slug}/")
    html = next(i.findtext(CONTENT) or "" for i in items(tmp_path / "out") if wp(i, "post_id") == "4")
    hrefs = re.findall(r'href="([^"]*)"', html)
    target = "https://moi.example.vn/2018/bai-dich/"
    assert hrefs == [target, f"{target}#muc", target, old_url(77), old_url(3), "https://other.vn/?ID=1"]
    assert (report.rows["links_rewritten"], report.warnings["old_link_unknown"]) == (3, 1)
    assert report.warnings["link_to_unpublished"] == 1


def test_text_is_inert_in_title_excerpt_and_body(tmp_path: Path) -> None:
    body = (
        "<p onclick=x()>giữ<script>alert(1)</script><iframe srcdoc=a></iframe></p><svg onload=alert(1)></svg>"
        '<a href="java&#9;script:alert(1)">liên kết</a><style>p{}</style><img src=x onerror=alert(1)><p>[gallery ids="1"] [1]</p>'
    )
    db = build(tmp_path / "portal.db", [article(1, "<script>alert(1)</script> & <b>", summary="<b>", body_html=body)])
    export("wordpress", db, tmp_path / "out")
    (item,) = items(tmp_path / "out")
    html = item.findtext(CONTENT) or ""
    assert item.findtext("title") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;"
    for bad in ("script", "onclick", "onerror", "iframe", "svg", "style", "java", "[gallery"):
        assert bad not in html
    for kept in ("giữ", "liên kết", "[1]"):
        assert kept in html


def test_an_article_that_is_only_a_link_or_only_files_still_shows_them(tmp_path: Path) -> None:
    articles = [
        article(1, body_text="", body_html="", alternate_url="https://vanban.example.vn/?a=1&b=2"),
        article(2, body_text="", body_html="", images=(image(f"{HOST}/a.jpg"), image(f"{HOST}/b.jpg", caption="Hai"))),
    ]
    db = build(tmp_path / "portal.db", articles)
    export("wordpress", db, tmp_path / "out")
    link, photos = items(tmp_path / "out")
    assert link.findtext(CONTENT) == (
        '<p><a href="https://vanban.example.vn/?a=1&amp;b=2">https://vanban.example.vn/?a=1&amp;b=2</a></p>'
    )
    assert photos.findtext(CONTENT) == f'<figure><img src="{HOST}/b.jpg" alt=""><figcaption>Hai</figcaption></figure>'
    assert fields(photos)["_thumbnail_id"]


def test_a_left_out_duplicate_leads_links_to_its_head(tmp_path: Path) -> None:
    text = "\n".join(f"Câu thứ {number} của một bài viết đủ dài để so sánh." for number in range(40))
    html = f"<p>{text}</p>"
    link = article(3, body_html=f'<p><a href="{old_url(2)}">bản sao</a></p>')
    db = build(
        tmp_path / "portal.db",
        [
            article(1, "Gốc", body_text=text, body_html=html),
            article(2, "Gốc", body_text=text, body_html=html, published_at="2018-11-01"),
            link,
        ],
    )
    from pipelines.storage.store import Store

    with Store.open(db) as store:
        store.finish_duplicates("mau")
    keep = export("wordpress", db, tmp_path / "out")
    assert keep.articles == 3
    rules = '[sections]\n"Tin tức"="Tin"\n[authors]\n"Hồng Quốc"="Hồng Quốc"\n[statuses]\nduplicate="skip"'
    report = export("wordpress", db, tmp_path / "out", **mapped(tmp_path, rules))
    assert (report.articles, report.skipped["duplicate"]) == (2, 1)
    assert any('href="/goc/"' in (item.findtext(CONTENT) or "") for item in items(tmp_path / "out"))


def test_source_identity_is_kept_in_custom_fields(tmp_path: Path) -> None:
    one = article(1, views=118)
    export("wordpress", build(tmp_path / "portal.db", [one]), tmp_path / "out")
    (item,) = items(tmp_path / "out")
    found = fields(item)
    assert (found["source_uid"], found["source_url"], found["source_hash"]) == (one.uid, one.url, one.content_hash)
    assert found["source_views"] == "118"
    assert item.findtext("guid") == f"urn:uuid:{one.uid}"


def test_a_permalink_must_name_the_article(tmp_path: Path, small: Path) -> None:
    for pattern in ("{slug}", "/tin/", "/{id}/{slug}", "/{slug"):
        with pytest.raises(Exception, match="--permalink"):
            export("wordpress", small, tmp_path / "out", permalink=pattern)


@pytest.mark.real
def test_nikola_reads_the_files_and_finds_every_post(tmp_path: Path) -> None:
    nikola = os.environ.get("NIKOLA", "")
    if not nikola:
        pytest.skip("NIKOLA names no nikola program; `make test-real` installs it")
    articles = [article(at, "Thông báo", published_at="2018-10-05") for at in range(1, 30)]
    articles.append(article(30, "Mã ]]> và \x0b", body_html="<p>x ]]&gt; y</p>", category="Văn hóa"))
    export("wordpress", build(tmp_path / "portal.db", articles), tmp_path / "out", max_bytes=20_000)
    for number, path in enumerate(sorted((tmp_path / "out").glob("wordpress-*.xml"))):
        command = [nikola, "import_wordpress", "--no-downloads", "-o", f"site-{number}", str(path)]
        subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    found = {path.stem for path in tmp_path.glob("site-*/posts/**/*.meta")}
    assert found == {wp(item, "post_name") for item in items(tmp_path / "out")}
    assert len(found) == 30

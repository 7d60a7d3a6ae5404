from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.export.hugo import html_block, yaml_text
from tests.export.data import HOST, JPEG, article, attachment, build, export, image, old_url, store_file, with_urls

if TYPE_CHECKING:
    from pathlib import Path


def matter(path: Path) -> dict[str, Any]:
    _, head, _ = path.read_text("utf-8").split("---\n", 2)
    return {key: json.loads(value) for key, value in (line.split(": ", 1) for line in head.splitlines())}


def pages(out: Path) -> dict[str, Path]:
    return {path.parent.name: path for path in sorted((out / "content/articles").glob("*/*/index.md"))}


def test_front_matter_values_are_json_with_dates_as_precise_as_the_source(tmp_path: Path) -> None:
    articles = [
        article(1, 'Ngày "hội": #1', published_at="2018-10-26"),
        article(2),
        article(3, "Không ngày", published_at=None),
    ]
    db = build(tmp_path / "portal.db", articles)
    export("hugo", db, tmp_path / "out")
    found = {name: matter(path) for name, path in pages(tmp_path / "out").items()}
    assert found["ngay-hoi-1"]["title"] == 'Ngày "hội": #1'
    assert found["ngay-hoi-1"]["date"] == "2018-10-26"
    assert found["bai-viet-so-2"]["date"] == "2018-10-03T11:00:00+07:00"
    assert found["bai-viet-so-2"]["categories"] == ["tin-tuc"]
    assert "date" not in found["khong-ngay"]
    assert found["khong-ngay"]["draft"] is True


def test_terms_have_explicit_slugs_and_their_own_names(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, category="Đất & Người"), article(2, category="Dat nguoi")])
    export("hugo", db, tmp_path / "out")
    names = {
        path.parent.name: matter(path)["title"] for path in (tmp_path / "out/content/categories").glob("*/_index.md")
    }
    assert names == {"dat-nguoi": "Dat nguoi", "dat-nguoi-2": "Đất & Người"}


def test_files_stand_beside_the_page_that_shows_them(tmp_path: Path) -> None:
    url = f"{HOST}/img/ảnh 1.jpg"
    picture = image(url, caption="Lễ hội", role="lead")
    db = build(
        tmp_path / "portal.db", [article(at, images=(picture,), body_html=f'<img src="{url}">') for at in (1, 2)]
    )
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    export("hugo", db, tmp_path / "out")
    for path in pages(tmp_path / "out").values():
        (name,) = matter(path)["images"]
        assert f'<img src="{name}">' in path.read_text("utf-8")
        assert (path.parent / name).read_bytes() == JPEG


def test_aliases_are_old_paths_without_a_query(tmp_path: Path) -> None:
    one = with_urls(
        article(1), f"{HOST}/pages/detail/1/Tin-một.html", f"{HOST}/a/../../etc", f"{HOST}/", old_url(1, x="1")
    )
    db = build(tmp_path / "portal.db", [one])
    export("hugo", db, tmp_path / "out")
    (path,) = pages(tmp_path / "out").values()
    assert matter(path)["aliases"] == ["/pages/detail/1/Tin-một.html"]


def test_a_body_is_one_block_without_blank_or_indented_lines_or_shortcodes() -> None:
    found = html_block("<p>a</p>\n\n    <p>b</p>\n \n<p>{{< x >}} {{% y %}}</p>")
    assert found.splitlines() == ["<div>", "<p>a</p>", "<p>b</p>", found.splitlines()[3], "</div>"]
    assert "{{" not in found
    assert html_block(" \n") == ""


def test_front_matter_escapes_what_yaml_takes_for_a_line_end() -> None:
    assert yaml_text("a\u0085b\u2028c\x7fd") == '"a\\u0085b\\u2028c\\u007fd"'


@pytest.mark.skipif(not shutil.which("hugo"), reason="hugo is not installed; `make test-real` installs it")
def test_hugo_builds_the_export_and_every_page_shows_its_text(tmp_path: Path) -> None:
    url = f"{HOST}/img/a.jpg"
    table = '<table><tr><td colspan="2">Bảng *không* _đổi_</td></tr></table>\n\n    <p>thụt {{< raw >}} vào</p>'
    articles = [
        article(
            1,
            'Ngày "hội": *một* <b>',
            images=(image(url, role="lead"),),
            body_html=f'<p>Một.</p><img src="{url}">{table}',
        ),
        article(
            2,
            body_html=f'<p>Xem <a href="{old_url(1)}">bài</a>.</p>',
            attachments=(attachment(f"{HOST}/v.pdf", "Văn bản"),),
        ),
        with_urls(article(3, published_at="2018-10-26"), f"{HOST}/pages/detail/3/x.html"),
        article(4, "Chưa đăng", published_at=None),
    ]
    db = build(tmp_path / "portal.db", articles)
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    export("hugo", db, tmp_path / "out")
    ended = subprocess.run(
        ["hugo", "--source", str(tmp_path / "out"), "--destination", str(tmp_path / "site")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    site = tmp_path / "site"
    first = (site / "ngay-hoi-mot-b/index.html").read_text("utf-8")
    assert "Ngày &#34;hội&#34;: *một* &lt;b&gt;" in first
    for text in (
        "<p>Một.</p>",
        '<td colspan="2">Bảng *không* _đổi_</td>',
        "thụt {{&lt; raw &gt;}} vào".replace("{{&lt;", "{{&lt;"),
    ):
        assert text in first or text.replace("{{", "&#123;&#123;") in first
    assert list((site / "ngay-hoi-mot-b").glob("a-*.jpg"))
    assert '<a href="/ngay-hoi-mot-b/">bài</a>' in (site / "bai-viet-so-2/index.html").read_text("utf-8")
    assert "/bai-viet-so-3/" in (site / "pages/detail/3/x.html").read_text("utf-8")
    assert "Tin tức" in (site / "categories/tin-tuc/index.html").read_text("utf-8")
    assert not (site / "chua-dang").exists()

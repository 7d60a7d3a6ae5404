from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.storage.dataset import COLUMNS
from tests.export.data import article, attachment, build, export, image, old_url, with_urls

if TYPE_CHECKING:
    from pathlib import Path


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").split("\n")[:-1]]


def test_one_article_a_line_with_every_column_and_its_companions(tmp_path: Path) -> None:
    picture = image("https://portal.example.vn/a.jpg", alt="a", caption="Lễ hội", credit="Ảnh: Hồng Quốc", role="lead")
    one = article(1, images=(picture,), attachments=(attachment("https://portal.example.vn/x.pdf", "Kế hoạch"),))
    db = build(tmp_path / "portal.db", [with_urls(one, old_url(1, Source="x"))])
    report = export("jsonl", db, tmp_path / "out")
    (found,) = lines(tmp_path / "out")
    assert tuple(found)[: len(COLUMNS)] == COLUMNS
    assert found["title"] == "Bài viết số 1"
    assert found["urls"] == sorted([one.url, old_url(1, Source="x")])
    assert found["images"][0]["caption"] == "Lễ hội"
    assert found["attachments"][0]["name"] == "Kế hoạch"
    assert report.articles == 1


def test_the_same_data_give_the_same_bytes(tmp_path: Path, small: Path) -> None:
    for name in ("jsonl", "csv"):
        export(name, small, tmp_path / "one" / name)
        export(name, small, tmp_path / "two" / name)
        for path in (tmp_path / "one" / name).iterdir():
            assert path.read_bytes() == (tmp_path / "two" / name / path.name).read_bytes()


def test_a_line_end_of_unicode_does_not_end_a_line(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, body_html="<p>một\u2028hai\u0085ba</p>")])
    export("jsonl", db, tmp_path / "out")
    text = (tmp_path / "out/articles.jsonl").read_text("utf-8")
    assert len(text.splitlines()) == 1
    assert json.loads(text)["body_html"] == "<p>một\u2028hai\u0085ba</p>"


def test_filters_choose_by_state_date_and_portal(tmp_path: Path) -> None:
    articles = [article(1), article(2, captured_at="2025-08-01T08:00:00+07:00"), article(3, portal="khac")]
    db = build(tmp_path / "portal.db", articles, states={0: "gone"})
    for options, expected in (
        ({"states": ("live",)}, {2, 3}),
        ({"since": "2025-07-15"}, {2}),
        ({"portal": "khac"}, {3}),
        ({}, {1, 2, 3}),
    ):
        export("jsonl", db, tmp_path / "out", **options)
        assert {found["id"] for found in lines(tmp_path / "out")} == expected


def test_the_next_export_tells_what_changed(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1), article(2), article(3)])
    export("jsonl", db, tmp_path / "out", states=("live",))
    build(db, [article(2, body_text="Nội dung khác."), article(4), article(3)], states={2: "gone"})
    report = export("jsonl", db, tmp_path / "out", states=("live",), dry_run=True)
    assert (report.created, report.changed, report.unchanged, report.removed) == (1, 1, 1, 1)
    assert len(lines(tmp_path / "out")) == 3


def test_earlier_versions_are_kept_beside_the_articles(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, "Bản đầu", captured_at="2025-06-01T08:00:00+07:00"), article(2)])
    build(db, [article(1, "Bản sửa")])
    report = export("jsonl", db, tmp_path / "out")
    (old,) = [json.loads(line) for line in (tmp_path / "out/revisions.jsonl").read_text("utf-8").splitlines()]
    assert (old["uid"], old["title"], old["captured_at"]) == (article(1).uid, "Bản đầu", "2025-06-01T08:00:00+07:00")
    assert report.rows["revisions"] == 1

"""`check --truth`: whatever is missing, doubled or different is said, field by field; nothing else is."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError
from pipelines.items import Article, Image
from pipelines.storage.dataset import Dataset
from pipelines.storage.store import Store
from pipelines.verify.compare import token_score
from pipelines.verify.structure import structure_of
from pipelines.verify.truth import TruthReport, compare_with_truth
from pipelines.verify.truth_file import load_truth
from portal_crawler.cli import main
from tests.storage.data import PORTAL, rich_article, url

LONG = "Nội dung của bài viết này đủ dài để một từ bị mất không làm nó thành bài khác. " * 30


def articles() -> list[Article]:
    made = [rich_article(number, body_text=f"{LONG}{number}") for number in range(1, 4)]
    return [*made, replace(made[0], key=made[0].key + "0", url=url(10), urls=(url(10),))]


def truth_of(one: Article, **values: Any) -> dict[str, Any]:
    return {
        "url": one.url, "urls": list(one.urls), "title": one.title, "summary": one.summary, "author": one.author,
        "category": one.category, "published_at": one.published_at, "body_text": one.body_text,
        "images": [asdict(image) for image in one.images], "attachments": [asdict(file) for file in one.attachments],
        "alternate_url": None, "duplicate_of": None, "found_by": ["listing"], "state": "live",
    } | values  # fmt: skip


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    first, *others, copy = articles()
    path = tmp_path / "truth.json"
    data = [truth_of(first), *map(truth_of, others), truth_of(copy, duplicate_of=first.url, duplicate_kind="exact")]
    path.write_text(json.dumps({"portal": PORTAL, "base_url": "http://xa.example", "articles": data}), encoding="utf-8")
    return path


def change(truth: Path, number: int, **values: Any) -> None:
    data = json.loads(truth.read_text(encoding="utf-8"))
    data["articles"][number] |= values
    truth.write_text(json.dumps(data), encoding="utf-8")


def fill(db: Path, *stored: Article) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        for one in stored:
            store.save_article(one, run)
        store.finish_duplicates(PORTAL)


def report(db: Path, truth: Path, *routes: str) -> TruthReport:
    with Dataset.open(db) as dataset:
        return compare_with_truth(dataset, load_truth(truth), routes or ("listing", "related"))


def wrong(found: TruthReport) -> dict[str, int]:
    return {name: score.wrong for name, score in found.fields.items() if score.wrong}


def test_a_database_that_holds_the_truth_is_clean(db: Path, truth: Path) -> None:
    fill(db, *articles())
    result = CliRunner().invoke(main, ["check", "--db", str(db), "--truth", str(truth)])
    assert result.exit_code == 0, result.output
    assert "4 articles expected, 4 stored: all right" in result.output
    as_json = CliRunner().invoke(main, ["check", "--db", str(db), "--truth", str(truth), "--json"])
    assert json.loads(as_json.output)["clean"] is True


def test_what_is_missing_unknown_doubled_or_merged_is_named(db: Path, truth: Path) -> None:
    one, two, *_ = articles()
    alias = "http://xa.example/bi-danh"
    change(truth, 0, urls=[*one.urls, alias])
    doubled = replace(one, key="xa.example/bi-danh#1", url=alias, urls=(alias,))
    merged = replace(two, urls=(*two.urls, url(3)))
    fill(db, one, doubled, merged, rich_article(77, title="Không có thật"))
    found = report(db, truth)
    assert found.missing == [url(3), url(10)]
    assert found.doubled == [url(1)]
    assert found.merged == [two.url]
    assert found.unknown == [url(77)]
    assert not found.clean


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("title", {"title": "Tên khác"}),
        ("summary", {"summary": None}),
        ("author", {"author": "Người khác"}),
        ("category", {"category": "Mục khác"}),
        ("published_at", {"published_at": "2020-03-03"}),
        ("body", {"body_text": LONG.replace("dài", "ngắn")}),
        ("images", {"images": [{"url": "http://xa.example/a.jpg", "caption": "Trồng cây", "credit": ""}]}),
        ("images", {"images": []}),
        ("attachments", {"attachments": [{"url": "http://xa.example/a.pdf", "name": "Tên khác"}]}),
        ("alternate_url", {"alternate_url": "http://xa.example/khac"}),
        ("addresses", {"urls": [url(2), "http://xa.example/chua-biet"]}),
        ("state", {"state": "gone"}),
        ("duplicate_of", {"duplicate_of": url(1)}),
    ],
)
def test_one_different_field_is_one_difference(db: Path, truth: Path, name: str, values: dict[str, Any]) -> None:
    fill(db, *articles())
    change(truth, 1, **values)
    found = report(db, truth)
    counted = wrong(found)
    counted.pop("duplicate_kind", None)
    assert counted == {name: 1}
    assert found.fields[name].first[0].url == url(2)


def test_a_body_with_a_word_too_many_or_too_few_is_within_the_floor_only_where_it_is_long(
    db: Path, truth: Path
) -> None:
    fill(db, *articles())
    change(truth, 1, body_text=f"{LONG}2 thêm")
    assert report(db, truth).clean
    change(truth, 1, body_text=f"{LONG}2 " + "thêm vài từ nữa " * 2)
    assert wrong(report(db, truth)) == {"body": 1}


def test_a_wrong_kind_of_duplicate_is_a_difference(db: Path, truth: Path) -> None:
    fill(db, *articles())
    change(truth, 3, duplicate_kind="near")
    assert wrong(report(db, truth)) == {"duplicate_kind": 1}


def test_the_order_of_images_matters(db: Path, truth: Path) -> None:
    images = (Image(url="http://xa.example/1.jpg"), Image(url="http://xa.example/2.jpg"))
    fill(db, *(replace(one, images=images) for one in articles()))
    for number in range(4):
        change(truth, number, images=[asdict(image) for image in (images if number else images[::-1])])
    assert wrong(report(db, truth)) == {"images": 1}


def test_addresses_are_equal_however_they_are_quoted(db: Path, truth: Path) -> None:
    one, *others = articles()
    raw, quoted = "http://xa.example/Bài viết/1.aspx", "http://XA.example/B%C3%A0i%20vi%E1%BA%BFt/1.aspx"
    fill(db, replace(one, url=quoted, urls=(quoted,)), *others)
    change(truth, 0, url=raw, urls=[raw])
    change(truth, 3, duplicate_of=raw)
    assert report(db, truth).clean


def test_only_articles_that_the_routes_lead_to_are_expected(db: Path, truth: Path) -> None:
    fill(db, *articles()[:3])
    change(truth, 3, found_by=["ids"], duplicate_of=None, duplicate_kind=None)
    found = report(db, truth)
    assert found.clean
    assert found.expected == 3
    assert found.not_expected == {"ids": 1}
    assert report(db, truth, "listing", "ids").missing == [url(10)]


def test_stored_files_must_be_the_files_of_the_truth(db: Path, truth: Path) -> None:
    fill(db, *articles())
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.conn.execute(
            "INSERT INTO media (sha256, path, content_type, size, stored_at, run_id) VALUES ('aa', 'aa.jpg', 'image/jpeg', 1, '2024', ?)",
            (run,),
        )
        store.conn.execute("UPDATE article_media SET media_id = 1 WHERE article_id = 2 AND kind = 'image'")
    change(truth, 1, media={"http://xa.example/a.jpg": "aa", "http://xa.example/a.pdf": "cc"})
    assert report(db, truth).clean
    change(truth, 1, media={"http://xa.example/a.jpg": "bb"})
    assert wrong(report(db, truth)) == {"media": 1}


def test_differences_are_printed_with_what_was_expected_and_got(db: Path, truth: Path) -> None:
    fill(db, *articles())
    change(truth, 1, title="Tên khác")
    result = CliRunner().invoke(main, ["check", "--db", str(db), "--truth", str(truth)])
    assert result.exit_code == 1
    assert f"title of {url(2)}\n  expected: Tên khác\n  got:      {articles()[1].title}" in result.output


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"portal": "a", "articles": [{}]}', '{"portal": "a", "articles": [1]}']
)
def test_a_file_that_is_no_truth_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(ConfigurationError, match="not a truth file"):
        load_truth(tmp_path / "t.json")


def test_words_are_counted_as_often_as_they_stand() -> None:
    assert (token_score("a b b c", "b c c d").recall, token_score("a b b c", "b c c d").precision) == (0.5, 0.5)
    assert token_score("Hòa, bình!", "hòa bình").recall == 1.0
    assert (token_score("", "").recall, token_score("", "thừa").precision) == (1.0, 0.0)


def test_the_same_words_in_another_order_are_a_difference(db: Path, truth: Path) -> None:
    fill(db, *articles())
    words = f"{LONG}2".split()
    change(truth, 1, body_text=" ".join([words[1], words[0], *words[2:]]))
    assert wrong(report(db, truth)) == {"order": 1}


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>một</li></ul><figure><img src='http://xa.example/a.jpg'></figure><table><tr><td>1</td><td>2</td></tr></table>",
        "<ul><li>một</li><li>hai</li></ul><table><tr><td>1</td><td>2</td></tr></table><figure><img src='http://xa.example/a.jpg'></figure>",
        "<ul><li>một</li><li>hai</li></ul><figure><img src='http://xa.example/a.jpg'></figure><table><tr><td colspan='2'>1</td></tr></table>",
    ],
)
def test_a_lost_item_a_moved_table_and_a_lost_span_are_differences(db: Path, truth: Path, html: str) -> None:
    whole = "<ul><li>một</li><li>hai</li></ul><figure><img src='http://xa.example/a.jpg'></figure><table><tr><td>1</td><td>2</td></tr></table>"
    one, second, *rest = articles()
    fill(db, one, replace(second, body_html=whole), *rest)
    expected = ["ul: một | hai", "figure: http://xa.example/a.jpg | ", "table: 1 | 2"]
    change(truth, 1, structure=expected)
    assert report(db, truth).clean
    assert structure_of(html) != expected

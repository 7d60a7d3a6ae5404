from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.export.directus import COLLECTIONS
from tests.export.data import HOST, JPEG, article, build, export, image, old_url, store_file

if TYPE_CHECKING:
    from pathlib import Path


def read(out: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((out / f"{name}.json").read_text("utf-8"))


def test_every_row_has_its_key_and_exactly_the_fields_of_its_collection(tmp_path: Path) -> None:
    articles = [article(1, published_at="2018-10-26"), article(2, category=None, author=None, published_at=None)]
    db = build(tmp_path / "portal.db", articles, states={1: "gone"})
    export("directus", db, tmp_path / "out")
    rows = {name: read(tmp_path / "out", name) for name in COLLECTIONS}
    for name, fields in COLLECTIONS.items():
        assert all(set(row) == set(fields) for row in rows[name])
        assert len({row["id"] for row in rows[name]}) == len(rows[name]) > 0
    gone, live = rows["articles"]
    assert {live["id"], gone["id"]} == {one.uid for one in articles}
    assert (live["published_at"], live["published_as"]) == ("2018-10-26T00:00:00+07:00", "2018-10-26")
    assert (live["status"], gone["status"], gone["published_at"]) == ("published", "draft", None)
    assert {row["section"] for row in rows["articles"]} - {None} <= {row["id"] for row in rows["sections"]}
    assert {row["author"] for row in rows["articles"]} <= {row["id"] for row in rows["authors"]}


def test_the_collections_it_makes_have_the_fields_that_the_rows_have(tmp_path: Path, small: Path) -> None:
    export("directus", small, tmp_path / "out")
    made = [json.loads(line) for line in (tmp_path / "out/collections.jsonl").read_text("utf-8").splitlines()]
    assert {one["collection"]: {f["field"]: f["type"] for f in one["fields"]} for one in made} == COLLECTIONS
    assert all(one["fields"][0]["schema"]["is_primary_key"] for one in made)


def test_pictures_lead_to_the_base_address_and_links_to_new_ones(tmp_path: Path) -> None:
    url = f"{HOST}/a.jpg"
    body = f'<p><a href="{old_url(1)}">x</a></p><img src="{url}">'
    db = build(tmp_path / "portal.db", [article(1, "Một"), article(2, images=(image(url),), body_html=body)])
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    export("directus", db, tmp_path / "out", media_base_url="https://tep.example.vn/m/")
    row = read(tmp_path / "out", "articles")[1]
    name = row["images"][0]["name"]
    assert row["body"] == f'<p><a href="/mot/">x</a></p><img src="https://tep.example.vn/m/{name}">'
    assert (tmp_path / "out" / row["lead_image"]).read_bytes() == JPEG

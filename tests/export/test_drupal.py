"""The module is checked against its own JSON: every name that a migration reads exists in what it reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.export.data import HOST, JPEG, article, build, export, image, old_url, store_file

if TYPE_CHECKING:
    from pathlib import Path

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")


def migration(out: Path, name: str) -> dict[str, Any]:
    return yaml.safe_load((out / f"portal_import/config/install/migrate_plus.migration.{name}.yml").read_text("utf-8"))


def rows(out: Path, of: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for url in of["source"]["urls"]:
        path = out / url.removeprefix("modules/custom/")
        found += json.loads(path.read_text("utf-8"))["data"]
    return found


def sources(process: Any) -> set[str]:
    """The source names in a process section; names that begin with @ are made by the process itself."""
    if isinstance(process, str):
        return {process} - {name for name in (process,) if name.startswith("@")}
    if isinstance(process, list):
        return set().union(*map(sources, process))
    if isinstance(process, dict) and "plugin" in process:
        return sources(process.get("source", []))
    return set()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    url = f"{HOST}/a.jpg"
    picture = image(url, role="lead", alt="Hát", caption="Lễ")
    body = f'<p><a href="{old_url(2)}">x</a></p><img src="{HOST}/b.jpg">'
    articles = [
        article(1, images=(picture, image(f"{HOST}/b.jpg")), body_html=body),
        article(2, "Hai", published_at="2018-10-26"),
        article(3, published_at=None, category=None, author=None),
    ]
    db = build(tmp_path / "portal.db", articles)
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    store_file(db, f"{HOST}/b.jpg", JPEG + b"b", "image/jpeg", tmp_path / "media", "y")
    export("drupal", db, tmp_path / "out", max_bytes=400)
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["portal_sections", "portal_authors", "portal_files", "portal_articles"])
def test_a_migration_reads_only_what_its_json_holds(out: Path, name: str) -> None:
    found = migration(out, name)
    selectors = {field["selector"] for field in found["source"]["fields"]}
    names = {field["name"] for field in found["source"]["fields"]}
    data = rows(out, found)
    assert data
    assert all(selectors <= set(row) for row in data)
    used = set().union(*(sources(step) for step in found["process"].values()))
    assert used <= names
    (key,) = found["source"]["ids"]
    assert len({row[key] for row in data}) == len(data)


def test_articles_are_split_and_all_files_are_listed(out: Path) -> None:
    found = migration(out, "portal_articles")
    assert len(found["source"]["urls"]) == 3
    assert len(rows(out, found)) == 3
    assert found["migration_dependencies"]["required"] == ["portal_sections", "portal_authors", "portal_files"]


def test_lookups_find_what_they_look_up(out: Path) -> None:
    articles = rows(out, migration(out, "portal_articles"))
    for name, key in (("portal_sections", "section"), ("portal_authors", "author"), ("portal_files", "lead_file")):
        known = {row["id"] for row in rows(out, migration(out, name))}
        assert {row[key] for row in articles} - {None} <= known
    for file in rows(out, migration(out, "portal_files")):
        assert (out / file["path"].removeprefix("modules/custom/")).is_file()


def test_dates_are_seconds_and_an_undated_article_is_unpublished(out: Path) -> None:
    found = {row["title"]: row for row in rows(out, migration(out, "portal_articles"))}
    assert found["Hai"]["created"] == 1540486800  # 2018-10-26 00:00 in Viet Nam
    assert found["Hai"]["alias"] == "/hai"
    assert (found["Bài viết số 3"]["created"], found["Bài viết số 3"]["published"]) == (None, 0)


def test_bodies_show_files_where_drupal_serves_them(out: Path) -> None:
    found = {row["title"]: row for row in rows(out, migration(out, "portal_articles"))}
    body = found["Bài viết số 1"]["body"]
    assert '<a href="/hai">' in body
    assert '<img src="/sites/default/files/portal/b-' in body
    assert found["Bài viết số 1"]["lead_alt"] == "Hát"


def test_every_configuration_file_is_valid_and_named_after_what_it_is(out: Path) -> None:
    for path in (out / "portal_import").rglob("*.yml"):
        found = yaml.safe_load(path.read_text("utf-8"))
        if "id" in found and path.name.startswith(("field.", "migrate_plus.migration.")):
            assert path.stem.endswith(found["id"])

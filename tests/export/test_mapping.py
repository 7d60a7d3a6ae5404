from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export.mapping import load_mapping, mapping_of, mapping_text, resolved_mapping
from pipelines.export.protocol import ExportOptions
from pipelines.storage.dataset import Dataset
from tests.export.data import article, build

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[sections]
"Tin tức" = { name = "Thời sự", slug = "thoi-su" }
"Lễ hội" = { name = "Lễ hội", parent = "thoi-su" }
"" = ""
[authors]
"Hồng Quốc" = "Hồng Quốc"
"" = { name = "Ban Biên tập", login = "ban-bien-tap", email = "bbt@example.vn" }
[statuses]
gone = "private"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_read_with_its_shorthands(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, GOOD))
    festival = mapping.section("Lễ hội")
    assert festival
    assert (festival.slug, festival.parent) == ("le-hoi", "thoi-su")
    assert mapping.section(None) is None
    assert mapping.author("Hồng Quốc").login == "hong-quoc"
    assert mapping.author(None).email == "bbt@example.vn"


def test_the_most_careful_status_wins(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, GOOD))
    assert mapping.status(["live"]) == "publish"
    assert mapping.status(["live", "undated"]) == "draft"
    assert mapping.status(["gone", "flagged"]) == "private"
    assert mapping.status(["quarantined", "undated"]) == "skip"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[section]", r"unknown table \[section\]"),
        ("[sections", "not valid TOML"),
        ('[sections]\nA = { nam = "a" }', r'sections."A" must be a name or'),
        ('[sections]\nA = { name = "a", slug = "Á" }', "must be ASCII"),
        ('[sections]\nA = { name = "a", slug = "x" }\nB = { name = "b", slug = "x" }', 'slug "x" is used for two'),
        ('[sections]\nA = { name = "a", parent = "x" }', 'no section has the slug "x"'),
        (
            '[sections]\nA = { name = "a", parent = "b" }\nB = { name = "b", parent = "a" }',
            "its own parent in the end",
        ),
        ('[authors]\nA = { name = "A", login = "Ấ" }', "ASCII letters"),
        ('[authors]\nA = { name = "A", email = "x@y.vn" }\nB = { name = "B", email = "X@Y.vn" }', "email"),
        ('[statuses]\ngone = "future"', "the values publish, private, draft, skip"),
        ('[statuses]\ndead = "draft"', "the cases are live, gone"),
    ],
)
def test_a_wrong_mapping_names_file_key_and_cure(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_mapping(written(tmp_path, text))
    assert "map.toml" in str(caught.value)


def test_two_sources_may_share_one_target(tmp_path: Path) -> None:
    text = '[sections]\n"TIN TỨC" = { name = "Tin", slug = "tin" }\n"Tin tức" = { name = "Tin", slug = "tin" }'
    mapping = load_mapping(written(tmp_path, text))
    assert mapping.section("TIN TỨC") == mapping.section("Tin tức")


def test_what_is_unmapped_is_listed_and_refused(tmp_path: Path) -> None:
    articles = [article(1), article(2, category="Văn hóa", author=None), article(3, category=None, author="Lê A")]
    db = build(tmp_path / "portal.db", articles)
    options = ExportOptions(mapping=load_mapping(written(tmp_path, '[sections]\n"Tin tức" = "Tin"\n')))
    with Dataset.open(db) as dataset, pytest.raises(ConfigurationError) as caught:
        resolved_mapping(dataset, options)
    assert 'sections: "", "Văn hóa"' in str(caught.value)
    assert 'authors: "", "Hồng Quốc", "Lê A"' in str(caught.value)


def test_what_only_other_portals_hold_need_not_be_mapped(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1), article(2, portal="khac", category="Văn hóa")])
    text = '[sections]\n"Tin tức" = "Tin"\n[authors]\n"Hồng Quốc" = "Hồng Quốc"'
    options = ExportOptions(mapping=load_mapping(written(tmp_path, text)), portal="mau")
    with Dataset.open(db) as dataset:
        assert resolved_mapping(dataset, options) is options.mapping


def test_the_mapping_written_from_the_data_is_valid_and_complete(tmp_path: Path) -> None:
    nasty = ['Tin "nóng" \\ ]', "TIN TỨC", "Tin tức", "新闻", "2018", "feed", "Đ" * 300]
    articles = [article(at, category=name, author=f"{name[:50]}.") for at, name in enumerate(nasty, 1)]
    db = build(tmp_path / "portal.db", [*articles, article(99, category=None, author=None)])
    with Dataset.open(db) as dataset:
        mapping = mapping_of(dataset, ExportOptions())
        read = load_mapping(written(tmp_path, mapping_text(mapping)))
        assert resolved_mapping(dataset, ExportOptions(mapping=read)) is read
    assert read.sections == mapping.sections
    assert read.authors == mapping.authors
    slugs = [one.slug for one in read.sections.values() if one.name]
    assert len(set(slugs)) == len(nasty)
    assert all(slug.isascii() and not slug.isdigit() and slug != "feed" and len(slug) <= 200 for slug in slugs)

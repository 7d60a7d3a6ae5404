"""Loads: nothing twice, nothing for nothing, nobody's edit overwritten, and everything of a batch taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export.mapping import load_mapping
from pipelines.export.protocol import ExportOptions
from pipelines.load.client import WordPressClient
from pipelines.load.posts import META
from pipelines.load.rollback import rollback
from pipelines.load.site import Site
from pipelines.load.web import TargetDownError
from pipelines.load.wordpress import LoadOptions, load
from pipelines.retry import Patience
from pipelines.storage.dataset import Dataset
from pipelines.storage.ledger import Ledger
from pipelines.storage.store import Store
from tests.load.fake_wordpress import FakeWordPress
from tests.storage.data import PORTAL, article, url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from pipelines.load.report import LoadReport


@pytest.fixture
def wp(httpserver: HTTPServer) -> FakeWordPress:
    return FakeWordPress(httpserver)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "portal.db", command="test") as opened:
        save(opened, 1, 2, 3)
        yield opened


def save(store: Store, *numbers: int, **values: Any) -> None:
    run = store.begin_run(PORTAL, "news", {})
    for number in numbers:
        store.save_article(article(number, **values), run)
    store.commit()


@pytest.fixture
def bring(store: Store, wp: FakeWordPress) -> Callable[..., LoadReport]:
    def run(**given: Any) -> LoadReport:
        with Dataset.open(store.path) as dataset:
            options = LoadOptions(
                export=ExportOptions(permalink=given.pop("permalink", ""), mapping=given.pop("mapping", None)), **given
            )
            return load(dataset, site(wp, dry_run=options.dry_run), Ledger(store, wp.url), options)

    return run


def site(wp: FakeWordPress, *, dry_run: bool = False) -> Site:
    patience = Patience(attempts=2, first=0.001, longest=0.001)
    return Site(WordPressClient(wp.url, "quan-tri", "x", rate=0, patience=patience), dry_run=dry_run)


def numbers(report: LoadReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.kept)


def test_a_load_makes_every_article_and_a_second_changes_nothing(bring: Any, wp: FakeWordPress) -> None:
    assert numbers(bring()) == (3, 0, 0, 0)
    writes = wp.writes
    assert numbers(bring()) == (0, 0, 3, 0)
    assert wp.writes == writes
    assert [one["title"]["raw"] for one in wp.posts.values()] == [f"Lễ trồng cây lần thứ {n}" for n in (1, 2, 3)]
    assert [one["date_gmt"] for one in wp.posts.values()] == [f"2020-03-0{n}T01:00:00" for n in (2, 3, 4)]


def test_a_load_that_broke_off_goes_on_without_making_anything_twice(bring: Any, wp: FakeWordPress) -> None:
    wp.down_after = 4  # a section, an author, two posts
    with pytest.raises(TargetDownError):
        bring()
    assert len(wp.posts) == 2
    wp.down_after = None
    assert numbers(bring()) == (1, 0, 2, 0)
    assert len(wp.posts) == 3


def test_a_post_made_before_its_answer_was_written_down_is_found_again(
    bring: Any, store: Store, wp: FakeWordPress
) -> None:
    bring()
    store.conn.execute("UPDATE load_ledger SET status = 'pending', target_id = NULL WHERE uid = ?", (article(2).uid,))
    store.commit()
    bring()
    assert len(wp.posts) == 3
    assert numbers(bring()) == (0, 0, 3, 0)


def test_only_what_changed_at_the_source_is_sent(bring: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    writes = wp.writes
    save(store, 2, title="Tiêu đề đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    assert numbers(bring()) == (0, 1, 2, 0)
    assert wp.writes == writes + 1
    assert wp.posts[2]["title"]["raw"] == "Tiêu đề đã sửa"
    assert wp.posts[2]["slug"] == "le-trong-cay-lan-thu-2", "a mended title moves no address"


def test_an_edit_in_the_target_is_kept_and_told_until_it_is_given_up(
    bring: Any, store: Store, wp: FakeWordPress
) -> None:
    bring()
    save(store, 2, title="Tiêu đề đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    wp.edit(1, title="Biên tập viên sửa")
    wp.edit(2, title="Biên tập viên cũng sửa")
    report = bring()
    assert numbers(report) == (0, 0, 1, 2)
    assert [one.reason for one in report.kept] == ["edited_in_target", "edited_in_both"]
    assert "+ Tiêu đề đã sửa" in report.kept[1].difference
    assert "+ Biên tập viên cũng sửa" in report.kept[1].difference
    assert numbers(bring()) == (0, 0, 1, 2)
    assert numbers(bring(overwrite={article(2).uid})) == (0, 1, 1, 1)
    assert wp.posts[2]["title"]["raw"] == "Tiêu đề đã sửa"
    assert wp.posts[1]["title"]["raw"] == "Biên tập viên sửa"


def test_the_same_edit_on_both_sides_is_no_conflict(bring: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    save(store, 2, title="Tiêu đề đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    wp.edit(2, title="Tiêu đề đã sửa")
    assert numbers(bring()) == (0, 1, 2, 0), "the rest of the source's change is brought"
    assert numbers(bring()) == (0, 0, 3, 0)


def test_what_was_deleted_in_the_target_is_not_made_again(bring: Any, wp: FakeWordPress) -> None:
    bring()
    wp.edit(3, status="trash")
    report = bring()
    assert numbers(report) == (0, 0, 2, 1)
    assert report.kept[0].reason == "deleted_in_target"


def test_a_dry_run_changes_nothing_and_foretells_the_load(bring: Any, store: Store, wp: FakeWordPress) -> None:
    assert numbers(bring(dry_run=True)) == (3, 0, 0, 0)
    assert wp.writes == 0
    assert store.conn.execute("SELECT count(*) FROM load_batches").fetchone() == (0,)


def test_an_editor_sees_where_an_article_came_from(bring: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    meta = wp.posts[2]["meta"]
    assert (meta["source_uid"], meta["source_url"]) == (article(2).uid, url(2))
    assert (meta["source_byline"], meta["source_section"]) == ("Lê Thị Mẫu", "Tin tức")
    assert meta["source_published_at"] == "2020-03-03T08:00:00+07:00"
    save(store, 2, views=99)
    assert numbers(bring()) == (0, 0, 3, 0), "a view counter is nothing to send"


def test_without_the_plugin_the_fields_are_not_sent_and_their_lack_is_told(bring: Any, wp: FakeWordPress) -> None:
    wp.fields = ()
    report = bring()
    assert report.findings.warnings["fields_not_registered"] == 1
    assert wp.posts[1]["meta"] == {}
    assert numbers(bring()) == (0, 0, 3, 0)
    wp.fields = META
    for post in wp.posts.values():
        post["meta"] = dict.fromkeys(META, "")
    assert numbers(bring()) == (0, 3, 0, 0)
    assert wp.posts[1]["meta"]["source_uid"] == article(1).uid


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_the_mapping_leaves_out_after_it_was_loaded_is_told_and_never_deleted(
    bring: Any, store: Store, wp: FakeWordPress, tmp_path: Path, *, dry_run: bool
) -> None:
    bring()
    save(store, 2, flags=("kicker_disagrees",), title="Đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    text = '[sections]\n"Tin tức" = "Tin tức"\n[authors]\n"Lê Thị Mẫu" = "Lê Thị Mẫu"\n[statuses]\nflagged = "skip"\n'
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    report = bring(mapping=load_mapping(tmp_path / "map.toml"), dry_run=dry_run)
    assert numbers(report) == (0, 0, 2, 1)
    assert [(one.uid, one.reason) for one in report.kept] == [(article(2).uid, "left_out_now")]
    assert "flagged" in report.kept[0].difference
    assert wp.posts[2]["status"] == "publish"
    wp.edit(2, status="trash")
    assert numbers(bring(mapping=load_mapping(tmp_path / "map.toml"), dry_run=dry_run)) == (0, 0, 2, 0)


def test_an_article_that_is_no_longer_trusted_is_told_too(bring: Any, store: Store) -> None:
    bring()
    run = store.begin_run(PORTAL, "news", {})
    store.save_article(
        article(2, title="Lỗi máy chủ", captured_at="2024-06-01T08:00:00+07:00"), run, state="quarantined"
    )
    store.commit()
    assert [(one.uid, one.reason) for one in bring().kept] == [(article(2).uid, "left_out_now")]


def test_a_rollback_takes_back_a_batch_and_spares_later_edits(bring: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    save(store, 2, title="Tiêu đề đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    bring()
    wp.edit(3, title="Biên tập viên sửa")
    ledger = Ledger(store, wp.url)
    assert [one.reason for one in rollback(site(wp), ledger, 2).kept] == []
    assert wp.posts[2]["title"]["raw"] == "Lễ trồng cây lần thứ 2"
    report = rollback(site(wp), ledger, 1)
    assert (report.undone, [one.uid for one in report.kept]) == (2, [article(3).uid])
    assert [one["status"] for one in wp.posts.values()] == ["trash", "trash", "publish"]
    assert bring().created == 2


def test_a_batch_under_a_later_one_is_spared_until_that_is_undone(bring: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    save(store, 2, title="Tiêu đề đã sửa", captured_at="2024-06-01T08:00:00+07:00")
    bring()
    report = rollback(site(wp), Ledger(store, wp.url), 1)
    assert [(one.uid, one.reason) for one in report.kept] == [(article(2).uid, "changed_by_later_batch")]


def test_a_site_that_gives_other_addresses_is_refused_at_the_first_post(bring: Any, wp: FakeWordPress) -> None:
    with pytest.raises(ConfigurationError, match="--permalink"):
        bring(permalink="/{year}/{slug}/")
    assert len(wp.posts) == 1

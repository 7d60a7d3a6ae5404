"""What stands in the target is compared with the database, so a loss shows whoever caused it, and an edit is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipelines.export.protocol import ExportOptions
from pipelines.load.wordpress import LoadOptions, load
from pipelines.storage.dataset import Dataset
from pipelines.storage.ledger import Ledger, read_entries
from pipelines.storage.store import Store
from pipelines.verify.wordpress import verify
from tests.load.fake_wordpress import FakeWordPress
from tests.load.test_load import save, site
from tests.storage.data import article, url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from pipelines.verify.result import VerifyReport

OPTIONS = ExportOptions()


@pytest.fixture
def wp(httpserver: HTTPServer) -> FakeWordPress:
    return FakeWordPress(httpserver)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "portal.db", command="test") as opened:
        save(opened, 1, 2)
        link = f'<p>Xem <a href="{url(1)}">bài trước</a>.</p>'
        save(opened, 3, body_text="Xem bài trước.", body_html=link)
        yield opened


@pytest.fixture
def bring(store: Store, wp: FakeWordPress) -> Callable[[], Any]:
    def run() -> Any:
        with Dataset.open(store.path) as dataset:
            return load(dataset, site(wp), Ledger(store, wp.url), LoadOptions(export=OPTIONS))

    return run


@pytest.fixture
def compare(store: Store, wp: FakeWordPress) -> Callable[[], VerifyReport]:
    def run() -> VerifyReport:
        with Dataset.open(store.path) as dataset:
            ledger = {one.uid: one for one in read_entries(dataset.conn, wp.url, "article")}
            return verify(dataset, site(wp).client, ledger, OPTIONS, {})

    return run


def reasons(report: VerifyReport) -> dict[str, list[str]]:
    return {one.uid: [found.reason for found in one.differences] for one in report.articles if one.differences}


def test_what_was_loaded_is_there_word_for_word(bring: Any, compare: Any) -> None:
    bring()
    report = compare()
    assert (report.source, report.database, report.expected, report.found) == (3, 3, 3, 3)
    assert reasons(report) == {}
    assert report.checked["text"] == 3
    assert report.checked["link"] == 1


def test_an_article_that_was_never_loaded_is_missing(compare: Any) -> None:
    report = compare()
    assert set(report.reasons) == {"missing"}
    assert report.unexplained == 3


def test_a_sentence_that_the_target_lost_is_no_edit(bring: Any, compare: Any, wp: FakeWordPress) -> None:
    wp.loses = "Mã số của bài là 2."
    bring()
    report = compare()
    assert reasons(report) == {article(2).uid: ["text_differs"]}
    assert report.unexplained == 1
    assert 0.8 < report.articles[0].similarity < 1


def test_an_edit_explains_the_field_that_was_edited_and_no_other(bring: Any, compare: Any, wp: FakeWordPress) -> None:
    wp.loses = "Mã số của bài là 2."
    bring()
    wp.loses = ""
    wp.edit(2, title="Biên tập viên sửa")
    assert reasons(compare()) == {article(2).uid: ["edited_in_target", "text_differs"]}


def test_a_deleted_a_doubled_and_a_strangers_post_are_told_apart(bring: Any, compare: Any, wp: FakeWordPress) -> None:
    bring()
    wp.edit(1, status="trash")
    wp.posts[7] = {**wp.posts[2], "id": 7}
    wp.posts[8] = {**wp.posts[2], "id": 8, "content": {"raw": "<p>Bài mới</p>"}, "link": f"{wp.url}/moi/"}
    report = compare()
    found = reasons(report)
    assert found[article(1).uid] == ["deleted_in_target"]
    assert found[article(2).uid] == ["doubled"]
    assert found[""] == ["made_in_target"]
    assert report.unexplained == 2, "the doubled post, and the link to the deleted one"
    assert found[article(3).uid] == ["link_broken"]


def test_wrong_dates_sections_and_authors_are_found(bring: Any, compare: Any, store: Store, wp: FakeWordPress) -> None:
    bring()
    wp.edit(2, date_gmt="2020-03-03T02:00:00", categories=[], author=1)
    store.conn.execute("UPDATE load_ledger SET found = '{}' WHERE uid = ?", (article(2).uid,))
    store.commit()
    assert reasons(compare()) == {article(2).uid: ["date_differs", "date_differs", "section_differs", "author_differs"]}

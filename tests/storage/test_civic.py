"""Cited documents and places follow the versions of an article, its portal's place, and the rules."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.storage import civic
from pipelines.storage.provenance import explained
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article

HOME = "thành phố Bến Tre, tỉnh Bến Tre"
TEXT = "Hội nghị bàn việc. Theo Quyết định số 12/QĐ-UBND ngày 3/4/2020 của UBND thành phố, phường An Hội làm trước."


@pytest.fixture
def read(store: Store, run: int) -> Store:
    store.save_article(article(1, title="Tin", body_text=TEXT), run)
    assert store.finish_civic(PORTAL, HOME) == 1
    return store


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.conn.execute(sql).fetchall()


def test_a_document_is_kept_with_the_exact_span(read):
    [(symbol, date, start, end, written)] = rows(
        read, "SELECT symbol, date, span_start, span_end, written FROM v_citations"
    )
    assert (symbol, date) == ("12/QĐ-UBND", "2020-04-03")
    assert TEXT[start:end] == written == "Quyết định số 12/QĐ-UBND ngày 3/4/2020 của UBND thành phố"


def test_places_have_their_role_and_their_successors(read):
    found = rows(read, "SELECT role, place, successors FROM v_article_places ORDER BY span_start")
    assert [role for role, _, _ in found] == ["issuer", "place"]
    assert found[1][1:] == (f"phường An Hội, {HOME}", "phường An Hội, tỉnh Vĩnh Long")


def test_a_second_end_of_a_run_reads_nothing_again(read):
    assert read.finish_civic(PORTAL, HOME) == 0


def test_other_rules_or_another_place_read_everything_again(read, monkeypatch):
    assert read.finish_civic(PORTAL, "") == 1
    assert rows(read, "SELECT count(*) FROM v_article_places") == [(0,)]
    monkeypatch.setattr(civic, "RULES", "civic-later")
    assert read.finish_civic(PORTAL, HOME) == 1


def test_a_document_that_no_version_cites_any_more_goes(store, run):
    first = {"title": "Tin", "capture_id": None}
    store.save_article(article(1, body_text=TEXT, **first), run)
    store.finish_civic(PORTAL, HOME)
    store.conn.execute("UPDATE article_revisions SET body_text = 'Không có gì.', content_hash = 'x'")
    store.finish_civic(PORTAL, HOME)
    assert rows(store, "SELECT count(*) FROM cited_documents") == [(0,)]


def test_explain_shows_the_sentence(read):
    shown = explained(read.conn, "1")
    assert shown is not None
    assert shown.documents[0].sentence.startswith("Theo Quyết định số 12/QĐ-UBND")
    assert [one.what for one in shown.places][1] == f"phường An Hội, {HOME}"

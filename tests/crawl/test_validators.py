"""ETag and Last-Modified are believed only after they have proved to change with the pages."""

from __future__ import annotations

from pathlib import Path

from pipelines.items import Article, Page
from pipelines.storage.store import Store
from portal_crawler.frontier.validators import PROOFS, Validators


def visit(store: Store, run: int, number: int, text: str, etag: str) -> str:
    """Fetch one article, as the crawl does, and say what it told of the validators."""
    url = f"http://p.example/Lists/Tin/DispForm.aspx?ID={number}"
    page = Page(url=url, body=text.encode(), headers=(("ETag", etag),), captured_at="2020-01-01T08:00:00+07:00")
    capture = store.save_capture(page, run)
    article = Article(portal="p", key=f"k#{number}", url=url, title="Tin", body_text=text, capture_id=capture)
    said = Validators(store.conn, "p").compare(capture, article.content_hash)
    store.save_article(article, run)
    return said


def test_a_validator_that_keeps_with_its_text_is_a_proof(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        run = store.begin_run("p", "news", {})
        assert visit(store, run, 1, "một", '"a"') == ""
        assert visit(store, run, 1, "một", '"a"') == "kept"
        assert visit(store, run, 1, "hai", '"b"') == ""


def test_a_text_that_changes_under_its_validator_is_a_lie(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        run = store.begin_run("p", "news", {})
        visit(store, run, 1, "một", '"a"')
        assert visit(store, run, 1, "hai", '"a"') == "lied"


def test_trust_needs_proofs_and_ends_with_the_first_lie(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        run = store.begin_run("p", "news", {})
        store.save_counts(run, {"validators_kept": PROOFS - 1})
        assert not Validators(store.conn, "p").trusted
        store.save_counts(run, {"validators_kept": PROOFS})
        assert Validators(store.conn, "p").trusted
        store.save_counts(run, {"validators_kept": 900, "validators_lied": 1})
        assert not Validators(store.conn, "p").trusted


def test_conditions_are_those_of_the_last_answer(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        run = store.begin_run("p", "news", {})
        visit(store, run, 1, "một", '"a"')
        visit(store, run, 1, "hai", '"b"')
        url = "http://p.example/Lists/Tin/DispForm.aspx?ID=1"
        assert Validators(store.conn, "p").conditions(url) == {"If-None-Match": '"b"'}
        assert Validators(store.conn, "p").conditions("http://p.example/other") == {}

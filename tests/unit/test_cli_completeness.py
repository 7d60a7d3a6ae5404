"""`status --completeness` names what is missing with its reason, and says what no route saw and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pipelines.items import Article, Failure
from pipelines.storage.routes import record_routes
from pipelines.storage.store import Store
from portal_crawler.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PORTAL = "ben_tre_city"
LIST = f"{PORTAL}.vn/lists/tin"
GONE, ILL, UNASKED, PRIVATE = (4, 5), 9, range(21, 24), 30


def url(number: int) -> str:
    return f"https://{PORTAL}.vn/Lists/Tin/DispForm.aspx?ID={number}"


def article(number: int) -> Article:
    return Article(
        portal=PORTAL, key=f"{LIST}#{number}", url=url(number), title=f"Tin số {number}",
        body_text=f"Nội dung của tin số {number}.", captured_at="2025-06-30T08:00:00+07:00",
    )  # fmt: skip


def see(store: Store, run: int, numbers: Iterable[int], route: str) -> None:
    rows = [(PORTAL, route, f"{LIST}#{n}", url(n), route, f"Tin [{n}]", run) for n in numbers]
    store.conn.executemany(
        "INSERT INTO list_sightings (portal, chain, key, url, route, title, published, image, crawl_id) "
        "VALUES (?, ?, ?, ?, ?, ?, '', '', ?)",
        rows,
    )
    store.conn.executemany(
        "INSERT INTO address_sightings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(PORTAL, url(n), f"{LIST}#{n}", run) for n in numbers],
    )


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Forty ids: most stored; two gone, one listed but ill, three never asked for, one that needs a login."""
    path = tmp_path / "portal.db"
    stored = [n for n in range(1, 41) if n not in {*GONE, ILL, *UNASKED, PRIVATE}]
    with Store.open(path, command="crawl portals/ben_tre.toml") as store:
        run = store.begin_run(PORTAL, "news", {"start_url": "https://x.vn/?a=1&b=2"})
        for number in stored:
            store.save_article(article(number), run)
        see(store, run, [n for n in stored if n != 40] + [ILL], "listing")
        see(store, run, stored[:-1:2], "sitemap")
        see(store, run, [40], "ids")
        for number, reason, stage in ((ILL, "http_500", "read"), (PRIVATE, "login_required", "probe")):
            fail(store, run, number, reason, stage)
        for number in GONE:
            fail(store, run, number, "http_404", "probe")
        record_routes(store.conn, PORTAL, run)
        store.save_failure(
            Failure(url=f"https://{PORTAL}.vn/tin?page=3", stage="read", reason="timeout", detail=""), run, PORTAL
        )
        store.begin_run("empty", "archive", {})
    return path


def fail(store: Store, run: int, number: int, reason: str, stage: str) -> None:
    failure = Failure(url=url(number), stage=stage, reason=reason, detail="")
    store.save_failure(failure, run, PORTAL, key=f"{LIST}#{number}")


def asked(db: Path, *words: str) -> str:
    result = CliRunner().invoke(main, ["status", *words, "--completeness", "--db", str(db)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def told(db: Path) -> dict:
    (one,) = json.loads(asked(db, PORTAL, "--json"))["portals"]
    return one


def test_each_route_is_told_with_what_only_it_found(told):
    assert told["routes"] == [
        {"name": "listing", "found": 32, "alone": 16, "pending": 1},
        {"name": "sitemap", "found": 16, "alone": 0, "pending": 0},
        {"name": "ids", "found": 1, "alone": 1, "pending": 0},
    ]
    assert (told["stored"], told["states"], told["without_route"]) == (33, {"live": 33}, 0)


def test_every_missing_id_has_its_reason(told):
    missing = {int(one["key"].rpartition("#")[2]): one["reason"] for one in told["missing_ids"]}
    never = dict.fromkeys(UNASKED, "never_asked")
    assert missing == dict.fromkeys(GONE, "http_404") | never | {PRIVATE: "login_required"}
    assert told["lists"] == [{"list": LIST, "first": 1, "last": 40, "found": 33, "never_asked": 3}]
    assert told["missing_ids_not_named"] == 0


def test_what_lists_show_is_told_once_and_not_as_a_missing_id(told):
    (one,) = told["listed_not_stored"]
    assert (one["key"], one["reason"], one["routes"], one["title"]) == (f"{LIST}#9", "http_500", ["listing"], "Tin [9]")
    assert [page["reason"] for page in told["failed_pages"]] == ["timeout"]


def test_the_estimate_leaves_probing_out_and_has_its_uncertainty(told):
    (one,) = told["estimates"]
    assert (one["first"], one["second"], one["both"]) == ("listing", "sitemap", 16)
    assert one["low"] <= one["total"] <= one["high"]
    assert one["unseen"] == max(0, round(one["total"]) - 34)  # 33 stored, one that the list shows
    assert one["unseen_high"] == max(0, one["high"] - 34)


def test_a_person_reads_the_same(db):
    shown = asked(db, PORTAL)
    for text in (
        "Completeness of ben_tre_city: 33 articles (33 live)",
        "Shown by lists, but not stored: http_500 1",
        "http_500  Tin [9] (listing)",
        url(ILL),
        "List pages that could not be read: timeout 1",
        "Item ids missing between known ones: never asked 3, http_404 2, login_required 1",
        "4–5",
        "21–23",
        "1 more that lists show are not (http_500 1)",
        "3 item ids between known ones were never asked for",
        f"portal-crawler crawl portals/ben_tre.toml --full -a 'start_url=https://x.vn/?a=1&b=2' --db {db}",
    ):
        assert text in shown, shown


def test_nothing_missing_is_said_in_so_many_words(tmp_path):
    path = tmp_path / "portal.db"
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        for number in range(1, 31):
            store.save_article(article(number), run)
        see(store, run, range(1, 31), "listing")
        see(store, run, range(1, 31), "sitemap")
        record_routes(store.conn, PORTAL, run)
    shown = asked(path)
    assert "Shown by lists, but not stored: none" in shown
    assert "Item ids missing between known ones: none" in shown
    assert (
        "none is missing that lists show; every item id between known ones was asked for. Most likely no article"
        in shown
    )
    assert "--full" not in shown


def test_without_a_portal_all_are_told_the_empty_ones_too(db):
    portals = json.loads(asked(db, "--json"))["portals"]
    assert [one["portal"] for one in portals] == [PORTAL, "empty"]
    assert portals[1]["sentence"].startswith("0 articles are stored; ")
    assert portals[1]["full_crawl"] is None
    assert "cannot be estimated" in asked(db, "empty")


def test_it_changes_nothing(db):
    before = db.read_bytes()
    asked(db)
    assert db.read_bytes() == before


@pytest.mark.parametrize(("words", "code"), [(["--run", "1"], 2), (["nowhere"], 1)])
def test_what_cannot_be_answered_is_refused(db, words, code):
    result = CliRunner().invoke(main, ["status", "--completeness", *words, "--db", str(db)])
    assert result.exit_code == code

"""Extraction is a guest: a page that hangs it, kills it or finds its bug is a failure row, and the next page is read."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from pipelines.items import Page
from portal_crawler.guest import pool
from portal_crawler.guest.pool import GuestPool
from portal_crawler.ingest import Ingest
from portal_crawler.profile import load_profile
from portal_crawler.session import Session
from tests.crawl.live import MINIMAL, rows

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "<p>Ngày hội đọc sách năm nay có hơn hai trăm em học sinh của mười trường trong thành phố tham gia, vui và bổ ích.</p>"
    * 3
)


def page(number: int, mark: str = "") -> Page:
    body = (
        f"<html><head><title>Tin {number}</title></head><body><div id='s4-workspace'><h1>Ngày hội đọc sách lần thứ {number}</h1>"
        f"<div>26/10/2018 | Hồng Quốc</div><div class='ms-rtestate-field'>{mark}{TEXT}</div></div></body></html>"
    )
    return Page(
        url=f"http://127.0.0.1/Pages/tin.aspx?ItemID={number}", body=body.encode(), origin="folder",
        captured_at="2018-11-01T08:00:00+07:00", headers=(("Content-Type", "text/html; charset=utf-8"),), source=f"{number}.html",
    )  # fmt: skip


def test_no_page_hangs_or_ends_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CHILD", "tests.crawl.bad_guest")
    db = tmp_path / "portal.db"

    async def run() -> str:
        session = Session.open(load_profile(MINIMAL), db, spider="archive", arguments={}, live=False)
        session._guests = GuestPool(session.profile, deadline=2.5)
        await Ingest(session, jobs=1).run([page(1), page(2, "HANG"), page(3), page(4, "DIE"), page(5, "BUG"), page(6)])
        return (await session.close("finished")).name

    assert asyncio.run(run()) == "partial"
    assert rows(db, "SELECT title FROM articles ORDER BY url") == [
        (f"Ngày hội đọc sách lần thứ {number}",) for number in (1, 3, 6)
    ]
    failures = rows(
        db, "SELECT f.reason, c.url = f.url FROM failures f JOIN captures c ON c.id = f.capture_id ORDER BY f.url"
    )
    assert failures == [("extraction_timeout", 1), ("extraction_crashed", 1), ("extraction_error", 1)]


def hold_up() -> None:
    time.sleep(2.5)  # the fault itself


def test_time_in_which_the_crawl_itself_was_held_up_is_not_the_pages() -> None:
    """As when an analyst holds the database: the crawl waits, and hears the answer only afterwards."""

    async def run() -> str:
        guests = GuestPool(load_profile(MINIMAL), deadline=2.0)
        await guests.warm_up()
        reading = asyncio.ensure_future(guests.read(page(1)))
        await asyncio.sleep(0.05)  # the page is handed over
        hold_up()
        article = (await reading).article
        await guests.close()
        return article.title if article else ""

    assert asyncio.run(run()) == "Ngày hội đọc sách lần thứ 1"


def test_a_page_over_the_limit_is_not_even_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CHILD", "no.such.module")
    profile = load_profile(MINIMAL)
    huge = Page(url="http://127.0.0.1/x", body=b"x" * (profile.crawl.max_bytes + 1))
    reading = asyncio.run(GuestPool(profile).read(huge))
    assert reading.problem
    assert reading.problem.reason == "too_large"

"""The analysts' page in a real chromium: what a person sees, on a desk and on a phone, by mouse, by keys, by ear.

Screenshots go to the folder named by the variable SCREENSHOTS, where it is set.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawl.live import ROOT, rows, value
from tests.explore.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = {
    "home": "/", "search": "/articles?q=dong+khoi", "facet": "/articles?year=2018", "chart": "/portal/output_by_month",
    "bars": "/portal/completeness_by_route", "table": "/portal/v_browse", "tables": "/portal", "questions": "/questions",
    "dictionary": "/dictionary", "sql": "/portal?sql=SELECT+title+FROM+v_articles+LIMIT+3", "article": "/article/{uid}",
    "edited": "/article/{edited}", "row": "/portal/media/1", "missing": "/nothing",
}  # fmt: skip


@pytest.fixture(scope="module")
def address(changing_portal: Path) -> Iterator[str]:
    """`portal-crawler explore`, as a person starts it."""
    with served(changing_portal) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test-browser")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed: make test-browser")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def addresses(address: str, changing_portal: Path) -> dict[str, str]:
    uid = value(changing_portal, "SELECT uid FROM v_browse WHERE words > 50 ORDER BY pictures DESC, files DESC LIMIT 1")
    edited = value(changing_portal, "SELECT uid FROM v_browse WHERE revisions > 1 LIMIT 1")
    return {name: address + path.format(uid=uid, edited=edited) for name, path in PAGES.items()}


class Visit:
    """A page that is open, and every address that the browser asked for or that was refused."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))

    def follow(self, link: Any) -> None:
        """Click, and wait for the page it leads to."""
        with self.page.expect_navigation():
            link.click()

    def shoot(self, name: str) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Opens an address in a window of its own, ready when everything is loaded."""
    contexts = []

    def opened(url: str, size: dict[str, int] = DESK) -> Visit:
        contexts.append(chromium.new_context(viewport=size))
        visit = Visit(contexts[-1].new_page())
        visit.page.goto(url, wait_until="networkidle")
        return visit

    yield opened
    for context in contexts:
        context.close()


def decoded(pictures: list[Any]) -> list[bool]:
    """Which pictures have really been read; those further down are only fetched when they come into view."""
    for one in pictures:
        one.scroll_into_view_if_needed()
        one.evaluate("image => image.decode().catch(() => 0)")
    return [one.evaluate("image => image.complete && image.naturalWidth > 0") for one in pictures]


def test_the_front_page_shows_its_pictures(visit, addresses):
    seen = visit(addresses["home"])
    drawings = seen.page.locator("svg.chart")
    assert drawings.count() == 3
    assert all(drawings.nth(number).bounding_box()["height"] > 60 for number in range(3))
    seen.shoot("home")


def test_a_search_without_tone_marks_is_typed_and_leads_to_an_article(visit, addresses):
    seen = visit(addresses["home"])
    seen.page.get_by_role("searchbox").fill("dong khoi")
    with seen.page.expect_navigation(wait_until="networkidle"):
        seen.page.keyboard.press("Enter")
    assert {word.lower() for word in seen.page.locator("mark").all_inner_texts()} >= {"đồng", "khối"}
    seen.shoot("search")
    title = seen.page.locator(".hits a").first.inner_text()
    seen.follow(seen.page.locator(".hits a").first)
    assert seen.page.locator("h1").inner_text() == title


def test_a_facet_is_clicked_and_taken_away_again(visit, addresses):
    seen = visit(addresses["search"])
    all_of_them = seen.page.locator(".hits li").count()
    facet = seen.page.locator("#facet-category li").first
    count = int(facet.locator(".count").inner_text())
    seen.follow(facet.locator("a"))
    assert seen.page.locator(".hits li").count() == count < all_of_them
    seen.shoot("facet")
    seen.follow(seen.page.locator("a.chosen"))
    assert seen.page.locator(".hits li").count() == all_of_them


def test_an_article_shows_its_photographs_and_its_capture_beside_them(visit, addresses, changing_portal):
    seen = visit(addresses["article"])
    pictures = seen.page.locator("#text img").all()
    expected = value(changing_portal, "SELECT pictures FROM v_browse WHERE uid = ?", addresses["article"][-36:])
    assert len(pictures) == expected > 0
    assert all(decoded(pictures))
    title = seen.page.locator("h1").inner_text()
    frame = seen.page.frame_locator("#original iframe")
    assert title in " ".join(frame.locator("body").inner_text().split())
    inside = frame.locator("img[src]").all()
    assert len(inside) >= expected
    assert all(decoded(inside))
    seen.page.evaluate("scrollTo(0, 0)")
    beside = seen.page.locator("#original").bounding_box()
    assert beside["x"] >= seen.page.locator("#text").bounding_box()["x"] + 300
    seen.shoot("article")


def test_an_edit_can_be_read(visit, addresses):
    seen = visit(addresses["edited"])
    added = seen.page.locator("#versions ins").first
    added.scroll_into_view_if_needed()
    assert added.inner_text().strip()
    seen.shoot("versions")


def test_a_chart_has_a_column_for_every_row(visit, addresses):
    seen = visit(addresses["chart"])
    assert seen.page.locator("svg.chart rect").count() == seen.page.locator("tbody tr").count() > 10
    seen.shoot("chart")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_another_address_or_is_refused_anything(name, visit, addresses, address):
    seen = visit(addresses[name])
    seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    seen.page.wait_for_load_state("networkidle")
    assert [url for url in seen.asked if not url.startswith((address, "data:"))] == []
    expected = ["404"] if name == "missing" else []
    assert [one for one in seen.complaints if not any(code in one for code in expected)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_needs_no_sideways_scrolling(name, visit, addresses):
    seen = visit(addresses[name], PHONE)
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    seen.shoot(f"{name}-phone")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_an_accessibility_check_finds_nothing_serious(name, size, visit, addresses):
    program = Path(os.environ.get("AXE", ROOT / ".real/axe/axe.min.js"))
    if not program.is_file():
        pytest.skip("axe-core is not fetched: make test-browser")
    seen = visit(addresses[name], size)
    seen.page.evaluate(program.read_text(encoding="utf-8") + "; 0")
    report = seen.page.evaluate("axe.run(document, {iframes: false})")
    grave = [one for one in report["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in grave] == []


def test_everything_is_reached_by_keys_in_reading_order_and_is_seen(visit, addresses):
    seen = visit(addresses["home"])
    seen.page.keyboard.press("Tab")
    skip = seen.page.evaluate(
        "[document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]"
    )
    assert skip == ["skip", True]
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "main"
    reached, outlined = [], []
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        text, style, top = seen.page.evaluate(
            "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
            " return [one.textContent.trim().slice(0, 40), style.outlineStyle, one.getBoundingClientRect().top + scrollY] })()"
        )
        reached.append((text, top))
        outlined.append(style)
    assert len({text for text, _ in reached}) >= 10
    assert set(outlined) == {"solid"}


def test_a_facet_is_opened_and_chosen_by_keys_alone(visit, addresses):
    seen = visit(addresses["search"])
    seen.page.locator("#facet-year summary").focus()
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    year = seen.page.evaluate("document.activeElement.textContent")
    with seen.page.expect_navigation():
        seen.page.keyboard.press("Enter")
    assert re.fullmatch(r"\d{4}", year)
    assert f"year={year}" in seen.page.url


def test_a_hostile_capture_runs_and_loads_nothing(chromium, tmp_path):
    """The frame's policy holds by itself, also where the cutting out would have missed something."""
    from pipelines.items import Page
    from pipelines.storage.captures import insert_capture
    from pipelines.storage.store import Store
    from tests.storage.data import PORTAL, rich_article

    body = (
        "<html><body><h1>Tiêu đề</h1><p id=p>nguyên vẹn</p><img src=x onerror=\"document.getElementById('p').textContent='run'\">"
        "<script>document.getElementById('p').textContent='run'</script><a href='http://elsewhere.example/'>đi</a>"
        "<form action='http://elsewhere.example/'><button>gửi</button></form><div style=\"background:url('http://elsewhere.example/b.png')\">z</div>"
    )
    path = tmp_path / "portal.db"
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        page = Page(
            url="https://portal.example/a", status=200, body=body.encode(), captured_at="2024-01-01T00:00:00+07:00"
        )
        number = insert_capture(store, page, run, PORTAL)
        store.save_article(rich_article(1, capture_id=number), run)
        store.commit()
    uid = value(path, "SELECT uid FROM articles")
    with served(path) as address, closing(chromium.new_context()) as context:
        seen = Visit(context.new_page())
        seen.page.goto(f"{address}/article/{uid}", wait_until="networkidle")
        frame = seen.page.frame_locator("#original iframe")
        assert frame.locator("#p").inner_text() == "nguyên vẹn"
        frame.get_by_text("gửi").click()
        frame.get_by_text("đi").click()
        assert frame.locator("#p").inner_text() == "nguyên vẹn"
        assert [url for url in seen.asked if not url.startswith(address)] == []
    assert rows(path, "SELECT count(*) FROM articles") == [(1,)]

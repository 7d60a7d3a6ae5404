"""Every old address is really asked of the web server, and what it shows is read: a redirect alone proves nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response

from pipelines.load.web import Web
from pipelines.storage.dataset import Dataset
from pipelines.verify.old_addresses import OldAddresses
from pipelines.verify.variants import spellings_of
from tests.export.data import ADDRESSING, HOST, article, build, with_urls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_httpserver import HTTPServer

PAGE = "<html><body><nav>Trang chủ</nav><h1>{title}</h1><p>{text}</p></body></html>"


def test_an_address_is_varied_as_readers_write_it() -> None:
    found = dict(spellings_of(f"{HOST}/Lists/Tin/DispForm.aspx?ID=66&Source=%2Fx", ADDRESSING))
    assert found["as seen"] == "/Lists/Tin/DispForm.aspx?ID=66&Source=%2Fx"
    assert found["letter case"] == "/lists/tin/dispform.aspx?id=66&SOURCE=%2Fx"
    assert found["parameter order"] == "/Lists/Tin/DispForm.aspx?Source=%2F&Source=%2Fx&ID=66"
    assert found["padded id"] == "/Lists/Tin/DispForm.aspx?ID=0066&Source=%2Fx"
    assert found["mobile"].endswith("&mobile=1")
    assert found["noise"].startswith("/Lists/Tin/DispForm.aspx?utm_source=zalo&ID=66")
    assert found["form"] == "/Lists/Tin/Forms/EditForm.aspx?id=66"


def test_a_page_without_an_item_id_is_varied_too_and_vietnamese_stays_an_address() -> None:
    found = dict(spellings_of(f"{HOST}/portal/Trang/B%C3%A0i%20%C4%90%E1%BA%B9p.aspx", ADDRESSING))
    assert found["letter case"] == "/portal/trang/b%C3%A0i%20%C4%91%E1%BA%B9p.aspx"
    assert (
        found["noise"]
        == "/portal/Trang/B%C3%A0i%20%C4%90%E1%BA%B9p.aspx?utm_source=zalo&Source=%2F&InitialTabId=Ribbon%2ERead"
    )
    assert "padded id" not in found


@pytest.fixture
def judge(tmp_path: Path, httpserver: HTTPServer) -> Callable[..., Counter[str]]:
    """The reasons for one article whose old addresses get `answer`, and whose new page is `page`."""
    db = build(tmp_path / "portal.db", [with_urls(article(1, "Lễ hội Dừa"), f"{HOST}/cu/bai-1.aspx")])

    def run(answer: Any, page: Response | None = None) -> Counter[str]:
        with Dataset.open(db) as dataset:
            (row,) = dataset.articles()
        shown = page or Response(
            PAGE.format(title=row.title, text=row.body_text), content_type="text/html; charset=utf-8"
        )
        httpserver.expect_request("/le-hoi-dua/").respond_with_handler(lambda _request: shown)
        httpserver.expect_request("/khac/").respond_with_data(PAGE.format(title="Khác", text="Bài khác"))
        httpserver.expect_request("/cu-hon/").respond_with_data("", 301, {"Location": "/le-hoi-dua/"})
        handler = (lambda _request: answer) if isinstance(answer, Response) else answer
        httpserver.expect_request("/Lists/TinTuc/DispForm.aspx").respond_with_handler(handler)
        httpserver.expect_request("/cu/bai-1.aspx").respond_with_handler(handler)
        base = httpserver.url_for("/").rstrip("/")
        checked: Counter[str] = Counter()
        asked = OldAddresses(Web(base, rate=0), "https://moi.example.vn", ADDRESSING, checked)
        found = Counter(
            one.reason
            for one in asked.differences(row, "https://moi.example.vn/le-hoi-dua/")
            if "as seen" in one.expected
        )
        assert checked["old address: as seen"] == 2
        return found

    return run


def moved(to: str, status: int = 301) -> Response:
    return Response("", status, {"Location": to})


def test_an_address_that_leads_to_the_article_and_shows_its_text_is_right(judge: Any) -> None:
    assert judge(moved("/le-hoi-dua/")) == {}


def test_redirects_of_the_new_site_itself_are_followed(judge: Any) -> None:
    assert judge(moved("/cu-hon/")) == {}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response("", 404), "redirect_missing"),
        (Response("cổng cũ", 200), "redirect_missing"),
        (moved("/le-hoi-dua/", 302), "redirect_temporary"),
        (moved("/khac/"), "redirect_elsewhere"),
        (moved("https://la.invalid/le-hoi-dua/"), "redirect_elsewhere"),
    ],
)
def test_what_is_wrong_with_a_redirect_is_named(judge: Any, answer: Response, reason: str) -> None:
    assert judge(answer) == {reason: 2}


def test_a_page_that_fails_or_shows_another_text_is_found(judge: Any) -> None:
    assert judge(moved("/le-hoi-dua/"), Response("", 404)) == {"landing_broken": 2}


def test_a_page_with_another_text_is_found(judge: Any) -> None:
    assert judge(moved("/le-hoi-dua/"), Response(PAGE.format(title="Lễ hội Dừa", text="Bảo trì"))) == {
        "landing_differs": 2
    }


def test_the_mark_of_another_article_in_the_page_is_found(judge: Any) -> None:
    mark = "<!-- portal-crawler uid=00000000-0000-0000-0000-000000000000 -->"
    text = f"Đoạn mở đầu số 1. Đoạn sau. {mark}"
    assert judge(moved("/le-hoi-dua/"), Response(PAGE.format(title="Lễ hội Dừa", text=text))) == {"landing_differs": 2}


def test_only_some_spellings_may_fail_and_each_is_told(judge: Any, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        return moved("/le-hoi-dua/") if "mobile" not in request.query_string.decode() else Response("", 404)

    assert judge(answer) == {}
    assert any("mobile=1" in request.query_string.decode() for request, _ in httpserver.log)

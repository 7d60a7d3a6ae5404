"""The door to a REST API: what passes is tried again, what does not is told with its next step, nothing is made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from pipelines.errors import ConfigurationError
from pipelines.load.client import TargetRefusedError, WordPressClient
from pipelines.load.site import Site
from pipelines.load.web import TargetDownError
from pipelines.retry import Patience

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from werkzeug import Request

QUICK = Patience(attempts=3, first=0.001, longest=0.002)
UID = "7b736a32-89b6-57bd-90d9-07c0f465dcf4"


def client(server: HTTPServer) -> WordPressClient:
    return WordPressClient(server.url_for("/").rstrip("/"), "quan-tri", "mat-khau", rate=0, patience=QUICK)


def test_an_answer_that_passes_is_tried_again(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/wp-json/x").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/wp-json/x").respond_with_json({"id": 1})
    assert client(httpserver).get("/x") == {"id": 1}


def test_a_target_that_stays_down_is_told_after_all_tries(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/wp-json/x").respond_with_data("", status=503)
    with pytest.raises(TargetDownError, match="run the same command again"):
        client(httpserver).get("/x")
    assert len(httpserver.log) == QUICK.attempts


@pytest.mark.parametrize(("status", "words"), [(401, "PORTAL_CRAWLER_PASSWORD"), (403, "administrator")])
def test_a_wrong_user_is_told_at_once(httpserver: HTTPServer, status: int, words: str) -> None:
    httpserver.expect_request("/wp-json/x").respond_with_json({"code": "no", "message": "Không"}, status=status)
    with pytest.raises(ConfigurationError, match=words):
        client(httpserver).get("/x")
    assert len(httpserver.log) == 1


def test_a_refusal_keeps_the_targets_own_code(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/wp-json/x").respond_with_json({"code": "bad", "message": "Sai"}, status=400)
    with pytest.raises(TargetRefusedError, match="400 bad: Sai"):
        client(httpserver).get("/x")


def test_what_is_no_wordpress_is_told_as_such(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/wp-json/x").respond_with_data("<html>", content_type="text/html")
    with pytest.raises(ConfigurationError, match="pretty permalinks"):
        client(httpserver).get("/x")


@pytest.mark.parametrize("url", ["ftp://a", "www.example.vn", "http://www.example.vn"])
def test_no_password_goes_to_an_address_that_does_not_protect_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        WordPressClient(url, "a", "b")


def test_all_pages_are_read_in_the_order_of_ids(httpserver: HTTPServer) -> None:
    def page(request: Request) -> Response:
        assert (request.args["orderby"], request.args["order"]) == ("id", "asc")
        return Response(f'[{{"id": {request.args["page"]}}}]', headers={"X-WP-TotalPages": "3"})

    httpserver.expect_request("/wp-json/x").respond_with_handler(page)
    assert [row["id"] for row in client(httpserver).pages("/x")] == [1, 2, 3]


def test_a_post_whose_answer_was_lost_is_found_not_made_again(httpserver: HTTPServer) -> None:
    made: list[int] = []

    def posts(request: Request) -> Response:
        if request.method == "POST":
            made.append(1)
            return Response(status=502)
        content = f'{{"raw": "<p>x<!-- portal-crawler uid={UID} --></p>"}}'
        return Response(f'[{{"id": 9, "content": {content}}}]' if made else "[]")

    httpserver.expect_request("/wp-json/wp/v2/posts").respond_with_handler(posts)
    assert Site(client(httpserver)).create_post(UID, {"title": "x"}, look=False)["id"] == 9
    assert len(made) == 1


def test_another_articles_post_that_mentions_the_uid_is_not_taken_for_it(httpserver: HTTPServer) -> None:
    rows = [{"id": 8, "content": {"raw": f"<p>nói về {UID}</p>"}}]
    httpserver.expect_request("/wp-json/wp/v2/posts").respond_with_json(rows)
    assert Site(client(httpserver)).find_post(UID) is None


def test_a_time_zone_that_would_show_wrong_dates_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/wp-json/").respond_with_json({"gmt_offset": 0, "timezone_string": "UTC"})
    with pytest.raises(ConfigurationError, match="Ho Chi Minh City"):
        Site(client(httpserver)).check()

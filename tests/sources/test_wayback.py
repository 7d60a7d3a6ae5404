from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError, SourceError
from pipelines.items import Failure, Page
from portal_crawler.sources.archive_server import ArchiveServer
from portal_crawler.sources.wayback import open_wayback
from tests.sources.conftest import HOST
from tests.sources.pages import html_page
from tests.sources.wayback_server import Capture, Trouble, WaybackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal_crawler.profile import Profile
    from portal_crawler.sources.source import Source

URL = f"http://{HOST}:80/Lists/X/DispForm.aspx?ID="


@pytest.fixture
def server() -> Iterator[WaybackServer]:
    served = WaybackServer()
    yield served
    served.close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def opened(server: WaybackServer, slept: list[float], profile: Profile) -> Callable[..., Source]:
    def make(**options: object) -> Source:
        archive = ArchiveServer(server.base, contact="ban-bien-tap@example.vn", delay=0, timeout=5, sleep=slept.append)
        return open_wayback(profile, prefixes=[f"{HOST}:80/", f"{HOST}/"], archive=archive, **options)  # type: ignore[arg-type]

    return make


def pages(items: object) -> list[Page]:
    return [item for item in items if isinstance(item, Page)]  # type: ignore[attr-defined]


def test_the_whole_index_is_walked_by_its_resume_keys(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.captures = [
        Capture(f"2018{month:02}26040000", f"{URL}{number}", html_page(number * 20 + month))
        for number in range(4)
        for month in (3, 9)
    ]
    source = opened()
    found = pages(source)
    assert [(page.url, page.captured_at) for page in found] == [
        (f"{URL}{number}", f"2018-{month}-26T04:00:00+00:00") for number in range(4) for month in ("03", "09")
    ]
    assert found[1].body == html_page(9)
    assert {page.origin for page in found} == {"wayback"}
    assert found[0].source == f"web/20180326040000id_/{URL}0"
    assert sum("resumeKey" in path for path in server.asked) == 2
    assert [agent for agent in server.agents if "ban-bien-tap@example.vn" in agent] == list(server.agents)
    assert pages(opened()) == found


def test_what_cannot_be_new_or_a_page_is_not_asked_for(server: WaybackServer, opened: Callable[..., Source]) -> None:
    same = html_page(1)
    server.captures = [
        Capture("20180101000000", URL + "1", same, digest="A"),
        Capture("20190101000000", URL + "1", html_page(2), digest="B"),
        Capture("20200101000000", URL + "1", same, digest="A", revisit=True),
        Capture("20180101000000", f"http://{HOST}/anh.jpg", b"\xff\xd8", mimetype="image/jpeg"),
        Capture("20180101000000", f"http://{HOST}/tai-lieu", b"%PDF", mimetype="application/pdf"),
        Capture("20180101000000", f"http://{HOST}/mat.aspx", b"<html>", status=404),
    ]
    source = opened()
    assert [page.body for page in pages(source)] == [same, html_page(2)]
    assert source.skipped == {"unchanged": 1, "image": 1, "other": 1, "http_404": 1}
    assert len(server.captures_asked()) == 2


def test_a_revisit_whose_original_lies_before_the_days_asked_for_is_fetched(
    server: WaybackServer, opened: Callable[..., Source]
) -> None:
    server.captures = [
        Capture("20180101000000", URL + "1", html_page(1), digest="A"),
        Capture("20200101000000", URL + "1", html_page(1), digest="A", revisit=True),
        Capture("20210102000000", URL + "1", html_page(3), digest="C"),
    ]
    found = pages(opened(since="2019-01-01", until="2021-01-01"))
    assert [(page.captured_at[:4], page.body) for page in found] == [("2020", html_page(1))]


def test_archived_redirects_are_pages_with_their_own_location(
    server: WaybackServer, opened: Callable[..., Source]
) -> None:
    target = f"https://{HOST}/Trang/moi.aspx?ItemID=5"
    server.captures = [
        Capture("20180101000000", f"http://{HOST}/cu.aspx", b"", status=301, headers={"location": target})
    ]
    (page,) = pages(opened())
    assert (page.url, page.status, page.header("Location")) == (f"http://{HOST}/cu.aspx", 301, target)


def test_the_archive_sends_on_to_the_capture_it_holds(server: WaybackServer, opened: Callable[..., Source]) -> None:
    held = Capture("20180101000007", f"https://{HOST}/tin.aspx", html_page(1))
    server.captures = [Capture("20180101000000", f"http://{HOST}/tin.aspx", b"", digest="X"), held]
    server.sends_on[f"20180101000000id_/http://{HOST}/tin.aspx"] = (
        f"{server.base}/web/20180101000007/https://{HOST}/tin.aspx"
    )
    found = pages(opened())
    assert [(page.url, page.requested_url, page.captured_at) for page in found] == [
        (f"https://{HOST}/tin.aspx", f"http://{HOST}/tin.aspx", "2018-01-01T00:00:07+00:00"),
        (f"https://{HOST}/tin.aspx", f"https://{HOST}/tin.aspx", "2018-01-01T00:00:07+00:00"),
    ]
    assert found[0].body == html_page(1)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/web/20180101000000/http://a.vn/", "/login", "//khac.example/web/20180101000000/x"]
)
def test_the_archive_cannot_send_elsewhere(server: WaybackServer, opened: Callable[..., Source], target: str) -> None:
    server.captures = [Capture("20180101000000", f"http://{HOST}/tin.aspx", b"")]
    server.sends_on[f"20180101000000id_/http://{HOST}/tin.aspx"] = target
    (failure,) = opened()
    assert isinstance(failure, Failure)
    assert failure.reason == "not_in_archive"


def test_a_loop_in_the_archive_ends(server: WaybackServer, opened: Callable[..., Source]) -> None:
    reference = f"20180101000000id_/http://{HOST}/tin.aspx"
    server.captures = [Capture("20180101000000", f"http://{HOST}/tin.aspx", b"")]
    server.sends_on[reference] = f"/web/{reference}"
    assert [item.reason for item in opened() if isinstance(item, Failure)] == ["redirect_loop"]
    assert len(server.captures_asked()) == 5


def test_rate_limits_are_waited_out_as_long_as_they_say(
    server: WaybackServer, opened: Callable[..., Source], slept: list[float]
) -> None:
    server.captures = [Capture("20180101000000", URL + "1", html_page(1))]
    server.troubles = [
        Trouble("/cdx/", 1, 429, {"Retry-After": "17"}),
        Trouble("/web/", 1, 503, {"Retry-After": "23"}),
        Trouble("/web/", 2, 502),
    ]
    assert [page.body for page in pages(opened())] == [html_page(1)]
    assert 17 <= slept[0] < 20
    assert 23 <= slept[1] < 26
    assert len(slept) == 4


def test_an_answer_cut_short_is_asked_again(
    server: WaybackServer, opened: Callable[..., Source], slept: list[float]
) -> None:
    server.captures = [Capture("20180101000000", URL + "1", html_page(1))]
    memento = {"Memento-Datetime": "Mon, 01 Jan 2018 00:00:00 GMT", "Content-Type": "text/html"}
    server.troubles = [Trouble("/web/", 1, 200, memento, html_page(1)[:5000], claim_longer=5000)]
    assert [page.body for page in pages(opened())] == [html_page(1)]
    assert len(slept) == 1


def test_an_archived_error_is_no_trouble_of_the_archive(
    server: WaybackServer, opened: Callable[..., Source], slept: list[float]
) -> None:
    server.captures = [Capture("20180101000000", URL + "1", html_page(1), status=200)]
    memento = {"Memento-Datetime": "Mon, 01 Jan 2018 00:00:00 GMT", "Content-Type": "text/html"}
    server.troubles = [Trouble("/web/", 1, 503, memento, b"<html>bao tri</html>")]
    assert [(page.status, page.body) for page in pages(opened())] == [(503, b"<html>bao tri</html>")]
    assert slept == []


def test_captures_that_cannot_be_had_are_failures_and_the_rest_goes_on(
    server: WaybackServer, opened: Callable[..., Source]
) -> None:
    server.captures = [Capture("20180101000000", f"{URL}{number}", html_page(number)) for number in range(5)]
    server.troubles = [
        Trouble("ID=1", 99, 500),
        Trouble("ID=2", 99, 404),
        Trouble("ID=3", 99, 403, {"X-Archive-Wayback-Runtime-Error": "RobotAccessControlException"}),
    ]
    items = list(opened())
    assert [page.url[-1] for page in pages(items)] == ["0", "4"]
    assert [(item.url[-1], item.reason) for item in items if isinstance(item, Failure)] == [
        ("1", "http_500"),
        ("2", "not_in_archive"),
        ("3", "blocked_by_archive"),
    ]


def test_an_archive_that_stops_answering_is_left_alone(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.captures = [Capture("20180101000000", f"{URL}{number}", html_page(number)) for number in range(9)]
    server.troubles = [Trouble("ID=", 9999, 503)]
    items: list[object] = []
    with pytest.raises(SourceError, match="run the same command again"):
        items.extend(opened())
    assert not any("ID=7" in path for path in server.captures_asked())


def test_a_later_run_asks_only_for_what_it_has_not(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.captures = [Capture("20180101000000", f"{URL}{number}", html_page(number)) for number in range(5)]
    kept = {(page.url, page.source) for page in pages(opened())[:3]}
    server.asked.clear()
    source = opened(seen=lambda url, source: (url, source) in kept)
    assert [page.url[-1] for page in pages(source)] == ["3", "4"]
    assert source.skipped["read before"] == 3
    assert len(server.captures_asked()) == 2


def test_encoded_captures_are_decoded_within_the_limit(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.captures = [
        Capture(
            "20180101000000",
            URL + "1",
            gzip.compress(html_page(1)),
            headers={"content-encoding": "gzip", "server": "IIS"},
        ),
        Capture(
            "20180101000000",
            URL + "2",
            gzip.compress(b"<html>" + bytes(40 * 1024 * 1024)),
            headers={"content-encoding": "gzip"},
        ),
        Capture("20180101000000", URL + "3", gzip.compress(html_page(3))[:-30], headers={"content-encoding": "gzip"}),
    ]
    items = list(opened())
    assert [(page.body, page.header("server")) for page in pages(items)] == [(html_page(1), "IIS")]
    assert [(item.url[-1], item.reason) for item in items if isinstance(item, Failure)] == [
        ("2", "too_large"),
        ("3", "cut_short"),
    ]


@pytest.mark.parametrize("answer", [b"<html>Internet Archive is down</html>", b'{"error": 1}', b"[" * 100000])
def test_an_index_that_makes_no_sense_ends_with_what_to_do(
    server: WaybackServer, opened: Callable[..., Source], answer: bytes
) -> None:
    server.troubles = [Trouble("/cdx/", 99, 200, {}, answer)]
    with pytest.raises(SourceError, match=r"check --server"):
        list(opened())


def test_an_index_that_goes_round_in_circles_ends(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.troubles = [Trouble("/cdx/", 99, 200, {}, b'[["urlkey"],[],["mai mai"]]')]
    with pytest.raises(SourceError, match="repeats"):
        list(opened())


def test_rows_that_make_no_sense_are_left_out(server: WaybackServer, opened: Callable[..., Source]) -> None:
    server.captures = [Capture("20180101000000", URL + "1", html_page(1))]
    odd = b'[["urlkey","timestamp","original","mimetype","statuscode","digest"],["a",null],7,["a","2018","http://a/","text/html","200","A"],["a","20180101000000","file:///etc/passwd","text/html","200","A"],["a","20180101000000","http://a.vn/\\ud800","text/html","200","B"]]'
    server.troubles = [Trouble("/cdx/", 1, 200, {}, odd)]
    assert pages(opened()) == []
    assert not any("passwd" in path for path in server.captures_asked())


def test_nothing_there_is_nothing_and_a_closed_port_is_an_error(
    server: WaybackServer, opened: Callable[..., Source], profile: Profile
) -> None:
    assert list(opened()) == []
    closed = ArchiveServer("http://127.0.0.1:9", delay=0, timeout=1, sleep=lambda _: None)
    with pytest.raises(SourceError, match="connection_refused"):
        list(open_wayback(profile, archive=closed))


@pytest.mark.parametrize(("name", "value"), [("server", "web.archive.org"), ("since", "2018"), ("until", "26/10/2018")])
def test_a_wrong_option_is_told_before_anything_is_asked(profile: Profile, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"--{name}"):
        open_wayback(profile, **{name: value})  # type: ignore[arg-type]


def test_requests_keep_their_distance(server: WaybackServer, profile: Profile, slept: list[float]) -> None:
    server.captures = [
        Capture("20180101000000", f"http://{HOST}/{number}.aspx", html_page(number)) for number in range(2)
    ]
    archive = ArchiveServer(server.base, delay=30, timeout=5, sleep=slept.append)
    assert len(pages(open_wayback(profile, prefixes=[f"{HOST}/"], archive=archive))) == 2
    assert len(slept) == 2
    assert min(slept) > 25

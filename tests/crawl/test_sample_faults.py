"""The sample portal's faults: each befalls whom it should, passes when it should, and leaves the others alone."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import zlib

import pytest
from backports.zstd import ZstdDecompressor

from pipelines.errors import ConfigurationError
from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.faults import REGISTRY, parse_fault
from portal_crawler.sample_portal.faults.lasting import GIBIBYTE, gzip_zeros, zstd_zeros
from portal_crawler.sample_portal.sections import SECTIONS, encoded
from tests.crawl.portal_reader import ask, hidden_form, item_paths, links, plain_article, walk

NEWS = "/Pages/tin-tuc-su-kien.aspx"


@pytest.mark.parametrize(
    ("word", "share", "times", "scope"),
    [
        ("http_500", 1.0, 1, "page"),
        ("http_500:0.25", 0.25, 1, "page"),
        ("http_500:3", 1.0, 3, "page"),
        ("http_500@listing:2", 1.0, 2, "listing"),
        ("http_500:0.1x4", 0.1, 4, "page"),
        ("always_500", 1.0, 1, "article"),
    ],
)
def test_a_fault_is_read_from_a_word(word: str, share: float, times: int, scope: str) -> None:
    wish = parse_fault(word)
    assert (wish.share, wish.times, wish.scope) == (share, times, scope)


@pytest.mark.parametrize(
    "word", ["http_50", "http_500:-1", "http_500:1.5", "http_500:x", "http_500@nowhere", "http_500:0.1x0"]
)
def test_a_wrong_fault_is_refused_with_its_name(word: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"--fault {word}")):
        parse_fault(word)


@pytest.mark.parametrize(
    "name", [name for name, fault in REGISTRY.items() if fault.row.startswith("B") and name != "mixed"]
)
def test_a_passing_fault_is_bad_first_and_well_afterwards(name: str) -> None:
    with SamplePortal(articles=12, faults=[name]) as portal:
        target = str(plain_article(portal)["url"]).removeprefix(portal.portal.base)
        assert not _sound(portal, target)
        assert _sound(portal, target)


@pytest.mark.parametrize("name", ["http_500", "cut", "cut_gzip", "sp_error"])
def test_a_passing_fault_can_befall_listings_only(name: str) -> None:
    with SamplePortal(articles=12, faults=[f"{name}@listing:2"]) as portal:
        assert [_sound(portal, NEWS) for _ in range(3)] == [False, False, True]
        assert _sound(portal, str(plain_article(portal)["url"]).removeprefix(portal.portal.base))


def test_a_share_of_the_articles_is_always_the_same_share() -> None:
    with SamplePortal(articles=120, faults=["not_found:0.2"]) as portal:
        articles = portal.truth()["articles"]
        victims = [one["url"] for one in articles if one["faults"]]
        assert 8 < len(victims) < 45
        for one in articles[:40]:
            assert (
                (ask(portal, one["url"]).status == 404) == (one["url"] in victims) == (one["faults"] == ["not_found"])
            )
            assert {ask(portal, url).status for url in one["urls"] if "/chuyen-de/" not in url} == {
                404 if one["faults"] else 200
            }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("always_500", 500),
        ("always_403", 403),
        ("not_found", 404),
        ("gone", 410),
        ("always_error", 200),
        ("soft_404", 200),
        ("always_cut", 200),
    ],
)
def test_a_lasting_fault_never_passes(name: str, status: int) -> None:
    with SamplePortal(articles=12, faults=[name]) as portal:
        article = plain_article(portal)
        for _ in range(3):
            answer = ask(portal, str(article["url"]))
            assert answer.status == status
            assert b"</form></body></html>" not in answer.body or str(article["body_text"]) not in answer.text
        assert item_paths(portal, ask(portal, NEWS).text)


def test_sign_in_ends_in_a_login_form_with_status_200() -> None:
    with SamplePortal(articles=12, faults=["login"]) as portal:
        target = str(plain_article(portal)["url"])
        for _ in range(2):
            answer = ask(portal, target)
            assert answer.status == 302
            target = answer.headers["location"]
        assert 'type="password"' in ask(portal, target).text


def test_a_redirect_loop_comes_back() -> None:
    with SamplePortal(articles=12, faults=["redirect_loop"]) as portal:
        target = str(plain_article(portal)["url"])
        places = []
        for _ in range(6):
            target = ask(portal, target).headers["location"]
            places.append(target)
        assert len(set(places)) == 2


def test_redirects_to_the_other_host_hide_its_name() -> None:
    with SamplePortal(articles=60, faults=["redirect_host"]) as portal:
        port = portal.elsewhere.base.rpartition(":")[2]
        hosts = {ask(portal, one["url"]).headers["location"].split("/")[2] for one in portal.truth()["articles"]}
        names = ("127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]")
        assert hosts == {f"{name}:{port}" for name in names}
        assert portal.elsewhere.requests == []
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as connection:
            connection.sendall(b"GET /x HTTP/1.0\r\nCookie: a=b\r\n\r\n")
            while connection.recv(4096):
                pass
        assert [(one.method, one.path, one.headers["Cookie"]) for one in portal.elsewhere.requests] == [
            ("GET", "/x", "a=b")
        ]


def test_the_bombs_are_a_gibibyte_of_zeros() -> None:
    packed = gzip_zeros()
    assert len(packed) < 1_200_000
    decompressor, total, checksum = zlib.decompressobj(31), 0, 0
    first = decompressor.decompress(packed, 2**20)
    assert first == bytes(2**20)
    assert packed[-4:] == (GIBIBYTE % 2**32).to_bytes(4, "little")
    assert packed[-8:-4] == (0x5B64C2B0).to_bytes(4, "little")
    total, checksum = len(first), zlib.crc32(first)
    assert (total, checksum) == (2**20, zlib.crc32(bytes(2**20)))
    assert len(zstd_zeros()) < 40_000
    assert ZstdDecompressor().decompress(zstd_zeros(), max_length=2**20) == bytes(2**20)


@pytest.mark.slow
def test_the_bombs_end_whole() -> None:
    decompressor, total = zlib.decompressobj(31), 0
    data = gzip_zeros()
    while not decompressor.eof:
        total += len(decompressor.decompress(data, 2**24))
        data = decompressor.unconsumed_tail
    assert total == GIBIBYTE


def test_a_huge_page_is_fifty_megabytes_of_true_page() -> None:
    with SamplePortal(articles=12, faults=["huge_page"]) as portal:
        body = ask(portal, str(plain_article(portal)["url"])).body
        assert len(body) > 50 * 2**20
        assert body.endswith(b"--></body></html>")


def test_the_listing_hole_is_page_three() -> None:
    with SamplePortal(articles=180, faults=["listing_hole"]) as portal:
        assert [ask(portal, f"{NEWS}?Page={number}").status for number in range(1, 5)] == [200, 200, 500, 200]


def test_doubled_addresses_are_all_the_same_articles() -> None:
    with SamplePortal(articles=60, faults=["doubled_urls"]) as portal:
        page = ask(portal, NEWS).text
        plain = [item.path for item in portal.world.listed["tin-tuc"]][:10]
        paths = item_paths(portal, page)
        assert list(dict.fromkeys(path for path in paths if path in plain)) == plain
        assert len(paths) >= 3 * len(plain)
        assert {ask(portal, href).status for href in links(page) if "temid=" in href.lower()} == {200}


@pytest.mark.parametrize("pager", ["get", "paged", "postback", "listdata"])
def test_an_endless_list_never_ends(pager: str) -> None:
    with (
        SamplePortal(articles=40, pager=pager, faults=["endless_next"]) as portal,
        pytest.raises(AssertionError, match="never ends"),
    ):  # type: ignore[arg-type]
        walk(portal, encoded(SECTIONS[1].listing), limit=12)


def test_the_last_page_of_a_loop_leads_to_the_first() -> None:
    with SamplePortal(articles=120, faults=["loop_next"]) as portal:
        last = -(-len(portal.world.listed["tin-tuc"]) // 10)
        assert f'<a href="{NEWS}">Trang sau</a>' in ask(portal, f"{NEWS}?Page={last}").text
        assert f'<a href="{NEWS}">Trang sau</a>' not in ask(portal, f"{NEWS}?Page=1").text


def test_the_calendar_has_no_bounds() -> None:
    with SamplePortal(articles=12, faults=["calendar"]) as portal:
        target = next(href for href in links(ask(portal, "/").text) if href.startswith("/lich/"))
        for _ in range(3):
            following = links(ask(portal, target).text)
            assert len(following) == 2
            target = following[1]


def test_a_post_back_is_refused_once_or_answered_with_page_one() -> None:
    for name, status in (("dead_view_state", 500), ("silent_page_1", 200)):
        with SamplePortal(articles=120, pager="postback", faults=[name]) as portal:
            first = ask(portal, NEWS)
            event = re.findall(r"__doPostBack\(&#39;([^&]+\$lnkNext)&#39;", first.text)[0]
            form = {**hidden_form(first.text), "__EVENTTARGET": event}
            bad, good = ask(portal, NEWS, form=form), ask(portal, NEWS, form=form)
            assert bad.status == status
            assert good.status == 200
            if status == 200:
                assert item_paths(portal, bad.text) == item_paths(portal, first.text)
            assert item_paths(portal, good.text) != item_paths(portal, first.text)


def test_empty_lists_have_no_article() -> None:
    for name in ("empty_listing", "redesign_listing"):
        with SamplePortal(articles=60, faults=[name]) as portal:
            for path in ("/", *(encoded(section.listing) for section in SECTIONS)):
                assert item_paths(portal, ask(portal, path).text) == []


def test_all_but_one_article_can_vanish() -> None:
    with SamplePortal(articles=20, faults=["only_one_left"]) as portal:
        statuses = [ask(portal, one["url"]).status for one in portal.truth()["articles"]]
        assert statuses.count(200) == 1
        assert set(statuses) == {200, 404}


def test_faults_can_be_changed_between_crawls() -> None:
    with SamplePortal(articles=12) as portal:
        portal.set_faults(["always_500"])
        target = str(plain_article(portal)["url"])
        assert ask(portal, target).status == 500
        portal.set_faults([])
        assert ask(portal, target).status == 200


def test_robots_and_sitemap_faults() -> None:
    with SamplePortal(articles=12, faults=["robots_closed"]) as portal:
        assert "Disallow: /\n" in ask(portal, "/robots.txt").text
    with SamplePortal(articles=12, faults=["robots_500", "honeypot"]) as portal:
        assert ask(portal, "/robots.txt").status == 500
        assert any(href.startswith("/_layouts/15/bay.aspx") for href in links(ask(portal, "/").text))
    for name, mark in {
        "sitemap_laughs": "&j;",
        "sitemap_xxe": "file:///etc/passwd",
        "sitemap_loop": "sitemap-1.xml",
        "sitemap_bomb": ".xml.gz",
    }.items():
        with SamplePortal(articles=12, faults=[name]) as portal:
            assert mark in ask(portal, "/sitemap.xml").text


def _sound(portal: SamplePortal, target: str) -> bool:
    """Whether a page comes whole, at once, and is what it should be."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=0.4)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
        if answer.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
    except (OSError, EOFError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return answer.status == 200 and body.endswith(b"</form></body></html>") and b"__VIEWSTATE" in body

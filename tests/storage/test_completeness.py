"""What is on record about completeness: every article has its routes, and everything missing has its reason."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pipelines.items import Failure, Page
from pipelines.storage.completeness import failed_keys, failed_pages, found_articles, not_stored, other_keys
from pipelines.storage.failures import resolve_list_pages
from pipelines.storage.routes import record_addresses, record_routes
from tests.storage.data import PORTAL, article, key, url

if TYPE_CHECKING:
    from pipelines.storage.store import Store

ELSEWHERE = "http://xa.example/chuyen-de/Pages/bai.aspx?ItemID=9"
ELSEWHERE_KEY = "xa.example/chuyen-de/pages/bai.aspx#9"


def see(
    store: Store, run: int, number: int, route: str = "listing", *, address: str = "", as_key: str = "", title: str = ""
) -> None:
    """A list of that kind shows an article."""
    address, as_key = address or url(number), as_key or key(number)
    store.conn.execute(
        "INSERT INTO list_sightings (portal, chain, key, url, route, title, published, image, crawl_id) "
        "VALUES (?, ?, ?, ?, ?, ?, '', '', ?)",
        (PORTAL, f"{route} page", as_key, address, route, title, run),
    )
    store.conn.execute(
        "INSERT INTO address_sightings (portal, url, key, run_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (PORTAL, address, as_key, run),
    )


def fail(store: Store, run: int, address: str, reason: str, *, as_key: str = "", stage: str = "read") -> None:
    failure = Failure(url=address, stage=stage, reason=reason, detail=f"said {reason}")
    store.save_failure(failure, run, PORTAL, key=as_key)


def routes(store: Store) -> dict[str, tuple[str, ...]]:
    return {one.key: one.routes for one in found_articles(store.conn, PORTAL)}


def reasons(store: Store) -> dict[str, str]:
    return {one.key: one.reason for one in not_stored(store.conn, PORTAL)}


class TestRoutes:
    def test_an_article_has_the_routes_of_all_lists_that_show_it(self, store: Store, run: int) -> None:
        for number in (1, 2, 3):
            store.save_article(article(number), run)
        see(store, run, 1, "sitemap")
        see(store, run, 1, "listing")
        see(store, run, 2, "ids")
        assert record_routes(store.conn, PORTAL, run) == 3
        assert routes(store) == {key(1): ("listing", "sitemap"), key(2): ("ids",), key(3): ()}

    def test_a_second_run_adds_nothing(self, store: Store, run: int) -> None:
        store.save_article(article(1), run)
        see(store, run, 1)
        record_routes(store.conn, PORTAL, run)
        assert record_routes(store.conn, PORTAL, store.begin_run(PORTAL, "news", {})) == 0

    def test_a_list_of_an_earlier_crawl_counts_when_the_article_is_had_only_now(self, store: Store, run: int) -> None:
        see(store, run, 1)
        assert record_routes(store.conn, PORTAL, run) == 0
        later = store.begin_run(PORTAL, "news", {})
        store.save_article(article(1), later)
        record_routes(store.conn, PORTAL, later)
        assert routes(store) == {key(1): ("listing",)}

    def test_the_route_of_another_address_is_the_articles_own(self, store: Store, run: int) -> None:
        """A list links it under an address with a key of its own; the page there names the true one."""
        store.save_article(article(1, urls=(url(1), ELSEWHERE)), run)
        see(store, run, 1, "feed", address=ELSEWHERE, as_key=ELSEWHERE_KEY)
        record_routes(store.conn, PORTAL, run)
        assert routes(store) == {key(1): ("feed",)}
        assert list(other_keys(store.conn, PORTAL)) == [ELSEWHERE_KEY]

    def test_an_address_that_moved_to_another_article_counts_for_its_own_key(self, store: Store, run: int) -> None:
        """The old address of 1 is known as one of 2 too; the list means the article with its key."""
        store.save_article(article(2, urls=(url(2), url(1))), run)
        store.save_article(article(1, url="http://xa.example/tin/1", urls=("http://xa.example/tin/1",)), run)
        see(store, run, 1)
        record_routes(store.conn, PORTAL, run)
        assert routes(store) == {key(1): ("listing",), key(2): ()}

    def test_routes_of_another_portal_are_its_own(self, store: Store, run: int) -> None:
        store.save_article(article(1, portal="other"), run)
        see(store, run, 1)
        assert record_routes(store.conn, PORTAL, run) == 0
        assert routes(store) == {}


class TestNotStored:
    def test_what_is_stored_is_not_named_by_whatever_address_it_is_listed(self, store: Store, run: int) -> None:
        store.save_article(article(1, urls=(url(1), ELSEWHERE)), run)
        see(store, run, 1)
        see(store, run, 9, address=ELSEWHERE, as_key=ELSEWHERE_KEY)
        record_addresses(store.conn, PORTAL, run, store.now())
        assert reasons(store) == {}

    def test_the_last_open_failure_is_the_reason(self, store: Store, run: int) -> None:
        see(store, run, 1, title="Lễ trồng cây")
        see(store, run, 1, "feed")
        fail(store, run, url(1), "http_500", as_key=key(1))
        later = store.begin_run(PORTAL, "news", {})
        fail(store, later, url(1), "http_404", as_key=key(1))
        (one,) = not_stored(store.conn, PORTAL)
        assert (one.key, one.url, one.title, one.routes) == (key(1), url(1), "Lễ trồng cây", ("feed", "listing"))
        assert (one.reason, one.detail, one.crawl_id) == ("http_404", "said http_404", run)
        assert one.failed_at is not None

    def test_a_failure_that_has_only_an_address_counts_too(self, store: Store, run: int) -> None:
        see(store, run, 1)
        fail(store, run, url(1), "not_html")
        assert reasons(store) == {key(1): "not_html"}
        assert list(failed_keys(store.conn, PORTAL)) == [(key(1), "not_html", "read")]

    def test_without_a_failure_it_is_queued_or_was_read_or_was_never_asked_for(self, store: Store, run: int) -> None:
        for number in (1, 2, 3, 4):
            see(store, run, number)
        store.conn.executemany(
            "INSERT INTO frontier (crawl_id, portal, fingerprint, url, kind, headers, context, priority, host, state) "
            "VALUES (?, ?, ?, ?, 'article', '[]', '{}', 0, 'xa.example', ?)",
            [(run, PORTAL, "a", url(1), "waiting"), (run, PORTAL, "b", url(4), "done")],
        )
        page = Page(
            url=url(2), body=b"<html></html>", status=200, captured_at="2024-05-01T08:00:00+07:00", origin="live"
        )
        store.save_capture(page, run)
        assert reasons(store) == {key(1): "queued", key(2): "not_kept", key(3): "never_asked", key(4): "never_asked"}

    def test_a_failure_that_was_overcome_explains_nothing(self, store: Store, run: int) -> None:
        see(store, run, 1)
        fail(store, run, url(1), "timeout", as_key=key(1))
        store.resolve_failures(PORTAL, [], run, key=key(1))
        assert reasons(store) == {key(1): "never_asked"}
        assert list(failed_keys(store.conn, PORTAL)) == []

    def test_failed_keys_leave_out_what_is_stored(self, store: Store, run: int) -> None:
        store.save_article(article(1), run)
        fail(store, run, url(1), "timeout", as_key=key(1))
        fail(store, run, url(2), "http_404", as_key=key(2), stage="probe")
        assert list(failed_keys(store.conn, PORTAL)) == [(key(2), "http_404", "probe")]


class TestFailedPages:
    @pytest.fixture
    def listing(self, store: Store, run: int) -> str:
        address = "http://xa.example/tin?page=3"
        fail(store, run, address, "http_500")
        fail(store, run, url(1), "http_404", as_key=key(1))
        fail(store, run, "http://xa.example/a.css", "not_html", stage="classify")
        return address

    def test_pages_of_lists_are_told_from_articles_and_from_what_archives_hold(
        self, store: Store, run: int, listing: str
    ) -> None:
        (page,) = failed_pages(store.conn, PORTAL)
        assert (page.url, page.reason, page.run_id) == (listing, "http_500", run)

    @pytest.mark.usefixtures("listing")
    def test_they_are_overcome_when_all_lists_were_walked(self, store: Store) -> None:
        later = store.begin_run(PORTAL, "news", {})
        assert resolve_list_pages(store.conn, PORTAL, later) == 1
        assert list(failed_pages(store.conn, PORTAL)) == []
        assert [reason for _, reason, _ in failed_keys(store.conn, PORTAL)] == ["http_404"]


def test_thousands_of_rows_are_joined_by_their_indexes(store: Store, run: int) -> None:
    """SQLite knows nothing of how many rows a portal has: in a bad order of tables this takes minutes."""
    count = 6000
    for number in range(1, 4):
        store.save_article(article(number), run)
    store.conn.begin()
    store.conn.executemany(
        "INSERT INTO address_sightings VALUES (?, ?, ?, ?)", [(PORTAL, url(n), key(n), run) for n in range(count)]
    )
    store.conn.executemany(
        "INSERT INTO list_sightings VALUES (?, ?, ?, ?, 'listing', '', '', '', ?)",
        [(PORTAL, chain, key(n), url(n), run) for n in range(count) for chain in ("a", "b")],
    )
    store.conn.executemany(
        "INSERT INTO captures (portal, url, requested_url, method, status, headers, redirects, codec, size, sha256, "
        "captured_at, origin, source, run_id, body) VALUES (?, ?, '', 'GET', 200, '[]', '[]', '', 0, '', '', 'live', '', ?, x'')",
        [(PORTAL, url(n), run) for n in range(0, count, 2)],
    )
    store.conn.executemany(
        "INSERT INTO failures (portal, url, key, stage, reason, detail, at, run_id) VALUES (?, ?, ?, 'read', 'x', '', '', ?)",
        [(PORTAL, url(n), key(n), run) for n in range(0, count, 3)],
    )
    began = time.process_time()
    assert record_routes(store.conn, PORTAL, run) == 3
    assert len(list(not_stored(store.conn, PORTAL))) == count - 3
    assert len(list(failed_keys(store.conn, PORTAL))) == count // 3 - 1
    assert time.process_time() - began < 3

"""What articles link to on their own portal is known by uid, whenever the target comes and whatever becomes of it."""

from __future__ import annotations

import hashlib

import pytest

from pipelines.items import Article, Attachment, Page
from pipelines.storage.links import Addresses, links_of
from pipelines.storage.provenance import explained
from pipelines.storage.store import Store
from portal_crawler.platforms.sharepoint.addresses import host_of, source_key
from tests.storage.data import BODY, PORTAL, article, key, url

ADDRESSES = Addresses(key=source_key, is_internal=lambda address: host_of(address) == "xa.example")


def linking(*addresses: str, number: int = 1) -> Article:
    body = "".join(f'<p>Xem <a href="{one}">bài <strong>trước</strong></a>.</p>' for one in addresses)
    return article(number, body_text="Chỉ có các liên kết.", body_html=body)


def states(store: Store) -> list[tuple[str, str | None]]:
    store.finish_links(PORTAL, ADDRESSES)
    rows = store.conn.execute("SELECT state, target_uid FROM v_article_links ORDER BY article_id, position")
    return rows.fetchall()


def test_a_target_that_comes_later_is_found(store, run):
    store.save_article(linking(url(2)), run)
    assert states(store) == [("missing", None)]
    target = article(2)
    store.save_article(target, run)
    assert states(store) == [("found", target.uid)]


@pytest.mark.parametrize(
    "written",
    [
        url(2).replace("http:", "https:"),
        url(2).upper().replace("HTTP://XA.EXAMPLE", "http://xa.example"),
        f"{url(2)}&InitialTabId=Ribbon%2ERead&Source=http%3A%2F%2Fxa.example",
        f"{url(2)}#noi-dung",
    ],
)
def test_other_spellings_lead_to_the_same_article(store, run, written):
    store.save_article(article(2), run)
    store.save_article(linking(written), run)
    assert states(store) == [("found", article(2).uid)]


def test_an_address_that_has_another_key_is_known_by_the_addresses_of_its_article(store, run):
    store.save_article(article(2, urls=(url(2), "http://xa.example/tin/hai.aspx?trang=1")), run)
    store.save_article(linking("http://xa.example/TIN/hai.aspx?trang=1&utm_source=a"), run)
    assert states(store) == [("found", article(2).uid)]


def test_a_key_that_two_articles_share_names_neither(store, run):
    for number in (2, 3):
        store.save_article(article(number, urls=(url(number), f"http://xa.example/tin/hai.aspx?utm_id={number}")), run)
    store.save_article(linking("http://xa.example/tin/hai.aspx"), run)
    assert states(store) == [("missing", None)]


def test_the_link_tells_what_became_of_its_target(store, run):
    store.save_article(article(2, title="Tin", body_text=BODY), run)
    store.save_article(article(3, title="Tin", body_text=BODY, published_at="2021-01-01"), run)
    store.save_article(article(4), run, state="quarantined")
    store.save_article(linking(url(2), url(3), url(4), number=1), run)
    store.finish_duplicates(PORTAL)
    assert [state for state, _ in states(store)] == ["found", "duplicate", "quarantined"]
    store.conn.execute("UPDATE articles SET state = 'gone' WHERE key = ?", (key(2),))
    assert states(store)[0] == ("gone", article(2).uid)
    heads = store.conn.execute("SELECT head_uid FROM v_article_links WHERE state = 'duplicate'").fetchall()
    assert heads == [(article(2).uid,)]


def test_files_and_pages_are_no_lost_links(store, run):
    kept, lost = "http://xa.example/a.pdf", "http://xa.example/b.pdf"
    store.save_article(article(2, attachments=(Attachment(url=kept), Attachment(url=lost))), run)
    sha256 = hashlib.sha256(b"%PDF").hexdigest()
    store.conn.execute(
        "INSERT INTO media (sha256, path, content_type, size, stored_at, run_id) VALUES (?, 'a.pdf', 'application/pdf', 4, '2024', ?)",
        (sha256, run),
    )
    store.conn.execute("UPDATE article_media SET media_id = 1 WHERE url = ?", (kept,))
    page = Page(url="http://xa.example/Pages/default.aspx", body=b"<p>Trang", captured_at="2024-05-01T08:00:00+07:00")
    store.save_capture(page, run)
    store.save_article(
        linking(kept, kept.replace("a.pdf", "A.pdf"), lost, page.url.lower(), "http://khac.example/x"), run
    )
    assert [state for state, _ in states(store)] == ["media", "media", "missing", "page"]


def test_links_are_read_once_a_version_and_again_when_it_changes(store, run):
    store.save_article(linking(url(2)), run)
    states(store)
    store.conn.execute("UPDATE article_links SET text = 'as read'")
    states(store)
    assert store.conn.execute("SELECT text FROM article_links").fetchall() == [("as read",)]
    store.save_article(linking(url(3)), run)
    assert len(states(store)) == 1
    assert store.conn.execute("SELECT url FROM v_article_links").fetchall() == [(url(3),)]


def test_the_address_that_stands_for_a_text_is_a_link(store, run):
    store.save_article(article(2), run)
    store.save_article(article(1, alternate_url=url(2)), run)
    assert states(store) == [("found", article(2).uid)]


def test_explain_shows_the_links(store, run):
    store.save_article(article(2), run)
    store.save_article(linking(url(2)), run)
    states(store)
    shown = explained(store.conn, article(1).uid)
    assert shown is not None
    [link] = shown.links
    assert (link.text, link.state, link.target_title) == ("bài trước", "found", article(2).title)


def test_only_web_addresses_are_links() -> None:
    html = '<p><a href="mailto:a@b.vn">thư</a> <a href="#muc">mục</a> <a href="http://a.vn/x?a=1&amp;b=2#c">x</a></p>'
    assert links_of(html) == [("http://a.vn/x?a=1&b=2", "x")]

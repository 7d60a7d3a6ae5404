"""The pages: what they say is in the database, what strangers wrote stays harmless, and nothing can be changed."""

from __future__ import annotations

import html
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.storage.store import Store
from portal_crawler.explore.app import build
from tests.explore.conftest import Site
from tests.storage.data import PORTAL, rich_article


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.text[-500:]
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


def test_the_front_page_counts_what_the_database_holds(site: Site):
    page = text_of(site.get("/"))
    assert f"{site.one('SELECT count(*) FROM articles')} bài" in page
    assert site.one("SELECT title FROM articles ORDER BY published_at DESC LIMIT 1") in page
    assert site.get("/").text.count("<svg") == 3


def test_the_time_of_the_last_run_is_that_of_vietnam_as_the_times_of_articles_are(site: Site):
    started = site.one("SELECT strftime('%d/%m/%Y, %H:%M', started_at, '+7 hours') FROM runs ORDER BY id DESC LIMIT 1")
    assert started in text_of(site.get("/"))


def test_words_without_tone_marks_find_and_mark_those_with(site: Site):
    page = site.get("/articles?q=han+man").text
    assert re.search(r"<mark>[Hh]ạn mặn</mark>|<mark>[Hh]ạn</mark>", page)
    expected = site.one("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'han man'")
    assert f"<b>{expected}</b>" in page
    assert 0 < expected < site.one("SELECT count(*) FROM articles")


def test_whatever_is_typed_is_searched_for_and_never_a_command(site: Site):
    for words in ('"', "a AND", "*", "NEAR(", "'; DROP TABLE articles --", "<script>alert(1)</script>", "title:"):
        answer = site.get("/articles", params={"q": words})
        assert answer.status_code == 200
        assert "<script" not in answer.text


def test_a_facet_narrows_the_list_and_keeps_the_others(site: Site):
    section, count = sqlite3.connect(site.db).execute(
        "SELECT category, count(*) FROM v_browse WHERE year = '2018' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()  # fmt: skip
    page = site.get("/articles", params={"year": "2018", "category": section}).text
    assert f"<b>{count}</b>" in page
    assert page.count("<li><h2>") == count
    other = site.one("SELECT year FROM v_browse WHERE category = ? AND year <> '2018' LIMIT 1", section)
    assert f">{other}</a>" in page, "another year can be taken instead"


def test_every_page_of_the_list_together_holds_every_article_once(site: Site):
    found = [
        uid
        for page in (1, 2)
        for uid in re.findall(r'<h2><a href="/article/([0-9a-f-]+)"', site.get(f"/articles?page={page}").text)
    ]
    assert len(found) == len(set(found)) == site.one("SELECT count(*) FROM articles")


def test_an_article_shows_its_text_its_stored_pictures_and_where_it_came_from(site: Site):
    uid = site.one(
        "SELECT uid FROM v_browse WHERE pictures > 0 AND words > 50 ORDER BY pictures DESC, files DESC LIMIT 1"
    )
    answer = site.get(f"/article/{uid}")
    page = text_of(answer)
    first_line = site.one(
        "SELECT substr(body_text, 1, instr(body_text, char(10)) - 1) FROM v_articles WHERE uid = ?", uid
    )
    assert first_line in page
    for sha256 in re.findall(r'<img[^>]*src="/media/([0-9a-f]{64})"', answer.text):
        assert site.get(f"/media/{sha256}").headers["content-type"].startswith("image/")
    assert len(re.findall(r'<img[^>]*src="/media/', answer.text)) == site.one(
        "SELECT pictures FROM v_browse WHERE uid = ?", uid
    )
    assert 'src="http' not in answer.text
    assert site.one("SELECT url FROM v_articles WHERE uid = ?", uid) in page
    assert "listing" in page


def test_what_other_tables_say_of_an_article_stands_on_its_page(site: Site):
    with closing(sqlite3.connect(site.db)) as conn:
        uid, written, means = conn.execute(
            "SELECT p.uid, p.written, d.vietnamese FROM v_article_places p "
            "JOIN data_dictionary d ON d.table_name = 'v_article_places' AND d.column_name = '' LIMIT 1"
        ).fetchone()
    page = text_of(site.get(f"/article/{uid}"))
    assert written in page
    assert means in page


def test_every_article_can_be_opened(site: Site):
    with closing(sqlite3.connect(site.db)) as conn:
        uids = [uid for (uid,) in conn.execute("SELECT uid FROM articles")]
    broken = [uid for uid in uids if site.get(f"/article/{uid}").status_code != 200]
    assert uids
    assert broken == []


def test_an_edited_article_shows_what_went_and_what_came(site: Site):
    uid = site.one("SELECT uid FROM v_browse WHERE revisions > 1 LIMIT 1")
    assert re.search(r"<ins>[^<]*\S[^<]*</ins>", site.get(f"/article/{uid}").text)


def test_a_repeated_article_leads_to_the_first_and_back(site: Site):
    copy, first = sqlite3.connect(site.db).execute(
        "SELECT uid, duplicate_of_uid FROM v_articles WHERE duplicate_of IS NOT NULL LIMIT 1"
    ).fetchone()  # fmt: skip
    assert f"/article/{first}" in site.get(f"/article/{copy}").text
    assert f"/article/{copy}" in site.get(f"/article/{first}").text


def test_a_link_to_another_article_leads_to_its_page_here(site: Site):
    for uid, target in sqlite3.connect(site.db).execute(
        "SELECT uid, target_uid FROM v_article_links WHERE target_uid IS NOT NULL AND field = 'body_html' LIMIT 5"
    ):
        assert f'<a href="/article/{target}"' in site.get(f"/article/{uid}").text
    assert site.one("SELECT count(*) FROM v_article_links WHERE target_uid IS NOT NULL") > 0


def test_the_page_of_an_article_tells_its_coverage_documents_and_places(site: Site):
    for view in ("v_coverage", "v_article_places", "v_citations"):
        uid = site.one(f"SELECT max(uid) FROM {view}")
        assert uid or view == "v_citations", "a small portal may cite nothing"
        assert not uid or f'aria-label="{view}"' in site.get(f"/article/{uid}").text


def test_a_captured_page_is_shown_without_anything_that_runs_or_loads(site: Site):
    number, title = sqlite3.connect(site.db).execute(
        "SELECT capture_id, title FROM article_revisions WHERE images <> '[]' LIMIT 1"
    ).fetchone()  # fmt: skip
    answer = site.get(f"/capture/{number}")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert title in html.unescape(answer.text)
    assert not re.search(r"<script|<link|<iframe|\son\w+=|src=\"http|<form[^>]*action", answer.text)
    source = site.get(f"/capture/{number}/source")
    assert source.headers["content-type"].startswith("text/plain")
    assert "<script" in source.text, "the source is what the portal sent"


HOSTILE = (
    '<p>Chữ</p><img src="http://elsewhere.example/a.png"><script>alert(1)</script>'
    '<a href="javascript:alert(1)">x</a><p onclick="alert(1)">y</p>'
)


def test_a_text_that_was_not_cleaned_is_cleaned_before_it_is_shown(tmp_path: Path):
    path = tmp_path / "portal.db"
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_article(rich_article(1, title="<b>Tiêu đề</b>", body_html=HOSTILE), run)
        store.commit()
    here = Site(path, build(path))
    page = here.get(f"/article/{here.one('SELECT uid FROM articles')}").text
    assert "&lt;b&gt;Tiêu đề&lt;/b&gt;" in page
    assert "elsewhere.example" not in page.partition('id="provenance"')[0]
    assert not re.search(r"<script|javascript:|onclick", page)


@pytest.mark.parametrize("path", ["/", "/articles", "/questions", "/dictionary", "/portal", "/portal/v_browse", "/portal/runs", "/portal/hours"])  # fmt: skip
def test_every_kind_of_page_forbids_scripts_and_other_hosts(site: Site, path: str):
    answer = site.get(path)
    assert answer.status_code == 200, answer.text[-300:]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; img-src 'self' data:")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!localhost/)', answer.text)
    assert '<html lang="vi">' in answer.text
    assert 'class="skip"' in answer.text


def test_a_question_under_another_name_than_this_machine_is_refused(site: Site):
    assert site.get("/", headers={"host": "portal.example:8001"}).status_code == 421
    assert site.get("/", headers={"host": "127.0.0.1:8001"}).status_code == 200


def test_nothing_can_be_written(site: Site):
    before = site.db.read_bytes()
    for sql in ("DELETE FROM articles", "UPDATE articles SET title = ''", "DROP TABLE runs"):
        assert site.get("/portal.json", params={"sql": sql}).status_code == 400
    conn = site.datasette.get_database("portal").connect()
    with closing(conn), pytest.raises(sqlite3.OperationalError, match="readonly"):
        conn.execute("DELETE FROM articles")
    assert site.db.read_bytes() == before


def test_a_question_without_end_is_stopped(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site.datasette, "sql_time_limit_ms", 50)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    answer = site.get("/portal.json", params={"sql": endless})
    assert answer.status_code == 503
    assert "took too long" in answer.json()["error"]


def test_what_a_crawl_commits_is_seen_without_a_restart(tmp_path: Path):
    path = tmp_path / "portal.db"
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        here = Site(path, build(path))
        assert "Chưa có bài nào" in here.get("/").text
        store.save_article(rich_article(1), run)
        assert "Chưa có bài nào" in here.get("/").text, "not committed yet"
        store.commit()
        assert here.one("SELECT title FROM articles") in here.get("/").text


def test_a_file_put_in_its_place_is_shown_without_a_restart(tmp_path: Path):
    for name, number in (("portal.db", 1), ("next.db", 2)):
        with Store.open(tmp_path / name) as store:
            store.save_article(rich_article(number), store.begin_run(PORTAL, "news", {}))
            store.commit()
    here = Site(tmp_path / "portal.db", build(tmp_path / "portal.db"))
    sql = {"sql": "SELECT title FROM v_articles", "_shape": "arrayfirst"}
    assert here.get("/portal.json", params=sql).json() == ["Lễ trồng cây lần thứ 1"]
    (tmp_path / "next.db").replace(tmp_path / "portal.db")
    for _ in range(4):
        assert here.get("/portal.json", params=sql).json() == ["Lễ trồng cây lần thứ 2"]
    assert "Lễ trồng cây lần thứ 2" in here.get("/articles").text


def test_a_file_outside_the_media_folder_is_not_served(tmp_path: Path):
    path = tmp_path / "portal.db"
    (tmp_path / "secret.txt").write_text("geheim")
    with Store.open(path) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.commit()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(
            "INSERT INTO media (sha256, path, content_type, size, stored_at, run_id) VALUES (?, '../secret.txt', 'text/plain', 6, '', ?)",
            ("a" * 64, run),
        )
        conn.commit()
    answer = Site(path, build(path)).get(f"/media/{'a' * 64}")
    assert answer.status_code == 404
    assert "geheim" not in answer.text


def test_what_is_not_there_is_said_so(site: Site):
    for path in (f"/article/{'0' * 8}-0000-0000-0000-{'0' * 12}", "/media/" + "0" * 64, "/capture/999999", "/nothing"):
        assert site.get(path).status_code == 404


def test_tables_of_the_crawl_itself_are_not_among_those_shown(site: Site):
    shown = site.get("/portal").text
    assert "/portal/v_browse" in shown
    assert "/portal/article_revisions" in shown
    assert "/portal/frontier" not in shown
    assert "/portal/text_bands" not in shown

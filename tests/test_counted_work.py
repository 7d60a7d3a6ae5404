"""Work is counted, not timed: passes over a page, calls a paragraph, statements an article. What gets dearer shows here first."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from pipelines.civic import citations
from pipelines.items import Page
from pipelines.storage import capture_codec
from pipelines.storage.captures import SAMPLES
from pipelines.storage.store import Store
from portal_crawler.extract.index import index_of
from portal_crawler.extract.page import read_page
from portal_crawler.extract.reading import Expect, Link
from portal_crawler.frontier.queue import MOST_IN_MEMORY, Frontier
from portal_crawler.frontier.sightings import Sightings
from portal_crawler.platforms.sharepoint.addresses import host_of, source_key
from portal_crawler.spiders.plan import article_entry, article_print
from tests.extract.building import FIRST, SECOND, URL, profile, vendor_page
from tests.storage.data import PORTAL, article

_OURS = ("portal_crawler", "pipelines")
#: Measured: 65 calls of functions of ours a paragraph, 15 statements an article with its capture. A sixth is left for growth that
#: somebody means.
CALLS_A_PARAGRAPH, STATEMENTS_AN_ARTICLE = 75, 18
#: Six pages at most, each the best of four, judged by what 32 samples take.
PACKINGS_A_DICTIONARY = 6 * 4 * 32


def page_of(paragraphs: int) -> Page:
    text = "".join(f"<p>{FIRST} {SECOND} Đoạn {at}.</p>" for at in range(paragraphs))
    return Page(url=URL, body=vendor_page(text).encode(), headers=(("Content-Type", "text/html"),))


def calls_for(page: Page, expect: Expect = "any") -> Counter[str]:
    """How often functions of ours are called while a page is read, by name."""
    calls: Counter[str] = Counter()

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and any(f"/{name}/" in code.co_filename for name in _OURS):
            calls[code.co_qualname if hasattr(code, "co_qualname") else code.co_name] += 1

    sys.setprofile(note)
    try:
        reading = read_page(page, profile(), expect)
    finally:
        sys.setprofile(None)
    assert (reading.article is not None) == (expect != "listing")
    return calls


def test_a_page_is_walked_once_for_all_questions_about_it():
    index_of.cache_clear()
    assert read_page(page_of(3), profile()).article is not None
    asked = index_of.cache_info()
    assert asked.misses == 1
    assert asked.hits >= 10


def test_a_paragraph_costs_the_same_on_a_long_page_as_on_a_short_one():
    read_page(page_of(2), profile())
    few, some, many = (calls_for(page_of(number)).total() for number in (10, 20, 40))
    assert (many - some) / 20 == pytest.approx((some - few) / 10, rel=0.1)
    assert (some - few) / 10 <= CALLS_A_PARAGRAPH


def test_the_body_of_a_list_is_never_put_together():
    rows = "".join(
        f'<div><a href="/Pages/chi-tiet.aspx?ItemID={number}">{FIRST}</a><span>(2{number % 10}/10/2018)</span><p>{SECOND}</p></div>'
        for number in range(1, 31)
    )
    calls = calls_for(Page(url="http://portal.example/Pages/tin-tuc.aspx", body=vendor_page(rows).encode()), "listing")
    assert calls["read_candidate"] == 1
    assert not {"build_body", "measure", "_article"} & set(calls)


def test_links_of_a_ribbon_that_do_nothing_are_not_read_as_pagers():
    ribbon = '<span class="ms-cui"><a href="javascript:;" title="{}">Trang</a></span>'
    few, many = (
        calls_for(Page(url=URL, body=vendor_page(f"<p>{FIRST} {SECOND}</p>", below=ribbon * number).encode()))
        for number in (1, 200)
    )
    assert many["read_control"] == few["read_control"]


def test_references_with_nothing_to_mend_are_joined_without_a_parser():
    links = "".join(f'<a href="/Pages/muc-{number}.aspx?ItemID={number}">x</a>' for number in range(30))
    calls = calls_for(Page(url=URL, body=vendor_page(f"<p>{FIRST} {SECOND}</p>", below=links).encode()))
    assert calls["join_url"] >= 30
    assert calls["_join"] <= 3


def test_an_article_costs_as_many_statements_among_many_as_among_few(tmp_path: Path):
    statements: list[str] = []
    counts = []
    with Store.open(tmp_path / "portal.db", command="test") as store:
        run = store.begin_run(PORTAL, "news", {})
        for number in range(1, 41):
            store.conn.set_trace_callback(statements.append)
            page = Page(url=f"http://xa.example/{number}", body=b"<p>mot</p>" * number)
            kept = article(number, capture_id=store.save_capture(page, run))
            store.save_article(kept, run)
            store.conn.set_trace_callback(None)
            counts.append(len(statements))
            statements.clear()
    assert counts[9] == counts[39]
    assert counts[39] <= STATEMENTS_AN_ARTICLE


def test_the_hash_and_the_uid_of_an_article_are_worked_out_once():
    kept = article(1)
    assert kept.content_hash is kept.content_hash
    assert kept.uid is kept.uid


def test_a_dictionary_is_chosen_with_few_packings(monkeypatch: pytest.MonkeyPatch):
    """A portal's first one comes in the middle of a crawl: five thousand packings cost it a second."""
    packings: list[int] = []
    packed_sizes = capture_codec._packed_sizes

    def counted(basis, samples):
        packings.append(len(samples))
        return packed_sizes(basis, samples)

    monkeypatch.setattr(capture_codec, "_packed_sizes", counted)
    pages = [f"<ul class='{at % 7}'>{FIRST * 5}</ul><p>{at * 7919} {SECOND[at:]}</p>".encode() for at in range(SAMPLES)]
    assert capture_codec.train(pages)
    assert sum(packings) <= PACKINGS_A_DICTIONARY


@pytest.mark.parametrize(("module", "most"), [("portal_crawler.cli", 150), ("pipelines.export", 80)])
def test_what_starts_at_once_loads_neither_crawler_nor_extractor(module: str, most: int):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"scrapy", "twisted", "trafilatura", "dateparser", "lxml", "sqlite_utils"}
    assert len(loaded) <= most


def test_the_end_of_a_run_sorts_nothing_for_its_chunks(tmp_path: Path):
    with Store.open(tmp_path / "portal.db", command="test") as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_article(article(1), run)
        asked: list[str] = []
        store.conn.set_trace_callback(asked.append)
        store.finish_duplicates(PORTAL)
        store.finish_civic(PORTAL)
        store.conn.set_trace_callback(None)
        chunks = [one for one in asked if re.search(r"ORDER BY \w\.id LIMIT \d+$", one)]
        plans = [step[3] for one in chunks for step in store.conn.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert len(chunks) >= 3
    assert not [step for step in plans if "TEMP B-TREE" in step]


def test_values_are_looked_for_only_in_texts_that_look_like_another(tmp_path: Path):
    rng = random.Random(5)
    words = [f"{one}{two}" for one in ("ba", "co", "du", "ghi") for two in ("n", "ng", "m", "nh", "ch")]
    texts = [" ".join(rng.choices(words, k=80)) for _ in range(6)]
    with Store.open(tmp_path / "portal.db", command="test") as store:
        run = store.begin_run(PORTAL, "news", {})
        for number, text in enumerate([*texts, f"{texts[0]} thêm"]):
            store.save_article(article(number, title="Tin", body_text=text), run)
        store.finish_duplicates(PORTAL)
        [(signed, with_digest)] = store.conn.execute("SELECT count(*), count(digest) FROM text_signatures")
    assert (signed, with_digest) == (7, 2)


def test_a_line_without_a_symbol_is_not_searched_for_documents(monkeypatch: pytest.MonkeyPatch):
    searched: list[str] = []
    original = citations._named

    def named(text: str, begin: int, end: int):
        searched.append(text[begin:end])
        return original(text, begin, end)

    monkeypatch.setattr(citations, "_FINDERS", ((named, citations._SYMBOL_BEGINS),))
    lines = [
        "Họp tổng kết năm 2020.",
        "Theo Quyết định số 12/QĐ-UBND và Kế hoạch số 3/KH-UBND.",
        *["Đoạn 5 của bài."] * 20,
    ]
    assert len(citations.find_citations("\n".join(lines))) == 2
    assert searched == [lines[1]]


def test_statements_leave_nothing_in_memory(tmp_path: Path):
    with Store.open(tmp_path / "portal.db", command="test") as store:

        def ask(times: int) -> int:
            for number in range(times):
                store.conn.execute("SELECT ?", (number,)).fetchone()
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            before, after = ask(1000), ask(5000)
        finally:
            tracemalloc.stop()
    assert after - before < 100_000  # a cursor that is kept takes a hundred bytes


def test_what_side_boxes_show_on_every_page_is_looked_up_once(tmp_path: Path):
    with Store.open(tmp_path / "portal.db", command="test") as store:
        run = store.begin_run(PORTAL, "news", {})
        seen, frontier = Sightings(store.conn, run, PORTAL), Frontier(store.conn, run, PORTAL)
        links = [Link(url=f"http://xa.example/tin.aspx?ItemID={number}", text="Tin") for number in range(1, 6)]
        asked: list[str] = []
        for expected in (len(links), 0):
            asked.clear()
            store.conn.set_trace_callback(asked.append)
            assert seen.add("related", links).new == expected
            assert sum(frontier.add(article_entry(link)) for link in links) == expected
            assert all(frontier.knows(article_print(link.url)) for link in links)
            store.conn.set_trace_callback(None)
        assert asked == []


def test_caches_of_addresses_and_facts_are_bounded(tmp_path: Path):
    with Store.open(tmp_path / "portal.db", command="test") as store:
        run = store.begin_run(PORTAL, "news", {})
        seen, frontier = Sightings(store.conn, run, PORTAL), Frontier(store.conn, run, PORTAL)
        links = [Link(url=f"http://xa.example/tin.aspx?ItemID={number}") for number in range(1, 3 * MOST_IN_MEMORY, 2)]
        assert seen.add("related", links).new == len(links)
        assert all(frontier.add(article_entry(link)) for link in links)
        assert len(seen._written) <= MOST_IN_MEMORY
        assert len(frontier._met) <= MOST_IN_MEMORY
        # forgotten is not unknown
        assert seen.add("related", links).new == 0
        assert not any(frontier.add(article_entry(link)) for link in links)
    assert source_key.cache_info().currsize <= MOST_IN_MEMORY
    assert host_of.cache_info().currsize <= MOST_IN_MEMORY

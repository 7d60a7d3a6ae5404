"""The one way in: one parse a page, an answer for every page, whatever it is."""

import json
import random
import sys

import pytest

from pipelines.items import Page
from portal_crawler.extract import document as document_module
from portal_crawler.extract.page import read_page
from portal_crawler.extract.reading import reading_from_json
from portal_crawler.guest.frames import HEAD, pack, unpack_json
from tests.corpus import corpus
from tests.extract.building import FIRST, SECOND, TITLE, URL, profile, read, vendor_page, whole_page

TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
ROWS = "".join(
    f'<div><a href="/Pages/tin.aspx?ItemID={at}">Thành phố tổ chức hội nghị số {at} về việc lớn</a> <span>1{at}/03/2019</span><p>{SECOND}</p></div>'
    for at in range(8)
)


def test_a_page_is_parsed_once(monkeypatch):
    parses = []
    real = document_module._parse
    monkeypatch.setattr(document_module, "_parse", lambda text: parses.append(1) or real(text))
    assert read(vendor_page(TEXT)).article is not None
    assert len(parses) == 1


def test_an_article_page_also_gives_its_links():
    other = '<div>Tin khác<ul><li><a href="/Pages/tin.aspx?ItemID=9">Một bài viết khác của tuần này</a></li></ul></div>'
    reading = read(vendor_page(TEXT + other))
    assert reading.article is not None
    assert [link.url for link in reading.links] == ["http://portal.example/Pages/tin.aspx?ItemID=9"]


def test_the_pages_own_date_is_not_that_of_an_article_which_its_text_names():
    named = '<p>Xem thêm: <a href="/Pages/tin.aspx?ItemID=9">Một bài viết khác của năm ngoái</a>.</p>'
    other = '<div>Tin khác<ul><li><a href="/Pages/tin.aspx?ItemID=7">Một bài viết của tháng trước</a> (08/02/2019)</li></ul></div>'
    reading = read(vendor_page(named + TEXT, below=other))
    assert reading.article is not None and reading.article.published_at == "2019-03-13T07:45:00+07:00"
    assert [(link.route, link.published) for link in reading.links] == [("related", ""), ("related", "08/02/2019")]


def test_a_list_of_teasers_is_no_article():
    page = whole_page(f"<h2>Tin tức sự kiện</h2>{ROWS}")
    for expect in ("any", "listing"):
        reading = read(page, expect, url="http://portal.example/Pages/ds.aspx")
        assert (reading.article, reading.problem, len(reading.links)) == (None, None, 8)
    assert read(page, "article", url="http://portal.example/Pages/ds.aspx").problem.reason == "listing_page"


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_young_section_of_a_few_teasers_is_no_article(rows):
    """As an archive gives it: nobody knows what the page was asked for."""
    teasers = "".join(
        f'<li><a href="/Pages/2019-3-{day}/Tin{day}.aspx">Khánh thành cầu Cái Cối nối phường {day} với trung tâm</a> (0{day}/03/2019)<p>{FIRST} {SECOND}</p></li>'
        for day in range(1, rows + 1)
    )
    reading = read(whole_page(f"<h1>Giáo dục</h1><ul>{teasers}</ul>"), "any", url="http://portal.example/Pages/ds.aspx")
    assert reading.article is None
    assert [link.published for link in reading.links] == [f"0{day}/03/2019" for day in range(1, rows + 1)]


def test_an_article_with_a_few_dated_links_below_it_is_one():
    more = '<ul><li><a href="/Pages/2019-3-1/Tin1.aspx">Khánh thành cầu Cái Cối nối hai phường trung tâm</a> (01/03/2019)</li></ul>'
    text = f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p></div>{more}"
    reading = read(whole_page(text), "any", url="http://portal.example/Pages/2019-3-12/Tin.aspx")
    assert reading.article is not None


def test_a_reading_survives_the_pipe_to_another_process():
    reading = read(vendor_page(TEXT + '<p><img src="/a.jpg"/></p><p><a href="/a.pdf">tệp</a></p>'))
    assert reading_from_json(unpack_json(pack(reading)[HEAD.size :])) == reading


@pytest.mark.parametrize("seed", range(25))
def test_broken_bytes_never_raise(seed):
    chance = random.Random(seed)
    body = bytearray(
        vendor_page(f"{TEXT}<table><tr><td>a</td></tr></table><ul><li>b</li></ul><img src='/a.jpg'>").encode()
    )
    for _ in range(chance.randint(1, 60)):
        at = chance.randrange(len(body))
        if chance.random() < 0.5:
            body[at] = chance.randrange(256)
        else:
            del body[at : at + chance.randint(1, 40)]
    reading = read_page(Page(url=URL, body=bytes(body)), profile(), "article")
    assert (reading.article is None) != (reading.problem is None)


@pytest.mark.parametrize(
    "body",
    [b"\x00" * 3000, b"<" * 5000, b"<a href='" * 3000, b"&" * 5000, b"<!--" * 3000, b"<table>" * 3000, b"<p>" * 50_000],
)
def test_hostile_bytes_get_an_answer(body):
    assert read(body).article is None


def test_extraction_needs_no_network_no_database_and_no_scrapy():
    import subprocess

    code = "import sys, portal_crawler.extract.page; print([name for name in ('scrapy', 'twisted', 'sqlite3', 'requests', 'newspaper') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


GOLD = "articles-dev/sp"


def gold():
    path = corpus(GOLD) / "gold.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [f"a{at}-{kind}" for at in range(1, 6) for kind in ("vendor", "form")])
def test_every_field_of_the_gold_pages(name):
    wanted = gold()[name]
    body = (corpus(GOLD) / f"{name}.html").read_bytes()
    article = read_page(Page(url=URL, body=body), profile(), "article").article
    base = "http://portal.example"
    assert (article.title, article.author or "", article.category, article.views) == (
        wanted["title"], wanted["author"], wanted["category"], wanted["views"],
    )  # fmt: skip
    assert (article.summary or "", article.published_at[:16]) == (wanted["summary"], wanted["date"][:16])
    assert article.body_text.split() == wanted["text"].split()
    assert [image.caption for image in article.images if image.caption] == wanted["captions"]
    assert [image.url for image in article.images] == [base + path for path in wanted["images"]]
    assert [file.url for file in article.attachments] == [base + path for path in wanted["links"]]
    assert article.body_html.count("<td") == wanted["cells"]

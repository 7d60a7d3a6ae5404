"""Real SharePoint pages of many kinds: each is read rightly or refused for the right reason."""

from functools import cache

import pytest

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import parse_profile
from tests.corpus import corpus
from tests.extract.sharepoint_pages import ARTICLES, LISTINGS, REFUSED

PROFILE = parse_profile(
    'name = "any"\ntitle = "P"\nhosts = ["portal.example"]\nstart_urls = ["https://portal.example/"]', "minimal"
)


@cache
def reading(name: str, expect: str = "any"):
    body = (corpus("sharepoint-pages") / name).read_bytes()
    return read_page(Page(url=f"https://portal.example/p/{name}", body=body, origin="folder"), PROFILE, expect)


def test_every_page_of_the_corpus_is_judged():
    names = {path.name for path in corpus("sharepoint-pages").iterdir() if path.suffix != ".tsv"}
    assert names == {*ARTICLES, *REFUSED, *LISTINGS}


@pytest.mark.parametrize("expect", ["any", "article"])
@pytest.mark.parametrize("name", ARTICLES)
def test_is_read_rightly(name, expect):
    title, inside, outside = ARTICLES[name]
    article = reading(name, expect).article
    assert article is not None, reading(name, expect).problem
    assert article.title == title
    assert inside in article.body_text
    assert outside not in article.body_text


@pytest.mark.parametrize("expect", ["any", "article"])
@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_for_its_reason(name, expect):
    assert reading(name, expect).article is None
    assert reading(name, expect).problem.reason == REFUSED[name]


@pytest.mark.parametrize("name", LISTINGS)
def test_is_a_listing_with_its_links(name):
    assert (reading(name).article, reading(name).problem) == (None, None)
    assert len(reading(name).links) >= LISTINGS[name]
    assert reading(name, "article").problem.reason == "listing_page"


def test_month_first_in_an_english_page_is_read_as_such():
    assert reading("cityscrapers_chi_city_college.html").article.published_at == "2019-02-07T12:00:00+07:00"


def test_the_lead_is_told_from_the_body():
    article = reading("vn_vnexpress_2025-10-22.html").article
    assert article.summary.startswith("Người đàn ông 63 tuổi đau bụng kéo dài")
    assert article.body_text.count(article.summary) == 1
    assert article.published_at.startswith("2025-10-22T19:25")


def test_links_of_a_feed_are_handed_on():
    assert len(reading("iata_feed_pr.html").links) == 15

"""Real SharePoint pages of many kinds: each is read rightly or refused for the right reason."""

from functools import cache

import pytest

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import parse_profile
from tests.corpus import corpus

PROFILE = parse_profile(
    'name = "any"\ntitle = "P"\nhosts = ["portal.example"]\nstart_urls = ["https://portal.example/"]', "minimal"
)

#: file -> (title, a sentence that must be in the text, one that must not)
ARTICLES = {
    "cityscrapers_chi_city_college.html": ("February 2019 Board and Committee Meetings", "Committee on Finance and Administrative Services", "Academic Calendar"),
    "cityscrapers_il_liquor_control.html": ("Board Meetings and Hearings", "scheduled in one of the two locations", "Toggle navigation"),
    "lil_Pages_default.aspx": ("Accueil", "une petite ville blanche", "Page Content"),
    "vn_vnexpress_2025-10-22.html": ("Đau bụng kéo dài, phát hiện ung thư lymphoma ruột non", "tế bào lympho không điển hình", "VnE-GO"),
    "sputility_test_list_dispform.html": ("Alpha", "Hello world", "Rich Text"),
}  # fmt: skip
#: file -> reason, whatever the page was asked as
REFUSED = {
    "iata_ame_BlogDetails.html": "empty_shell",
    "iata_feed_pr.html": "feed",
    "lil_Blog_Archives_index.html": "empty_shell",
    "lil_Blog_Date_2014_4_index.html": "empty_shell",
    "sputility_TODO_test_list_no_comments.html": "form_page",
    "sputility_test_doclib_dispform_2013.html": "library_form",
    "sputility_test_list.html": "form_page",
    "sputility_test_list_eu.html": "form_page",
    "sputility_test_list_extra_elems.html": "form_page",
    "sputility_test_survey_dispform_2013.html": "survey_form",
    "hatinh_question_store_listview_fragment.html": "no_title",
}
#: file -> least number of links
LISTINGS = {"iata_pr_index.html": 50, "iata_ame_blog_index.html": 5}


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

"""Authors and dates that only a page's markup tells, on pages that show no sign of SharePoint: marked once or not at all."""

import json

import pytest

from pipelines.items import Page
from portal_crawler.extract.bylines import is_person
from portal_crawler.extract.page import read_page
from portal_crawler.profile import parse_profile

PROFILE = parse_profile(
    'name = "any"\ntitle = "P"\nhosts = ["news.example"]\nstart_urls = ["https://news.example/"]', "minimal"
)
PROSE = "".join(
    f"<p>Paragraph {at} of the story tells at some length what the council of the town decided about the ferry and its landing.</p>"
    for at in range(6)
)


def read(marks: str = "", *, head: str = "", body: str = PROSE, url: str = "https://news.example/a"):
    page = (
        f"<!DOCTYPE html><html lang='en'><head><title>The ferry stays - News</title>{head}</head>"
        f"<body><article><h1>The ferry stays</h1>{marks}{body}</article></body></html>"
    )
    reading = read_page(Page(url=url, body=page.encode()), PROFILE, "article")
    assert reading.article is not None, reading.problem
    return reading.article


def ld(author) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "author": author})}</script>'


@pytest.mark.parametrize(
    "marks",
    [
        '<p class="entry-author">By <a href="/u/1">Jane Roe</a></p>',
        '<a rel="author" href="/u/1">Jane Roe</a>',
        '<span itemprop="author" itemscope><span itemprop="name">Jane Roe</span></span>',
        '<div class="byline">Written by Jane Roe</div><div class="author-box">Jane Roe</div>',
    ],
)
def test_the_one_person_that_the_markup_names_is_the_author(marks):
    assert read(marks).author == "Jane Roe"


@pytest.mark.parametrize(
    "marks",
    [
        '<span class="author">Jane Roe</span><span class="author">John Doe</span>',
        '<span class="author">Webmaster</span>',
        '<span class="author">News Foundation</span>',
        '<span class="author">jroe42</span>',
        '<div class="author"><b>Jane Roe</b><i>Senior Autos Expert</i></div>',
        '<div class="comment-list"><span class="author">Jane Roe</span></div>',
        '<aside><span class="author">Jane Roe</span></aside>',
    ],
)
def test_where_marks_disagree_or_name_no_person_nobody_is_invented(marks):
    assert read(marks).author is None


def test_a_person_told_to_machines_wins_over_the_page_and_an_account_does_not():
    marks = '<span class="author">Jane Roe</span>'
    assert read(marks, head=ld({"@type": "Person", "name": "Mary Poe"})).author == "Mary Poe"
    assert read(marks, head=ld({"@type": "Person", "name": "m.poe"})).author == "Jane Roe"


def test_the_keeper_of_a_site_is_no_author():
    assert read(head='<meta name="author" content="Webmaster">').author is None


def test_markup_names_nobody_on_a_page_of_sharepoint():
    head = '<meta name="GENERATOR" content="Microsoft SharePoint">'
    assert read('<a rel="author" href="/u/1">Jane Roe</a>', head=head).author is None


@pytest.mark.parametrize("name", ["Lê Thị Hồng Gấm", "Ludwig van Beethoven", "Jane Roe and John Doe", "Jane Roe, PhD"])
def test_names_of_persons(name):
    assert is_person(name)


@pytest.mark.parametrize(
    "text", ["Jane", "the whole team", "Ban Biên Tập 24h", "Jane Roe writes here.", "Guest Writer", "A" * 70]
)
def test_what_is_no_name_of_a_person(text):
    assert not is_person(text)


def test_time_elements_that_agree_give_the_day():
    times = '<time datetime="2021-11-04T02:00:00+07:00">Thursday</time><time datetime="2021-11-04T16:53:50+07:00">later</time>'
    assert read(times).published_at == "2021-11-04T02:00:00+07:00"


def test_time_elements_of_two_days_give_none():
    times = '<time datetime="2021-11-04">x</time><time datetime="2021-11-05">y</time>'
    assert read(times).published_at is None


def test_the_marked_day_of_publishing_wins_over_other_times():
    times = '<time datetime="2021-11-09">x</time><meta itemprop="datePublished" content="2021-11-04">'
    assert read(times).published_at == "2021-11-04"


def test_times_of_comments_are_not_asked():
    assert read('<div class="comments"><time datetime="2021-11-09">x</time></div>').published_at is None

"""Tables and short notes of unknown makers, among many links: articles where they were asked as such, and lists stay lists."""

import pytest

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from tests.extract.test_bylines import PROFILE

LINKS = "".join(
    f'<li><a href="/news/2021/story-{at}.html">Another story of the town, number {at}</a> 0{at % 9 + 1}/11/2021</li>'
    for at in range(30)
)
STANDINGS = "<p>Here are the standings of the regatta after its last day on the river, as the judges gave them.</p><table>{}</table>".format(
    "".join(
        f"<tr><td>{at}</td><td>Crew number {at} of the regatta</td><td>{at * 7} points</td></tr>" for at in range(30)
    )
)
NOTE = "<p>The ferry will not run on Sunday because the landing is being mended, says the council of the town.</p>"
SAYS_ARTICLE = '<meta property="og:type" content="article">'


def read(body: str, head: str = ""):
    page = f"<html><head><title>Regatta</title>{head}</head><body><article><h1>Regatta</h1>{body}</article><ul>{LINKS}</ul></body></html>"
    return read_page(Page(url="https://news.example/a", body=page.encode()), PROFILE, "article")


def test_a_table_with_few_linked_words_is_an_article():
    article = read(STANDINGS).article
    assert article is not None
    assert "Crew number 7" in article.body_text


def test_a_short_note_that_says_it_is_an_article_is_one():
    assert read(NOTE, SAYS_ARTICLE).article is not None


@pytest.mark.parametrize("body", ["", LINKS])
def test_a_list_is_no_article(body):
    reading = read(body)
    assert reading.article is None
    assert reading.problem.reason == "listing_page"

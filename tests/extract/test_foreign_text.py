"""What is text on a page of unknown make: outside Vietnamese neither captions, nor decks, nor what stands between paragraphs."""

import pytest

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from tests.extract.test_bylines import PROFILE

ENGLISH = [
    f"Paragraph {at} of the story tells at some length what the council of the town decided about the ferry and its landing."
    for at in range(6)
]
VIETNAMESE = [
    f"Đoạn {at} kể khá dài về việc hội đồng thị trấn đã quyết định những gì đối với bến phà và con đường dẫn xuống bến."
    for at in range(6)
]
CAPTION = "The landing at low tide, seen from the northern bank"


def read(paragraphs: list[str], *, between: str = "", above: str = "", below: str = "", captured_at: str = ""):
    first, *rest = (f"<p>{one}</p>" for one in paragraphs)
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>The ferry stays - News</title></head><body><article>"
        f"<h1>The ferry stays</h1>{above}<div class='story'>{first}{between}{''.join(rest)}</div>{below}</article></body></html>"
    )
    got = read_page(Page(url="https://news.example/a", body=page.encode(), captured_at=captured_at), PROFILE, "article")
    assert got.article is not None, got.problem
    return got.article


def figure(caption: str) -> str:
    return f"<figure><img src='/ferry.jpg' alt=''><figcaption>{caption}</figcaption></figure>"


def test_a_caption_is_its_pictures_and_not_of_an_english_text():
    article = read(ENGLISH, between=figure(CAPTION))
    assert article.body_text.split("\n") == ENGLISH
    assert [image.caption for image in article.images] == [CAPTION]
    assert f"<figcaption>{CAPTION}</figcaption>" in article.body_html


def test_a_caption_is_of_a_vietnamese_text():
    caption = "Bến phà lúc nước ròng, nhìn từ bờ bắc"
    assert caption in read(VIETNAMESE, between=figure(caption)).body_text


@pytest.mark.parametrize(
    "beside",
    [
        "<div class='newsletter-box'><p>Have the news of the ferry sent to you every morning.</p></div>",
        "<div class='byline'>Jane Roe, from the northern bank of the river</div>",
        "<div><a href='/b'>The bridge over the river will be closed for a week</a></div>",
    ],
)
def test_what_stands_between_paragraphs_is_not_text(beside):
    assert read(ENGLISH, between=beside).body_text.split("\n") == ENGLISH


def test_who_said_a_quotation_and_when_is_text():
    quotation = (
        "<blockquote><p>The ferry will run as long as there is a river to cross and somebody to pay for it.</p>"
        "— Mary Poe (@mpoe) November 18, 2019</blockquote>"
    )
    assert "Mary Poe" in read(ENGLISH, between=quotation).body_text


def test_the_first_paragraph_is_text_though_it_stands_outside():
    opening = " ".join(["The council of the town met for a whole night about the ferry and heard whoever came."] * 4)
    assert read([opening, *ENGLISH]).body_text.split("\n") == [opening, *ENGLISH]


MARKED = "<abbr class='published' title='2019-01-23T08:00:00-07:00'>08:00</abbr>"


def test_a_day_that_markup_hides_is_inferred_and_flagged():
    article = read(ENGLISH, below=MARKED)
    assert (article.published_at, "date_inferred" in article.flags) == ("2019-01-23", True)
    assert {note.field: note.rule for note in article.notes}["published_at"] == "markup:inferred"


def test_a_day_that_the_page_states_is_not_inferred():
    article = read(ENGLISH, above="<time datetime='2019-01-21'>Monday</time>", below=MARKED)
    assert (article.published_at, "date_inferred" in article.flags) == ("2019-01-21", False)


def test_the_day_of_the_visit_is_never_inferred():
    assert read(ENGLISH, below=MARKED, captured_at="2019-01-23T08:00:00+07:00").published_at is None


def test_the_day_of_a_change_is_not_inferred():
    changed = "<meta property='article:modified_time' content='2019-01-23'>"
    assert read(ENGLISH, above=changed, below=MARKED).published_at is None

"""The one real article text of the named portal, put back into pages as PORTAL.md describes them."""

import pytest

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import parse_profile
from tests.corpus import corpus
from tests.extract.seed_pages import VARIANTS, body_text, page, read_seed

PROFILE = parse_profile(
    'name = "seed"\ntitle = "S"\nhosts = ["portal.example"]\nstart_urls = ["http://portal.example/"]', "minimal"
)


@pytest.fixture(scope="module")
def seed():
    return read_seed(corpus("seed-article.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=VARIANTS)
def article(request, seed):
    part, options = VARIANTS[request.param]
    body = page(seed, part(seed), **options).encode()
    reading = read_page(
        Page(url="http://portal.example/Pages/tin.aspx?ItemID=7", body=body, captured_at="2026-01-05T09:00:00+07:00"),
        PROFILE,
    )
    assert reading.article is not None, reading.problem
    return reading.article


def test_title(article, seed):
    assert article.title == seed.title


def test_lead(article, seed):
    assert article.summary == seed.lead


def test_author(article):
    assert article.author == "Hồng Quốc"


def test_published_day_from_byline_and_time_from_kicker(article):
    assert article.published_at == "2018-10-26T11:00:00+07:00"


def test_section(article):
    assert article.category == "Tin tức sự kiện"


def test_views(article):
    assert article.views == 118


def test_body_is_lead_paragraphs_and_captions_and_nothing_else(article, seed):
    assert article.body_text == body_text(seed)


def test_pictures_with_captions_and_credits(article, seed):
    pairs = [part for part in seed.body if isinstance(part, tuple)]
    assert [(image.url.rpartition("/")[2], image.caption, image.credit, image.alt) for image in article.images] == [
        (name, caption, "Hồng Quốc", "") for name, caption in pairs
    ]


def test_captions_stand_in_figures(article, seed):
    assert article.body_html.count("<figcaption>") == 2
    assert article.body_html.count("<figure>") == 2

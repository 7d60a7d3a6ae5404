"""Fifty real releases of a SharePoint press room, saved between 2003 and 2019: title, printed date and whole body of each."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from benchmarks.quality import press_room
from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile, parse_profile
from tests.corpus import CORPUS, corpus

RELEASES = sorted(path.name for path in (CORPUS / "sharepoint-pressroom").glob("*.html") if path.name[0].isdigit())
PROFILES = {
    "press_room": load_profile(str(Path(__file__).parents[1] / "profiles" / "press_room.toml")),
    "minimal": parse_profile(
        'name = "minimal"\ntitle = "P"\nhosts = ["www.iata.org"]\nstart_urls = ["https://www.iata.org/"]', "minimal"
    ),
}
CASES = [(name, release) for name in PROFILES for release in RELEASES]


def test_the_corpus_holds_fifty_releases():
    corpus("sharepoint-pressroom")
    assert len(RELEASES) == 50


@cache
def source(release: str):
    return press_room.source(CORPUS / "sharepoint-pressroom" / release)


@cache
def article(profile: str, release: str):
    body = (CORPUS / "sharepoint-pressroom" / release).read_bytes()
    url = f"https://www.iata.org/pressroom/pr/Pages/{release.replace('-aspx.html', '.aspx')}"
    reading = read_page(Page(url=url, body=body, origin="folder"), PROFILES[profile], "article")
    assert reading.article is not None, reading.problem
    return reading.article


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize(("profile", "release"), CASES)
def test_title_is_the_heading_or_the_pages_own_name(profile, release):
    assert article(profile, release).title == press_room.title(source(release))


@pytest.mark.parametrize(("profile", "release"), CASES)
def test_published_is_the_printed_date(profile, release):
    assert article(profile, release).published_at == press_room.printed_day(source(release))


@pytest.mark.parametrize(("profile", "release"), CASES)
def test_no_paragraph_is_lost_and_nothing_is_added(profile, release):
    wanted, got = words(press_room.own_text(source(release))), words(article(profile, release).body_text)
    assert (wanted & got).total() >= 0.99 * wanted.total()
    assert (wanted & got).total() >= 0.99 * got.total()


@pytest.mark.parametrize("release", RELEASES)
def test_language_is_english_and_nobody_is_invented(release):
    assert (article("press_room", release).language, article("press_room", release).author) == ("en", None)


def test_the_index_is_a_listing_and_no_article():
    body = (corpus("sharepoint-pressroom") / "index-aspx.html").read_bytes()
    page = Page(url="https://www.iata.org/pressroom/pr/Pages/index.aspx", body=body, origin="folder")
    reading = read_page(page, PROFILES["press_room"])
    assert (reading.article, reading.problem) == (None, None)
    assert len(reading.links) > 50
    asked = read_page(page, PROFILES["press_room"], "article").problem
    assert asked is not None
    assert asked.reason == "listing_page"

"""Every article of the sample portal, read as served: each word in its place, and all lists, tables, figures and files."""

from urllib.request import urlopen

import pytest

from pipelines.items import Page
from pipelines.normalize import normalize
from pipelines.verify.structure import structure_of
from pipelines.verify.truth_file import address
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile
from portal_crawler.sample_portal import SamplePortal

pytestmark = pytest.mark.crawls

CAPTURED = "2026-01-05T09:00:00+07:00"


def assert_every_article_is_whole(seed: int) -> None:
    profile = load_profile("sample")
    with SamplePortal(articles=60, seed=seed, port=0) as portal:
        expected = [one for one in portal.truth()["articles"] if one["state"] == "live"]
        assert len(expected) == 60
        for one in expected:
            with urlopen(one["url"]) as answer:
                page = Page(url=one["url"], body=answer.read(), captured_at=CAPTURED)
            read = read_page(page, profile, "article").article
            assert read is not None, one["url"]
            got = normalize(read)
            assert got.body_text.split() == one["body_text"].split(), one["url"]
            assert structure_of(got.body_html) == one["structure"], one["url"]
            images = [(image.url, image.caption, image.credit) for image in got.images]
            assert images == [(image["url"], image["caption"], image["credit"]) for image in one["images"]]
            files = [(address(file.url), file.name) for file in got.attachments]
            assert files == [(address(file["url"]), file["name"]) for file in one["attachments"]]
            assert got.published_at == one["published_at"], one["url"]
            assert (got.coverage is None) == (not got.body_text and got.layout == "form"), one["url"]
            assert got.coverage is None or got.coverage.share == 1, (one["url"], got.coverage.missing)


def test_every_word_list_table_figure_and_file_is_in_its_place():
    assert_every_article_is_whole(1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_at_other_seeds_too(seed):
    assert_every_article_is_whole(seed)

"""The sample portal's faults in texts, titles and files: hostile or broken, and yet the truth is what a reader sees."""

from __future__ import annotations

import re

import pytest

from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.faults.content import as_windows_1258
from tests.crawl.portal_reader import ask, plain_article, seen, tidy

NEWS = "/Pages/tin-tuc-su-kien.aspx"


@pytest.mark.parametrize(
    ("name", "charset"),
    [("utf16", "utf-16"), ("windows_1258", "cp1258"), ("charset_missing", "utf-8"), ("charset_lies", "utf-8")],
)
def test_a_charset_fault_keeps_the_text(name: str, charset: str) -> None:
    with SamplePortal(articles=12, faults=[name]) as portal:
        article = plain_article(portal)
        answer = ask(portal, str(article["url"]))
        assert tidy(str(article["title"])) in seen(answer.body.decode(charset))
        assert ("utf-8" in answer.headers["content-type"]) is False


def test_windows_1258_holds_every_vietnamese_letter() -> None:
    text = "ấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựýỳỷỹỵàáảãạđĐÊƠƯ"
    assert tidy(as_windows_1258(text).encode("cp1258").decode("cp1258")) == text


@pytest.mark.parametrize("name", ["invisible", "decomposed", "misnested", "active_content", "deep"])
def test_markup_faults_keep_what_a_reader_sees(name: str) -> None:
    with SamplePortal(articles=60, faults=[name]) as portal:
        for layout in ("vendor", "form", "publishing"):
            article = plain_article(portal, layout)
            plain = ask(portal, str(article["url"])).text
            assert len(plain) > 40_000
            if name == "deep":
                assert plain.count("<div>") > 100_000
                continue
            shown = seen(re.sub(r"<(script|style|math).*?</\1>", "", plain))
            for line in (article["title"], *str(article["body_text"]).split("\n")):
                assert tidy(str(line)) in shown, (layout, line)


def test_control_characters_stand_inside_words() -> None:
    with SamplePortal(articles=12, faults=["control"]) as portal:
        article = plain_article(portal)
        body = ask(portal, str(article["url"])).body
        assert b"\x00" in body
        assert str(article["title"]) in re.sub("[\x00-\x08\x0b\x1f]", "", body.decode()).replace("&amp;", "&")


def test_bad_dates_are_dates_of_nothing() -> None:
    with SamplePortal(articles=60, faults=["bad_dates"]) as portal:
        articles = portal.truth()["articles"]
        ordinary = [one for one in articles if one["kind"] == "plain" and one["body_text"]]
        assert sum(one["published_at"] is None for one in articles) > len(ordinary) // 2
        assert any("31/02/2018" in ask(portal, one["url"]).text for one in articles)


@pytest.mark.parametrize(
    ("name", "starts"),
    [("formula_titles", ("=", "+", "-", "@")), ("hostile_titles", ("Robert", "%s", "../", "' OR", "<script>", "\\u"))],
)
def test_hostile_titles_are_in_the_truth_and_on_the_page(name: str, starts: tuple[str, ...]) -> None:
    with SamplePortal(articles=60, faults=[name]) as portal:
        articles = portal.truth()["articles"]
        assert {start for start in starts for one in articles if one["title"].startswith(start)} == set(starts)
        for one in articles[:20]:
            assert tidy(one["title"]) in seen(ask(portal, one["url"]).text)
        assert "<script>alert(1)" not in ask(portal, NEWS).text


def test_hostile_file_names_are_served_and_told() -> None:
    with SamplePortal(articles=60, faults=["file_names"]) as portal:
        files = [file for one in portal.truth()["articles"] for file in one["attachments"]]
        names = {file["name"] for file in files}
        assert {"../../x.pdf", "CON.pdf", "-rf.pdf"} <= names
        assert max(map(len, names)) > 290
        hostile = [file for file in files if not file["name"][:1].isalnum()]
        assert all(ask(portal, file["url"]).body.startswith(b"%PDF") for file in hostile)


def test_fake_files_are_not_what_they_claim() -> None:
    with SamplePortal(articles=60, faults=["fake_files"]) as portal:
        urls = [url for one in portal.truth()["articles"] for url in one["media"]]
        kinds = {ask(portal, url).body[:5] for url in urls}
        assert {b"<html", b"<svg "} <= kinds


def test_an_unknown_design_has_no_mark_of_sharepoint() -> None:
    with SamplePortal(articles=12, faults=["redesign"]) as portal:
        article = plain_article(portal)
        page = ask(portal, str(article["url"])).text
        assert "ms-form" not in page
        assert "__VIEWSTATE" not in page
        assert tidy(str(article["title"])) in seen(page)

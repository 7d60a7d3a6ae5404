"""The coverage figure counts the page's own markup: whatever step of the extraction loses something, the figure says so."""

import re

import pytest

from pipelines.coverage import KINDS, Missing
from pipelines.items import article_from_json, to_json
from portal_crawler.extract import article as assembling
from portal_crawler.extract.body import build_body
from portal_crawler.extract.inventory import stock_of_html
from tests.extract.building import FIRST, SECOND, article, form_page, row, vendor_page

THIRD = "Kết luận hội nghị, lãnh đạo thành phố đề nghị các phường sớm hoàn thành hồ sơ trước ngày 30 tháng 4."
TABLE = "<table><tr><th>Phường</th><th>Hộ</th></tr><tr><td>An Vàm</td><td>12</td></tr><tr><td>Phú Sen</td><td>34</td></tr></table>"
WHOLE = (
    f"<p>{FIRST}</p><p><img src='/a/hoi-nghi.jpg'></p><p>{SECOND}</p>{TABLE}"
    f"<ul><li>Một việc</li><li>Hai việc</li></ul><p>Xem <a href='/van-ban/ke-hoach-7.pdf'>kế hoạch số 7</a>.</p><p>{THIRD}</p>"
)


def coverage(markup, **options):
    found = article(vendor_page(markup), **options).coverage
    assert found is not None
    return found


def lost(found):
    return [(one.kind, one.text) for one in found.missing if one.reason == "lost"]


def test_a_whole_article_has_all_of_its_source():
    found = coverage(WHOLE)
    assert found.share == 1
    assert not lost(found)
    assert [(getattr(found, kind).source, getattr(found, kind).lost) for kind in KINDS[1:]] == [(1, 0), (6, 0), (1, 0)]


@pytest.fixture
def losing(monkeypatch):
    """Makes the body lose every block of which `is_lost` is true, as a bug of any step would."""

    def lose(is_lost):
        def build(blocks, captions, resolve, **options):
            return build_body([block for block in blocks if not is_lost(block)], captions, resolve, **options)

        monkeypatch.setattr(assembling, "build_body", build)

    return lose


LOSSES = {
    "paragraph": (lambda block: block.text == SECOND, "words", ("text", SECOND)),
    "row": (lambda block: block.text in ("Phú Sen", "34"), "cells", ("cell", "Phú Sen")),
    "image": (lambda block: block.kind == "image", "images", ("image", "http://portal.example/a/hoi-nghi.jpg")),
    "item": (lambda block: block.text == "Hai việc", "words", ("text", "Hai việc")),
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_a_step_loses_lowers_the_figure_and_is_named(losing, name):
    is_lost, kind, named = LOSSES[name]
    losing(is_lost)
    got = article(vendor_page(WHOLE))
    assert got.coverage is not None
    assert getattr(got.coverage, kind).lost > 0
    assert named in lost(got.coverage)
    assert "coverage_low" in got.flags


def test_a_link_that_becomes_plain_text_is_missed(monkeypatch):
    def build(blocks, captions, resolve, **options):
        return build_body(blocks, captions, lambda href: "" if href.endswith(".pdf") else resolve(href), **options)

    monkeypatch.setattr(assembling, "build_body", build)
    found = coverage(WHOLE)
    assert (found.links.lost, found.words.lost) == (1, 0)
    assert lost(found) == [("link", "http://portal.example/van-ban/ke-hoach-7.pdf")]


def test_half_a_paragraph_is_missed_word_by_word(monkeypatch):
    def build(blocks, captions, resolve, **options):
        body = build_body(blocks, captions, resolve, **options)
        object.__setattr__(body, "html", body.html.replace(" trước ngày 30 tháng 4", ""))
        return body

    monkeypatch.setattr(assembling, "build_body", build)
    found = coverage(WHOLE)
    assert found.words.lost == 5
    assert lost(found) == [("text", "trước ngày 30 tháng 4")]


def test_text_without_html_and_html_without_text_have_not_arrived(monkeypatch):
    def build(blocks, captions, resolve, **options):
        body = build_body(blocks, captions, resolve, **options)
        object.__setattr__(body, "text", body.text.replace(THIRD, ""))
        return body

    monkeypatch.setattr(assembling, "build_body", build)
    assert lost(coverage(WHOLE)) == [("text", THIRD)]


def test_a_paragraph_twice_in_the_source_must_arrive_twice(losing):
    markup = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{SECOND}</p>"
    assert coverage(markup).share == 1
    seen = []
    losing(lambda block: block.text == SECOND and (seen.append(block) or len(seen) > 1))
    assert lost(coverage(markup)) == [("text", SECOND)]


ASIDE = {
    "<p style='display:none'>Ghi chú nội bộ</p>": Missing(kind="text", text="Ghi chú nội bộ", reason="hidden"),
    "<img src='/dem.gif' width='1' height='1'>": Missing(kind="image", text="http://portal.example/dem.gif", reason="tracker"),
    "<img src='https://www.google-analytics.com/collect?v=1'>": Missing(
        kind="image", text="https://www.google-analytics.com/collect?v=1", reason="tracker"
    ),
    "<img src='/_layouts/images/pdf16.gif'>": Missing(
        kind="image", text="http://portal.example/_layouts/images/pdf16.gif", reason="icon"
    ),
    "<p><a href='javascript:void(0)'>Bấm vào đây</a></p>": Missing(kind="link", text="javascript:void(0)", reason="unsafe"),
    "<iframe src='https://maps.example/ben-tre'></iframe>": Missing(
        kind="frame", text="https://maps.example/ben-tre", reason="frame"
    ),
    "<button>Nghe bài</button>": Missing(kind="text", text="Nghe bài", reason="control"),
}  # fmt: skip


@pytest.mark.parametrize("markup", ASIDE)
def test_what_has_a_reason_is_named_and_does_not_lower_the_figure(markup):
    found = coverage(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>")
    assert ASIDE[markup] in found.missing
    assert found.share == 1


def test_lines_of_the_page_are_set_aside_by_name():
    found = coverage(f"<p>{FIRST}</p><p>{SECOND}</p><p>Lượt người xem: 118</p>")
    assert Missing(kind="text", text="Lượt người xem: 118", reason="chrome") in found.missing
    assert found.share == 1


def test_a_picture_written_into_the_page_arrives_and_a_broken_one_is_lost():
    whole = "data:image/png;base64," + "A" * 4000
    found = coverage(f"<p>{FIRST}</p><p><img src='{whole}'></p><p><img src='{whole}*'></p><p>{SECOND}</p>")
    assert (found.images.source, found.images.arrived, found.images.lost) == (2, 1, 1)


def test_cells_of_a_layout_table_are_no_cells_but_their_text_counts():
    caption = "Quang cảnh hội nghị"
    layout = f"<table><tr><td><img src='/a/hoi-nghi.jpg'></td></tr><tr><td>{caption}</td></tr></table>"
    found = coverage(f"<p>{FIRST}</p>{layout}<p>{SECOND}</p>")
    assert (found.cells.source, found.cells.aside, found.cells.lost) == (2, 2, 0)
    assert found.words.arrived == len(re.findall(r"\w+", f"{FIRST} {caption} {SECOND}"))


def test_words_that_an_editor_cut_into_runs_are_whole():
    cut = "<p>" + FIRST.replace("nhân", "n<span>h</span>ân").replace("phố", "ph<b>ố</b>") + f"</p><p>{SECOND}</p>"
    assert coverage(cut).share == 1


def test_a_link_around_a_paragraph_stays_a_link():
    got = article(vendor_page(f"<p>{FIRST}</p><a href='/x.aspx?ItemID=9'><p>{SECOND}</p></a><p>{THIRD}</p>"))
    assert f'<a href="http://portal.example/x.aspx?ItemID=9">{SECOND}</a>' in got.body_html
    assert got.coverage is not None
    assert got.coverage.links.lost == 0


def test_a_form_is_measured_by_its_fields():
    page = form_page(
        row("Tiêu đề", "Tiêu đề của một bài viết")
        + row("Nội dung", f"<div><p>{FIRST}</p><p>{SECOND}</p></div>", kind="SPFieldNote")
    )
    found = article(page).coverage
    assert found is not None
    assert (found.share, found.words.lost, found.region) == (1, 0, "form")


def test_the_list_is_bounded_and_the_counts_are_whole(losing):
    markup = (
        f"<p>{FIRST}</p>"
        + "".join(f"<p>Dòng số {number} của danh sách</p>" for number in range(90))
        + f"<p>{SECOND}</p>"
    )
    losing(lambda block: block.text.startswith("Dòng số"))
    found = coverage(markup)
    assert len(found.missing) == 40
    assert found.words.lost == 90 * 6


def test_coverage_survives_the_pipe_to_the_crawl():
    got = article(vendor_page(WHOLE))
    assert article_from_json(to_json(got)) == got


def test_the_floor_is_the_profiles(losing):
    losing(lambda block: block.text == "Hai việc")
    page = vendor_page(WHOLE)
    assert "coverage_low" in article(page).flags
    assert "coverage_low" not in article(page, "[quality]\ncoverage_floor = 0.5\n").flags


def test_html_is_taken_stock_of_by_its_own_tags():
    stock = stock_of_html(
        '<p>a &amp; <strong>b</strong>c<br>d</p><table><tr><td>e</td><td></td></tr></table><figure><img src="u?x=1&amp;y=2" alt=""></figure>'
    )
    assert [line.key for line in stock.lines] == ["abc", "d", "e"]
    assert (stock.images, len(stock.cells)) == ([("u?x=1&y=2", "")], 2)


PLAIN = (
    "<html><head><title>Tin</title></head><body><nav><a href='/'>Trang chủ</a></nav>"
    f"<main><div class='noi-dung'><h1>Hội nghị của phường</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div></main></body></html>"
)


def test_a_page_of_unknown_make_has_no_figure_and_says_so():
    got = article(PLAIN)
    assert got.coverage is None
    assert "coverage_unknown" in got.flags


def test_a_layout_that_names_the_article_s_element_gives_the_figure():
    got = article(PLAIN, '[[layouts]]\nname = "own"\nbody = "div.noi-dung"\ntitle = "h1"\n')
    assert got.coverage is not None and got.coverage.share == 1
    assert "coverage_unknown" not in got.flags

"""Boxes of the template inside an article: found, and taken out where the portal's learned chrome knows them."""

from pipelines.chrome import Chrome, chrome_from_json, chrome_to_json
from pipelines.items import Page
from portal_crawler.extract.page import read_page
from tests.extract.building import FIRST, SECOND, URL, profile, vendor_page

HOTLINE = "<div class='hop-thu'><p>Gọi 0279.000.115 để phản ánh, kiến nghị</p><p>Thư góp ý gửi về văn phòng</p></div>"
LATEST = "<div class='o-tin'><h4>Mời bạn đọc</h4><ul><li><a href='/t.aspx?ItemID={0}'>Chuyện số {0}</a></li><li><a href='/t.aspx?ItemID={1}'>Chuyện số {1}</a></li></ul></div>"
CLOSING = "<p>Trân trọng thông báo để bà con được biết và thực hiện.</p>"


def read(body, chrome=None):
    page = Page(url=URL, body=vendor_page(body).encode())
    article = (
        read_page(page, profile(), "article", chrome) if chrome else read_page(page, profile(), "article")
    ).article
    assert article is not None
    assert article.coverage is not None
    return article


def learned(article, *places):
    boxes = [box for box in article.coverage.boxes if box.place in places or not places]
    signs = {
        (article.coverage.region, box.place, "list" if box.heading else "same", box.heading or box.key) for box in boxes
    }
    return Chrome(version=3, signs=frozenset(signs))


def body(number):
    other = LATEST.format(number, number + 1)
    return f"<p>{FIRST} Lần {number}.</p>{HOTLINE}<p>{SECOND} Lần {number}.</p>{CLOSING}{other}"


def test_boxes_of_the_template_are_found_and_paragraphs_are_none():
    found = read(body(1)).coverage.boxes
    assert [box.place for box in found] == ["div.hop-thu#", "div.o-tin#"]
    assert [box.heading for box in found] == ["", "moi ban doc"]


def test_a_learned_box_goes_and_is_named_with_the_version_of_what_was_learned():
    chrome = learned(read(body(1)))
    got = read(body(7), chrome)
    assert got.body_text == f"{FIRST} Lần 7.\n{SECOND} Lần 7.\nTrân trọng thông báo để bà con được biết và thực hiện."
    assert [box.removed for box in got.coverage.boxes] == [True, True]
    assert got.coverage.chrome_version == 3
    assert {one.text for one in got.coverage.missing if one.reason == "learned" and one.kind == "text"} == {
        "Gọi 0279.000.115 để phản ánh, kiến nghị", "Thư góp ý gửi về văn phòng", "Mời bạn đọc", "Chuyện số 7", "Chuyện số 8",
    }  # fmt: skip
    assert got.coverage.share == 1


def test_a_box_that_says_something_else_stays():
    chrome = learned(read(body(1)), "div.hop-thu#")
    other = body(2).replace("0279.000.115", "0279.000.116")
    assert "0279.000.116" in read(other, chrome).body_text


def test_the_same_words_as_a_paragraph_of_the_editor_stay():
    chrome = learned(read(body(1)), "div.hop-thu#")
    as_text = body(2).replace(" class='hop-thu'", "")
    assert "Gọi 0279.000.115" in read(as_text, chrome).body_text


def test_files_below_a_heading_are_no_list_of_links():
    files = LATEST.format(1, 2).replace("t.aspx?ItemID=", "van-ban-").replace("'>Chuyện", ".pdf'>Chuyện")
    assert [box.heading for box in read(f"<p>{FIRST}</p><p>{SECOND}</p>{files}").coverage.boxes] == [""]


def test_a_rich_text_field_is_the_editors_whatever_it_holds():
    field = f"<div class='ms-rtestate-field'><p>{FIRST}</p>{HOTLINE}<p>{SECOND}</p></div>"
    assert read(field).coverage.boxes == ()


def test_reading_with_the_same_chrome_gives_the_same_article():
    chrome = learned(read(body(1)))
    assert read(body(7), chrome) == read(body(7), chrome_from_json(chrome_to_json(chrome)))

"""Title, section, author, dates, counter, lead: from the page's own lines, each with its rule."""

import pytest

from tests.extract.building import BYLINE, FIRST, KICKER, SECOND, TITLE, article, profile, read, vendor_page, whole_page

TEXT = f"<div><p>{FIRST}</p><p>{SECOND}</p></div>"


def note(got, name):
    return next(one for one in got.notes if one.field == name)


def test_the_title_is_the_line_between_kicker_and_byline():
    got = article(vendor_page(TEXT))
    assert (got.title, note(got, "title").rule) == (TITLE, "title_line")


@pytest.mark.parametrize("tag", ["h1", "h2", "h3", "b", "span", "p"])
def test_the_title_is_found_in_any_element(tag):
    assert (
        article(
            whole_page(f"<div><a href='/tin.aspx'>Tin tức</a></div><{tag}>{TITLE}</{tag}><div>{BYLINE}</div>{TEXT}")
        ).title
        == TITLE
    )


def test_invisible_characters_in_title_author_and_date():
    page = vendor_page(TEXT).replace(TITLE, "\u200bTri\u200bển khai\u00a0nhiệm vụ trọng tâm quý hai năm 2019\ufeff")
    page = page.replace(BYLINE, "13/\u200b03/2019 |\u200b Mi\u00adnh\u00a0Đức")
    got = article(page)
    assert (got.title, got.author, got.published_at) == (TITLE, "Minh Đức", "2019-03-13T07:45:00+07:00")


def test_a_decomposed_page_comes_out_composed():
    import unicodedata

    got = article(unicodedata.normalize("NFD", vendor_page(TEXT)))
    assert (got.title, got.author, got.body_text) == (TITLE, "Minh Đức", f"{FIRST}\n{SECOND}")


@pytest.mark.parametrize(
    "title",
    [
        "Robert'); DROP TABLE articles;--",
        "%s %d {0} ${HOME} của tôi",
        "=1+1 là mấy",
        "-2 °C ở đỉnh núi",
        "../../etc/passwd trong bài",
    ],
)
def test_hostile_titles_are_kept_letter_by_letter(title):
    assert article(vendor_page(TEXT).replace(TITLE, title)).title == title


def test_markup_in_a_title_is_text():
    assert article(
        vendor_page(TEXT).replace(TITLE, "&lt;script&gt;alert(1)&lt;/script&gt; trong tiêu đề bài")
    ).title.startswith("<script>")


def test_without_a_title_line_the_title_element_gives_it_without_the_site():
    page = whole_page(
        f"<p id='date'>Date: 13 March 2019</p>{TEXT}", title="IATA - Countdown to the Last Ticket - 100 days until 100%"
    )
    got = article(page)
    assert (got.title, note(got, "title").rule) == (
        "Countdown to the Last Ticket - 100 days until 100%",
        "title_element",
    )


def test_a_label_with_a_number_is_no_title():
    page = whole_page(
        f"<p>Press Release No.: 7</p><p>Date: 27 March 2003</p>{TEXT}", title="IATA - Airports Must Reduce Costs"
    )
    got = article(page)
    assert (got.title, got.published_at, got.body_text) == (
        "Airports Must Reduce Costs",
        "2003-03-27",
        f"{FIRST}\n{SECOND}",
    )


@pytest.mark.parametrize(
    ("above", "category"),
    [
        ("<div><a href='/kt.aspx'>Kinh tế - Xã hội</a></div>", "Kinh tế - Xã hội"),
        ("<div>Trang chủ > Kinh tế - Xã hội</div>", "Kinh tế - Xã hội"),
        ("<h2>Kinh tế - Xã hội</h2>", "Kinh tế - Xã hội"),
        ("<div><a href='/'>Trang chủ</a></div>", None),
        ("", None),
    ],
)
def test_the_section_is_the_line_above(above, category):
    assert (
        article(whole_page(f"{above}<div>{KICKER}</div><div>{TITLE}</div><div>{BYLINE}</div>{TEXT}")).category
        == category
    )


def test_the_section_of_a_breadcrumb():
    crumbs = "<div class='noindex breadcrumb'><a href='/'>Trang chủ</a> > <a href='/kt'>Kinh tế</a></div>"
    assert article(vendor_page(TEXT, above=crumbs)).category == "Kinh tế"


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("13/03/2019 | Minh Đức", "Minh Đức", "2019-03-13"),
        ("Ngày đăng: 13/03/2019 07:45 | Tác giả: Minh Đức | Lượt xem: 55", "Minh Đức", "2019-03-13T07:45:00+07:00"),
        ("13-03-2019 07:45 - Minh Đức", "Minh Đức", "2019-03-13T07:45:00+07:00"),
        ("Cập nhật lúc 07h45 ngày 13/03/2019", None, "2019-03-13T07:45:00+07:00"),
        ("Wednesday, March 13, 2019", None, "2019-03-13"),
        ("13 tháng 3 năm 2019", None, "2019-03-13"),
        ("13/03/2019", None, "2019-03-13"),
        ("| Minh Đức", "Minh Đức", None),
        ("00/00/0000 | Minh Đức", "Minh Đức", None),
        ("31/02/2019 | Minh Đức", "Minh Đức", None),
    ],
)
def test_date_and_author_of_a_byline(line, author, published):
    got = article(whole_page(f"<h2>{TITLE}</h2><div>{line}</div>{TEXT}"))
    assert (got.author, got.published_at, got.body_text) == (author, published, f"{FIRST}\n{SECOND}")


def test_an_impossible_printed_date_is_not_mended_from_the_address():
    page = vendor_page(TEXT).replace(KICKER, "").replace("13/03/2019", "31/02/2019")
    got = article(page, url="http://portal.example/Pages/2019-3-13/bai-viet-moi.aspx")
    assert got.published_at is None
    assert {"date_missing", "impossible_date"} <= set(got.flags)


def test_an_address_alone_infers_the_day_and_says_so():
    got = article(whole_page(f"<h2>{TITLE}</h2>{TEXT}"), url="http://portal.example/Pages/2019-3-13/bai-viet-moi.aspx")
    assert (got.published_at, "date_inferred" in got.flags) == ("2019-03-13", True)


def test_dates_in_the_text_and_of_other_news_are_not_the_date():
    other = '<div>Tin khác<ul><li><a href="/a?ItemID=1">Một tin khác nữa</a> (01/09/2018)</li></ul></div>'
    assert article(whole_page(f"<h2>{TITLE}</h2>{TEXT}{other}")).published_at is None


def test_the_day_of_change_is_kept_apart():
    page = whole_page(f"<h2>{TITLE}</h2><div>Ngày đăng: 13/03/2019 07:45 | Cập nhật: 14/03/2019 10:00</div>{TEXT}")
    got = article(page)
    assert (got.published_at, got.updated_at) == ("2019-03-13T07:45:00+07:00", "2019-03-14T10:00:00+07:00")


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("Lượt xem: 1.284", 1284),
        ("118 lượt xem", 118),
        ("Views: 7", 7),
        ("Đã xem: 1,234", 1234),
        ("Lượt người xem: ", None),
    ],
)
def test_the_counter(line, views):
    assert article(vendor_page(f"{TEXT}<div>{line}</div>")).views == views


def test_visits_of_the_whole_site_are_not_the_counter():
    assert article(vendor_page(TEXT, below="<div>Tổng lượt truy cập: 4.512.771</div>")).views is None


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='s'>{lead}</div><div class='b'><p>{first}</p><p>{second}</p></div>",
        "<div><p><b>{lead}</b></p><p>{first}</p><p>{second}</p></div>",
        "<div><h3>{lead}</h3><p>{first}</p><p>{second}</p></div>",
        "<div class='s'>{lead}</div><img src='/a.jpg'/><div class='b'><p>{first}</p><p>{second}</p></div>",
    ],
)
def test_a_lead_that_is_set_apart(markup):
    lead = "Lời dẫn của bài viết nói ngắn gọn điều quan trọng nhất của hội nghị."
    got = article(
        whole_page(
            f"<div><h2>{TITLE}</h2><div>13/03/2019</div>{markup.format(lead=lead, first=FIRST, second=SECOND)}</div>"
        )
    )
    assert (got.summary, got.body_text) == (lead, f"{lead}\n{FIRST}\n{SECOND}")


def test_a_first_paragraph_like_the_others_is_no_lead():
    got = article(whole_page(f"<div><h2>{TITLE}</h2><div>13/03/2019</div><p>{FIRST}</p><p>{SECOND}</p></div>"))
    assert got.summary is None


def test_the_description_of_the_page_tells_the_lead():
    head = f'<meta name="description" content="{FIRST}"/>'
    assert (
        article(
            whole_page(f"<div><h2>{TITLE}</h2><div>13/03/2019</div><p>{FIRST}</p><p>{SECOND}</p></div>", head=head)
        ).summary
        == FIRST
    )


def test_the_site_owner_in_the_head_is_no_author():
    assert (
        article(
            vendor_page(TEXT, head='<meta name="author" content="UBND thành phố"/>').replace("| Minh Đức", "")
        ).author
        is None
    )


def test_language_is_told_by_the_text_not_by_the_form():
    assert article(vendor_page(TEXT)).language == "vi"


LAYOUT = """
[[layouts]]
name = "cu"
valid_until = "2018-12-31"
title = ".khong-co"
[[layouts]]
name = "moi"
match = ".tin"
valid_from = "2019-01-01"
container = ".tin"
title = "h3"
summary = ".dan"
body = ".bai"
author = "//p[@class='ky']"
category = ".muc"
published = ".luc"
views = ".dem"
remove = [".quang-cao"]
"""
PROFILED = whole_page(
    f'<h1>Tên khác hẳn của trang này</h1><div class="tin"><i class="muc">Kinh tế</i><h3>{TITLE}</h3><i class="luc">Đăng 13/03/2019 07:45</i><div class="dan">Lời dẫn ở đây.</div>'
    f'<div class="bai"><p>{FIRST}</p><div class="quang-cao"><p>Mua ngay kẻo hết, ưu đãi lớn trong tuần này cho mọi khách hàng.</p></div><p>{SECOND}</p></div>'
    '<p class="ky">Tác giả: Minh Đức</p><b class="dem">Lượt xem: 77</b></div>'
)


def test_the_selectors_of_a_profile_win():
    got = article(PROFILED, LAYOUT, captured_at="2019-05-01T00:00:00+07:00")
    assert (got.layout, got.title, got.summary, got.author, got.category, got.published_at, got.views, got.body_text) == (
        "moi", TITLE, "Lời dẫn ở đây.", "Minh Đức", "Kinh tế", "2019-03-13T07:45:00+07:00", 77, f"Lời dẫn ở đây.\n{FIRST}\n{SECOND}",
    )  # fmt: skip
    assert note(got, "title").rule == "layout:moi/h3"


def test_the_layout_of_the_capture_day_is_used_and_its_misses_are_flagged():
    got = article(PROFILED, LAYOUT, captured_at="2018-05-01T00:00:00+07:00")
    assert (got.layout, "layout_missed_title" in got.flags) == ("cu", True)


def test_a_layout_that_does_not_match_is_left_alone():
    got = article(vendor_page(TEXT), LAYOUT, captured_at="2019-05-01T00:00:00+07:00")
    assert (got.title, got.layout) == (TITLE, "prose_share")


def test_key_and_addresses():
    got = article(
        vendor_page(TEXT),
        url="http://portal.example/Pages/Tin.aspx?ItemID=7",
        requested_url="http://portal.example/pages/tin.aspx?itemid=7&Source=x",
    )
    assert got.key == "portal.example/pages/tin.aspx#7"
    assert "http://portal.example/pages/tin.aspx?itemid=7&Source=x" in got.urls


def test_reading_twice_gives_the_same():
    assert read(vendor_page(TEXT)) == read(vendor_page(TEXT))
    assert (
        article(vendor_page(f"{TEXT}<div>Lượt xem: 1</div>")).content_hash
        == article(vendor_page(f"{TEXT}<div>Lượt xem: 2</div>")).content_hash
    )
    assert profile().name == "p"

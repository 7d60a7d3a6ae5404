"""Where on a page the article is, and what around it is not."""

import pytest

from tests.extract.building import BYLINE, FIRST, HEADER, KICKER, SECOND, TITLE, article, read, vendor_page, whole_page

TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
RELATED = '<div><b>{}</b><ul><li><a href="/a?ItemID=1">Khánh thành cầu Kinh Lở, xã Sơn Đông</a> (02/09/2018)</li><li><a href="/a?ItemID=2">Tập huấn nghiệp vụ một cửa</a></li></ul></div>'
TEASERS = "".join(
    f'<div><a href="/a?ItemID={at}">Tin số {at} của tuần</a><p>Đoạn giới thiệu dài của tin số {at}, nói nhiều điều về các phường xã trong thành phố và kế hoạch của năm tới nữa.</p></div>'
    for at in range(4)
)


@pytest.mark.parametrize(
    "heading",
    [
        "Các tin khác",
        "Tin liên quan:",
        "Bài viết liên quan",
        "Tin cùng chuyên mục",
        "CÁC TIN ĐÃ ĐƯA",
        "Related news",
        "Tin mới hơn",
    ],
)
def test_lists_of_other_news_are_not_text(heading):
    assert article(vendor_page(TEXT + RELATED.format(heading))).body_text == f"{FIRST}\n{SECOND}"


def test_a_list_of_other_news_between_two_paragraphs_is_not_text():
    body = f"<p>{FIRST}</p>{RELATED.format('Tin liên quan')}<p>{SECOND}</p>"
    assert article(vendor_page(body)).body_text == f"{FIRST}\n{SECOND}"


def test_a_heading_that_only_sounds_like_one_is_text():
    body = f"<p>{FIRST}</p><h3>Thông tin liên quan</h3><p>{SECOND}</p>"
    assert article(vendor_page(body)).body_text == f"{FIRST}\nThông tin liên quan\n{SECOND}"


@pytest.mark.parametrize(
    "line",
    [
        "Lượt người xem: &#160;&#160;118", "Số lượt xem: 1.284", "In trang", "Chia sẻ", "A- A A+", "Quay lại", "Từ khóa: hội nghị, quý hai",
        "Gửi bình luận", "Ý kiến bạn đọc", "Manage PermissionsManage Permissions", "Content Type: Tin Tức Mở Rộng", "Version: 3.0",
        "Created at 10/5/2020 4:45 PM by System Account", "Đánh giá:", "Về trang trước",
    ],
)  # fmt: skip
def test_chrome_below_the_text_is_not_text(line):
    assert article(vendor_page(f"{TEXT}<div>{line}</div>")).body_text == f"{FIRST}\n{SECOND}"


@pytest.mark.parametrize(
    "line",
    [
        "Đánh giá",
        "In ấn tài liệu phục vụ hội nghị",
        "Bình luận",
        "Chia sẻ tại hội nghị:",
        "Lượt xem tăng gấp đôi",
        "Nguồn: Báo Đồng Khởi",
    ],
)
def test_sentences_that_only_resemble_chrome_stay(line):
    assert line in article(vendor_page(f"<p>{FIRST}</p><p>{line}</p><p>{SECOND}</p>")).body_text


def test_the_final_author_line_stays_as_written():
    assert article(vendor_page(TEXT + '<p style="text-align:right"><b>Minh Đức</b></p>')).body_text.endswith(
        "\nMinh Đức"
    )


def test_a_footer_never_becomes_an_article():
    shell = whole_page("<div><a href='/tin.aspx'>Tin tức</a></div><div>Lượt người xem: </div>")
    for expect in ("any", "article", "listing"):
        assert read(shell, expect).problem.reason == "empty_shell"


def test_a_longer_side_column_does_not_win_over_the_article():
    page = whole_page(f"<table><tr><td><div>{HEADER}<div>{TEXT}</div></div></td><td>{TEASERS}</td></tr></table>")
    assert article(page).body_text == f"{FIRST}\n{SECOND}"


def test_a_clock_above_the_menu_is_not_the_date():
    page = vendor_page(TEXT, above="<div>Hôm nay: Thứ 2, Ngày 05/01/2026</div>").replace(f"<div>{KICKER}</div>", "")
    assert article(page, captured_at="2026-01-05T08:00:00+07:00").published_at == "2019-03-13"


def test_the_clock_in_the_shape_of_a_kicker_is_recorded_and_not_believed():
    page = vendor_page(TEXT).replace(KICKER, "Thứ 5, Ngày 21/03/2019")
    got = article(page, captured_at="2019-03-21T08:00:00+07:00")
    note = next(note for note in got.notes if note.field == "published_at")
    assert (got.published_at, note.problem) == ("2019-03-13", "clock_trap")


def test_the_longest_of_several_rich_text_fields_is_the_body():
    fields = '<div class="ms-rtestate-field"></div><div class="ms-rtestate-field"><p>Liên hệ: 0279.000.114</p></div>'
    page = whole_page(f'<h1>{TITLE}</h1><div>{BYLINE}</div>{fields}<div class="ms-rtestate-field">{TEXT}</div>')
    assert article(page).body_text == f"{FIRST}\n{SECOND}"


def test_a_small_rich_text_field_beside_the_text_is_not_the_body():
    more = "".join(
        f"<p>Đoạn thứ {at} kể tiếp những việc mà hội nghị đã bàn trong buổi chiều cùng ngày ở thành phố.</p>"
        for at in range(6)
    )
    box = '<div class="ms-rtestate-field"><p>Cần giúp đỡ, xin gọi đường dây nóng của Ủy ban nhân dân thành phố trong giờ hành chính.</p></div>'
    page = whole_page(f"<div><h1>{TITLE}</h1><div>{BYLINE}</div>{TEXT}{more}</div><div>{box}</div>")
    got = article(page)
    assert got.body_text.startswith(f"{FIRST}\n{SECOND}\nĐoạn thứ 0")
    assert "đường dây nóng" not in got.body_text


def test_hidden_labels_and_furniture_do_not_leak():
    page = vendor_page(
        f'<div style="display:none">Page Content</div>{TEXT}<div class="noindex">Chia sẻ trang này</div>'
    )
    assert article(page).body_text == f"{FIRST}\n{SECOND}"


def test_an_article_inside_a_dynamic_web_part_is_found():
    page = whole_page(f'<div class="ms-WPBody noindex ">{HEADER}<div>{TEXT}</div></div>')
    assert (article(page).title, article(page).body_text) == (TITLE, f"{FIRST}\n{SECOND}")


def test_a_long_title_over_a_lone_picture_is_no_body():
    page = vendor_page('<p><img src="/anh/a.jpg" alt="a.jpg"/></p>').replace(TITLE, TITLE * 2)
    got = article(page)
    assert (got.body_text, len(got.images)) == ("", 1)


def test_header_lines_kept_apart_by_breaks_are_told_apart():
    page = whole_page(f"<div>{KICKER}<br/><b>{TITLE}</b><br/>{BYLINE}</div><div>{TEXT}</div>")
    got = article(page)
    assert (got.title, got.author, got.published_at) == (TITLE, "Minh Đức", "2019-03-13T07:45:00+07:00")


def test_fields_that_only_a_style_sheet_parts_are_two_words():
    page = whole_page(
        f'<h2>{TITLE}</h2><div><span class="d">13/03/2019 07:45</span><span class="a">Minh Đức</span></div><div>{TEXT}</div>'
    )
    assert (article(page).author, article(page).published_at) == ("Minh Đức", "2019-03-13T07:45:00+07:00")


def test_a_page_of_unknown_make_keeps_lists_and_captions():
    items = "".join(f"<li>Việc thứ {at} cần làm ngay;</li>" for at in range(3))
    figure = "<figure><img src='/a.jpg'><figcaption>Quang cảnh hội nghị</figcaption></figure>"
    page = (
        "<!DOCTYPE html><html lang='vi'><head><title>"
        + TITLE
        + "</title></head><body><div class='k2'><a href='/'>Trang chủ</a></div>"
        f"<div class='k4'><div class='k5'>{TITLE}</div><div class='k6'>{BYLINE}</div><div class='k7'><p>{FIRST}</p>{figure}<ul>{items}</ul>"
        f"<p>{SECOND}</p></div></div><div class='k9'>{RELATED.format('Xem nhiều')}</div></body></html>"
    )
    got = article(page)
    assert (got.title, got.author) == (TITLE, "Minh Đức")
    lines = got.body_text.split("\n")
    assert lines == [
        FIRST,
        "Quang cảnh hội nghị",
        "Việc thứ 0 cần làm ngay;",
        "Việc thứ 1 cần làm ngay;",
        "Việc thứ 2 cần làm ngay;",
        SECOND,
    ]


def test_a_list_of_other_news_without_a_heading_is_not_text():
    rows = "".join(
        f'<li><a href="/a?ItemID={at}">Khánh thành cầu số {at} ở xã Sơn Đông</a> (0{at}/09/2018)</li>'
        for at in (1, 2, 3)
    )
    assert article(vendor_page(f"<p>{FIRST}</p><p>{SECOND}</p><ul>{rows}</ul>")).body_text == f"{FIRST}\n{SECOND}"


def test_a_list_of_files_at_the_end_is_text():
    rows = "".join(f'<li><a href="/vb/ke-hoach-{at}.pdf">Kế hoạch số {at}</a></li>' for at in (1, 2, 3))
    got = article(vendor_page(f"<p>{FIRST}</p><p>{SECOND}</p><ul>{rows}</ul>"))
    assert (got.body_text.split("\n")[2:], len(got.attachments)) == (
        ["Kế hoạch số 1", "Kế hoạch số 2", "Kế hoạch số 3"],
        3,
    )

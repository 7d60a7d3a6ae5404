"""SharePoint's stock forms: which field is which, whatever is left of its marks, and what its date means."""

import pytest

from pipelines.items import Page
from portal_crawler.extract.document import parse_document
from portal_crawler.platforms.sharepoint.forms import read_form
from portal_crawler.platforms.sharepoint.labels import decode_internal, field_of, is_label
from portal_crawler.profile import Labels
from tests.extract.building import FIRST, SECOND, article, form_page, read, row, vendor_page

BODY = f'<div class="ms-rtestate-field"><div dir=""><div class="ExternalClass{"0A" * 16}"><p>{FIRST}</p><p>{SECOND}</p></div></div></div>'


def form(*rows: str, **options) -> str:
    return form_page("".join(rows), **options)


FULL = (
    row("Tiêu đề", "Bài một"),
    row("Tóm tắt", "<div>Lời dẫn của bài viết thứ nhất.</div>", kind="SPFieldNote"),
    row("Nội dung", BODY, kind="SPFieldNote"),
    row("Ngày xuất bản", "3/13/2019 7:45 AM&nbsp;", kind="SPFieldDateTime"),
    row("Tác giả", "Minh Đức"),
    row("Phân loại", '<a href="/_layouts/15/listform.aspx?ID=3">Kinh tế - Xã hội</a>', kind="SPFieldLookup"),
    row("Số lượt người đọc", "1.284", kind="SPFieldNumber"),
)


def test_every_field_is_read_under_its_own_name():
    got = article(form(*FULL))
    assert (got.title, got.summary, got.author, got.category, got.views, got.published_at, got.layout) == (
        "Bài một", "Lời dẫn của bài viết thứ nhất.", "Minh Đức", "Kinh tế - Xã hội", 1284, "2019-03-13T07:45:00+07:00", "form",
    )  # fmt: skip
    assert got.body_text == f"Lời dẫn của bài viết thứ nhất.\n{FIRST}\n{SECOND}"


def test_each_field_says_where_it_came_from():
    rules = {note.field: note.rule for note in article(form(*FULL)).notes}
    assert rules["title"] == "form:Tiêuđề"
    assert rules["body_text"].startswith("form:Nộidung+")


@pytest.mark.parametrize("by", ["bookmark", "label"])
def test_a_form_without_comments_is_read_by(by):
    rows = (row("Tiêu đề", "Bài hai", internal="TieuDe", by=by), row("Nội dung", BODY, internal="NoiDung", by=by))
    got = article(form(*rows))
    assert (got.title, got.body_text) == ("Bài hai", f"{FIRST}\n{SECOND}")
    assert f"({by})" in got.notes[0].rule


@pytest.mark.parametrize(
    ("display", "internal", "target"),
    [
        ("", "Ti_x00ea_u_x0020__x0111__x1ec1_", "title"),
        ("", "T_x00f3_m_x0020_t_x1eaf_t", "summary"),
        ("", "Ng_x00e0_y_x0020_xu_x1ea5_t_x002", "published"),
        ("", "Link_x0020_thay_x0020_th_x1ebf__", "alternate_url"),
        ("Trường lạ", "NoiDung", "body"),
        ("Nội dung (*)", "Field1", "body"),
        ("Publish date", "x", "published"),
        ("Mã số", "MaSo", ""),
    ],
)
def test_labels_and_mangled_internal_names(display, internal, target):
    assert field_of(display, internal, Labels()) == target


def test_a_cut_escape_at_the_end_of_an_internal_name_goes():
    assert decode_internal("Ng_x00e0_y_x0020_xu_x1ea5_t_x002") == "Ngày xuất"


def test_labels_of_the_profile_win():
    assert field_of("Mô tả", "MoTa", Labels(body=("Mô tả",))) == "body"
    assert is_label("Tin nổi bật", Labels())
    assert not is_label("Tin nổi bật trong tuần qua", Labels())


def test_no_text_is_taken_from_a_form_without_values():
    rows = "".join(row(label, "") for label in ("Tiêu đề", "Tóm tắt", "Nội dung", "Tác giả", "Link thay thế nội dung"))
    assert read(form_page(rows)).problem.reason == "empty_shell"


@pytest.mark.parametrize(
    "extra", ["<input type='text' value='x'/>", "<textarea>x</textarea>", "<select><option>x</option></select>"]
)
def test_a_form_to_fill_in_is_no_article(extra):
    assert read(form(row("Tiêu đề", extra), row("Nội dung", BODY))).problem.reason == "form_page"


def test_a_comment_form_below_an_article_does_not_matter():
    comment = form(row("Title", "<input type='text'/>"), row("Body", "<textarea>x</textarea>"))
    page = vendor_page(
        f"<p>{FIRST}</p><p>{SECOND}</p></div>{comment[comment.index('<table') : comment.index('</table>') + 8]}<div>"
    )
    assert article(page).body_text == f"{FIRST}\n{SECOND}"


def test_a_form_of_a_library_or_a_survey_is_no_article():
    library = form(
        row("Name", '<a href="/a.docx">a.docx</a>', internal="FileLeafRef", kind="SPFieldFile"), row("Title", "x")
    )
    survey = form(row("Title", "x"), row("Mức độ", "<table><tr><td>1</td></tr></table>", kind="SPFieldGridChoice"))
    assert (read(library).problem.reason, read(survey).problem.reason) == ("library_form", "survey_form")


def test_a_link_instead_of_a_text_is_an_article():
    link = '<a href="http&#58;//khac.example/bai%20viet.html">xem</a>'
    got = article(form(row("Tiêu đề", "Bài dẫn"), row("Link thay thế nội dung", link, kind="SPFieldURL")))
    assert (got.alternate_url, got.body_text) == ("http://khac.example/bai%20viet.html", "")


def test_a_file_instead_of_a_text_is_an_article():
    files = '<table id="idAttachmentsTable"><tr><td><a href="/Lists/TB/Attachments/3/Kế hoạch.pdf">Kế hoạch.pdf</a></td></tr></table>'
    got = article(form(row("Tiêu đề", "Thông báo"), row("Attachments", files, kind="SPFieldAttachments")))
    assert [(one.name, one.url) for one in got.attachments] == [
        ("Kế hoạch.pdf", "http://portal.example/Lists/TB/Attachments/3/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf")
    ]


def test_a_title_alone_is_not_an_article():
    assert read(form(row("Tiêu đề", "Bài rỗng"))).problem.reason == "no_body"


def test_the_picture_field_is_a_lead_picture_with_its_caption():
    rows = (
        *FULL,
        row("Hình ảnh", '<img src="/anh/a.jpg" alt="a.jpg"/>', kind="SPFieldURL"),
        row("Chú thích ảnh", "Quang cảnh (Ảnh: An)"),
    )
    (image,) = article(form(*rows)).images
    assert (image.url, image.alt, image.caption, image.credit, image.role) == (
        "http://portal.example/anh/a.jpg", "", "Quang cảnh (Ảnh: An)", "An", "lead",
    )  # fmt: skip


def test_rich_text_under_an_unknown_label_is_the_body_and_flagged():
    got = article(form(row("Tiêu đề", "Bài ba"), row("Phần chính văn", BODY, kind="SPFieldNote")))
    assert got.body_text == f"{FIRST}\n{SECOND}"
    assert "body_label_unknown" in got.flags


def test_history_and_states_are_not_text():
    rows = (
        *FULL,
        row("Lịch sử", "<div>Biên tập viên chuyển duyệt</div>", kind="SPFieldNote"),
        row("Trạng thái", "Đã duyệt"),
    )
    assert "duyệt" not in article(form(*rows)).body_text


@pytest.mark.parametrize(
    ("value", "language", "extra", "published"),
    [
        ("10/5/2020 4:45 PM", 1033, "", "2020-10-05T16:45:00+07:00"),
        ("05/10/2020 16:45", 1066, "", "2020-10-05T16:45:00+07:00"),
        ("25/10/2020 16:45", 1033, "", "2020-10-25T16:45:00+07:00"),
        ("10/25/2020 4:45 PM", 1066, "", "2020-10-25T16:45:00+07:00"),
        ("5/10/2020", 1033, '[dates]\nform_order = "DMY"', "2020-10-05"),
    ],
)
def test_day_and_month_of_a_form_date(value, language, extra, published):
    rows = (row("Tiêu đề", "Bài"), row("Nội dung", BODY), row("Ngày xuất bản", value, kind="SPFieldDateTime"))
    assert article(form(*rows, language=language), extra).published_at == published


def test_a_form_date_that_nothing_decides_stays_blank():
    rows = (row("Tiêu đề", "Bài"), row("Nội dung", BODY), row("Ngày xuất bản", "10/5/2020", kind="SPFieldDateTime"))
    got = article(form(*rows, language=0).replace(' lang="en-US"', ""))
    assert got.published_at is None
    assert "ambiguous" in got.flags


def test_the_audit_lines_below_a_form_give_no_date():
    audit = '<table><tr><td class="ms-descriptiontext">Created at 1/2/2018 3:04 PM by System Account</td></tr></table>'
    rows = (row("Tiêu đề", "Bài"), row("Nội dung", BODY))
    got = article(form(*rows, kind=audit))
    assert got.published_at is None
    document = parse_document(Page(url="http://portal.example/", body=form(*rows, kind=audit).encode()))
    assert read_form(document.root, Labels()).audit == {"created": "1/2/2018 3:04 PM by System Account"}

"""Answers that must never be taken for an article, whatever status they came with."""

import gzip

import pytest

from tests.extract.building import FIRST, HEADER, SECOND, article, read, vendor_page, whole_page

GUID = "5c9d3e9f-2f9b-4a53-8f0e-1b2c3d4e5f60"
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


def bare(title: str, text: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{text}</body></html>"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "http_404"),
        (410, "http_410"),
        (403, "http_403"),
        (500, "http_500"),
        (503, "http_503"),
        (401, "login_required"),
        (302, "http_302"),
    ],
)
def test_a_status_is_believed_before_the_body(status, reason):
    assert read(vendor_page(TEXT), status=status).problem.reason == reason


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (whole_page(f"<div>Sorry, something went wrong</div><div>Correlation ID: {GUID}</div>", title="Error"), "error_page"),
        (whole_page(f"<div>Rất tiếc, đã xảy ra lỗi</div><div>ID tương quan: {GUID}</div>", title="Lỗi"), "error_page"),
        (whole_page("<div>An unexpected error has occurred.</div>"), "error_page"),
        (bare("Server Error in '/' Application.", "<h1>Server Error in '/' Application.</h1><code>" + "at System.Web.UI.Page " * 90 + "</code>"), "error_page"),
        (bare("Runtime Error", "<h2><i>Runtime Error</i></h2>"), "error_page"),
        (bare("Thông báo", "<h1>Hệ thống đang bảo trì</h1><p>Mời bạn quay lại sau.</p>"), "maintenance"),
        (whole_page("<p>Cổng thông tin đang được nâng cấp, mong quý vị thông cảm.</p>"), "maintenance"),
        (bare("Service Unavailable", "<h2>Service Unavailable</h2>"), "maintenance"),
        (whole_page("<div>Bài viết không tồn tại hoặc đã bị xóa.</div>"), "soft_404"),
        (whole_page("<div>Item does not exist. It may have been deleted by another user.</div>"), "soft_404"),
        (bare("The resource cannot be found.", "<h1>Server Error</h1><h2>The resource cannot be found.</h2>"), "soft_404"),
        (whole_page("<div>Không tìm thấy nội dung bạn yêu cầu</div>"), "soft_404"),
        (bare("Sign In", "<form><input name='u'><input type='password' name='p'></form>"), "login_required"),
        (whole_page("<div>Tên đăng nhập</div><input type='password'/>"), "login_required"),
        (whole_page("<div>Bạn không có quyền truy cập trang này.</div>"), "login_required"),
        (bare("Request Rejected", "The requested URL was rejected. Your support ID is: 1234567890"), "blocked_waf"),
        (bare("Just a moment...", "<p>Checking your browser before accessing the portal.</p>"), "blocked_waf"),
        (bare("Attention Required! | Cloudflare", "<p>Sorry, you have been blocked</p>"), "blocked_waf"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("expect", ["article", "any", "listing"])
def test_a_page_that_is_no_content_is_named(markup, reason, expect):
    reading = read(markup, expect)
    assert (reading.article, reading.problem.reason) == (None, reason)


def test_a_firewall_with_an_error_status_is_named():
    body = bare("Request Rejected", "The requested URL was rejected. Your support ID is: 77")
    assert read(body, status=403).problem.reason == "blocked_waf"


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/_layouts/15/Authenticate.aspx?Source=%2F",
        "http://portal.example/_layouts/AccessDenied.aspx",
        "http://portal.example/_login/default.aspx",
    ],
)
def test_an_answer_from_a_login_address_is_no_page(url):
    assert read(vendor_page(TEXT), url=url).problem.reason == "login_required"


def test_a_redirect_to_the_login_is_named():
    assert (
        read("", status=302, headers=(("Location", "/_layouts/15/Authenticate.aspx?Source=x"),)).problem.reason
        == "login_required"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Hệ thống đang bảo trì từ 22 giờ ngày 13/3/2019 đến 5 giờ sáng hôm sau, người dân vui lòng nộp hồ sơ trực tiếp tại bộ phận một cửa.",
        "Bài viết không tồn tại trên trang báo là tin giả, cơ quan chức năng khuyến cáo người dân cảnh giác với các trang giả mạo.",
        "Ban biên tập xin lỗi, đã xảy ra lỗi in ấn trong bản tin số 12, kính mong bạn đọc lượng thứ và đón đọc bản đính chính.",
    ],
)
def test_news_about_errors_is_news(text):
    assert article(vendor_page(f"<p>{text}</p>")).body_text == text


def test_a_login_box_beside_an_article_does_not_matter():
    assert (
        article(vendor_page(TEXT, below="<div>Đăng nhập <input type='password'/></div>")).body_text
        == f"{FIRST}\n{SECOND}"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.4 xyz", "not_html"), (b"\xff\xd8\xff\xe0abc", "not_html"), (b"\x89PNG\r\n", "not_html"), (b"PK\x03\x04abc", "not_html"),
        (b'{"d": {"results": []}}', "not_html"), (b'<?xml version="1.0"?><urlset></urlset>', "not_html"), (gzip.compress(b"<html>", mtime=0), "not_html"),
        (b"", "empty_page"), (b"  \r\n", "empty_page"), (b"<html></html>", "empty_shell"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "feed"), (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "feed"),
    ],
)  # fmt: skip
def test_what_is_no_page_of_html(body, reason):
    assert read(body).problem.reason == reason


def test_plain_text_is_no_page():
    assert read(b"User-agent: *\nDisallow: /", headers=(("Content-Type", "text/plain"),)).problem.reason == "not_html"


def test_html_under_a_wrong_type_is_read():
    assert read(vendor_page(TEXT), headers=(("Content-Type", "application/octet-stream"),)).article is not None


def test_a_page_above_the_limit_is_refused():
    assert read(vendor_page(TEXT) + " " * 4096, extra="[crawl]\nmax_bytes = 2048").problem.reason == "too_large"


def test_a_page_that_breaks_off_is_refused():
    page = vendor_page(TEXT)
    assert read(page[: page.index("đông đảo")]).problem.reason == "cut_short"
    assert read(page[: page.index("</form>")]).problem.reason == "cut_short"


def test_fewer_bytes_than_announced_are_refused():
    page = vendor_page(TEXT)
    assert read(page, headers=(("Content-Length", str(len(page.encode()) + 10)),)).problem.reason == "cut_short"
    packed = (("Content-Length", "99999999"), ("Content-Encoding", "gzip"))
    assert read(page, headers=packed).article is not None


def test_a_hand_written_page_may_leave_its_end_tag_out():
    page = f"<html><head><title>t</title></head><body>{HEADER}<div>{TEXT}</div></body>"
    assert read(page).article is not None


def test_a_fragment_is_not_cut_short():
    assert read(f"{HEADER}<div>{TEXT}</div>").article is not None

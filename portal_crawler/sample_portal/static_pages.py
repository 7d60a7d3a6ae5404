"""Pages that are no articles: about the city, and how to reach it."""

from __future__ import annotations

from portal_crawler.sample_portal.chrome import STATIC_PAGES, Page

_ABOUT = (
    '<div class="ms-rtestate-field"><p>Thành phố Cồn Phượng nằm bên bờ sông Phượng, có 8 phường và 8 xã.</p>'
    "<p>Nghề làm vườn, đan lát và làm kẹo dừa có từ lâu đời; du lịch sông nước mới phát triển những năm gần đây.</p></div>"
)
_CONTACT = (
    '<table class="cp-contact"><tr><td>Họ và tên</td><td><input type="text" name="ctl00$txtTen" /></td></tr><tr><td>Nội dung</td>'
    '<td><textarea name="ctl00$txtNoiDung"></textarea></td></tr></table><input type="submit" value="Gửi" />'
)


def static_page(path: str) -> Page:
    """The page of a lower-case path in STATIC_PAGES."""
    title = STATIC_PAGES[path]
    content = _ABOUT if title == "Giới thiệu" else _CONTACT
    return Page(title=title, main=f'<h1 class="ms-core-pageTitle">{title}</h1>{content}', path=path)

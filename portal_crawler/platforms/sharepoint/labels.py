"""Which field of an article a form label means, in Vietnamese and English, as display name or mangled internal name."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

from portal_crawler.extract.text import clean_text, fold

if TYPE_CHECKING:
    from portal_crawler.profile import Labels

#: Labels as portals print them, by the field they fill. Compared folded: "Tiêu đề", "TiêuĐề" and "TieuDe" are one.
#: Display forms of Ben Tre, Ha Tinh and Kon Tum, and SharePoint's own site columns.
LABELS: dict[str, tuple[str, ...]] = {
    "title": (
        "Tiêu đề", "Tiêu đề tin", "Tiêu đề bài viết", "Tên bài viết", "Tên tin", "Tên tin bài", "Tựa đề", "Tít", "Tên tiêu đề", "Chủ đề tin",
        "Title", "Headline", "News title",
    ),
    "summary": (
        "Tóm tắt", "Nội dung tóm tắt", "Tóm tắt nội dung", "Trích dẫn", "Trích yếu", "Mô tả", "Mô tả ngắn", "Mô tả tóm tắt", "Lời dẫn",
        "Giới thiệu", "Sapo", "Đoạn dẫn", "Summary", "Abstract", "Short description", "Description", "Excerpt", "Introduction", "Lead",
    ),
    "body": (
        "Nội dung", "Nội dung tin", "Nội dung bài viết", "Nội dung chi tiết", "Nội dung tin bài", "Chi tiết", "Toàn văn", "Bài viết",
        "Body", "Content", "Page content", "Article body", "News content", "Publishing page content", "Wiki content", "Details", "Full text",
    ),
    "author": ("Tác giả", "Tác giả bài viết", "Người viết", "Bút danh", "Author", "Byline", "Article byline", "Written by"),
    "category": (
        "Phân loại", "Chuyên mục", "Chuyên mục tin", "Danh mục", "Danh mục tin", "Loại tin", "Loại tin tức", "Thể loại", "Nhóm tin",
        "Lĩnh vực", "Category", "Categories", "News category", "Section", "Topic",
    ),
    "published": (
        "Ngày xuất bản", "Ngày đăng", "Ngày đăng tin", "Ngày đăng bài", "Ngày giờ đăng", "Ngày phát hành", "Ngày công bố", "Ngày đưa tin",
        "Ngày viết", "Thời gian đăng", "Thời gian xuất bản", "Ngày hiển thị", "Article date", "Publish date", "Published date", "Publishing date",
        "Publication date", "Published", "Date published", "Publishing start date", "News date", "Release date",
    ),
    "views": (
        "Số lượt người đọc", "Số lượt đọc", "Số lượt xem", "Lượt xem", "Lượt đọc", "Số lần xem", "Số người đọc", "Số người xem", "Lượt truy cập",
        "Views", "View count", "Page views", "Hits", "Number of views",
    ),
    "image": (
        "Hình ảnh", "Ảnh", "Ảnh đại diện", "Hình đại diện", "Hình ảnh đại diện", "Hình ảnh mô tả", "Ảnh mô tả", "Ảnh minh họa", "Hình minh họa",
        "Image", "Picture", "Photo", "Rollup image", "Page image", "Publishing page image", "Publishing rollup image", "Thumbnail",
    ),
    "caption": ("Chú thích ảnh", "Chú thích hình ảnh", "Chú thích", "Mô tả hình ảnh", "Mô tả ảnh", "Image caption", "Caption", "Picture caption"),
    "alternate_url": (
        "Link thay thế nội dung", "Liên kết thay thế nội dung", "Link thay thế", "Liên kết thay thế", "Đường dẫn thay thế", "Link liên kết", "Liên kết ngoài",
        "Redirect URL", "Alternate URL", "Link URL", "External link",
    ),
    "attachments": (
        "Attachments", "Đính kèm", "Tệp đính kèm", "File đính kèm", "Tập tin đính kèm", "Tài liệu đính kèm", "Văn bản đính kèm", "Các tệp đính kèm",
        "Tệp tin đính kèm", "Files",
    ),
    "updated": ("Ngày cập nhật", "Cập nhật lần cuối", "Ngày sửa", "Modified", "Last modified"),
}  # fmt: skip
#: Labels that news forms carry besides; they tell a form, and fill no field.
OTHERS = (
    "Tin nổi bật", "Loại bài viết", "Trạng thái", "Lịch sử", "Approval Status", "Content Type", "Trạng thái phê duyệt", "Nguồn", "Nguồn tin", "Từ khóa",
    "Thứ tự", "Hiển thị", "Ngôn ngữ", "Tin nóng", "Ngày hết hạn", "Ngày tạo", "Người tạo", "Created", "Created By", "Modified By", "Version", "Tags", "Status",
)  # fmt: skip

_ESCAPE = re.compile(r"_x([0-9a-fA-F]{4})_")
_CUT_ESCAPE = re.compile(r"_(?:x[0-9a-fA-F]{0,4})?$")
_NOT_LETTER = re.compile(r"[\W_]+")
#: SharePoint cuts the mangled internal name here, in the middle of an escape where it must.
_INTERNAL_LENGTH = 32


def decode_internal(name: str) -> str:
    """The text an internal name was made of: "T_x00f3_m_x0020_t_x1eaf_t" is "Tóm tắt"; a cut escape at its end goes."""
    return clean_text(_CUT_ESCAPE.sub("", _ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)))


@lru_cache(maxsize=4096)
def squeeze(label: str) -> str:
    """A label without case, diacritics, spaces and marks: "Tiêu đề (*)" is "tieude"."""
    return _NOT_LETTER.sub("", fold(label))


@lru_cache(maxsize=16)
def label_table(labels: Labels) -> dict[str, str]:
    """Field by squeezed label; a portal's own labels win over those of the platform."""
    table = {squeeze(label): name for name, known in LABELS.items() for label in known}
    for one in fields(labels):
        table.update({squeeze(label): one.name for label in getattr(labels, one.name)})
    return table


@lru_cache(maxsize=16)
def _known(labels: Labels) -> frozenset[str]:
    return frozenset([*label_table(labels), *map(squeeze, OTHERS)])


def is_label(text: str, labels: Labels) -> bool:
    """True for a line that is nothing but a known form label."""
    return len(text) < 60 and squeeze(text) in _known(labels)


def field_of(display: str, internal: str, labels: Labels) -> str:
    """The article field a form field fills, empty where it fills none.

    The display name decides where it is known; else the internal name, decoded, also where SharePoint cut it off.
    """
    table = label_table(labels)
    for name in (display, decode_internal(internal)):
        found = table.get(squeeze(name))
        if found:
            return found
    decoded = squeeze(decode_internal(internal))
    if len(internal) >= _INTERNAL_LENGTH and len(decoded) >= 5:
        return next((name for label, name in table.items() if label.startswith(decoded)), "")
    return ""

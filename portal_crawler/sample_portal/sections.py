"""The portal's sections: their names, layouts, lists and the shapes of their addresses."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from portal_crawler.sample_portal.model import LayoutName

_NAMESPACE = uuid.UUID("7d1c0d6e-3a57-5b52-8a52-0c4e7a2f9b31")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One news section. `detail` is the path of its article page; `key` the parameter that chooses the item.

    `key` is empty where every article is a page of its own under a dated folder of `detail`.
    """

    code: str
    name: str
    layout: LayoutName
    texts: str
    weight: int
    list_name: str
    listing: str
    detail: str
    key: Literal["", "ItemID", "nid", "ID"] = ""
    first_id: int = 1

    @property
    def guid(self) -> str:
        """The GUID of the section's list, upper case, without braces."""
        return guid(self.list_name).upper()


def guid(name: str) -> str:
    """A GUID that is always the same for a name."""
    return str(uuid.uuid5(_NAMESPACE, name))


SECTIONS = (
    Section(
        code="tin-tuc", name="Tin tức sự kiện", layout="vendor", texts="tin_tuc", weight=26, list_name="TinTucSuKien",
        listing="/Pages/tin-tuc-su-kien.aspx", detail="/Pages/chi-tiet-tin.aspx", key="ItemID", first_id=201,
    ),
    Section(
        code="kinh-te", name="Kinh tế - Xã hội", layout="form", texts="kinh_te", weight=20, list_name="KinhTeXaHoi",
        listing="/Lists/KinhTeXaHoi/AllItems.aspx", detail="/Lists/KinhTeXaHoi/DispForm.aspx", key="ID",
    ),
    Section(
        code="van-hoa", name="Văn hóa - Thể thao", layout="publishing", texts="van_hoa", weight=17, list_name="VanHoaTheThao",
        listing="/van-hoa-the-thao/Pages/default.aspx", detail="/van-hoa-the-thao/Pages",
    ),
    Section(
        code="giao-duc", name="Giáo dục - Y tế", layout="vendor", texts="giao_duc", weight=16, list_name="GiaoDucYTe",
        listing="/giao-duc-y-te/Pages/default.aspx", detail="/giao-duc-y-te/Pages/noi-dung.aspx", key="nid", first_id=8801,
    ),
    Section(
        code="thong-bao", name="Thông báo", layout="form", texts="thong_bao", weight=10, list_name="ThongBao",
        listing="/Lists/ThongBao/Thông báo/Moi.aspx", detail="/Lists/ThongBao/Thông báo/DispForm.aspx", key="ID", first_id=31,
    ),
    Section(
        code="cai-cach", name="Cải cách hành chính", layout="publishing", texts="cai_cach", weight=8, list_name="CaiCachHanhChinh",
        listing="/cai-cach/Pages/default.aspx", detail="/portal/Pages",
    ),
    Section(
        code="hinh-anh", name="Hình ảnh hoạt động", layout="publishing", texts="hinh_anh", weight=3, list_name="HinhAnhHoatDong",
        listing="/hinh-anh/Pages/default.aspx", detail="/hinh-anh/Pages",
    ),
)  # fmt: skip
BY_CODE = {section.code: section for section in SECTIONS}


def encoded(path: str) -> str:
    """A server path as a browser sends it."""
    return quote(path, safe="/:?&=%-._~{}#+,")


def slug(text: str, limit: int = 60) -> str:
    """A page name as SharePoint's editors make it: no diacritics, words joined by hyphens."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(
        char if char.isascii() and char.isalnum() else "-" for char in folded if not unicodedata.combining(char)
    )
    words = [word for word in plain.split("-") if word]
    kept = ""
    for word in words:
        if len(kept) + len(word) >= limit:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept

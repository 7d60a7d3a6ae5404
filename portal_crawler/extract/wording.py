"""Words as a reader sees them: folded for comparison, and the few phrases that tell news from chrome."""

from __future__ import annotations

import re
from functools import lru_cache

from portal_crawler.extract.text import clean_text, fold

#: Longer texts are read once; labels, menu entries and headings come back on every page.
_LABEL_CHARACTERS = 200


def one_line(text: str) -> str:
    """`clean_text`, remembered for short texts."""
    return _short_line(text) if len(text) <= _LABEL_CHARACTERS else clean_text(text)


@lru_cache(maxsize=8192)
def _short_line(text: str) -> str:
    return clean_text(text)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A short text on one line without case and diacritics: "Tin tức – Sự kiện" becomes "tin tuc – su kien"."""
    return fold(clean_text(text))


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)")


#: The whole text of a link that repeats the link of a title beside it.
GENERIC = re.compile(
    r"^\W*(?:xem(?: them| tiep| chi tiet| toan bo| bai viet| ngay)?|chi tiet|doc(?: them| tiep| bai)?|tiep tuc doc|read more|more|"
    r"details?|continue reading|view|view item|link|here|tai day|use shift\+enter to open the menu \(new window\)\.?)\W*$"
)
#: A link that does something with the page it stands on.
ACTION = re.compile(
    r"^\W*(?:in(?: trang| bai| bai viet| ban tin| tin)?|ban in|print(?: page)?|gui (?:e-?mail|mail|bai|cho ban be|tin)|chia se|share|"
    r"facebook|zalo|twitter|(?:gui )?(?:binh luan|y kien|phan hoi)|luu|tai ve|download|quay lai|ve trang truoc|tro ve|len dau trang|"
    r"ve dau trang|back|top|edit|sua|xoa|delete)\W*$"
)
#: Blocks of an article page that lead to other articles.
RELATED = _phrases(
    r"(?:cac )?(?:tin|bai|bai viet|thong tin|noi dung) (?:tuc )?(?:khac|lien quan|cung (?:chuyen muc|loai|chu de|danh muc)|da dua|da dang|"
    r"cu hon|moi hon|truoc do)",
    "co the (?:ban )?quan tam",
    "related(?: news| articles| posts)?",
    "other news",
)
#: Menu entries that never list news (docs: the rule stands in extract/sections.py).
NO_NEWS = _phrases(
    "lien he(?: quang cao)?", "so do (?:cong|trang|web\\w*|site)", "site ?map", "dang (?:nhap|ky|xuat)", "(?:sign|log) ?(?:in|out)",
    "tim kiem", "tra cuu", "search", "gop y", "hoi dap", "hoi - dap", "dat cau hoi", "thu dien tu", "hom thu", "web ?mail", "e-?mail",
    "rss", "english", "tieng anh", "tro giup", "help", "huong dan su dung", "dich vu cong", "thu tuc hanh chinh", "mot cua",
    "thong ke truy cap", "privacy", "terms", "contact(?: us)?", "ban do so?", "facebook", "youtube", "zalo", "twitter",
)  # fmt: skip
#: Document libraries, by their whole name: a section "Văn bản, chính sách mới" is news and stays.
DOCUMENTS = re.compile(
    r"^\W*(?:he thong |co so du lieu |tra cuu )?(?:van ban(?: (?:phap luat|quy pham phap luat|qppl|chi dao(?:,? dieu hanh)?|chi dao - dieu hanh|"
    r"dieu hanh|phap quy|moi))?|cong bao)\W*$"
)
#: Words that make a menu entry news whatever else it says.
NEWS = _phrases(
    "tin", "tin tuc", "ban tin", "bai viet", "su kien", "thong bao", "bao chi", "hoat dong", "news", "press"
)
HOME = re.compile(r"^\W*(?:trang chu|trang nhat|home(?: ?page)?)\W*$")

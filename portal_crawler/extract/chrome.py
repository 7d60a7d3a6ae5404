"""Recognises, by their words alone, the lines that stand around every article and never belong to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from portal_crawler.extract.text import clean_text, flatten
from portal_crawler.extract.wording import ACTION, RELATED

if TYPE_CHECKING:
    from collections.abc import Callable

LineKind = Literal["", "files", "views", "related", "audit", "tool", "comments", "tags", "rating", "masthead", "clock"]

#: Longer lines are text, whatever words they contain; and no pattern runs over a megabyte without a space.
_MOST_WORDS, LONGEST_LINE = 30, 300

_COUNT = r"(\d{1,3}(?:[.,\s]\d{3})+|\d+)"
_VIEWED = r"(?:tong )?(?:so )?(?:luot|lan|nguoi)(?: nguoi)? (?:xem|doc|view)(?: (?:bai viet|bai|tin|trang))?"
_VIEWS = re.compile(
    rf"(?:{_VIEWED}|(?:da )?(?:xem|doc)|page views?|views?|hits?|reads?)\s*[:：\-]?\s*\(?{_COUNT}\)?(?: (?:luot|lan)(?: (?:xem|doc))?)?"
    rf"|{_COUNT} (?:(?:luot|lan)(?: nguoi)? (?:xem|doc)|views?)"
)
_DIGIT = re.compile(r"\d")
_VIEWS_EMPTY = re.compile(rf"^\W*{_VIEWED}\W*$")
_AUDIT = re.compile(
    r"^(?:(?:content type|loai noi dung)\s*:.*|(?:version|phien ban)\s*:?\s*[\d.]*|(?:created|(?:last )?modified)\s+(?:at\b.*|by\b.{0,60}|:.*)|"
    r"(?:da )?tao (?:luc|vao luc)\b.*|sua doi lan cuoi\b.*|(?:approval status|trang thai phe duyet|attachments)\W*(?:approved|pending|draft)?)$"
)
_TOOL = re.compile(
    r"^(?:manage permissions|version history|alert me|edit item|delete item|manage copies|workflows|approve/reject|"
    r"quan ly quyen|lich su phien ban|skip ribbon commands|skip to main content|turn o(?:n|ff) more accessible mode)"
    r"|^\W*(?:a\s*[+-]?\W*){2,3}$|^\W*(?:co chu|font size|doc bai|nghe (?:bai|doc|bai viet|noi dung)|dark mode|toc do doc)\b.{0,30}$"
    r"|^\W*(?:in|print|gui|email|chia se|share|facebook|zalo|twitter|linkedin|luu|\||\s|trang|bai viet|bai|nay|this|page|on|qua)+\W*$"
    r"|^\W*(?:quay lai|tro (?:ve|lai)|ve trang truoc|len dau trang|dau trang|back to top|go back|trang truoc|trang sau|close|dong)\W*$"
)
_COMMENTS = re.compile(
    r"^\W*(?:(?:y kien|binh luan)(?: (?:ban doc|cua ban|phan hoi|doc gia))?|gui (?:binh luan|y kien|phan hoi)|(?:leave a |add a )?comments?|"
    r"phan hoi)\W*(?:\(\d+\))?\W*$"
)
_FILES = re.compile(
    r"^\W*(?:(?:cac )?(?:tep|tap tin|file|tai lieu|van ban|tep tin|ho so)(?: van ban| tin)?(?: dinh kem| kem theo| tai ve)+|dinh kem|attachments?|"
    r"attached files?|downloads?|tai ve|files?)\W*$"
)
_TAGS = re.compile(r"^\W*(?:tu khoa|tags?|the|keywords?|chu de)\s*[:：]")
_RATING = re.compile(
    r"^\W*(?:danh gia(?: bai viet)?\W*$|tong so diem cua bai viet|click de danh gia|xep hang|\d+ (?:danh gia|votes?)\W*$|so diem\b)"
)
_MASTHEAD = re.compile(
    r"^\W*(?:co quan chu quan|truong ban bien tap|tong bien tap|chiu trach nhiem (?:chinh|noi dung|xuat ban)|giay phep (?:so|thiet lap|hoat dong|cung cap)|"
    r"ban quyen thuoc|copyright|©|ghi ro nguon|(?:de nghi )?ghi ro nguon|dang online|tong (?:so )?(?:luot )?truy cap|luot truy cap|so nguoi online|"
    r"(?:hien )?dang truy cap|truc tuyen|hom nay\W*\d|hom qua\W*\d|tong cong\W*\d)"
)
_CLOCK = re.compile(r"^\W*(?:hom nay|bay gio|today)\b")
#: A heading of related items says little else: more words make it a sentence that begins alike.
_HEADING_WORDS, _HEADING_START = 9, 12
#: The share of a line that a counter must fill to be all it says.
_MOSTLY = 0.6


def line_kind(text: str) -> LineKind:
    """What a line of chrome is, empty for anything else. Letter case and diacritics do not matter."""
    if len(text) > LONGEST_LINE or text.count(" ") >= _MOST_WORDS:
        return ""
    folded = flatten(clean_text(text))
    return next((kind for kind, holds in _KINDS if holds(folded)), "")


def _is_views(folded: str) -> bool:
    found = _VIEWS.search(folded) if _DIGIT.search(folded) else None
    return bool(_VIEWS_EMPTY.match(folded)) or (found is not None and len(found[0]) > _MOSTLY * len(folded))


def _is_related(folded: str) -> bool:
    match = RELATED.search(folded) if folded.count(" ") < _HEADING_WORDS else None
    return match is not None and match.start() < _HEADING_START


_KINDS: tuple[tuple[LineKind, Callable[[str], object]], ...] = (
    ("audit", _AUDIT.search),
    ("tool", _TOOL.search),
    ("tool", ACTION.search),
    ("views", _is_views),
    ("related", _is_related),
    ("files", _FILES.search),
    ("comments", _COMMENTS.search),
    ("tags", _TAGS.search),
    ("rating", _RATING.search),
    ("clock", _CLOCK.search),
    ("masthead", _MASTHEAD.search),
)


def views_in(text: str) -> int | None:
    """The number of readers a line prints, with separators of thousands; None where it prints none."""
    match = _VIEWS.search(flatten(clean_text(text))) if len(text) <= LONGEST_LINE else None
    if match is None:
        return None
    digits = re.sub(r"\D", "", match[1] or match[2])
    return int(digits) if len(digits) <= 12 else None

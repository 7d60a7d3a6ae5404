"""Recognises answers that must never be taken for an article or an empty listing, whatever status they came with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal_crawler.extract.index import index_of
from portal_crawler.extract.reading import Problem
from portal_crawler.extract.text import clean_text, flatten

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.items import Page

#: Where SharePoint sends a reader who may not see a page.
_LOGIN_PATH = re.compile(
    r"/_layouts/(?:1\d/)?(?:authenticate|accessdenied|login|closeconnection|error)\.aspx|/_login/|/_forms/default\.aspx|/_windows/default\.aspx"
    r"|/_trust/|/adfs/ls|/(?:dang-?nhap|login|signin)(?:\.aspx|\.html?)?$",
    re.IGNORECASE,
)
_BINARY = (
    (b"%PDF-", "a PDF file"), (b"\xff\xd8\xff", "a JPEG picture"), (b"\x89PNG", "a PNG picture"), (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or Office file"), (b"Rar!", "a RAR archive"), (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"RIFF", "a media file"), (b"7z\xbc\xaf", "a 7z archive"), (b"\x1f\x8b", "gzip data that nobody unpacked"),
)  # fmt: skip
#: Statuses with which firewalls turn a crawler away.
_BLOCKING = (403, 406, 429, 503)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|div|table|p|form|span|a|title|!--)\b", re.IGNORECASE)
_FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?xml-stylesheet[^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_XML = re.compile(rb"^\s*<\?xml\b")

#: Reasons by the words of a title element, and of the first words of a page's own content.
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("error_page", re.compile(r"^(?:server error in|runtime error|error\b|loi(?: he thong)?$|sorry, something went wrong|unexpected error|\W*5\d\d\b)")),
    ("blocked_waf", re.compile(r"^(?:request rejected|attention required!? \| cloudflare|just a moment|access denied\b.*|web application firewall|403 forbidden|you have been blocked)")),
    ("soft_404", re.compile(r"^(?:404\b|(?:page|file) not found|not found$|khong tim thay (?:trang|noi dung|bai viet)|the resource cannot be found|loi 404)")),
    ("login_required", re.compile(r"^(?:dang nhap|sign in|log ?in)\b")),
    ("maintenance", re.compile(r"^(?:bao tri|(?:he thong|trang web|website|cong thong tin)? ?(?:dang )?bao tri|(?:site )?(?:is )?(?:under|down for) maintenance|service unavailable)")),
)  # fmt: skip
#: What ASP.NET calls its error pages; they print whole stack traces.
_SURE_TITLES = (("error_page", re.compile(r"^(?:server error in '|runtime error$)")),)
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("blocked_waf", re.compile(r"(?:requested url was rejected|your support id is|incapsula incident|attention required|checking your browser|ban (?:da )?bi chan|yeu cau (?:cua ban )?(?:da )?bi tu choi|you have been blocked|reference #[\d.a-f]{6,})")),
    ("soft_404", re.compile(r"(?:resource cannot be found|item does not exist|no item exists at|list does not exist|file not found|page (?:you(?: are|'re) looking for|requested) (?:does not exist|cannot be found|is not available|was not found)|page not found|"
                            r"(?:bai viet|tin|tin bai|noi dung|trang|du lieu|muc|ban tin)(?: (?:nay|ban (?:yeu cau|tim|can tim|dang tim)))* (?:khong ton tai|khong (?:duoc )?tim thay|da bi xoa|khong con ton tai|khong kha dung)|khong tim thay (?:trang|bai viet|noi dung|tin|du lieu|muc))")),
    ("error_page", re.compile(r"(?:sorry, something went wrong|correlation id|an unexpected error has occurred|server error in|(?:da )?(?:xay ra|co) loi|gap su co|troubleshoot issues with microsoft sharepoint|an error occurred|web part error|rat tiec, da|xin loi, da)")),
    ("maintenance", re.compile(r"(?:dang (?:duoc )?(?:bao tri|nang cap|bao duong)|tam (?:ngung|dung) (?:hoat dong|phuc vu|truy cap)|(?:under|down for|scheduled) maintenance|be back soon|service (?:is )?(?:temporarily )?unavailable)")),
    ("login_required", re.compile(r"(?:(?:vui long|ban (?:can|phai)|yeu cau) dang nhap|access (?:is )?(?:denied|required)|you need (?:permission|to sign in)|sign in (?:to your account|with)|khong co quyen truy cap|ban khong co quyen)")),
)  # fmt: skip
_DETAILS = {
    "blocked_waf": "a firewall or bot check answered instead of the portal",
    "soft_404": "the page says that its content does not exist",
    "error_page": "an error page with a status of success",
    "maintenance": "the portal says that it is under maintenance",
    "login_required": "a login form or a refusal instead of the page",
}
#: An error page says little else: longer texts report about errors.
_MOST_WORDS = 150
#: The message stands at the beginning.
_BEGINNING = 400


def is_login_url(url: str) -> bool:
    """True for an address where SharePoint asks who the reader is."""
    return bool(_LOGIN_PATH.search(urlsplit(url).path))


def refuse_response(page: Page, max_bytes: int) -> Problem | None:
    """Why an answer cannot be a page, by its status, address, size and first bytes; None where nothing speaks against it."""
    size = len(page.body)
    if size > max_bytes and page.status < 300:
        return Problem(reason="too_large", detail=f"{size} bytes, the limit is {max_bytes} (profile: crawl.max_bytes)")
    return _refuse_login(page) or _refuse_status(page) or _refuse_kind(page) or _refuse_bytes(page.body)


def _refuse_login(page: Page) -> Problem | None:
    target = page.header("Location") if 300 <= page.status < 400 else page.url
    if page.status == 401:
        return Problem(reason="login_required", detail="HTTP 401")
    if _LOGIN_PATH.search(urlsplit(page.url).path) or _LOGIN_PATH.search(urlsplit(target).path):
        return Problem(reason="login_required", detail=f"the answer came from or led to {target}")
    return None


def _refuse_status(page: Page) -> Problem | None:
    if page.status < 300:
        return None
    start = flatten(page.body[:4000].decode("utf-8", "replace"))
    blocked = page.status in _BLOCKING and _WORDS[0][1].search(start)
    return Problem(reason="blocked_waf" if blocked else f"http_{page.status}", detail=f"HTTP {page.status}")


def _refuse_kind(page: Page) -> Problem | None:
    kind = page.header("Content-Type").partition(";")[0].strip().lower()
    if kind and "html" not in kind and "xml" not in kind and not _MARKUP.search(page.body[:4096]):
        return Problem(reason="not_html", detail=f"the server calls it {kind}, and it has no markup")
    return None


def _refuse_bytes(body: bytes) -> Problem | None:
    head = body[:4096]
    kind = next((kind for magic, kind in _BINARY if body.startswith(magic)), "")
    if _FEED.match(head):
        return Problem(reason="feed", detail="the body is an RSS or Atom feed")
    if not body.strip():
        return Problem(reason="empty_page", detail="the server sent no content")
    if _XML.match(head) and b"<html" not in head.lower():
        kind = "XML"
    elif head.lstrip()[:1] in (b"{", b"[") and not _MARKUP.search(head):
        kind = "JSON"
    return Problem(reason="not_html", detail=f"the body is {kind}") if kind else None


def cut_short(page: Page) -> Problem | None:
    """A page whose end is missing: fewer bytes than announced, or no closing html element where one was opened."""
    announced = page.header("Content-Length")
    if announced.isdigit() and not page.header("Content-Encoding") and int(announced) > len(page.body):
        return Problem(reason="cut_short", detail=f"{len(page.body)} of {announced} bytes arrived")
    head, tail = page.body[:4096].lower(), page.body[-4096:].lower()
    if b"<html" not in head or b"</html" in tail or b"\x00" in head:
        return None
    # HTML allows to leave the end tag out, and some hand-written pages do; ASP.NET never does.
    if b"</body" in tail and tail.rstrip().endswith(b">"):
        return None
    ends_in_text = not tail.rstrip().endswith(b">")
    if ends_in_text or b"__viewstate" in page.body.lower() or b"_layouts/" in page.body.lower():
        return Problem(reason="cut_short", detail="the page ends before its closing html element")
    return None


def _asks_password(root: HtmlElement) -> bool:
    return any(one.get("type", "").lower() == "password" for one in index_of(root).named("input"))


def error_in(title: str, text: str, root: HtmlElement) -> Problem | None:
    """What a page of little text says instead of its content; `text` is that of its own part, `title` the title element's."""
    folded_title = flatten(clean_text(title))
    short = text.count(" ") <= _MOST_WORDS
    for reason, pattern in _TITLES if short else _SURE_TITLES:
        if pattern.match(folded_title):
            return Problem(reason=reason, detail=f"{_DETAILS[reason]}: {title.strip()[:120]}")
    if not short:
        return None
    beginning = flatten(clean_text(text))[:_BEGINNING]
    for reason, pattern in _WORDS:
        match = pattern.search(beginning)
        if match:
            return Problem(reason=reason, detail=f"{_DETAILS[reason]}: {clean_text(text)[:160]}")
    if text.count(" ") < _MOST_WORDS // 2 and _asks_password(root):
        return Problem(reason="login_required", detail=_DETAILS["login_required"])
    return None

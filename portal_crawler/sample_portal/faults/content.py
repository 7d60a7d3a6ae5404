"""Faults of rows D in the bytes and the markup: the text stays the same, so the truth does too."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.chrome import render_plain
from portal_crawler.sample_portal.exchange import Response, page
from portal_crawler.sample_portal.faults.registry import Call, Fault
from portal_crawler.sample_portal.layouts.redesign import redesigned
from portal_crawler.sample_portal.media import media_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal.world import Item

_META = '<meta http-equiv="Content-type" content="text/html; charset=utf-8" />'
_TONES = "\u0300\u0301\u0303\u0309\u0323"

ACTIVE = (
    '<script>document.title="x"</script><p onclick="alert(1)" style="position:fixed"></p><img src="/_layouts/15/images/blank.gif" '
    'onerror="alert(2)" alt=""/><a href="java&#9;script:alert(3)"></a><svg onload="alert(4)"><script>alert(5)</script></svg>'
    '<iframe srcdoc="&lt;script&gt;alert(6)&lt;/script&gt;"></iframe><object data="javascript:alert(7)"></object><embed src="data:text/html,x"/>'
    '<form action="javascript:alert(8)"><input type="hidden" name="q" value="1"/></form><base href="/"/><style>body{display:none}</style>'
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(9)&gt;"></mglyph></table></mtext></math>'
)


def _charset_lies(good: Response, _call: Call) -> Response:
    return good.with_header("Content-Type", "text/html; charset=windows-1252")


def _charset_missing(good: Response, _call: Call) -> Response:
    return good.with_body(good.body.replace(_META.encode(), b"")).with_header("Content-Type", "text/html")


def _utf16(good: Response, _call: Call) -> Response:
    text = good.body.decode().replace("charset=utf-8", "charset=utf-16")
    return good.with_body(text.encode("utf-16")).with_header("Content-Type", "text/html; charset=utf-16")


def _windows_1258(good: Response, _call: Call) -> Response:
    text = good.body.decode().replace("charset=utf-8", "charset=windows-1258")
    body = as_windows_1258(text).encode("cp1258", "xmlcharrefreplace")
    return good.with_body(body).with_header("Content-Type", "text/html; charset=windows-1258")


def as_windows_1258(text: str) -> str:
    """Text as Windows-1258 can hold it: the vowels whole, the tones as combining marks behind them."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tone = next((part for part in parts if part in _TONES), "")
        vowel = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else char
        whole = char if tone and _fits(char) else vowel + tone
        out.append(whole)
    return "".join(out)


def _fits(char: str) -> bool:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def _decomposed(good: Response, _call: Call) -> Response:
    return good.with_body(unicodedata.normalize("NFD", good.body.decode()).encode())


def _invisible(good: Response, call: Call) -> Response:
    """Zero-width space, soft hyphen, byte-order mark and no-break space in title, author and date."""
    text = good.body.decode()
    for known in _fields(call):
        dirty = known.replace(" ", "\u00a0")
        dirty = f"\ufeff{dirty[:1]}\u00ad{dirty[1:4]}\u200b{dirty[4:]}\u200b"
        text = text.replace(f">{known}", f">{dirty}").replace(f"| {known}", f"| {dirty}")
    return good.with_body(text.encode())


def _control(good: Response, call: Call) -> Response:
    """NUL, other control characters and their entities inside the words of title and author."""
    text = good.body.decode()
    for known in _fields(call)[:2]:
        text = text.replace(f">{known}", f">{known[:2]}\x00{known[2:5]}\x0b{known[5:]}\x1f").replace(
            f"| {known}", f"| {known[:1]}\x01{known[1:]}"
        )
    return good.with_body(text.encode())


def _fields(call: Call) -> list[str]:
    """Title, author and date as the page prints them."""
    if call.item is None:
        return []
    story = call.portal.world.story(call.item)
    shown = (story.title, story.author or "", story.printed.kicker, story.printed.byline, story.printed.value)
    return [html.escape(text, quote=False) for text in shown if text]


def _deep(good: Response, _call: Call) -> Response:
    mark = b'<a id="mainContent" tabindex="-1"></a>'
    return good.with_body(good.body.replace(mark, mark + b"<div>" * 100_000))


def _misnested(_item: Item, body: str) -> str:
    """Closing tags missing or in the wrong order; browsers read the same text."""
    text = body.replace("</span></p>", "").replace("</em></p>", "</p></em>").replace("</strong></p>", "</p></strong>")
    comment = "<!--[if !supportLists]--><!--[endif]--><![if !vml]><![endif]>"
    return comment + re.sub(r"</li>", "", text)


def _active(_item: Item, body: str) -> str:
    return ACTIVE + body


def _redesign(good: Response, call: Call) -> Response:
    if call.item is None or good.kind != "article":
        return good
    return page(redesigned(call.portal.view(call.item)), kind="article")


def _fake_file(good: Response, call: Call) -> Response:
    """A page, a drawing with a script, or the true file under a false type."""
    match call.dice % 3:
        case 0:
            return good.with_body(b"<html><body><script>alert(1)</script></body></html>")
        case 1:
            return good.with_body(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
        case _:
            return good.with_body(media_bytes(call.request.path)[0]).with_header(
                "Content-Type", "text/html; charset=utf-8"
            )


def _redesigned_list(good: Response, call: Call) -> Response:
    """The list as a script application: nothing to follow in it."""
    title = "Trang chủ" if call.request.path == "/" else "Danh sách"
    return page(
        render_plain(title, '<div id="app" data-api="/api/v2/tin"></div><script src="/app.js"></script>'),
        kind=good.kind,
    )


def _bytes(
    name: str, row: str, summary: str, answer: Callable[[Response, Call], Response], scope: str = "article"
) -> Fault:
    return Fault(name=name, row=row, summary=summary, scope=scope, answer=answer)  # type: ignore[arg-type]


FAULTS = (
    _bytes("charset_lies", "D1", "UTF-8 served as windows-1252", _charset_lies, "page"),
    _bytes("charset_missing", "D1", "no charset anywhere", _charset_missing, "page"),
    _bytes("utf16", "D1", "UTF-16", _utf16, "page"),
    _bytes("windows_1258", "D1", "real Windows-1258", _windows_1258, "page"),
    _bytes("decomposed", "D2", "the whole page in NFD", _decomposed, "page"),
    _bytes("invisible", "D3", "U+200B, U+00AD, U+FEFF, U+00A0 in title, author, date", _invisible),
    _bytes("control", "D4", "NUL and control characters in title and author", _control),
    _bytes("deep", "D5", "100,000 unclosed tags", _deep),
    Fault(name="misnested", row="D7", summary="unclosed and misnested tags, Word's conditional comments", scope="article", body=_misnested),
    Fault(name="active_content", row="D11", summary="script, onerror, javascript:, SVG, iframe, object, form, base, style, mXSS", scope="article", body=_active),
    _bytes("fake_files", "D15", "files that are not what they claim", _fake_file, "media"),
    _bytes("redesign", "D20 F2", "articles in an unknown design, no SharePoint marks", _redesign),
    _bytes("redesign_listing", "F2", "lists and start page redone as a script application", _redesigned_list, "listing"),
)  # fmt: skip

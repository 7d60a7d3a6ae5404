"""Pages with pagers, as the tests of pagers write them."""

from __future__ import annotations

from html import escape

from pipelines.items import Page
from portal_crawler.extract.document import Document, parse_document
from portal_crawler.profile import Listing, Profile

HOST = "https://portal.example"
LIST = f"{HOST}/Pages/tin-tuc.aspx"
STATE = '<input type="hidden" name="__VIEWSTATE" value="dDw0+/==">'


def document(body: str, url: str = LIST) -> Document:
    html = f"<html><head><title>Tin tức</title></head><body>{body}</body></html>"
    return parse_document(Page(url=url, body=html.encode()))


def profile(**listing: str) -> Profile:
    return Profile(name="p", title="p", hosts=("portal.example",), start_urls=(LIST,), listing=Listing(**listing))  # type: ignore[arg-type]


def numbers(pattern: str, current: int, last: int, extra: str = "") -> str:
    links = [
        f"<span>{n}</span>" if n == current else f'<a href="{escape(pattern.format(n=n))}">{n}</a>'
        for n in range(1, last + 1)
    ]
    return f"<div>{' '.join(links)}{extra}</div>"


def post(target: str, argument: str = "", label: str = "", attributes: str = "") -> str:
    return f"""<a {attributes} href="javascript:__doPostBack('{target}','{argument}')">{label or argument}</a>"""


def form(body: str, action: str = "./tin-tuc.aspx?muc=5") -> str:
    return f"""<form method="post" action="{action}" id="aspnetForm">{STATE}
        <input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">
        <input type="hidden" name="__EVENTVALIDATION" value="/wEd&amp;A"><input name="ctl00$tim" value="từ khóa">
        <input type="submit" name="ctl00$nutTim" value="Tìm"><input type="checkbox" name="chua" value="1">
        <input type="checkbox" name="co" checked><select name="nam"><option value="2017">2017<option selected>2018</select>
        <textarea name="ghichu">a
b</textarea>{body}</form>"""

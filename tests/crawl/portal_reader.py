"""A small reader for tests of the sample portal: it asks and reads by other means than the product does."""

from __future__ import annotations

import html
import http.client
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from lxml import html as lxml_html

from portal_crawler.sample_portal.exchange import Request

if TYPE_CHECKING:
    from portal_crawler.sample_portal import SamplePortal


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    portal: SamplePortal, target: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request of its own connection; `target` may be absolute."""
    parts = urlsplit(target)
    path = (target if not parts.netloc else target.partition(parts.netloc)[2] or "/").partition("#")[0]
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    try:
        sent = (
            {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
            if form is not None
            else headers or {}
        )
        connection.request(
            "GET" if form is None else "POST", path, body=urlencode(form) if form is not None else None, headers=sent
        )
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def plain_article(portal: SamplePortal, layout: str = "vendor") -> dict[str, object]:
    return next(
        one
        for one in portal.truth()["articles"]
        if one["layout"] == layout and one["kind"] == "plain" and one["body_text"]
    )


def seen(page: str) -> str:
    """What a reader sees of a page, on one line: NFC, no invisible characters, single spaces."""
    start, end = page.find('<div id="DeltaPlaceHolderMain">'), page.find('<div class="cp-right')
    tree = lxml_html.fromstring(page[start:end] if 0 <= start < end else page)
    for element in tree.xpath("//script|//style|//head"):
        element.drop_tree()
    for cell in tree.xpath("//td|//th|//p|//div|//li|//br|//h2|//h3|//tr"):
        cell.tail = " " + (cell.tail or "")
        cell.text = " " + (cell.text or "")
    return tidy(tree.text_content())


def tidy(text: str) -> str:
    return re.sub(
        r"\s+", " ", unicodedata.normalize("NFC", re.sub("[\u200b\u00ad\ufeff]", "", text)).replace("\u00a0", " ")
    ).strip()


def links(page: str) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="([^"]+)"', page)]


def item_paths(portal: SamplePortal, page: str) -> list[str]:
    """The articles a page links to, by their plain path, however the links are spelled."""
    found = []
    for href in links(page):
        target = urljoin(portal.url, href).removeprefix(portal.portal.base)
        if target.startswith("/"):
            item = portal.portal.locate(Request(method="GET", target=target.partition("#")[0]))
            found += [item.path] if item else []
    return found


def hidden_form(page: str) -> dict[str, str]:
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"', page)
    }


def walk(portal: SamplePortal, listing: str, limit: int = 400) -> list[str]:
    """All articles of a list, by whatever pager the portal has; ends where no next page is named."""
    found: list[str] = []
    page = ask(portal, listing).text
    form: dict[str, str] = {}
    for _ in range(limit):
        found += item_paths(portal, page) + list_data_paths(portal, page)
        form = hidden_form(page) or form
        step = next_step(page, listing, form)
        if step is None:
            return found
        target, posted, headers = step
        answer = ask(portal, target, form=posted, headers=headers)
        assert answer.status == 200, (target, answer.status)
        page = answer.text
        if posted and posted.get("__ASYNCPOST"):
            parts = delta(page)
            form = {**form, **{name: content for kind, name, content in parts if kind == "hiddenField"}}
            page = next(content for kind, _, content in parts if kind == "updatePanel")
    raise AssertionError("the list never ends")


def next_step(
    page: str, listing: str, form: dict[str, str]
) -> tuple[str, dict[str, str] | None, dict[str, str]] | None:
    """Target, form and headers of the next page."""
    data = list_data(page)
    if data is not None:
        return (listing + data["NextHref"], None, {}) if "NextHref" in data else None
    call = re.search(r"RefreshPageTo\(event, &quot;([^&]*(?:&(?!quot;)[^&]*)*)&quot;\)", page)
    if call:
        return call[1].replace("\\u0026", "&"), None, {}
    token = next((value for name, value in hidden_form(page).items() if name.endswith("hdnPagingInfo")), "")
    if token:
        return f"{listing}?{token}", None, {}
    posts = re.findall(r"__doPostBack\(&#39;([^&]+\$lnkNext)&#39;", page)
    if posts:
        panel = re.search(r"\['t([^']+UpdatePanel1)'\]", page)
        asynchronous = panel is not None or "__ASYNC" in form
        sent = {**form, "__EVENTTARGET": posts[0]}
        if asynchronous:
            sent |= {"ctl00$ScriptManager": posts[0], "__ASYNCPOST": "true", "__ASYNC": "1"}
            form["__ASYNC"] = "1"
        return listing, sent, {"X-MicrosoftAjax": "Delta=true"} if asynchronous else {}
    pager = re.search(r'<div class="cp-pager">(.*?)</div>', page)
    following = re.search(r'<span>\d+</span><a href="([^"]+)">', pager[1]) if pager else None
    return (html.unescape(following[1]), None, {}) if following else None


def list_data(page: str) -> dict[str, str] | None:
    start = page.find("var WPQ5ListData = ")
    return json.JSONDecoder().raw_decode(page, start + len("var WPQ5ListData = "))[0] if start >= 0 else None


def list_data_paths(portal: SamplePortal, page: str) -> list[str]:
    data = list_data(page)
    if data is None:
        return []
    form = re.search(r'ctx\.displayFormUrl = ("[^"]+")', page)
    found = []
    for row in data["Row"]:
        assert isinstance(row, dict)
        if row["FileRef"].endswith(".aspx"):
            found.append(row["FileRef"])
        elif "LinkBaiViet" in row:
            found += item_paths(portal, f'href="{row["LinkBaiViet"]}"')
        else:
            assert form
            found += item_paths(portal, f'href="{unquote(json.loads(form[1]))}?ID={row["ID"]}"')
    return found


def delta(text: str) -> list[tuple[str, str, str]]:
    """An UpdatePanel's reply as (type, id, content)."""
    parts = []
    while text:
        length, kind, name, rest = text.split("|", 3)
        size = int(length)
        assert rest[size] == "|", "a length is wrong"
        parts.append((kind, name, rest[:size]))
        text = rest[size + 1 :]
    return parts

"""SharePoint's own pager: a token (`Paged=TRUE&p_ID=…`) that leads only to the page after this one, passed on verbatim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from portal_crawler.extract.index import index_of
from portal_crawler.extract.reading import Step
from portal_crawler.extract.text import storable
from portal_crawler.platforms.sharepoint.addresses import host_of, join_url
from portal_crawler.platforms.sharepoint.pagers.pager import Pager

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portal_crawler.extract.document import Document

_IN_SCRIPT = re.compile(r"RefreshPageTo\s*\(\s*\w+\s*,\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')", re.IGNORECASE)
_ROW = re.compile(r"\d{1,9}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")


def find_tokens(document: Document) -> Pager | None:
    """The pager made of `Paged=TRUE` tokens in links and scripts; None where the page has none."""
    return _pager(document, _linked(document))


def find_hidden_token(document: Document) -> Pager | None:
    """The pager whose token stands in a hidden input only; the input is empty on the last page."""
    inputs = index_of(document.root).named("input")
    written = (one.get("value", "") for one in inputs)
    values = (value if "?" in value else f"?{value.lstrip('&')}" for value in written if "aged=" in value)
    pager = _pager(document, values)
    if pager is None and any(one.get("type") == "hidden" and "PagingInfo" in one.get("name", "") for one in inputs):
        return Pager("paged")
    return pager


def _pager(document: Document, references: Iterable[str]) -> Pager | None:
    here = _query(document.url)
    found = False
    for reference in references:
        url = join_url(document.base, reference)
        query = _query(url)
        if query.get("paged", "").upper() != "TRUE" or host_of(url) != host_of(document.url):
            continue
        found = True
        if query.get("pagedprev", "").upper() != "TRUE" and _is_further(here, query):
            return Pager("paged", Step(kind="paged", url=url, number=0))
    return Pager("paged") if found else None


def _linked(document: Document) -> Iterator[str]:
    index = index_of(document.root)
    for _, reference, click in index.anchors if "aged=" in index.addresses else ():
        if "aged=" not in reference and "aged=" not in click:
            continue
        for value, is_address in ((reference, True), (click, False)):
            match = _IN_SCRIPT.search(value)
            if match:
                yield unescape_script(match[1] or match[2] or "")
            elif is_address and not value.lstrip().lower().startswith("javascript:"):
                yield value


def _query(url: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def _is_further(here: dict[str, str], there: dict[str, str]) -> bool:
    """False for the token that leads here, or back to a row before this page's first."""
    if {name: value for name, value in here.items() if name in there} == there:
        return False
    first, asked = here.get("pagefirstrow", ""), there.get("pagefirstrow", "")
    return not (_ROW.fullmatch(first) and _ROW.fullmatch(asked) and int(asked) <= int(first))


def unescape_script(text: str) -> str:
    r"""The text of a JavaScript string literal: \u0026 becomes &, \x2f becomes /."""
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)) if match[1] or match[2] else match[3], text)
    return storable(plain)

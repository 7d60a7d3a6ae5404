"""What cannot be avoided: a bare fetch, one parse, trafilatura on the exact subtree, one insert. It knows everything beforehand.

    python -m benchmarks.speed.floor TRUTH DATABASE

It is told the address of every page, the place of every field, and asks nothing twice; it keeps no capture, no queue, no provenance,
marks no duplicate, and would lose everything if it was stopped.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

from lxml import etree, html
from trafilatura import extract

from benchmarks.speed.fetching import fetched

_BODY = etree.XPath(
    "//div[contains(@class, 'bt-bai')] | //div[@id='divBai'] | //div[contains(@id, 'ctl04__ControlWrapper')] | "
    "//td[@id='SPFieldNote' and contains(preceding-sibling::td, 'Nội dung')]"
)
_TITLE = etree.XPath("string(//*[contains(@class, 'bt-ten')] | //td[@id='SPFieldText'])")
_DATE = etree.XPath(
    "string(//*[contains(@class, 'bt-luc')] | //*[contains(@class, 'nx-date')] | //td[@id='SPFieldDateTime'])"
)
_LINKS = etree.XPath("//a/@href")


def main() -> None:
    """Fetch, parse, extract, insert, one page after the other."""
    truth, database = Path(sys.argv[1]), sys.argv[2]
    told = json.loads(truth.read_text(encoding="utf-8"))
    articles = set(told["articles"])
    store = sqlite3.connect(database)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("CREATE TABLE articles (url TEXT PRIMARY KEY, title TEXT, date TEXT, text TEXT)")
    for number, (target, page) in enumerate(fetched(told["base_url"], told["targets"])):
        found = read(page)
        if found and target in articles:
            store.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?)", (told["base_url"] + target, *found))
        if number % 200 == 0:
            store.commit()
    store.commit()


def read(page: bytes) -> tuple[str, str, str | None] | None:
    """Title, date as printed and text; None for a page without the element of an article."""
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    _LINKS(root)
    found: Any = _BODY(root)
    if not found:
        return None
    return str(_TITLE(root)).strip(), str(_DATE(root)).strip(), extract(found[0], fast=True, include_comments=False)


if __name__ == "__main__":
    main()

"""What no crawl for news can avoid: fetch every page of every list, and see that all their links are known.

    python -m benchmarks.speed.listings_only TOLD DATABASE

TOLD is JSON with `base_url` and `targets`; DATABASE is that of our crawl. Prints how many links it did not know.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html

from benchmarks.speed.fetching import fetched

_LINKS = etree.XPath("//a/@href")


def main() -> None:
    """Fetch, parse, look up, one page after the other."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    base = told["base_url"]
    store = sqlite3.connect(sys.argv[2])
    unknown = 0
    for target, page in fetched(base, told["targets"]):
        root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
        links: Any = _LINKS(root)
        for link in set(links):
            url = urljoin(base + target, link)
            unknown += store.execute("SELECT 1 FROM article_urls WHERE url = ? LIMIT 1", (url,)).fetchone() is None
    print(unknown)


if __name__ == "__main__":
    main()

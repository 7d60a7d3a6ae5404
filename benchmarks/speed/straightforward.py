"""The project most people would write first: Scrapy, whole-page trafilatura with metadata, dateparser, one upsert a row.

python straightforward.py BASE DATABASE
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import dateparser
import scrapy
import sqlite_utils
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


class News(scrapy.Spider):
    """Follows every link of the portal, and takes what looks like an article."""

    name = "straightforward"
    allowed_domains = ("127.0.0.1",)

    def __init__(self, base: str, database: str) -> None:
        super().__init__()
        self.start_urls = [base + "/"]
        self.table = sqlite_utils.Database(database)["articles"]
        self.links = LinkExtractor(allow=r"\.aspx", deny=r"/_layouts/")

    def parse(self, response: Response, **_: Any) -> Iterator[scrapy.Request]:
        """Every page: its links, and its article if it has one."""
        for link in self.links.extract_links(response):  # type: ignore[arg-type]
            yield scrapy.Request(link.url)
        if re.search(r"[?&](ItemID|nid|ID)=\d|/\d{4}-\d{1,2}-\d{1,2}/", response.url):
            self.table.upsert(read(response.url, response.text), pk="url")  # type: ignore[union-attr]


def read(url: str, page: str) -> dict[str, Any]:
    """The row of a page."""
    document: Any = trafilatura.bare_extraction(page, url=url, with_metadata=True)
    text = document.text if document else ""
    lines = re.sub(r"<[^>]+>", "\n", re.sub(r"(?s)<script.*?</script>", "", page)).splitlines()
    dated = [line.strip() for line in lines if _DATE.search(line) and len(line) < 60]
    parsed = (dateparser.parse(line, languages=["vi"]) for line in dated[:5])
    when = next((one for one in parsed if one), None)
    return {
        "url": url,
        "title": document.title if document else None,
        "author": document.author if document else None,
        "date": when.isoformat() if when else (document.date if document else None),
        "text": text,
    }


def main() -> None:
    """Crawl BASE into DATABASE."""
    base, database = sys.argv[1:]
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(News, base=base, database=database)
    process.start()


if __name__ == "__main__":
    main()

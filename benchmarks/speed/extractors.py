"""Runs the extractors of others over the same pages and counts their CPU; a program of its own, in environments of its own.

    .bench/bin/python -m benchmarks.speed.extractors trafilatura newspaper4k < pages.jsonl

One line in, {"name", "url", "html", "language"}; one line out for each extractor, {"extractor", "version", "cpu", "results": {name: {"title",
"date", "text", "author"}}}, with `cpu` in seconds for all pages. No extractor can reach the network.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from benchmarks.quality import foreign

if TYPE_CHECKING:
    from collections.abc import Callable


def news_please() -> Callable[[str, str, str], foreign.Result]:
    """news-please's own extractors one after the other, without its crawler and without fetching pictures."""
    from newsplease import NewsPlease

    def read(html: str, url: str, _: str) -> foreign.Result:
        found = NewsPlease.from_html(html, url=url, fetch_images=False)
        return {
            "title": found.title,
            "date": found.date_publish.isoformat() if found.date_publish else None,
            "text": found.maintext,
            "author": ", ".join(found.authors or ()),
        }

    return read


def fundus() -> Callable[[str, str, str], foreign.Result]:
    """Fundus with a parser written by hand for these pages."""
    from benchmarks.speed.fundus_parser import Bench

    parser = Bench()()

    def read(html: str, _: str, __: str) -> foreign.Result:
        found = parser.parse(html, error_handling="suppress")
        day = found["publishing_date"]
        return {
            "title": found["title"],
            "date": day.isoformat() if day else None,
            "text": str(found["body"] or ""),
            "author": ", ".join(found["authors"]),
        }

    return read


READERS: dict[str, Callable[[], Callable[[str, str, str], foreign.Result]]] = {
    "trafilatura": foreign.trafilatura,
    "newspaper4k": lambda: foreign.newspaper(own_language=True),
    "readability-lxml": lambda: foreign.readability(short=True),
    "news-please": news_please,
    "fundus": fundus,
}


def main() -> None:
    """Read every page with each extractor in turn; the first page is read once more beforehand, to load what is loaded once."""
    pages = [json.loads(line) for line in sys.stdin]
    out, sys.stdout = sys.stdout, sys.stderr
    socket.socket.connect = foreign.refuse  # type: ignore[method-assign]
    for name in sys.argv[1:]:
        read = READERS[name]()
        read(pages[0]["html"], pages[0]["url"], pages[0]["language"])
        results: dict[str, Any] = {}
        began = time.process_time()
        for page in pages:
            results[page["name"]] = read(page["html"], page["url"], page["language"])
        spent = time.process_time() - began
        out.write(json.dumps({"extractor": name, "version": version(name), "cpu": spent, "results": results}) + "\n")


if __name__ == "__main__":
    main()

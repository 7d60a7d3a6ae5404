"""Runs the extractors of others over the same pages and counts their CPU; a program of its own, in an environment of its own.

    .bench/bin/python -m benchmarks.speed.extractors < pages.jsonl

One line in, {"name", "url", "html", "language"}; one line out for each extractor, {"extractor", "cpu", "results": {name: {"title", "date", "text"}}}, with
`cpu` in seconds for all pages.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.quality.foreign import newspaper, readability, trafilatura


def main() -> None:
    """Read every page with each extractor in turn; the first page is read once more beforehand, to load what is loaded once."""
    pages = [json.loads(line) for line in sys.stdin]
    out, sys.stdout = sys.stdout, sys.stderr
    readers = {
        "trafilatura": trafilatura(),
        "newspaper4k": newspaper(own_language=True),
        "readability-lxml": readability(short=True),
    }
    for extractor, read in readers.items():
        read(pages[0]["html"], pages[0]["url"], pages[0]["language"])
        results: dict[str, Any] = {}
        began = time.process_time()
        for page in pages:
            results[page["name"]] = read(page["html"], page["url"], page["language"])
        spent = time.process_time() - began
        out.write(json.dumps({"extractor": extractor, "cpu": spent, "results": results}) + "\n")


if __name__ == "__main__":
    main()

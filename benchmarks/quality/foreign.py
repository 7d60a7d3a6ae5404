"""Runs the extractors of others over pages given as JSON lines; a program of its own, for their pins contradict ours.

Started by contenders.py in the environment that `make quality` prepares: one line in, {"name", "url", "html", "language"}; one line
out, {"name", "results": {"trafilatura/recall": {"title", "author", "date", "text"}}}. No extractor can reach the network.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

Result = dict[str, Any]


def refuse(*_: object, **__: object) -> NoReturn:
    """Stands in for `socket.connect`."""
    raise OSError("a measurement asks nobody")


def trafilatura(**options: Any) -> Callable[[str, str, str], Result]:
    """Whole-page trafilatura with its metadata; no comments, for none of the corpora counts them as text."""
    from trafilatura import bare_extraction

    def read(html: str, url: str, _: str) -> Result:
        found = bare_extraction(html, url=url, with_metadata=True, include_comments=False, **options)
        if found is None or isinstance(found, dict):
            return {}
        return {"title": found.title, "author": found.author, "date": found.date, "text": found.text}

    return read


def newspaper(*, own_language: bool) -> Callable[[str, str, str], Result]:
    """newspaper4k, told the language of the corpus where it knows it."""
    from newspaper import Article
    from newspaper.languages import valid_languages

    known = set(valid_languages())

    def read(html: str, url: str, language: str) -> Result:
        options = {"language": language} if own_language and language in known else {}
        article = Article(url, fetch_images=False, **options)
        article.download(input_html=html)
        article.parse()
        date = article.publish_date
        return {
            "title": article.title,
            "author": ", ".join(article.authors),
            "date": date.isoformat() if date else None,
            "text": article.text,
        }

    return read


def readability(*, short: bool) -> Callable[[str, str, str], Result]:
    """readability-lxml: text and title are all it gives."""
    from lxml.html import fromstring
    from readability import Document

    def read(html: str, url: str, _: str) -> Result:
        document = Document(html, url=url)
        text = " ".join(str(one) for one in fromstring(document.summary(html_partial=True)).itertext())
        return {"title": document.short_title() if short else document.title(), "text": text}

    return read


def variants() -> dict[str, Callable[[str, str, str], Result]]:
    """Every extractor in every setting that may be its best; the gate takes the best of each for each corpus."""
    return {
        "trafilatura/default": trafilatura(),
        "trafilatura/recall": trafilatura(favor_recall=True),
        "trafilatura/precision": trafilatura(favor_precision=True),
        "newspaper4k/default": newspaper(own_language=False),
        "newspaper4k/language": newspaper(own_language=True),
        "readability-lxml/title": readability(short=False),
        "readability-lxml/short_title": readability(short=True),
    }


def main() -> None:
    """Read all pages of standard input; the first line out names the versions."""
    socket.socket.connect = refuse  # type: ignore[method-assign]
    names = ("trafilatura", "newspaper4k", "readability-lxml")
    out = sys.stdout
    sys.stdout = sys.stderr
    out.write(json.dumps({"versions": {name: version(name) for name in names}}) + "\n")
    readers = variants()
    for line in sys.stdin:
        page = json.loads(line)
        results = {}
        for name, read in readers.items():
            try:
                results[name] = read(page["html"], page["url"], page["language"])
            except Exception as error:  # noqa: BLE001 - whatever it stumbles over, it has read nothing of this page
                results[name] = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps({"name": page["name"], "results": results}) + "\n")


if __name__ == "__main__":
    main()

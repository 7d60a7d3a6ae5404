"""Pages of unknown make, from public extraction benchmarks: never worse than trafilatura alone, and pinned floors."""

import gzip
import json
import re
from collections import Counter
from functools import cache

import pytest
import trafilatura

from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import parse_profile
from tests.corpus import corpus

pytestmark = pytest.mark.slow
PROFILE = 'name = "general"\ntitle = "P"\nhosts = ["{host}"]\nstart_urls = ["http://{host}/"]\nlanguage = "en"'
#: collection -> least mean F1 of words (measured: aeb 0.9645, wcxb 0.9612, vi 0.998)
FLOORS = {"aeb": 0.963, "wcxb": 0.960, "vi": 0.995}


def cases(collection: str):
    folder = corpus(f"articles-dev/{collection}")
    if collection == "aeb":
        truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
        return [
            (folder / "html" / f"{key}.html.gz", one["articleBody"])
            for key, one in truth.items()
            if (folder / "html" / f"{key}.html.gz").exists()
        ]
    if collection == "vi":
        truth = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        return [(folder / f"{key}.html.gz", one["text"]) for key, one in truth.items()]
    return [
        (
            path.with_name(f"{path.stem}.html.gz"),
            json.loads(path.read_text(encoding="utf-8"))["ground_truth"]["main_content"],
        )
        for path in sorted(folder.glob("*.json"))
    ]


def f1(text: str, truth: str) -> float:
    got, wanted = (Counter(re.findall(r"\w+", one.lower())) for one in (text, truth))
    shared = (got & wanted).total()
    return 2 * shared / max(1, got.total() + wanted.total())


@cache
def scores(collection: str) -> tuple[float, float]:
    """(ours, trafilatura's) mean F1."""
    ours, plain = [], []
    for path, truth in cases(collection):
        body = gzip.decompress(path.read_bytes())
        reading = read_page(
            Page(url="http://page.example/a.html", body=body),
            parse_profile(PROFILE.format(host="page.example"), "t"),
            "article",
        )
        ours.append(f1(reading.article.body_text if reading.article else "", truth))
        plain.append(f1(trafilatura.extract(body, include_comments=False) or "", truth))
    return sum(ours) / len(ours), sum(plain) / len(plain)


@pytest.mark.parametrize("collection", FLOORS)
def test_f1_does_not_sink(collection):
    assert scores(collection)[0] >= FLOORS[collection]


@pytest.mark.parametrize("collection", FLOORS)
def test_as_good_as_trafilatura_alone(collection):
    ours, plain = scores(collection)
    assert ours >= plain

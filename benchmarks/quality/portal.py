"""Pages of the sample portal at several seeds, rendered in this process, with all that their stories say as the expectation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.quality.model import Corpus, Sample
from pipelines.items import Page
from portal_crawler.profile import load_profile
from portal_crawler.sample_portal.model import Bullets, Table, photos_of
from portal_crawler.sample_portal.routes import Portal
from portal_crawler.sample_portal.truth import truth
from portal_crawler.sample_portal.visit import HANOI, Visit, Visits
from portal_crawler.sample_portal.world import World

if TYPE_CHECKING:
    from portal_crawler.sample_portal.model import Story

SEEDS = (1, 2, 3, 4, 5)
#: Sixty articles hold every special one of the portal.
ARTICLES = 60
_BASE = "http://127.0.0.1"
_VISITED = datetime(2021, 3, 1, 9, 30, tzinfo=HANOI)


class _StillVisit(Visit):
    """A visit at an hour that does not move, so that the same seed renders the same bytes."""

    def digest(self) -> str:
        return f"0x{'0' * 128},{_VISITED:%d %b %Y %H:%M:%S} -0000"

    def now(self) -> datetime:
        return _VISITED


class _StillVisits(Visits):
    def new(self) -> Visit:
        return _StillVisit(0)


def sample_portal() -> Corpus:
    """Every article of the portal at each seed, in all of its layouts."""
    return Corpus(
        name="sample-portal",
        told=f"the bundled sample portal at seeds {SEEDS[0]} to {SEEDS[-1]}, {ARTICLES} articles each: vendor, publishing and form pages",
        samples=tuple(one for seed in SEEDS for one in _samples(seed)),
    )


def _samples(seed: int) -> list[Sample]:
    world = World(count=ARTICLES, seed=seed)
    portal = Portal(world=world, base=_BASE, visits=_StillVisits())
    profile = load_profile("sample")
    told = truth(world, _BASE, "get", lambda _: [])["articles"]
    samples = []
    for item, article in zip(world.items, told, strict=True):
        answer = portal.article(item)
        page = Page(
            url=article["url"],
            body=answer.body,
            headers=answer.headers,
            captured_at=_VISITED.isoformat(),
            origin="folder",
        )
        name = f"{seed}/{item.index:02d}-{item.section.layout}-{item.kind}"
        samples.append(Sample(name=name, page=page, profile=profile, expected=_expected(article, world.story(item))))
    return samples


def _expected(article: dict[str, Any], story: Story) -> dict[str, Any]:
    images = article["images"]
    return {
        "title": article["title"],
        "author": article["author"],
        "date": article["published_at"],
        "section": article["category"],
        "lead": article["summary"],
        "text": article["body_text"],
        "order": article["body_text"],
        "captions": [one["caption"] for one in images if one["caption"]],
        "credits": [one.credit for one in photos_of(story) if one.credit],
        "images": [one["url"] for one in images],
        "attachments": [one["url"] for one in article["attachments"]],
        "tables": [
            [[[cell.text, cell.colspan, cell.rowspan] for cell in row] for row in block.rows]
            for block in story.blocks
            if isinstance(block, Table)
        ],
        "lists": [list(block.items) for block in story.blocks if isinstance(block, Bullets)],
    }

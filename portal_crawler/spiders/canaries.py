"""Proves a template that changed while it was being crawled: articles read before are asked again and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_crawler.comparison import WELL_FILLED
from portal_crawler.frontier.queue import Entry
from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.tally import WATCHED
from portal_crawler.verdict import DRIFTED

if TYPE_CHECKING:
    from pipelines.items import Article
    from portal_crawler.extract.reading import PageReading
    from portal_crawler.session import Session

#: A field is suspect where so many articles in a row, up to the last, lack it, and most of the last WINDOW before had it.
TAIL = 10
WINDOW = 30
#: So many of these are asked again.
CANARIES = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    url: str
    filled: frozenset[str]


class Canaries:
    """The suspicion of one crawl, and its proof.

    A field that old articles never had looks the same as one that a new template hides: lists go from new to old. So a
    suspicion alone says nothing; an article that showed the field an hour ago and no longer does says all.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: list[_Seen] = []
        self._asked = False

    def see(self, article: Article) -> None:
        """An article was read well."""
        self._seen.append(_Seen(article.url, frozenset(name for name in WATCHED if getattr(article, name))))

    def queue(self) -> bool:
        """At the end of a crawl: ask for some articles again where a field is suspect; False where nothing is."""
        suspects = suspect_fields([one.filled for one in self._seen])
        if self._asked or not suspects:
            return False
        self._asked = True
        before = [one for one in self._seen[: max(suspects.values())] if suspects.keys() & one.filled]
        added = [
            self._session.frontier.add(
                Entry(url=one.url, kind="canary", fingerprint=f"canary {one.url}", host=host_of(one.url), priority=30)
            )
            for one in before[-CANARIES:]
        ]
        return any(added)

    def judge(self, reading: PageReading) -> None:
        """A canary's page came: what does it show no longer?"""
        tally = self._session.tally
        if reading.article is not None:
            tally.canaries += 1
            tally.canaries_lost.update(self._session.fields_lost(reading.article, WATCHED))
        elif reading.problem and reading.problem.reason in DRIFTED:
            tally.canaries += 1
            tally.canaries_lost.update(WATCHED)


def suspect_fields(seen: list[frozenset[str]]) -> dict[str, int]:
    """Fields that went away, each with how many articles had been read by then; `seen` in the order of reading."""
    suspects = {}
    for name in WATCHED:
        last = max((place for place, one in enumerate(seen) if name in one), default=-1) + 1
        before = seen[max(0, last - WINDOW) : last]
        if len(seen) - last >= TAIL and len(before) >= TAIL:
            share = sum(name in one for one in before) / len(before)
            if share >= WELL_FILLED:
                suspects[name] = last
    return suspects

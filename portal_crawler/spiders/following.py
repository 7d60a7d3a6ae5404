"""What a page leads to: which articles, list pages, sections and side doors are asked for next.

Requests go straight into the frontier, in the transaction that finishes the page they stand on. Yielded to Scrapy
they would be queued a little later, and a process killed in between would have lost them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.normalize import normalize
from portal_crawler.extract.dates import read_date
from portal_crawler.extract.reading import Link
from portal_crawler.frontier.refresh import ALL, due_articles, is_settled, owed_articles, said_changed
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.platforms.sharepoint.feeds import portal_door_addresses
from portal_crawler.spiders.plan import (
    MOST_DOORS_DEEP,
    article_entry,
    article_print,
    chain_context,
    chain_of,
    door_entry,
    door_kind,
    listing_entry,
    restart_entry,
    start_entry,
    step_entry,
)
from portal_crawler.spiders.probes import nowhere_entry

if TYPE_CHECKING:
    from pipelines.items import Article
    from portal_crawler.extract.reading import PageReading
    from portal_crawler.frontier.queue import Entry
    from portal_crawler.frontier.refresh import Refresh
    from portal_crawler.frontier.sightings import Seen
    from portal_crawler.session import Session
    from portal_crawler.spiders.arguments import Wish


class Following:
    """Follows what pages show, as far as the wish of a crawl and its kind of refresh go."""

    def __init__(self, session: Session, wish: Wish, refresh: Refresh, *, reach: str = "") -> None:
        self._reach = reach
        self._session = session
        self._profile = session.profile
        self._wish = wish
        self._refresh = refresh

    def begin(self) -> None:
        """The first requests of a crawl, all of them in one transaction; a crawl that is resumed has them already."""
        session = self._session
        if not session.frontier.is_empty:
            return
        sections = [one for one in self._profile.sections if self._wish.wants(one.name, one.url)]
        for one in sections:
            self._ask(listing_entry(one.url, section=one.name))
        for url in () if sections else self._profile.start_urls:
            self._ask(start_entry(url))
        if not self._wish.is_narrow and (self._refresh.full or self._reach != "newest"):
            recheck = ALL if self._refresh.full else self._refresh.recheck  # no list may show them any more
            recent = self._reach == "recent"
            for url in due_articles(
                session.store.conn, self._profile.name, session.store.now(), recheck, recent=recent
            ):
                self._ask(article_entry(Link(url=url, route="due")))
            for url in owed_articles(session.store.conn, self._profile.name):
                self._ask(article_entry(Link(url=url, route="due")))
        session.commit()

    def article_page(self, entry: Entry, reading: PageReading) -> None:
        """The articles that an article page links to; with a section asked for, they are another section's business."""
        if entry.kind == "probe" and reading.article is not None:
            self._see("ids", (Link(url=entry.url, text=reading.article.title, route="ids"),))
        self._see("related", reading.links)
        if not self._wish.section:
            self.links(reading.links, str(entry.context.get("section", "")))

    def twins(self, article: Article) -> None:
        """A new article that repeats one of an earlier crawl may be that one, moved: its old address tells."""
        store = self._session.store
        if self._session.known_before and not self._wish.is_narrow and not store.knows(article):
            for url in store.twins_of(normalize(article), self._session.run_id):
                self._ask(article_entry(Link(url=url, route="due")))

    def door(self, entry: Entry, reading: PageReading) -> None:
        """The articles and further doors that a side door shows."""
        seen = self._see(f"{entry.kind} {entry.url}", reading.links)
        store = self._session.store
        said = said_changed(store.conn, self._profile.name, reading.links, store.now())
        self.links(reading.links, "", seen.changed | said)
        depth = int(entry.context.get("depth", 0)) + 1
        for url in reading.side_doors if depth <= MOST_DOORS_DEEP else ():
            self._ask(door_entry(url, "feed" if entry.kind == "lists" else door_kind(url), depth=depth))

    def list_page(self, entry: Entry, reading: PageReading) -> None:
        """The articles of a list and its next page; of its first page the side doors, of a start page the sections too."""
        seen = self._see(chain_of(entry), reading.links)
        self._session.tally.listed += seen.new
        asked = 0
        if not (self._wish.section and entry.kind == "start"):
            self._probe_nowhere(reading.links)
            asked = self.links(reading.links, str(entry.context.get("section", "")), seen.changed)
            self._next_page(entry, reading, seen, asked)
        if entry.kind == "start":
            self._sections(entry, reading)
        # a section's page names the feed of its own list, and a profile with sections has no start page
        if entry.kind == "start" or (self._session.walks_whole_lists and int(entry.context.get("number", 1)) == 1):
            self._doors(reading)

    def links(self, links: tuple[Link, ...], section: str, changed: frozenset[str] = frozenset()) -> int:
        """Ask for the articles of links, as many as the wish leaves room for; returns how many there are to ask for.

        What is known is skipped where its row says nothing new (`changed`: keys of rows that do).
        """
        frontier, asked = self._session.frontier, 0
        room = self._wish.limit - frontier.count("article") if self._wish.limit else len(links)
        for link in links:
            if self._is_known(link, changed):
                self._session.tally.known += 1
                continue
            if self._wish.is_narrow and not self._wish.window.holds(self._listed_day(link)):
                continue
            if not frontier.knows(article_print(link.url)):
                if room <= 0:
                    self._session.limited = True
                    continue
                room -= 1
                self._ask(article_entry(link, section=section))
            asked += 1
        return asked

    def _ask(self, entry: Entry) -> None:
        self._session.tally.found += self._session.frontier.add(entry) and entry.kind == "article"

    def _see(self, chain: str, links: tuple[Link, ...]) -> Seen:
        return self._session.sightings.add(chain, links)

    def _is_known(self, link: Link, changed: frozenset[str]) -> bool:
        if self._refresh.full:
            return False
        key = source_key(link.url)
        return key not in changed and is_settled(self._session.store.conn, self._profile.name, key, link.url)

    def _next_page(self, entry: Entry, reading: PageReading, seen: Seen, asked: int) -> None:
        tally, step = self._session.tally, reading.next
        number = int(entry.context.get("number", 1))
        walking = number < int(entry.context.get("walk_to", 0))
        if step is None or self._is_enough(reading.links):
            return
        if number >= self._profile.crawl.max_listing_pages:
            tally.truncated.append(f"the list {entry.url} has more than {number} pages (crawl.max_listing_pages)")
            return
        if self._refresh.ground and not asked and reading.links and not walking:
            return  # known ground: behind it lies what the last crawl has seen
        if not seen.new and not walking:
            self._nothing_new(entry, number)
            return
        self._ask(step_entry(step, replace(entry, context=chain_context(entry))))

    def _nothing_new(self, entry: Entry, number: int) -> None:
        """A pager that never ends shows what it showed before; so does one whose dead view state is answered with page 1."""
        if entry.method != "POST":
            return
        again = restart_entry(entry)
        if again is not None:
            self._ask(again)
        else:
            self._session.tally.truncated.append(
                f"page {number} of the list {entry.url} shows nothing but earlier pages"
            )

    def _is_enough(self, links: tuple[Link, ...]) -> bool:
        """True where the limit is reached, or everything on the page is older than what is wanted."""
        if self._wish.limit and self._session.frontier.count("article") >= self._wish.limit:
            return True
        dated = [day for link in links if (day := self._listed_day(link))] if self._wish.window.since else []
        return bool(dated) and all(self._wish.window.is_before(day) for day in dated)

    def _sections(self, entry: Entry, reading: PageReading) -> None:
        """Menu links of a start page that may be sections; only where the profile names none, and one level deep."""
        if self._profile.sections:
            return
        wanted = [link for link in reading.sections if self._wish.wants(link.text, link.url)]
        for link in wanted:
            self._ask(listing_entry(link.url, section=link.text, candidate=not self._wish.section, depth=1))
        if self._wish.section and not wanted:
            self._session.tally.truncated.append(f"no link of {entry.url} matches section={self._wish.section}")

    def _doors(self, reading: PageReading) -> None:
        if not self._wish.is_narrow:
            for url in (*reading.side_doors, *portal_door_addresses(self._profile)):
                self._ask(door_entry(url, door_kind(url)))

    def _probe_nowhere(self, links: tuple[Link, ...]) -> None:
        """Learn what the portal answers for an item that cannot exist, in crawls that ask for missing ids at their end."""
        if self._session.walks_whole_lists:
            nowhere = next((made for link in links if (made := nowhere_entry(link.url))), None)
            if nowhere is not None:
                self._ask(nowhere)

    def _listed_day(self, link: Link) -> str | None:
        """The date printed beside a link; None where it gives none that can be trusted.

        Stock list views may print the month first, so a date that could be either is not used to leave an article out.
        """
        if not link.published:
            return None
        reading = read_date(link.published, dates=self._profile.dates)
        return None if reading.problem else reading.value

"""The state of the sample portal: which articles exist, under which addresses, and what changed since it opened."""

from __future__ import annotations

import bisect
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from portal_crawler.sample_portal import writer
from portal_crawler.sample_portal.model import Story
from portal_crawler.sample_portal.sections import BY_CODE, SECTIONS, Section, encoded, slug
from portal_crawler.sample_portal.specials import PERIOD, Hidden, special_at

FIRST_DAY = datetime(2016, 3, 1, 7, 0)  # noqa: DTZ001 - wall time of the city, always +07:00
DAYS = 1500
PAGE_SIZE = 10
FEED_SIZE = 25

#: A fault's hand in what an article says.
Rewrite = Callable[["Item", Story], Story]
Gone = Literal["", "404", "410", "soft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article's place: publishing order, section, id in its list, address.

    `when` is the date it bears now, `written` the one it was first published at (its text speaks of those days).
    """

    index: int
    section: Section
    number: int
    when: datetime
    written: datetime
    kind: str
    of: int | None
    hidden: Hidden
    title: str
    path: str

    @property
    def twin(self) -> str:
        """The second path of an article that has one."""
        return f"/chuyen-de/Pages/bai-viet.aspx?ItemID={self.number}" if self.kind == "twin" else ""


@dataclass(slots=True)
class Change:
    """What happened to an article since the portal opened."""

    revision: int = 0
    title: str = ""
    added_text: tuple[str, ...] = ()
    gone: Gone = ""


@dataclass
class World:
    """All articles of a portal. Deterministic: the same count, seed and steps give the same world.

    `steps` applies that many rounds of change, each one edit, one removal and three new articles.
    """

    count: int = 60
    seed: int = 1
    steps: int = 0
    items: list[Item] = field(default_factory=list, repr=False)
    changes: dict[int, Change] = field(default_factory=dict, repr=False)
    moved: dict[str, str] = field(default_factory=dict, repr=False)
    rewrites: list[Rewrite] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._numbers = {section.code: section.first_id - 1 for section in SECTIONS}
        self._opened = self.count
        self._clock = self._latest = FIRST_DAY
        self.add(self.count)
        for step in range(1, self.steps + 1):
            self.step(step)

    def add(self, count: int) -> list[Item]:
        """Publish `count` more articles, newer than all others."""
        start = len(self.items)
        for index in range(start, start + count):
            self.items.append(self._make(index))
        self._forget()
        return self.items[start:]

    def edit(self, item: Item, *, title: str = "", text: str = "", when: datetime | None = None) -> None:
        """Change an article's text (a sentence is added at the end) and, where given, its title and its date."""
        if when is not None:
            self.items[item.index] = replace(item, when=when)
        change = self.changes.setdefault(item.index, Change())
        change.revision += 1
        change.added_text = (*change.added_text, text or writer.correction(self.seed, item.index, change.revision))
        change.title = title or change.title
        self._forget()

    def remove(self, item: Item, how: Gone = "404") -> None:
        """Take an article away: its page answers 404, 410, or 200 with "Bài viết không tồn tại" ("soft")."""
        self.changes.setdefault(item.index, Change()).gone = how
        self._forget()

    def move(self, item: Item) -> Item:
        """Give a publishing page another address; the old one answers with a permanent redirect."""
        folder, _, name = item.path.rpartition("/")
        new = replace(item, path=f"{folder.rpartition('/')[0]}/luu-tru/{name}")
        self.items[item.index] = new
        self.moved[item.path] = new.path
        self._forget()
        return new

    def step(self, number: int) -> None:
        """One deterministic round of change: one edit, one removal, three new articles."""
        rng = random.Random(f"step:{self.seed}:{number}")
        plain = [item for item in self.live if special_at(item.index) is None]
        if len(plain) < 2:
            self.add(3)
            return
        edited, removed = rng.sample(plain, 2)
        self.edit(edited, title=f"{edited.title} (cập nhật lần {number})" if number % 2 == 0 else "")
        self.remove(removed)
        self.add(3)

    def title(self, item: Item) -> str:
        """The title an article bears now."""
        return self.story(item).title if self.rewrites else self.change(item).title or item.title

    def change(self, item: Item) -> Change:
        """What happened to an article."""
        return self.changes.get(item.index) or Change()

    @cached_property
    def live(self) -> list[Item]:
        """All articles that can be read, oldest first."""
        return [item for item in self.items if not self.change(item).gone]

    @cached_property
    def listed(self) -> dict[str, list[Item]]:
        """What each section's listing shows, newest first."""
        rows: dict[str, list[Item]] = {section.code: [] for section in SECTIONS}
        for item in reversed(self.live):
            if not item.hidden:
                rows[item.section.code].append(item)
        return rows

    @cached_property
    def fed(self) -> dict[str, list[Item]]:
        """What each section's feed shows, newest first; the feed-only articles hold a place of their own at its end."""
        rows: dict[str, list[Item]] = {section.code: [] for section in SECTIONS}
        held: dict[str, list[Item]] = {section.code: [] for section in SECTIONS}
        for item in reversed(self.live):
            place = held if item.hidden == "feed" else rows
            if item.hidden in ("", "feed"):
                place[item.section.code].append(item)
        return {code: [*items[: FEED_SIZE - len(held[code][:5])], *held[code][:5]] for code, items in rows.items()}

    @cached_property
    def mapped(self) -> list[Item]:
        """What the sitemap holds: about half of the listed articles, and those known to it only."""
        return [
            item
            for item in self.live
            if item.hidden == "sitemap" or (not item.hidden and (item.index * 7 + self.seed) % 13 < 7)
        ]

    @cached_property
    def _by_path(self) -> dict[str, Item]:
        return {item.path.lower(): item for item in self.items if not item.section.key}

    @cached_property
    def _by_number(self) -> dict[tuple[str, int], Item]:
        return {(item.section.code, item.number): item for item in self.items}

    def moved_to(self, path: str) -> str:
        """Where a page that had this path has gone; empty where none had it."""
        return next((new for old, new in self.moved.items() if old.lower() == path.lower()), "")

    def at_path(self, path: str) -> Item | None:
        """The article of a publishing page; letter case does not matter."""
        return self._by_path.get(path.lower())

    def at_number(self, section: str, number: int) -> Item | None:
        """The article of an id in a section's list."""
        return self._by_number.get((section, number))

    def related(self, item: Item) -> list[Item]:
        """The "other news" an article's page links to: the next older ones, and now and then a hidden one."""
        if item.section.layout == "form":
            return []
        rows = self.listed[item.section.code]
        at = bisect.bisect_left(rows, -item.index, key=lambda one: -one.index)
        older = [one for one in rows[at : at + 7] if one.index < item.index][:6]
        return [*older, *self._hidden_beside(item)]

    def is_related(self, item: Item) -> bool:
        """True where some article's page has this one among its other news."""
        rows = self.listed[item.section.code]
        at = bisect.bisect_left(rows, -item.index, key=lambda one: -one.index)
        return any(item in self.related(newer) for newer in rows[max(0, at - 7) : at])

    def _hidden_beside(self, item: Item) -> list[Item]:
        """The related-only articles this page leads to: each hangs on the next listed article of its section."""
        found = []
        for index in range(item.index - 1, max(-1, item.index - 40), -1):
            one = self.items[index]
            if one.section is not item.section or self.change(one).gone:
                continue
            if one.hidden != "related":
                break
            found.append(one)
        return found if not item.hidden else []

    def story(self, item: Item) -> Story:
        """What an article says now."""
        story = writer.write(self, item)
        for rewrite in self.rewrites:
            story = rewrite(item, story)
        return story

    def _make(self, index: int) -> Item:
        rng = random.Random(f"item:{self.seed}:{index}")
        special = special_at(index)
        section = BY_CODE[special.section] if special else rng.choices(SECTIONS, [one.weight for one in SECTIONS])[0]
        of = index - special.of if special and special.of else None
        hidden = self._hidden(index, special.hidden if special else "")
        number = self._next_number(section, rng, dense=hidden == "ids")
        when = self._next_time(rng)
        title = writer.title_of(self, index, section, when, special.kind if special else "plain", of)
        path = self._address(section, number, when, title, rng)
        return Item(
            index=index, section=section, number=number, when=when, written=when, kind=special.kind if special else "plain", of=of,
            hidden=hidden, title=title, path=path,
        )  # fmt: skip

    def _hidden(self, index: int, wanted: Hidden) -> Hidden:
        """A related-only article needs a newer one to hang on; a feed-only one must be among the newest."""
        if (wanted == "related" and index + 22 >= self._opened) or (wanted == "feed" and index + PERIOD < self._opened):
            return ""
        return wanted

    def _next_number(self, section: Section, rng: random.Random, *, dense: bool) -> int:
        """Ids are dense, but for one in twenty that was deleted long ago."""
        self._numbers[section.code] += 2 if not dense and rng.random() < 0.05 else 1
        return self._numbers[section.code]

    def _next_time(self, rng: random.Random) -> datetime:
        """Articles come at the city's working hours, spread over four years however many there are."""
        self._clock += timedelta(days=DAYS / max(self._opened, 1) * rng.uniform(0.4, 1.6))
        day = self._clock.replace(hour=0, minute=0, second=0, microsecond=0)
        when = day + timedelta(minutes=rng.randint(7 * 60, 20 * 60 + 45))
        self._latest = max(when, self._latest + timedelta(minutes=rng.randint(3, 20)))
        return self._latest

    @staticmethod
    def _address(section: Section, number: int, when: datetime, title: str, rng: random.Random) -> str:
        if not section.key:
            tail = "".join(rng.choices("abcdefghjkmnpqrstuvwxyz0123456789", k=6))
            day = f"{when.year}-{when.month}-{when.day}"
            return f"{section.detail}/{day}/{slug(title)}{tail}.aspx"
        chooser = f"List=%7B{section.guid.replace('-', '%2D')}%7D&" if " " in section.detail else ""
        return encoded(section.detail) + f"?{chooser}{section.key}={number}"

    def _forget(self) -> None:
        for name in ("live", "listed", "fed", "mapped", "_by_path", "_by_number"):
            self.__dict__.pop(name, None)

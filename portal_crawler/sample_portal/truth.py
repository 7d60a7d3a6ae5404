"""What a careful reader would take from the portal: the list every run is scored against."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pipelines.verify.structure import cell_line
from pipelines.verify.truth_file import address
from portal_crawler.sample_portal.addresses import listed_as, related_as, row_as
from portal_crawler.sample_portal.cast import documents_in
from portal_crawler.sample_portal.listing import on_home
from portal_crawler.sample_portal.media import media_bytes
from portal_crawler.sample_portal.model import (
    Block,
    Bullets,
    Photo,
    PhotoRow,
    Story,
    Table,
    body_text,
    hrefs_of,
    photos_of,
)  # fmt: skip
from portal_crawler.sample_portal.routes import opening_views
from portal_crawler.sample_portal.sections import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.sample_portal.pagers import PagerName
    from portal_crawler.sample_portal.world import Item, World

COPIES = {"near_copy": "near", "exact_copy": "exact", "exact_copy_elsewhere": "exact"}


def truth(world: World, base: str, pager: PagerName, lasting: Callable[[Item], list[str]]) -> dict[str, Any]:
    """The truth file: every article ever published with its fields, copies, routes and state.

    `lasting` names the faults that keep an article from ever being read; they stand under "faults".
    """
    stories = {item.index: world.story(item) for item in world.items}
    routes = Routes(world, stories, pager)
    return {
        "portal": "sample",
        "base_url": base,
        "seed": world.seed,
        "articles": [
            {**_article(world, base, item, stories[item.index], routes), "faults": lasting(item)}
            for item in world.items
        ],
    }


class Routes:
    """By which ways each article can be reached, and how its address is spelled there; made once for all articles."""

    def __init__(self, world: World, stories: dict[int, Story], pager: PagerName) -> None:
        self._world = world
        self._row = row_as if pager == "listdata" else listed_as
        self._home = on_home(world)
        self._listed = {item.index for rows in world.listed.values() for item in rows}
        self._fed = {item.index for rows in world.fed.values() for item in rows}
        self._mapped = {item.index for item in world.mapped}
        self._beside = {one.index for item in world.live for one in world.related(item)}
        places = {item.path: item.index for item in world.items}
        linked = (href for item in world.live for href in hrefs_of(stories[item.index]))
        self._inside = {places[href] for href in linked if href in places}

    def of(self, item: Item) -> list[str]:
        """The routes of an article, in the order a crawler tries them."""
        related = self._beside | self._inside
        ways = {"listing": self._listed, "related": related, "feed": self._fed, "sitemap": self._mapped}
        found = [name for name, indexes in ways.items() if item.index in indexes]
        return [*found, "ids"] if item.section.key else found

    def addresses(self, item: Item) -> list[str]:
        """Every address that some page prints for an article; the plain one where none does (a feed or sitemap may)."""
        former = [old for old, new in self._world.moved.items() if new == item.path]
        printed = [item.path] if item.index in self._inside else []
        printed += [self._row(item)] if item.index in self._listed else []
        printed += [listed_as(item)] if item.index in self._home else []
        printed += [related_as(item)] if item.index in self._beside else []
        shown = [*printed, item.twin, *former] if printed else [item.path, *former]
        return list(dict.fromkeys(address.partition("#")[0] for address in shown if address))


def _article(world: World, base: str, item: Item, story: Story, routes: Routes) -> dict[str, Any]:
    kind = COPIES.get(item.kind)
    gone = bool(world.change(item).gone)
    return {
        "url": base + encoded(item.path),
        "urls": [base + encoded(address) for address in routes.addresses(item)],
        "title": story.title,
        "summary": story.summary,
        "author": story.author,
        "category": item.section.name,
        "published_at": story.printed.published_at,
        "body_text": body_text(story),
        "cited_documents": documents_in(f"{story.title}\n{body_text(story)}"),
        "structure": [line for block in story.blocks for line in _structure(base, block)],
        "images": [
            {"url": _absolute(base, photo.path), "caption": photo.caption, "credit": photo.credit}
            for photo in photos_of(story)
        ],
        "attachments": [{"url": base + file.path, "name": _shown(file.name)} for file in story.attachments],
        "alternate_url": story.alternate_url or None,
        "views_at_least": None if item.section.layout == "publishing" else opening_views(world, item),
        "duplicate_of": base + encoded(world.items[item.of].path) if kind and item.of is not None else None,
        "duplicate_kind": kind,
        "found_by": [] if gone else routes.of(item),
        "media": _media(base, story),
        "state": "gone" if gone else "live",
        "layout": item.section.layout,
        "kind": item.kind,
    }


def _structure(base: str, block: Block) -> list[str]:
    """What pipelines.verify.structure must find of a block in the body."""
    match block:
        case Bullets(items, ordered):
            return [f"{'ol' if ordered else 'ul'}: {' | '.join(items)}"]
        case Table(rows):
            cells = (" | ".join(cell_line(cell.text, cell.colspan, cell.rowspan) for cell in row) for row in rows)
            return ["table: " + " / ".join(cells)]
        case Photo(path, caption):
            return [f"figure: {address(_absolute(base, path))} | {caption}"]
        case PhotoRow(photos):
            return [line for photo in photos for line in _structure(base, photo)]
    return []


def _media(base: str, story: Story) -> dict[str, str]:
    paths = [*(photo.path for photo in photos_of(story)), *(file.path for file in story.attachments)]
    ours = [path for path in paths if path.startswith("/")]
    return {base + path: hashlib.sha256(media_bytes(unquote(path))[0]).hexdigest() for path in ours}


def _shown(name: str) -> str:
    """A file's name as a reader sees it: without control characters and marks of direction."""
    visible = (char for char in name if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf"))
    return " ".join("".join(visible).split())


def _absolute(base: str, path: str) -> str:
    return base + path if path.startswith("/") else path

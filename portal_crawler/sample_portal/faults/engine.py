"""Lets the chosen faults loose on a portal, and remembers which addresses had theirs."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.faults.registry import Call

if TYPE_CHECKING:
    from portal_crawler.sample_portal.exchange import Request, Response
    from portal_crawler.sample_portal.faults.registry import Wish
    from portal_crawler.sample_portal.model import Story
    from portal_crawler.sample_portal.routes import Portal
    from portal_crawler.sample_portal.world import Item

_PAGES = frozenset({"article", "listing", "home", "shell"})


class FaultEngine:
    """The faults of one portal. `elsewhere` is the address of a host no crawler should ask."""

    def __init__(self, portal: Portal, wishes: tuple[Wish, ...], elsewhere: str) -> None:
        self._portal = portal
        self._wishes = wishes
        self._elsewhere = elsewhere
        self._given: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        portal.world.rewrites = [self._rewrite] if any(wish.fault.story for wish in wishes) else []
        portal.bodies = [self._body] if any(wish.fault.body for wish in wishes) else []

    def answer(self, request: Request) -> Response:
        """The portal's answer with every fault that befalls it."""
        response = self._portal.answer(request)
        item = self._portal.locate(request)
        key = item.path if item is not None else request.target
        for wish in self._wishes:
            if (
                wish.fault.answer is None
                or not _within(wish, response, item)
                or not wish.chooses(key, self._portal.world.seed)
            ):
                continue
            before = self._take(wish, request)
            if before is not None:
                call = Call(
                    request=request, item=item, portal=self._portal, elsewhere=self._elsewhere, before=before,
                    seed=self._portal.world.seed,
                )  # fmt: skip
                response = wish.fault.answer(response, call)
        return response

    def lasting(self, item: Item) -> list[str]:
        """The names of the faults that keep an article from ever being read."""
        return [
            wish.fault.name
            for wish in self._wishes
            if wish.fault.answer
            and not wish.fault.passing
            and wish.scope == "article"
            and wish.chooses(item.path, self._portal.world.seed)
        ]

    def _take(self, wish: Wish, request: Request) -> int | None:
        """How many bad answers were given here before; None where the fault is cured."""
        if not wish.fault.passing:
            return 0
        name = (wish.fault.name, f"{request.method} {request.target}")
        with self._lock:
            before = self._given[name]
            if before >= wish.times:
                return None
            self._given[name] += 1
        return before

    def _rewrite(self, item: Item, story: Story) -> Story:
        for wish in self._wishes:
            if wish.fault.story is not None and wish.chooses(item.path, self._portal.world.seed):
                story = wish.fault.story(item, story)
        return story

    def _body(self, item: Item, body: str) -> str:
        for wish in self._wishes:
            if wish.fault.body is not None and wish.chooses(item.path, self._portal.world.seed):
                body = wish.fault.body(item, body)
        return body


def _within(wish: Wish, response: Response, item: Item | None) -> bool:
    """Whether an answer is of the kind the fault is for."""
    match wish.scope:
        case "any":
            return True
        case "article":
            return item is not None or response.kind == "article"
        case "listing":
            return (
                response.kind in ("listing", "home")
                if wish.fault.name in _LISTS_AND_HOME
                else response.kind == "listing"
            )
        case "media":
            return response.kind == "media" and response.header("ETag") != ""
        case "page":
            return response.kind in _PAGES


#: Faults of the lists that empty or redo the start page as well.
_LISTS_AND_HOME = frozenset({"empty_listing", "redesign_listing"})

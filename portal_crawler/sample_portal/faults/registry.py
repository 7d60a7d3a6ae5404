"""The list of faults, and how one is asked for on the command line."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portal_crawler.sample_portal.exchange import Request, Response
    from portal_crawler.sample_portal.model import Story
    from portal_crawler.sample_portal.routes import Portal
    from portal_crawler.sample_portal.world import Item

#: Which answers a fault can befall: every HTML page of articles and lists, only one of them, files, or any request.
Scope = Literal["page", "article", "listing", "media", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a fault sees of one request. `before` is how many bad answers this fault gave this address already."""

    request: Request
    item: Item | None
    portal: Portal
    elsewhere: str
    before: int
    seed: int

    @property
    def dice(self) -> int:
        """A number that is always the same for this address."""
        return zlib.crc32(f"{self.seed}:{self.request.target}".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `row` names the rows of the fault list it belongs to.

    `answer` changes or replaces the answer; `story` changes what an article says, and so the truth; `body` changes the
    rich text that says it.
    A `passing` fault gives its bad answers first and is then cured; a `lasting` one never is.
    """

    name: str
    row: str
    summary: str
    scope: Scope = "page"
    passing: bool = False
    answer: Callable[[Response, Call], Response] | None = None
    story: Callable[[Item, Story], Story] | None = None
    body: Callable[[Item, str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A fault as asked for: on which share of addresses, how often, and on which kind of page."""

    fault: Fault
    share: float = 1.0
    times: int = 1
    scope: Scope = "page"

    def chooses(self, key: str, seed: int) -> bool:
        """Whether the fault befalls an address; the same addresses in every run of one seed."""
        return zlib.crc32(f"{self.fault.name}:{seed}:{key}".encode()) / 2**32 < self.share


_RATE = re.compile(r"(\d*\.?\d+)(?:x(\d+))?")

REGISTRY: dict[str, Fault] = {}


def register(faults: Iterable[Fault]) -> None:
    """Add faults to the list."""
    REGISTRY.update((fault.name, fault) for fault in faults)


def parse_faults(words: Iterable[str]) -> tuple[Wish, ...]:
    """The faults of `NAME[@SCOPE][:RATE]` words.

    Raises:
        ConfigurationError: an unknown name, scope or rate.
    """
    return tuple(parse_fault(word) for word in words)


def parse_fault(word: str) -> Wish:
    """One fault: "http_500", "http_500:0.1" (a tenth of the addresses), "http_500:3" (three times each),
    "http_500@listing:2" (on listing pages, twice each), "http_500:0.1x3" (a tenth of the addresses, three times each).

    Raises:
        ConfigurationError: as `parse_faults`.
    """  # noqa: D205 - the examples are the summary
    name, _, rate = word.partition(":")
    name, _, scope = name.partition("@")
    fault = REGISTRY.get(name)
    if fault is None:
        raise ConfigurationError(f'--fault {word}: no fault is named "{name}"; known are: {", ".join(REGISTRY)}')
    if scope not in ("", "page", "article", "listing", "media", "any"):
        raise ConfigurationError(
            f'--fault {word}: "{scope}" is no kind of page; use article, listing, page, media or any'
        )
    share, times = _rate(word, rate)
    return Wish(fault=fault, share=share, times=times, scope=scope or fault.scope)  # type: ignore[arg-type]


def _rate(word: str, rate: str) -> tuple[float, int]:
    """A share of addresses and a number of times, from "0.1", "3" or "0.1x3"."""
    match = _RATE.fullmatch(rate or "1")
    share, times = (float(match[1]), int(match[2] or 1)) if match else (-1.0, 0)
    if match and not match[2] and share > 1 and share == int(share):
        share, times = 1.0, int(share)
    if not 0 <= share <= 1 or times < 1:
        raise ConfigurationError(
            f'--fault {word}: "{rate}" is no rate; write 0.1 (a tenth), 3 (three times) or 0.1x3 (both)'
        )
    return share, times

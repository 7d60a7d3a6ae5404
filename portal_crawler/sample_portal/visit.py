"""What differs at every visit although nothing changed: view state, request digest, clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

HANOI = timezone(timedelta(hours=7))
#: ends the part of a view state that holds a pager's state; no hexadecimal digit is upper case before it
_END = "AAAA"
_KEY = b"machine key of the sample portal"
_CONTROLS = (
    "ListViewWebPart",
    "PublishingWebControls",
    "SPDataSource",
    "WebPartZone",
    "SPGridView",
    "DateTimeField",
    "RichHtmlField",
)


@cache
def _trees() -> tuple[str, ...]:
    """Control trees as ASP.NET keeps them, one a template: the same on every page of it but for what a visit changes.

    Their strings are not encrypted (ViewStateEncryptionMode "Auto"), so that pages of one template are mostly alike;
    `{0}` to `{2}` are what differs.
    """
    return tuple(_tree(number) for number in range(4))


def _tree(number: int) -> str:
    rng = random.Random(f"view state {number}")
    rows = []
    for at in range(rng.randint(190, 240)):
        name = rng.choice(_CONTROLS)
        words = ";".join(f"{rng.choice('bdfils')}{rng.getrandbits(20):x}" for _ in range(rng.randint(4, 14)))
        rows.append(f"\x0f\x10d\x16\x02\x66{name}_{at}\x1e\x0bVisible{words}\x02g_{rng.getrandbits(96):024x}")
    for slot, place in enumerate(sorted(rng.sample(range(len(rows)), 3))):
        rows[place] += f"\x05{{{slot}}}"
    return "".join(rows)


@dataclass(slots=True)
class Visits:
    """The portal's memory of visits: a counter that makes each page differ, and the views of each article."""

    views: dict[int, int] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def new(self) -> Visit:
        """The next visit."""
        return Visit(next(self._numbers))

    def view(self, index: int, start: int) -> int:
        """Count one more view of an article that had `start` views when the portal opened."""
        self.views[index] = self.views.get(index, start) + 1
        return self.views[index]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one page."""

    number: int

    def view_state(self, state: str = "") -> str:
        """30 to 40 kB of base64; `state` is sealed inside, as ASP.NET seals its pages' state.

        It ends with a code of authenticity of 20 bytes, as ASP.NET's does (enableViewStateMac).
        """
        sealed = f"{state.encode().hex()}z{_seal(state, self.number)}z{self.number:x}"
        trees = _trees()
        tree = trees[self.number % len(trees)].format(self.number * 7919, f"{self.number:x}", self.number % 37).encode()
        mark = hashlib.sha1(f"view state {self.number}".encode(), usedforsecurity=False).digest()
        return f"/wEPDwUK{sealed}{_END}{base64.b64encode(tree + mark).decode()}"

    def event_validation(self) -> str:
        """A kilobyte of base64."""
        return f"/wEd{base64.b64encode(random.Random(f'event {self.number}').randbytes(825)).decode()}"

    def digest(self) -> str:
        """The form digest SharePoint issues for half an hour."""
        mark = hashlib.sha256(f"digest {self.number}".encode()).hexdigest().upper() * 2
        return f"0x{mark},{datetime.now(UTC):%d %b %Y %H:%M:%S} -0000"

    def now(self) -> datetime:
        """The hour of the visit in the city."""
        return datetime.now(HANOI)


def unseal(view_state: str) -> str | None:
    """The state inside a view state; None where it was not made by this portal or was altered."""
    if not view_state.startswith("/wEPDwUK") or _END not in view_state:
        return None
    parts = view_state[len("/wEPDwUK") :].partition(_END)[0].split("z")
    if len(parts) != 3:
        return None
    try:
        state = bytes.fromhex(parts[0]).decode()
        number = int(parts[2], 16)
    except ValueError:
        return None
    return state if hmac.compare_digest(parts[1], _seal(state, number)) else None


def _seal(state: str, number: int) -> str:
    return hmac.new(_KEY, f"{state}:{number}".encode(), hashlib.sha256).hexdigest()[:24]

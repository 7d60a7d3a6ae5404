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


@cache
def _noise() -> str:
    """A megabyte of base64; slices of it pad the view states, which is cheap however many are asked for."""
    return base64.b64encode(random.Random("view state").randbytes(768 * 1024)).decode()


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
        """30 to 40 kB of base64; `state` is sealed inside, as ASP.NET seals its pages' state."""
        start = self.number * 7919 % 700_000
        size = 30_000 + self.number * 613 % 10_000
        sealed = f"{state.encode().hex()}z{_seal(state, self.number)}z{self.number:x}"
        return f"/wEPDwUK{sealed}{_END}{_noise()[start : start + size]}=="

    def event_validation(self) -> str:
        """A kilobyte of base64."""
        start = self.number * 104_729 % 900_000
        return f"/wEd{_noise()[start : start + 1100]}"

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

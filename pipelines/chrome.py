"""The learned chrome of a portal as data: which boxes of its templates hold no article, whatever page they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.coverage import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """One version of what was learned; extraction gets it as data, so the same page and set give the same article.

    `signs` are (region, place, kind, sign): kind "same" with the key of a box that is equal on every page, "list" with
    the heading of a box of links.
    """

    version: int = 0
    signs: frozenset[tuple[str, str, str, str]] = frozenset()

    def knows(self, region: str, box: Box) -> bool:
        """True for a box that is chrome."""
        if (region, box.place, "same", box.key) in self.signs:
            return True
        return bool(box.heading) and (region, box.place, "list", box.heading) in self.signs


NO_CHROME = Chrome()


def chrome_to_json(chrome: Chrome) -> dict[str, Any]:
    """Plain JSON types, for the extraction processes."""
    return {"version": chrome.version, "signs": sorted(chrome.signs)}


def chrome_from_json(data: dict[str, Any]) -> Chrome:
    """The inverse."""
    signs = frozenset((region, place, kind, sign) for region, place, kind, sign in data["signs"])
    return Chrome(version=data["version"], signs=signs)

"""What a verification found: a difference has a reason, and is explained or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

#: Reasons that explain a difference: somebody decided it, or the source itself has no more.
EXPLAINED = frozenset(
    {
        "edited_in_target", "deleted_in_target", "target_refused", "made_in_target", "media_not_stored", "media_refused", "media_left_at_source",
        "old_link_unknown", "link_to_unpublished", "scheduled",
        "live", "gone", "undated", "duplicate", "flagged", "quarantined",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that is not as expected: a snake_case `reason`, what was expected and what was found."""

    field: str
    reason: str
    expected: str = ""
    found: str = ""

    @property
    def explained(self) -> bool:
        """True where the reason is one that needs no mending."""
        return self.reason in EXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One article, compared. `similarity` of the texts is 0 to 1; `left` and `right` are its texts where they differ.

    `public` says that readers of the target see it.
    """

    uid: str
    title: str
    source_url: str
    address: str
    public: bool = True
    similarity: float = 1.0
    differences: tuple[Difference, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def unexplained(self) -> int:
        """How many differences no reason explains."""
        return sum(not one.explained for one in self.differences)


def _gravity(one: Verified) -> tuple[bool, bool, float, int, int, str]:
    whole = any(found.reason in ("missing", "doubled") for found in one.differences)
    return (not one.unexplained, not whole, one.similarity, -one.unexplained, -len(one.differences), one.uid)


@dataclass(slots=True, kw_only=True)
class VerifyReport:
    """The whole.

    `source` articles are known of the portal, `not_stored` of these by reason; `database` are stored, `left_out` of these by
    reason, `expected` in the target, `found` posts there.

    `checked` counts single comparisons by field, `not_asked` articles whose old addresses lead nowhere on purpose, by reason. `articles` are all that were compared, the worst first after `sort`.
    """

    target: str
    at: str
    source: int = 0
    database: int = 0
    expected: int = 0
    found: int = 0
    not_stored: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    not_asked: Counter[str] = field(default_factory=Counter)
    articles: list[Verified] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        """Differences by reason."""
        return Counter(one.reason for article in self.articles for one in article.differences)

    @property
    def unexplained(self) -> int:
        """Differences that no reason explains."""
        return sum(article.unexplained for article in self.articles)

    def sort(self) -> None:
        """The worst first: the unexplained before the explained; in each what is missing, then the least similar text, then the most."""
        self.articles.sort(key=_gravity)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; articles without a difference are counted only."""
        differing = [one for one in self.articles if one.differences]
        return {
            "target": self.target,
            "at": self.at,
            "counts": {name: getattr(self, name) for name in ("source", "database", "expected", "found")},
            "not_stored": dict(sorted(self.not_stored.items())),
            "left_out": dict(sorted(self.left_out.items())),
            "checked": dict(sorted(self.checked.items())),
            "not_asked": dict(sorted(self.not_asked.items())),
            "without_difference": len(self.articles) - len(differing),
            "reasons": dict(sorted(self.reasons.items())),
            "unexplained": self.unexplained,
            "articles": [asdict(one) | {"unexplained": one.unexplained} for one in differing],
        }

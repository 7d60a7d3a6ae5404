"""What is measured: pages with the values a person expects of them, in corpora that know their own content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.items import Page
    from portal_crawler.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page, the profile it is read with, and what is expected: a field that is not in `expected` is not judged.

    Fields are those of `scoring.FIELDS`; None, "" or [] expects that the page says nothing, so that any value is invented.
    """

    name: str
    page: Page = field(repr=False)
    profile: Profile = field(repr=False)
    expected: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Pages that are judged together. `others` is False where only we can be asked (tables of dates).

    `missing` says why the corpus cannot be read here; it has no samples then.
    """

    name: str
    told: str
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    others: bool = True
    missing: str = ""

    @property
    def sha256(self) -> str:
        """The hash of all pages, their addresses and their expected values, whatever order they came in."""
        digests = sorted(
            hashlib.sha256(
                b"\0".join(
                    (
                        one.name.encode(),
                        one.page.url.encode(),
                        one.page.body,
                        json.dumps(one.expected, sort_keys=True).encode(),
                    )
                )
            ).hexdigest()
            for one in self.samples
        )
        return hashlib.sha256("".join(digests).encode()).hexdigest()

"""What every kind of pager answers: which kind it is, and the step to the next page where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal_crawler.extract.reading import PagerKind, Step


@dataclass(frozen=True, slots=True)
class Pager:
    """A pager found on a page. `step` is None on the last page: there is a pager, but nowhere further to go."""

    kind: PagerKind
    step: Step | None = None

"""One reading of an article's title and body: the documents and places in it, with the rules that found them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.civic.citations import Citation, find_citations
from pipelines.civic.places import Found, Home, find_places

if TYPE_CHECKING:
    from pipelines.civic.units import Unit

#: Changes with every change of rules or tables, so that articles read by older ones are read again.
RULES = "civic-2"
Field = Literal["title", "body_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CivicReading:
    """What was found, (field, finding) in reading order; offsets are characters within that field."""

    citations: tuple[tuple[Field, Citation], ...]
    places: tuple[tuple[Field, Found], ...]


def read_civic(title: str, body_text: str, day: str, home: Home) -> CivicReading:
    """Read one version of an article, published on `day` ("" where unknown: read as before the reform)."""
    citations: list[tuple[Field, Citation]] = [("title", one) for one in find_citations(title)]
    citations += [("body_text", one) for one in find_citations(body_text)]
    in_title = find_places(title, day, home)
    context: list[Unit] = [one.unit for one in in_title if one.unit is not None]
    places: list[tuple[Field, Found]] = [("title", one) for one in in_title]
    places += [("body_text", one) for one in find_places(body_text, day, home, context)]
    return CivicReading(citations=tuple(citations), places=tuple(places))

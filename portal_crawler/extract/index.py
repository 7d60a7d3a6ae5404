"""Every element of a page by its name, class and id, found in one pass: some thirty questions are asked of each page.

An XPath over a whole page costs a tenth of a millisecond at least and up to eight where it looks into classes; the pass costs as much as three of
them. It holds elements, never their texts: repairing a text (`repair`) leaves it true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.html import HtmlComment, HtmlElement


@dataclass(slots=True, eq=False)
class Index:
    """The elements of a page in page order: `marked` are those with a class or an id, as (element, class, id)."""

    elements: list[tuple[str, HtmlElement]] = field(default_factory=list)
    marked: list[tuple[HtmlElement, str, str]] = field(default_factory=list)
    comments: list[HtmlComment] = field(default_factory=list)
    _names: dict[str, list[HtmlElement]] = field(default_factory=dict)

    def named(self, name: str) -> list[HtmlElement]:
        """The elements of one name."""
        return self._names.get(name, [])

    def among(self, names: Collection[str]) -> list[HtmlElement]:
        """The elements of several names, in page order."""
        return [element for name, element in self.elements if name in names]

    def add(self, element: HtmlElement) -> None:
        """The next element of the page."""
        name = element.tag
        if not isinstance(name, str):
            self.comments.append(element)
            return
        self.elements.append((name, element))
        self._names.setdefault(name, []).append(element)
        names, identity = element.get("class"), element.get("id")
        if names is not None or identity is not None:
            self.marked.append((element, names or "", identity or ""))


@lru_cache(maxsize=1)
def index_of(root: HtmlElement) -> Index:
    """The index of a page; that of the page asked for last is kept."""
    index = Index()
    for element in root.iter():
        index.add(element)
    return index


def scripts_with(root: HtmlElement, *words: str) -> list[str]:
    """The texts of the scripts that hold any of these words, in page order."""
    texts = (script.text or "" for script in index_of(root).named("script"))
    return [text for text in texts if any(word in text for word in words)]

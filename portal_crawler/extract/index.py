"""Every element of a page by its name, class and address, found once: some thirty questions are asked of each page.

An XPath over a whole page costs a tenth of a millisecond at least and up to eight where it looks into classes; the pass
costs as much as two of them. What is kept are elements, attributes and scripts, never the texts that readers see:
repairing those (`repair`) leaves it true.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    import re
    from collections.abc import Collection

    from lxml.html import HtmlComment, HtmlElement


class Index:
    """The elements of one page, always in page order."""

    def __init__(self, root: HtmlElement) -> None:
        self._elements = list(root.iter())
        self._root = root
        self._names: dict[object, list[HtmlElement]] = defaultdict(list)
        for element in self._elements:
            self._names[element.tag].append(element)

    def named(self, name: str) -> list[HtmlElement]:
        """The elements of one name."""
        return self._names.get(name, [])

    def among(self, names: Collection[str]) -> list[HtmlElement]:
        """The elements of several names."""
        found = [name for name in names if name in self._names]
        return self.named(found[0]) if len(found) == 1 else list(self._root.iter(*found)) if found else []

    def ordered(self, *found: list[HtmlElement]) -> list[HtmlElement]:
        """Elements of several lists as one list; there is nothing to put in order where only one has any."""
        filled = [one for one in found if one]
        if len(filled) < 2:
            return filled[0] if filled else []
        wanted = {one for some in filled for one in some}
        return [element for element in self._elements if element in wanted]

    @property
    def comments(self) -> list[HtmlComment]:
        """The comments, which no reader sees."""
        return self._names.get(etree.Comment, [])

    @cached_property
    def marked(self) -> list[tuple[HtmlElement, str, str]]:
        """The elements with a class or an id, as (element, class, id)."""
        named = [(element, element.get("class"), element.get("id")) for element in self._elements]
        return [(one, names or "", name or "") for one, names, name in named if names is not None or name is not None]

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(names for _, names, _ in self.marked)

    def of_class(self, pattern: re.Pattern[str]) -> list[HtmlElement]:
        """The elements in whose class attribute the pattern is found; each spelling of it is searched once."""
        hits = {names for names in self._classes if names and pattern.search(names)}
        return [element for element, names, _ in self.marked if names in hits] if hits else []

    @cached_property
    def anchors(self) -> list[tuple[HtmlElement, str, str]]:
        """Every `a` as (element, address, what a click calls), both as written and empty where there is none."""
        return [(one, one.get("href") or "", one.get("onclick") or "") for one in self.named("a")]

    @cached_property
    def addresses(self) -> str:
        """All addresses and calls of the anchors in one text: one look tells that a word stands in none of them."""
        return "\n".join(text for _, reference, click in self.anchors for text in (reference, click) if text)

    @cached_property
    def scripts(self) -> list[str]:
        """The texts of the scripts."""
        return [script.text or "" for script in self.named("script")]


@lru_cache(maxsize=1)
def index_of(root: HtmlElement) -> Index:
    """The index of a page; that of the page asked for last is kept."""
    return Index(root)


def scripts_with(root: HtmlElement, *words: str) -> list[str]:
    """The texts of the scripts that hold any of these words, in page order."""
    return [text for text in index_of(root).scripts if any(word in text for word in words)]

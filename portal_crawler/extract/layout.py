"""Applies the layouts of a profile: which one a page has on its capture date, and what its selectors find."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from portal_crawler.extract.text import clean_text
from portal_crawler.profile import selector_to_xpath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from portal_crawler.profile import Layout

_FIELDS = ("title", "summary", "author", "category", "published", "views")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A layout applied to one page.

    `values` are the texts of fields by name; `missed` names selectors that matched nothing. `removed` are elements
    the profile takes out.
    """

    name: str
    container: HtmlElement | None = None
    body: HtmlElement | None = None
    values: dict[str, str] = field(default_factory=dict)
    selectors: dict[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    removed: frozenset[HtmlElement] = frozenset()

    def rule(self, name: str) -> str:
        """How a field's note names the selector that found it."""
        return f"layout:{self.name}/{self.selectors[name]}"


def choose_layout(root: HtmlElement, layouts: Iterable[Layout], captured_at: str) -> Chosen | None:
    """The first layout that is valid on the capture's day and matches the page; None where none does.

    A capture without a date is taken to be of any day.
    """
    day = captured_at[:10]
    for layout in layouts:
        if day and (
            (layout.valid_from and day < layout.valid_from) or (layout.valid_until and day > layout.valid_until)
        ):
            continue
        if not layout.match or _find(layout.match, root):
            return _apply(layout, root)
    return None


def _apply(layout: Layout, root: HtmlElement) -> Chosen:
    container = _first_element(layout.container, root)
    scope = container if container is not None else root
    values, selectors, missed = {}, {}, []
    for name in _FIELDS:
        selector = getattr(layout, name)
        if not selector:
            continue
        text = next((text for one in _find(selector, scope) if (text := _text(one))), "")
        if text:
            values[name], selectors[name] = text, selector
        else:
            missed.append(name)
    body = _first_element(layout.body, scope)
    missed += [
        name for name, found in (("container", container), ("body", body)) if getattr(layout, name) and found is None
    ]
    removed = frozenset(one for selector in layout.remove for one in _find(selector, root) if not isinstance(one, str))
    return Chosen(layout.name, container, body, values, selectors, tuple(missed), removed)


@lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    path = selector_to_xpath(selector)
    return etree.XPath(f".{path}" if path.startswith("/") and not path.startswith("/html") else path)


def _find(selector: str, scope: HtmlElement) -> list[HtmlElement | str]:
    found = _compiled(selector)(scope)
    return found if isinstance(found, list) else [str(found)] if found else []


def _first_element(selector: str, scope: HtmlElement) -> HtmlElement | None:
    """The match with most text, so that empty twins of a field do not win."""
    if not selector:
        return None
    found = [one for one in _find(selector, scope) if not isinstance(one, str)]
    return max(found, key=lambda one: len(one.text_content()), default=None)


def _text(found: HtmlElement | str) -> str:
    return clean_text(found if isinstance(found, str) else found.text_content())

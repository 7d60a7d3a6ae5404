"""Compiled XPath expressions with the type of what they select, which lxml cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement


def elements(path: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """An expression that selects elements, in page order."""
    return cast("Callable[[HtmlElement], list[HtmlElement]]", etree.XPath(path))


def strings(path: str) -> Callable[[HtmlElement], list[str]]:
    """An expression that selects texts or attribute values, as plain strings without their parents."""
    return cast("Callable[[HtmlElement], list[str]]", etree.XPath(path, smart_strings=False))


def string(path: str) -> Callable[[HtmlElement], str]:
    """An expression that gives the text of the first thing it selects, empty where there is none."""
    return cast("Callable[[HtmlElement], str]", etree.XPath(f"string(({path})[1])", smart_strings=False))


def truth(path: str) -> Callable[[HtmlElement], bool]:
    """An expression that is true where it selects anything."""
    return cast("Callable[[HtmlElement], bool]", etree.XPath(f"boolean({path})"))

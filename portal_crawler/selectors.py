"""A profile's selectors, CSS or XPath, as the one form that lxml runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def selector_to_xpath(selector: str) -> str:
    """The XPath of a selector: CSS, or XPath where it begins with "/", "(" or "./".

    Raises:
        cssselect.SelectorError: the CSS is wrong.
    """
    if selector.startswith(("/", "(", "./")):
        return selector
    from cssselect import HTMLTranslator

    return HTMLTranslator().css_to_xpath(selector)


def check_selector(key: str, selector: str, *, elements: bool = True) -> Iterator[str]:
    """What is wrong with the selector that stands under `key`, if anything is; an empty one is left out and fine.

    `elements`: it must select elements; otherwise an XPath may also give a text or a truth value.
    """
    if not selector:
        return
    from cssselect import SelectorError
    from lxml import etree

    try:
        # unknown functions and prefixes show only when it is run
        found = etree.XPath(selector_to_xpath(selector))(etree.Element("html"))
    except (SelectorError, etree.XPathError) as error:
        yield f"{key} {selector!r} is no valid CSS selector or XPath: {error}"
        return
    if elements and not isinstance(found, list):
        yield f"{key} {selector!r} must select elements, not give a {type(found).__name__}"

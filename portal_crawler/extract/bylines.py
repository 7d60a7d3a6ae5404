"""Who wrote an article of a page of unknown make: what the page marks as its author, where all its marks say the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portal_crawler.extract.draft import Value
from portal_crawler.extract.head import ld_names
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.titles import same
from portal_crawler.extract.xpath import elements

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from portal_crawler.extract.head import Head

_HIDDEN = "ancestor-or-self::*[contains(@class,'comment') or contains(@class,'related') or contains(@class,'bookmark') or self::aside]"
#: Marks of an author, the most explicit first; of classes only the innermost elements, which hold the bare name.
_MARKS = (
    ("markup:itemprop", elements(f"//*[@itemprop='author'][not({_HIDDEN})]")),
    ("markup:rel", elements(f"//a[contains(concat(' ',@rel,' '),' author ')][not({_HIDDEN})]")),
    (
        "markup:class",
        elements(
            "//*[contains(@class,'author') or contains(@class,'byline') or contains(@class,'Author') or contains(@class,'Byline')]"
            f"[not({_HIDDEN})]"
        ),
    ),
)
_NAME = elements(".//*[@itemprop='name']")
_BY = re.compile(r"^(?:(?:written|posted|published|words|text) by|by|author|tác giả|bởi)\b\s*:?\s*", re.IGNORECASE)
#: Two to five words in capitals of their own, small ones between them: "Lê Thị Hồng Gấm", "Ludwig van Beethoven".
_PERSON = re.compile(
    r"[^\W\d_a-z][\w.'’-]*(?:\s(?:and|và|van|von|der|de|la|du|da|bin|al|[^\W\d_a-z][\w.'’-]*)){1,5}(?:,\s[A-Z][A-Za-z.]{1,6}®?)?"
)
#: Who keeps a site or owns it, not who writes in it.
_ROLES = re.compile(
    r"\b(?:admin|administrator|webmaster|editors?|editorial|staff|team|authors?|fact check(?:ed)?|guest|reporter|writer|correspondent|columnist|official|foundation|association"
    r"|institute|university|company|inc|ltd|news|media|magazine|times|journal|network)\b",
    re.IGNORECASE,
)
_LONGEST = 60


def marked_author(root: HtmlElement, head: Head) -> Value | None:
    """The author of the page's JSON-LD where it is a person, else of its markup; None where marks disagree."""
    person = clean_text(_BY.sub("", ld_names(_persons(head.ld.get("author")))))
    if is_person(person):
        return Value(person, "ld:author")
    for rule, marks in _MARKS:
        names = {same(name): name for element in marks(root) if (name := _name_in(element))}
        if len(names) == 1:
            return Value(next(iter(names.values())), rule)
        if names:
            return None
    return None


def is_person(text: str) -> bool:
    """True for what can be the name of one or two persons: not an account, an office or a sentence."""
    return len(text) <= _LONGEST and bool(_PERSON.fullmatch(text)) and not is_role(text)


def _persons(value: Any) -> Any:
    """The JSON-LD authors that say they are persons."""
    authors = value if isinstance(value, list) else [value]
    return [one for one in authors if isinstance(one, dict) and "Person" in str(one.get("@type"))]


def is_role(text: str) -> bool:
    """True for the keeper or owner of a site."""
    return bool(_ROLES.search(text))


def _name_in(element: HtmlElement) -> str:
    """The person an element names; a mark that holds more than the name (an office, a date) names nobody for certain."""
    named = _NAME(element)
    holder = named[0] if named else element
    texts = [text for one in holder.itertext() if (text := clean_text(_BY.sub("", clean_text(str(one)))))]
    if not texts:
        texts = [clean_text(holder.get("content") or "")]
    return texts[0] if len(texts) == 1 and is_person(texts[0]) else ""

"""Finds what a reader would press to turn the page: numbers, arrows and words, with what each of them does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from portal_crawler.extract.index import index_of
from portal_crawler.extract.wording import folded, one_line
from portal_crawler.extract.xpath import strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

Role = Literal["number", "next", "prev", "first", "last", "more", "group", ""]

_PRESSED = frozenset(["a", "input", "button", "link"])
_BUTTONS = frozenset(["submit", "button", "image"])
_TEXTS = strings(".//text()[not(parent::script or parent::style)]")
_ICONS = strings("(.//img/@alt | .//img/@title | .//@aria-label | .//@title)[1]")
_CLASSES = strings("(@class | ../@class | .//@class | .//img/@src)")
_LABEL_CHARACTERS = 40
#: Addresses of links that lead nowhere, and do nothing where no script is called besides.
_IDLE = frozenset(["", "#", "javascript:", "javascript:;", "javascript:void(0)", "javascript:void(0);"])
_DOUBLE = frozenset([">>", "»"])

_NUMBER = re.compile(r"(?:trang|page)?\s*[\[(]?\s*(\d{1,6})\s*[\])]?(?:\s*\(?(?:current|hien tai)\)?)?")
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("next", re.compile(r"\W*(?:trang )?(?:sau|tiep|tiep theo|ke|ke tiep)\W*|\W*next(?: page)?\W*|older(?: posts| entries)?\W*|(?:tin |bai )?cu hon\W*|[>›→»]|>>")),
    ("prev", re.compile(r"\W*(?:trang )?truoc|\W*prev(?:ious)?(?: page)?|\W*newer(?: posts)?|\W*(?:tin |bai )?moi hon|[<‹←«]|<<")),
    ("first", re.compile(r"\W*(?:trang )?dau(?: tien)?\W*|\W*first(?: page)?\W*|\|<|\|«")),
    ("last", re.compile(r"\W*(?:trang )?cuoi(?: cung)?\W*|\W*last(?: page)?\W*|>\||»\|")),
    ("more", re.compile(r"(?:xem|tai|hien thi|doc) (?:them|tiep)(?: tin| bai| bai viet)?\W*|(?:view|load|show) more\W*")),
    ("group", re.compile(r"\.{2,3}|…")),
)  # fmt: skip
_ICON_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("last", re.compile(r"double-right|angles-right|fast-forward|(?:^|[\W_])last")),
    ("first", re.compile(r"double-left|angles-left|fast-backward|(?:^|[\W_])first")),
    ("next", re.compile(r"(?:angle|chevron|arrow|caret)s?-right|(?:^|[\W_])next|(?:^|[\W_])nxt")),
    ("prev", re.compile(r"(?:angle|chevron|arrow|caret)s?-left|(?:^|[\W_])prev")),
)
_SCRIPT = re.compile(r"^\s*(?:javascript:|#\s*$|$)", re.IGNORECASE)
_DISABLED = re.compile(r"(?i)(?:^|\s)(?:\w*disabled)(?:\s|$)")
_CURRENT = re.compile(r"(?i)(?:^|[\s_-])(?:active|current\w*|selected|dang-?chon|here)(?:[\s_-]|$)")


@dataclass(frozen=True, slots=True)
class Control:
    """One link or button of a pager: the role its label gives it, and its address or script in `reference`.

    `number` is the page number it shows, 0 for arrows and words. `certain` is set by rel="next" or by the profile.
    """

    element: HtmlElement
    role: Role
    reference: str
    label: str = ""
    number: int = 0
    certain: bool = False


def find_controls(root: HtmlElement) -> tuple[Control, ...]:
    """The controls of every pager of a page, in page order; disabled ones are left out."""
    index = index_of(root)
    # A ribbon has a hundred links that do nothing: their labels can only matter beside a double arrow.
    idle = {element: None for element, reference, click in index.anchors if reference in _IDLE and not click}
    found = _read(element for element in index.among(_PRESSED) if element not in idle)
    if any(one.role == "next" and one.label in _DOUBLE for one in found):
        return tuple(_settle_double_arrows(found, [*found, *_read(idle)]))
    return tuple(found)


def _read(elements: Iterable[HtmlElement]) -> list[Control]:
    return [control for one in elements if _can_be_pressed(one) and (control := read_control(one)) is not None]


def _can_be_pressed(element: HtmlElement) -> bool:
    if element.tag == "a":
        return element.get("href") is not None or element.get("onclick") is not None
    if element.tag == "input":
        return element.get("type") in _BUTTONS
    return element.tag == "button" or (element.get("href") is not None and element.get("rel") is not None)


def read_control(element: HtmlElement) -> Control | None:
    """The control an element is by its label; None for any other link."""
    relation = element.get("rel")
    if element.tag == "link" or relation is not None:
        if "next" in (relation or "").lower().split():
            return Control(element, "next", reference_of(element), "rel=next", certain=True)
        if element.tag == "link":
            return None
    label = _label_of(element)
    role, number = role_of_label(label) if label else _role_of_icon(element)
    if not role or _is_disabled(element):
        return None
    return Control(element, role, reference_of(element), label, number)


def _label_of(element: HtmlElement) -> str:
    if element.tag == "input":
        label = element.get("value") or element.get("alt") or element.get("title") or ""
    else:
        label = " ".join(_TEXTS(element)) if len(element) else element.text or ""
    return one_line(label)


def _role_of_icon(element: HtmlElement) -> tuple[Role, int]:
    """An arrow without text: by its alternative text, else by the names of icon fonts and pictures."""
    for label in (element.get("title"), element.get("aria-label"), *_ICONS(element)):
        if label:
            role, number = role_of_label(label)
            if role:
                return role, number
    names = " ".join(_CLASSES(element)).lower()
    return next((role for role, pattern in _ICON_ROLES if pattern.search(names)), ""), 0


@lru_cache(maxsize=4096)
def role_of_label(label: str) -> tuple[Role, int]:
    """The role and page number a label stands for: ("number", 3) for "3" or "Trang 3", ("next", 0) for "Trang sau"."""
    text = folded(label)
    if not text or len(text) > _LABEL_CHARACTERS:
        return "", 0
    number = _NUMBER.fullmatch(text)
    if number:
        return "number", int(number[1])
    return next((role for role, pattern in _ROLES if pattern.fullmatch(text)), ""), 0


def reference_of(element: HtmlElement) -> str:
    """What a control does: its address, or the script where the address only calls one."""
    reference = element.get("href") or ""
    if _SCRIPT.match(reference):
        click = element.get("onclick") or ""
        return click if "(" in click and "(" not in reference else reference or click
    return reference


def _is_disabled(element: HtmlElement) -> bool:
    if "disabled" in element.attrib or element.get("aria-disabled") == "true":
        return True
    parent = element.getparent()
    classes = f"{element.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
    return bool(_DISABLED.search(classes))


def _settle_double_arrows(controls: Iterable[Control], beside: Iterable[Control]) -> Iterator[Control]:
    """Two arrows, ">>" and "»" turn one page where they stand alone, and to the last page beside a single ">" or "›"."""
    onward = {one.label for one in beside if one.role == "next"}
    single = any(label in {">", "›", "→"} or any(map(str.isalpha, label)) for label in onward)
    for control in controls:
        double = control.role == "next" and control.label in _DOUBLE
        yield replace(control, role="last") if double and single else control


def current_number(numbers: Sequence[Control]) -> int:
    """The page number that numbered controls leave unlinked or mark as the current one; 0 where nothing says so."""
    marked = [one.number for one in numbers if _is_marked(one.element)]
    if len(set(marked)) == 1:
        return marked[0]
    elements = {one.element for one in numbers}
    # A pager above the list and its twin below enclose the list: the first of each number is one pager.
    first = {one.number: one.element for one in reversed(numbers)}
    region = common_ancestor(first.values())
    if region is None:
        return 0
    linked = {one.number for one in numbers}
    plain = {number for number in _plain_numbers(region, elements) if number not in linked}
    near = [number for number in plain if number - 1 in linked or number + 1 in linked]
    return near[0] if len(near) == 1 else 0


def _is_marked(element: HtmlElement) -> bool:
    if element.get("aria-current") not in (None, "false"):
        return True
    parent = element.getparent()
    own = element.get("class") or ""
    outer = parent.get("class") or "" if parent is not None and parent.tag in {"li", "span", "td"} else ""
    return bool(_CURRENT.search(own) or _CURRENT.search(outer))


def _plain_numbers(region: HtmlElement, linked: set[HtmlElement]) -> Iterator[int]:
    """Numbers that stand in a region outside the given links, as an element's text or between elements."""
    for element in region.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "option"}:
            continue
        texts = [element.tail] if element is not region else []
        if element not in linked and not any(parent in linked for parent in element.iterancestors()):
            texts.append(element.text)
        for text in texts:
            match = _NUMBER.fullmatch(folded(text)) if text and len(text) < _LABEL_CHARACTERS else None
            if match:
                yield int(match[1])


def common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """The smallest element around all of them, at least their parents' parent, so that a lone link has a region."""
    chains = [[*one.iterancestors()][::-1] for one in elements]
    if not chains:
        return None
    depth = min(len(chain) for chain in chains)
    shared = 0
    while shared < depth and all(chain[shared] is chains[0][shared] for chain in chains):
        shared += 1
    if len(chains) == 1:
        shared = max(1, depth - 1)
    return chains[0][shared - 1] if shared else None

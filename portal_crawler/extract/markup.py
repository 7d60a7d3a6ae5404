"""What HTML's elements, attributes and SharePoint's classes mean to a reader: inline or block, seen or not, picture or spacer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portal_crawler.extract.embedded import is_embedded_picture

if TYPE_CHECKING:
    from lxml.html import HtmlElement

INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
     "label", "mark", "math", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
     "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "head", "title", "meta", "link", "base", "nav", "footer", "aside", "select",
     "option", "textarea", "input", "button", "datalist", "progress", "meter", "svg", "canvas", "map", "area", "param",
     "source", "track", "col", "colgroup", "dialog", "frame", "frameset"]
)  # fmt: skip
EMBEDS = frozenset(["iframe", "video", "audio", "embed", "object"])
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
STRUCTURE = {
    "ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul", "li": "li", "blockquote": "blockquote",
    "table": "table", "tr": "tr", "td": "td", "th": "th",
}  # fmt: skip
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}

#: SharePoint marks its own furniture with these classes on every portal; the second set is never content.
_CHROME_CLASSES = frozenset(["noindex", "ms-webpart-titleText", "ms-listmenu-editbutton", "ms-siteactionsmenu"])
_FORM_CLASSES = frozenset(
    ["ms-formtable", "ms-formtoolbar", "ms-toolbar", "ms-descriptiontext", "ms-cui-ribbon", "ms-hide", "ms-hidden", "ms-accessible"]
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_RICH_TEXT = re.compile(r"(?:^|\s)(?:ms-rtestate-field|ExternalClass[0-9A-Fa-f]{32})(?:\s|$)")
_SPACER = re.compile(r"/_layouts/|(?:blank|spacer|pixel|transparent|1x1)\.(?:gif|png)|^data:", re.IGNORECASE)
#: Services that count readers by a picture.
_COUNTER = re.compile(
    r"//(?:[\w-]+\.)*(?:google-analytics\.com|doubleclick\.net|googleadservices\.com|statcounter\.com|histats\.com|amung\.us|"
    r"scorecardresearch\.com|hitwebcounter\.com|freecounterstat\.com|flagcounter\.com|supercounters\.com|"
    r"mc\.yandex\.ru|quantserve\.com|hit\.gemius\.pl|facebook\.com/tr)(?=[/?:]|$)",
    re.IGNORECASE,
)
_VIDEO = re.compile(
    r"\.(?:mp4|m4v|webm|ogv|mov|wmv|flv|mp3|m4a)(?:[?#]|$)|//(?:[\w.-]+\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com"
    r"|dailymotion\.com|facebook\.com/(?:plugins/)?video|fb\.watch|tiktok\.com|vtv\.vn|soundcloud\.com)",
    re.IGNORECASE,
)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-url")
_NUMBER = re.compile(r"^\s*(\d{1,3})")
#: The end of a date or a clock; no word goes on behind it with a capital.
_STAMP_END = re.compile(r"(?:\d{4}|:\d\d|[AP]M)$")
_EDITORS = ("ms-rte", "Mso", "mso", "Apple-", "fck", "cke")
#: Icons are at most so many pixels wide or high; tracking pixels have one.
_ICON = 24


def is_rich_text(element: HtmlElement) -> bool:
    """True for the element of a rich-text field."""
    names = element.get("class")
    return names is not None and _is_rich(names)


def is_hidden(element: HtmlElement) -> bool:
    """True for what its own style hides."""
    style = element.get("style")
    return style is not None and _hides(style)


def is_furniture(element: HtmlElement, *, forms_only: bool) -> bool:
    """True for what SharePoint's classes mark as not content; `forms_only` leaves the mark "noindex" out.

    A web part's body also says "noindex" where its content is dynamic, and that may be the article.
    """
    names = element.get("class")
    return names is not None and _marks_furniture(names, forms_only=forms_only)


def marks_of(element: HtmlElement, marks: tuple[str, ...]) -> tuple[str, ...]:
    """The marks (strong, em, sub, sup) in force inside an inline element, by its name and its style."""
    own = _MARKS.get(element.tag)
    style = element.get("style")
    if own is None and not style:
        return marks
    found = [own] if own is not None else []
    found += _styled(style) if style else ()
    new = [mark for mark in dict.fromkeys(found) if mark not in marks]
    return (*marks, *new) if new else marks


# Editors and templates write the same few classes and styles on every element: the answers are kept.


@lru_cache(maxsize=1024)
def _is_rich(names: str) -> bool:
    return bool(_RICH_TEXT.search(names))


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    return bool(_HIDDEN.search(style))


@lru_cache(maxsize=1024)
def _marks_furniture(names: str, *, forms_only: bool) -> bool:
    classes = names.split()
    if not _FORM_CLASSES.isdisjoint(classes):
        return True
    return not forms_only and not _CHROME_CLASSES.isdisjoint(classes) and "ms-WPBody" not in classes


@lru_cache(maxsize=1024)
def _styled(style: str) -> tuple[str, ...]:
    """The marks that a style sets."""
    return (*(["strong"] if _BOLD.search(style) else []), *(["em"] if _ITALIC.search(style) else []))


def picture_source(image: HtmlElement) -> str:
    """The address of a picture as written; empty for spacers, icons, trackers and SharePoint's own symbols."""
    source, flaw = picture_flaw(image)
    return "" if flaw else source


def picture_flaw(image: HtmlElement) -> tuple[str, str]:
    """(address as written, why it is no picture of an article), the latter empty for one that is.

    Flaws: "icon" (a spacer, a symbol, at most a few pixels), "tracker" (it counts readers).
    """
    source = (image.get("src") or "").strip()
    if is_embedded_picture(source):
        return source, ""
    if not source or _SPACER.search(source):
        source = next((value for name in _LAZY if (value := (image.get(name) or "").strip())), source)
    if _COUNTER.search(source):
        return source, "tracker"
    size = _least_side(image)
    if size is not None and size <= 1:
        return source, "tracker"
    if not source or _SPACER.search(source) or (size is not None and size <= _ICON):
        return source, "icon"
    return source, ""


def video_source(element: HtmlElement) -> str:
    """The address of an embedded video or sound; empty for other frames and plug-ins."""
    sources = [element.get("src"), element.get("data"), *(one.get("src") for one in element.iter("source", "embed"))]
    return next((one.strip() for one in sources if one and _VIDEO.search(one)), "")


def spans_of(element: HtmlElement) -> dict[str, str]:
    """Spans of a cell and the start of a numbered list, where they are not 1."""
    kept: dict[str, str] = {}
    if not element.keys():
        return kept
    for name in ("colspan", "rowspan"):
        match = _NUMBER.match(element.get(name) or "")
        if match and int(match[1]) > 1:
            kept[name] = match[1]
    start = (element.get("start") or "").strip()
    if element.tag == "ol" and start.isdigit() and start != "1":
        kept["start"] = start
    return kept


def stands_apart(child: HtmlElement) -> bool:
    """True for a field of a template right behind another field that only a style sheet parts from it.

    "<span id=date>…</span><span id=author>…</span>" are two words; runs that an editor cut in the middle of a word have
    no names of their own, or the editor's.
    """
    if child.tag not in ("span", "a", "label", "strong", "b", "em", "i"):
        return False
    before = child.getprevious()
    if before is None or before.tail or before.tag not in INLINE:
        return False
    one, other = template_name(before), template_name(child)
    if one and other and one != other:
        return True
    return bool(_STAMP_END.search("".join(before.itertext())) and "".join(child.itertext())[:1].isupper())


def template_name(element: HtmlElement) -> str:
    """Class and id of an element, as "class#id", where the page's template gave them; empty for an editor's."""
    name = f"{element.get('class', '')}#{element.get('id', '')}"
    return "" if name == "#" or name.startswith(_EDITORS) else name


def _least_side(image: HtmlElement) -> int | None:
    """The smaller of width and height in pixels, as far as the markup gives them."""
    sides = []
    for name in ("width", "height"):
        value = image.get(name)
        if not value:
            style = image.get("style")
            found = re.search(rf"(?<![-\w]){name}\s*:\s*(\d+)px", style) if style else None
            value = found[1] if found else ""
        match = _NUMBER.match(value)
        if match and "%" not in value:
            sides.append(int(match[1]))
    return min(sides, default=None)

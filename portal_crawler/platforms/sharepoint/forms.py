"""Reads SharePoint's stock forms: each field by the comment it leaves, then by its bookmark, then by its label."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from portal_crawler.extract.index import index_of
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.xpath import strings
from portal_crawler.platforms.sharepoint.labels import field_of, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from portal_crawler.profile import Labels

FormKind = Literal["display", "edit", "survey", "library"]

#: Inputs that nobody fills in.
_NOT_FILLED = frozenset(["hidden", "button", "submit", "image"])
_TEXTS = strings("descendant::text()[not(parent::script or parent::style)]")
_LABEL, _DESCRIPTION = (re.compile(rf"(?<!\S){name}(?!\S)") for name in ("ms-formlabel", "ms-descriptiontext"))
_ATTRIBUTE = re.compile(r'(FieldName|FieldInternalName|FieldType)\s*=\s*"([^"]*)"')
_AUDIT_LINE = re.compile(
    r"^(Created|Last modified|Version|Content Type)\s*(?:at|:)?\s*(.*)$", re.IGNORECASE | re.DOTALL
)
_SURVEY_TYPES = frozenset(["SPFieldGridChoice", "SPFieldPageSeparator"])


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: `target` is the article field it fills (empty for others), `element` holds its value.

    `found` says how: "comment", "bookmark" or "label". `text` is its value on one line.
    """

    name: str
    internal: str
    kind: str
    element: HtmlElement
    target: str
    found: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form with its fields in page order. `audit` are the lines below it, by "created", "last modified", "version"."""

    kind: FormKind
    fields: tuple[FormField, ...]
    audit: dict[str, str] = field(default_factory=dict)

    def first(self, target: str) -> FormField | None:
        """The first filled field for an article field."""
        return next((one for one in self.fields if one.target == target and one.text), None)

    def every(self, target: str) -> list[FormField]:
        """All fields for an article field, filled or not."""
        return [one for one in self.fields if one.target == target]

    @property
    def is_filled(self) -> bool:
        """True where an item is bound: some field has a value."""
        return any(one.text for one in self.fields if one.target != "attachments")


def read_form(root: HtmlElement, labels: Labels) -> Form | None:
    """The form of a page; None where it has none."""
    fields: list[FormField] = []
    taken: set[HtmlElement] = set()
    for find in (_by_comment, _by_bookmark, _by_label):
        for name, internal, kind, element in find(root, taken):
            taken.add(element)
            found = find.__name__.removeprefix("_by_")
            target = field_of(name, internal, labels)
            fields.append(FormField(name, internal, kind, element, target, found, _text(element)))
    if not fields:
        return None
    return Form(_kind(fields), tuple(fields), _audit(root))


def _by_comment(root: HtmlElement, taken: set[HtmlElement]) -> Iterator[tuple[str, str, str, HtmlElement]]:
    for comment in index_of(root).comments:
        text = comment.text or ""
        if "FieldInternalName" not in text:
            continue
        said = dict(_ATTRIBUTE.findall(text))
        element = comment.getparent()
        if element is not None and element not in taken and said.get("FieldInternalName"):
            yield clean_text(said.get("FieldName", "")), said["FieldInternalName"], said.get("FieldType", ""), element


def _by_bookmark(root: HtmlElement, taken: set[HtmlElement]) -> Iterator[tuple[str, str, str, HtmlElement]]:
    for bookmark in index_of(root).named("a"):
        written = bookmark.get("name", "")
        row = next(filter(_is_label, bookmark.iterancestors()), None) if written.startswith("SPBookmark_") else None
        value = _next(row) if row is not None else None
        if value is not None and value not in taken:
            label = bookmark.getparent()
            name = clean_text(label.text_content()) if label is not None else ""
            yield name, written.removeprefix("SPBookmark_"), value.get("id") or "", value


def _by_label(root: HtmlElement, taken: set[HtmlElement]) -> Iterator[tuple[str, str, str, HtmlElement]]:
    for label in index_of(root).of_class(_LABEL):
        value = _next(label)
        if value is not None and value not in taken and (name := clean_text(label.text_content())):
            yield name, "", value.get("id") or "", value


def _is_label(element: HtmlElement) -> bool:
    return bool(_LABEL.search(element.get("class") or ""))


def _next(element: HtmlElement) -> HtmlElement | None:
    """The element behind it, comments passed over."""
    return next(element.itersiblings("*"), None)


def _asks(element: HtmlElement) -> bool:
    """True where there is something in it for a reader to fill in."""
    asking = element.iterdescendants("input", "textarea", "select")
    return any(one.tag != "input" or one.get("type") not in _NOT_FILLED for one in asking)


def _text(element: HtmlElement) -> str:
    scripted = next(element.iter("script", "style"), None) is not None
    return clean_text("".join(_TEXTS(element)) if scripted else element.text_content())


def _kind(fields: list[FormField]) -> FormKind:
    if any(_asks(one.element) and one.kind not in _SURVEY_TYPES for one in fields if one.target != "attachments"):
        return "edit"
    if any(one.kind in _SURVEY_TYPES for one in fields):
        return "survey"
    if any(one.internal == "FileLeafRef" or one.kind == "SPFieldFile" for one in fields):
        return "library"
    return "display"


def _audit(root: HtmlElement) -> dict[str, str]:
    lines: dict[str, str] = {}
    for element in index_of(root).of_class(_DESCRIPTION):
        match = _AUDIT_LINE.match(clean_text(element.text_content()))
        if match and squeeze(match[2]) not in ("", "by"):
            lines.setdefault(match[1].lower(), match[2])
    return lines

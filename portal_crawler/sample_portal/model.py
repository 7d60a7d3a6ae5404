"""What an article of the sample portal says, before any page is made of it: the truth is read off this model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

LayoutName = Literal["form", "publishing", "vendor"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of inline text; a link where `href` (server-relative or absolute) is set."""

    text: str
    style: Literal["", "strong", "em", "sup", "sub"] = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `kind` says how an editor would have set it."""

    runs: tuple[Run, ...]
    kind: Literal["text", "quote", "author", "note"] = "text"


@dataclass(frozen=True, slots=True)
class Lines:
    """One paragraph of several lines, kept apart by line breaks only."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell with its spans."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts (not one for layout)."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture at a server-relative path; the caption is printed with its credit, "… (Ảnh: Trúc Ly)"."""

    path: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """Pictures side by side with their captions in the row beneath them."""

    photos: tuple[Photo, ...]


Block = Paragraph | Lines | Heading | Bullets | Table | Photo | PhotoRow


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to download; `name` is what the page prints for it."""

    path: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How a page prints its date, and the date a careful reader takes from that.

    `kicker` and `byline` are the two lines of the vendor page, `value` the one line of the other layouts.
    `published_at` is as in Article, None where what is printed is no date.
    """

    published_at: str | None
    kicker: str = ""
    byline: str = ""
    value: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as its editor knows it. Texts are NFC without any invisible character."""

    title: str
    summary: str | None
    author: str | None
    printed: Printed
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    thumbnail: str = ""
    alternate_url: str = ""
    lead_in_body: bool = False
    decomposed: bool = False
    clock_in_header: bool = False
    when: datetime | None = field(default=None, repr=False)


def plain(paragraph: Paragraph) -> str:
    """The text of a paragraph."""
    return "".join(run.text for run in paragraph.runs)


def lines_of(block: Block) -> list[str]:  # noqa: PLR0911 - one return a kind of block
    """The lines of text a reader sees in a block, in reading order."""
    match block:
        case Paragraph():
            return [plain(block)]
        case Lines(lines):
            return list(lines)
        case Heading(text):
            return [text]
        case Bullets(items):
            return list(items)
        case Table(rows):
            return [cell.text for row in rows for cell in row if cell.text]
        case Photo(caption=caption):
            return [caption] if caption else []
        case PhotoRow(photos):
            return [photo.caption for photo in photos if photo.caption]


def photos_of(story: Story) -> list[Photo]:
    """The pictures of an article in reading order, each once; the thumbnail of a form comes first."""
    found: dict[str, Photo] = {}
    for block in story.blocks:
        for photo in (block,) if isinstance(block, Photo) else block.photos if isinstance(block, PhotoRow) else ():
            found.setdefault(photo.path, photo)
    if story.thumbnail and story.thumbnail not in found:
        return [Photo(story.thumbnail), *found.values()]
    return list(found.values())


def hrefs_of(story: Story) -> list[str]:
    """Where the links inside a body lead."""
    return [run.href for block in story.blocks if isinstance(block, Paragraph) for run in block.runs if run.href]


def body_text(story: Story) -> str:
    """The whole text: the lead once, then every line of the body."""
    lead = [story.summary] if story.summary else []
    return "\n".join([*lead, *(line for block in story.blocks for line in lines_of(block))])

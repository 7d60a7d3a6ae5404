"""Finds the caption and the credit of each picture, wherever the editor put them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal_crawler.extract.blocks import Piece
from portal_crawler.extract.tables import CAPTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block

_PHOTO = (
    r"(?:Ảnh(?: minh họa| minh hoạ| tư liệu| chụp)?|Hình(?: ảnh)?|Nguồn ảnh|Photos?(?: credit)?(?: by)?|Credit|Image)"
)
_IN_BRACKETS = re.compile(rf"[(\[]\s*{_PHOTO}\s*[:–-]\s*([^()\[\]]{{2,80}}?)\s*[)\]]\s*[.;]?\s*$", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|[.;,!?”\"–\-/|\n]\s*|\s){_PHOTO}\s*:\s*([^:;()\n]{{2,60}}?)\s*[.]?\s*$", re.IGNORECASE)
_ALONE = re.compile(rf"^[(\[]?\s*(?:{_PHOTO})\s*:\s*[^:;()\n]{{2,60}}[)\]]?\.?$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:Ảnh|Hình|Photo|Figure|Fig\.)\s*\d{1,2}\s*[:.]", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*(?:-\w+-)?center", re.IGNORECASE)
#: A text that shares cell or paragraph with a picture, or follows it in italics, is a caption up to so many words.
_NEAR_WORDS = CAPTION_WORDS // 2
_FILE_NAME = re.compile(r"^\S.*\.(?:jpe?g|png|gif|bmp|webp|tiff?|heic)$", re.IGNORECASE)


def credit_of(caption: str) -> str:
    """Who took the picture, by "(Ảnh: …)" or "Ảnh: …" at the end of a caption; empty where it does not say."""
    match = _IN_BRACKETS.search(caption) or _AT_END.search(caption)
    return match[1].strip(" .") if match else ""


def is_file_name(text: str) -> bool:
    """True for text that is a picture's file name, which SharePoint leaves as its alternative text."""
    return bool(_FILE_NAME.match(text)) and len(text) < 200


def pair_captions(blocks: list[Block], captions: dict[Block, Block]) -> list[Block]:
    """The blocks with each caption right behind its picture; `captions` gains the pairs that are found.

    A caption is: a figcaption; the text that shares a table cell or a paragraph with the picture; or the next
    paragraph where it is short and names a photographer, is numbered, is centred like the picture, or is in italics.
    """
    taken = set(captions.values())
    for at, block in enumerate(blocks):
        if block.kind != "image" or block in captions:
            continue
        caption = next((one for one in blocks[at + 1 : at + 2] if one.kind == "text" and one not in taken), None)
        if caption is None or not _is_caption(block, caption):
            caption = _figcaption_before(blocks, at, taken)
        if caption is not None:
            captions[block] = caption
            taken.add(caption)
    merged = _merge_credits(blocks, captions)
    for image, caption in captions.items():
        if merged.index(caption) < merged.index(image):
            merged.remove(caption)
            merged.insert(merged.index(image) + 1, caption)
    return merged


def _is_caption(image: Block, text: Block) -> bool:
    if text.tag == "figcaption":
        return True
    together = _same_cell(image, text) or image.context == text.context
    if not together or text.words > CAPTION_WORDS or text.tag != "p" or text.link_share > 0.5:
        return False
    if credit_of(text.text) or _NUMBERED.match(text.text):
        return True
    if text.text.endswith((":", "?")) or _bold(text):
        return False
    if (_same_cell(image, text) or _holds(text.element, image.element)) and text.words <= _NEAR_WORDS:
        return True
    return is_centred(text.element) or _is_italic_line(text)


def _is_italic_line(text: Block) -> bool:
    """A short line in italics; a quotation in italics is none."""
    slanted = all("em" in piece.marks for piece in text.pieces if piece.text.strip())
    return slanted and text.words <= _NEAR_WORDS and not text.text.startswith(("“", '"', "«", "-", "–"))


def _same_cell(image: Block, text: Block) -> bool:
    cells = [
        next((node for node in reversed(block.context) if node.tag in ("td", "th")), None) for block in (image, text)
    ]
    return cells[0] is not None and cells[0] is cells[1]


def _holds(element: HtmlElement, inner: HtmlElement) -> bool:
    """True where a paragraph holds the picture above its text."""
    return element.tag == "p" and any(one is element for one in inner.iterancestors())


def _bold(block: Block) -> bool:
    return all("strong" in piece.marks for piece in block.pieces if piece.text.strip("\n "))


def is_centred(element: HtmlElement) -> bool:
    """True where the element, or one close above it, is centred by style, attribute or element."""
    current: HtmlElement | None = element
    for _ in range(3):
        if current is None:
            return False
        style = current.get("style")
        if style and "text-align" in style:
            return bool(_CENTRED.search(style))
        align = current.get("align")
        if align:
            return align.lower() in ("center", "middle")
        if current.tag == "center":
            return True
        if current.tag in ("td", "th", "body"):
            return False
        current = current.getparent()
    return False


def _figcaption_before(blocks: Sequence[Block], at: int, taken: set[Block]) -> Block | None:
    """A figcaption that stands above its picture, inside the same figure."""
    before = blocks[at - 1] if at else None
    if before is None or before.tag != "figcaption" or before in taken:
        return None
    figure = before.element.getparent()
    return before if any(one is figure for one in blocks[at].element.iterancestors()) else None


def _merge_credits(blocks: list[Block], captions: dict[Block, Block]) -> list[Block]:
    """A line "Ảnh: …" of its own below a caption becomes the caption's second line."""
    taken = set(captions.values())
    kept: list[Block] = []
    for block in blocks:
        above = kept[-1] if kept else None
        if (
            above in taken
            and block not in taken
            and block.kind == "text"
            and above.kind == "text"
            and _ALONE.match(block.text)
            and not credit_of(above.text)
        ):
            above.pieces = [*above.pieces, Piece("\n"), *block.pieces]
            above.text = f"{above.text}\n{block.text}"
            above.words += block.words
        else:
            kept.append(block)
    return kept

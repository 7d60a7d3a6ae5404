"""Makes paragraphs of a run of inline text: spaces collapsed, invisible characters gone, words cut by an editor whole again."""

from __future__ import annotations

from portal_crawler.extract.blocks import Piece
from portal_crawler.extract.text import clean_text


def _inner(text: str) -> str:
    """`clean_text` that keeps one space where the run begins or ends with spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    return clean_text(f"|{text}|")[1:-1]


def paragraphs(run: list[Piece]) -> list[list[Piece]]:
    """The run split where two line breaks follow each other, its spaces collapsed, its equal neighbours joined."""
    if len(run) == 1:
        text = clean_text(run[0].text)
        return [[Piece(text, run[0].marks, run[0].href)]] if text else []
    found: list[list[Piece]] = [[]]
    breaks = 0
    for piece in run:
        if piece.text == "\n":
            breaks += 1
            continue
        text = _inner(piece.text)
        bare = text.strip()
        if not bare:
            _space_after(found[-1], wanted=bool(text) and not breaks)
            continue
        current = found[-1]
        if breaks and current:
            if breaks > 1:
                current = []
                found.append(current)
            else:
                current.append(Piece("\n"))
        if breaks or not current or (text[0].isspace() and current[-1].text.endswith(" ")):
            text = text.lstrip()
        breaks = 0
        _append(current, text, piece)
    for paragraph in found:
        _trim(paragraph)
    return [paragraph for paragraph in found if paragraph]


def _append(current: list[Piece], text: str, piece: Piece) -> None:
    if current and current[-1].text != "\n" and (current[-1].marks, current[-1].href) == (piece.marks, piece.href):
        current[-1].text += text
    else:
        current.append(Piece(text, piece.marks, piece.href))


def _space_after(current: list[Piece], *, wanted: bool) -> None:
    if wanted and current and not current[-1].text.endswith((" ", "\n")):
        current[-1].text += " "


def _trim(paragraph: list[Piece]) -> None:
    """No space at the end of a line."""
    for at, piece in enumerate(paragraph):
        if at + 1 == len(paragraph) or paragraph[at + 1].text == "\n":
            piece.text = piece.text.rstrip() if piece.text != "\n" else "\n"

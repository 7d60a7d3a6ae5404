"""Writes body blocks the way SharePoint's editor leaves them: invisible characters, entities, nested wrappers."""

from __future__ import annotations

import html
import random
from typing import TYPE_CHECKING
from urllib.parse import unquote

from portal_crawler.sample_portal.model import (
    Block,
    Bullets,
    Cell,
    Heading,
    Lines,
    Paragraph,
    Photo,
    PhotoRow,
    Run,
    Table,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO_WIDTH = "\u200b"
_WORD_COMMENT = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom><w:TrackMoves></w:TrackMoves>"
    "<w:PunctuationKerning></w:PunctuationKerning></w:WordDocument></xml><![endif]-->"
)
_PARAGRAPHS = (
    ('<p style="text-align:justify;"><span lang="VI">', "</span></p>"),
    ('<p class="MsoNormal" style="text-align:justify;line-height:150%;"><span style="font-family:&quot;times new roman&quot;,serif;font-size:14pt;">', "<o:p></o:p></span></p>"),
    ('<div style="text-align:justify;">', "</div>"),
    ('<p><span class="ms-rteFontSize-2">', "</span></p>"),
    ('<p class="MsoNormal" style="margin:6pt 0cm;text-indent:1cm;"><span lang="VI" style="color:black;">', "</span></p>"),
)  # fmt: skip
_EMPTY = ("<p>&#160;</p>", f"<p>{ZERO_WIDTH}</p>", "<p>{zwsp}<br/></p>", '<p class="MsoNormal"><o:p>&#160;</o:p></p>')


class Pen:
    """Writes one article's body as rich text; the same article always comes out the same.

    `base` is put before some links and pictures, so that their addresses are absolute.
    """

    def __init__(self, seed: str, base: str) -> None:
        self._rng = random.Random(f"pen:{seed}")
        self._base = base
        self._frame = self._rng.choice(_PARAGRAPHS)
        self._noise = self._rng.choice((0.0, 0.01, 0.03))

    def body(self, blocks: Sequence[Block]) -> str:
        """All blocks, inside the wrappers SharePoint nests around rich text."""
        inner = "".join(self._block(block) + self._gap() for block in blocks)
        word = _WORD_COMMENT if self._rng.random() < 0.25 else ""
        for _ in range(self._rng.choice((0, 1, 1, 2))):
            inner = f'<div class="ExternalClass{self._rng.getrandbits(128):032X}">{inner}</div>'
        return word + entities(f"<p>{ZERO_WIDTH}</p>{inner}" if self._rng.random() < 0.5 else inner)

    def text(self, text: str) -> str:
        """Escaped text with the noise of an editor that pastes from Word."""
        return html.escape(self._dirty(text), quote=False).replace("\u00a0", self._rng.choice(("&#160;", "\u00a0")))

    def _block(self, block: Block) -> str:  # noqa: PLR0911 - one return a kind of block
        match block:
            case Paragraph():
                return self._paragraph(block)
            case Lines(lines):
                before, after = self._frame
                return f"{before}{'<br/>'.join(self.text(line) for line in lines)}{after}"
            case Heading(text):
                return self._heading(text)
            case Bullets(items, ordered):
                return self._bullets(items, ordered=ordered)
            case Table(rows):
                return self._table(rows)
            case Photo():
                return self._photo(block)
            case PhotoRow(photos):
                return self._photo_row(photos)

    def _paragraph(self, block: Paragraph) -> str:
        before, after = self._frame
        if block.kind == "quote":
            quoted = f"<p><em>{self.text(plain(block))}</em></p>"
            return f"<blockquote>{quoted}</blockquote>" if self._rng.random() < 0.6 else quoted
        if block.kind == "author":
            return f'<p style="text-align:right;"><strong>{self.text(plain(block))}</strong></p>'
        return before + "".join(self._run(run) for run in block.runs) + after

    def _run(self, run: Run) -> str:
        if run.href:
            return f'<a href="{self._address(run.href)}">{self.text(run.text)}</a>'
        if run.style:
            return f"<{run.style}>{self.text(run.text)}</{run.style}>"
        return self._split(run.text)

    def _split(self, text: str) -> str:
        """Word cuts a run of text anywhere, also inside a word."""
        if self._rng.random() < 0.85 or len(text) < 40:
            return self.text(text)
        at = self._rng.randint(10, len(text) - 10)
        return f"<span>{self.text(text[:at])}</span><span>{self.text(text[at:])}</span>"

    def _heading(self, text: str) -> str:
        shown = self.text(text)
        return self._rng.choice((f"<h3>{shown}</h3>", f"<h2>{shown}</h2>", f"<p><strong>{shown}</strong></p>"))

    def _bullets(self, items: Sequence[str], *, ordered: bool) -> str:
        tag = "ol" if ordered else "ul"
        rows = "".join(f"<li>{self._listed(item)}</li>" for item in items)
        return f"<{tag}>{rows}</{tag}>"

    def _listed(self, item: str) -> str:
        return f'<p style="margin:0cm;">{self.text(item)}</p>' if self._rng.random() < 0.3 else self.text(item)

    def _table(self, rows: Sequence[Sequence[Cell]]) -> str:
        shown = "".join(f"<tr>{''.join(self._cell(cell) for cell in row)}</tr>" for row in rows)
        return f'<table class="ms-rteTable-default" cellspacing="0" style="width:100%;"><tbody>{shown}</tbody></table>'

    def _cell(self, cell: Cell) -> str:
        spans = "".join(
            f' {name}="{value}"' for name, value in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if value > 1
        )
        tag = "th" if cell.head and self._rng.random() < 0.5 else "td"
        shown = self.text(cell.text) if cell.text else "&#160;"
        style = ' class="ms-rteTable-default" style="text-align:center;"'
        return f"<{tag}{spans}{style}>{f'<strong>{shown}</strong>' if cell.head else shown}</{tag}>"

    def _photo(self, photo: Photo) -> str:
        image = self._image(photo)
        if not photo.caption:
            return f'<p style="text-align:center;">{image}</p>'
        caption = self.text(photo.caption)
        match self._rng.randint(0, 3):
            case 0:
                return f'<p style="text-align:center;">{image}</p><p style="text-align:center;"><em>{caption}</em></p>'
            case 1:
                return (
                    '<table cellspacing="0" class="ms-rteTable-default" style="width:100%;"><tbody><tr><td style="text-align:center;">'
                    f'{image}</td></tr><tr><td style="text-align:center;"><em>{caption}</em></td></tr></tbody></table>'
                )
            case 2:
                return (
                    f'<div style="text-align:center;">{image}<br/><span style="color:#0000ff;">{caption}</span></div>'
                )
            case _:
                return f'<div>{image}</div><div style="text-align:center;">{caption}</div>'

    def _photo_row(self, photos: Sequence[Photo]) -> str:
        images = "".join(f"<td>{self._image(photo)}</td>" for photo in photos)
        captions = "".join(f"<td><em>{self.text(photo.caption)}</em></td>" for photo in photos)
        return f'<table style="width:100%;"><tbody><tr>{images}</tr><tr>{captions}</tr></tbody></table>'

    def _image(self, photo: Photo) -> str:
        name = html.escape(unquote(photo.path.rpartition("/")[2]))
        alt = name if self._rng.random() < 0.9 else ""
        return f'<img alt="{alt}" src="{self._address(photo.path)}" style="margin:5px;width:480px;"/>'

    def _address(self, path: str) -> str:
        absolute = path.startswith("/") and self._rng.random() < 0.2
        return html.escape(f"{self._base}{path}" if absolute else path)

    def _gap(self) -> str:
        return self._rng.choice(_EMPTY).format(zwsp=ZERO_WIDTH) if self._rng.random() < 0.12 else ""

    def _dirty(self, text: str) -> str:
        """U+200B anywhere, also inside words and numbers; U+00A0 in place of a space."""
        if not self._noise:
            return text
        out = []
        for char in text:
            if char == " " and self._rng.random() < self._noise:
                out.append("\u00a0")
                continue
            out.append(char)
            if self._rng.random() < self._noise / 4:
                out.append(ZERO_WIDTH)
        return "".join(out)


def entities(rich: str) -> str:
    """SharePoint writes every colon of a rich text as an entity, also in styles and addresses (not in Word's tags)."""
    return rich.replace(":", "&#58;").replace("<o&#58;p>", "<o:p>").replace("</o&#58;p>", "</o:p>")

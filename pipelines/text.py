"""Cleans text of what no reader sees, so that equal words are equal bytes and SQLite can hold all of them."""

from __future__ import annotations

import re
import unicodedata

#: Invisible characters without meaning in our texts: soft hyphen, zero width space (up to 40 a page on SharePoint),
#: direction marks (they can make "gpj.exe" read "exe.jpg"), word joiner, byte order mark, object placeholder.
_INVISIBLE = [
    *(0xAD, 0x34F, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFC, 0xE0001),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0020, 0xE0080),
]
#: The one of these that editors leave: taken out first, it leaves most texts plain.
_ZERO_WIDTH = "\u200b"
#: What SQLite, JSON or XML cannot hold or cut a text at: NUL, controls, lone surrogates, noncharacters.
_UNSAFE = [
    *range(9),
    *range(0xE, 0x20),
    0x7F,
    *range(0xD800, 0xE000),
    *range(0xFDD0, 0xFDF0),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
]
#: Word text carries windows-1252 quotes and dashes as C1 controls; browsers show them so (HTML 13.2.5.80).
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}

_DROP_UNSAFE: dict[int, str | None] = dict.fromkeys(_UNSAFE)
_DROP: dict[int, str | None] = {**_DROP_UNSAFE, **dict.fromkeys(_INVISIBLE), **_C1, 0x0B: "\n", 0x0C: "\n"}

#: Joiners mean something only between letters of joining scripts and between emoji (👩‍🌾).
_JOINING = "\u0600-\u1dff\u2600-\u27bf\ufe0f\U0001f000-\U0001ffff"
_USELESS_JOINER = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINING}\u200c\u200d])")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Letters, tones and typographic marks of Latin scripts, with none of what is dropped above: nearly every text is of these
#: alone, and to see so costs a twentieth of a translation.
_PLAIN = re.compile("[\n\r\t -~\xa0-\xac\xae-\u024f\u0300-\u0333\u1ea0-\u1ef9\u2010-\u2027]*")
#: Of these, what needs nothing at all done to it besides its spaces: no tone that stands alone, no space but the common one.
_TIDY = re.compile("[ -~\xa1-\xac\xae-\u024f\u1ea0-\u1ef9\u2010-\u2027]*")
_SPACE_IN_LINE = re.compile(r"[^\S\n]+")
#: The only white space of `_PLAIN` text that is not a single space or newline; and what stands in no clean lines.
_ODD_SPACE = ("  ", "\t", "\r", "\xa0")
_UNCLEAN_LINES = (*_ODD_SPACE, " \n", "\n ", "\n\n")
_MARKUP_INVISIBLE = re.compile(
    r"&(?:shy|ZeroWidthSpace|zwnj|zwj|lrm|rlm|NoBreak|#0*(?:173|820[3-7]|8288|65279)|#[xX]0*(?:[aA][dD]|200[bBcCdDeEfF]|2060|[fF][eE][fF]{2}));"
)
_MARKUP_SPACE = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#0*160|#[xX]0*[aA]0);")


def storable(text: str) -> str:
    """The text as found, without the few characters that SQLite or JSON cannot hold."""
    return text if _PLAIN.fullmatch(text) else _join_surrogates(text).translate(_DROP_UNSAFE)


def clean_text(text: str) -> str:
    """One line of visible text: NFC, no invisible or control characters, every run of spaces one space, trimmed."""
    if _ZERO_WIDTH in text:
        text = text.replace(_ZERO_WIDTH, "")
    if "  " not in text and _TIDY.fullmatch(text):
        return text.strip()
    return " ".join(_visible(text).split())


def clean_lines(text: str) -> str:
    """As `clean_text` line by line; empty lines go, lines are separated by one newline."""
    text = _visible(text)
    if _PLAIN.fullmatch(text) and not any(one in text for one in _UNCLEAN_LINES):
        return text.strip()
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def clean_markup(markup: str) -> str:
    """Markup with the same characters cleaned, as character or as reference; tags and line breaks stay as they are."""
    text = _MARKUP_SPACE.sub(" ", _MARKUP_INVISIBLE.sub("", markup)) if "&" in markup else markup
    text = _visible(text)
    if not _PLAIN.fullmatch(text) or any(one in text for one in _ODD_SPACE):
        text = _SPACE_IN_LINE.sub(" ", text)
    return text.strip()


def _visible(text: str) -> str:
    if not _PLAIN.fullmatch(text):
        text = _USELESS_JOINER.sub("", _join_surrogates(text).translate(_DROP))
    return unicodedata.normalize("NFC", text)


def _join_surrogates(text: str) -> str:
    """The characters that pairs of UTF-16 halves mean (JSON escapes them so); lone halves go."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")

"""Decodes text of legacy fonts and wrong code pages, with the proof that nothing was guessed: the way back gives it again.

The tables of TCVN3 and VNI are those of viparse (this is its only door), which were checked against documents of
government offices; utf-8 and windows-1258 are Python's own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipelines.legacy import legacy_encoding
from pipelines.syllables import is_syllable

#: What can be decoded, and the names that notes give it. VIQR is left alone: its marks are also punctuation.
NAMES = {
    "tcvn3": "TCVN3",
    "vni": "VNI",
    "utf8": "UTF-8 read as windows-1252",
    "cp1258": "windows-1258 read as windows-1252",
}
#: Fonts whose text is legacy by nature. Those of TCVN3 whose name ends with H draw small letters as capitals.
_FONTS = {"tcvn3": re.compile(r"\.?vn[a-z]+h?\b", re.IGNORECASE), "vni": re.compile(r"vni[-\s]?[a-z]+", re.IGNORECASE)}
_CAPITALS = re.compile(r"\.?vn[a-z]+h\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
#: So many of the words that decoding changes must be Vietnamese syllables: names of other peoples may not be.
SURE = 0.95


def names_font(code: str, text: str) -> bool:
    """True where a style or font attribute names a font of this encoding; other encodings have none."""
    return code not in _FONTS or bool(_FONTS[code].search(text))


def draws_capitals(font: str) -> bool:
    """True for a font whose small letters look like capitals (".VnTimeH")."""
    return bool(_CAPITALS.search(font))


def decode(text: str, code: str) -> str | None:
    """The text as it was meant; None where it cannot be had, or the way back does not give the same again."""
    try:
        if code in _FONTS:
            decoded = _forth(code).sub(lambda match: _table(code)[match[0]], text)
            return decoded if _back(code).sub(lambda match: _reverse(code)[match[0]], decoded) == text else None
        raw = b"".join(_byte(one) for one in text)
        if code == "utf8":
            return unicodedata.normalize("NFC", raw.decode("utf-8"))
        decoded = raw.decode("cp1258")
        return unicodedata.normalize("NFC", decoded) if decoded.encode("cp1258") == raw else None
    except UnicodeError:
        return None


def words_changed(before: str, after: str) -> tuple[int, int]:
    """(words that decoding changed and are Vietnamese syllables now, words that it changed)."""
    kept = set(_WORD.findall(before))
    changed = [word for word in _WORD.findall(after) if word not in kept and not word.isascii()]
    return sum(map(is_syllable, changed)), len(changed)


def is_sure(before: str, after: str) -> bool:
    """True where a line reads as Vietnamese after decoding, and did not before."""
    good, changed = words_changed(before, after)
    return changed > 0 and good >= SURE * changed and legacy_encoding(after) is None


def _byte(letter: str) -> bytes:
    """The byte that browsers show as a letter: windows-1252, and the few it leaves open as Latin-1."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


@cache
def _table(code: str) -> dict[str, str]:
    from viparse.normalize.encodings import get_charmap

    charmap = get_charmap(code)
    assert charmap is not None
    return dict(charmap.pairs)


@cache
def _reverse(code: str) -> dict[str, str]:
    return {letter: written for written, letter in _table(code).items()}


@cache
def _forth(code: str) -> re.Pattern[str]:
    return _alternatives(_table(code))


@cache
def _back(code: str) -> re.Pattern[str]:
    return _alternatives(_reverse(code))


def _alternatives(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))

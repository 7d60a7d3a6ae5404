"""Folds Vietnamese text for comparing and searching: case, diacritics and tone placement no longer matter."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower-cased text without diacritics, with đ as d: "Đồng Khởi" and "ĐỒNG KHỞI" both become "dong khoi".

    The spellings hoà and hòa fold alike, and so do composed and decomposed letters. Unicode has no decomposition
    for đ, and SQLite's unicode61 tokenizer never folds it: hence the letter of its own.
    """
    bare = unicodedata.normalize("NFD", text).translate(_BARE)
    return unicodedata.normalize("NFC", bare).lower().replace("đ", "d")


class _BareTable(dict[int, int | None]):
    """For str.translate: no combining mark, every other character as it is, looked up when first seen."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) == "Mn" else code
        return self[code]


_BARE = _BareTable()


class _FlatTable(dict[int, str]):
    """For str.translate: each character as one folded character, computed when first seen."""

    def __missing__(self, code: int) -> str:
        one = chr(code)
        folded = fold(one)
        self[code] = folded if len(folded) == 1 else one
        return self[code]


_FLAT = _FlatTable()


def flatten(text: str) -> str:
    """As `fold`, one character for one: a match in the flat text has the same place in the NFC text it came from."""
    return text.translate(_FLAT)

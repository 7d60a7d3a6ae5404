"""The patterns of document symbols, dates and issuers, built from documents.toml."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

from pipelines.fold import fold


def _load() -> dict[str, Any]:
    source = resources.files("pipelines.civic") / "documents.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


TABLES = _load()
KINDS: dict[str, list[str]] = TABLES["kinds"]
ISSUERS: dict[str, str] = TABLES["issuers"]
#: Spelling -> the standard's; without the stroke of Đ only where that means no other kind (DA is a Dự án, ĐA a Đề án).
_ABBREVIATIONS = {one: one for names in KINDS.values() for one in names}
_ABBREVIATIONS |= {"QD": "QĐ", "ND": "NĐ", "CD": "CĐ", "QyD": "QyĐ"}
_SUFFIXES = {fold(one): one for one in ISSUERS}
_CONVENED = re.compile(r"(qh|ubtvqh)(\d{1,2})")


def abbreviation(written: str) -> str:
    """The standard spelling of a kind's abbreviation: "QD" -> "QĐ"; empty where there is none."""
    return _ABBREVIATIONS.get(written, "")


def suffix(written: str) -> str:
    """The standard spelling of an issuer's suffix: "HDND" -> "HĐND", "qh14" -> "QH14"; what is unknown as written."""
    folded = fold(written)
    convened = _CONVENED.fullmatch(folded)
    return (convened[1] + convened[2]).upper() if convened else _SUFFIXES.get(folded, written)


def issuer_of(suffixes: tuple[str, ...]) -> str:
    """The issuers behind suffixes, as "Bộ Tài chính; Bộ Nội vụ"; empty where any of them is unknown."""
    names = [ISSUERS.get(one.rstrip("0123456789"), "") for one in suffixes]
    return "; ".join(names) if all(names) else ""


def _words(*names: str) -> str:
    """Any of the names, the longest first, first letter in either case; spaces may be any within the line."""
    patterns = (re.escape(name).replace(r"\ ", r"[^\S\n]+") for name in sorted(names, key=len, reverse=True))
    return "|".join(f"(?i:{one[0]}){one[1:]}" if one[0].isalpha() else one for one in patterns)


def at_word(*patterns: str) -> str:
    """Any of some patterns, each of which begins with a letter as it is, where a word begins; in the order given.

    The letter stands before the look behind it: the engine then passes over all other letters at once, and a text is
    searched in a third of the time.
    """
    rests: dict[str, list[str]] = {}
    for one in patterns:
        rests.setdefault(one[0], []).append(one[1:])
    return "|".join(rf"{letter}(?<![^\W_]{letter})(?:{'|'.join(rest)})" for letter, rest in rests.items())


def _any_case(*names: str) -> str:
    return f"(?:{_words(*names)}|{_words(*(name.upper() for name in names))})"


#: Capital letters of Vietnamese, for a character class (the range À-Ỹ holds small ones too).
CAPITALS = "A-Z" + "".join(
    chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isupper() and fold(chr(code)).isascii()
)

KIND = _any_case(*KINDS)
NUMBER = r"\d{1,5}[a-z]?(?!\d)"
YEAR = r"(?:19[4-9]\d|20\d\d)"
_LETTERS = r"[A-ZĐƯ][A-Za-zĐđƯư]{0,9}\d{0,2}"
_TYPE = "|".join(sorted(_ABBREVIATIONS, key=len, reverse=True))
#: "/NQ-HĐND", "-KH/TU", "/TTLT-BTC-BNV", "/UBND-VX": what follows the number (and year) of a symbol.
TAIL = rf"[^\S\n]?[-–/][^\S\n]?{_LETTERS}(?:[^\S\n]?[-–/][^\S\n]?{_LETTERS}){{1,3}}(?![A-Za-zÀ-ỹ0-9])"
SYMBOL = rf"(?P<number>{NUMBER})(?:/(?P<year>{YEAR}))?(?P<tail>{TAIL})"
#: Symbols of the National Assembly have no kind in them: "45/2019/QH14", "856/NQ-UBTVQH14" has.
ASSEMBLY = rf"(?P<number>\d{{1,4}})/(?P<year>{YEAR})/(?P<tail>(?:UBTV)?QH\d{{1,2}})(?![A-Za-zÀ-ỹ0-9])"

_DAY = (
    r"(?:0?[1-9]|[12]\d|3[01])(?:(?P<cut>[/.-])(?:0?[1-9]|1[0-2])(?P=cut)|[^\S\n]tháng[^\S\n](?:0?[1-9]|1[0-2])[^\S\n]năm[^\S\n])"
    rf"{YEAR}(?![\d/])"
)
DATE = rf"(?:ký[^\S\n]|ban[^\S\n]hành[^\S\n])?(?:ngày[^\S\n])(?P<date>{_DAY})"

_BODY = _any_case(
    "Chủ tịch UBND", "Chủ tịch Ủy ban nhân dân", "Chủ tịch Uỷ ban nhân dân", "UBND", "Ủy ban nhân dân", "Uỷ ban nhân dân",
    "HĐND", "Hội đồng nhân dân", "Thường trực HĐND", "Thủ tướng Chính phủ", "Thủ tướng", "Chính phủ", "Quốc hội",
    "Ủy ban Thường vụ Quốc hội", "Bộ Chính trị", "Ban Bí thư", "Ban Chấp hành Trung ương Đảng", "Ban Chấp hành Trung ương",
    "Ban Chấp hành Đảng bộ", "Ban Thường vụ", "Tỉnh ủy", "Tỉnh uỷ", "Thành ủy", "Thành uỷ", "Huyện ủy", "Huyện uỷ",
    "Thị ủy", "Đảng ủy", "Văn phòng Chính phủ", "Ban Tổ chức Trung ương", "Ban Tuyên giáo Trung ương", "Bộ trưởng",
    *(name for name in ISSUERS.values() if name.startswith("Bộ ")),
)  # fmt: skip
_CAPITAL = rf"[{CAPITALS}][^\W_]*"
_NAME = rf"{_CAPITAL}(?:[^\S\n]{_CAPITAL}){{0,3}}"
_RANK = _any_case("tỉnh", "thành phố", "TP.", "TP", "huyện", "thị xã", "quận", "phường", "xã", "thị trấn")
_COMMITTEE = _any_case("Tỉnh ủy", "Tỉnh uỷ", "Thành ủy", "Thành uỷ", "Huyện ủy", "Huyện uỷ", "Thị ủy", "Đảng ủy")
#: "của Chủ tịch UBND tỉnh Bến Tre", "của Ban Thường vụ Thành ủy": an office and, where it is said, whose it is.
ISSUED_BY = rf"của[^\S\n](?P<issuer>{_BODY}(?:[^\S\n]{_COMMITTEE})?(?:[^\S\n](?:(?:{_RANK})[^\S\n]?(?:{_NAME}|\d{{1,2}})?|{_NAME}))?)(?![^\W_])"
GLUE = r"[^\S\n]?[,;(]?[^\S\n]?"


def known_type(tail: str) -> re.Match[str] | None:
    """The kind's abbreviation at the beginning of a tail, where one stands there."""
    return re.match(rf"[^\S\n]?[-–/][^\S\n]?(?P<type>{_TYPE})(?![A-Za-zĐđ])", tail)

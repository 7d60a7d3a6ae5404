"""Finds the documents that a text cites, by their symbols and the names of laws; nothing is completed by guessing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from pipelines.civic import grammar
from pipelines.civic.grammar import ASSEMBLY, DATE, GLUE, ISSUED_BY, KIND, KINDS, NUMBER, SYMBOL, TABLES, YEAR
from pipelines.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One mention of a document: `text[start:end]` names it, from its kind to its date and issuer.

    `symbol` is normalised ("02-NQ/TU"), of laws without one the name ("Luật Đất đai"); `number` is its number as
    written. `issuer` follows from the symbol, `issued_by` from the words "của …"; `date` is ISO, `year` of four digits;
    each empty where the text does not say it.
    """

    start: int
    end: int
    kind: str
    symbol: str
    number: str = ""
    issuer: str = ""
    issued_by: str = ""
    date: str = ""
    year: str = ""


_KIND_GAP = r"[^\S\n](?:liên[^\S\n]ngành[^\S\n])?(?:(?:số|SỐ|Số)[^\S\n]?:?[^\S\n]?)?"
#: "các Nghị quyết số 10, 11 và 12/NQ-HĐND": numbers that share the last one's tail.
_LISTED = rf"(?P<more>(?:{NUMBER}(?:[^\S\n]?[,;][^\S\n]?|[^\S\n]và[^\S\n])(?:số[^\S\n])?){{1,8}})?"
_NAMED = re.compile(rf"(?<![^\W_])(?P<kind>{KIND}){_KIND_GAP}{_LISTED}(?:{ASSEMBLY.replace('P<', 'P<a_')}|{SYMBOL})")
_OF_ASSEMBLY = re.compile(rf"(?<![^\W_])(?P<kind>[Ll]uật|[Bb]ộ luật|[Pp]háp lệnh)[^\S\n]số[^\S\n]{ASSEMBLY}")
_ALONE = re.compile(rf"(?<![\w/.-]){SYMBOL}")
_SHORT = re.compile(
    rf"(?<![^\W_])[Nn]ghị[^\S\n]định[^\S\n](?:số[^\S\n]?)?(?P<number>\d{{1,3}})/(?P<year>{YEAR})(?![\d/-])"
)
_AFTER_DATE = re.compile(rf"{GLUE}{DATE}")
_AFTER_ISSUER = re.compile(rf"{GLUE}{ISSUED_BY}")
_NAMED_BEFORE = re.compile(rf"(?<![^\W_]){KIND}{_KIND_GAP}\Z")
_HAS_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(NUMBER)
_LAW_NAMES = "|".join(
    rf"{kind}[^\S\n](?:{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))})"
    if names != [""]
    else kind
    for kind, names in TABLES["laws"].items()
).replace(r"\ ", r"[^\S\n]")
_LAW = re.compile(
    rf"(?<![^\W_])(?P<law>{_LAW_NAMES})(?![^\W_])(?:[^\S\n]\((?:sửa[^\S\n]đổi)\))?"
    rf"(?:[^\S\n,]{{0,2}}số[^\S\n](?P<symbol>\d{{1,3}}/(?P<symbol_year>{YEAR})/QH\d{{1,2}})|[^\S\n,]{{0,2}}(?:năm[^\S\n])?(?P<year>{YEAR})(?![\d/-]))"
)
_PARTY = frozenset(("TW", "TU", "HU", "ThU", "ĐU", "QU", "VPTW", "BTGTW", "BTCTW", "UBKTTW"))


def find_citations(text: str) -> list[Citation]:
    """The documents cited in a text, in order; a later short mention takes date and issuer of its only namesake."""
    if not _HAS_DIGIT.search(text):
        return []
    found: dict[int, Citation] = {}
    taken: list[tuple[int, int]] = []
    lines = {hint: list(_lines_with(hint, text)) for _, hint in _FINDERS}
    for make, hint in _FINDERS:
        for one in chain.from_iterable(make(text, *line) for line in lines[hint]):
            if not any(one.start < end and start < one.end for start, end in taken):
                found[one.start] = one
        taken = [(one.start, one.end) for one in found.values()]
    return _completed([found[start] for start in sorted(found)])


def _lines_with(hint: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of the lines that are worth reading: few are, and no mention goes over the end of one."""
    end = -1
    for match in hint.finditer(text):
        if match.start() > end:
            end = text.find("\n", match.end())
            end = len(text) if end < 0 else end
            yield text.rfind("\n", 0, match.start()) + 1, end


def _named(text: str, begin: int, end: int) -> Iterator[Citation]:
    for match in _NAMED.finditer(text, begin, end):
        kind = _standard_kind(match["kind"])
        if match["a_tail"]:
            number, year, tail = match["a_number"], match["a_year"], match["a_tail"].upper()
            symbol, issuer = f"{number}/{year}/{tail}", grammar.issuer_of((tail,))
        else:
            read = _read_symbol(match["number"], match["year"], match["tail"], kind)
            if read is None:
                continue
            number, year, (symbol, issuer) = match["number"], match["year"], read
        last = Citation(
            start=match.start(),
            end=match.end(),
            kind=kind,
            symbol=symbol,
            number=number,
            issuer=issuer,
            year=year or "",
        )
        if not match["more"]:
            yield _with_surroundings(text, last)
            continue
        at = match.start("more")
        for position, one in enumerate(_NUMBERS.finditer(match["more"])):
            start = match.start() if position == 0 else at + one.start()
            same = symbol.replace(_padded(number), _padded(one[0]), 1)
            yield replace(last, start=start, end=at + one.end(), number=one[0], symbol=same)
        yield _with_surroundings(text, replace(last, start=match.end("more")))


def _alone(text: str, begin: int, end: int) -> Iterator[Citation]:
    """Symbols without a kind before them; only with an abbreviation that means one kind, and a known issuer."""
    for match in _ALONE.finditer(text, begin, end):
        known = grammar.known_type(match["tail"])
        kind = TABLES["alone"].get(grammar.abbreviation(known["type"])) if known else None
        read = _read_symbol(match["number"], match["year"], match["tail"], kind) if kind else None
        if not kind or read is None or not read[1]:
            continue
        if _NAMED_BEFORE.search(text, max(0, match.start() - 40), match.start()):
            continue  # a kind that does not agree with the symbol: one of the two is wrong
        if kind in {"Quyết định", "Thông tư"} and _PARTY.intersection(re.split(r"[-/]", read[0])):
            continue  # there it may as well be a Quy định, or a Thông tri
        one = Citation(
            start=match.start(), end=match.end(), kind=kind, symbol=read[0], number=match["number"], issuer=read[1],
            year=match["year"] or "",
        )  # fmt: skip
        yield _with_surroundings(text, one)


def _short(text: str, begin: int, end: int) -> Iterator[Citation]:
    """Read "Nghị định 100/2019": only the Government issues those, so the rest of the symbol is known."""
    for match in _SHORT.finditer(text, begin, end):
        yield Citation(
            start=match.start(), end=match.end(), kind="Nghị định", number=match["number"], year=match["year"],
            symbol=f"{_padded(match['number'])}/{match['year']}/NĐ-CP", issuer="Chính phủ",
        )  # fmt: skip


def _laws(text: str, begin: int, end: int) -> Iterator[Citation]:
    for match in _LAW.finditer(text, begin, end):
        name = re.sub(r"\s", " ", match["law"])
        kind = next(one for one in TABLES["laws"] if name.startswith(one))
        year = match["year"] or match["symbol_year"]
        one = Citation(
            start=match.start(), end=match.end(), kind=kind, symbol=match["symbol"] or name, year=year, issuer="Quốc hội",
            number=match["symbol"].partition("/")[0] if match["symbol"] else "",
        )  # fmt: skip
        yield _with_surroundings(text, one) if match["symbol"] else one


def _assembly(text: str, begin: int, end: int) -> Iterator[Citation]:
    for match in _OF_ASSEMBLY.finditer(text, begin, end):
        one = Citation(
            start=match.start(), end=match.end(), kind=match["kind"].capitalize(), number=match["number"],
            symbol=f"{match['number']}/{match['year']}/{match['tail']}", issuer=grammar.issuer_of((match["tail"],)),
            year=match["year"],
        )  # fmt: skip
        yield _with_surroundings(text, one)


_SYMBOL_BEGINS = re.compile(r"\d[a-z]?[^\S\n]?[-–/][^\S\n]?[A-ZĐƯ]")
#: The finders in order of trust, each with what a line must have to be worth reading by it.
_FINDERS = (
    (_named, _SYMBOL_BEGINS),
    (_assembly, re.compile(r"/(?:UBTV)?QH\d")),
    (_laws, re.compile(r"Luật|luật|Hiến pháp")),
    (_alone, _SYMBOL_BEGINS),
    (_short, re.compile(r"ghị định")),
)


def _standard_kind(written: str) -> str:
    folded = fold(re.sub(r"\s+", " ", written))
    return next(kind for kind in KINDS if fold(kind) == folded)


def _padded(number: str) -> str:
    """Numbers below 10 are written with a zero (Nghị định 30/2020/NĐ-CP); some leave it out."""
    return number.zfill(2 if number[-1].isdigit() else 3)


def _read_symbol(number: str, year: str | None, tail: str, kind: str) -> tuple[str, str] | None:
    """The normalised symbol and its issuer; None where the kind said and the kind written do not agree."""
    bare = re.sub(r"\s", "", tail).replace("–", "-")
    known = grammar.known_type(bare)
    parts = re.findall(r"[-/]|[^-/]+", bare)
    if known:
        if grammar.abbreviation(known["type"]) not in KINDS[kind]:
            return None
        parts[1] = grammar.abbreviation(known["type"])
    elif kind != "Công văn" or not re.fullmatch(r"[A-ZĐ][A-ZĐa-zđ]{1,9}", parts[1]):
        return None  # only official letters name the issuer first: 123/UBND-VX
    issuing = 3 if known else 1
    names = tuple(grammar.suffix(one) for one in parts[issuing::2])
    parts[issuing::2] = names
    symbol = _padded(number) + (f"/{year}" if year else "") + "".join(parts)
    return symbol, grammar.issuer_of(names if known else names[:1])


def _with_surroundings(text: str, one: Citation) -> Citation:
    """The same with the date and the issuer that follow it, in either order."""
    for _ in range(2):
        date = None if one.date else _AFTER_DATE.match(text, one.end)
        if date and (day := _iso(date["date"])):
            if one.year and one.year != day[:4]:
                break  # a date that the symbol's own year denies is that of something else
            one = replace(one, end=date.end(), date=day, year=day[:4])
        issuer = None if one.issued_by else _AFTER_ISSUER.match(text, one.end)
        if issuer:
            one = replace(one, end=issuer.end(), issued_by=re.sub(r"\s+", " ", issuer["issuer"]).strip())
    return one


def _iso(written: str) -> str:
    day, month, year = (int(part) for part in re.findall(r"\d+", written))
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _completed(found: list[Citation]) -> list[Citation]:
    """A bare mention means the only fuller one of the same symbol in the same text."""
    return [
        one if one.date or one.issued_by else _merged(one, [other for other in found if _same(one, other)])
        for one in found
    ]


def _same(one: Citation, other: Citation) -> bool:
    return (one.kind, one.symbol) == (other.kind, other.symbol) and bool(other.date or other.issued_by)


def _merged(one: Citation, fuller: list[Citation]) -> Citation:
    if len({(other.date, other.issued_by) for other in fuller}) != 1:
        return one
    return replace(one, date=fuller[0].date, issued_by=fuller[0].issued_by, year=one.year or fuller[0].year)

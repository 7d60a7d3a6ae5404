"""Which section, author and status of the source becomes which of the target: an editable file, never a guess."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.errors import ConfigurationError, why
from pipelines.export.naming import SLUG_LIMIT, numbered, safe_slug, short_hash, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipelines.export.protocol import ExportOptions
    from pipelines.storage.dataset import Dataset

STATUSES = ("publish", "private", "draft", "skip")

#: The cases that decide an article's status; where several hold, the one furthest behind in STATUSES wins.
CASES = {
    "live": "publish",
    "gone": "draft",
    "quarantined": "skip",
    "undated": "draft",
    "duplicate": "publish",
    "flagged": "publish",
}
NO_BYLINE = "Không ghi tác giả"
LOGIN_LIMIT = 60

HEAD = """\
# What the sections, authors and statuses of the source become in the target.
# The left side is the source's, letter by letter; change the right side. Two left sides may share one right side.
# An export refuses to run while a value of the data is missing on the left, and lists it.
"""
SECTIONS_HEAD = """
# name = as readers see it, slug = in addresses, parent = the slug of another section. An empty name: no section.
[sections]
"""
AUTHORS_HEAD = """
# login: ASCII, unique. email: unique; .invalid addresses receive nothing. "" stands for articles without a byline.
[authors]
"""
STATUSES_HEAD = f"""
# {", ".join(STATUSES)}. Where several cases hold for an article, the one furthest to the right wins.
[statuses]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the target; `parent` is another's slug or empty. An empty `name`: the article gets none."""

    name: str
    slug: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An author of the target. `login` is ASCII and unique, `email` is unique."""

    name: str
    login: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMapping:
    """Source value -> target value; "" is the key of articles without section or byline. `where` is for messages."""

    sections: Mapping[str, Section]
    authors: Mapping[str, Author]
    statuses: Mapping[str, str]
    where: str = ""

    def section(self, category: str | None) -> Section | None:
        """The target's section of an article; None where it gets none."""
        found = self.sections[category or ""]
        return found if found.name else None

    def author(self, byline: str | None) -> Author:
        """The target's author of an article; there is one for articles without a byline too."""
        return self.authors[byline or ""]

    def status(self, cases: Iterable[str]) -> str:
        """The most careful status of those that the cases of an article ask for."""
        return max((self.statuses[case] for case in cases), key=STATUSES.index)


def load_mapping(path: Path) -> TargetMapping:
    """The mapping of a TOML file.

    Raises:
        ConfigurationError: it cannot be read, or a value is wrong; names the file, the key and the cure.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({why(error)}); write one with --init-mapping") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error
    for table in data:
        if table not in ("sections", "authors", "statuses"):
            raise ConfigurationError(f"{path}: unknown table [{table}]; known are [sections], [authors], [statuses]")
    sections = _read(Section, data.get("sections", {}), f"{path}: sections")
    authors = _read(Author, data.get("authors", {}), f"{path}: authors")
    statuses = {**CASES, **data.get("statuses", {})}
    mapping = TargetMapping(
        sections={key: _with_slug(one) for key, one in sections.items()},
        authors={key: _with_login(one) for key, one in authors.items()},
        statuses=statuses,
        where=str(path),
    )
    _check(mapping, str(path))
    return mapping


def mapping_of(dataset: Dataset, options: ExportOptions, known: TargetMapping | None = None) -> TargetMapping:
    """The mapping in which everything keeps its name, for all values that the data hold; `known` ones win."""
    sections = dict(known.sections) if known else {}
    authors = dict(known.authors) if known else {}
    slugs = {one.slug for one in sections.values()}
    logins = {one.login for one in authors.values()}
    for name in values_of(dataset, "category", options):
        if name not in sections:
            sections[name] = Section(name=name, slug=_unique(name, slugs) if name else "")
    for name in values_of(dataset, "author", options):
        if name not in authors:
            login = _unique(name or NO_BYLINE, logins, LOGIN_LIMIT)
            authors[name] = Author(name=name or NO_BYLINE, login=login, email=f"{login}@import.invalid")
    return TargetMapping(sections=sections, authors=authors, statuses=known.statuses if known else CASES)


def resolved_mapping(dataset: Dataset, options: ExportOptions) -> TargetMapping:
    """The mapping of the options, which must know every value of the data; without one everything keeps its name.

    Raises:
        ConfigurationError: naming what is unmapped.
    """
    if options.mapping is None:
        return mapping_of(dataset, options)
    missing = [
        f"{table}: {', '.join(json.dumps(name, ensure_ascii=False) for name in names)}"
        for table, column, known in (
            ("sections", "category", options.mapping.sections),
            ("authors", "author", options.mapping.authors),
        )
        if (names := [name for name in values_of(dataset, column, options) if name not in known])
    ]
    if missing:
        raise ConfigurationError(
            f"{options.mapping.where}: unmapped {'; '.join(missing)}; add them, or have them added with "
            "--init-mapping --force"
        )
    return options.mapping


def values_of(dataset: Dataset, column: str, options: ExportOptions) -> list[str]:
    """The different values of a column among the articles asked for, sorted; "" where some have none."""
    marks = ",".join("?" * len(options.states))
    query = f"""SELECT DISTINCT coalesce({column}, '') FROM v_articles
                 WHERE state IN ({marks}) AND (? = '' OR portal = ?) ORDER BY 1"""  # noqa: S608 - column is ours
    found = dataset.conn.execute(query, (*options.states, options.portal, options.portal))
    return [value for (value,) in found]


def mapping_text(mapping: TargetMapping) -> str:
    """The file of a mapping, for a person to edit."""
    lines = [HEAD, SECTIONS_HEAD]
    lines += [f"{_quoted(key)} = {_table(one)}\n" for key, one in sorted(mapping.sections.items())]
    lines.append(AUTHORS_HEAD)
    lines += [f"{_quoted(key)} = {_table(one)}\n" for key, one in sorted(mapping.authors.items())]
    lines.append(STATUSES_HEAD)
    lines += [f"{case} = {_quoted(status)}\n" for case, status in mapping.statuses.items()]
    return "".join(lines)


T = TypeVar("T", Section, Author)


def _read(kind: type[T], data: Any, where: str) -> dict[str, T]:
    if not isinstance(data, dict):
        raise ConfigurationError(f"{where} must be a table")
    found: dict[str, T] = {}
    for key, value in data.items():
        given = {"name": value} if isinstance(value, str) else value
        known = set(kind.__slots__)
        if not isinstance(given, dict) or not given.keys() <= known or "name" not in given:
            raise ConfigurationError(
                f'{where}."{key}" must be a name or {{ name = …, … }} with {", ".join(sorted(known))}'
            )
        if not all(isinstance(one, str) for one in given.values()):
            raise ConfigurationError(f'{where}."{key}": every value must be a string in quotes')
        found[key] = kind(**given)
    return found


def _with_slug(section: Section) -> Section:
    if not section.name:
        return section
    return Section(name=section.name, slug=section.slug or safe_slug(section.name, "muc"), parent=section.parent)


def _with_login(author: Author) -> Author:
    login = author.login or slug(author.name, LOGIN_LIMIT) or f"author-{short_hash(author.name)}"
    return Author(name=author.name, login=login, email=author.email or f"{login}@import.invalid")


def _check(mapping: TargetMapping, where: str) -> None:
    """Rules between values: what no target could take is said here, not found out there."""
    for case, status in mapping.statuses.items():
        if case not in CASES or status not in STATUSES:
            raise ConfigurationError(
                f"{where}: statuses.{case} = {status!r}; the cases are {', '.join(CASES)}, the values {', '.join(STATUSES)}"
            )
    named = [one for one in mapping.sections.values() if one.name]
    _same(where, "sections: slug", ((one.slug, one) for one in named))
    _same(where, "authors: login", ((one.login, one) for one in mapping.authors.values()))
    _same(where, "authors: email", ((one.email.lower(), one) for one in mapping.authors.values()))
    for section in named:
        if section.slug != slug(section.slug):
            raise ConfigurationError(f'{where}: slug "{section.slug}" must be ASCII letters, digits and "-"')
    for author in mapping.authors.values():
        if not author.name or author.login != slug(author.login, LOGIN_LIMIT):
            raise ConfigurationError(
                f'{where}: author "{author.name}" needs a name, and a login of at most {LOGIN_LIMIT} ASCII letters, '
                f'digits and "-", not "{author.login}"'
            )
    _check_parents({one.slug: one for one in named}, where)


def _same(where: str, what: str, pairs: Iterable[tuple[str, object]]) -> None:
    seen: dict[str, object] = {}
    for key, one in pairs:
        if seen.setdefault(key, one) != one:
            raise ConfigurationError(f'{where}: {what} "{key}" is used for two different entries; make one differ')


def _check_parents(sections: Mapping[str, Section], where: str) -> None:
    for start in sections.values():
        seen, at = {start.slug}, start
        while at.parent:
            if at.parent not in sections:
                raise ConfigurationError(
                    f'{where}: section "{at.name}": no section has the slug "{at.parent}" of its parent'
                )
            if at.parent in seen:
                raise ConfigurationError(f'{where}: section "{start.name}" is its own parent in the end')
            seen.add(at.parent)
            at = sections[at.parent]


def _unique(name: str, taken: set[str], limit: int = SLUG_LIMIT) -> str:
    base = safe_slug(name, f"muc-{short_hash(name)}", limit)
    number = 1
    while (found := numbered(base, number, limit)) in taken:
        number += 1
    taken.add(found)
    return found


def _table(one: Section | Author) -> str:
    pairs = (f"{field} = {_quoted(getattr(one, field))}" for field in one.__slots__)
    return "{ " + ", ".join(pairs) + " }"


def _quoted(text: str) -> str:
    """A TOML basic string, which is a JSON string but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

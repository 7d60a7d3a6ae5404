"""Saved pages as test cases: a folder with the page, where it came from, and what must be read from it."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError
from pipelines.items import Page

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.extract.reading import PageReading

PAGE, META, EXPECTED = "page.html", "meta.toml", "expected.json"

#: Stands in a new expectation until somebody has read it: what the program says of itself proves nothing.
UNREAD = "unread"
CURE = "compare every value with page.html, mend what is wrong here, then delete this line"

#: Fields that a case expects letter by letter; body_text is kept as its lines, which a person can read.
COMPARED = (
    "title", "summary", "author", "category", "published_at", "updated_at", "views", "language", "alternate_url",
    "images", "attachments", "body_text",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCase:
    """One case. `profile` is a bundled name or a path; `expected` holds what `observed` gave and a person read.

    `unread` is True until that person has deleted the mark.
    """

    folder: Path
    page: Page = field(repr=False)
    profile: str
    expected: dict[str, Any]
    unread: bool


def observed(reading: PageReading) -> dict[str, Any]:
    """What a reading says, as a case expects it: the fields of an article, or the reason of a refusal."""
    if reading.article is None:
        return {"problem": reading.problem.reason if reading.problem else "listing_page"}
    values = asdict(reading.article)
    return {name: _plain(name, values[name]) for name in COMPARED}


def differences(expected: dict[str, Any], reading: PageReading) -> dict[str, tuple[Any, Any]]:
    """The fields in which a reading is not what a case expects, each with (expected, found)."""
    found = observed(reading)
    names = dict.fromkeys((*expected, *found))
    return {name: (expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)}


def write_case(folder: Path, page: Page, profile: str, reading: PageReading, *, rewrite: bool = False) -> None:
    """Make a case of a page. A profile given by its path is noted relative to the folder.

    Raises:
        ConfigurationError: the folder holds a case already and `rewrite` is False.
    """
    if (folder / EXPECTED).exists() and not rewrite:
        raise ConfigurationError(f"{folder / EXPECTED}: exists already; name another folder, or give --rewrite")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_bytes(page.body)
    meta = {
        "url": page.url,
        "captured_at": page.captured_at,
        "profile": os.path.relpath(profile, folder) if _is_path(profile) else profile,
        "content_type": page.header("Content-Type"),
        "origin": page.origin,
    }
    # a JSON string is a TOML string
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in meta.items()]
    (folder / META).write_text("".join(lines), encoding="utf-8")
    expected = {UNREAD: CURE, **observed(reading)}
    (folder / EXPECTED).write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_case(folder: Path) -> PageCase:
    """The case that a folder holds.

    Raises:
        ConfigurationError: one of its files is missing or wrong; the message names it.
    """
    meta = _load(folder / META, tomllib.loads)
    expected = _load(folder / EXPECTED, json.loads)
    try:
        body = (folder / PAGE).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{folder / PAGE}: cannot be read ({error.strerror})") from error
    for name in ("url", "profile"):
        if not meta.get(name):
            raise ConfigurationError(f"{folder / META}: {name} is missing; it must be given")
    profile = str(meta["profile"])
    content_type = meta.get("content_type", "")
    page = Page(
        url=meta["url"],
        requested_url=meta["url"],
        body=body,
        headers=(("Content-Type", content_type),) if content_type else (),
        captured_at=meta.get("captured_at", ""),
        origin=meta.get("origin", "folder"),
        source=folder.name,
    )
    unread = expected.pop(UNREAD, None) is not None
    path = str(folder / profile) if _is_path(profile) else profile
    return PageCase(folder=folder, page=page, profile=path, expected=expected, unread=unread)


def _load(path: Path, parse: Any) -> dict[str, Any]:
    try:
        data: dict[str, Any] = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return data


def _is_path(profile: str) -> bool:
    return profile.endswith(".toml") or "/" in profile


def _plain(name: str, value: Any) -> Any:
    """Lists instead of tuples, as JSON gives them back."""
    if name == "body_text":
        return value.splitlines()
    return list(value) if isinstance(value, tuple) else value

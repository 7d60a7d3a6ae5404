"""Finds saved pages with their expected values: the project's case folders, one file for all, or a JSON file beside each page."""

from __future__ import annotations

import gzip
import json
import tomllib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipelines.errors import ConfigurationError, why
from pipelines.items import Page

if TYPE_CHECKING:
    from pathlib import Path

#: Our name of a field -> the names under which collections write it.
ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "author": ("author",),
    "date": ("date", "published_at", "publish_date", "published", "date_publish"),
    "category": ("category", "section"),
    "views": ("views",),
    "summary": ("summary", "lead"),
    "text": ("text", "body_text", "main_content", "articleBody", "body"),
    "captions": ("captions",),
    "images": ("images",),
    "attachments": ("attachments", "links"),
}
#: Files that hold the values of many pages, as public collections name them: page name or address -> fields.
GOLD = ("gold.json", "ground-truth.json", "eval.json")
_SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz", ".aspx")
#: Where a collection does not say where a page came from.
_UNKNOWN_SITE = "https://page.example/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A saved page and the values a person expects of it; a field that is not among `expected` is not judged.

    `profile` names the profile the page is to be read with, empty for the minimal one.
    """

    name: str
    path: Path
    expected: dict[str, Any] = field(repr=False)
    url: str = ""
    captured_at: str = ""
    profile: str = ""

    def page(self) -> Page:
        """The page as the crawl would hand it on.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        try:
            body = self.path.read_bytes()
            body = gzip.decompress(body) if self.path.suffix == ".gz" else body
        except (OSError, EOFError, zlib.error) as error:
            raise ConfigurationError(f"{self.path}: cannot be read ({why(error)})") from error
        url = self.url or _UNKNOWN_SITE + quote(self.name)
        return Page(url=url, body=body, origin="folder", captured_at=self.captured_at, source=self.path.name)


def find_cases(folder: Path) -> list[Case]:
    """All cases of a folder and what lies beneath it, sorted by name.

    Raises:
        ConfigurationError: there is none, or an expected file is not readable JSON.
    """
    cases = [_case_folder(path.parent, folder) for path in folder.rglob("expected.json")]
    for gold in (path for path in folder.rglob("*.json") if path.name in GOLD):
        for name, values in _load(gold).items():
            if not isinstance(values, dict):
                raise ConfigurationError(f"{gold}: {name!r} must name an object of fields")
            page = _page_of(gold.parent, str(values.get("file") or name))
            if page:
                url = name if name.startswith(("http://", "https://")) else ""
                cases.append(_case(page.name.partition(".htm")[0], page, {"url": url, **values}))
    taken = {case.path for case in cases}
    for path in folder.rglob("*.json"):
        page = _page_of(path.parent, path.stem)
        if page and page not in taken and path.name not in (*GOLD, "expected.json"):
            cases.append(_case(path.stem, page, _load(path)))
    if not cases:
        raise ConfigurationError(
            f"{folder}: no page with expected values; put gold.json (name -> fields), NAME.json beside NAME.html, "
            "or folders with page.html and expected.json there"
        )
    return sorted(cases, key=lambda case: case.name)


def _page_of(folder: Path, name: str) -> Path | None:
    """The saved page of a name, there or in the folder "html"; a name may hold its own suffix."""
    names = [name, f"{name}.gz", *(f"{name}{suffix}" for suffix in _SUFFIXES)]
    paths = [place / one for place in (folder, folder / "html") for one in names if "/" not in one]
    return next((path for path in paths if path.is_file() and path.suffix != ".json"), None)


def _case_folder(folder: Path, root: Path) -> Case:
    page = _page_of(folder, "page")
    if page is None:
        raise ConfigurationError(f"{folder}: expected.json stands there without page.html")
    meta: dict[str, Any] = {}
    if (folder / "meta.toml").is_file():
        try:
            meta = tomllib.loads((folder / "meta.toml").read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{folder / 'meta.toml'}: not valid TOML: {error}") from error
    told: dict[str, Any] = {name: meta[name] for name in ("url", "captured_at", "profile") if name in meta}
    data = {**_load(folder / "expected.json"), **told}
    return _case(folder.relative_to(root).as_posix() if folder != root else folder.name, page, data)


def _case(name: str, path: Path, data: dict[str, Any]) -> Case:
    nested: dict[str, Any] = data.get("article") or data.get("ground_truth") or {}
    data = {**data, **nested}
    expected = {}
    for our_name, names in ALIASES.items():
        found = next((one for one in names if one in data), None)
        if found:
            expected[our_name] = data[found]
    return Case(
        name=name,
        path=path,
        expected=expected,
        url=str(data.get("url") or ""),
        captured_at=str(data.get("captured_at") or ""),
        profile=str(data.get("profile") or ""),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: not readable as JSON ({error})") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{path}: must hold one JSON object")
    return data

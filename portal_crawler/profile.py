"""A profile: what is true of one portal, read from TOML; docs/new-portal.md explains every key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError, why
from portal_crawler.profile_build import build
from portal_crawler.profile_check import PAGERS, check_profile
from portal_crawler.selectors import selector_to_xpath

__all__ = [
    "PAGERS", "Crawl", "Dates", "Labels", "Layout", "Listing", "Profile", "Section", "bundled_names", "load_profile",
    "parse_profile", "profile_from_json", "read_profile", "selector_to_xpath",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One news section: its name as readers know it, and its first listing page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Selectors of one page layout; every one is optional and wins over what SharePoint's invariants find.

    Selectors are CSS, or XPath where they begin with "/", "(" or "./". `match` must match for the layout to be
    used at all; `valid_from` and `valid_until` (ISO dates) are compared with the page's capture date.
    """

    name: str
    match: str = ""
    valid_from: str = ""
    valid_until: str = ""
    container: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    author: str = ""
    category: str = ""
    published: str = ""
    views: str = ""
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labels of form fields as this portal prints them, besides those every SharePoint portal uses."""

    title: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    alternate_url: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How this portal writes dates. `form_order` is the day-month order inside stock form fields (LCID 1033: MDY)."""

    timezone: str = "Asia/Ho_Chi_Minh"
    order: str = "DMY"
    form_order: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where listing pages keep their article links and their pager; all found without help when empty.

    `article` and `deny` are regular expressions searched in addresses; `links` and `next` are selectors.
    """

    article: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    links: str = ""
    next: str = ""
    pager: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """Limits of politeness and safety: seconds, bytes and counts; `media_hosts` may serve files, but no pages."""

    delay: float = 1.0
    concurrency: int = 1
    timeout: float = 60.0
    max_bytes: int = 32 * 1024 * 1024
    max_listing_pages: int = 5000
    contact: str = ""
    probe_ids: int = 100
    recheck: int = 200
    allow_private_hosts: bool = False
    media_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Below which share of its source (0 to 1) an article is flagged, and from how many articles on chrome is learned."""

    coverage_floor: float = 0.995
    chrome_articles: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of one portal. The least is `name`, `title`, `hosts` and `start_urls`.

    `hosts` are "name" or "name:port"; addresses elsewhere are never asked. `place` is the unit whose portal it is, as of
    June 2025, with what it lies in: "thành phố Bến Tre, tỉnh Bến Tre". `path` is the file it came from.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    start_urls: tuple[str, ...]
    platform: str = "sharepoint"
    language: str = "vi"
    place: str = ""
    sections: tuple[Section, ...] = ()
    layouts: tuple[Layout, ...] = ()
    labels: Labels = field(default_factory=Labels)
    dates: Dates = field(default_factory=Dates)
    listing: Listing = field(default_factory=Listing)
    crawl: Crawl = field(default_factory=Crawl)
    quality: Quality = field(default_factory=Quality)
    path: str = ""


def bundled_names() -> list[str]:
    """The names of the profiles that come with the package, sorted."""
    folder = resources.files("portal_crawler.portals")
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_profile(name_or_path: str) -> Profile:
    """The profile of a bundled name or of a TOML file.

    Raises:
        ConfigurationError: unknown name, unreadable file, unknown key, wrong type or wrong value.
    """
    return parse_profile(*read_profile(name_or_path))


def read_profile(name_or_path: str) -> tuple[str, str]:
    """The TOML text of a bundled name or of a file, and the file's name for messages.

    Raises:
        ConfigurationError: unknown name, unreadable file.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        path = Path(name_or_path)
        try:
            return path.read_text(encoding="utf-8-sig"), str(path)  # Windows editors put a byte order mark before it
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{path}: cannot be read ({why(error)}); give the path of a UTF-8 TOML file"
            ) from error
    if name_or_path not in bundled_names():
        known = ", ".join(bundled_names())
        raise ConfigurationError(
            f'no portal named "{name_or_path}"; known are: {known}; or give the path of a .toml file'
        )
    entry = resources.files("portal_crawler.portals") / f"{name_or_path}.toml"
    return entry.read_text(encoding="utf-8"), f"portals/{name_or_path}.toml"


def parse_profile(text: str, where: str) -> Profile:
    """A profile from TOML text; `where` names the file in error messages.

    Raises:
        ConfigurationError: not TOML, unknown or missing key, wrong type or wrong value.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{where}: not valid TOML: {error}") from error
    if "path" in data:
        raise ConfigurationError(f"{where}: path is not yours to set; remove it")
    profile = replace(build(Profile, data, where), path=where)
    check_profile(profile, where)
    return profile


def profile_from_json(data: dict[str, Any]) -> Profile:
    """A checked profile again, from its `dataclasses.asdict` as JSON (for the extraction processes)."""
    return build(Profile, data, data.get("path", ""))

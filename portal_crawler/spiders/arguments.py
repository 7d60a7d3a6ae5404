"""What a crawl is asked for on the command line: which portal, which dates, how much; checked before anything is fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError
from pipelines.fold import fold
from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.profile import load_profile

if TYPE_CHECKING:
    from portal_crawler.profile import Profile


@dataclass(frozen=True, slots=True)
class Window:
    """The dates asked for, both ends included, as "YYYY-MM-DD"; empty means open."""

    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, since: str, until: str) -> Window:
        """A checked window.

        Raises:
            ConfigurationError: not a date, or the wrong way round.
        """
        for name, value in (("since", since), ("until", until)):
            if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ConfigurationError(f"-a {name}={value}: write the date as YYYY-MM-DD")
        if since and until and since > until:
            raise ConfigurationError(f"-a since={since} is later than -a until={until}; swap them")
        return cls(since, until)

    def holds(self, published: str | None) -> bool:
        """True for a date inside, and for an unknown one: what has no date must not be lost by its date."""
        day = (published or "")[:10]
        if not day:
            return True
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)

    def is_before(self, published: str | None) -> bool:
        """True for a known date earlier than the window."""
        return bool(self.since and published and published[:10] < self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a crawl is to bring: dates, one section (part of its name or address), at most `limit` articles (0: all)."""

    window: Window
    section: str = ""
    limit: int = 0

    @classmethod
    def of(cls, arguments: dict[str, str]) -> Wish:
        """The wish that spider arguments express.

        Raises:
            ConfigurationError: a wrong date or number.
        """
        return cls(
            window=Window.of(arguments.get("since", ""), arguments.get("until", "")),
            section=arguments.get("section", ""),
            limit=whole_number("limit", arguments.get("limit", "")),
        )

    @property
    def is_narrow(self) -> bool:
        """True where not the whole portal is wanted."""
        return bool(self.section or self.limit or self.window.since or self.window.until)

    def wants(self, name: str, url: str) -> bool:
        """Whether a section is wanted; diacritics and letter case do not matter."""
        wanted = fold(self.section)
        return not wanted or wanted in fold(name) or self.section.lower() in url.lower()


ARGUMENTS = ("since", "until", "limit", "section", "start_url", "full", "reach")
REACHES = ("newest", "recent")


def check_arguments(arguments: dict[str, str]) -> None:
    """Refuse what the spider does not know.

    Raises:
        ConfigurationError: an unknown argument or a wrong value.
    """
    for name in arguments:
        if name not in ARGUMENTS:
            raise ConfigurationError(f"-a {name}=…: unknown; known are {', '.join(ARGUMENTS)}")
    if arguments.get("reach", "") not in ("", *REACHES):
        raise ConfigurationError(
            f"-a reach={arguments['reach']}: use one of {', '.join(REACHES)}; leave it out for the usual crawl"
        )
    start = arguments.get("start_url", "")
    if start and not (start.startswith(("http://", "https://")) and host_of(start)):
        raise ConfigurationError(f"-a start_url={start}: write a whole address, such as https://www.example.gov.vn/")
    Wish.of(arguments)


def profile_of(arguments: dict[str, Any]) -> Profile:
    """The profile that spider arguments name, with its start address replaced where they say so.

    Raises:
        ConfigurationError: no portal named, the profile is wrong, or it has no such section.
    """
    name = arguments.get("portal")
    if not name:
        raise ConfigurationError("name the portal: -a portal=ben_tre_city (or the path of a .toml profile)")
    profile = load_profile(str(name))
    wish = Wish.of({name: str(value) for name, value in arguments.items()})
    if profile.sections and not any(wish.wants(one.name, one.url) for one in profile.sections):
        known = ", ".join(one.name for one in profile.sections)
        raise ConfigurationError(f"-a section={wish.section}: matches no section of {profile.name}; known are {known}")
    start = arguments.get("start_url")
    return replace(profile, start_urls=(str(start),)) if start else profile


def apply_profile(settings: Any, profile: Profile) -> None:
    """Put the profile's limits into Scrapy's settings; the command line (-s) wins over them."""
    crawl = profile.crawl
    agent = settings.get("USER_AGENT", "")
    values = {
        "DOWNLOAD_DELAY": crawl.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "USER_AGENT": f"{agent} contact: {crawl.contact}" if crawl.contact else agent,
    }
    for name, value in values.items():
        settings.set(name, value, priority="spider")


def whole_number(name: str, text: str) -> int:
    """The value of a counting argument; 0 where it is not given.

    Raises:
        ConfigurationError: not a whole number above 0.
    """
    if not text:
        return 0
    if not text.isdigit() or not int(text):
        raise ConfigurationError(f"-a {name}={text}: must be a whole number above 0")
    return int(text)

"""Only the portal's own hosts are asked: no redirect, link or robots.txt leads anywhere else."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.platforms.sharepoint.badpages import is_login_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from portal_crawler.profile import Profile


class Refused(IgnoreRequest):
    """A request that is never made. Raised by the middlewares here; `reason` is the failure row's code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class GuardMiddleware:
    """Refuses other hosts, private addresses, other schemes, and login pages that an answer redirects to.

    What may be asked is decided once for each host, of which a profile names a few.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._private: dict[str, bool] = {}
        self._passed: set[tuple[str, str, bool]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Scrapy's way to make a component."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let pass or refuse.

        Raises:
            Refused: reason "offsite", "private_address", "bad_scheme" or "login_required".
        """
        profile: Profile | None = getattr(self._crawler.spider, "profile", None)
        if profile is None:
            return
        entry = request.meta.get("entry")
        parts = urlsplit(request.url)
        # the robots.txt of a host that may only serve files must be asked for too
        is_file = (entry is not None and entry.kind == "media") or parts.path == "/robots.txt"
        place = (parts.scheme, host_of(request.url), is_file)
        if place not in self._passed:
            check_address(request.url, profile, more=profile.crawl.media_hosts if is_file else ())
        if request.meta.get("redirect_times") and is_login_url(request.url):
            raise Refused("login_required", f"redirected to {request.url}")
        if place not in self._passed:
            await self._check_network(parts.hostname or "", profile)
            self._passed.add(place)

    async def _check_network(self, host: str, profile: Profile) -> None:
        if not (profile.crawl.allow_private_hosts or _is_meant(host, profile)) and await self._is_private(host):
            raise Refused("private_address", f"{host} is at a private address; crawl.allow_private_hosts permits it")

    async def _is_private(self, host: str) -> bool:
        """Whether a name leads into a private network; looked up once a run."""
        if host not in self._private:
            self._private[host] = await leads_inside(host)
        return self._private[host]


def check_address(url: str, profile: Profile, *, more: tuple[str, ...] = ()) -> None:
    """Whether this profile may ask this address: one of its hosts, at a port that it names or its start pages use.

    `more` are further hosts that are allowed besides.

    Raises:
        Refused: it may not.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise Refused("bad_scheme", f"{url} is not http or https")
    host, place = (parts.hostname or "").lower(), host_of(url)
    ports_meant = {host, *(host_of(start) for start in _starts(profile))}
    if place not in (*profile.hosts, *more) and not (host in profile.hosts and place in ports_meant):
        raise Refused("offsite", f"{place} is not one of the profile's hosts {', '.join(profile.hosts)}")


def _starts(profile: Profile) -> tuple[str, ...]:
    """Where the profile itself begins."""
    return (*profile.start_urls, *(section.url for section in profile.sections))


def _is_meant(host: str, profile: Profile) -> bool:
    """True for a host that the profile starts at, or names by its number: wherever it is, its author knows."""
    return host.replace(".", "").isdigit() or host in {urlsplit(url).hostname for url in _starts(profile)}


async def leads_inside(host: str) -> bool:
    """True where a host is, or any of its addresses is, not of the public internet. An unknown name is for the downloader."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global for *_, place in found)

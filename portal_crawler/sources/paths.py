"""Recovers the address of a saved page from its path and from what the page says of itself."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from portal_crawler.platforms.sharepoint.addresses import host_of, item_id, join_url

if TYPE_CHECKING:
    from pathlib import PurePath

    from portal_crawler.profile import Profile
    from portal_crawler.sources.declared import Declared

_PAGE = r"(?:aspx|ashx|asmx|svc|asp|php|html?)"
#: wget "X.aspx?ID=66", its Windows form "X.aspx@ID=66", escaped "X.aspx%3FID=66", other mirrors "X.aspx_ID=66"
_WITH_QUERY = re.compile(rf"^(.+?\.{_PAGE})(?:\?|%3[Ff]|@|_(?=\w+=))(.*)$", re.IGNORECASE | re.DOTALL)
#: "X.aspx.html" (wget -E) and "X.aspx?ID=66.html"
_ADDED_EXTENSION = re.compile(r"^(.+\.(?:aspx|asp|php)(?:(?:\?|%3[Ff]|@|_).*)?)\.html?$", re.IGNORECASE | re.DOTALL)
#: mirrors that flatten the name: "X-aspx.html"
_FLATTENED = re.compile(r"^(.+)-(aspx|asp|php)\.html?$", re.IGNORECASE | re.DOTALL)
_DIRECTORY_INDEX = re.compile(r"^index\.html?$", re.IGNORECASE)
#: everything a path may hold as it is; "%" because mirrors keep escapes in names
_SAFE = "!$&'()*+,;=:@~-._%"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathAddress:
    """The address a path stands for. `certain`: its host stood in the path and its name was not changed by a mirror."""

    url: str
    certain: bool


def printable(path: str) -> str:
    """A path as it may be stored and printed: bytes that are no UTF-8 and control characters are escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def address_of_path(root: PurePath, relative: PurePath, profile: Profile) -> PathAddress:
    """The address of the file `relative` below `root`.

    A folder named as one of the profile's hosts ("host", "host:8080", "host+8080", "host%3A8080"), be it above or
    below `root`, begins the address; without one the path is taken to be the path at the profile's first address.
    """
    first = urlsplit(profile.start_urls[0])
    parts = relative.parts
    host = ""
    for at, part in enumerate(parts[:-1]):
        if host := _host(part, profile):
            parts = parts[at + 1 :]
            break
    else:
        for at in range(len(root.parts) - 1, -1, -1):
            if host := _host(root.parts[at], profile):
                parts = (*root.parts[at + 1 :], *parts)
                break
    scheme = next((one.scheme for one in map(urlsplit, profile.start_urls) if one.netloc.lower() == host), first.scheme)
    name, query, changed = restore_name(os.fsencode(parts[-1]).decode("utf-8", "replace"))
    path = "/".join(quote(os.fsencode(part), safe=_SAFE) for part in (*parts[:-1], name))
    base = f"{scheme}://{host or first.netloc}/"
    url = join_url(base, f"{base}{path}{'?' + query if query else ''}")
    return PathAddress(url=url or base, certain=bool(host) and not changed)


def restore_name(name: str) -> tuple[str, str, bool]:
    """A saved file's name as (name at the portal, query, whether the mirror may have lost something of it)."""
    plain = re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    added = _ADDED_EXTENSION.match(plain)
    plain = added[1] if added else plain
    with_query = _WITH_QUERY.match(plain)
    if with_query:
        kept = "" if _DIRECTORY_INDEX.match(with_query[1]) else with_query[1]
        return kept, with_query[2].replace("%26", "&").replace("%3D", "="), False
    flattened = _FLATTENED.match(plain)
    if flattened:
        return f"{flattened[1]}.{flattened[2]}", "", True
    return "" if _DIRECTORY_INDEX.match(plain) else plain, "", bool(added)


def page_address(found: PathAddress, declared: Declared, profile: Profile) -> str:
    """The best address of a saved page.

    1. what the program that saved it wrote; 2. a path that names its host and kept its name; 3. the portal's own
    canonical or og:url; 4. ASP.NET's form, which names its page: `action="./DispForm.aspx?ID=1"`; 5. the path.
    The form also gives the query that a mirror's names or a canonical address have lost.
    """
    if declared.saved_from:
        return join_url(found.url, declared.saved_from) or found.url
    address = found.url if found.certain else _canonical(found.url, declared, profile)
    own = join_url(address or found.url, declared.action) if declared.action else ""
    if not address:
        return found.url if urlsplit(found.url).query else own or found.url
    if not urlsplit(address).query and _same_page(address, found.url):
        address = _with_query(address, urlsplit(found.url).query)
    return _with_form(address, own, certain=found.certain)


def _host(part: str, profile: Profile) -> str:
    """The profile's host that a folder's name stands for, else empty; a host without a port stands for all its ports.

    A name without a port is that of the profile's address at that host: one article must not get two addresses by it.
    """
    name = re.sub(r"(?:\+|%3[Aa]|_)(?=\d+$)", ":", part).lower()
    bare = re.sub(r":\d+$", "", name)
    own = [host_of(url) for url in profile.start_urls]
    if name == bare and name not in own:
        known = own if name in profile.hosts else (*own, *profile.hosts)
        with_port = next((host for host in known if host.rpartition(":")[0] == name), "")
        if with_port:
            return with_port
    return name if name in profile.hosts or bare in profile.hosts else ""


def _canonical(base: str, declared: Declared, profile: Profile) -> str:
    """The canonical address the portal declares, with the name its mirror changed restored; empty where it tells nothing."""
    whole = urljoin(declared.og_url, declared.canonical) if declared.og_url else declared.canonical
    address = join_url(base, whole) if whole else ""
    if not address:
        return ""
    parts = urlsplit(address)
    if _is_internal(parts.hostname or "") and host_of(address) not in profile.hosts:
        # SharePoint declares its own server's name where no public one is set up: only the path tells something
        at_portal = urlsplit(base)
        parts = parts._replace(scheme=at_portal.scheme, netloc=at_portal.netloc)
    if parts.path in ("", "/") and not parts.query and not _is_welcome(urljoin(base, declared.action)):
        return ""  # one canonical address for all pages is a common mistake of templates
    folder, _, name = parts.path.rpartition("/")
    restored, query, _ = restore_name(name)
    return urlunsplit(parts._replace(path=f"{folder}/{restored}", query=parts.query or query))


def _is_welcome(address: str) -> bool:
    return urlsplit(address).path.rpartition("/")[2].lower() in ("", "default.aspx", "home.aspx", "trangchu.aspx")


def _is_internal(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def _with_form(address: str, own: str, *, certain: bool) -> str:
    """The address with what only its form's address `own` still knows: the query of the same page, or the item."""
    query = urlsplit(own).query
    # "TermStoreId=…" is how SharePoint rewrites a friendly address for itself: no reader ever asked for it
    if not query or urlsplit(address).query or "TermStoreId=" in query:
        return address
    if _same_page(own, address):
        return _with_query(address, query)
    return own if item_id(own) and not item_id(address) and not certain else address


def _with_query(address: str, query: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query=query))


def _same_page(one: str, other: str) -> bool:
    return urlsplit(one).path.lower() == urlsplit(other).path.lower()

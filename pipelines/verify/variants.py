"""The ways in which readers, mails and search engines write one old address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.export.addresses import Addressing

#: What mails, social networks and SharePoint's own pages add; none of it chooses what is shown.
NOISE = ("utm_source=zalo", "Source=%2F", "InitialTabId=Ribbon%2ERead")
_SAFE = "/~!$'()*,;:@-._"


class Spelling(NamedTuple):
    """One spelling: what is varied, and the path with its query."""

    kind: str
    target: str


def spellings_of(url: str, addressing: Addressing) -> Iterator[Spelling]:
    """The address as it was seen, then each of its variants, none twice."""
    seen: set[str] = set()
    for kind, path, query in _variants(url, addressing):
        target = f"{path or '/'}{'?' + query if query else ''}"
        if target not in seen:
            seen.add(target)
            yield Spelling(kind, target)


def _variants(url: str, addressing: Addressing) -> Iterator[tuple[str, str, str]]:
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    yield "as seen", path, query
    pairs = [pair for pair in query.split("&") if pair]
    yield "letter case", _quoted(unquote(path).lower()), "&".join(_other_case(pair) for pair in pairs)
    yield "noise", path, "&".join((NOISE[0], *pairs, *NOISE[1:]))
    yield "mobile", path, "&".join((*pairs, "mobile=1"))
    name, item = addressing.item(url)
    if not name:
        return
    yield "parameter order", path, "&".join(reversed((*pairs, NOISE[1])))
    padded = re.compile(rf"(?i)^({re.escape(name)})=0*{item}$")
    yield "padded id", path, "&".join(padded.sub(rf"\g<1>=00{item}", unquote(pair)) if padded.match(unquote(pair)) else pair
                                      for pair in pairs)  # fmt: skip
    for twin in addressing.twins(unquote(path)):
        yield "form", _quoted(twin), f"{name}={item}"


def _quoted(path: str) -> str:
    return quote(path, safe=_SAFE)


def _other_case(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name.upper() if name != name.upper() else name.lower()}{equals}{value}"

"""A fetch with nothing around it: the standard library's client on one connection."""

from __future__ import annotations

import gzip
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def fetched(base: str, targets: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The body of each path and query at `base`, one after the other."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    for target in targets:
        connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        yield target, gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body

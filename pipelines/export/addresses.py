"""What an old address names, told by the platform's own rules where the caller knows them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def path_of(url: str) -> str:
    """The decoded, NFC, lower-cased path of an address, without a final "/"."""
    path = unicodedata.normalize("NFC", unquote(urlsplit(url).path)).lower()
    return path.rstrip("/") or "/"


def parameters(url: str) -> list[tuple[str, str]]:
    """The decoded parameters of an address as (lower-cased name, value), "??", "&&" and "&amp;" understood."""
    query = urlsplit(url).query.lstrip("?").replace("&amp;", "&")
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(unicodedata.normalize("NFC", name).lower(), unicodedata.normalize("NFC", value)) for name, value in pairs]


def plain_key(url: str) -> str:
    """Host, path and sorted parameters: equal for spellings of one address on any platform."""
    query = "&".join(sorted(f"{name}={value}" for name, value in parameters(url)))
    return f"{(urlsplit(url).hostname or '').lower()}{path_of(url)}{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """The rules of a platform's addresses; `pipelines` knows no platform, so the command hands them in.

    `key` is the stable key of what an address shows, `is_noise` tells a parameter that never chooses it,
    `item_parameters` are the lower-cased names of those that hold an item's id, most specific first. `twins` gives
    other paths that show the same item as a decoded path does.
    """

    key: Callable[[str], str] = plain_key
    is_noise: Callable[[str], bool] = lambda _name: False
    item_parameters: tuple[str, ...] = ("itemid", "id")
    twins: Callable[[str], Iterable[str]] = lambda _path: ()

    def item(self, url: str) -> tuple[str, str]:
        """The parameter that names the item and its id without padding; ("", "") where none does."""
        found = dict(parameters(url))
        for name in self.item_parameters:
            value = found.get(name, "").strip()
            if value.isdecimal() and value.isascii():
                return name, str(int(value))
        return "", ""

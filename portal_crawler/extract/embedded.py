"""Pictures that stand in a page itself (`data:` addresses): editors paste them, and programs that save pages write them so."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Marks the address of a picture inside a page; nobody can be asked for it, the page itself holds it.
MARK = "#sha256="

#: Shorter ones stand in for pictures that a script would have loaded.
_SHORTEST = 1500
_RASTER = r"data:image/(?:jpe?g|pjpeg|png|gif|webp|bmp)(?:;[\w=.-]+)*;base64,"
_PICTURE = re.compile(rf"\s*{_RASTER}", re.IGNORECASE)
_IN_PAGE = re.compile(rf"{_RASTER}[\w+/=%&#;\s-]{{{_SHORTEST},}}".encode(), re.IGNORECASE)


def is_embedded_picture(reference: str) -> bool:
    """True for a `data:` address that is a picture, and not a placeholder for one."""
    return len(reference) > _SHORTEST and bool(_PICTURE.match(reference))


def embedded_address(base: str, reference: str) -> str:
    """The address of a picture inside the page `base`: the page's own, marked with the picture's SHA-256; empty for none."""
    data = _content(reference)
    return f"{urldefrag(base).url}{MARK}{hashlib.sha256(data).hexdigest()}" if data else ""


def embedded_files(body: bytes) -> Iterator[tuple[str, bytes]]:
    """(SHA-256, bytes) of the pictures inside a page."""
    for found in _IN_PAGE.finditer(body):
        data = _content(html.unescape(found[0].decode("ascii", "replace")))
        if data:
            yield hashlib.sha256(data).hexdigest(), data


def _content(reference: str) -> bytes:
    encoded = "".join(unquote(reference.partition(",")[2]).split())
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""

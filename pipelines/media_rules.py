"""Which files may stand for what an article calls them: a page under a picture's name is no picture."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pipelines.filetypes import EXTENSIONS, HTML, PROGRAM, SVG, UNKNOWN, is_passive_svg

#: Extensions that promise a document or an archive, whose bytes can be told; text and unknown bytes break the promise.
_TELLABLE = frozenset(EXTENSIONS.values()) - {".txt", ".bin"}


def refuse(content_type: str, data: bytes, use: str, address: str) -> str:
    """Why a file cannot be an article's "image" or "attachment" (`use`); empty where it can.

    `content_type` is what the bytes say; `address` counts only by the promise of its extension. Reasons:
    empty_file, program, active_svg, not_an_image, not_a_document.
    """
    if not data:
        return "empty_file"
    if content_type == PROGRAM:
        return "program"
    if content_type == SVG and not is_passive_svg(data):
        return "active_svg"
    if use == "image":
        return "" if content_type.startswith("image/") else "not_an_image"
    promised = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower() in _TELLABLE
    if content_type == HTML or (promised and content_type in ("text/plain", UNKNOWN)):
        return "not_a_document"
    return ""

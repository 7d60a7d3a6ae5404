"""Names that every target accepts: folded keys, slugs, ASCII file names, text without control characters."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pipelines.fold import fold
from pipelines.text import clean_text

#: Short enough for every target (Ghost 191, WordPress 200), so that all exports give an article the same slug.
SLUG_LIMIT = 150

#: First path segments and slugs that targets keep for themselves (WordPress: feeds, embed, year archives).
RESERVED_SLUGS = frozenset({"feed", "rdf", "rss", "rss2", "atom", "embed", "page", "index", "wp-admin", "admin"})

#: Device names of Windows: a file of that name cannot be made there, whatever its extension.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)

#: What XML 1.0 cannot hold, even escaped; lone surrogates cannot be written at all.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def collation_key(text: str) -> str:
    """Text as MariaDB's Unicode collations compare it: no diacritics, no letter case, Đ = D, single spaces."""
    return fold(unicodedata.normalize("NFKC", clean_text(text))).casefold()


def slug(text: str, limit: int = SLUG_LIMIT) -> str:
    """Lower-case ASCII words joined by "-", cut between words; empty where the text has no letter or digit."""
    words = re.findall(r"[a-z0-9]+", collation_key(text))
    whole = "-".join(words)
    if len(whole) <= limit:
        return whole
    cut = whole[: limit + 1].rpartition("-")[0]
    return cut if len(cut) > limit // 2 else whole[:limit]


def safe_slug(text: str, fallback: str, limit: int = SLUG_LIMIT) -> str:
    """A slug that no target reads as something else: reserved and purely numeric ones get a word before them."""
    found = slug(text, limit) or slug(fallback, limit)
    if found in RESERVED_SLUGS or found.isdigit():
        return f"bai-{found}"[:limit]
    return found


def numbered(text: str, number: int, limit: int = SLUG_LIMIT) -> str:
    """The slug with "-number" behind it, within the limit; number 1 is the slug itself."""
    if number == 1:
        return text
    tail = f"-{number}"
    return text[: limit - len(tail)].rstrip("-") + tail


def ascii_file_name(name: str, extension: str = "", limit: int = 100) -> str:
    """A file name of ASCII letters, digits, "-" and one dot, never a path, a device or a hidden file.

    `extension` (".jpg") replaces the name's own; without it the name's own is kept where it is a plain one.
    """
    last = re.split(r"[/\\]", clean_text(name))[-1]
    stem, own = _split_extension(last)
    ending = (extension or own).lower()
    plain = slug(stem, limit) or "file"
    if plain in _DEVICES:
        plain = f"file-{plain}"
    return f"{plain}{ending}"


def url_file_name(url: str) -> str:
    """The decoded last path segment of an address; empty where the path ends in "/"."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def short_hash(text: str, length: int = 12) -> str:
    """The first hexadecimal digits of a SHA-256: a stable short name for anything."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 forbids; vertical tab and form feed become a space."""
    return _NOT_XML.sub("", text.replace("\x0b", " ").replace("\x0c", " ").replace("\r\n", "\n"))


def cdata(text: str) -> str:
    """A CDATA section; "]]>" is split over two, because the WordPress importer takes nothing at all otherwise."""
    return "<![CDATA[" + xml_text(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _split_extension(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        return name, ""
    return stem, f".{ending}"

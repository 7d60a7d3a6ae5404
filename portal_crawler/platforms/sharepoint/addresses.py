"""SharePoint addresses: cleaned of noise for asking, and reduced to the one stable key of what they show."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

#: Parameters that never choose what is shown, seen on public portals (docs/new-portal.md, "Addresses").
NOISE = frozenset(
    {
        "initialtabid", "visibilitycontext", "source", "contenttypeid", "isdlg", "versionno", "rootfolder",
        "folderctid", "view", "returnurl", "web", "fbclid", "gclid", "zarsrc", "mobile", "pageversion", "deltapage",
    }
)  # fmt: skip
NOISE_PREFIXES = ("filter", "utm_", "spbookmark")

#: Parameters that hold an item's id, most specific first.
ITEM_PARAMETERS = ("itemid", "id", "nid", "newsid", "articleid", "blog_id", "idtin", "tinid", "postid")

_PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})")
#: The second mark of "??", also as wget asks for it and names its files.
_MORE_MARKS = re.compile(r"^(?:\?|%3f)+", re.IGNORECASE)
_FORM_PAGE = re.compile(r"/(?:forms/)?(?:dispform|display|editform|viewpost|post)\.aspx$")
_DETAIL_WITH_SLUG = re.compile(r"^(.*/(?:detail|chi-tiet|chitiet)/[0-9]{1,18})/[^/]+\.(?:html?|aspx)$")
_ID = re.compile(r"[0-9]{1,18}")
_NO_HOST = re.compile(r"//(?!localhost\b)([^/.:?#\[\]]+)(?:/|$)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: What most references of a page are: (scheme and host, or none) and a path that begins at the root, with nothing in it
#: to mend, to drop or to step up. They only need their origin, a twentieth of the work.
_PLAIN = re.compile(
    r"(https?://[a-zA-Z0-9.-]++(?::[0-9]{1,5})?+)?+"
    r"((?:/(?![./])(?:[\w.~-]|%(?!2[eE])[0-9a-fA-F]{2})*+)++(?:\?(?!%3[fF]|&)(?:&?(?:[\w.~=/:,-]|%[0-9a-fA-F]{2})++)++)?+)",
    re.ASCII,
)


def join_url(base: str, reference: str) -> str:
    """The absolute http(s) address of a reference as written in a page, ready to ask; empty where it is none.

    Mends what portals write: raw spaces and diacritics, %uXXXX escapes, "&#58;" left in addresses, "??", "&&",
    "&amp;" escaped twice, "//Lists/…" for "/Lists/…" (a name without a dot is a folder, not a host). Nothing is dropped but the fragment, so pager tokens pass verbatim.
    """
    plain = _PLAIN.fullmatch(reference)
    if plain:
        origin = _origin(plain[1] or base)
        return f"{origin}{plain[2]}" if origin else ""
    return _join(base, reference)


@lru_cache(maxsize=1024)
def _origin(base: str) -> str:
    """Scheme, host and port of an address as `join_url` writes them; empty where it has none."""
    return _join(base, "/").removesuffix("/")


def _join(base: str, reference: str) -> str:
    text = reference.strip().replace("&#58;", ":").replace("\\", "/")
    text = re.sub(r"[\u200b\u00ad\ufeff\x00-\x1f]", "", text)
    if not text or text.startswith("#"):
        return ""
    folder = _NO_HOST.match(text)
    if folder and folder[1].lower() != (urlsplit(base).hostname or ""):
        text = text[1:]
    text = _PERCENT_U.sub(lambda match: quote(chr(int(match[1], 16))), text)
    try:
        parts = urlsplit(urljoin(base, text))
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname.lower()
    host = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    query = re.sub(r"&(?:amp;)+|&{2,}", "&", _MORE_MARKS.sub("", parts.query)).strip("&")
    query = query.removeprefix("amp;")
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    try:
        return safe_url_string(urlunsplit((parts.scheme, host, path, query, "")))
    except ValueError:
        return ""


def clean_url(base: str, reference: str) -> str:
    """As `join_url`, without the parameters that never choose what is shown."""
    return without_noise(join_url(base, reference))


def without_noise(url: str) -> str:
    """An address as `join_url` gives it, without the parameters that never choose what is shown."""
    start, _, query = url.partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair and not is_noise(pair.partition("=")[0]))
    return f"{start}?{kept}" if kept else start


@lru_cache(maxsize=1024)
def is_noise(parameter: str) -> bool:
    """True for a query parameter that never chooses what is shown; letter case does not matter."""
    name = unquote(parameter).lower()
    return name in NOISE or name.startswith(NOISE_PREFIXES)


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The lower-cased host, with its port where it is not the scheme's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return f"{host}:{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else host


def item_id(url: str) -> str:
    """The item id an address names by a parameter or a path number, without padding; empty where it names none."""
    return _item_id(_query(url), _path(url))


def _item_id(query: list[tuple[str, str]], path: str) -> str:
    parameters = {name.lower(): value for name, value in query}
    for name in ITEM_PARAMETERS:
        number = _number(parameters.get(name, ""))
        if number:
            return number
    match = _DETAIL_WITH_SLUG.match(path)
    return _number(match[1].rpartition("/")[2]) if match else ""


def _number(value: str) -> str:
    """An id without padding; empty for what is none: "²" is a digit to Python, and 5,000 digits are no id."""
    value = value.strip()
    return str(int(value)) if value and _ID.fullmatch(value) else ""


@lru_cache(maxsize=4096)
def source_key(url: str) -> str:
    """The stable key of what an address shows: host, lower-cased path, list or page and item id.

    Scheme, default port, letter case, percent-encoding, parameter order and noise do not change it; unknown
    parameters do. Display forms stand for their list: "host/lists/baiviet#306".
    """
    clean = clean_url(url, url) or url
    path, parameters = _path(clean), _query(clean)
    item = _item_id(parameters, path)
    kept = []
    in_list = False
    if item:
        form = _FORM_PAGE.search(path)
        if form:
            path = path[: form.start()]
            in_list = True
        detail = _DETAIL_WITH_SLUG.match(path)
        if detail:
            path = detail[1].rpartition("/")[0]
    for name, value in parameters:
        lowered = name.lower()
        if lowered in ITEM_PARAMETERS and item and _number(value) == item:
            continue
        if lowered == "list":
            if in_list and "/lists/" in path:
                continue
            value = value.strip("{}").lower()  # noqa: PLW2901 - the same value, in its one spelling
        kept.append(f"{lowered}={value}")
    query = "&".join(sorted(kept))
    return f"{host_of(clean)}{path}{'?' + query if query else ''}{'#' + item if item else ''}"


def file_key(url: str) -> str:
    """The key of a file's address: scheme, fragment, and letter case and percent-encoding of its path do not change it."""
    query = urlsplit(url).query
    return f"{host_of(url)}{_path(url)}{'?' + query if query else ''}"


def _path(url: str) -> str:
    path = unicodedata.normalize("NFC", unquote(urlsplit(url).path)).lower()
    return path.rstrip("/") or "/"


def _query(url: str) -> list[tuple[str, str]]:
    query = urlsplit(url).query
    if query.isascii() and "%" not in query and "+" not in query:
        plain = (pair.partition("=") for pair in query.split("&") if pair)
        return [(name, value) for name, _, value in plain]
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value)) for name, value in pairs]

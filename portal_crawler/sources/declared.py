"""Reads what browsers, mirrors and SharePoint itself wrote into a saved page: its address and when it was saved."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Chrome, Edge, Firefox and Internet Explorer, "Save as complete"; the number is the length of the address.
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)\s+saved date:\s*([^\n]*?)\s*(?:-->|\n)", re.IGNORECASE
)
_HTTRACK = re.compile(r"<!--\s*Mirrored from (\S+) by HTTrack Website Copier/[^,>]*,\s*([^>]*?)\s*-->", re.IGNORECASE)
#: Pages taken from the Wayback Machine by a browser or a downloader.
_WAYBACK_FOOTER = re.compile(r"FILE ARCHIVED ON (\d\d:\d\d:\d\d [A-Z][a-z]{2} \d{1,2}, \d{4}) AND RETRIEVED")
_WAYBACK_URL = re.compile(r"^https?://[^/]+/web/(\d{4,14})(?:[a-z]{2}_)?/(.+)$", re.IGNORECASE | re.DOTALL)
#: SharePoint stamps each page it renders with its own clock: value="0x…,27 Nov 2019 21:10:06 -0000".
_REQUEST_DIGEST = re.compile(
    r'__REQUESTDIGEST"[^>]{0,60}value="0x[0-9A-F]+,(\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+]\d{4})"'
)

_LINK = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_FORM = re.compile(r"<form\b[^>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a saved page says of itself; each part is empty where it says nothing.

    `saved_from` was written by the program that saved it, `canonical` and `og_url` by the portal (and often rewritten
    by a mirror), `action` is the address of ASP.NET's own form, relative and with its query. `saved_at` is ISO 8601.
    """

    saved_from: str = ""
    canonical: str = ""
    og_url: str = ""
    action: str = ""
    saved_at: str = ""


def read_declared(text: str) -> Declared:
    """What the text of a saved page declares."""
    saved_from, saved_at = _saver(text)
    return Declared(
        saved_from=saved_from,
        canonical=_unwrapped(_attribute_where(_LINK, text, "rel", "canonical", "href")),
        og_url=_unwrapped(_attribute_where(_META, text, "property", "og:url", "content")),
        action=_form_action(text),
        saved_at=saved_at or _wayback_date(text) or _digest_date(text),
    )


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC: the one spelling of `captured_at` that all sources use. Without an offset it is taken for UTC."""
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat()


def utc_of(value: str) -> str:
    """An ISO 8601 time in that spelling, empty where it is none."""
    try:
        return utc(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return ""


def mail_date(value: str) -> str:
    """A date of a mail or HTTP header as ISO 8601, empty where it is none."""
    try:
        return utc(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _saver(text: str) -> tuple[str, str]:
    """The address and date left by the program that saved the page."""
    single = _SINGLE_FILE.search(text)
    if single:
        return _unwrapped(single[1]), _script_date(single[2])
    mirrored = _HTTRACK.search(text)
    if mirrored:
        address = mirrored[1] if "://" in mirrored[1] else f"http://{mirrored[1]}"
        return _unwrapped(address), mail_date(mirrored[2])
    saved = _SAVED_FROM.search(text)
    # "about:internet" is Windows' mark of a file from the network, no address
    if saved and "://" in saved[1]:
        return _unwrapped(saved[1]), ""
    return "", ""


def _unwrapped(address: str) -> str:
    """An address without the HTML escapes and without the Wayback Machine's prefix."""
    plain = html.unescape(address.strip())
    wrapped = _WAYBACK_URL.match(plain)
    return wrapped[2] if wrapped else plain


def _attribute_where(tag: re.Pattern[str], text: str, key: str, value: str, wanted: str) -> str:
    """The attribute `wanted` of the first tag whose attribute `key` is `value`."""
    for found in tag.finditer(text):
        attributes = _attributes(found[0])
        if attributes.get(key, "").lower() == value:
            return attributes.get(wanted, "")
    return ""


def _attributes(tag: str) -> dict[str, str]:
    return {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag)}


def _form_action(text: str) -> str:
    """The action of ASP.NET's one form; of a search box or another form it would say nothing."""
    for found in _FORM.finditer(text):
        attributes = _attributes(found[0])
        action = attributes.get("action", "")
        aspnet = attributes.get("id", "") == "aspnetForm" or ".aspx" in action.lower()
        if aspnet and attributes.get("method", "").lower() == "post":
            return html.unescape(action).strip()
    return ""


def _script_date(value: str) -> str:
    """A date as JavaScript prints it: "Fri Oct 26 2018 11:00:00 GMT+0700 (Giờ Đông Dương)"."""
    plain = value.partition("(")[0].strip()
    try:
        return utc(datetime.strptime(plain, "%a %b %d %Y %H:%M:%S GMT%z"))
    except (ValueError, OverflowError):
        return ""


def _wayback_date(text: str) -> str:
    found = _WAYBACK_FOOTER.search(text)
    if not found:
        return ""
    try:
        return utc(datetime.strptime(found[1] + " +0000", "%H:%M:%S %b %d, %Y %z"))
    except ValueError:
        return ""


def _digest_date(text: str) -> str:
    found = _REQUEST_DIGEST.search(text)
    return mail_date(found[1]) if found else ""

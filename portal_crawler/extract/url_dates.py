"""Finds the date in an address: dated folders, stamps and days that content systems append to a slug."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from portal_crawler.extract.date_clock import valid_clock
from portal_crawler.extract.date_cuts import Cut

_YEAR = r"(?P<y>(?:199|20[0-4])\d)"
_MONTH = r"(?P<m>0[1-9]|1[0-2])"
_DAY = r"(?P<d>0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?P<h>[01]\d|2[0-3])(?P<mi>[0-5]\d)(?P<s>[0-5]\d)"

#: In order of trust; the first that matches is the date. Each runs over the decoded path.
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # …-20210507084003259.htm: the second of creation, with or without milliseconds
    ("url:stamp", re.compile(rf"(?<!\d){_YEAR}{_MONTH}{_DAY}{_CLOCK}(?:\d{{3}})?(?!\d)")),
    # /MediaUploader/2024/03/12/094637/
    ("url:folder", re.compile(rf"/{_YEAR}/{_MONTH}/{_DAY}/{_CLOCK}(?=/)")),
    # /2020-5-29/, /2020/05/29/, /2020/5/29/
    ("url:folder", re.compile(rf"/{_YEAR}(?P<sep>[-/_.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?=/|$)")),
    # /2020-05-29-slug.html
    ("url:folder", re.compile(rf"/{_YEAR}-{_MONTH}-{_DAY}-(?=[^/]+$)")),
    # /29-05-2020/
    ("url:folder", re.compile(rf"/(?P<d>\d{{1,2}})[-_.](?P<m>\d{{1,2}})[-_.]{_YEAR}(?=/)")),
    # /20200529/
    ("url:folder", re.compile(rf"/{_YEAR}{_MONTH}{_DAY}(?=/)")),
    # /2020/0529/
    ("url:folder", re.compile(rf"/{_YEAR}/{_MONTH}{_DAY}(?=/)")),
    # slug-29052020-a4359.html, slug-29052020.html, slug-20200529.html
    ("url:slug", re.compile(rf"[^\W\d_][-_]{_DAY}{_MONTH}{_YEAR}(?:-[a-z]{{0,2}}\d+)?(?:\.\w{{2,5}})?$")),
    ("url:slug", re.compile(rf"[^\W\d_][-_]{_YEAR}{_MONTH}{_DAY}(?:-[a-z]{{0,2}}\d+)?(?:\.\w{{2,5}})?$")),
)
#: A capture's stamp in an archived address is the day of the capture.
_ARCHIVED = re.compile(r"^.*?/web/\d{4,14}[a-z_]*/(?=https?:)")


def find_url_cut(url: str) -> tuple[Cut | None, str]:
    """The date in the address' path and the text it stands in, or None and the path."""
    path = unicodedata.normalize("NFC", unquote(urlsplit(_ARCHIVED.sub("", url.strip())).path))
    for form, pattern in FORMS:
        match = pattern.search(path)
        if match:
            return _cut(form, match), match[0]
    return None, path


def _cut(form: str, match: re.Match[str]) -> Cut:
    groups = match.groupdict()
    clock = None
    if groups.get("h"):
        clock = valid_clock(int(groups["h"]), int(groups["mi"]), int(groups["s"]))
    return Cut(
        start=0,
        end=len(match[0]),
        core_start=0,
        core_end=len(match[0]),
        form=form,
        day=int(groups["d"]),
        month=int(groups["m"]),
        year=int(groups["y"]),
        clock=clock,
    )

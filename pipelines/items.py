"""The typed records that every part of the house hands on: Page, Article, Failure."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from pipelines.coverage import Coverage, coverage_from_json

Origin = Literal["live", "folder", "warc", "wayback"]
State = Literal["live", "gone", "quarantined"]

#: Namespace of every article's UUIDv5; changing it would change every uid ever published.
UID_NAMESPACE = uuid.UUID("5b1f3c4e-0d62-5c1a-9a55-4d2f6d6b7a10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of the source, kept unedited.

    `url` is the address the body came from (after redirects), `requested_url` the one asked for.
    `headers` keep the order and the names as sent. `captured_at` is ISO 8601 with offset.
    `source` names the file (and offset) inside an archive, empty for live pages.
    """

    url: str
    body: bytes = field(repr=False)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    captured_at: str = ""
    origin: Origin = "live"
    requested_url: str = ""
    redirects: tuple[str, ...] = ()
    source: str = ""
    method: str = "GET"
    request_body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first value of a header, compared without letter case; empty where it is missing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an article, in reading order; `url` is absolute and unedited by us."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    role: Literal["lead", "inline"] = "inline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file an article offers for download; `name` is the text of its link or its file name."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNote:
    """Where one field's value came from, and what else the page said.

    `rule` names the selector or rule ("form:TiêuĐề", "layout:vendor/.tieu-de", "kicker+byline");
    `raw` is the text as found; `others` are (rule, value) pairs that lost; `problem` is a
    finding code such as "weekday_disagrees" or empty.
    """

    field: str
    rule: str
    raw: str = ""
    others: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)  # no slots: what is worked out of an article is kept with it
class Article:
    """One article, clean. Text is NFC; addresses are absolute; dates are ISO 8601.

    `key` is the stable source key: host, lower-cased path, list or page and item id.
    `urls` are all addresses this article is known by, `url` among them.
    `published_at` is "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SS+07:00", None where the page gives no
    trustworthy date (then `flags` say why). `body_text` holds paragraphs, captions, list items and
    table cells in reading order, the lead first; `body_html` the same, sanitised.
    `alternate_url` is SharePoint's "Link thay thế nội dung": an item that is a link, not a text.
    `coverage` tells what of the source arrived; None where the source is a whole page of unknown make.
    """

    portal: str
    key: str
    url: str
    title: str
    urls: tuple[str, ...] = ()
    summary: str | None = None
    author: str | None = None
    category: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    body_text: str = field(default="", repr=False)
    body_html: str = field(default="", repr=False)
    views: int | None = None
    language: str | None = None
    images: tuple[Image, ...] = field(default=(), repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    alternate_url: str | None = None
    layout: str = ""
    extractor: str = ""
    notes: tuple[FieldNote, ...] = field(default=(), repr=False)
    flags: tuple[str, ...] = ()
    coverage: Coverage | None = field(default=None, repr=False)
    origin: Origin = "live"
    captured_at: str = ""
    capture_id: int | None = None

    @cached_property
    def uid(self) -> str:
        """UUIDv5 of portal and source key: the same article has the same uid in every database."""
        return str(uuid.uuid5(UID_NAMESPACE, f"{self.portal}:{self.key}"))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what a reader sees; view counter, capture and provenance are left out."""
        seen = [
            self.title,
            self.summary,
            self.author,
            self.category,
            self.published_at,
            self.updated_at,
            self.body_text,
            self.body_html,
            self.alternate_url,
            [plain(image) for image in self.images],
            [plain(attachment) for attachment in self.attachments],
        ]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A page that could not be fetched, read or trusted. `stage` says where, `reason` is a code.

    Stages: request, fetch, classify, extract, validate, store. Reasons are short snake_case codes,
    such as http_404, login_required, empty_shell, no_title, no_body, timeout; `detail` is for a person.
    """

    url: str
    stage: str
    reason: str
    detail: str = ""
    capture_id: int | None = None


def plain(record: Image | Attachment) -> dict[str, str]:
    """A record of texts only as a dict: what `asdict` gives, without copying each value."""
    return {name: getattr(record, name) for name in record.__slots__}


def to_json(record: Any) -> dict[str, Any]:
    """A record as plain JSON types (tuples become lists)."""
    return asdict(record)


def article_from_json(data: dict[str, Any]) -> Article:
    """The inverse of `to_json` for an Article, whatever process wrote it."""
    values = dict(data)
    values["images"] = tuple(Image(**one) for one in values.get("images", ()))
    values["attachments"] = tuple(Attachment(**one) for one in values.get("attachments", ()))
    values["notes"] = tuple(
        FieldNote(**{**one, "others": tuple((rule, raw) for rule, raw in one.get("others", ()))})
        for one in values.get("notes", ())
    )
    for name in ("urls", "flags"):
        values[name] = tuple(values.get(name, ()))
    if values.get("coverage"):
        values["coverage"] = coverage_from_json(values["coverage"])
    return Article(**values)

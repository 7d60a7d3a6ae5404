"""Reads a truth file: what a portal really holds, written by the portal itself.

It is one JSON object: `portal`, `base_url`, and `articles`, a list of objects with the fields of TruthArticle as keys
(images and attachments as objects with `url`, `caption`, `credit` or `url`, `name`); only `url` and `title` must be there.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipelines.errors import ConfigurationError, why

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthArticle:
    """One article as it is. `found_by` are the routes that lead to it; `media` is SHA-256 by address.

    `structure` is the body's as `structure_of` gives it, None where the truth does not tell it.
    `cited_documents` are those that title and text cite, each once as "symbol date" (no date: the symbol), in order; None
    likewise. `images` are (url, caption, credit), `attachments` (url, name), in order; `duplicate_of` is an address.
    """

    url: str
    title: str
    urls: tuple[str, ...]
    summary: str | None = None
    author: str | None = None
    category: str | None = None
    published_at: str | None = None
    body_text: str = field(default="", repr=False)
    structure: tuple[str, ...] | None = field(default=None, repr=False)
    cited_documents: tuple[str, ...] | None = None
    images: tuple[tuple[str, str, str], ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()
    alternate_url: str | None = None
    duplicate_of: str | None = None
    duplicate_kind: str | None = None
    found_by: tuple[str, ...] = ()
    media: dict[str, str] = field(default_factory=dict, repr=False)
    state: str = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All articles of one portal."""

    portal: str
    base_url: str
    articles: tuple[TruthArticle, ...] = field(repr=False)


def load_truth(path: Path) -> Truth:
    """The truth in a JSON file.

    Raises:
        ConfigurationError: it cannot be read, or lacks something.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        articles = tuple(_article(one) for one in data["articles"])
        return Truth(portal=data["portal"], base_url=data.get("base_url", ""), articles=articles)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({why(error)})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{path}: not a truth file ({type(error).__name__}: {error}); one is written by "
            '"portal-crawler sample-portal --truth FILE"'
        ) from error


def address(url: str) -> str:
    """An address for comparing: unquoted and NFC, host in lower case, no fragment."""
    parts = urlsplit(url)
    text = unicodedata.normalize("NFC", unquote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"))
    return f"{parts.scheme}://{parts.netloc.lower()}{text}"


def _article(one: dict[str, Any]) -> TruthArticle:
    plain = (
        "title",
        "summary",
        "author",
        "category",
        "published_at",
        "alternate_url",
        "duplicate_of",
        "duplicate_kind",
    )
    return TruthArticle(
        **{name: one.get(name) or None for name in plain[1:]},
        title=one["title"],
        url=one["url"],
        urls=tuple(one.get("urls") or [one["url"]]),
        body_text=one.get("body_text") or "",
        structure=_told(one, "structure"),
        cited_documents=_told(one, "cited_documents"),
        images=tuple(
            (image["url"], image.get("caption") or "", image.get("credit") or "") for image in one.get("images", ())
        ),
        attachments=tuple((file["url"], file.get("name") or "") for file in one.get("attachments", ())),
        found_by=tuple(one.get("found_by", ())),
        media=dict(one.get("media") or {}),
        state=one.get("state") or "live",
    )


def _told(one: dict[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(one[name]) if one.get(name) is not None else None

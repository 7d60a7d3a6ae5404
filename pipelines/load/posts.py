"""A WordPress post as plain fields: what we send, what the site answers, and what tells two of them apart."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from pipelines.export.records import SOURCE_FIELDS, source_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.export.job import Ready

#: Fields that are sent and compared. `date_gmt` is left out of what is sent where the date is unknown, `meta` where the
#: site does not know our custom fields.
FIELDS = ("title", "content", "excerpt", "status", "slug", "date_gmt", "author", "categories", "featured_media", "meta")
#: Custom fields; the view counter is none, because it moves with every crawl.
META = tuple(name for name in SOURCE_FIELDS if name != "source_views")

_MARKER = re.compile(r"<!-- portal-crawler uid=([0-9a-f-]{36}) -->")
_LAST_TAG = re.compile(r"</[a-z0-9]+>\s*\Z")


def marked(content: str, uid: str) -> str:
    """The body with a comment that names its article, so that the site itself knows which post is which.

    It stands inside the last element: on a line of its own WordPress would make an empty paragraph of it.
    """
    marker = f"<!-- portal-crawler uid={uid} -->"
    found = _LAST_TAG.search(content)
    return f"{content[: found.start()]}{marker}{found.group().strip()}" if found else f"{content}{marker}"


def uid_of(content: str) -> str:
    """The uid that a post's content names; empty where it names none."""
    found = _MARKER.search(content)
    return found.group(1) if found else ""


def post_fields(article: Ready, *, author: int, section: int, lead: int, meta: bool) -> dict[str, Any]:
    """What is sent for an article; `author`, `section` (0: none) and `lead` (0: none) are ids in the site.

    `meta` says that the site takes our custom fields.
    """
    row, plan = article.row, article.plan
    fields = {
        "title": row.title,
        "content": marked(article.content.html, row.uid),
        "excerpt": row.summary or "",
        "status": plan.status,
        "slug": plan.slug,
        "author": author,
        "categories": [section] if section else [],
        "featured_media": lead,
    }
    if plan.moment:
        fields["date_gmt"] = f"{plan.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    if meta:
        fields["meta"] = dict.fromkeys(META, "") | {
            name: value for name, value in source_fields(row).items() if name in META
        }
    return fields


def found_fields(post: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields of a post as the REST API shows it (context=edit)."""
    plain = {
        name: post[name]["raw"] if isinstance(post[name], dict) else post[name] for name in FIELDS if name != "meta"
    }
    meta = post.get("meta") or {}  # an empty list where nobody registered a field
    return {**plain, "meta": {name: meta[name] for name in META if name in meta}}


def row_hash(fields: Mapping[str, Any]) -> str:
    """SHA-256 of what is sent."""
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def same(one: Any, other: Any) -> bool:
    """True where two values differ in nothing but spaces and the spelling of characters ("&amp;" and "&")."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(name, ""), other.get(name, "")) for name in {*one, *other})
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    return bool(one == other)


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())

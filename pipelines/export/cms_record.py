"""An article as flat JSON for targets that import JSON, and files of such records, streamed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.export.records import json_text, source_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.export.folder import ExportFolder
    from pipelines.export.job import Ready
    from pipelines.export.mapping import TargetMapping
    from pipelines.export.media import Placed


def cms_record(article: Ready) -> dict[str, Any]:
    """What the target needs of an article.

    `moment` is always a date-time with offset (or null), `published_at` as precise as the source. Files are paths
    in the export, empty where only the source's address is known. `section` is a slug, `author` a login.
    """
    row, plan, content = article.row, article.plan, article.content
    return {
        "uid": row.uid,
        "title": row.title,
        "slug": plan.slug,
        "status": plan.status,
        "address": plan.address,
        "published_at": row.published_at,
        "moment": plan.moment.isoformat() if plan.moment else None,
        "updated_at": row.updated_at,
        "summary": row.summary,
        "body": content.html,
        "section": plan.section.slug if plan.section else None,
        "author": plan.author.login,
        "byline": row.author,
        "language": row.language,
        "lead_image": file_record(content.lead) if content.lead else None,
        "lead_shown": content.lead_shown,
        "images": [file_record(one) for one in article.media if one.row.kind == "image"],
        "attachments": [file_record(one) for one in article.media if one.row.kind == "attachment"],
        "urls": list(row.urls),
        **source_fields(row),
    }


def file_record(placed: Placed) -> dict[str, Any]:
    """One file of an article."""
    row = placed.row
    return {
        "file": placed.file,
        "name": placed.file_name,
        "type": placed.content_type,
        "sha256": row.sha256 if placed.file else None,
        "url": row.url,
        "title": row.name,
        "alt": row.alt,
        "caption": row.caption,
        "credit": row.credit,
    }


def section_records(mapping: TargetMapping) -> list[dict[str, Any]]:
    """The target's sections, every parent before its children."""
    by_slug = {one.slug: one for one in mapping.sections.values() if one.name}

    def depth(slug: str) -> int:
        parent = by_slug[slug].parent
        return 1 + depth(parent) if parent else 0

    ordered = sorted(by_slug.values(), key=lambda one: (depth(one.slug), one.slug))
    return [{"id": one.slug, "name": one.name, "parent": one.parent or None} for one in ordered]


def author_records(mapping: TargetMapping) -> list[dict[str, Any]]:
    """The target's authors, by login."""
    by_login = {one.login: one for one in mapping.authors.values()}
    return [{"id": login, "name": one.name, "email": one.email} for login, one in sorted(by_login.items())]


@contextmanager
def json_array(folder: ExportFolder, name: str, *, head: str = "", foot: str = "") -> Iterator[Callable[[Any], int]]:
    """A file with one JSON array, a record a line; what it yields writes a record and returns its size in bytes."""
    with folder.open(name) as out:
        count = 0

        def write(record: Any) -> int:
            nonlocal count
            out.text(",\n" if count else "")
            count += 1
            return out.write(json_text(record).encode())

        out.text(f"{head}[\n")
        yield write
        out.text(f"\n]{foot}\n")


def write_array(
    folder: ExportFolder, name: str, records: list[dict[str, Any]], *, head: str = "", foot: str = ""
) -> None:
    """A short JSON array as a file."""
    with json_array(folder, name, head=head, foot=foot) as write:
        for record in records:
            write(record)

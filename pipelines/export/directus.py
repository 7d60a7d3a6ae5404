"""Directus: JSON that its import endpoint upserts by primary key, so that it can be run again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.export.cms_record import author_records, cms_record, json_array, section_records, write_array
from pipelines.export.job import CmsJob
from pipelines.export.media import served_at
from pipelines.export.plan import TargetRules
from pipelines.export.records import json_text

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.media import Placed
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

RULES = TargetRules(permalink="/{slug}/")
MEDIA = "media"
STATUSES = {"publish": "published", "private": "archived", "draft": "draft"}

#: Fields of the collections, as POST /collections takes them: name -> type; relations are plain keys.
COLLECTIONS: dict[str, dict[str, str]] = {
    "sections": {"id": "string", "name": "string", "parent": "string"},
    "authors": {"id": "string", "name": "string", "email": "string"},
    "articles": {
        "id": "uuid", "status": "string", "title": "text", "slug": "string", "address": "string", "summary": "text",
        "body": "text", "published_at": "timestamp", "published_as": "string", "updated_at": "string",
        "section": "string", "author": "string", "byline": "string", "language": "string", "lead_image": "text",
        "images": "json", "attachments": "json", "old_addresses": "json", "source_url": "text", "source_hash": "string",
        "source_section": "string", "source_state": "string", "source_views": "integer", "source_duplicate_of": "uuid",
        "source_alternate_url": "text",
    },
}  # fmt: skip

README = """\
# Import into Directus 11

    URL=https://cms.example.vn TOKEN=…
    while read -r collection; do
      curl -fsS -X POST "$URL/collections" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d "$collection"
    done < collections.jsonl
    for name in sections authors articles; do
      curl -fsS -X POST "$URL/utils/import/$name" -H "Authorization: Bearer $TOKEN" -F "file=@$name.json;type=application/json"
    done

Rows are upserted by their primary key (articles: the source's uid): importing again changes what changed and doubles
nothing. `published_as` is the date as precise as the source gives it. Serve `media/` at the address given with
`--media-base-url`, or upload it; `media.csv` lists every file with its SHA-256, caption and alternative text.
"""


class DirectusExporter:
    """articles.json, sections.json, authors.json, and collections.jsonl that makes their collections."""

    name = "directus"
    description = "Directus: JSON for its import endpoint, upserted by key"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the collections; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            mapping = job.plan.mapping
            job.folder.write("README.md", README)
            job.folder.write("collections.jsonl", "".join(f"{json_text(one)}\n" for one in collections()))
            write_array(job.folder, "sections.json", section_records(mapping))
            write_array(job.folder, "authors.json", author_records(mapping))

            def address_of(placed: Placed) -> str | None:
                if not placed.file or not options.media_base_url:
                    return None
                return served_at(options.media_base_url, placed.file_name)

            with json_array(job.folder, "articles.json") as write:
                for article in job.articles(lambda _plan, _media: MEDIA, address_of):
                    write(record(article))
                    job.report.rows["articles"] += 1
            return job.finish()


def record(article: Ready) -> dict[str, Any]:
    """One row of the collection `articles`: exactly the fields that it has."""
    values = cms_record(article)
    values["id"] = values["uid"]
    values["status"] = STATUSES[values["status"]]
    values["published_as"] = values["published_at"]
    values["published_at"] = values["moment"]
    values["old_addresses"] = values["urls"]
    lead = values["lead_image"]
    values["lead_image"] = (lead["file"] or lead["url"]) if lead else None
    return {name: values.get(name) for name in COLLECTIONS["articles"]}


def collections() -> list[dict[str, Any]]:
    """The bodies for POST /collections."""
    return [
        {
            "collection": name,
            "schema": {},
            "meta": {"note": "imported by portal-crawler"},
            "fields": [_field(field, kind) for field, kind in fields.items()],
        }
        for name, fields in COLLECTIONS.items()
    ]


def _field(name: str, kind: str) -> dict[str, Any]:
    if name == "id":
        return {
            "field": name,
            "type": kind,
            "meta": {"readonly": True},
            "schema": {"is_primary_key": True, "has_auto_increment": False},
        }
    interface = {"body": "input-rich-text-html", "status": "select-dropdown"}.get(name)
    return {"field": name, "type": kind, "meta": {"interface": interface} if interface else {}, "schema": {}}

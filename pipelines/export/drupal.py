"""Drupal: a module with migrate_plus migrations and the JSON they read; running it again updates what changed."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.export.assets import asset_files
from pipelines.export.cms_record import author_records, cms_record, json_array, section_records, write_array
from pipelines.export.job import CmsJob
from pipelines.export.media import served_at
from pipelines.export.plan import TargetRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.export.folder import ExportFolder
    from pipelines.export.job import Ready
    from pipelines.export.media import Placed
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

RULES = TargetRules(permalink="/{slug}", title_limit=255)
MODULE = "portal_import"
MEDIA = f"{MODULE}/media"
INSTALLED = f"modules/custom/{MODULE}"
PUBLIC = "/sites/default/files/portal"
ARTICLES = "migrate_plus.migration.portal_articles.yml"

#: What our migrations select from an article; the rest would only make PHP's memory grow.
FIELDS = (
    "uid", "title", "summary", "body", "published", "created", "alias", "section", "author", "byline", "published_at",
    "source_url", "lead_file", "lead_alt", "lead_caption",
)  # fmt: skip
HEAD, FOOT = '{"data":', "}"


class DrupalExporter:
    """The module portal_import/: configuration, README, data/*.json in files of at most --max-bytes, media/."""

    name = "drupal"
    description = "Drupal: a module of migrate_plus migrations with their JSON and media"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the module; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            mapping = job.plan.mapping
            write_array(job.folder, f"{MODULE}/data/sections.json", section_records(mapping), head=HEAD, foot=FOOT)
            write_array(job.folder, f"{MODULE}/data/authors.json", author_records(mapping), head=HEAD, foot=FOOT)
            base = options.media_base_url or PUBLIC

            def address_of(placed: Placed) -> str | None:
                return served_at(base, placed.file_name) if placed.file else None

            with json_array(job.folder, f"{MODULE}/data/files.json", head=HEAD, foot=FOOT) as write:
                copy = job.shelf.copy
                job.shelf.copy = lambda name, source: (copy(name, source), write(_file(name)))
                with _Chunks(job.folder, options.max_bytes) as chunks:
                    for article in job.articles(lambda _plan, _media: MEDIA, address_of):
                        chunks.write(record(article))
                        job.report.rows["articles"] += 1
            _write_module(job.folder, chunks.names)
            return job.finish()


class _Chunks(ExitStack):
    """data/articles-0001.json and on: the migration reads a whole file at once, so each stays small."""

    def __init__(self, folder: ExportFolder, limit: int) -> None:
        super().__init__()
        self._folder = folder
        self._limit = limit
        self._size = 0
        self._write: Callable[[Any], int]
        self.names: list[str] = []
        self._next()

    def write(self, row: dict[str, Any]) -> None:
        """Write one record; the file ends when it is full."""
        if self._limit and self._size > self._limit:
            self._next()
        self._size += self._write(row)

    def _next(self) -> None:
        self.close()
        self._size = 0
        name = f"data/articles-{len(self.names) + 1:04d}.json"
        self.names.append(name)
        self._write = self.enter_context(json_array(self._folder, f"{MODULE}/{name}", head=HEAD, foot=FOOT))


def record(article: Ready) -> dict[str, Any]:
    """One article as the migration reads it; `created` is in seconds since 1970."""
    values = cms_record(article)
    plan, content = article.plan, article.content
    lead = content.lead if content.lead and content.lead.file and not content.lead_shown else None
    values |= {
        "published": int(plan.status == "publish"),
        "created": int(plan.moment.timestamp()) if plan.moment else None,
        "alias": plan.address.rstrip("/"),
        "lead_file": lead.file_name if lead else None,
        "lead_alt": lead.row.alt if lead else None,
        "lead_caption": lead.caption if lead else None,
    }
    return {name: values[name] for name in FIELDS}


def _file(name: str) -> dict[str, str]:
    file_name = name.rpartition("/")[2]
    return {"id": file_name, "path": f"{INSTALLED}/media/{file_name}", "uri": f"public://portal/{file_name}"}


def _write_module(folder: ExportFolder, chunks: list[str]) -> None:
    """The fixed files of the module, and the migration of articles with the files it has to read."""
    for name, text in asset_files(resources.files("pipelines.export") / "drupal_module", f"{MODULE}/"):
        if name.endswith(ARTICLES):
            urls = "\n".join(f"    - {INSTALLED}/{chunk}" for chunk in chunks)
            folder.write(name, re.sub(r"^ +- ARTICLE_FILES$", lambda _: urls, text, flags=re.MULTILINE))  # noqa: B023 - called at once
        else:
            folder.write(name, text)

"""Brings the rows of an export into Wagtail: made, changed, left alone, or kept because a person edited the page."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Site

from portal_import.models import PortalArticlePage, PortalIndexPage, PortalSection


class Importer:
    """One import from `folder`. Each article is one transaction, so a killed import goes on where it was."""

    def __init__(self, folder: Path, index_slug: str, overwrite: bool = False) -> None:
        self.folder = folder
        self.overwrite = overwrite
        self.counts: Counter[str] = Counter()
        self.conflicts: list[str] = []
        self.index = self._index(index_slug)

    def run(self) -> None:
        """Import sections, then every line of articles.jsonl."""
        for row in json.loads((self.folder / "sections.json").read_text("utf-8")):
            PortalSection.objects.update_or_create(
                slug=row["id"], defaults={"name": row["name"], "parent_id": row["parent"]}
            )
        with (self.folder / "articles.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                with transaction.atomic():
                    self.counts[self.article(line)] += 1

    def article(self, line: str) -> str:
        """Upsert one article by its source uid; returns what was done."""
        row = json.loads(line)
        mark = hashlib.sha256(line.encode()).hexdigest()
        page = PortalArticlePage.objects.filter(source_uid=row["uid"]).first()
        if page and page.import_hash == mark:
            return "unchanged"
        if page and not self.overwrite and page.latest_revision and page.latest_revision.user_id:
            self.conflicts.append(f"{page.url or page.pk}: edited in Wagtail; {row['source_url']} changed as well")
            return "kept"
        made = page is None
        page = page or PortalArticlePage(source_uid=row["uid"])
        files = self._files(row)
        self._fill(page, row, files)
        page.import_hash = mark
        if made:
            self.index.add_child(instance=page)
            for old in row["revisions"]:
                self._earlier(page, old, files)
            self._fill(page, row, files)
        revision = page.save_revision(changed=False)
        if page.live:
            revision.publish()
        else:
            page.save()
        PortalArticlePage.objects.filter(pk=page.pk).update(first_published_at=page.published_at)
        self._redirects(page, row)
        return "created" if made else "updated"

    def _earlier(self, page: PortalArticlePage, old: dict, files: dict) -> None:
        """An earlier version becomes a revision of its own time."""
        page.title = old["title"]
        page.summary = old["summary"] or ""
        page.body = self._body(old["blocks"], files)
        revision = page.save_revision(changed=False)
        type(revision).objects.filter(pk=revision.pk).update(created_at=old["captured_at"])

    def _files(self, row: dict) -> dict:
        files = {one["file"]: self._file(one, "image") for one in row["images"] if one["file"]}
        return files | {one["file"]: self._file(one, "document") for one in row["attachments"] if one["file"]}

    def _fill(self, page: PortalArticlePage, row: dict, files: dict) -> None:
        lead = row["lead_image"]
        page.title = row["title"]
        page.slug = row["slug"]
        page.live = row["status"] == "publish"
        page.source_url = row["source_url"]
        page.published_as = row["published_at"] or ""
        page.published_at = datetime.fromisoformat(row["moment"]) if row["moment"] else None
        page.byline = row["byline"] or ""
        page.section_id = row["section"]
        page.summary = row["summary"] or ""
        page.lead_image = files.get(lead["file"]) if lead and not row["lead_shown"] else None
        page.lead_caption = " ".join(filter(None, (lead["caption"], lead["credit"]))) if page.lead_image else ""
        page.body = self._body(row["blocks"], files)

    def _body(self, blocks: list, files: dict) -> list:
        """The blocks with the export's file names replaced by where this site has the files."""
        body = []
        for block in blocks:
            html = block["value"]
            for name, stored in files.items():
                address = stored.file.url if hasattr(stored, "width") else stored.url
                html = html.replace(f'"{name}"', f'"{address}"')
            body.append((block["type"], html))
        return body

    def _file(self, one: dict, kind: str):
        """The stored file of that SHA-1, uploaded where there is none yet."""
        model = get_image_model() if kind == "image" else get_document_model()
        found = model.objects.filter(file_hash=one["sha1"]).first()
        if found:
            return found
        title = (one["caption"] or one["title"] or one["alt"] or one["name"])[:255]
        with (self.folder / one["file"]).open("rb") as stream:
            stored = model(title=title, file=File(stream, name=one["name"]), file_hash=one["sha1"])
            if kind == "image" and hasattr(stored, "description"):
                stored.description = one["alt"][:255]
            stored.save()
        return stored

    def _redirects(self, page: PortalArticlePage, row: dict) -> None:
        """A row for each address ever seen; Wagtail compares path and query letter by letter."""
        for url in row["urls"] if page.live else ():
            path = Redirect.normalise_path(url)
            if path and path != "/":
                Redirect.objects.update_or_create(
                    old_path=path, site=None, defaults={"redirect_page": page, "is_permanent": True}
                )
                self.counts["redirects"] += 1

    def _index(self, slug: str) -> PortalIndexPage:
        found = PortalIndexPage.objects.filter(slug=slug).first()
        if found:
            return found
        root = Site.objects.get(is_default_site=True).root_page
        page = PortalIndexPage(title="Tin tức", slug=slug)
        root.add_child(instance=page)
        return page

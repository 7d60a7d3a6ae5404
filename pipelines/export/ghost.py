"""Ghost: one archive for its importer, posts and pictures together."""

from __future__ import annotations

import tempfile
import zipfile
from contextlib import contextmanager
from datetime import UTC
from html import escape
from typing import IO, TYPE_CHECKING, Any, Self, cast
from urllib.parse import unquote, urlsplit

from pipelines.export.job import CmsJob
from pipelines.export.plan import TargetRules, local_moment
from pipelines.export.records import json_text, source_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pipelines.export.folder import HashedFile
    from pipelines.export.job import Ready
    from pipelines.export.plan import Planned
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset, MediaRow, Row

RULES = TargetRules(permalink="/{slug}/", title_limit=255)
EXCERPT_LIMIT = 300
ALT_LIMIT = 125
ARCHIVE = "ghost.zip"

README = """\
# Import into Ghost 5 or 6

1. Settings -> Import/Export -> Universal import: `ghost.zip`, once. Ghost never looks for what it has: importing again doubles
   every post.
2. Settings -> Labs -> Redirects: `redirects.json`. Ghost compares paths only; an old address that names its article by a
   parameter (`?ID=`) cannot be redirected there: put the maps of `portal-crawler export redirects` into the web server.

Each body is one HTML card, so that tables and captions arrive as they are. `published_at` is UTC; undated articles are drafts.
"""

#: Zip entries carry a time; this one is the format's beginning, so that the same data give the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class GhostExporter:
    """ghost.zip (data and pictures) and redirects.json, for Settings -> Import/Export and Labs of Ghost's admin."""

    name = "ghost"
    description = "Ghost: an archive for its importer, and the redirects it can hold"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the archive; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            with job.folder.open(ARCHIVE) as out, Archive(out) as archive, tempfile.TemporaryFile() as spool:
                job.shelf.copy = archive.add
                _write_data(job, spool)
                archive.write("ghost.json", spool)
            _write_redirects(job)
            job.folder.write("README.md", README)
            return job.finish()


class Archive:
    """A zip that is written as a stream, with nothing in it that tells the time."""

    def __init__(self, out: HashedFile) -> None:
        self._zip = zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_DEFLATED)  # it only writes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, source: Path) -> None:
        """Add a file as it is: pictures do not get smaller."""
        with source.open("rb") as stream:
            self.write(name, stream, zipfile.ZIP_STORED)

    def write(self, name: str, stream: IO[bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
        """Add what a file holds, from its beginning."""
        info = zipfile.ZipInfo(name, ZIP_TIME)
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        info.file_size = stream.seek(0, 2)
        stream.seek(0)
        with self._zip.open(info, "w") as entry:
            while piece := stream.read(1 << 20):
                entry.write(piece)


def _write_data(job: CmsJob, spool: IO[bytes]) -> None:
    """Ghost's JSON, table after table, each row as it comes."""
    mapping = job.plan.mapping
    tags = {one.slug: one.name for one in mapping.sections.values() if one.name}
    users = {one.login: one for one in mapping.authors.values()}
    scratch = job.plan.scratch
    scratch.execute("CREATE TABLE ghost (post INTEGER PRIMARY KEY, tag TEXT, author TEXT, alt TEXT, caption TEXT)")
    newest = job.dataset.conn.execute("SELECT max(captured_at) FROM articles").fetchone()[0]
    moment = local_moment(newest)
    spool.write(
        b'{"db":[{"meta":{"exported_on":%d,"version":"5.0.0"},"data":{' % (moment.timestamp() * 1000 if moment else 0)
    )
    with _table(spool, "posts") as write:
        for article in job.articles(_place, lambda placed: f"__GHOST_URL__/{placed.file}" if placed.file else None):
            write(_post(article, job.report))
            scratch.execute("INSERT INTO ghost VALUES (?, ?, ?, ?, ?)", _joined(article))
            job.report.rows["posts"] += 1
    rows = scratch.execute
    _rows(spool, "tags", ({"id": slug, "slug": slug, "name": name} for slug, name in sorted(tags.items())))
    _rows(spool, "users", (
        {"id": login, "slug": login, "name": user.name, "email": user.email, "roles": ["Contributor"]}
        for login, user in sorted(users.items())
    ))  # fmt: skip
    _rows(spool, "posts_tags", (
        {"post_id": str(post), "tag_id": tag, "sort_order": 0}
        for post, tag in rows("SELECT post, tag FROM ghost WHERE tag IS NOT NULL ORDER BY post")
    ))  # fmt: skip
    _rows(spool, "posts_authors", (
        {"post_id": str(post), "author_id": author, "sort_order": 0}
        for post, author in rows("SELECT post, author FROM ghost ORDER BY post")
    ))  # fmt: skip
    _rows(spool, "posts_meta", (
        {"post_id": str(post), "feature_image_alt": alt, "feature_image_caption": caption}
        for post, alt, caption in rows("SELECT post, alt, caption FROM ghost WHERE coalesce(alt, caption) IS NOT NULL ORDER BY post")
    ), last=True)  # fmt: skip
    spool.write(b"}}]}\n")


def _post(article: Ready, report: ExportReport) -> dict[str, Any]:
    row, plan, content = article.row, article.plan, article.content
    excerpt = row.summary or None
    if excerpt and len(excerpt) > EXCERPT_LIMIT:
        report.warn("summary_too_long", row.uid, f"{len(excerpt)} characters; it stays in the body only")
        excerpt = None
    lead = content.lead if not content.lead_shown else None
    return {
        "id": str(row.id),
        "uuid": row.uid,
        "title": row.title,
        "slug": plan.slug,
        "lexical": lexical(content.html),
        "status": "published" if plan.status == "publish" else "draft",
        "visibility": "public",
        "type": "post",
        "feature_image": (f"__GHOST_URL__/{lead.file}" if lead.file else lead.row.url) if lead else None,
        "custom_excerpt": excerpt,
        "codeinjection_head": _source(row),
        "created_at": _utc(plan.moment or local_moment(row.captured_at)),
        "updated_at": _utc(local_moment(row.updated_at) or plan.moment or local_moment(row.captured_at)),
        "published_at": _utc(plan.moment),
    }


def lexical(html: str) -> str:
    """Ghost's document with the body as one HTML card: its own conversion of HTML loses tables' spans and captions."""
    card = {"type": "html", "version": 1, "html": html}
    root = {"children": [card], "direction": None, "format": "", "indent": 0, "type": "root", "version": 1}
    return json_text({"root": root})


def _source(row: Row) -> str:
    """Ghost has no custom fields: the identity in the source stands in the head of the page."""
    fields = source_fields(row)
    return "\n".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in fields.items())


def _joined(article: Ready) -> tuple[int, str | None, str, str | None, str | None]:
    section, lead = article.plan.section, article.content.lead
    shown = lead is not None and not article.content.lead_shown
    alt = lead.row.alt if lead and shown and len(lead.row.alt) <= ALT_LIMIT else ""
    caption = lead.caption if lead and shown else ""
    return article.row.id, section.slug if section else None, article.plan.author.login, alt or None, caption or None


def _write_redirects(job: CmsJob) -> None:
    """Ghost compares paths only, so only old addresses without a query can lead anywhere."""
    with job.folder.open("redirects.json") as out:
        out.text("[")
        glue = ""
        for article, url in job.plan.old_addresses():
            parts, address = urlsplit(url), job.plan.published(article)
            if not address:
                continue
            if parts.query or not parts.path.strip("/"):
                job.report.rows["redirects_impossible"] += 1
                continue
            rule = {"from": f"^{_escaped(unquote(parts.path))}$", "to": address, "permanent": True}
            out.text(f"{glue}\n{json_text(rule)}")
            glue = ","
            job.report.rows["redirects"] += 1
        out.text("\n]\n")


def _place(_plan: Planned, media: MediaRow) -> str:
    return "content/images" if media.kind == "image" else "content/files"


@contextmanager
def _table(spool: IO[bytes], name: str, *, last: bool = False) -> Iterator[Any]:
    first = True

    def write(row: dict[str, Any]) -> None:
        nonlocal first
        spool.write((b"" if first else b",\n") + json_text(row).encode())
        first = False

    spool.write(f'"{name}":[\n'.encode())
    yield write
    spool.write(b"]\n" if last else b"],\n")


def _rows(spool: IO[bytes], name: str, rows: Iterable[dict[str, Any]], *, last: bool = False) -> None:
    with _table(spool, name, last=last) as write:
        for row in rows:
            write(row)


def _utc(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}" if moment else None


def _escaped(path: str) -> str:
    return "".join(f"\\{letter}" if letter in r".^$*+?()[]{}|\/" else letter for letter in path)

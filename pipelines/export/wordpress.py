"""WordPress: WXR files that the official importer takes whole, each small enough to be uploaded."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from pipelines.export import wxr
from pipelines.export.assets import asset_files
from pipelines.export.job import CmsJob
from pipelines.export.media import importable, is_private, served_at
from pipelines.export.naming import short_hash
from pipelines.export.plan import TargetRules, local_moment
from pipelines.export.records import source_fields
from pipelines.export.wxr_parts import Parts

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.media import Placed
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

RULES = TargetRules(permalink="/{slug}/", distinct_moments=True)
MEDIA = "media"

README = """\
# Import into WordPress

1. Serve `media/` at the address given with `--media-base-url`: a public host, or the site's own. The importer fetches each
   file from there once, and refuses private hosts and handler addresses (`.ashx`).
2. Set the permalinks to what the export assumed ("Post name", or your `--permalink`), and the time zone to Ho Chi Minh City.
3. Import the files in their order: `for f in wordpress-*.xml; do wp import "$f" --authors=create; done`, or one by one with
   Tools -> Import -> WordPress (each is small enough for the upload limit given with `--max-bytes`).

Import once, into an empty site. Importing again adds every custom field again, ignores changed texts and makes a new post
of a changed title: updates go through the REST API, by `source_uid`.
`portal-crawler-fields.php` shows editors the old address, byline and date of each article: put it into
`wp-content/mu-plugins/`. A picture is set as featured only where the text does not show it itself.
Revisions: the importer takes none; earlier versions are in `export jsonl` (revisions.jsonl).
Articles of one title and moment were moved apart by a second each, because the importer takes such for one; the date as the
source gives it is in the custom field `source_published_at`. Undated articles are drafts without a date.
"""

ATTACHED = """
CREATE TABLE attached (
  file TEXT PRIMARY KEY, number INTEGER, parent INTEGER, moment TEXT, part INTEGER
) WITHOUT ROWID
"""


class WordPressExporter:
    """wordpress-0001.xml and so on: posts with their attachments, authors and categories; the files under media/."""

    name = "wordpress"
    description = "WordPress: WXR 1.2 files for its official importer, and the media"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the WXR files; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            site = _site(dataset, options)
            with Parts(job.folder, job.plan.mapping, site, options.max_bytes, job.report) as parts:
                posts = _Posts(job, parts, site)
                for article in job.articles(lambda _plan, _media: MEDIA, posts.media_address):
                    posts.write(article)
            job.folder.write("README.md", README)
            for name, text in asset_files(resources.files("pipelines.export") / "wordpress_plugin"):
                job.folder.write(name, text)
            return job.finish()


def _site(dataset: Dataset, options: ExportOptions) -> str:
    """The address of the site in the files: the target's, or else the source's."""
    if options.site_url:
        return options.site_url.rstrip("/")
    first = dataset.conn.execute("SELECT url FROM articles ORDER BY portal, published_at, uid LIMIT 1").fetchone()
    parts = urlsplit(first[0] if first else "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


class _Posts:
    """Turns ready articles into items. Posts have even numbers, attachments odd ones: they never meet."""

    def __init__(self, job: CmsJob, parts: Parts, site: str) -> None:
        self._job = job
        self._site = site
        self._parts = parts
        self._scratch = job.plan.scratch
        self._scratch.execute(ATTACHED)
        self._attachments = 0
        host = urlsplit(job.options.media_base_url).hostname or ""
        if host and is_private(host) and host != urlsplit(job.options.site_url).hostname:
            job.report.warn("media_host_private", "", f"{host}: WordPress fetches from it only if it is its own host")

    def media_address(self, placed: Placed) -> str | None:
        """Where the importer can fetch a file: from us when a base address is given, else from the source if it may."""
        options = self._job.options
        if placed.file and options.media_base_url:
            return served_at(options.media_base_url, placed.file_name)
        return safe_url_string(placed.row.url) if importable(placed.row.url) else None

    def write(self, article: Ready) -> None:
        """Write a post and those of its attachments that its file does not hold yet; they must stand together."""
        fetched: dict[str, Placed] = {}
        for placed in article.media:
            url = self.media_address(placed)
            if url is None:
                cure = "give --media-base-url" if placed.file else "fetch it while the portal lives"
                self._job.report.warn("media_not_importable", article.row.uid, f"{placed.row.url}: {cure}")
            elif placed.file and not self._job.options.media_base_url:
                self._job.report.warn("media_left_at_source", article.row.uid, f"{url}: give --media-base-url")
            if url is not None:
                fetched.setdefault(url, placed)
        items = {url: self._attachment(article, placed, url) for url, placed in fetched.items()}
        # themes show a featured picture above the text: one that stands in the text would be seen twice
        content = article.content
        lead = self.media_address(content.lead) if content.lead and not content.lead_shown else None
        post = self._post(article, self._number(lead) if lead else 0)
        plan = article.plan
        part = self._parts.room_for(
            len(post.encode()) + sum(len(one.encode()) for one in items.values()), plan, article.row.uid
        )
        self._parts.write(post)
        self._job.report.rows["posts"] += 1
        for url, text in items.items():
            written = self._scratch.execute(
                "UPDATE attached SET part = ? WHERE file = ? AND part IS NOT ?", (part, url, part)
            ).rowcount
            if written:
                self._parts.write(text)
                self._job.report.rows["attachments"] += 1

    def _post(self, article: Ready, thumbnail: int) -> str:
        row, plan = article.row, article.plan
        fields = source_fields(row)
        if thumbnail:
            fields["_thumbnail_id"] = str(thumbnail)
        return wxr.item(
            title=row.title,
            link=self._site + (plan.address or f"/?p={row.id * 2}"),
            guid=f"urn:uuid:{row.uid}",
            login=plan.author.login,
            content=article.content.html,
            excerpt=row.summary or "",
            number=row.id * 2,
            moment=plan.moment,
            slug=plan.slug,
            status=plan.status,
            kind="post",
            extra=wxr.term_of(plan.section) if plan.section else "",
            fields=fields.items(),
        )

    def _attachment(self, article: Ready, placed: Placed, url: str) -> str:
        """An attachment; the same file in another part is the same item again, which the importer recognises."""
        row = article.row
        moment = article.plan.moment or local_moment(row.captured_at)
        self._scratch.execute(
            "INSERT OR IGNORE INTO attached VALUES (?, ?, ?, ?, NULL)",
            (url, self._attachments * 2 + 1, row.id * 2, moment and moment.isoformat()),
        )
        number, parent, written = self._scratch.execute(
            "SELECT number, parent, moment FROM attached WHERE file = ?", (url,)
        ).fetchone()
        self._attachments += number == self._attachments * 2 + 1
        fields = {"source_url": placed.row.url}
        if placed.row.alt:
            fields["_wp_attachment_image_alt"] = placed.row.alt
        return wxr.item(
            title=placed.file_name,
            link=url,
            guid=url,
            login=article.plan.author.login,
            content="",
            excerpt=placed.caption or placed.row.name,
            number=number,
            moment=local_moment(written),
            slug=f"tep-{short_hash(url)}",
            status="inherit",
            kind="attachment",
            parent=parent,
            extra=wxr.attachment_url(url),
            fields=fields.items(),
        )

    def _number(self, url: str) -> int:
        found: int = self._scratch.execute("SELECT number FROM attached WHERE file = ?", (url,)).fetchone()[0]
        return found

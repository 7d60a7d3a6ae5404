"""Loads the data set into a running WordPress over REST: what is new or changed is sent, what people edited is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError
from pipelines.export.job import CmsJob
from pipelines.export.plan import TargetRules
from pipelines.load.client import TargetRefusedError
from pipelines.load.media import MediaLoad
from pipelines.load.posts import found_fields, post_fields, row_hash
from pipelines.load.report import Kept, LoadReport
from pipelines.load.threeway import agreed, arrived, difference, edited_fields
from pipelines.storage.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipelines.export.job import Ready
    from pipelines.export.protocol import ExportOptions
    from pipelines.load.site import Site
    from pipelines.storage.dataset import Dataset
    from pipelines.storage.ledger import Ledger

RULES = TargetRules(permalink="/{slug}/")
MEDIA = "media"
NO_FIELDS = (
    "editors do not see the old addresses: put portal-crawler-fields.php (of any export wordpress) into wp-content/mu-plugins "
    "and load again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """`export` chooses and maps as for an export.

    Articles whose uid is in `overwrite` are sent although they were edited in the target. A dry run asks, and changes nothing.
    """

    export: ExportOptions
    overwrite: Collection[str] = field(default_factory=frozenset)
    dry_run: bool = False


def plan_options(site: str, options: ExportOptions) -> ExportOptions:
    """The options by which a load plans: nothing is written to disk, addresses are the site's."""
    return replace(options, site_url=site, dry_run=True)


def load(dataset: Dataset, site: Site, ledger: Ledger, options: LoadOptions) -> LoadReport:
    """Bring the site up to date.

    Raises:
        ConfigurationError: the site cannot be used as it is, or values are unmapped.
        TargetDownError: the site does not answer; the same call goes on where this one stopped.
        StorageError: the ledger cannot be written.
    """
    site.check()
    asked = plan_options(site.client.site, options.export)
    nowhere = dataset.path.with_name(f".{dataset.path.name}.load")
    with CmsJob("wordpress-load", RULES, dataset, nowhere, asked) as job:
        job.shelf.copy = lambda _name, _source: None
        return _Load(job, site, ledger, options).run()


class _Load:
    """One batch."""

    def __init__(self, job: CmsJob, site: Site, ledger: Ledger, options: LoadOptions) -> None:
        self._job = job
        self._site = site
        self._ledger = ledger
        self._options = options
        self._batch = 0 if options.dry_run else ledger.begin_batch()
        self._sections = {one.slug: one for one in job.plan.mapping.sections.values() if one.name}
        self._report = LoadReport(batch=self._batch, findings=job.report)
        self._media = MediaLoad(
            site, ledger, options.export.media_folder, job.report, self._batch, dry_run=options.dry_run
        )

    def run(self) -> LoadReport:
        self._changed_at = self._site.changed_times()
        if not self._site.takes_fields:
            self._job.report.warn("fields_not_registered", "", NO_FIELDS)
        for article in self._job.articles(lambda _plan, _media: MEDIA, self._media.address_of):
            self._bring(article)
        self._left_out()
        self._job.finish()
        report = self._report
        report.media = self._media.sent
        report.sections, report.authors = self._site.made_sections, self._site.made_authors
        report.requests = self._site.client.requests
        if self._batch:
            self._ledger.finish_batch(self._batch, report.counts())
        return report

    def _bring(self, article: Ready) -> None:
        entry = self._ledger.get("article", article.row.uid)
        sent = post_fields(
            article,
            author=self._site.author(article.plan.author),
            section=self._site.section(article.plan.section, self._sections),
            lead=0 if article.content.lead_shown else self._media.id_of(article.content.lead),
            meta=self._site.takes_fields,
        )
        try:
            if entry is None or entry.target_id is None:
                self._create(article, sent, look=entry is not None and entry.status == "pending")
            else:
                self._refresh(article, entry, sent)
        except TargetRefusedError as refused:
            self._job.report.refuse("target_refused", article.row.uid, f"{refused}: {article.row.title}")
            if not self._options.dry_run:
                self._ledger.put(replace(self._new(article, sent), status="refused", message=str(refused)))

    def _create(self, article: Ready, sent: dict[str, Any], *, look: bool) -> None:
        self._report.created += 1
        if self._options.dry_run:
            return
        self._ledger.put(self._new(article, sent))
        try:
            post = self._site.create_post(article.row.uid, sent, look=look)
            if look and not arrived(sent, found_fields(post)):
                post = self._site.update_post(post["id"], sent)
        except TargetRefusedError:
            self._report.created -= 1
            raise
        self._written(article, sent, post, before=None)
        self._check_address(article, post)

    def _refresh(self, article: Ready, entry: Entry, sent: dict[str, Any]) -> None:
        assert entry.target_id is not None
        changed = row_hash(sent) != entry.row_hash
        moved = self._changed_at.get(entry.target_id)
        forced = article.row.uid in self._options.overwrite
        if moved is None:
            self._keep(article, entry, "deleted_in_target", "")
            return
        if not changed and moved == entry.modified and not forced:
            self._report.unchanged += 1
            return
        post = self._site.post(entry.target_id)
        if post is None:
            self._keep(article, entry, "deleted_in_target", "")
            return
        now = found_fields(post)
        edited = [name for name in edited_fields(entry.found, now, entry.sent) if not agreed(name, sent, now)]
        if edited and not forced:
            reason = "edited_in_both" if changed else "edited_in_target"
            self._keep(article, entry, reason, difference(edited, entry.found, {**entry.found, **sent}, now) if changed
                       else difference(edited, entry.found, entry.found, now))  # fmt: skip
        elif arrived(sent, now) or (not edited and not changed):
            self._report.unchanged += 1
            if not self._options.dry_run:
                self._ledger.put(self._entry(article, sent, post))
        else:
            self._report.updated += 1
            if not self._options.dry_run:
                self._written(article, sent, self._site.update_post(entry.target_id, sent), before=now)

    def _left_out(self) -> None:
        """Articles that were loaded once and are now to be left out: said, never deleted."""
        plan, conn = self._job.plan, self._job.dataset.conn
        portal = self._options.export.portal
        for entry in self._ledger.in_target("article"):
            if entry.target_id not in self._changed_at:
                continue
            found = conn.execute("SELECT id, title, state, portal FROM articles WHERE uid = ?", (entry.uid,)).fetchone()
            if found is None or (portal and found[3] != portal):
                continue
            reason = plan.left_out(found[0], found[2])
            if reason:
                why = f"left out now: {reason.replace('_', ' ')}; delete it there by hand, or change the mapping"
                kept = Kept(uid=entry.uid, title=found[1], reason="left_out_now", address=entry.address, difference=why)
                self._report.kept.append(kept)

    def _keep(self, article: Ready, entry: Entry, reason: str, text: str) -> None:
        row = article.row
        self._report.kept.append(
            Kept(uid=row.uid, title=row.title, reason=reason, address=entry.address, difference=text)
        )
        if not self._options.dry_run:
            self._ledger.put(replace(entry, status="kept", message=f"{reason}\n{text}".strip()))

    def _written(
        self, article: Ready, sent: dict[str, Any], post: dict[str, Any], before: dict[str, Any] | None
    ) -> None:
        if before is None:
            self._changed_at[post["id"]] = post["modified_gmt"]
        self._ledger.put(self._entry(article, sent, post), before=before, changed=True)

    def _entry(self, article: Ready, sent: dict[str, Any], post: dict[str, Any]) -> Entry:
        return replace(
            self._new(article, sent),
            target_id=post["id"],
            address=post["link"],
            status="loaded",
            found=found_fields(post),
            modified=post["modified_gmt"],
        )

    def _new(self, article: Ready, sent: dict[str, Any]) -> Entry:
        return Entry(kind="article", uid=article.row.uid, row_hash=row_hash(sent), sent=sent, batch_id=self._batch)

    def _check_address(self, article: Ready, post: dict[str, Any]) -> None:
        """The links between articles were written for the addresses that were planned.

        Raises:
            ConfigurationError: the site gives its posts other addresses.
        """
        wanted = f"{self._site.client.site}{article.plan.address}"
        if post["status"] != "publish" or post["link"] == wanted:
            return
        template = str(post.get("permalink_template", "")).replace("%postname%", article.plan.slug)
        if template != wanted:
            raise ConfigurationError(
                f"{self._site.client.site}: shows articles at {post['link']}, planned was {wanted}; set its permalinks "
                'to "Post name", or give its pattern with --permalink, then load again'
            )
        self._job.report.warn("slug_taken", article.row.uid, f"{post['link']} instead of {wanted}")

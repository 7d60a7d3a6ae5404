"""Compares every article of the database with what a WordPress site really holds, field by field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.export.job import CmsJob
from pipelines.export.records import source_fields
from pipelines.load.posts import FIELDS, META, found_fields
from pipelines.load.threeway import edited_fields
from pipelines.load.wordpress import MEDIA, RULES, plan_options
from pipelines.storage.times import now
from pipelines.verify.content import visible
from pipelines.verify.counts import count_source
from pipelines.verify.found import Comparison, Found
from pipelines.verify.old_addresses import OldAddresses, ask_old_addresses
from pipelines.verify.readback import ReadBack
from pipelines.verify.result import Difference, Verified, VerifyReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.export.job import Ready
    from pipelines.export.plan import Plan
    from pipelines.export.protocol import ExportOptions
    from pipelines.load.client import WordPressClient
    from pipelines.load.web import Web
    from pipelines.storage.dataset import Dataset
    from pipelines.storage.ledger import Entry


def verify(
    dataset: Dataset,
    client: WordPressClient,
    ledger: Mapping[str, Entry],
    options: ExportOptions,
    files: Mapping[str, Entry],
    front: Web | None = None,
) -> VerifyReport:
    """Read the site back and compare. `ledger` (by uid) and `files` (by SHA-256) explain what people or the site decided.

    `front` is the web server that readers meet: with it every old address is asked there.

    Raises:
        ConfigurationError: the site cannot be read, or values are unmapped.
        TargetDownError: it does not answer.
    """
    report = VerifyReport(target=client.site, at=now())
    known = {entry.target_id: uid for uid, entry in ledger.items() if entry.target_id is not None}
    back = ReadBack(client, known)
    try:
        report.found = back.count()
        asked = plan_options(client.site, options)
        nowhere = dataset.path.with_name(f".{dataset.path.name}.verify")
        with CmsJob("wordpress-verify", RULES, dataset, nowhere, asked) as job:
            job.shelf.copy = lambda _name, _source: None
            check = _Check(back, job.plan, ledger, files, report)
            for article in job.articles(lambda _plan, _media: MEDIA, lambda _placed: None):
                report.expected += 1
                report.articles.append(check.article(article))
            if front is not None:
                ask_old_addresses(
                    OldAddresses(front, client.site, asked.addressing, report.checked), dataset, asked, report
                )
            report.left_out = job.report.skipped + job.report.refused
            count_source(dataset, asked, report)
            job.finish()
        report.articles += _strangers(back)
    finally:
        back.close()
    report.sort()
    return report


def _strangers(back: ReadBack) -> Iterator[Verified]:
    """Posts of the site that belong to no article that should be there."""
    for uid, address in back.left():
        reason = "not_expected" if uid else "made_in_target"
        found = Difference(field="article", reason=reason, found=address)
        yield Verified(uid=uid, title="", source_url="", address=address, differences=(found,))


#: What is compared -> the fields of a post that hold it; what is not named here stands in its body.
POST_FIELDS = {
    "title": ("title",),
    "summary": ("excerpt",),
    "status": ("status",),
    "date_local": ("date_gmt",),
    "date_utc": ("date_gmt",),
    "section": ("categories",),
    "author": ("author",),
    "article": (),
} | dict.fromkeys(META, ("meta",))


class _Check:
    """The comparison of one article."""

    def __init__(
        self, back: ReadBack, plan: Plan, ledger: Mapping[str, Entry], files: Mapping[str, Entry], report: VerifyReport
    ) -> None:
        self._back = back
        self._ledger = ledger
        self._files = files
        self._report = report
        self._host = urlsplit(back.client.site).netloc
        self._comparison = Comparison(self, plan, report.checked)

    def article(self, article: Ready) -> Verified:
        """Compare an article with its post."""
        row = article.row
        entry = self._ledger.get(row.uid)
        posts = self._back.posts(row.uid)
        result = Verified(uid=row.uid, title=row.title, source_url=row.url, address="")
        self._report.checked["article"] += 1
        if not posts:
            missing = Difference(field="article", reason=_why_missing(entry), expected=row.title)
            return replace(result, similarity=0.0, differences=(missing,))
        self._back.take(row.uid)
        post = posts[0]
        there = self._found(article, post)
        found, text = self._comparison.differences(article, there)
        found += self._comparison.fields(_meta(article), there.fields)
        if len(posts) > 1:
            found.append(Difference(field="article", reason="doubled", found=" ".join(one["link"] for one in posts)))
        if entry and entry.found:
            edited = edited_fields(entry.found, found_fields(post), entry.sent)
            # an article that a load left alone because of an edit is as old as that edit in all its fields
            kept = FIELDS if edited and entry.status == "kept" else edited
            found = [_explained(one, kept) for one in found]
        sides: dict[str, Any] = {"left": tuple(row.body_text.splitlines()), "right": there.seen.lines} if found else {}
        return replace(
            result,
            address=post["link"],
            public=post["status"] == "publish",
            similarity=text.similarity,
            differences=tuple(found),
            **sides,
        )

    def _found(self, article: Ready, post: dict[str, Any]) -> Found:
        """A post; the date of an undated one is not compared, because WordPress moves it with every edit."""
        dated = article.plan.moment is not None
        return Found(
            address=post["link"],
            title=post["title"]["raw"],
            seen=visible(post["content"]["raw"]),
            summary=post["excerpt"]["raw"],
            status=post["status"],
            dates=(post["date"], post["date_gmt"]) if dated else None,
            section=" ".join(self._back.sections.get(one, str(one)) for one in post["categories"]),
            author=self._back.authors.get(post["author"], str(post["author"])),
            lead=self._back.file_of(post["featured_media"]),
            fields=found_fields(post)["meta"],
        )

    def is_file(self, url: str) -> bool:
        """As `Target`."""
        return self._back.is_file(url)

    def sha256(self, url: str) -> str:
        """As `Target`."""
        return self._back.sha256(url)

    def is_own(self, url: str) -> bool:
        """As `Target`."""
        return urlsplit(url).netloc == self._host

    def leads_somewhere(self, url: str) -> bool:
        """As `Target`."""
        return self._back.leads_somewhere(url)

    def refused(self, sha256: str, /) -> bool:
        """As `Target`."""
        return sha256 in self._files and self._files[sha256].status == "refused"

    def holds(self, _sha256: str, /) -> bool:
        """As `Target`: a file that no post shows was not sent."""
        return False


def _meta(article: Ready) -> dict[str, str]:
    """The custom fields that a load sends."""
    fields = source_fields(article.row)
    return {name: fields.get(name, "") for name in META}


def _why_missing(entry: Entry | None) -> str:
    if entry is None or entry.status == "undone":
        return "missing"
    if entry.status == "refused":
        return "target_refused"
    return "deleted_in_target" if entry.target_id is not None else "missing"


def _explained(one: Difference, edited: Sequence[str]) -> Difference:
    """A difference in a field that somebody edited in the target since it was loaded needs no other reason."""
    if one.explained or not set(POST_FIELDS.get(one.field, ("content", "featured_media"))) & set(edited):
        return one
    return replace(one, reason="edited_in_target")

"""Compares every article of the database with what a WordPress site really holds, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.export.job import CmsJob
from pipelines.load.posts import FIELDS, found_fields
from pipelines.load.threeway import edited_fields
from pipelines.load.wordpress import MEDIA, RULES, plan_options
from pipelines.storage.completeness import not_stored
from pipelines.storage.times import now
from pipelines.verify.content import Visible, match_text, plain, visible
from pipelines.verify.readback import ReadBack
from pipelines.verify.result import Difference, Verified, VerifyReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.export.job import Ready
    from pipelines.export.plan import Plan
    from pipelines.export.protocol import ExportOptions
    from pipelines.load.client import WordPressClient
    from pipelines.storage.dataset import Dataset, MediaRow
    from pipelines.storage.ledger import Entry


def verify(
    dataset: Dataset,
    client: WordPressClient,
    ledger: Mapping[str, Entry],
    options: ExportOptions,
    files: Mapping[str, Entry],
) -> VerifyReport:
    """Read the site back and compare. `ledger` (by uid) and `files` (by SHA-256) explain what people or the site decided.

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
            report.left_out = job.report.skipped + job.report.refused
            _count(dataset, asked, report)
            job.finish()
        report.articles += _strangers(back)
    finally:
        back.close()
    report.sort()
    return report


def _count(dataset: Dataset, options: ExportOptions, report: VerifyReport) -> None:
    """From what the portal showed down to what the target should have: every step with its reasons."""
    for portal in [options.portal] if options.portal else dataset.portals():
        report.not_stored.update(one.reason for one in not_stored(dataset.conn, portal))
    asked = report.expected + report.left_out.total()
    for state in ("live", "gone", "quarantined"):
        if state not in options.states and (number := dataset.count(portal=options.portal or None, states=(state,))):
            report.left_out[state] += number
            asked += number
    report.database = asked
    report.source = asked + report.not_stored.total()


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
}


class _Check:
    """The comparison of one article."""

    def __init__(
        self, back: ReadBack, plan: Plan, ledger: Mapping[str, Entry], files: Mapping[str, Entry], report: VerifyReport
    ) -> None:
        self._back = back
        self._plan = plan
        self._ledger = ledger
        self._files = files
        self._report = report
        self._host = urlsplit(back.client.site).netloc

    def article(self, article: Ready) -> Verified:
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
        seen = visible(post["content"]["raw"])
        text = match_text(row.body_text.splitlines(), seen.lines, _allowed(article))
        found = [*self._fields(article, post), *self._media(article, post, seen), *self._links(article, seen)]
        self._report.checked["text"] += 1
        if text.missing or text.added:
            found.append(
                Difference(
                    field="text", reason="text_differs", expected="\n".join(text.missing), found="\n".join(text.added)
                )
            )
        if len(posts) > 1:
            found.append(Difference(field="article", reason="doubled", found=" ".join(one["link"] for one in posts)))
        if entry and entry.found:
            edited = edited_fields(entry.found, found_fields(post), entry.sent)
            # an article that a load left alone because of an edit is as old as that edit in all its fields
            kept = FIELDS if edited and entry.status == "kept" else edited
            found = [_explained(one, kept) for one in found]
        sides: dict[str, Any] = {"left": tuple(row.body_text.splitlines()), "right": seen.lines} if found else {}
        return replace(result, address=post["link"], similarity=text.similarity, differences=tuple(found), **sides)

    def _fields(self, article: Ready, post: dict[str, Any]) -> Iterator[Difference]:
        row, plan = article.row, article.plan
        yield from self._equal("title", "title_differs", plain(row.title), plain(post["title"]["raw"]))
        yield from self._equal("summary", "summary_differs", plain(row.summary or ""), plain(post["excerpt"]["raw"]))
        status = "scheduled" if (plan.status, post["status"]) == ("publish", "future") else "status_differs"
        yield from self._equal("status", status, plan.status, post["status"])
        if plan.moment:
            local = f"{plan.moment:%Y-%m-%dT%H:%M:%S}"
            world = f"{plan.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
            yield from self._equal("date_local", "date_differs", local, post["date"])
            yield from self._equal("date_utc", "date_differs", world, post["date_gmt"])
        section = [plan.section.slug] if plan.section else []
        found = [self._back.sections.get(one, str(one)) for one in post["categories"]]
        yield from self._equal("section", "section_differs", " ".join(section), " ".join(found))
        author = self._back.authors.get(post["author"], str(post["author"]))
        yield from self._equal("author", "author_differs", plan.author.login, author)

    def _equal(self, field: str, reason: str, expected: str, found: str) -> Iterator[Difference]:
        self._report.checked[field] += 1
        if expected != found:
            yield Difference(field=field, reason=reason, expected=expected, found=found)

    def _media(self, article: Ready, post: dict[str, Any], seen: Visible) -> Iterator[Difference]:
        """Every stored file must be there, byte for byte; of what is not stored the old address must stand there."""
        lead = self._back.file_of(post["featured_media"])
        addresses = {*seen.images, *seen.links, *((lead,) if lead else ())}
        hashes = {self._back.sha256(one) for one in addresses if self._back.is_file(one)}
        for one in (*article.row.images, *article.row.attachments):
            self._report.checked[one.kind] += 1
            refused = one.sha256 in self._files and self._files[one.sha256 or ""].status == "refused"
            if one.sha256 and one.path and one.sha256 in hashes:
                continue
            if one.sha256 and one.path and not refused:
                yield Difference(field=one.kind, reason=f"{one.kind}_missing", expected=f"{one.url} {one.sha256}")
            elif one.url in addresses:
                reason = "media_refused" if refused else "media_not_stored"
                yield Difference(field=one.kind, reason=reason, expected=one.url, found=one.url)
            else:
                yield Difference(field=one.kind, reason=f"{one.kind}_missing", expected=one.url)

    def _links(self, article: Ready, seen: Visible) -> Iterator[Difference]:
        """As many links as in the source, those of the site lead somewhere, those of the old portal had to stay."""
        row = article.row
        self._report.checked["links"] += 1
        wanted, have = len(visible(row.body_html).links), len(seen.links)
        if have < wanted:
            yield Difference(field="links", reason="links_missing", expected=str(wanted), found=str(have))
        files = {one.url for one in (*row.images, *row.attachments)}
        for url in seen.links:
            parts = urlsplit(url)
            if parts.netloc == self._host:
                self._report.checked["link"] += 1
                if not self._back.is_file(url) and not self._back.leads_somewhere(url):
                    yield Difference(field="link", reason="link_broken", found=url)
            elif url not in files and self._plan.is_internal(url):
                address = self._plan.address_of(url)
                reason = (
                    "old_link_unknown" if address is None else "old_link_left" if address else "link_to_unpublished"
                )
                yield Difference(field="link", reason=reason, expected=address or "", found=url)


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


def _allowed(article: Ready) -> list[str]:
    """What follows behind the body in the target, and stands in no text of the source."""
    row = article.row
    lines = [row.alternate_url or "", *(_caption(one) for one in row.images)]
    return lines + [line for one in article.media for line in (one.row.name, one.file_name, one.caption)]


def _caption(one: MediaRow) -> str:
    return " ".join(part for part in (one.caption, one.credit) if part)

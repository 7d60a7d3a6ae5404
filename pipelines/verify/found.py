"""One article as a target has it, compared field by field with what the database says it should be."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from pipelines.export.plan import VIETNAM
from pipelines.verify.content import TextMatch, Visible, match_text, plain, visible
from pipelines.verify.result import Difference

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from pipelines.export.job import Ready
    from pipelines.export.plan import Plan
    from pipelines.storage.dataset import MediaRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article in a target; None: the target keeps no such field, so there is nothing to compare.

    `status` names all statuses of ours that the target's may stand for, with "|" between. `dates` are ISO date-times without
    offset, on the clock of Viet Nam and in UTC, empty where the target has none. `section` is a slug, `author` a login.
    `lead` is the address of the picture that stands for the article. `fields` are custom fields by our names.
    """

    address: str
    title: str
    seen: Visible
    summary: str | None = None
    status: str | None = None
    dates: tuple[str, str] | None = None
    section: str | None = None
    author: str | None = None
    byline: str | None = None
    lead: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class Target(Protocol):
    """What the comparison asks of a target besides its articles. Addresses are as they stand in its articles."""

    def is_file(self, url: str) -> bool:
        """True for the address of one of its files."""
        ...

    def sha256(self, url: str) -> str:
        """The hash of a file as the target has it; empty where it cannot be had."""
        ...

    def is_own(self, url: str) -> bool:
        """True for an address that the target itself answers."""
        ...

    def leads_somewhere(self, url: str) -> bool:
        """True where such an address shows something."""
        ...

    def refused(self, sha256: str, /) -> bool:
        """True for a file that the target did not take, and said so when it was sent."""
        ...

    def holds(self, sha256: str, /) -> bool:
        """True for a file that came along, although articles may still show it from the old portal."""
        ...


class Comparison:
    """Compares articles with `target`; `checked` counts single comparisons by field.

    `extra_lines` says that the page around the text is read too: then only missing lines count.
    """

    def __init__(self, target: Target, plan: Plan, checked: Counter[str], *, extra_lines: bool = False) -> None:
        self._target = target
        self._plan = plan
        self._checked = checked
        self._extra_lines = extra_lines

    def differences(self, article: Ready, found: Found) -> tuple[list[Difference], TextMatch]:
        """Every difference of an article, and how far the texts are alike."""
        text = match_text(article.row.body_text.splitlines(), found.seen.lines, _allowed(article))
        all_found = [*self._fields(article, found), *self._media(article, found), *self._links(article, found.seen)]
        self._checked["text"] += 1
        added = () if self._extra_lines else text.added
        if text.missing or added:
            all_found.append(
                Difference(
                    field="text", reason="text_differs", expected="\n".join(text.missing), found="\n".join(added)
                )
            )
        return all_found, text

    def _fields(self, article: Ready, found: Found) -> Iterator[Difference]:
        row, plan = article.row, article.plan
        yield from self._equal("title", "title_differs", plain(row.title), plain(found.title))
        if found.summary is not None:
            yield from self._equal("summary", "summary_differs", plain(row.summary or ""), plain(found.summary))
        if found.status is not None:
            reason = "scheduled" if (plan.status, found.status) == ("publish", "future") else "status_differs"
            status = plan.status if plan.status in found.status.split("|") else found.status
            yield from self._equal("status", reason, plan.status, status)
        local, world = dates_of(plan.moment.isoformat() if plan.moment else None)
        have_local, have_world = found.dates or (None, None)
        section = plan.section.slug if plan.section else ""
        for name, expected, have in (
            ("date_local", local, have_local), ("date_utc", world, have_world), ("section", section, found.section),
            ("author", plan.author.login, found.author), ("byline", plain(row.author or ""), found.byline),
        ):  # fmt: skip
            if have is not None:
                yield from self._equal(name, f"{name.partition('_')[0]}_differs", expected, plain(have))

    def fields(self, expected: dict[str, str], found: dict[str, str]) -> Iterator[Difference]:
        """Custom fields that the target keeps."""
        for name, value in expected.items():
            if name in found:
                yield from self._equal(name, "field_differs", plain(value), plain(found[name]))

    def _equal(self, name: str, reason: str, expected: str, found: str) -> Iterator[Difference]:
        self._checked[name] += 1
        if expected != found:
            yield Difference(field=name, reason=reason, expected=expected, found=found)

    def _media(self, article: Ready, found: Found) -> Iterator[Difference]:
        """Every stored file must be there, byte for byte; of what is not stored the old address must stand there."""
        addresses = {*found.seen.images, *found.seen.links, *((found.lead,) if found.lead else ())}
        written = {_spelled(one) for one in addresses}
        hashes = {self._target.sha256(one) for one in addresses if self._target.is_file(one)}
        for one in (*article.row.images, *article.row.attachments):
            self._checked[one.kind] += 1
            refused = self._target.refused(one.sha256 or "")
            if one.sha256 and one.path and one.sha256 in hashes:
                continue
            if _spelled(one.url) in written and self._target.holds(one.sha256 or ""):
                yield Difference(field=one.kind, reason="media_left_at_source", expected=one.url, found=one.url)
            elif one.sha256 and one.path and not refused:
                yield Difference(field=one.kind, reason=f"{one.kind}_missing", expected=f"{one.url} {one.sha256}")
            elif _spelled(one.url) in written:
                reason = "media_refused" if refused else "media_not_stored"
                yield Difference(field=one.kind, reason=reason, expected=one.url, found=one.url)
            else:
                yield Difference(field=one.kind, reason=f"{one.kind}_missing", expected=one.url)

    def _links(self, article: Ready, seen: Visible) -> Iterator[Difference]:
        """As many links as in the source, those of the target lead somewhere, those of the old portal had to stay."""
        row = article.row
        self._checked["links"] += 1
        wanted, have = len(visible(row.body_html).links), len(seen.links)
        if have < wanted:
            yield Difference(field="links", reason="links_missing", expected=str(wanted), found=str(have))
        files = {one.url for one in (*row.images, *row.attachments)}
        for url in seen.links:
            if self._target.is_file(url):
                continue
            if self._target.is_own(url):
                self._checked["link"] += 1
                if not self._target.leads_somewhere(url):
                    yield Difference(field="link", reason="link_broken", found=url)
            elif url not in files and self._plan.is_internal(url):
                address = self._plan.address_of(url)
                reason = (
                    "old_link_unknown" if address is None else "old_link_left" if address else "link_to_unpublished"
                )
                yield Difference(field="link", reason=reason, expected=address or "", found=url)


def dates_of(moment: str | None) -> tuple[str, str]:
    """A moment (ISO with offset) on both clocks; empty where there is none."""
    if not moment:
        return "", ""
    at = datetime.fromisoformat(moment)
    return f"{at.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _spelled(url: str) -> str:
    """An address for comparing, however its letters are quoted."""
    return unicodedata.normalize("NFC", unquote(url))


def _allowed(article: Ready) -> list[str]:
    """What follows behind the body in the target, and stands in no text of the source."""
    row = article.row
    lines = [row.alternate_url or "", *(_caption(one) for one in row.images)]
    return lines + [line for one in article.media for line in (one.row.name, one.file_name, one.caption)]


def _caption(one: MediaRow) -> str:
    return " ".join(part for part in (one.caption, one.credit) if part)

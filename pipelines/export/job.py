"""What all CMS exporters share: the plan, the media, and each article made ready for the target, one at a time."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self

from pipelines.export.content import content_of
from pipelines.export.index import ExportIndex
from pipelines.export.media import MediaShelf
from pipelines.export.naming import SLUG_LIMIT, slug
from pipelines.export.other_files import OtherFiles
from pipelines.export.plan import Plan, TargetRules
from pipelines.export.protocol import ExportReport
from pipelines.export.records import chosen, finish, open_export
from pipelines.export.versions import earlier_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipelines.export.content import Content
    from pipelines.export.media import Placed
    from pipelines.export.plan import Planned
    from pipelines.export.protocol import ExportOptions
    from pipelines.export.versions import Version
    from pipelines.storage.dataset import Dataset, MediaRow, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One article as the target will have it; `content` is its whole body and the picture that stands for it."""

    row: Row
    plan: Planned
    content: Content
    media: tuple[Placed, ...]


class CmsJob(ExitStack):
    """One export to a CMS: open folder, plan, media and index; `finish` makes it whole."""

    def __init__(
        self, kind: str, rules: TargetRules, dataset: Dataset, destination: Path, options: ExportOptions
    ) -> None:
        super().__init__()
        self.dataset = dataset
        self.options = options
        self.report = ExportReport()
        self.folder = open_export(kind, destination, options)
        self.plan = Plan(dataset, options, rules, self.report)

    def __enter__(self) -> Self:
        try:
            self.enter_context(self.folder)
            self.enter_context(self.plan)
            self._inner = self.enter_context(ExitStack())
            shelf = MediaShelf(self.folder, self.options, self.report, self.plan.scratch)
            self.shelf = self._inner.enter_context(shelf)
            self._index = self._inner.enter_context(ExportIndex(self.folder, self.report))
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def articles(
        self,
        place: Callable[[Planned, MediaRow], str],
        address_of: Callable[[Placed], str | None],
        elsewhere: Callable[[Planned, Placed], str | None] | None = None,
    ) -> Iterator[Ready]:
        """Each article that the target gets, in the data set's order.

        `place` names the folder of a file in the export, `address_of` tells where the target has a file, `elsewhere`
        the same as seen from other articles (None: the same address).
        """
        from_others = elsewhere or (lambda _planned, placed: address_of(placed))
        self._elsewhere = OtherFiles(self.dataset, self.plan, self.shelf, place, from_others)
        for row in chosen(self.dataset, self.options, self.report):
            planned = self.plan.of(row.id)
            if planned.status in ("skip", "refuse"):
                self._left_out(row, planned)
                continue
            self._findings(row, planned)
            placed = self.shelf.place(row, partial(place, planned))
            content = content_of(row, placed, self.plan, address_of, self._elsewhere.address, self.report)
            self._index.note(row, planned.status, planned.address)
            yield Ready(row=row, plan=planned, content=content, media=placed)

    def earlier(self, article: Ready, address_of: Callable[[Placed], str | None]) -> Iterator[tuple[Version, str]]:
        """The earlier versions of an article, oldest first, each with its body for the target."""
        for version in earlier_versions(self.dataset, article.row):
            row = replace(article.row, title=version.title, body_html=version.body_html)
            content = content_of(row, article.media, self.plan, address_of, self._elsewhere.address, ExportReport())
            yield version, content.html

    def finish(self) -> ExportReport:
        """Close what is open and write the manifest; the last call of an export."""
        self._inner.close()
        finish(self.folder, self.dataset, self.options, self.report)
        return self.report

    def _left_out(self, row: Row, planned: Planned) -> None:
        self.report.articles -= 1
        if planned.status == "skip":
            self.report.skip(planned.reason, row.uid, row.title)
        else:
            self.report.refuse(planned.reason, row.uid, row.title)

    def _findings(self, row: Row, planned: Planned) -> None:
        report = self.report
        if planned.moved and planned.moment:
            report.warn(
                "moved_by_seconds", row.uid, f"+{planned.moved} s to {planned.moment:%Y-%m-%d %H:%M:%S}: {row.title}"
            )
        if planned.moment is None:
            report.warn("undated", row.uid, row.title)
        elif planned.moment.date().isoformat() > row.captured_at[:10]:
            report.warn("dated_after_capture", row.uid, f"{row.published_at}: a target may hold it back until then")
        if row.flags:
            report.warn("flagged_for_review", row.uid, " ".join(row.flags))
        if len(slug(row.title, 10_000)) > SLUG_LIMIT:
            report.warn("slug_cut", row.uid, f"to {SLUG_LIMIT} characters: {planned.slug}")

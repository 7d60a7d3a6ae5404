"""Compares a database with the truth about its portal: what is missing, doubled or different, field by field."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.verify.compare import TokenScore, token_score
from pipelines.verify.structure import structure_of
from pipelines.verify.truth_file import Truth, TruthArticle, address

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipelines.storage.dataset import Dataset, Row

#: Least recall and precision of the words of a body.
BODY_FLOOR = 0.998
#: Differences of one field that are kept to be shown; the counts are always whole.
SHOWN = 5

FIELDS = (
    "title", "summary", "author", "category", "published_at", "body", "order", "structure", "images", "attachments", "alternate_url",
    "addresses", "state", "duplicate_of", "duplicate_kind", "media", "cited_documents",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not as it should be."""

    url: str
    expected: str
    got: str


@dataclass(slots=True, kw_only=True)
class FieldScore:
    """How often a field was right and wrong; `first` are the first differences."""

    right: int = 0
    wrong: int = 0
    first: list[Difference] = field(default_factory=list)

    def note(self, url: str, expected: Any, got: Any, *, right: bool) -> None:
        """Count one comparison."""
        if right:
            self.right += 1
            return
        self.wrong += 1
        if len(self.first) < SHOWN:
            self.first.append(Difference(url=url, expected=_shown(expected), got=_shown(got)))


@dataclass(slots=True, kw_only=True)
class TruthReport:
    """The result. `missing`, `doubled`, `merged` and `unknown` are addresses; `not_expected` counts articles by routes.

    `doubled` articles have several rows, `merged` rows hold several articles, `unknown` rows are no article of the
    portal. `recall` and `precision` are the lowest of any body.
    """

    expected: int = 0
    stored: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    not_expected: Counter[str] = field(default_factory=Counter)
    fields: dict[str, FieldScore] = field(default_factory=lambda: {name: FieldScore() for name in FIELDS})
    recall: float = 1.0
    precision: float = 1.0

    @property
    def clean(self) -> bool:
        """True where nothing is missing, doubled, merged, unknown or different."""
        lists = (self.missing, self.doubled, self.merged, self.unknown)
        return not any(lists) and not any(score.wrong for score in self.fields.values())


def compare_with_truth(dataset: Dataset, truth: Truth, routes: Collection[str]) -> TruthReport:
    """Compare the rows of the truth's portal. Articles that none of `routes` leads to need not be there.

    Rows are streamed; of them only their place in the truth is remembered.
    """
    comparison = _Comparison(dataset, truth, frozenset(routes))
    for row in dataset.articles(portal=truth.portal, states=("live", "gone", "quarantined")):
        comparison.add(row)
    return comparison.finish()


class _Comparison:
    def __init__(self, dataset: Dataset, truth: Truth, routes: frozenset[str]) -> None:
        self.report = TruthReport()
        self._dataset = dataset
        self._truth = truth.articles
        self._routes = routes
        self._by_address = {address(url): at for at, one in enumerate(truth.articles) for url in (one.url, *one.urls)}
        self._found: dict[int, str] = {}
        self._marked: dict[int, tuple[str | None, str | None]] = {}

    def add(self, row: Row) -> None:
        """Compare one row with the article it is."""
        self.report.stored += 1
        known = {address(url) for url in row.urls}
        places = sorted({self._by_address[one] for one in known if one in self._by_address})
        if not places:
            self.report.unknown.append(row.url)
            return
        if len(places) > 1:
            self.report.merged.append(row.url)
        at = self._by_address.get(address(row.url), places[0])
        if at in self._found:
            self.report.doubled.append(self._truth[at].url)
            return
        self._found[at] = row.uid
        self._marked[at] = (row.duplicate_of_uid, row.duplicate_kind)
        self._compare(self._truth[at], row, known)

    def finish(self) -> TruthReport:
        """What only all rows together can tell."""
        for at, one in enumerate(self._truth):
            if self._is_expected(one):
                self.report.expected += 1
                if at not in self._found:
                    self.report.missing.append(one.url)
            else:
                self.report.not_expected[",".join(one.found_by) or "no route"] += 1
        for at in self._found:
            self._compare_marks(at)
        return self.report

    def _is_expected(self, one: TruthArticle) -> bool:
        return not self._routes.isdisjoint(one.found_by)

    def _compare(self, one: TruthArticle, row: Row, known: set[str]) -> None:
        for name in ("title", "summary", "author", "category", "published_at", "state"):
            expected, got = getattr(one, name), getattr(row, name) or None
            if name == "published_at" and "date_from_lists" in row.flags:
                got = None  # the truth tells what the page prints
            self._note(one, name, expected, got)
        self._note(one, "alternate_url", _address(one.alternate_url), _address(row.alternate_url))
        self._compare_body(one, row)
        self._note(
            one,
            "images",
            [(address(url), caption, credit) for url, caption, credit in one.images],
            [(address(image.url), image.caption, image.credit) for image in row.images],
        )
        self._note(
            one,
            "attachments",
            [(address(url), name) for url, name in one.attachments],
            [(address(file.url), file.name) for file in row.attachments],
        )
        if one.cited_documents is not None:
            cited = [" ".join(filter(None, document)) for document in self._dataset.cited_documents(row.id)]
            self._note(one, "cited_documents", list(one.cited_documents), list(dict.fromkeys(cited)))
        lacking = sorted({address(url) for url in one.urls} - known)
        self._score("addresses").note(one.url, lacking, "not among the article's addresses", right=not lacking)
        files = (*row.images, *row.attachments)
        stored = {address(file.url): file.sha256 for file in files if file.sha256 and not file.fallback}
        for url, sha256 in one.media.items():
            if address(url) in stored:
                self._note(one, "media", f"{url} {sha256}", f"{url} {stored[address(url)]}")

    def _compare_body(self, one: TruthArticle, row: Row) -> None:
        score = token_score(one.body_text, row.body_text)
        self.report.recall = min(self.report.recall, score.recall)
        self.report.precision = min(self.report.precision, score.precision)
        right = score.recall >= BODY_FLOOR and score.precision >= BODY_FLOOR
        told = f"recall {score.recall:.4f}, precision {score.precision:.4f}{_first_difference(one, row, score)}"
        self._score("body").note(one.url, f"both at least {BODY_FLOOR}", told, right=right)
        wanted, found = one.body_text.split(), row.body_text.split()
        if sorted(wanted) == sorted(found):  # what is lost or added was told already
            self._note(one, "order", " ".join(wanted), " ".join(found))
        if one.structure is not None:
            self._note(one, "structure", list(one.structure), structure_of(row.body_html))

    def _compare_marks(self, at: int) -> None:
        """The duplicate marks, where the head that the truth names can be there."""
        one = self._truth[at]
        uid, kind = self._marked[at]
        head = self._by_address.get(address(one.duplicate_of)) if one.duplicate_of else None
        if one.duplicate_of and (head is None or head not in self._found):
            return
        of_uid = {uid: self._truth[place].url for place, uid in self._found.items()} if uid else {}
        expected = self._truth[head].url if head is not None else None
        got = of_uid.get(uid, uid) if uid else None
        self._note(one, "duplicate_of", expected, got)
        self._note(one, "duplicate_kind", one.duplicate_kind if expected else None, kind)

    def _note(self, one: TruthArticle, name: str, expected: Any, got: Any) -> None:
        self._score(name).note(one.url, expected, got, right=expected == got)

    def _score(self, name: str) -> FieldScore:
        return self.report.fields[name]


def _address(url: str | None) -> str | None:
    return address(url) if url else None


def _first_difference(one: TruthArticle, row: Row, score: TokenScore) -> str:
    """The first line that only one of the two bodies has."""
    if min(score.recall, score.precision) >= BODY_FLOOR:
        return ""
    wanted, found = one.body_text.split("\n"), row.body_text.split("\n")
    lost = next((line for line in wanted if line not in found), None)
    added = next((line for line in found if line not in wanted), None)
    return (f"; lost: {lost}" if lost else "") + (f"; added: {added}" if added else "")


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 300 else f"{text[:300]}…"

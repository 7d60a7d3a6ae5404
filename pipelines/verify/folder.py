"""Proves an export folder: its files by their checksums, its articles by comparing each with the database."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipelines.errors import ConfigurationError
from pipelines.export import directus, drupal, ghost, hugo, wagtail, wordpress
from pipelines.export.folder import CHECKSUMS, MANIFEST, read_manifest
from pipelines.export.index import INDEX
from pipelines.export.job import CmsJob
from pipelines.export.records import article_record, json_text
from pipelines.storage.times import now
from pipelines.verify.content import Visible
from pipelines.verify.counts import count_source
from pipelines.verify.export_readers import PLAIN, READERS
from pipelines.verify.found import Comparison, Found
from pipelines.verify.result import Difference, Verified, VerifyReport
from pipelines.verify.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.protocol import ExportOptions
    from pipelines.storage.dataset import Dataset, Row

RULES = {
    "wordpress": wordpress.RULES, "wagtail": wagtail.RULES, "ghost": ghost.RULES, "drupal": drupal.RULES,
    "directus": directus.RULES, "hugo": hugo.RULES,
}  # fmt: skip

#: What Hugo itself makes beside an export when it builds there.
BUILT = ("public/", "resources/", ".hugo_build.lock")


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of an export.

    Raises:
        ConfigurationError: the folder is no export of ours, or one that has nothing to compare.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise ConfigurationError(f"{folder}: holds no {MANIFEST} of ours; name a folder that `export` wrote")
    return manifest


def options_of(manifest: dict[str, Any], options: ExportOptions) -> ExportOptions:
    """The options by which an export was made, as far as its manifest tells; those given by hand win."""
    told = manifest.get("options", {})
    portals = manifest["portals"]
    return replace(
        options,
        portal=options.portal or (portals[0] if told.get("portal") else ""),
        since=manifest["since"] or "",
        states=tuple(manifest["states"]),
        permalink=options.permalink or told.get("permalink", ""),
        site_url=options.site_url or told.get("site_url", ""),
        media_base_url=told.get("media_base_url", ""),
        dry_run=True,
    )


def verify_folder(dataset: Dataset, folder: Path, options: ExportOptions) -> VerifyReport:
    """Compare an export with the database. `options` give the mapping that the export had.

    Raises:
        ConfigurationError: no export of ours, of a kind that holds no articles, or values are unmapped.
    """
    manifest = manifest_of(folder)
    kind = manifest["format"]
    if kind not in READERS and kind not in PLAIN:
        raise ConfigurationError(
            f"{folder}: an export of the kind {kind} holds no articles; `sha256sum -c {CHECKSUMS}` proves its files, "
            "--old-addresses what they do"
        )
    report = VerifyReport(target=str(folder), at=now())
    sums = dict(_checksums(folder))
    report.articles += _files(folder, manifest, sums, report)
    if set(report.reasons) - {"file_unexpected"}:
        return report  # what was changed or lost is not worth reading
    asked = options_of(manifest, options)
    with Scratch() as scratch:
        if kind in PLAIN:
            for uid, record in PLAIN[kind](folder):
                scratch.put(uid, record)
            report.found = scratch.count()
            _compare_plain(dataset, asked, scratch, report, as_text=kind == "csv")
        else:
            for uid, found in READERS[kind](folder):
                scratch.put(uid, asdict(found))
            report.found = scratch.count()
            _compare(dataset, folder, asked, kind, scratch, report, sums)
        for uid in scratch.left():
            extra = Difference(field="article", reason="not_expected", found=uid)
            report.articles.append(Verified(uid=uid, title="", source_url="", address="", differences=(extra,)))
    count_source(dataset, asked, report)
    if manifest["articles"] != report.found:
        wrong = Difference(
            field="count", reason="count_differs", expected=str(manifest["articles"]), found=str(report.found)
        )
        report.articles.append(Verified(uid="", title=MANIFEST, source_url="", address="", differences=(wrong,)))
    report.sort()
    return report


def _compare_plain(
    dataset: Dataset, options: ExportOptions, scratch: Scratch, report: VerifyReport, *, as_text: bool
) -> None:
    """Every column of every article, as it stands in the reading view."""
    rows = dataset.articles(portal=options.portal or None, since=options.since or None, states=options.states)
    for row in rows:
        report.expected += 1
        report.checked["article"] += 1
        found = scratch.take(row.uid)
        if found is None:
            differences = [Difference(field="article", reason="missing", expected=row.title)]
        else:
            differences = list(_columns(_expected(row, as_text=as_text), found, report))
        report.articles.append(
            Verified(
                uid=row.uid, title=row.title, source_url=row.url, address="", similarity=float(found is not None),
                differences=tuple(differences),
            )
        )  # fmt: skip


def _expected(row: Row, *, as_text: bool) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json_text(article_record(row)))
    if not as_text:
        return record
    return {name: "" if value is None else str(value) for name, value in record.items() if not isinstance(value, list)}


def _columns(expected: dict[str, Any], found: dict[str, Any], report: VerifyReport) -> Iterator[Difference]:
    for name, value in expected.items():
        report.checked[name] += 1
        if value != found.get(name):
            shown = (str(one)[:2000] for one in (value, found.get(name)))
            yield Difference(field=name, reason="column_differs", expected=next(shown), found=next(shown))


def _compare(
    dataset: Dataset, folder: Path, options: ExportOptions, kind: str, scratch: Scratch, report: VerifyReport,
    sums: dict[str, str],
) -> None:  # fmt: skip
    nowhere = folder.with_name(f".{folder.name}.verify")
    with CmsJob("folder-verify", RULES[kind], dataset, nowhere, options) as job:
        job.shelf.copy = lambda _name, _source: None
        target = _Folder(folder, options, sums)
        comparison = Comparison(target, job.plan, report.checked)
        for article in job.articles(lambda _plan, _media: "media", lambda _placed: None):
            report.expected += 1
            target.uid = article.row.uid
            report.articles.append(_verified(article, comparison, scratch, report))
        report.left_out = job.report.skipped + job.report.refused
        job.finish()


def _verified(article: Ready, comparison: Comparison, scratch: Scratch, report: VerifyReport) -> Verified:
    row = article.row
    report.checked["article"] += 1
    result = Verified(uid=row.uid, title=row.title, source_url=row.url, address="")
    found = scratch.take(row.uid)
    if found is None:
        missing = Difference(field="article", reason="missing", expected=row.title)
        return replace(result, similarity=0.0, differences=(missing,))
    there = _restored(found)
    differences, text = comparison.differences(article, there)
    sides: dict[str, Any] = (
        {"left": tuple(row.body_text.splitlines()), "right": there.seen.lines} if differences else {}
    )
    return replace(result, address=there.address, similarity=text.similarity, differences=tuple(differences), **sides)


def _restored(found: dict[str, Any]) -> Found:
    seen = Visible(*(tuple(part) for part in found["seen"].values()))
    return Found(**{**found, "seen": seen, "dates": tuple(found["dates"]) if found["dates"] else None})


class _Folder:
    """An export folder as a target. Files are known by their names, which hold the beginning of their hash."""

    def __init__(self, folder: Path, options: ExportOptions, sums: dict[str, str]) -> None:
        self.uid = ""
        self._host = urlsplit(options.site_url).netloc
        self._site = options.site_url.rstrip("/")
        self._names = {PurePosixPath(name).name: sha256 for name, sha256 in sums.items()}
        if (folder / ghost.ARCHIVE).is_file():
            self._names |= dict(_zipped(folder / ghost.ARCHIVE))
        self._of: dict[str, set[str]] = {}
        with (folder / "media.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if self._names.get(PurePosixPath(row["file"]).name) == row["sha256"]:
                    self._of.setdefault(row["uid"], set()).add(row["sha256"])
        with (folder / INDEX).open(encoding="utf-8", newline="") as stream:
            self._addresses = {row["address"] for row in csv.DictReader(stream)}

    def is_file(self, url: str) -> bool:
        """As `Target`."""
        return _name(url) in self._names

    def sha256(self, url: str) -> str:
        """As `Target`."""
        return self._names.get(_name(url), "")

    def is_own(self, url: str) -> bool:
        """As `Target`."""
        return url.startswith("/") or (bool(self._host) and urlsplit(url).netloc == self._host)

    def leads_somewhere(self, url: str) -> bool:
        """As `Target`; an article that this export leaves out by its date stands in the target already."""
        return url.partition("#")[0].removeprefix(self._site) in self._addresses

    def refused(self, _sha256: str, /) -> bool:
        """As `Target`: a folder takes everything."""
        return False

    def holds(self, sha256: str, /) -> bool:
        """As `Target`."""
        return sha256 in self._of.get(self.uid, ())


def _name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _zipped(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.startswith("content/"):
                found = hashlib.sha256()
                with archive.open(info) as stream:
                    while piece := stream.read(1 << 20):
                        found.update(piece)
                yield PurePosixPath(info.filename).name, found.hexdigest()


def _checksums(folder: Path) -> Iterator[tuple[str, str]]:
    with (folder / CHECKSUMS).open(encoding="utf-8") as stream:
        for line in stream:
            yield line[66:-1], line[:64]


def _files(folder: Path, manifest: dict[str, Any], sums: dict[str, str], report: VerifyReport) -> Iterator[Verified]:
    """Every file that the export lists is there as it was written, and none besides."""
    listed = hashlib.sha256((folder / CHECKSUMS).read_bytes()).hexdigest()
    if listed != manifest["checksums"]["sha256"]:
        yield _file("file_changed", CHECKSUMS, manifest["checksums"]["sha256"], listed)
    for name, sha256 in sums.items():
        report.checked["file"] += 1
        path = folder / name
        if not path.is_file():
            yield _file("file_missing", name, sha256, "")
            continue
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != sha256:
            yield _file("file_changed", name, sha256, found)
    made = BUILT if manifest["format"] == "hugo" else ()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in sums and name not in (MANIFEST, CHECKSUMS) and not name.startswith(made):
            yield _file("file_unexpected", name, "", "")


def _file(reason: str, name: str, expected: str, found: str) -> Verified:
    what = Difference(field="file", reason=reason, expected=expected, found=found or name)
    return Verified(uid="", title=name, source_url="", address="", similarity=0.0, differences=(what,))

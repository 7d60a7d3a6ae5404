"""Proves a built Hugo site: every article's page is read as readers get it, and compared with the database."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html

from pipelines.errors import ConfigurationError
from pipelines.export.folder import read_manifest
from pipelines.export.hugo import RULES, aliases, bundle_of
from pipelines.export.job import CmsJob
from pipelines.export.plan import local_moment
from pipelines.storage.times import now
from pipelines.verify.content import Visible, visible_of
from pipelines.verify.counts import count_source
from pipelines.verify.folder import options_of
from pipelines.verify.found import Comparison, Found, dates_of
from pipelines.verify.old_addresses import OldAddresses, ask_old_addresses
from pipelines.verify.result import Difference, Verified, VerifyReport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.protocol import ExportOptions
    from pipelines.load.web import Web
    from pipelines.storage.dataset import Dataset

BUILT = "public"


def verify_hugo(dataset: Dataset, site: Path, options: ExportOptions, front: Web | None = None) -> VerifyReport:
    """Compare a built site with the database. `site` is the folder of the export with public/ in it, or a built folder.

    Pages are read by the marks of the layouts that the export brings: article, h1, time, .byline, .section, .author.
    `front` is the web server that readers meet: with it every old address is asked there.

    Raises:
        ConfigurationError: there is no built site, or values are unmapped.
    """
    public = site / BUILT if (site / BUILT).is_dir() else site
    if not (public / "index.html").is_file():
        raise ConfigurationError(
            f"{site}: holds no built site; run `hugo` there first, or name the folder that it built"
        )
    manifest = read_manifest(site)
    asked = options_of(manifest, options) if manifest else replace(options, dry_run=True)
    report = VerifyReport(target=str(public), at=now())
    nowhere = public.with_name(f".{public.name}.verify")
    with CmsJob("hugo-verify", RULES, dataset, nowhere, asked) as job:
        job.shelf.copy = lambda _name, _source: None
        check = _Check(_Site(public, asked.site_url), job, report)
        for article in job.articles(lambda _plan, _media: "", lambda _placed: None):
            report.articles.append(check.article(article))
            report.expected += report.articles[-1].public
        report.left_out = job.report.skipped + job.report.refused
        if hidden := len(report.articles) - report.expected:
            report.left_out["not_public"] += hidden
        job.finish()
    if front is not None:
        addresses = OldAddresses(front, asked.site_url or front.site, asked.addressing, report.checked)
        ask_old_addresses(addresses, dataset, asked, report)
    count_source(dataset, asked, report)
    report.sort()
    return report


class _Check:
    """The comparison of one article with its page."""

    def __init__(self, site: _Site, job: CmsJob, report: VerifyReport) -> None:
        self._site = site
        self._report = report
        self._comparison = Comparison(site, job.plan, report.checked, extra_lines=True)

    def article(self, article: Ready) -> Verified:
        """Compare an article that is public; one that is not must have no page."""
        row, plan = article.row, article.plan
        self._report.checked["article"] += 1
        public = plan.status == "publish"
        result = Verified(uid=row.uid, title=row.title, source_url=row.url, address=plan.address, public=public)
        if not public:
            address = f"/{bundle_of(plan).removeprefix('content/')}/"
            shown = Difference(field="article", reason="not_expected", found=address)
            return replace(result, differences=(shown,) if self._site.page(address) else ())
        path = self._site.page(plan.address)
        if path is None:
            missing = Difference(field="article", reason="missing", expected=plan.address)
            return replace(result, similarity=0.0, differences=(missing,))
        self._report.found += 1
        self._site.at = plan.address
        there = _read(path, plan.address)
        found, text = self._comparison.differences(article, there)
        found += self._aliases(article)
        sides: dict[str, Any] = {"left": tuple(row.body_text.splitlines()), "right": there.seen.lines} if found else {}
        return replace(result, similarity=text.similarity, differences=tuple(found), **sides)

    def _aliases(self, article: Ready) -> Iterator[Difference]:
        """Old paths that Hugo answers itself lead to the page."""
        for alias in aliases(article.row):
            self._report.checked["alias"] += 1
            path = self._site.page(alias)
            if path is None or article.plan.address not in path.read_text("utf-8"):
                yield Difference(
                    field="old_address", reason="redirect_missing", expected=f"{alias} -> {article.plan.address}"
                )


def _read(path: Path, address: str) -> Found:
    """A page by the marks of our layouts; a site that has no <article> is read whole."""
    document = lxml.html.document_fromstring(path.read_text("utf-8"))
    root = next(iter(document.iter("article")), document)
    seen = visible_of(root)

    moment = local_moment(next(iter(_texts(root, ".//time/@datetime")), None))
    sections, authors = (
        [_last(one) for one in _texts(root, f".//a[@class='{kind}']/@href")] for kind in ("section", "author")
    )
    return Found(
        address=address,
        title="".join(_texts(root, ".//h1//text()")),
        seen=_absolute(seen, address),
        dates=dates_of(moment.isoformat() if moment else None),
        section=" ".join(sections),
        author=" ".join(authors) or None,
        byline="".join(_texts(root, ".//*[@class='byline']//text()")),
    )


def _texts(root: Any, path: str) -> list[str]:
    return [str(one) for one in root.xpath(path)]


def _last(address: str) -> str:
    return unquote(address).rstrip("/").rpartition("/")[2]


def _absolute(seen: Visible, address: str) -> Visible:
    """Addresses within the page as addresses of the site."""
    links = tuple(urljoin(address, one) for one in seen.links)
    return Visible(seen.lines, links, tuple(urljoin(address, one) for one in seen.images))


class _Site:
    """The built folder as a target; `at` is the address of the page that is being read."""

    def __init__(self, public: Path, site_url: str) -> None:
        self._public = public.resolve()
        self._host = urlsplit(site_url).netloc
        self._hashes: dict[Path, str] = {}
        self.at = ""

    def page(self, address: str) -> Path | None:
        """The file that a web server would answer with; None where it has none."""
        path = self._path(address)
        whole = path / "index.html" if path is not None and path.is_dir() else path
        return whole if whole is not None and whole.is_file() else None

    def is_file(self, url: str) -> bool:
        """As `Target`."""
        page = self.page(url) if self.is_own(url) else None
        return page is not None and page.suffix != ".html"

    def sha256(self, url: str) -> str:
        """As `Target`."""
        path = self.page(url)
        assert path is not None
        if path not in self._hashes:
            with path.open("rb") as stream:
                self._hashes[path] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._hashes[path]

    def is_own(self, url: str) -> bool:
        """As `Target`."""
        host = urlsplit(url).netloc
        return (not host and url.startswith("/")) or (bool(host) and host == self._host)

    def leads_somewhere(self, url: str) -> bool:
        """As `Target`."""
        return self.page(url) is not None

    def refused(self, _sha256: str, /) -> bool:
        """As `Target`: a built folder takes everything."""
        return False

    def holds(self, _sha256: str, /) -> bool:
        """As `Target`: what a page does not show, readers have not."""
        return False

    def _path(self, url: str) -> Path | None:
        path = (self._public / unquote(urlsplit(url).path).lstrip("/")).resolve()
        return path if path.is_relative_to(self._public) else None

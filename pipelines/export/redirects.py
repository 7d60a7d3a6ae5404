"""Redirects: every old address leads to its article's new one, in the words of each web server."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from pipelines.export.index import TextOf
from pipelines.export.plan import Plan, TargetRules
from pipelines.export.protocol import ExportReport
from pipelines.export.records import finish, open_export
from pipelines.export.redirect_candidates import Candidates
from pipelines.export.redirect_rules import RedirectRules
from pipelines.export.servers import apache, caddy, iis, nginx

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.folder import ExportFolder
    from pipelines.export.protocol import ExportOptions
    from pipelines.storage.dataset import Dataset

RULES = TargetRules(permalink="/{slug}/")

SEEN = """
SELECT u.article_id, a.uid, u.url, a.title, a.state
  FROM article_urls u JOIN articles a ON a.id = u.article_id
 WHERE ? = '' OR u.portal = ? ORDER BY u.article_id, u.url
"""
TABLES = {
    "redirects": ("url", "target", "uid"),
    "without_target": ("url", "uid", "state", "title", "candidate", "why"),
    "unsupported": ("url", "target", "uid"),
}
README = """\
# Redirects of the old addresses

`redirects.csv` holds every address ever seen with its new one; the folders hold the same as configuration, keyed by path
and item id, so that letter case, parameter order, padding and other parameters do not matter:

- `nginx/`: include `*.http.conf` in `http { }` and `*.server.conf` in `server { }`
- `apache/`: include `portal-redirects.conf` in the virtual host, with mod_rewrite
- `caddy/`: import the file, then `import portal_redirects` in the site (page addresses without an id are case-sensitive there)
- `iis/`: for the URL Rewrite module

`without_target.csv` lists addresses that lead nowhere yet, with the best candidate; `clashes.csv` those that would lead to two
places, which are in no map; `unsupported.csv` those whose item is chosen by a parameter that no rule knows.
"""


class _Seen(NamedTuple):
    """One row of SEEN."""

    article: int
    uid: str
    url: str
    title: str
    state: str


class RedirectsExporter:
    """Maps for nginx, Apache, Caddy and IIS, redirects.csv, and lists of what leads nowhere."""

    name = "redirects"
    description = "Redirect maps for nginx, Apache, Caddy and IIS, and as CSV"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the maps; `options.targets` wins over computed addresses. As `Exporter.export`."""
        report = ExportReport()
        with open_export(self.name, destination, options) as folder, Plan(dataset, options, RULES, report) as plan:
            rules = RedirectRules(dataset, plan, options, report)
            with _Lists(folder, Candidates(dataset, plan.scratch, rules.target), rules, report) as lists:
                for seen in dataset.conn.execute(SEEN, (options.portal, options.portal)):
                    lists.take(_Seen(*seen))
            for server in (nginx, apache, caddy, iis):
                server.write(folder, rules)
            with folder.open("clashes.csv") as out:
                table = csv.writer(TextOf(out), lineterminator="\n")
                table.writerow(("path", "item", "target", "uid", "url"))
                table.writerows(rules.clashes())
            folder.write("README.md", README)
            report.rows["rules"] = rules.count()
            finish(folder, dataset, options, report)
        return report


class _Lists(ExitStack):
    """The tables for people, filled while the rules are collected."""

    def __init__(
        self, folder: ExportFolder, candidates: Candidates, rules: RedirectRules, report: ExportReport
    ) -> None:
        super().__init__()
        self._rules = rules
        self._report = report
        self._candidates = candidates
        self._last = 0
        self._tables = {}
        for name, columns in TABLES.items():
            out = self.enter_context(folder.open(f"{name}.csv"))
            self._tables[name] = csv.writer(TextOf(out), lineterminator="\n")
            self._tables[name].writerow(columns)

    def take(self, seen: _Seen) -> None:
        """Make a rule of an address, or say why there is none."""
        target = self._rules.target(seen.article)
        if not target:
            candidate, why = self._candidates.best(seen.article, seen.title)
            self._tables["without_target"].writerow((seen.url, seen.uid, seen.state, seen.title, candidate, why))
            self._report.warn("without_target", seen.uid, f"{seen.url}: best candidate {candidate or 'none'}")
        elif self._rules.add(seen.url, seen.uid, target):
            self._report.articles += seen.article != self._last
            self._last = seen.article
            self._tables["redirects"].writerow((seen.url, target, seen.uid))
            self._report.rows["redirects"] += 1
        else:
            self._tables["unsupported"].writerow((seen.url, target, seen.uid))
            self._report.warn("unsupported_address", seen.uid, seen.url)

"""Every address ever seen as a rule "path and item id -> new address", without any that contradict each other."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from w3lib.url import safe_url_string

from pipelines.errors import ConfigurationError, why
from pipelines.export.addresses import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.export.plan import Plan
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

SCHEMA = """
CREATE TABLE targets (article INTEGER PRIMARY KEY, address TEXT);
CREATE TABLE rules (path TEXT, item TEXT, target TEXT, uid TEXT, url TEXT, clash INTEGER DEFAULT 0, PRIMARY KEY (path, item))
  WITHOUT ROWID;
CREATE TABLE clashes (path TEXT, item TEXT, target TEXT, uid TEXT, url TEXT);
CREATE INDEX clashes_address ON clashes (uid, url);
"""

#: A rule that another address of the same article repeats is no clash.
INSERT = """
INSERT INTO rules (path, item, target, uid, url) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (path, item) DO UPDATE SET clash = clash OR target <> excluded.target RETURNING target <> ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `path` is decoded and lower-cased at least in its ASCII letters; `item` is "" where none is named.

    `seen` is the decoded path of an address it stands for, in the letter case in which it was seen.
    """

    path: str
    item: str
    target: str
    seen: str


class RedirectRules:
    """The rules of one export, in the plan's temporary database.

    A path and item id that would lead to two places lead nowhere: both are listed as clashes.
    """

    def __init__(self, dataset: Dataset, plan: Plan, options: ExportOptions, report: ExportReport) -> None:
        self._plan = plan
        self._addressing = options.addressing
        self._report = report
        self._scratch = plan.scratch
        self._scratch.executescript(SCHEMA)
        self._given = options.targets is not None
        self.parameters: list[str] = []
        if options.targets is not None:
            known = "SELECT id FROM articles WHERE uid = ?"
            for uid, address in _given_targets(options.targets):
                found = dataset.conn.execute(known, (uid,)).fetchone()
                if found:
                    self._scratch.execute("INSERT OR REPLACE INTO targets VALUES (?, ?)", (found[0], address))
        self._site = options.site_url.rstrip("/")

    def target(self, article: int | None) -> str:
        """Where an article is in the target; empty where it is not."""
        if not self._given:
            return safe_target(self._plan.published(article))
        found = self._scratch.execute("SELECT address FROM targets WHERE article = ?", (article,)).fetchone()
        address = found[0] if found else ""
        return safe_target(f"{self._site}{address}" if address.startswith("/") else address)

    def add(self, url: str, uid: str, target: str) -> bool:
        """Take in an old address; False where no rule can tell it from others.

        That is so where an unknown parameter chooses what is shown, or the path cannot be written down.
        """
        name, item = self._addressing.item(url)
        others = [key for key, value in parameters(url) if value and not self._is_known(key, name)]
        if not item and others:
            return False
        if name and name not in self.parameters:
            self.parameters.append(name)
            self.parameters.sort(key=self._addressing.item_parameters.index)
        path = unquote(urlsplit(url).path) or "/"
        found = sorted({spelling for one in (path, *self._addressing.twins(path)) for spelling in spellings(one)})
        for spelling in found:
            self._insert(spelling, item, target, uid, url)
        return bool(found)

    def items(self) -> Iterator[Rule]:
        """The rules of paths that show items, sorted by path and id; "" is such a path without an id."""
        yield from self._rules("path IN (SELECT path FROM rules WHERE item <> '')")

    def pages(self) -> Iterator[Rule]:
        """The rules of paths that show one article whatever the parameters, sorted."""
        yield from self._rules("path NOT IN (SELECT path FROM rules WHERE item <> '')")

    def clashes(self) -> Iterator[tuple[str, ...]]:
        """(path, item, target, uid, url) of all that contradict each other, sorted."""
        query = """SELECT path, item, target, uid, url FROM rules WHERE clash
                   UNION ALL SELECT path, item, target, uid, url FROM clashes ORDER BY path, item, url"""
        yield from self._scratch.execute(query)

    def longest(self) -> int:
        """Bytes of the longest key, for the servers that must be told."""
        query = "SELECT coalesce(max(length(CAST(path AS BLOB)) + length(item)), 0) FROM rules WHERE NOT clash"
        found: int = self._scratch.execute(query).fetchone()[0]
        return found + 1

    def count(self) -> int:
        """The number of rules."""
        found: int = self._scratch.execute("SELECT count(*) FROM rules WHERE NOT clash").fetchone()[0]
        return found

    def _is_known(self, key: str, item_parameter: str) -> bool:
        return key in (item_parameter, "list") or self._addressing.is_noise(key)

    def _insert(self, path: str, item: str, target: str, uid: str, url: str) -> None:
        row = (path, item, target, uid, url)
        clash = self._scratch.execute(INSERT, (*row, target)).fetchall()[0][0]
        if clash:
            told = self._scratch.execute("SELECT 1 FROM clashes WHERE uid = ? AND url = ?", (uid, url)).fetchone()
            self._scratch.execute("INSERT INTO clashes VALUES (?, ?, ?, ?, ?)", row)
            if not told:  # each spelling of an address has a rule of its own
                self._report.refuse("redirect_clash", uid, f"{url}: leads to another article as well")

    def _rules(self, condition: str) -> Iterator[Rule]:
        query = f"SELECT path, item, target, url FROM rules WHERE NOT clash AND {condition} ORDER BY path, length(item), item"  # noqa: S608 - ours
        for path, item, target, url in self._scratch.execute(query):
            yield Rule(path=path, item=item, target=target, seen=unquote(urlsplit(url).path))


def spellings(path: str) -> set[str]:
    """The forms in which servers see a path when they fold ASCII letters only, composed or not."""
    whole = re.sub("/{2,}", "/", path)
    found = {
        ascii_lower(one)
        for one in (whole, unicodedata.normalize("NFC", whole), unicodedata.normalize("NFC", whole).lower())
    }
    if "." not in whole.rpartition("/")[2] and whole != "/":
        found |= {f"{one.rstrip('/')}/" for one in found} | {one.rstrip("/") for one in found}
    return {one for one in found if one.isprintable()}


def ascii_lower(text: str) -> str:
    """Lower-cased as web servers do it: bytes of ASCII only."""
    return text.encode().lower().decode()


def safe_target(address: str) -> str:
    """An address that no server's configuration reads as anything else: percent-encoded, no variable, no quote."""
    if not address:
        return ""
    return re.sub(r"[\"'$\\{}`|<>\s]", lambda match: f"%{ord(match[0]):02X}", safe_url_string(address))


def _given_targets(path: Path) -> Iterator[tuple[str, str]]:
    """(uid, address) of a CSV; an export's index.csv is one.

    Raises:
        ConfigurationError: it cannot be read or lacks the columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = csv.DictReader(stream)
            if not {"uid", "address"} <= set(table.fieldnames or ()):
                raise ConfigurationError(f"{path}: needs the columns uid and address; an export's index.csv has them")
            for line in table:
                if line["address"]:
                    yield line["uid"], line["address"]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path}: cannot be read ({why(error)}); name a CSV file with uid and address"
        ) from error

"""Makes the hand-over: the database without the crawl's own state, its files, a manifest, the dictionary, two READMEs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import closing
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError, StorageError
from pipelines.storage.backup import back_up
from pipelines.storage.dictionary import documented_schema, internal_tables, to_markdown
from pipelines.storage.schema import open_reader
from pipelines.storage.schema_formats import to_data_package
from pipelines.storage.times import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT = "portal-crawler-package 1"
DATABASE, MANIFEST, SUMS = "portal.db", "manifest.json", "SHA256SUMS"

CAPTURES = frozenset({"captures", "capture_dictionaries"})
#: Internal, but kept: the views count readers by sightings, and what was read by which rules need not be read again.
KEPT = frozenset({"article_sightings", "civic_readings", "link_readings"})
#: Not internal, as `explore` shows them, but of no use away from the machine whose people were told.
OWN = frozenset({"incidents"})


def make_package(
    database: Path,
    media: Path,
    destination: Path,
    *,
    version: str,
    captures: bool = False,
    archives: Sequence[Path] = (),
    reports: Mapping[str, Any] | None = None,
    titles: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write the folder `destination`, which must not exist; it appears whole or not at all. Returns the manifest.

    `captures` leaves the pages in as they were fetched; `archives` are WARC files to take along; `reports` are
    documents to write beside it as JSON, by their names; `titles` are the portals' full names.

    Raises:
        ConfigurationError: the destination exists.
        StorageError: it cannot be written, or a file of an article is missing or damaged.
    """
    if destination.exists():
        raise ConfigurationError(f"{destination}: exists; name a folder that does not, or remove it first")
    draft = destination.with_name(f".{destination.name}.{os.getpid()}.part")
    try:
        draft.mkdir(parents=True)
        back_up(database, draft / DATABASE, lambda conn: _strip(conn, captures=captures))
        with closing(open_reader(draft / DATABASE)) as conn:
            files = _copy_media(conn, media, draft / "media")
            facts = _facts(conn, titles or {})
            rows = {name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in _tables(conn)}  # noqa: S608 - names of the schema
        for archive in archives:
            (draft / "warc").mkdir(exist_ok=True)
            _copy(archive, draft / "warc" / archive.name)
        _write_words(
            draft,
            {**facts, "media": files, "version": version},
            captures=captures,
            extras=(bool(archives), "completeness.json" in (reports or {})),
        )
        for name, report in (reports or {}).items():
            _write(draft / name, json.dumps(report, ensure_ascii=False, indent=1, default=str) + "\n")
        manifest = {
            "format": FORMAT, "made_at": facts["made_at"], "program": f"portal-crawler {version}", "captures": captures,
            "rows": rows, "files": [_entry(draft, path) for path in _files(draft)],
        }  # fmt: skip
        _write(draft / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        _write(
            draft / SUMS,
            "".join(f"{_entry(draft, one)['sha256']}  {one.relative_to(draft)}\n" for one in _files(draft)),
        )
        draft.rename(destination)
    except OSError as error:
        raise StorageError(
            f"{destination}: cannot be written ({error.strerror or error}); make room or name another place"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _strip(conn: sqlite3.Connection, *, captures: bool) -> None:
    """Take out what only the crawl needs, and who ran it where."""
    present = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    unwanted = (internal_tables() | OWN) - KEPT - CAPTURES | (frozenset() if captures else CAPTURES)
    conn.execute("PRAGMA foreign_keys = ON")
    with conn:
        conn.execute("BEGIN")
        conn.execute("PRAGMA defer_foreign_keys = ON")  # emptied in no order of their own
        for table in sorted(present & unwanted):
            conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of the schema
        conn.execute("UPDATE runs SET host = '', pid = 0, command = spider, arguments = '{}'")
    conn.execute("VACUUM")


def _tables(conn: sqlite3.Connection) -> list[str]:
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    return [name for (name,) in rows if not name.startswith(("sqlite_", "_sqlite_", "articles_fts"))]


def _copy_media(conn: sqlite3.Connection, source: Path, target: Path) -> int:
    """Every file of a row, proven on the way; returns how many."""
    target.mkdir()
    rows = conn.execute("SELECT path, sha256 FROM media ORDER BY path").fetchall()
    for path, sha256 in rows:
        if not (source / path).is_file():
            raise StorageError(f"{source / path}: missing; crawl again (it fetches what is missing), then package")
        _copy(source / path, target / path)
        if sha256_of(target / path) != sha256:
            raise StorageError(f"{source / path}: not what its row says; crawl again, then package")
    return len(rows)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _facts(conn: sqlite3.Connection, titles: Mapping[str, str]) -> dict[str, Any]:
    portals = [
        titles.get(name, name) for (name,) in conn.execute("SELECT DISTINCT portal FROM articles ORDER BY portal")
    ]
    articles, first, last = conn.execute(
        "SELECT count(*), min(substr(published_at, 1, 10)), max(substr(published_at, 1, 10)) FROM v_articles"
    ).fetchone()
    return {
        "portals": ", ".join(portals) or "–",
        "articles": articles,
        "first": first or "–",
        "last": last or "–",
        "made_at": now(),
    }


#: Rows of the READMEs for what not every package has: WARC files, the report of completeness.
_ROWS_EN = (
    "| `warc/` | the portal's answers in the standard format of web archives |\n",
    "| `completeness.json` | by which ways articles were found, what is missing and why |\n",
)
_ROWS_VI = (
    "| `warc/` | các trang gốc theo định dạng lưu trữ web tiêu chuẩn (WARC) |\n",
    "| `completeness.json` | đã tìm thấy bài bằng những cách nào, còn thiếu gì và vì sao |\n",
)


def _write_words(folder: Path, facts: dict[str, Any], *, captures: bool, extras: tuple[bool, bool]) -> None:
    """The dictionary and both READMEs."""
    tables = documented_schema()
    _write(folder / "data-dictionary.md", f"# Data dictionary · Từ điển dữ liệu\n\n{to_markdown(tables)}")
    _write(
        folder / "datapackage.json", json.dumps(to_data_package(tables, DATABASE), ensure_ascii=False, indent=1) + "\n"
    )
    words = {
        "captures_en": ", with every page as it was fetched (`captures`)" if captures else "",
        "captures_vi": ", có kèm mọi trang gốc đã tải (`captures`)" if captures else "",
        "extra_en": "".join(row for row, wanted in zip(_ROWS_EN, extras, strict=True) if wanted),
        "extra_vi": "".join(row for row, wanted in zip(_ROWS_VI, extras, strict=True) if wanted),
    }
    texts = resources.files("pipelines.storage.handover")
    for name, title in (("README.md", "Articles of {}"), ("README.vi.md", "Tin bài của {}")):
        text = Template((texts / name).read_text(encoding="utf-8"))
        _write(folder / name, text.substitute(facts, **words, title=title.format(facts["portals"])))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _entry(folder: Path, path: Path) -> dict[str, Any]:
    return {"path": str(path.relative_to(folder)), "size": path.stat().st_size, "sha256": sha256_of(path)}

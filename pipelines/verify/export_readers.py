"""The articles of an export folder, read back out of the files that a CMS is given, format by format."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.export import directus, drupal, ghost
from pipelines.export.csv_table import inert
from pipelines.export.parquet import QUIET
from pipelines.export.plan import local_moment
from pipelines.storage.dataset import COLUMNS
from pipelines.verify.content import visible
from pipelines.verify.found import Found, dates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: An article of a format that keeps all columns as they are: its own record.
Record = dict[str, Any]

_WP = "{http://wordpress.org/export/1.2/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def jsonl(folder: Path) -> Iterator[tuple[str, Record]]:
    """JSON Lines: every line as it is."""
    for record in _lines(folder / "articles.jsonl"):
        yield record["uid"], record


def parquet(folder: Path) -> Iterator[tuple[str, Record]]:
    """Parquet: every row as it is."""
    import duckdb

    with duckdb.connect() as engine:
        engine.execute(QUIET)
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(folder / "articles.parquet")])
        names = [str(one[0]) for one in found.description or ()]
        while rows := found.fetchmany(200):
            for row in rows:
                record = dict(zip(names, row, strict=True))
                yield record["uid"], record


def csv_table(folder: Path) -> Iterator[tuple[str, Record]]:
    """CSV: the columns of articles.csv as text, with what goes on in long_texts.csv."""
    rest: dict[tuple[str, str], list[str]] = {}
    for row in _table(folder / "long_texts.csv"):
        rest.setdefault((row["uid"], row["column"]), []).append(row["text"])
    for row in _table(folder / "articles.csv"):
        yield row["uid"], {name: "".join([row[name], *rest.get((row["uid"], name), ())]) for name in COLUMNS}


def wagtail(folder: Path) -> Iterator[tuple[str, Found]]:
    """Wagtail's articles.jsonl."""
    for record in _lines(folder / "articles.jsonl"):
        html = "".join(one["value"] for one in record["blocks"])
        yield record["uid"], _of_record(record, html, record["status"], record["moment"])


def of_directus(folder: Path) -> Iterator[tuple[str, Found]]:
    """Directus's articles.json."""
    names = {there: here for here, there in directus.STATUSES.items()}
    for record in _array(folder / "articles.json"):
        yield record["id"], _of_record(record, record["body"], names[record["status"]], record["published_at"])


def of_drupal(folder: Path) -> Iterator[tuple[str, Found]]:
    """The data files of Drupal's module."""
    for path in sorted((folder / drupal.MODULE / "data").glob("articles-*.json")):
        for record in _array(path):
            status = "publish" if record["published"] else "draft|private"
            created = record["created"]
            moment = None if created is None else datetime.fromtimestamp(created, UTC).isoformat()
            record["lead_image"] = record["lead_file"]
            yield record["uid"], _of_record(record, record["body"], status, moment)


def of_ghost(folder: Path) -> Iterator[tuple[str, Found]]:
    """The JSON in Ghost's archive."""
    with zipfile.ZipFile(folder / ghost.ARCHIVE) as archive, archive.open("ghost.json") as stream:
        data = json.load(stream)["db"][0]["data"]
    tags = {row["post_id"]: row["tag_id"] for row in data["posts_tags"]}
    authors = {row["post_id"]: row["author_id"] for row in data["posts_authors"]}
    for post in data["posts"]:
        (card,) = json.loads(post["lexical"])["root"]["children"]
        excerpt = post["custom_excerpt"]
        yield (
            post["uuid"],
            Found(
                address=post["slug"],
                title=post["title"],
                seen=visible(card["html"]),
                summary=excerpt,
                status="publish" if post["status"] == "published" else "draft|private",
                dates=dates_of(post["published_at"]),
                section=tags.get(post["id"], ""),
                author=authors.get(post["id"], ""),
                lead=post["feature_image"] or "",
            ),
        )


def wordpress(folder: Path) -> Iterator[tuple[str, Found]]:
    """The WXR files, item by item."""
    for path in sorted(folder.glob("wordpress-*.xml")):
        files: dict[str, str] = {}
        for _, item in etree.iterparse(path, tag="item"):
            if _text(item, f"{_WP}post_type") == "attachment":
                files[_text(item, f"{_WP}post_id")] = _text(item, f"{_WP}attachment_url")
            item.clear()
        for _, item in etree.iterparse(path, tag="item"):
            if _text(item, f"{_WP}post_type") == "post":
                yield _wordpress_post(item, files)
            item.clear()


def _wordpress_post(item: Any, files: dict[str, str]) -> tuple[str, Found]:
    meta = {_text(one, f"{_WP}meta_key"): _text(one, f"{_WP}meta_value") for one in item.findall(f"{_WP}postmeta")}
    dates = [_text(item, f"{_WP}{name}").replace(" ", "T") for name in ("post_date", "post_date_gmt")]
    local, world = ("" if date.startswith("0000") else date for date in dates)
    section = item.find("category")
    return meta["source_uid"], Found(
        address=_text(item, "link"),
        title=unescape(_text(item, "title")),
        seen=visible(_text(item, _CONTENT)),
        summary=unescape(_text(item, _EXCERPT)),
        status=_text(item, f"{_WP}status"),
        dates=(local, world),
        section=section.get("nicename") if section is not None else "",
        author=_text(item, _CREATOR),
        byline=meta.get("source_byline", ""),
        lead=files.get(meta.get("_thumbnail_id", ""), ""),
    )


def hugo(folder: Path) -> Iterator[tuple[str, Found]]:
    """The page bundles of a Hugo site before it is built."""
    for path in sorted((folder / "content" / "articles").glob("*/*/index.md")):
        _, head, body = path.read_text("utf-8").split("---\n", 2)
        matter = {key: json.loads(value) for key, value in (line.split(": ", 1) for line in head.splitlines())}
        moment = local_moment(matter.get("published"))
        yield (
            matter["source"]["source_uid"],
            Found(
                address=matter.get("url", ""),
                title=matter["title"],
                seen=visible(body),
                summary=matter.get("description", ""),
                status="draft|private" if matter["draft"] else "publish",
                dates=dates_of(moment.isoformat() if moment else None),
                section=next(iter(matter.get("categories", ())), ""),
                author=next(iter(matter.get("authors", ())), None),
                byline=matter.get("byline", ""),
                lead=matter.get("lead_image", ""),
            ),
        )


READERS: dict[str, Callable[[Path], Iterator[tuple[str, Found]]]] = {
    "wordpress": wordpress,
    "wagtail": wagtail,
    "ghost": of_ghost,
    "drupal": of_drupal,
    "directus": of_directus,
    "hugo": hugo,
}
PLAIN: dict[str, Callable[[Path], Iterator[tuple[str, Record]]]] = {
    "jsonl": jsonl,
    "csv": csv_table,
    "parquet": parquet,
}


def _of_record(record: Record, html: str, status: str, moment: str | None) -> Found:
    """An article out of the record that all JSON targets share."""
    lead = record["lead_image"]
    return Found(
        address=record.get("address") or record.get("alias") or "",
        title=record["title"],
        seen=visible(html),
        summary=record["summary"] or "",
        status=status,
        dates=dates_of(moment),
        section=record["section"] or "",
        author=record["author"],
        byline=record["byline"] or "",
        lead=(lead if isinstance(lead, str) else (lead or {}).get("file") or "") or "",
    )


def _lines(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            yield json.loads(line)


def _array(path: Path) -> Iterator[Record]:
    """The records of a file that holds one a line between its first and last line."""
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            text = line.rstrip("\n").removesuffix(",")
            if text.startswith("{") and text.endswith("}"):
                yield json.loads(text)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: _bare(value) for name, value in row.items()}


def _bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


def _text(element: Any, path: str) -> str:
    return element.findtext(path) or ""

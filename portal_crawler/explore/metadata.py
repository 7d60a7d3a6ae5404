"""Datasette's metadata, from the one data dictionary and the ready questions."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from pipelines.storage.dictionary import documented_schema, internal_tables
from portal_crawler.explore.questions import questions

if TYPE_CHECKING:
    from pipelines.storage.dictionary import TableDoc

#: The name under which the page shows the database, whatever its file is called.
DATABASE = "portal"

#: What stands beside the table of articles for narrowing it down.
FACETS = ("category", "author", "year", "state")


def metadata() -> dict[str, Any]:
    """What Datasette is told: titles, descriptions, units, facets, hidden tables and canned queries."""
    hidden = internal_tables()
    tables = {one.name: _table(one, hidden=one.name in hidden) for one in documented_schema()}
    tables["v_browse"] |= {
        "facets": [*FACETS],
        "facet_size": 12,
        "sort_desc": "published_at",
        "fts_table": "articles_fts",
        "fts_pk": "id",
        "size": 30,
    }
    tables["v_articles"] |= {"sort_desc": "published_at", "fts_table": "articles_fts", "fts_pk": "id", "size": 10}
    return {"title": "Cổng thông tin", "databases": {DATABASE: {"tables": tables, "queries": _queries()}}}


def _table(table: TableDoc, *, hidden: bool) -> dict[str, Any]:
    return {
        "description_html": _two(table.vietnamese, table.english),
        "columns": {one.name: f"{one.vietnamese} — {one.english}" for one in table.columns},
        "hidden": hidden,
    }


def _queries() -> dict[str, Any]:
    return {
        one.name: {
            "sql": one.sql,
            "title": one.title[1],
            "description_html": _two(one.about[1], f"{one.title[0]} {one.about[0]}"),
            "hide_sql": True,
        }
        for one in questions().by_name.values()
    }


def _two(vietnamese: str, english: str) -> str:
    return f'<p>{escape(vietnamese)}</p><p class="en" lang="en">{escape(english)}</p>'

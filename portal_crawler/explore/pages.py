"""Our own pages: the front, the list of articles, one article, the ready questions and the data dictionary."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound, Response

from pipelines.storage.dictionary import documented_schema, internal_tables
from pipelines.storage.times import HOME
from portal_crawler.explore.browsing import PAGE, find
from portal_crawler.explore.metadata import FACETS
from portal_crawler.explore.questions import questions
from portal_crawler.explore.reading import article_page
from portal_crawler.explore.snapshot import read, records

if TYPE_CHECKING:
    import sqlite3

#: Questions whose pictures stand on the front page.
FRONT = ("output_by_month", "sections", "weekdays")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?")


async def home(request: Any, datasette: Any) -> Any:
    """What there is, pictures of it, and the ways in."""
    context = await read(datasette, _front)
    return await _page(datasette, request, "home.html", context)


async def articles(request: Any, datasette: Any) -> Any:
    """Articles by words and facets."""
    words = request.args.get("q") or ""
    chosen = {name: request.args[name] for name in FACETS if name in request.args}
    page = _whole_number(request.args.get("page"))
    found = await read(datasette, lambda conn: find(conn, words, chosen, page))
    context = {
        "words": words,
        "chosen": chosen,
        "found": found,
        "page": page,
        "pages": math.ceil(found.total / PAGE),
        "address": lambda **changed: _address(words, chosen, **changed),
        "table_query": urlencode(
            {**({"_search": words} if words else {}), **{f"{k}__exact": v for k, v in chosen.items()}}
        ),
    }
    return await _page(datasette, request, "articles.html", context)


async def article(request: Any, datasette: Any) -> Any:
    """One article, read like an article."""
    uid = request.url_vars["uid"]
    found = await read(datasette, lambda conn: article_page(conn, uid))
    if found is None:
        raise NotFound(f"no article {uid} in this database")
    return await _page(datasette, request, "article.html", {"article": found, "row": found.row})


async def all_questions(request: Any, datasette: Any) -> Any:
    """The ready questions by group."""
    return await _page(datasette, request, "all_questions.html", {})


async def dictionary(request: Any, datasette: Any) -> Any:
    """What every table and column means."""
    hidden = internal_tables()
    tables = [one for one in documented_schema() if one.name not in hidden]
    return await _page(datasette, request, "dictionary.html", {"tables": tables})


def vietnamese_date(value: str | None) -> str:
    """A stored date as people write it: "26/10/2018", with "11:00" where a time is known."""
    found = _DATE.match(value or "")
    if not found:
        return ""
    year, month, day, time = found.groups()
    return f"{day}/{month}/{year}" + (f", {time}" if time else "")


async def _page(datasette: Any, request: Any, template: str, context: dict[str, Any]) -> Any:
    body = await datasette.render_template(template, context, request=request)
    return Response.html(body)


def _front(conn: sqlite3.Connection) -> dict[str, Any]:
    pictures = []
    for name in FRONT:
        question = questions().by_name[name]
        cursor = conn.execute(question.sql)
        columns = [column[0] for column in cursor.description]
        pictures.append((question, columns, cursor.fetchall()))
    run = next(iter(records(conn, "SELECT started_at, verdict FROM runs ORDER BY id DESC LIMIT 1")), None)
    if run is not None:  # kept in UTC, unlike the times of articles beside it
        run["started_at"] = datetime.fromisoformat(run["started_at"]).astimezone(HOME).isoformat()
    return {
        "totals": records(conn, _TOTALS)[0],
        "portals": [name for (name,) in conn.execute("SELECT DISTINCT portal FROM articles ORDER BY 1")],
        "last_run": run,
        "latest": records(conn, _LATEST),
        "pictures": pictures,
    }


def _address(words: str, chosen: dict[str, str], **changed: Any) -> str:
    """The address of the same list with something else chosen; None takes a choice away."""
    values = {"q": words or None, **chosen, **changed}
    return "/articles?" + urlencode({name: value for name, value in values.items() if value is not None})


def _whole_number(text: str | None) -> int:
    return max(1, int(text)) if text and re.fullmatch(r"[0-9]{1,6}", text) else 1


_TOTALS = """
SELECT count(*) AS articles, sum(duplicate_of IS NOT NULL) AS duplicates, sum(state = 'gone') AS gone,
       min(substr(published_at, 1, 10)) AS first, max(substr(published_at, 1, 10)) AS last,
       (SELECT count(*) FROM article_revisions) AS versions, (SELECT count(*) FROM media) AS files,
       (SELECT count(*) FROM captures) AS captures
  FROM articles
"""
_LATEST = """
SELECT published_at, title, category, uid FROM v_browse WHERE published_at IS NOT NULL ORDER BY published_at DESC, uid LIMIT 8
"""

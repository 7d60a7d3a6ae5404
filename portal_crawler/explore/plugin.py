"""What is added to Datasette: our pages, links from rows to articles, charts, and headers that let nothing in or out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from datasette import hookimpl as _hookimpl
from markupsafe import Markup

from portal_crawler.explore import charts, errors, files, pages
from portal_crawler.explore.metadata import DATABASE
from portal_crawler.explore.questions import questions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

F = TypeVar("F", bound=Callable[..., Any])
hookimpl: Callable[[F], F] = _hookimpl

#: Nothing from elsewhere, no script at all; frames and forms lead only here.
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_LOOPBACK = frozenset([b"127.0.0.1", b"localhost", b"[::1]"])


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our own pages; they come before Datasette's."""
    return [
        (r"^/$", pages.home),
        (r"^/articles$", pages.articles),
        (r"^/article/(?P<uid>[0-9A-Fa-f-]{36})$", pages.article),
        (r"^/questions$", pages.all_questions),
        (r"^/dictionary$", pages.dictionary),
        (r"^/media/(?P<sha256>[0-9a-f]{64})$", files.stored_file),
        (r"^/capture/(?P<number>[0-9]{1,18})$", files.capture),
        (r"^/capture/(?P<number>[0-9]{1,18})/source$", files.capture_source),
    ]


@hookimpl
def render_cell(value: Any, column: str, row: Any, database: str) -> Markup | None:
    """A uid leads to its article, and so does a title beside a uid; addresses are text, for nobody knows who serves them today."""
    if database != DATABASE or not isinstance(value, str) or not value:
        return None
    if column == "uid" or column.endswith("_uid"):
        return Markup('<a href="/article/{}">{}…</a>').format(quote(value), value[:8])
    if column == "title" and "uid" in row.keys():  # noqa: SIM118 - a sqlite3.Row is no dict
        return Markup('<a href="/article/{}">{}</a>').format(quote(row["uid"]), value)
    if column.endswith("url") or column == "address":
        return Markup('<span class="address">{}</span>').format(value)
    return None


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """What the templates ask for besides Datasette's own."""
    env.globals["questions"] = questions()
    env.globals["chart_of"] = _chart_of
    env.filters["vietnamese_date"] = pages.vietnamese_date


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Awaitable[Any]:
    """Instead of Datasette's own, which `build` takes out."""
    return errors.answer(datasette, request, exception)


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Answers carry our policy, and questions must be addressed to this machine by name."""

    def wrap(app: Any) -> Any:
        async def guarded(scope: dict[str, Any], receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            host = dict(scope["headers"]).get(b"host", b"").rpartition(b":")
            if (host[0] or host[2]) not in _LOOPBACK:
                await _refuse(send)
                return

            async def with_policy(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": _guarded_headers(message["headers"])}
                await send(message)

            await app(scope, receive, with_policy)

        return guarded

    return wrap


def _guarded_headers(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    own = {name.lower() for name, _ in headers}
    wanted = (
        (b"content-security-policy", POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    )
    return [*headers, *((name, value) for name, value in wanted if name not in own)]


async def _refuse(send: Callable[[Any], Awaitable[None]]) -> None:
    """A page of another name that was led to this address (DNS rebinding) reads nothing."""
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"This page answers only to 127.0.0.1 and localhost.\n"})


def _chart_of(name: str | None, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup:
    """The picture of a ready question's answer; empty where it has none."""
    question = questions().by_name.get(name or "")
    if question is None or question.chart is None:
        return Markup("")
    return Markup(charts.draw(question.chart, question.title[1], columns, rows))  # noqa: S704 - draw escapes every name

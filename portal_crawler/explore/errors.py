"""What a person sees where something is not there or did not work; only a mistake of ours is written to the terminal."""

from __future__ import annotations

import logging
from typing import Any

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError

from pipelines.errors import PortalCrawlerError

_LOGGER = logging.getLogger(__name__)
_TOO_LONG = (
    "Câu hỏi mất quá nhiều thời gian; hãy thu hẹp: thêm từ, chọn một năm hoặc một chuyên mục. / This took too long; "
    "narrow it down: more words, one year or one section."
)


async def answer(datasette: Any, request: Any, exception: Exception) -> Any:
    """The page, or the JSON document, for an error; as Datasette's own, which prints every 404 with all variables."""
    status, text = _meaning(exception)
    if status == 500 and not isinstance(exception, PortalCrawlerError):
        _LOGGER.error("%s", request.path, exc_info=exception)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": text, "status": status}, status=status)
    body = await datasette.render_template("error.html", {"status": status, "error": text}, request=request)
    return Response.html(body, status=status)


def _meaning(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0]) if exception.args else ""
    if isinstance(exception, TimeoutError) or getattr(exception, "title", "") == "SQL Interrupted":
        return 503, _TOO_LONG
    if isinstance(exception, DatasetteError):
        return exception.status, str(exception.message)
    return 500, str(exception)

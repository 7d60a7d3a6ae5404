"""Keeps HTTP headers true in a WARC whose bodies are stored decoded, by the names Common Crawl uses for it."""

from __future__ import annotations

Headers = tuple[tuple[str, str], ...]

#: A decoded body under "Content-Encoding: gzip" would mislead every reader of the WARC. Common Crawl's way out is known
#: to replay tools: the server's own line is kept under this prefix, and a true Content-Length stands beside it.
PREFIX = "X-Crawler-"
_OF_TRANSFER = {"content-encoding", "transfer-encoding"}

#: Our own fields of a WARC record (readers ignore those they do not know): how a redirected page was asked for.
REQUESTED = "X-Requested-URI"
REDIRECT = "X-Redirect-URI"


def as_recorded(headers: Headers, body_size: int) -> list[tuple[str, str]]:
    """Headers as sent -> headers that are true of the decoded body, every line of the server still there."""
    recorded: list[tuple[str, str]] = []
    for name, value in headers:
        lowered = name.lower()
        untrue_length = lowered == "content-length" and value.strip() != str(body_size)
        if lowered in _OF_TRANSFER or untrue_length:
            recorded.append((PREFIX + name, value))
            if untrue_length:
                recorded.append(("Content-Length", str(body_size)))
        else:
            recorded.append((name, value))
    return recorded


def as_sent(recorded: Headers) -> Headers:
    """The inverse of `as_recorded`, for archives written so by anybody."""
    replaced = {name[len(PREFIX) :].lower() for name, _ in recorded if name.lower().startswith(PREFIX.lower())}
    sent = []
    for name, value in recorded:
        if name.lower().startswith(PREFIX.lower()):
            sent.append((name[len(PREFIX) :], value))
        elif name.lower() not in replaced:
            sent.append((name, value))
    return tuple(sent)

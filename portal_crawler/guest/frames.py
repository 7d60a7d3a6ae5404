"""The frames between the crawl and its extraction processes: two lengths, JSON, and the page's bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import fields
from typing import Any

from pipelines.items import Page

HEAD = struct.Struct(">II")


def _fields_of(record: Any) -> dict[str, Any]:
    """A record as the encoder wants it: as `asdict` gives it, without copying what is in it."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_fields_of)
_META = tuple(one.name for one in fields(Page) if one.name not in ("body", "request_body"))


def pack(data: Any, body: bytes = b"") -> bytes:
    """One frame; records are written as their fields. JSON and not pickle: what comes from a fetched page must never be able to run."""
    text = _ENCODER.encode(data).encode("utf-8", "surrogatepass")
    return HEAD.pack(len(text), len(body)) + text + body


def unpack_json(text: bytes) -> dict[str, Any]:
    """The JSON half of a frame."""
    data: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
    return data


def page_meta(page: Page) -> dict[str, Any]:
    """A page without its bytes, as JSON types; `posted` is how many of the bytes are the request's."""
    return {"posted": len(page.request_body), **{name: getattr(page, name) for name in _META}}


def page_bytes(page: Page) -> bytes:
    """The bytes of a page: what was posted, then the body."""
    return page.request_body + page.body


def page_from_meta(meta: dict[str, Any], data: bytes) -> Page:
    """The inverse of `page_meta` and `page_bytes`."""
    values = {name: meta[name] for name in _META}
    values["headers"] = tuple((name, value) for name, value in meta["headers"])
    values["redirects"] = tuple(meta["redirects"])
    posted = meta["posted"]
    return Page(**values, request_body=data[:posted], body=data[posted:])

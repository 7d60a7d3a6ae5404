"""The child process: reads pages from standard input, writes readings to standard output, one at a time."""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from typing import Any, BinaryIO

from portal_crawler.guest.frames import HEAD, pack, page_from_meta, unpack_json

#: Seconds after the deadline at which a child ends itself: its crawl, which would have ended it, is dead.
GRACE = 10


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer frames until the other side closes. The first frame holds the profile, its learned chrome, and the limits."""
    from pipelines.chrome import chrome_from_json
    from portal_crawler.extract.doors import read_door
    from portal_crawler.extract.page import read_page
    from portal_crawler.extract.reading import PageReading, Problem
    from portal_crawler.profile import profile_from_json

    first = _next_frame(incoming)
    if first is None:
        return
    hello, _ = first
    profile = profile_from_json(hello["profile"])
    chrome = chrome_from_json(hello["chrome"])
    limit = int(hello["memory"])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    grace = math.ceil(hello["deadline"]) + GRACE
    outgoing.write(pack({"ready": True}))
    outgoing.flush()
    while (frame := _next_frame(incoming)) is not None:
        meta, body = frame
        expect = meta.pop("expect")
        signal.alarm(grace)
        try:
            page = page_from_meta(meta, body)
            is_door = expect in ("feed", "sitemap", "lists")
            reading = read_door(page, profile, expect) if is_door else read_page(page, profile, expect, chrome)
        except MemoryError:
            reading = PageReading(
                problem=Problem(reason="too_large", detail=f"needs more than {limit} bytes of memory")
            )
        except Exception as error:  # noqa: BLE001 - a bug met by one page becomes that page's failure row
            detail = f"{type(error).__name__}: {error}"
            reading = PageReading(problem=Problem(reason="extraction_error", detail=detail[:500]))
        signal.alarm(0)
        outgoing.write(pack(reading))
        outgoing.flush()


def _next_frame(incoming: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    head = incoming.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    text_length, body_length = HEAD.unpack(head)
    return unpack_json(incoming.read(text_length)), incoming.read(body_length)


def main() -> None:
    """Serve on the real standard streams; prints of any library go to standard error, not into the frames."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, outgoing)


if __name__ == "__main__":
    main()

"""Only whole answers pass: a compressed stream that ends early is refused before Scrapy would take it for whole."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadFailedError, ResponseDataLossError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

#: Only what can be checked is asked for.
ACCEPT_ENCODING = b"gzip, deflate"
_STEP = 1 << 20
#: Bytes of headers that an answer may have; servers themselves accept 8 to 64 kB.
MOST_HEADERS = 256 * 1024


class IntegrityMiddleware:
    """Asks for gzip or deflate only, and checks that the stream has its end (Scrapy's own decoder does not).

    An answer that is more headers than page is no answer either.
    """

    def process_request(self, request: Request) -> None:
        """Say which encodings are welcome."""
        request.headers[b"Accept-Encoding"] = ACCEPT_ENCODING

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's signature
        """Pass a whole answer on.

        Raises:
            DownloadFailedError: no sane server sends so many headers; they would all be kept with the page.
            ResponseDataLossError: the compressed stream was cut off.
        """
        size = sum(len(name) + len(value) for name, values in response.headers.items() for value in values)
        if size > MOST_HEADERS:
            raise DownloadFailedError(f"{response.url}: {size} bytes of headers, the limit is {MOST_HEADERS}")
        encoding = b",".join(response.headers.getlist(b"Content-Encoding")).strip().lower()
        if encoding in (b"gzip", b"x-gzip") and response.body and not is_whole_gzip(response.body):
            raise ResponseDataLossError(f"{response.url}: the gzip stream was cut off")
        return response


def is_whole_gzip(data: bytes) -> bool:
    """True where every gzip member has its end and its checksum; in bounded memory, whatever it inflates to."""
    rest = data
    while rest:
        stream = zlib.decompressobj(wbits=31)
        feed = rest
        try:
            while not stream.eof and feed:
                stream.decompress(feed, _STEP)
                feed = stream.unconsumed_tail
        except zlib.error:
            return False
        if not stream.eof:
            return False
        rest = stream.unused_data.lstrip(b"\0")
        if rest[:2] != b"\x1f\x8b":
            return True  # padding behind the last member, as some servers send
    return True

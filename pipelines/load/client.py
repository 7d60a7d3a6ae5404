"""The one door to a WordPress REST API: signed in, its errors told as ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import urllib3

from pipelines.errors import ConfigurationError, PortalCrawlerError
from pipelines.load.web import Web
from pipelines.retry import SERVICE, Patience

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PAGE = 100

#: What WordPress is asked to show with every post that is read or written.
FIELDS = (
    "id,date,date_gmt,modified_gmt,slug,status,link,title,content,excerpt,author,categories,featured_media,meta,"
    "permalink_template"
)


class TargetRefusedError(PortalCrawlerError):
    """The target said no to one request (`status`, and WordPress's own `code`); asking again would not help."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


class WordPressClient(Web):
    """Requests to one site's REST API, signed in; `rate` and `timeout` as `Web`.

    Raises:
        ConfigurationError: the address is no site's, or would send the password unprotected.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        rate: float = 5.0,
        timeout: float = 60.0,
        patience: Patience = SERVICE,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"{url}: no address of a site; write it as https://www.example.gov.vn")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ConfigurationError(f"{url}: the password would be sent in the clear; use https://")
        super().__init__(url, rate=rate, timeout=timeout, patience=patience)
        self._headers = {**urllib3.make_headers(basic_auth=f"{user}:{password}"), "Accept": "application/json"}

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET below /wp-json (`path` begins with "/").

        Raises:
            TargetDownError: no usable answer after all tries.
            TargetRefusedError: the target said no.
            ConfigurationError: user or password are wrong, or this is no WordPress.
        """
        return self.again(lambda: self._once("GET", path, query)[0])

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a collection, page by page in the order of their ids: by date one row repeats and another is lost."""
        number, last = 1, 1
        while number <= last:
            asked = {"per_page": PAGE, **query, "orderby": "id", "order": "asc", "page": number}
            rows, headers = self.again(lambda asked=asked: self._once("GET", path, asked))  # type: ignore[misc]
            last = int(headers.get("X-WP-TotalPages", "1") or 1)
            yield from rows
            number += 1

    def write(self, method: str, path: str, data: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """A POST or DELETE that may be repeated without harm; as `get`."""
        return self.again(lambda: self.write_once(method, path, data, **query))

    def write_once(self, method: str, path: str, data: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """The same, tried once: the caller knows how to find out whether a lost answer was a yes."""
        body = json.dumps(data).encode() if data is not None else None
        return self._once(method, path, query, body, {"Content-Type": "application/json"})[0]

    def upload_once(self, body: bytes, headers: Mapping[str, str], **query: Any) -> Any:
        """Send one file; tried once, as `write_once`."""
        return self._once("POST", "/wp/v2/media", query, body, headers)[0]

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Any, Mapping[str, str]]:
        url = f"{self.site}/wp-json{path}{'?' + urlencode(query) if query else ''}"
        answer = self.ask(method, url, body, {**self._headers, **(headers or {})})
        try:
            data = json.loads(answer.data)
        except ValueError as error:
            if answer.status in (301, 302, 307, 308):
                there = answer.headers.get("Location", "")
                raise ConfigurationError(f"{url}: leads to {there}; use the site's own address") from error
            raise ConfigurationError(
                f"{url}: answered {answer.status} without JSON; is this a WordPress with pretty permalinks "
                "(Settings -> Permalinks, anything but Plain)?"
            ) from error
        if answer.status < 300:
            return data, answer.headers
        raise self._refusal(answer.status, data)

    def _refusal(self, status: int, data: Any) -> PortalCrawlerError:
        given = data if isinstance(data, dict) else {}
        code, message = str(given.get("code", "")), str(given.get("message", ""))
        if status == 401:
            return ConfigurationError(
                f"{self.site}: user or password are wrong ({code}: {message}); give --user, and an application password "
                "(Users -> Profile) in PORTAL_CRAWLER_PASSWORD"
            )
        if status == 403:
            return ConfigurationError(
                f"{self.site}: the user may not do this ({code}: {message}); use an administrator"
            )
        return TargetRefusedError(status, code, message)

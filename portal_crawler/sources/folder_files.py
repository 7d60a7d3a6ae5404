"""Finds the pictures and documents of saved pages in a folder, whatever a browser or a mirror has called them."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipelines.errors import Rejected
from pipelines.items import Failure, Page
from portal_crawler.platforms.sharepoint.addresses import join_url
from portal_crawler.sources import mhtml
from portal_crawler.sources.decode import read_body
from portal_crawler.sources.folder import SAVED_BESIDE, changed_at, open_itself, read_file
from portal_crawler.sources.paths import address_of_path, printable
from portal_crawler.sources.sniff import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal_crawler.profile import Profile
    from portal_crawler.sources.source import Item, Wanted

#: How mirrors write the "?" of "anh.jpg?RenditionID=4" into a file's name.
_QUERY_MARK = re.compile(r"%3F|@(?=\w+=)", re.IGNORECASE)


class FolderFiles:
    """The wanted files below `root`, one saved file at a time."""

    def __init__(self, root: Path, profile: Profile, wanted: Wanted) -> None:
        self._root = root
        self._profile = profile
        self._wanted = wanted
        self._pages: dict[Path, str] = {}

    def read(self, path: Path) -> Iterator[Item]:
        """What a saved file gives: itself where it is wanted, else the wanted parts of an MHTML file."""
        url = next((one for one in self._addresses(path) if self._wanted(one)), "")
        try:
            with open_itself(path) as file:
                head = file.read(HEAD)
                if url:
                    file.seek(0)
                    yield self._page(path, url, read_body(file, "", self._profile.crawl.max_bytes))
                elif mhtml.is_mhtml(path.name, head):
                    file.seek(0)
                    data = read_body(file, "", self._profile.crawl.max_bytes * mhtml.TIMES_LARGER)
                    for address, content_type, body in mhtml.parts_of(data):
                        if self._wanted(address):
                            yield self._page(path, address, body, content_type)
        except Rejected as error:
            if url:
                where = printable(path.relative_to(self._root).as_posix())
                yield Failure(url=url, stage="fetch", reason=error.reason, detail=f"{where}: {error.detail}")
        except OSError as error:
            if url:
                yield Failure(url=url, stage="fetch", reason="unreadable", detail=str(error.strerror))

    def _addresses(self, path: Path) -> Iterator[str]:
        """The addresses a saved file may have been had from."""
        relative = path.relative_to(self._root)
        plain = address_of_path(self._root.absolute(), relative, self._profile).url
        yield plain
        yield _QUERY_MARK.sub("?", plain, count=1)
        yield from self._beside(path)

    def _beside(self, path: Path) -> Iterator[str]:
        """In "X_files" beside "X.html": the address that the saved page calls it by, which no server ever knew."""
        for folder in path.parents:
            if not folder.name.endswith("_files"):
                continue
            for ending in SAVED_BESIDE:
                saved = folder.with_name(folder.name.removesuffix("_files") + ending)
                if saved.is_file() and (url := self._url_of(saved)):
                    yield join_url(url, quote(os.fsencode(path.relative_to(saved.parent).as_posix()), safe="/"))

    def _url_of(self, saved: Path) -> str:
        """The address of a saved page; empty where it is none."""
        if saved not in self._pages:
            page = read_file(saved, self._root, self._profile, Counter())
            self._pages[saved] = page.url if isinstance(page, Page) else ""
        return self._pages[saved]

    def _page(self, path: Path, url: str, body: bytes, content_type: str = "") -> Page:
        return Page(
            url=url,
            requested_url=url,
            body=body,
            headers=(("Content-Type", content_type),) if content_type else (),
            captured_at=changed_at(path),
            origin="folder",
            source=printable(path.relative_to(self._root).as_posix()),
        )

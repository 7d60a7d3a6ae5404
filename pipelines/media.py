"""Puts the files of articles into the media folder: Scrapy's FilesPipeline, with names that only their content gives.

The requests are the crawl's own: an article must not wait for its pictures, and what is fetched half must survive the
process. So an article only leaves its wishes here, and each answer comes back to be shelved.
"""

# ruff: noqa: ARG002 - the signatures are Scrapy's
from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from scrapy.exceptions import NotConfigured
from scrapy.pipelines.files import FilesPipeline, FSFilesStore
from scrapy.utils.defer import ensure_awaitable

from pipelines.errors import StorageError
from pipelines.filetypes import EXTENSIONS, dimensions, sniff
from pipelines.items import Article
from pipelines.storage.media import StoredFile

if TYPE_CHECKING:
    from os import PathLike
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.pipelines.files import FilesStoreProtocol


class Desk(Protocol):
    """What the pipeline needs of a run: somewhere to leave wishes; it gets the pipeline for the answers."""

    shelf: MediaPipeline | None

    def want(self, article: Article) -> None:
        """Have the files fetched that the article still lacks."""
        ...


class DurableStore(FSFilesStore):
    """A folder in which a file is whole or not there, and stays after a power cut once it is."""

    def persist_file(
        self,
        path: str | PathLike[str],
        buf: BytesIO,
        info: Any,
        meta: Any = None,
        headers: Any = None,
    ) -> None:
        """Write under another name, sync, rename, sync the folder.

        Raises:
            StorageError: the disk is full or fails; nothing is there under the path.
        """
        target = Path(self._get_filesystem_path(path))
        data = buf.getvalue()
        try:
            if _holds(target, data):
                return
            is_new_folder = not target.parent.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.part")
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
            _sync_folder(target.parent)
            if is_new_folder:
                _sync_folder(target.parent.parent)
        except OSError as error:
            raise StorageError(
                f"{target}: cannot be written ({error.strerror}); make room and run the same command again"
            ) from error


class MediaPipeline(FilesPipeline):
    """Wants the files of every Article that passes, and shelves what the crawl brings of them.

    Of FilesPipeline it keeps the store (FILES_STORE may name any place that Scrapy knows), `file_path` and
    `file_downloaded`; the downloads go through the frontier instead of past it.
    """

    STORE_SCHEMES: ClassVar[dict[str, type[FilesStoreProtocol]]] = {
        **FilesPipeline.STORE_SCHEMES,
        "": cast("type[FilesStoreProtocol]", DurableStore),
        "file": cast("type[FilesStoreProtocol]", DurableStore),
    }

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a component.

        Raises:
            NotConfigured: the setting MEDIA is off, or there is no folder.
        """
        if not crawler.settings.getbool("MEDIA"):
            raise NotConfigured("MEDIA is off: articles keep the addresses of their files only")
        return super().from_crawler(crawler)

    def open_spider(self, spider: Any = None) -> None:
        """Take over the desk of the spider's session."""
        super().open_spider()
        self._desk: Desk = self.crawler.spider.session.media  # type: ignore[union-attr]
        self._desk.shelf = self

    @property
    def folder(self) -> Path | None:
        """The media folder; None where FILES_STORE is no folder of this machine."""
        return Path(self.store.basedir) if isinstance(self.store, DurableStore) else None

    async def process_item(self, item: Any, spider: Any = None) -> Any:
        """Leave the wishes of an article, which is stored already; every item passes."""
        if isinstance(item, Article):
            self._desk.want(item)
        return item

    async def shelve(self, response: Response, file: StoredFile) -> None:
        """Keep the body of an answer as `file`; it is durable when this returns.

        Raises:
            StorageError: it cannot be kept.
        """
        assert response.request is not None
        await ensure_awaitable(self.file_downloaded(response, response.request, self.spiderinfo, item=file))

    def file_path(
        self,
        request: Request,
        response: Response | None = None,
        info: Any = None,
        *,
        item: Any = None,
    ) -> str:
        """The place below the folder: two letters of the SHA-256, then all of it. No name of the server's is in it."""
        return str(item.path) if isinstance(item, StoredFile) else examine(response.body if response else b"").path

    async def file_downloaded(self, response: Response, request: Request, info: Any, *, item: Any = None) -> str:
        """Store the original bytes; returns their SHA-256 (Scrapy's own checksum is an MD5)."""
        path = self.file_path(request, response=response, info=info, item=item)
        await ensure_awaitable(self.store.persist_file(path, BytesIO(response.body), info))
        return Path(path).stem


def examine(data: bytes) -> StoredFile:
    """What a file is, by nothing but its bytes."""
    digest = hashlib.sha256(data).hexdigest()
    kind = sniff(data)
    width, height = dimensions(data) or (None, None)
    path = f"{digest[:2]}/{digest}{EXTENSIONS.get(kind, '.bin')}"
    return StoredFile(sha256=digest, path=path, content_type=kind, size=len(data), width=width, height=height)


def _holds(target: Path, data: bytes) -> bool:
    """True where the file is there and undamaged."""
    return target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data


def _sync_folder(folder: Path) -> None:
    """Make what was put into a folder durable; where folders cannot be opened (Windows) the system does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

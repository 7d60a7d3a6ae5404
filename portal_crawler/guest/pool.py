"""The crawl's side of the extraction processes: hands out pages, keeps the deadline, replaces what died."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines.chrome import NO_CHROME, chrome_to_json
from portal_crawler.extract.reading import Door, Expect, PageReading, Problem, reading_from_json
from portal_crawler.guest.frames import HEAD, pack, page_bytes, page_meta, unpack_json
from portal_crawler.watching import Watch

if TYPE_CHECKING:
    from pipelines.chrome import Chrome
    from pipelines.items import Page
    from portal_crawler.profile import Profile

#: The module that a child process runs.
CHILD = "portal_crawler.guest.child"
#: Seconds a page may take (measured: 99.9 % take under 0.1; a 17 MB page once took 73).
DEADLINE = 30.0
#: The most seconds between two looks whether a page is read.
LOOK = 1.0
#: Address space of one child, in bytes.
MEMORY = 3 * 1024**3


class Guest:
    """One child process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, profile: Profile, chrome: Chrome, memory: int, deadline: float) -> Guest:
        """A child that has loaded its libraries and is ready for pages.

        Raises:
            RuntimeError: the child did not come up.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            CHILD,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Ctrl-C is for the crawl, which ends its guests itself once their last page is stored.
            start_new_session=True,
        )
        guest = cls(process)
        try:
            await guest._ask(
                pack(
                    {
                        "profile": asdict(profile),
                        "chrome": chrome_to_json(chrome),
                        "memory": memory,
                        "deadline": deadline,
                    }
                )
            )
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise RuntimeError("the extraction process did not start; see the messages above") from error
        return guest

    async def read(self, page: Page, expect: Expect | Door) -> PageReading:
        """The reading of one page; raises IncompleteReadError or ConnectionError when the child dies on it."""
        return reading_from_json(await self._ask(pack({**page_meta(page), "expect": expect}, page_bytes(page))))

    async def _ask(self, frame: bytes) -> dict[str, object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(frame)
        await self._process.stdin.drain()
        text_length, _ = HEAD.unpack(await self._process.stdout.readexactly(HEAD.size))
        return unpack_json(await self._process.stdout.readexactly(text_length))

    async def end(self, *, now: bool = False) -> int | None:
        """Let the child finish (its input is closed) or kill it; returns its exit status."""
        with contextlib.suppress(ProcessLookupError):
            if now:
                self._process.kill()
            elif self._process.stdin is not None:
                self._process.stdin.close()
        with contextlib.suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(self._process.wait(), 5)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return await self._process.wait()


class GuestPool:
    """Up to `size` children, started when they are needed.

    `read` never raises for a page: one that hangs gives the problem "extraction_timeout", one that kills its child
    twice "extraction_crashed".
    """

    def __init__(
        self,
        profile: Profile,
        *,
        chrome: Chrome = NO_CHROME,
        size: int = 1,
        deadline: float = DEADLINE,
        memory: int = MEMORY,
    ) -> None:
        self._profile = profile
        self._chrome = chrome
        self._deadline = deadline
        self._memory = memory
        self._free: asyncio.Queue[Guest | None] = asyncio.Queue()
        for _ in range(size):
            self._free.put_nowait(None)
        self._size = size

    async def read(self, page: Page, expect: Expect | Door = "any") -> PageReading:
        """Read a page in a child. Waits for a free one."""
        limit = self._profile.crawl.max_bytes
        if len(page.body) > limit:
            return PageReading(problem=Problem(reason="too_large", detail=f"{len(page.body)} bytes, limit {limit}"))
        guest = await self._free.get()
        try:
            for _ in range(2):
                if guest is None:
                    guest = await Guest.start(self._profile, self._chrome, self._memory, self._deadline)
                try:
                    async with _watch(self._deadline):
                        return await guest.read(page, expect)
                except TimeoutError:
                    await guest.end(now=True)
                    guest = None
                    detail = f"extraction took longer than {self._deadline:g} s"
                    return PageReading(problem=Problem(reason="extraction_timeout", detail=detail))
                except (asyncio.IncompleteReadError, ConnectionError):
                    status = await guest.end(now=True)
                    guest = None
            detail = f"the extraction process died twice on this page (status {status})"
            return PageReading(problem=Problem(reason="extraction_crashed", detail=detail))
        except asyncio.CancelledError:
            # its answer would be taken for the next page's
            if guest is not None:
                await guest.end(now=True)
                guest = None
            raise
        finally:
            self._free.put_nowait(guest)

    async def warm_up(self) -> None:
        """Start one child ahead of the first page: it loads its libraries while the server is still thinking."""
        guest = await self._free.get()
        try:
            guest = guest or await Guest.start(self._profile, self._chrome, self._memory, self._deadline)
        finally:
            self._free.put_nowait(guest)

    async def close(self) -> None:
        """End the children that are idle; call it when no page is being read."""
        for _ in range(self._size):
            guest = await self._free.get()
            if guest is not None:
                await guest.end()


def _watch(seconds: float) -> Watch:
    """A block that ends in TimeoutError after some seconds. Only time in which an answer could have been heard counts.

    While another program holds the database, this process waits too and hears nothing; the page was read meanwhile.
    """
    look = min(LOOK, seconds / 4)
    looks = iter(range(round(seconds / look) - 1))
    return Watch(look, lambda: next(looks, None) is None)

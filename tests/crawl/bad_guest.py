"""An extraction process that hangs on one page and dies of another: what lxml or trafilatura might do one day."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

from portal_crawler.extract import page as extraction
from portal_crawler.guest import child

if TYPE_CHECKING:
    from pipelines.items import Page

read_page = extraction.read_page


def moody(page: Page, *rest: Any) -> Any:
    if b"HANG" in page.body:
        time.sleep(600)
    if b"DIE" in page.body:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"BUG" in page.body:
        raise KeyError("nobody thought of this")
    return read_page(page, *rest)


if __name__ == "__main__":
    extraction.read_page = moody
    child.main()

"""The command with the clock of --window standing still: `python -m tests.crawl.fixed_clock MOMENT COMMAND…`."""

from __future__ import annotations

import sys
from datetime import datetime

from portal_crawler import window
from portal_crawler.cli import main

_moment = datetime.fromisoformat(sys.argv.pop(1))
window.present = lambda: _moment

main()

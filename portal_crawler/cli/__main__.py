"""So that `python -m portal_crawler.cli` is the command."""

from portal_crawler.cli import main

main()

"""Takes every page out of an archive and drops it: what the reading of the file alone costs.

python -m benchmarks.speed.stream PROFILE FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from portal_crawler.profile import load_profile
from portal_crawler.sources import open_source


def main() -> None:
    """Print how many pages there were."""
    profile, file = sys.argv[1:]
    print(sum(1 for _ in open_source(Path(file), load_profile(profile))))


if __name__ == "__main__":
    main()

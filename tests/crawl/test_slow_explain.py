"""What docs/explain.md shows is what `explain` prints of the sample portal; ids, times and ports of a run aside."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.crawl.live import ROOT, run_cli
from tests.crawl.test_slow_docs import changing, demo

__all__ = ["changing", "demo"]  # fixtures

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ portal-crawler explain (\S+)([^\n]*)\n(.*?)```", PAGE, re.DOTALL)
#: What differs from run to run: identifiers, the port, when it was captured, and the page's size and hash with them.
_OF_A_RUN = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"(?:127\.0\.0\.1|localhost):\d+", "HOST"),
    (r"20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d(?= \(live\)|$|,)", "THEN"),
    (r"first_capture: \S+", "first_capture: THEN"),
    (r"(capture +)\d+", r"\1N"),
    (r"\d+ bytes, SHA-256 [0-9a-f]{16}…", "BYTES"),
    (r"(?<=\n  value       )\d+(?=\n  rule        (?:near|exact))", "ID"),
    (r"\(\d+ characters\)", "(N characters)"),
)


def told(output: str) -> str:
    for pattern, name in _OF_A_RUN:
        output = re.sub(pattern, name, output, flags=re.MULTILINE)
    return output.strip()


@pytest.mark.parametrize(("options", "answer"), [(options, answer) for _, options, answer in SHOWN])
def test_the_answers_of_explain_in_the_docs_are_those_of_the_sample_portal(
    options: str, answer: str, demo: Path, changing: Path
) -> None:
    db = changing if "changing.db" in options else demo
    words = re.sub(r"--db \S+", "", options).split()
    title = answer.splitlines()[0]
    with closing(sqlite3.connect(db)) as conn:
        uids = [
            uid
            for (uid,) in conn.execute("SELECT uid FROM articles WHERE title = ? ORDER BY published_at DESC", (title,))
        ]
    printed = [told(run_cli("explain", uid, *words, "--db", db).stdout) for uid in uids]
    assert told(answer) in printed, printed


def test_the_page_shows_a_page_a_form_and_a_repeat() -> None:
    assert len(SHOWN) >= 6

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.export.data import HOST, article, build, image, old_url

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.items import Article

#: Peak memory of its own in kB (ru_maxrss would count the parent's), and the articles written.
MEASURE = """
import sys
from pathlib import Path
from tests.export.data import export
report = export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.articles, peak.split()[1])
"""


def long_article(number: int) -> Article:
    paragraph = "Ủy ban nhân dân thành phố thông báo kết quả thực hiện nhiệm vụ trong tháng. " * 10
    url = f"{HOST}/img/{number}.jpg"
    link = f'<p><a href="{old_url(max(number - 3, 1))}">tin trước</a></p><img src="{url}">'
    body = "".join(f"<p>{number} {part} {paragraph}</p>" for part in range(8))
    return article(
        number, body_html=body + link, body_text=f"{number} {paragraph * 8}", images=(image(url),),
        author=f"Tác giả {number % 100}",
    )  # fmt: skip


def peak(name: str, db: Path, out: Path, articles: int) -> int:
    ended = subprocess.run([sys.executable, "-c", MEASURE, name, db, out], check=True, capture_output=True, text=True)
    written, kilobytes = map(int, ended.stdout.split())
    assert written == articles
    return kilobytes


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path) -> None:
    few, many = 500, 6000
    small = build(tmp_path / "few.db", (long_article(number) for number in range(1, few + 1)))
    large = build(tmp_path / "many.db", (long_article(number) for number in range(1, many + 1)))
    for name in ("jsonl", "csv", "wordpress", "hugo", "ghost", "wagtail", "directus", "drupal", "redirects"):
        before = peak(name, small, tmp_path / "few" / name, few)
        after = peak(name, large, tmp_path / "many" / name, many)
        assert after < before + 16_000, f"{name}: {before} kB for {few} articles, {after} kB for {many}"

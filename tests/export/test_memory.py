"""Twenty thousand articles are exported in the memory that two thousand take, and in time that grows with them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.export.protocol import exporter_names
from tests.export.data import HOST, article, build, image, old_url

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.items import Article

#: Articles written, peak memory of its own in kB (ru_maxrss would count the parent's), CPU milliseconds of the export alone.
MEASURE = """
import sys, time
from pathlib import Path
from tests.export.data import export
began = time.process_time()
report = export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
spent = time.process_time() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.articles, peak.split()[1], int(spent * 1000))
"""
FEW, MANY = 2_000, 20_000


def long_article(number: int) -> Article:
    paragraph = "Ủy ban nhân dân thành phố thông báo kết quả thực hiện nhiệm vụ trong tháng. " * 10
    url = f"{HOST}/img/{number}.jpg"
    link = f'<p><a href="{old_url(max(number - 3, 1))}">tin trước</a></p><img src="{url}">'
    body = "".join(f"<p>{number} {part} {paragraph}</p>" for part in range(8))
    return article(
        number, body_html=body + link, body_text=f"{number} {paragraph * 8}", images=(image(url),),
        author=f"Tác giả {number % 100}",
    )  # fmt: skip


def measured(name: str, db: Path, out: Path, articles: int) -> tuple[int, int]:
    """Peak memory in kB and CPU time in milliseconds."""
    ended = subprocess.run([sys.executable, "-c", MEASURE, name, db, out], check=True, capture_output=True, text=True)
    written, kilobytes, spent = map(int, ended.stdout.split())
    assert written == articles
    return kilobytes, spent


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("many")
    few = build(folder / "few.db", (long_article(number) for number in range(1, FEW + 1)))
    return few, build(folder / "many.db", (long_article(number) for number in range(1, MANY + 1)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
@pytest.mark.parametrize("name", exporter_names())
def test_ten_times_the_articles_take_the_same_memory_and_about_ten_times_the_time(
    databases: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    if name == "parquet":
        pytest.importorskip("duckdb")
    few, many = databases
    before, short = measured(name, few, tmp_path / "few", FEW)
    after, long = measured(name, many, tmp_path / "many", MANY)
    assert after < before + 16_000, f"{before} kB for {FEW} articles, {after} kB for {MANY}"
    assert long < short * (MANY / FEW) * 1.7, f"{short} ms for {FEW} articles, {long} ms for {MANY}"

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError, StorageError
from pipelines.export.folder import ExportFolder

if TYPE_CHECKING:
    from pathlib import Path


def write(destination: Path, text: str = "một\n", *, force: bool = False) -> None:
    with ExportFolder(destination, kind="test", force=force) as folder:
        folder.write("a.txt", text)
        folder.finish({"articles": 1})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_export_appears_whole_with_checksums_of_every_file(tmp_path: Path) -> None:
    write(tmp_path / "out")
    out = tmp_path / "out"
    assert names(out) == ["SHA256SUMS", "a.txt", "manifest.json"]
    sums = (out / "SHA256SUMS").read_bytes()
    digest = hashlib.sha256((out / "a.txt").read_bytes()).hexdigest()
    assert sums.decode() == f"{digest}  a.txt\n"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["checksums"]["sha256"] == hashlib.sha256(sums).hexdigest()
    assert names(tmp_path) == ["out"]


def test_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", "cũ")
    write(tmp_path / "out", "mới")
    assert (tmp_path / "out/a.txt").read_text() == "mới"
    assert names(tmp_path) == ["out"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out/a.txt").exists()


@pytest.mark.parametrize("kind", ["foreign", "mixed"])
def test_a_folder_that_is_not_only_ours_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "mixed":
        write(out, "cũ")
    out.mkdir(exist_ok=True)
    (out / "thesis.doc").write_text("dear")
    before = names(out)
    with pytest.raises(ConfigurationError, match="--force"):
        write(out, "mới")
    assert names(out) == before
    assert names(tmp_path) == ["out"]


def test_force_keeps_what_stood_there_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for text in ("one", "two"):
        out.mkdir(exist_ok=True)
        (out / "thesis.doc").write_text(text)
        write(out, force=True)
    assert (tmp_path / "out.before-export/thesis.doc").read_text() == "one"
    assert (tmp_path / "out.before-export-2/thesis.doc").read_text() == "two"
    assert names(out) == ["SHA256SUMS", "a.txt", "manifest.json"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ConfigurationError, match="is a file"):
        write(tmp_path / "out", force=True)


def test_an_export_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    write(tmp_path / "out", "cũ")

    def fail() -> None:
        with ExportFolder(tmp_path / "out", kind="test") as folder:
            folder.write("a.txt", "nửa")
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        fail()
    assert (tmp_path / "out/a.txt").read_text() == "cũ"
    assert names(tmp_path) == ["out"]


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.export.folder import ExportFolder
with ExportFolder(Path(sys.argv[1]), kind="test") as folder:
    folder.write("a.txt", "nửa")
    if sys.argv[2] == "swap":
        folder.finish({})
        folder.destination.rename(folder._old)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["write", "swap"])
def test_a_killed_export_leaves_no_half_one(tmp_path: Path, moment: str) -> None:
    out = tmp_path / "out"
    write(out, "cũ")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(out), moment], check=False)
    assert ended.returncode == -signal.SIGKILL
    if moment == "write":
        assert (out / "a.txt").read_text() == "cũ"
    with ExportFolder(out, kind="test") as folder:
        assert (out / "a.txt").read_text() == "cũ"  # what was being replaced is back before anything is written
        folder.write("a.txt", "mới")
        folder.finish({})
    assert names(tmp_path) == ["out"]
    assert (out / "a.txt").read_text() == "mới"


def test_the_work_of_a_living_export_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f".out.{os.getppid()}.partial"
    other.mkdir()
    write(tmp_path / "out")
    assert other.exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    with ExportFolder(tmp_path / "out", kind="test", dry_run=True) as folder:
        folder.write("a.txt", "x")
        folder.finish({})
        assert folder.files == 1
    assert names(tmp_path) == []

"""Every page that a real Hugo built is read as readers get it; what the build lost or changed shows."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export.protocol import ExportOptions
from pipelines.storage.dataset import Dataset
from pipelines.verify.folder import verify_folder
from pipelines.verify.hugo import verify_hugo
from tests.export.data import ADDRESSING, HOST, article, build, export, with_urls
from tests.verify.test_folder import portal

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.verify.result import VerifyReport


def verified(db: Path, site: Path) -> VerifyReport:
    with Dataset.open(db) as dataset:
        return verify_hugo(dataset, site, ExportOptions(addressing=ADDRESSING, media_folder=db.parent / "media"))


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, Path]:
    """A database, and its export, built."""
    if not shutil.which("hugo"):
        pytest.skip("hugo is not installed; `make test-real` installs it")
    db = portal(tmp_path)
    build(db, [with_urls(article(11, "Có địa chỉ không tham số"), f"{HOST}/pages/detail/11/Tin-cũ.html")])
    export("hugo", db, tmp_path / "site", site_url="https://moi.example.vn")
    subprocess.run(["hugo", "--quiet", "--source", str(tmp_path / "site")], check=True, capture_output=True)
    return db, tmp_path / "site"


def page(site: Path, slug: str) -> Path:
    return site / "public" / slug / "index.html"


def test_every_page_of_a_built_site_verifies(site: tuple[Path, Path]) -> None:
    report = verified(*site)
    assert [(one.title, one.differences) for one in report.articles if one.unexplained] == []
    assert (report.database, report.expected, report.found) == (10, 7, 7)
    assert report.left_out == {"quarantined": 1, "not_public": 2}
    checked = report.checked
    assert [checked[name] for name in ("title", "text", "date_local", "date_utc", "section", "author", "byline")] == [
        7
    ] * 7
    assert (checked["image"], checked["attachment"], checked["link"], checked["alias"]) == (2, 1, 15, 1)


def test_what_hugo_makes_beside_the_export_is_no_strange_file(site: tuple[Path, Path]) -> None:
    db, folder = site
    with Dataset.open(db) as dataset:
        report = verify_folder(dataset, folder, ExportOptions(addressing=ADDRESSING, media_folder=db.parent / "media"))
    assert report.unexplained == 0


def test_what_the_build_lost_is_found_on_its_page(site: tuple[Path, Path]) -> None:
    db, folder = site
    text = page(folder, "1-1").read_text("utf-8")
    page(folder, "1-1").write_text(
        text.replace("Ô <b>một</b>", "Ô").replace("2018-10-26", "2018-10-27"), encoding="utf-8"
    )
    next(page(folder, "ngay-hoi-cho-b").parent.glob("*.jpg")).write_bytes(b"x")
    shutil.rmtree(page(folder, "thong-bao").parent)
    (folder / "public/pages/detail/11/Tin-cũ.html").unlink()
    report = verified(db, folder)
    found = {one.title: sorted({each.reason for each in one.differences}) for one in report.articles if one.unexplained}
    assert found == {
        "=1+1": ["date_differs", "text_differs"],
        "Ngày \"hội\" & 'chợ' <b>": ["image_missing"],
        "Thông báo": ["missing"],
        "Có địa chỉ không tham số": ["redirect_missing"],
    }


def test_a_draft_that_was_published_by_mistake_is_found(site: tuple[Path, Path]) -> None:
    db, folder = site
    subprocess.run(["hugo", "--quiet", "-D", "--source", str(folder)], check=True, capture_output=True)
    assert verified(db, folder).reasons["not_expected"] == 2


def test_a_site_that_was_not_built_is_named(tmp_path: Path) -> None:
    db = portal(tmp_path)
    export("hugo", db, tmp_path / "site")
    with pytest.raises(ConfigurationError, match="run `hugo` there first"):
        verified(db, tmp_path / "site")

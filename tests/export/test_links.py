"""Every exporter leads the links of a body to where the target has what they show; the cases are the same for all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.export.mapping import CASES, mapping_of
from pipelines.export.protocol import ExportOptions
from pipelines.storage.dataset import Dataset
from pipelines.storage.store import Store
from pipelines.verify.export_readers import PLAIN, READERS
from tests.export.data import HOST, JPEG, article, attachment, build, export, image, old_url, store_file

SITE = "https://www.moi.example.vn"
PDF, PICTURE, LOST = (f"{HOST}/Tep/{name}" for name in ("Ke%20hoach.pdf", "anh.jpg", "mat.pdf"))
LEFT_OUT = f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=6"

#: What a link of article 1 says, and the article it must lead to in the target (0: it stays as it is).
LINKS = {
    "a live article": (old_url(2), 2),
    "another letter case": (old_url(2).replace("/Lists/TinTuc/DispForm", "/lists/tintuc/dispform"), 2),
    "parameters that are noise": (old_url(2, InitialTabId="Ribbon%2ERead", Source="x"), 2),
    "the other scheme": (old_url(2).replace("https:", "http:"), 2),
    "a repeat, which has a page of its own": (old_url(3), 3),
    "an article that is gone, a draft in the target": (old_url(4), 0),
    "an article that the export leaves out": (LEFT_OUT, 0),
    "an article that nobody knows": (old_url(99), 0),
    "another host": ("https://khac.example.vn/bai", 0),
}
FRAGMENT = f"{old_url(2)}#phan-hai"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Article 1 links to all others; 3 repeats 2, 4 is gone, 5 has files, 6 is quarantined."""
    folder = tmp_path_factory.mktemp("portal")
    urls = [*(url for url, _ in LINKS.values()), FRAGMENT, PDF, PDF.replace("/Tep/", "/tep/"), PICTURE, LOST]
    body = "".join(f'<p><a href="{url.replace("&", "&amp;")}">liên kết {at}</a></p>' for at, url in enumerate(urls))
    path = build(
        folder / "portal.db",
        [
            article(1, body_html=body),
            article(2),
            article(3, title="Bài viết số 2"),
            article(4),
            article(5, images=(image(PICTURE),), attachments=(attachment(PDF, "Kế hoạch"), attachment(LOST, "Mất"))),
            article(6, url=LEFT_OUT),
        ],
        states={3: "gone", 5: "quarantined"},
    )
    store_file(path, PDF, b"%PDF-1.4 tep", "application/pdf", folder / "media", "ke-hoach.pdf")
    store_file(path, PICTURE, JPEG, "image/jpeg", folder / "media", "anh.jpg")
    with Store.open(path) as store:
        store.conn.execute("UPDATE articles SET duplicate_of = 2, duplicate_kind = 'exact' WHERE id = 3")
    return path


@pytest.fixture(scope="module", params=sorted(READERS))
def exported(request: pytest.FixtureRequest, portal: Path, tmp_path_factory: pytest.TempPathFactory):
    """(format, links of article 1 by their text, addresses of the articles, report) of each CMS exporter."""
    folder = tmp_path_factory.mktemp(request.param) / "out"
    report = export(request.param, portal, folder, site_url=SITE, media_base_url=f"{SITE}/tep")
    by_uid = dict(READERS[request.param](folder))
    addresses = {number: by_uid[article(number).uid].address for number in (2, 3)}
    return request.param, list(by_uid[article(1).uid].seen.links), addresses, report


@pytest.mark.parametrize(("case", "at"), [(case, at) for at, case in enumerate(LINKS)])
def test_a_link_leads_to_its_article_or_stays(case, at, exported):
    _, links, addresses, _ = exported
    written, target = LINKS[case]
    if target:
        path = addresses[target].removeprefix(SITE).strip("/")
        assert links[at].removeprefix(SITE).strip("/") == path
    else:
        assert links[at] == written


def test_a_fragment_is_kept(exported):
    _, links, _, _ = exported
    assert links[len(LINKS)] == f"{links[0]}#phan-hai"


def test_a_link_to_the_file_of_another_article_leads_to_the_file(exported):
    _, links, _, _ = exported
    pdf, other_case, picture, lost = links[len(LINKS) + 1 :][:4]
    assert pdf == other_case
    assert "ke-hoach" in pdf.lower()
    assert not pdf.startswith(HOST)
    assert not picture.startswith(HOST)
    assert lost == LOST


def test_what_stays_is_told(exported):
    _, _, _, report = exported
    assert report.warnings["link_to_unpublished"] == 2
    assert report.warnings["old_link_unknown"] == 2


def test_a_repeat_that_is_left_out_hands_its_links_to_its_head(portal, tmp_path):
    with Dataset.open(portal) as dataset:
        mapping = mapping_of(dataset, ExportOptions())
    mapping = replace(mapping, statuses={**CASES, "duplicate": "skip"})
    export("directus", portal, tmp_path / "out", site_url=SITE, mapping=mapping)
    links = dict(READERS["directus"](tmp_path / "out"))[article(1).uid].seen.links
    at = list(LINKS).index("a repeat, which has a page of its own")
    assert links[at] == links[0]


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_formats_for_programs_keep_the_source_s_addresses(name, portal, tmp_path):
    if name == "parquet":
        pytest.importorskip("duckdb", reason='duckdb is not installed: pip install "portal-crawler[parquet]"')
    export(name, portal, tmp_path / "out")
    body = dict(PLAIN[name](tmp_path / "out"))[article(1).uid]["body_html"]
    assert all(url.replace("&", "&amp;") in body for url, _ in LINKS.values())

"""What breaks imports, loaded into a real WordPress on both of its databases, and compared with the source letter by letter."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.export.protocol import ExportOptions
from pipelines.load.client import WordPressClient
from pipelines.load.site import Site
from pipelines.load.wordpress import LoadOptions, load
from pipelines.storage.dataset import Dataset
from pipelines.storage.ledger import Ledger, read_entries
from pipelines.storage.store import Store
from pipelines.verify.wordpress import verify
from tests.export.data import ADDRESSING, HOST, JPEG, article, attachment, build, image, store_file
from tests.real.mariadb import MariaDB, missing_mariadb
from tests.real.wordpress import WordPress, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.items import Article
    from pipelines.load.report import LoadReport
    from pipelines.verify.result import VerifyReport

LACKING = missing()
pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(LACKING), reason=f"{LACKING}; run `make test-real`")]

MINUTE = "2018-10-26T11:00:00+07:00"
PICTURE = f"{HOST}/Lists/Ảnh/Lễ hội đường phố (1).JPG"
HANDLER = f"{HOST}/_layouts/Download.ashx?file=12&ten=Quyết định"
TEN = "".join(f"<p>Đoạn thứ {number}: {'Ủy ban nhân dân thành phố thông báo. ' * 27}</p>" for number in range(2800))
TEXT_OF_TEN = TEN.replace("<p>", "").replace("</p>", "\n").strip()

#: Groups that a collation without diacritics and letter case takes for one, each at one minute.
TITLES = [
    ["Thông báo", "Thông báo", "THÔNG BÁO", "Thong bao", "thông báo"],
    ["Đất", "Dat", "Đạt", "ĐẤT"],
    ["Tết", "Tệt", "Tet"],
    ["Bơ", "Bo", "Bỏ", "bò"],
    ["Straße", "Strasse"],
    ["Lễ hội 🎉", "Lễ hội 🎊", "Lễ hội"],
    ["𠮷田", "𠮟田"],
    ["Giá &amp; thuế <b>", "Giá & thuế <b>"],
    ["mã ]]> hết", "mã ]]&gt; hết"],
    ["C:\\Tài liệu\\n", "C:Tài liệun", "50% 'giảm' \"giá\" \\\\ %s $1 {0}"],
    ['[gallery ids="1"]', "<!-- wp:paragraph -->", "2018", "feed"],
]  # fmt: skip


def nasty() -> list[Article]:
    titles = [title for group in TITLES for title in group]
    found = [article(at, title, published_at=MINUTE) for at, title in enumerate(titles, 1)]
    sections = ["Tin tức", "Tin túc", "tin tức", "TIN TỨC", "Tin 🎉"]
    found += [
        article(100 + at, f"Bài mục {at}", category=name, author=f"Lê Đ{'ứu'[at % 2]}c {at}")
        for at, name in enumerate(sections)
    ]
    found += [
        article(110, "Tác giả một", author="Nguyễn Hòa"),
        article(111, "Tác giả hai", author="Nguyễn Hoà"),
        article(112, "Tác giả ba", author="NGUYỄN HÒA"),
        article(120, "Chỉ có ngày", published_at="2018-10-26"),
        article(121, "Không có ngày", published_at=None),
        article(122, "Từ năm một ngàn chín trăm bảy mươi sáu", published_at="1976-01-01T00:30:00+07:00"),
        article(123, "Nửa đêm", published_at="2019-01-01T00:00:00+07:00"),
        article(130, "Không có gì ngoài liên kết", summary=None, body_html="", body_text="",
                alternate_url="https://congbao.example.vn/van-ban?ID=9&a=b"),
        article(131, "Không có gì ngoài ảnh", summary=None, body_html="", body_text="", images=(image(PICTURE, role="lead"),)),
        article(132, "Ảnh trong bài", images=(image(PICTURE, role="lead", caption="Lễ hội 🎉", credit="Ảnh: Đức"),),
                body_html=f'<figure><img src="{PICTURE}"><figcaption>Lễ hội 🎉 Ảnh: Đức</figcaption></figure><p>Sau.</p>',
                body_text="Lễ hội 🎉 Ảnh: Đức\nSau."),
        article(133, "Tệp sau trình xử lý", attachments=(attachment(HANDLER, "Quyết định số 5/QĐ-UBND"),)),
        article(140, "Ba megabyte", body_html=TEN, body_text=TEXT_OF_TEN),
        article(141, "Mã trong bài", body_text='a ]]> b\n[gallery]\n<!--more-->\n\\n \\0 %s $1 "q" \'s\'',
                body_html="<p>a ]]&gt; b</p><p>[gallery]</p><p>&lt;!--more--&gt;</p><p>\\n \\0 %s $1 \"q\" 's'</p>"),
        article(142, "Ký tự bốn byte 😀", summary="Tóm tắt 𠮷 😀", body_text="𠮷 😀 👨‍👩‍👧 é e\u0301",
                body_html="<p>𠮷 😀 👨‍👩‍👧 é e\u0301</p>"),
        article(143, "Ký tự điều khiển", body_text="trước sau", body_html="<p>trước\x0b sau\x0c</p>"),
        article(144, "Bảng gộp ô", body_text="Ô một\n2 3",
                body_html='<table><tr><td colspan="2">Ô một</td></tr><tr><td>2</td><td>3</td></tr></table>'),
        article(145, "Một tiêu đề dài " + "rất " * 70 + "dài"),
    ]  # fmt: skip
    return found


@dataclass
class Loaded:
    site: WordPress
    db: Path
    articles: list[Article]
    first: LoadReport
    again: LoadReport
    verified: VerifyReport

    def rows(self, column: str) -> list[str]:
        """A column of all posts, in the order of their ids."""
        code = f"global $wpdb; echo json_encode($wpdb->get_col(\"SELECT {column} FROM $wpdb->posts WHERE post_type='post' ORDER BY ID\"));"
        found: list[str] = json.loads(self.site.php(code))
        return found


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    if request.param == "mariadb" and (lacking := missing_mariadb()):
        pytest.skip(f"{lacking}; run `make test-real`")
    folder = tmp_path_factory.mktemp("nasty")
    articles = nasty()
    db = build(folder / "portal.db", articles)
    store_file(db, PICTURE, JPEG, "image/jpeg", folder / "media", "a")
    store_file(db, HANDLER, b"%PDF-1.4\n%%EOF\n", "application/pdf", folder / "media", "b")
    with ExitStack() as stack:
        mariadb = stack.enter_context(MariaDB()) if request.param == "mariadb" else None
        site = stack.enter_context(WordPress(folder, mariadb))
        client = WordPressClient(site.url, site.user, site.password, rate=0)
        options = ExportOptions(addressing=ADDRESSING, media_folder=folder / "media")

        def bring() -> LoadReport:
            with Store.open(db) as store, Dataset.open(db) as dataset:
                return load(dataset, Site(client), Ledger(store, site.url), LoadOptions(export=options))

        first, again = bring(), bring()
        with Dataset.open(db) as dataset:
            entries: Any = (
                {one.uid: one for one in read_entries(dataset.conn, site.url, kind)} for kind in ("article", "media")
            )
            ledger, files = entries
            report = verify(dataset, client, ledger, options, files)
        yield Loaded(site, db, articles, first, again, report)


def test_each_becomes_a_post_of_its_own_and_a_second_load_changes_nothing(loaded: Loaded) -> None:
    assert loaded.first.findings.refused == {}
    assert (loaded.first.created, loaded.first.media) == (len(loaded.articles), 2)
    again = loaded.again
    assert (again.created, again.updated, again.unchanged, len(again.kept)) == (0, 0, len(loaded.articles), 0)


def test_every_field_of_each_is_there(loaded: Loaded) -> None:
    bad = [(one.title[:60], one.differences) for one in loaded.verified.articles if one.unexplained]
    assert bad == []
    assert loaded.verified.found == loaded.verified.expected == len(loaded.articles)


def test_titles_are_stored_letter_by_letter_and_addresses_are_all_different(loaded: Loaded) -> None:
    code = "global $wpdb; echo json_encode(array_map(fn($t) => html_entity_decode($t, ENT_QUOTES | ENT_HTML5), $wpdb->get_col("
    code += "\"SELECT post_title FROM $wpdb->posts WHERE post_type='post'\")));"
    stored = set(json.loads(loaded.site.php(code)))
    assert {"Đất", "Dat", "Đạt", "ĐẤT", "Lễ hội 🎉", "Lễ hội 🎊", "𠮷田", "𠮟田", "Straße", "Strasse"} <= stored
    slugs = loaded.rows("post_name")
    assert len(set(slugs)) == len(slugs) == len(loaded.articles)
    assert all(slug.isascii() for slug in slugs)


def test_sections_and_authors_that_a_collation_takes_for_one_stay_apart(loaded: Loaded) -> None:
    terms = json.loads(
        loaded.site.php("echo json_encode(array_map(fn($t) => $t->name, get_categories(['hide_empty' => true])));")
    )
    assert {"Tin tức", "Tin túc", "tin tức", "TIN TỨC", "Tin 🎉"} <= set(terms)
    names = json.loads(loaded.site.php("echo json_encode(array_map(fn($u) => $u->display_name, get_users()));"))
    assert {"Nguyễn Hòa", "Nguyễn Hoà", "NGUYỄN HÒA"} <= set(names)


def test_a_page_of_each_public_article_answers_with_its_title(loaded: Loaded) -> None:
    client = WordPressClient(loaded.site.url, loaded.site.user, loaded.site.password, rate=0)
    public = [one for one in loaded.verified.articles if one.public]
    assert len(public) == len(loaded.articles) - 1, "the undated one is a draft"
    wrong = [one.address for one in public if client.fetch(one.address).status != 200]
    assert wrong == []

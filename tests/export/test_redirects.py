from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from pipelines.errors import ConfigurationError
from pipelines.export.redirect_rules import safe_target, spellings
from tests.export.data import HOST, article, build, export, old_url, with_urls
from tests.export.servers import location, serve

if TYPE_CHECKING:
    from pathlib import Path

DIACRITICS = f"{HOST}/Lists/BaiViet/Bài viết Đẹp/DispForm.aspx"


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def portal(path: Path) -> Path:
    """Every shape of address that sister portals use."""
    url = f"{DIACRITICS}?List=%7BABC%2D1%7D&ID=306".replace(" ", "%20")
    articles = [
        with_urls(article(66, "Biểu mẫu"), old_url(66, Source="/x"), f"{HOST}/Lists/TinTuc/DispForm.aspx??ID=66&&a=1"),
        article(2, "Dấu tiếng Việt", url=url),
        article(3, "Trang có ItemID", url=f"{HOST}/Pages/chi-tiet-tin.aspx?ItemID=233"),
        article(4, "Trang theo ngày", url=f"{HOST}/portal/Pages/2020-5-29/Slug.aspx"),
        article(5, "Mã tin nid", url=f"{HOST}/Trang/ChiTietTinTuc.aspx?nid=8850&ID=5"),
        article(6, "Số trong đường dẫn", url=f"{HOST}/pages/detail/53116/Tin-mot.html"),
        article(7, "Trang chi tiết khác", url=f"{HOST}/Pages/chi-tiet-tin.aspx?ItemID=234"),
    ]
    return build(path, articles)


#: (old address, where it must lead), for every server.
LANDINGS = [
    ("/Lists/TinTuc/DispForm.aspx?ID=66", "/bieu-mau/"),
    ("/lists/tintuc/dispform.ASPX?id=66", "/bieu-mau/"),
    ("/Lists/TinTuc/DispForm.aspx?Source=%2Fx&Id=0066&utm_source=zalo", "/bieu-mau/"),
    ("/Lists/TinTuc/DispForm.aspx?Source=/x&amp;ID=66", "/bieu-mau/"),
    ("/Lists/TinTuc/DispForm.aspx??ID=66&&utm_source=zalo", "/bieu-mau/"),
    ("/Lists/TinTuc/Forms/EditForm.aspx?ID=66", "/bieu-mau/"),
    ("/Lists/TinTuc/DispForm.aspx?mobile=1&ID=66", "/bieu-mau/"),
    (quote("/Lists/BaiViet/Bài viết Đẹp/DispForm.aspx") + "?List=%7BABC%2D1%7D&ID=306", "/dau-tieng-viet/"),
    (quote("/lists/baiviet/bài viết đẹp/dispform.aspx") + "?ID=306", "/dau-tieng-viet/"),
    ("/Pages/chi-tiet-tin.aspx?ItemID=233&ID=234", "/trang-co-itemid/"),
    ("/pages/chi-tiet-tin.aspx?itemid=234", "/trang-chi-tiet-khac/"),
    ("/portal/Pages/2020-5-29/Slug.aspx", "/trang-theo-ngay/"),
    ("/portal/Pages/2020-5-29/Slug.aspx?fbclid=1&ID=9", "/trang-theo-ngay/"),
    ("/pages/detail/53116/Tin-mot.html?x", "/so-trong-duong-dan/"),
    ("/Lists/TinTuc/DispForm.aspx?ID=67", ""),
    ("/Lists/TinTuc/DispForm.aspx?ID=666", ""),
    ("/Lists/TinTuc/DispForm.aspx", ""),
    ("/Lists/TinTuc/DispForm.aspx?MyID=66", ""),
    ("/Lists/Khac/DispForm.aspx?ID=66", ""),
    ("/", ""),
]


@pytest.mark.parametrize("server", ["nginx", "apache", "caddy"])
def test_a_real_server_leads_every_form_of_an_address_to_its_article_and_no_other(tmp_path: Path, server: str) -> None:
    db = portal(tmp_path / "portal.db")
    export("redirects", db, tmp_path / "out")
    with serve(server, tmp_path / "out", tmp_path / server) as client:
        assert {url: location(client, url) for url, _ in LANDINGS} == dict(LANDINGS)


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_letter_case_of_a_page_does_not_matter(tmp_path: Path, server: str) -> None:
    export("redirects", portal(tmp_path / "portal.db"), tmp_path / "out")
    with serve(server, tmp_path / "out", tmp_path / server) as client:
        assert location(client, "/PORTAL/pages/2020-5-29/slug.ASPX") == "/trang-theo-ngay/"


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_hostile_paths_and_targets_neither_break_the_server_nor_become_configuration(
    tmp_path: Path, server: str
) -> None:
    paths = [
        '/a"b{c}$d.aspx',
        "/a\\b.aspx",
        "/a'; return 200;.aspx",
        "/a|b!c.aspx",
        "/~*^/x$.aspx",
        "/default",
        "/a b#c.aspx",
    ]
    articles = [article(at, f"Bài {at}", url=HOST + quote(path)) for at, path in enumerate(paths, 1)]
    db = build(tmp_path / "portal.db", articles)
    targets = tmp_path / "targets.csv"
    rows = "".join(f"{one.uid},https://moi.example.vn/$host/{at}{{x}} y\n" for at, one in enumerate(articles, 1))
    targets.write_text("uid,address\n" + rows)
    export("redirects", db, tmp_path / "out", targets=targets)
    with serve(server, tmp_path / "out", tmp_path / server) as client:
        found = [location(client, quote(path)) for path in paths]
    assert found == [f"https://moi.example.vn/%24host/{at}%7Bx%7D%20y" for at in range(1, len(paths) + 1)]


def test_two_articles_at_one_key_are_refused_and_listed(tmp_path: Path) -> None:
    one = article(1, url=f"{HOST}/Pages/x.aspx?ID=5&loai=a")
    two = article(2, url=f"{HOST}/Pages/x.aspx?ID=5&loai=b")
    report = export("redirects", build(tmp_path / "portal.db", [one, two, article(3)]), tmp_path / "out")
    assert report.refused == {"redirect_clash": 1}
    assert {row["uid"] for row in table(tmp_path / "out", "clashes")} == {one.uid, two.uid}
    for path in (
        "nginx/portal-redirects.http.conf",
        "apache/portal-redirects.txt",
        "caddy/portal-redirects.caddy",
        "iis/rewriteMaps.config",
    ):
        assert "/pages/x.aspx" not in (tmp_path / "out" / path).read_text("utf-8")


def test_an_address_with_rules_for_all_its_forms_is_refused_once(tmp_path: Path) -> None:
    two = with_urls(article(2), old_url(1).replace("DispForm", "EditForm"))
    report = export("redirects", build(tmp_path / "portal.db", [article(1), two]), tmp_path / "out")
    assert report.refused == {"redirect_clash": 1}, "one address, several rules"
    assert len({row["url"] for row in table(tmp_path / "out", "clashes")}) == 2


def test_an_address_chosen_by_an_unknown_parameter_is_listed_not_guessed(tmp_path: Path) -> None:
    db = build(tmp_path / "portal.db", [article(1, url=f"{HOST}/Pages/x.aspx?tin=abc")])
    report = export("redirects", db, tmp_path / "out")
    assert report.warnings["unsupported_address"] == 1
    assert len(table(tmp_path / "out", "unsupported")) == 1


def test_addresses_without_a_target_are_listed_with_their_best_candidate(tmp_path: Path) -> None:
    articles = [
        article(1, "Lịch công tác tuần"),
        article(2, "LỊCH CÔNG TÁC TUẦN"),
        article(3, "Lễ hội dừa Bến Tre khai mạc tối nay", body_text="x y z"),
        article(4, "Khai mạc lễ hội dừa Bến Tre"),
        article(5, "Zzz"),
    ]
    db = build(tmp_path / "portal.db", articles, states={1: "gone", 2: "gone", 4: "gone"})
    report = export("redirects", db, tmp_path / "out")
    found = {row["title"]: (row["candidate"], row["why"]) for row in table(tmp_path / "out", "without_target")}
    assert found == {
        "LỊCH CÔNG TÁC TUẦN": ("/lich-cong-tac-tuan/", "the same title"),
        "Lễ hội dừa Bến Tre khai mạc tối nay": ("/khai-mac-le-hoi-dua-ben-tre/", "words of the title"),
        "Zzz": ("", ""),
    }
    assert report.warnings["without_target"] == 3
    assert report.articles == 2


def test_an_earlier_export_s_index_gives_the_addresses(tmp_path: Path, small: Path) -> None:
    export("wordpress", small, tmp_path / "wp", permalink="/{year}/{slug}/")
    export("redirects", small, tmp_path / "out", targets=tmp_path / "wp/index.csv", site_url="https://moi.example.vn/")
    targets = {row["target"] for row in table(tmp_path / "out", "redirects")}
    assert "https://moi.example.vn/2018/bai-viet-so-1/" in targets
    assert len(targets) == 5


def test_a_wrong_targets_file_is_named(tmp_path: Path, small: Path) -> None:
    (tmp_path / "t.csv").write_text("id,to\n1,/x/\n")
    with pytest.raises(ConfigurationError, match=r"t\.csv: needs the columns uid and address"):
        export("redirects", small, tmp_path / "out", targets=tmp_path / "t.csv")


def test_iis_files_are_valid_xml_with_unique_keys(tmp_path: Path) -> None:
    export("redirects", portal(tmp_path / "portal.db"), tmp_path / "out")
    for path in (tmp_path / "out/iis").iterdir():
        ET.parse(path)
    maps = ET.parse(tmp_path / "out/iis/rewriteMaps.config").getroot()
    for one in maps:
        keys = [entry.get("key", "").lower() for entry in one]
        assert len(set(keys)) == len(keys) > 0
    items = {entry.get("key"): entry.get("value") for entry in maps[0]}
    assert items["/lists/tintuc/dispform.aspx!66"] == "/bieu-mau/"


def test_spellings_cover_what_servers_fold_and_composed_and_decomposed_letters() -> None:
    found = spellings("/Lists/Bài Đẹp/X.aspx")
    assert {"/lists/bài Đẹp/x.aspx", "/lists/bài đẹp/x.aspx"} <= found
    assert spellings("/a//B") == {"/a/b", "/a/b/"}
    assert spellings("/a\u0000b\n") == set()


def test_a_target_cannot_hold_what_a_configuration_would_read() -> None:
    assert safe_target("") == ""
    assert safe_target('/a b"$x{y}\\é') == "/a%20b%22%24x%7By%7D%5C%C3%A9"


@pytest.mark.slow
@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_twenty_thousand_addresses_and_their_variants_land_rightly(tmp_path: Path, server: str) -> None:
    total = 20_000
    articles = [article(number, f"Bài {number}") for number in range(1, total + 1)]
    export("redirects", build(tmp_path / "portal.db", articles), tmp_path / "out")
    draw = random.Random(1)
    with serve(server, tmp_path / "out", tmp_path / server) as client:
        wrong = [
            number for number in range(1, total + 1) if location(client, variant(draw, number)) != f"/bai-{number}/"
        ]
    assert wrong == []


def variant(draw: random.Random, number: int) -> str:
    """An address of article `number` as somebody somewhere wrote it."""
    path = draw.choice(
        ["/Lists/TinTuc/DispForm.aspx", "/lists/tintuc/dispform.aspx", "/LISTS/TinTuc/Forms/DispForm.aspx"]
    )
    item = f"{draw.choice(['ID', 'Id', 'id'])}={draw.choice(['', '0', '00'])}{number}"
    others = draw.sample(["Source=%2F", "utm_source=fb", "InitialTabId=Ribbon", "mobile=1", "x=1"], draw.randint(0, 3))
    parts = [*others, item]
    draw.shuffle(parts)
    return f"{urlsplit(path).path}?{draw.choice(['&', '&', '&amp;']).join(parts)}"

"""Listings: article links by address and structure alone, each with the title, date and picture its row prints."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pipelines.items import Page
from portal_crawler.extract.document import parse_document
from portal_crawler.extract.listing import ListingReading, read_listing
from portal_crawler.extract.rows import find_date
from portal_crawler.platforms.sharepoint.shapes import on_hosts, shape_of
from portal_crawler.profile import Listing, Profile
from tests.corpus import corpus

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "https://portal.example"
LIST = f"{HOST}/Pages/tin-tuc.aspx"
ARTICLE = f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=5"
TITLES = (
    "Khánh thành cầu Cái Cối nối hai phường trung tâm",
    "Hội nghị sơ kết công tác cải cách hành chính quý III",
    "Ra quân dọn dẹp vệ sinh môi trường trên địa bàn thành phố",
    "Trao học bổng cho học sinh nghèo vượt khó học giỏi",
)


def read(body: str, url: str = LIST, hosts: tuple[str, ...] = ("portal.example",), **listing: object) -> ListingReading:
    page = Page(url=url, body=f"<html><head><title>x</title></head><body>{body}</body></html>".encode())
    profile = Profile(name="p", title="p", hosts=hosts, start_urls=(LIST,), listing=Listing(**listing))  # type: ignore[arg-type]
    return read_listing(parse_document(page), profile)


def urls(reading: ListingReading) -> list[str]:
    return [link.url for link in reading.links]


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/Lists/X/DispForm.aspx?ID=66", "item"),
        ("/Lists/BaiViet/Bài viết/DispForm.aspx?List={0F3C}&ID=306", "item"),
        ("/Pages/chi-tiet-tin.aspx?ItemID=233", "item"),
        ("/Trang/ChiTietTinTuc.aspx?nid=8850", "item"),
        ("/default.aspx?nid=8850", "item"),
        ("/portal/Pages/2020-5-29/Slug.aspx", "dated"),
        ("/Pages/2019-11-20-01-aspx.html", "dated"),
        ("/2018/10/ten-bai-viet", "dated"),
        ("/pages/detail/53116/Slug.html", "item"),
        ("/chi-tiet/53116", "detail"),
        ("/tin-tuc/khanh-thanh-cau-cai-coi-53116.html", "detail"),
        ("/Pages/khanh-thanh-cau-cai-coi.aspx", "slug"),
        ("/Pages/dai-hoi-dang-bo-2020.aspx", "slug"),
        ("/Pages/tin-tuc.aspx", "page"),
        ("/Blog/Date/2014/4/", "page"),
        ("/Lists/TinTucSuKien", "list"),
        ("/Lists/TinTucSuKien/AllItems.aspx", "list"),
        ("/Pages/default.aspx?id=5", "list"),
        ("/", "list"),
        ("/_layouts/15/listform.aspx?PageType=4&ListId={A}&ID=3", "form"),
        ("/_layouts/15/listform.aspx?PageType=8&ListId={A}", "chrome"),
        ("/_layouts/15/Authenticate.aspx?Source=%2F", "chrome"),
        ("/Lists/X/NewForm.aspx", "chrome"),
        ("/Lists/X/AllItems.aspx?SortField=Title&SortDir=Asc", "chrome"),
        ("/Lists/X/DispForm.aspx?ID=66&print=1", "chrome"),
        ("/_layouts/15/listfeed.aspx?List=%7BA%7D", "feed"),
        ("/PublishingImages/a.JPG", "file"),
        ("/Lists/X/Attachments/66/van-ban", "file"),
    ],
)
def test_an_address_alone_says_much(address: str, shape: str) -> None:
    assert shape_of(f"{HOST}{address}") == shape


@pytest.mark.parametrize(
    ("url", "hosts", "inside"),
    [
        ("http://p.example/a", ("p.example",), True),
        ("http://p.example:8080/a", ("p.example",), True),
        ("http://p.example:8080/a", ("p.example:8080",), True),
        ("http://p.example:8081/a", ("p.example:8080",), False),
        ("http://p.example/a", ("P.Example:80",), True),
        ("https://p.example/a", ("p.example:80",), False),
        ("http://tin.p.example/a", ("p.example",), False),
        ("http://p.example.evil/a", ("p.example",), False),
    ],
)
def test_a_host_without_port_means_any_port(url: str, hosts: tuple[str, ...], inside: bool) -> None:
    assert on_hosts(url, hosts) is inside


def strong(n: int) -> str:
    return f"/Lists/TinTuc/DispForm.aspx?ID={n}"


def weak(n: int) -> str:
    return f"/Pages/bai-viet-so-{'abcd'[n]}.aspx"


#: The same four articles, as different portals mark them up: {u} address, {t} title, {d} date.
MARKUPS = {
    "list": ("<ul>", "<li><a href='{u}'>{t}</a> <span>({d})</span></li>", "</ul>"),
    "cards": (
        "<div>",
        "<div><a href='{u}'><img src='/anh/{n}.jpg'></a><h3><a href='{u}'>{t}</a></h3><p>Tóm tắt.</p><i>{d}</i></div>",
        "</div>",
    ),
    "card-link": (
        "<div>",
        "<a href='{u}'><img src='/anh/{n}.jpg'><span>Tin</span><h2>{t}</h2><div>Ngày 01/02/2003, một việc. <b>{d}</b></div></a>",
        "</div>",
    ),
    "table": (
        "<table><tr><th>Tiêu đề<th>Ngày</tr>",
        "<tr><td>{n}</td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>",
        "</table>",
    ),
    "flat-after": ("<div>", "<a href='{u}'>{t}</a><br><span>{d}</span><br>", "</div>"),
    "flat-before": ("<div>", "<span>{d}</span><br><a href='{u}'>{t}</a><br>", "</div>"),
    "flat-text": ("<td>", "<a href='{u}'>{t}</a> ({d})<br>", "</td>"),
    "definition": ("<dl>", "<dt>{d}</dt><dd><a href='{u}'>{t}</a></dd>", "</dl>"),
    "byline": ("<div>", "<div><p><a href='{u}'>{t}</a></p><p>{d} | Hồng Quốc</p></div>", "</div>"),
    "label": ("<div>", "<div><b>Đăng ngày {d}</b><a href='{u}'>{t}</a><a href='{u}'>Xem thêm</a></div>", "</div>"),
    "nested": (
        "<table>",
        "<tr><td><table><tr><td><a href='{u}'>{t}<img alt='Use SHIFT+ENTER'></a></td></tr></table></td><td>{d}</td></tr>",
        "</table>",
    ),
    "section-name": (
        "<div>",
        "<div><a href='/Pages/tin.aspx'>Tin tức</a><h4><a href='{u}'>{t}</a></h4><em>{d}</em></div>",
        "</div>",
    ),
    "leaf": ("<div>", "<div><b>2{n}</b><span>Tháng 10, 2018</span><a href='{u}'>{t}</a></div>", "</div>"),
}


@pytest.mark.parametrize("address", [strong, weak])
@pytest.mark.parametrize("markup", MARKUPS)
def test_rows_are_cut_by_structure(markup: str, address: Callable[[int], str]) -> None:
    before, row, after = MARKUPS[markup]
    rows = [row.format(u=address(n), t=title, d=f"2{n}/10/2018", n=n) for n, title in enumerate(TITLES)]
    reading = read(
        f"<div><ul id='menu'><li><a href='/Pages/lien-he.aspx'>Liên hệ</a></ul>{before}{''.join(rows)}{after}<div>Chân trang</div></div>"
    )
    dates = [f"2{n} Tháng 10, 2018" if markup == "leaf" else f"2{n}/10/2018" for n in range(4)]
    assert [(link.url, link.text) for link in reading.links] == [
        (f"{HOST}{address(n)}", title) for n, title in enumerate(TITLES)
    ]
    assert [link.published for link in reading.links] == dates
    assert {link.route for link in reading.links} == {"listing"}
    if "card" in markup:
        assert [link.image for link in reading.links] == [f"{HOST}/anh/{n}.jpg" for n in range(4)]


def test_titles_without_dates_need_three_of_a_kind() -> None:
    rows = [f"<li><a href='{weak(n)}'>{title}</a></li>" for n, title in enumerate(TITLES)]
    assert len(read(f"<ul>{''.join(rows)}</ul>").links) == 4
    assert read(f"<ul>{''.join(rows[:2])}</ul>").links == ()


def test_menus_are_sections_not_articles() -> None:
    names = (
        "Giới thiệu",
        "Tin tức sự kiện",
        "Lịch công tác",
        "Quy hoạch, kế hoạch",
        "Chính sách an sinh xã hội trên địa bàn",
    )
    menu = "".join(f"<li><a href='/Pages/muc-so-{n}.aspx'>{name}</a></li>" for n, name in enumerate(names))
    for body in (
        f"<nav><ul>{menu}</ul></nav>",
        f"<ul>{menu}</ul>",
        f"<div class='ms-core-listMenu-horizontalBox'><ul>{menu}</ul></div>",
    ):
        reading = read(body)
        assert reading.links == ()
        assert [link.text for link in reading.sections] == list(names)


def test_a_clock_beside_the_menu_makes_no_article() -> None:
    reading = read("<div>Hôm nay: Thứ 3, Ngày 16/07/2024 - <a href='/Pages/hop-thu.aspx'>Đường dây nóng</a></div>")
    assert reading.links == ()


def test_chrome_files_and_strangers_are_never_followed() -> None:
    reading = read(
        """<a href="#top">1</a><a href="javascript:void(0)">a</a><a href="java&#9;script:x()">a</a><a href="mailto:a@b.example">a</a>
        <a href="/_layouts/15/Authenticate.aspx?Source=/Lists/TinTuc/DispForm.aspx?ID=9">Đăng nhập</a>
        <a href="https://other.example/Lists/TinTuc/DispForm.aspx?ID=9">Khác</a><a href="//cdn.example/DispForm.aspx?ID=1">Khác</a>
        <a href="http://portal.example.evil/DispForm.aspx?ID=1">Khác</a><a href="/Lists/VB/Attachments/3/a.pdf">Văn bản</a>
        <a href="/Lists/TinTuc/AllItems.aspx?SortField=Title&amp;SortDir=Asc">Tiêu đề</a>
        <a href="/Lists/TinTuc/DispForm.aspx?ID=5&amp;in=1">In bài viết</a><a href="/Lists/TinTuc/DispForm.aspx?ID=5">chính nó</a>""",
        ARTICLE,
    )
    assert reading.links == reading.sections == ()


def test_one_article_in_many_spellings_is_one_link() -> None:
    reading = read(
        """<ul><li><a href='/Lists/TinTuc/DispForm.aspx?ID=7'><img src="/_layouts/images/blank.gif"><img data-src="/anh/7.jpg" src="data:image/gif;base64,R0"></a>
        <a href=/lists/tintuc/dispform.aspx?Source=%2F&amp;amp;id=0007>Bế mạc hội thao công nhân viên chức…</a>
        <a href="https://PORTAL.example:443/Lists//TinTuc/DispForm.aspx?ID=7#SPBookmark" title="Bế mạc hội thao công nhân viên chức thành phố">Chi tiết</a></li>
        <li><a href="//Lists/TinTuc/DispForm.aspx?ID=7">Bế mạc hội thao</a></li>
        <li><a href=" /Lists/Tin Tức/DispForm.aspx?ID=8 ">Tin có dấu cách</a></li></ul>"""
    )
    assert urls(reading) == [
        f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=7",
        f"{HOST}/Lists/Tin%20T%E1%BB%A9c/DispForm.aspx?ID=8",
    ]
    first = reading.links[0]
    assert (first.text, first.image) == ("Bế mạc hội thao công nhân viên chức thành phố", f"{HOST}/anh/7.jpg")


def test_hostile_markup_is_read_in_bounded_time() -> None:
    bodies = (
        "<a href='/x?ID=²'>a</a><a href='/x?ID="
        + "9" * 5000
        + "'>b</a><a href='/detail/"
        + "1" * 5000
        + "/a.html'>c</a>",
        "<a href='http://[::1'>a</a><a href='//'>b</a><a href='https://portal.example:99999/'>c</a><a href='\\\\x\\y'>d</a>",
        "<div>" + f"<p><a href='{strong(1)}'>Một bài</a> 26/10/2018</p>" * 5000 + "</div>",
        "".join(f"<li><a href='?page={n}'>{n}</a>" for n in range(3000)),
        "<form><input name=__VIEWSTATE><table><tr>"
        + "<td><a href=\"javascript:__doPostBack('a','7000')\">1</a>" * 3000,
        "<script>var WPQ1ListData = "
        + "[{" * 50_000
        + "</script><script>PageRequestManager._initialize('a',"
        + " " * 50_000
        + "</script>",
        f"<div style='{'background:' * 5000} url(x'><a href='{strong(1)}'>Một</a></div>",
    )
    for body in bodies:
        before = time.process_time()
        read(body)
        assert time.process_time() - before < 2, body[:60]


def test_the_highlight_and_its_row_are_one_link_with_the_rows_date() -> None:
    rows = "".join(f"<li><a href='{strong(n)}'>{title}</a> <i>2{n}/10/2018</i></li>" for n, title in enumerate(TITLES))
    reading = read(f"<div><a href='{strong(2)}'><img src='/a.jpg' alt='IMG_01.jpg'></a></div><ul>{rows}</ul>")
    assert [link.text for link in reading.links] == [TITLES[2], TITLES[0], TITLES[1], TITLES[3]]
    assert (reading.links[0].published, reading.links[0].image) == ("22/10/2018", f"{HOST}/a.jpg")


def test_an_articles_other_news_are_related() -> None:
    rows = "".join(f"<li><a href='{strong(n + 10)}'>{title}</a> (2{n}/10/2018)</li>" for n, title in enumerate(TITLES))
    for url in (ARTICLE, f"{HOST}/Pages/2018-10-26/Bai.aspx"):
        reading = read(
            f"<h1>Tiêu đề</h1><p>26/10/2018 | Hồng Quốc</p><p>Thân bài.</p><div><b>Các tin khác</b><ul>{rows}</ul></div>",
            url,
        )
        assert {link.route for link in reading.links} == {"related"}
        assert [link.published for link in reading.links] == ["20/10/2018", "21/10/2018", "22/10/2018", "23/10/2018"]


def test_a_pager_below_an_article_does_not_make_it_a_listing() -> None:
    rows = "".join(f"<li><a href='{strong(n + 10)}'>{title}</a></li>" for n, title in enumerate(TITLES))
    box = f"<div><b>Các tin khác</b><ul>{rows}</ul><b>1</b> <a href='?ID=5&page=2'>2</a> <a href='?ID=5&page=3'>3</a></div>"
    assert {link.route for link in read(f"<h1>Tiêu đề</h1><p>Thân bài.</p>{box}", ARTICLE).links} == {"related"}
    section = f"<h1>Tin tức</h1><ul>{rows}</ul><b>1</b> <a href='?id=5&page=2'>2</a> <a href='?id=5&page=3'>3</a>"
    assert {link.route for link in read(section, f"{HOST}/Pages/danh-sach-tin.aspx?id=5").links} == {"listing"}


@pytest.mark.parametrize("prose", ["<p>" + "Bài dài. " * 120 + "</p>", "<p>Ngắn.</p>"])
def test_an_article_with_an_open_address_is_told_by_prose_or_heading(prose: str) -> None:
    rows = "".join(f"<li><a href='{strong(n)}'>{title}</a></li>" for n, title in enumerate(TITLES))
    reading = read(
        f"<h1>Tiêu đề</h1>{prose}<h3>Tin liên quan</h3><ul>{rows}</ul>", f"{HOST}/Pages/khanh-thanh-cau-moi.aspx"
    )
    assert {link.route for link in reading.links} == {"related"}


def test_a_list_page_with_other_news_and_a_pager_is_a_listing() -> None:
    rows = "".join(f"<li><a href='{strong(n)}'>{title}</a></li>" for n, title in enumerate(TITLES))
    reading = read(f"<h3>Các tin khác</h3><ul>{rows}</ul><b>1</b> <a href='?page=2'>2</a> <a href='?page=3'>3</a>")
    assert {link.route for link in reading.links} == {"listing"}
    assert reading.next is not None
    assert reading.next.url == f"{LIST}?page=2"
    assert reading.sections == ()


def test_a_lone_related_link_does_not_take_the_articles_date() -> None:
    reading = read(
        f"<div><p>26/10/2018 | Hồng Quốc</p>{'<p>Câu dài của bài viết.</p>' * 40}<p><a href='{strong(9)}'>Xem bài trước</a></p></div>",
        ARTICLE,
    )
    assert [(link.url, link.published) for link in reading.links] == [(f"{HOST}{strong(9)}", "")]


def test_sections_leave_out_what_never_lists_news() -> None:
    kept = (
        "Tin tức - Sự kiện",
        "Tin thủ tục hành chính",
        "Văn bản, chính sách mới",
        "Lịch công tác",
        "Xem tất cả",
        "Thông báo",
    )
    dropped = (
        "Trang chủ",
        "Liên hệ",
        "Sơ đồ cổng",
        "Đăng nhập",
        "Hỏi - Đáp",
        "Thủ tục hành chính",
        "Văn bản pháp luật",
        "Dịch vụ công trực tuyến",
    )
    links = "".join(f"<p><a href='/Pages/m{n}.aspx'>{text}</a></p>" for n, text in enumerate((*kept, *dropped)))
    reading = read(links + "<a href='/Lists/TinTucSuKien'><img alt='Tin nổi bật'></a><a href='/'>Cổng thông tin</a>")
    assert [link.text for link in reading.sections] == [*kept, "Tin nổi bật"]


class TestProfileOverrides:
    BODY = (
        "<div class=tin><a href='/x/a.aspx'>A</a></div><div class=tin><a href='/x/b.pdf'>B</a></div>"
        f"<a href='{strong(1)}'>Một bài</a><a href='{strong(2)}'>Hai bài</a>"
    )

    def test_a_selector_names_the_article_links(self) -> None:
        assert urls(read(self.BODY, links="div.tin")) == [f"{HOST}/x/a.aspx"]

    def test_a_selector_that_matches_nothing_falls_back_to_structure(self) -> None:
        assert len(read(self.BODY, links="div.khong-co").links) == 2

    def test_article_patterns_are_the_only_word(self) -> None:
        reading = read(self.BODY, article=(r"/x/\w+\.aspx$",))
        assert urls(reading) == [f"{HOST}/x/a.aspx"]

    def test_denied_addresses_are_neither_articles_nor_sections(self) -> None:
        reading = read(self.BODY, deny=(r"ID=1$", r"/x/"))
        assert urls(reading) == [f"{HOST}{strong(2)}"]
        assert reading.sections == ()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("26/10/2018", "26/10/2018"),
        ("(26/10/2018 08:30 SA)", "26/10/2018 08:30 SA"),
        ("Thứ 6, Ngày 26/10/2018, 11:00", "Thứ 6, Ngày 26/10/2018, 11:00"),
        ("Ngày đăng: 26-10-2018", "26-10-2018"),
        ("Cập nhật lúc 14:05, 26/10/2018", "14:05, 26/10/2018"),
        ("26/10/2018 | Hồng Quốc", "26/10/2018"),
        ("Hồng Quốc - 26.10.2018", "26.10.2018"),
        ("Đăng ngày 26/10/2018 Lượt xem: 118", "26/10/2018"),
        ("26 tháng 10, 2018", "26 tháng 10, 2018"),
        ("ngày 26 tháng 10 năm 2018", "ngày 26 tháng 10 năm 2018"),
        ("20 Nov", "20 Nov"),
        ("March 5, 2019", "March 5, 2019"),
        ("2018-10-26", "2018-10-26"),
        ("3 giờ trước", "3 giờ trước"),
        ("(26/10)", "26/10"),
        ("Sáng 26/10/2018, thành phố khai mạc hội thao", ""),
        ("Ngày 26/10/2018, Ủy ban nhân dân thành phố tổ chức hội nghị", ""),
        ("Hôm nay: Thứ 3, Ngày 16/07/2024", ""),
        ("Kế hoạch 06/2024/QĐ-UBND", ""),
        ("Giai đoạn 2011-2015", ""),
        ("Tuyên dương 5/6 xã", ""),
        ("Điện thoại: 02753.827.114", ""),
    ],
)
def test_only_a_date_that_stands_alone_is_the_rows_date(text: str, date: str) -> None:
    assert find_date([text]) == date


class TestRealPages:
    def test_press_room_index(self) -> None:
        path = corpus("sharepoint-pressroom/index-aspx.html")
        url = "https://www.iata.org/pressroom/pr/Pages/index.aspx"
        reading = read_listing(
            parse_document(Page(url=url, body=path.read_bytes())),
            Profile(name="p", title="p", hosts=("www.iata.org",), start_urls=(url,)),
        )
        assert len(reading.links) == 106
        assert all(link.text and link.published and link.route == "listing" for link in reading.links)
        assert (reading.links[0].published, reading.links[-1].published) == ("20 Nov", "08 Jan")
        assert reading.next is None
        assert any(link.text.endswith("Archive") for link in reading.sections)
        assert "feed.aspx" in reading.side_doors[0]

    def test_blog_index_has_titles_dates_and_pictures(self) -> None:
        path = corpus("sharepoint-pages/iata_ame_blog_index.html")
        url = "https://www.iata.org/about/worldwide/ame/blog/Pages/index.aspx"
        reading = read_listing(
            parse_document(Page(url=url, body=path.read_bytes())),
            Profile(name="p", title="p", hosts=("www.iata.org",), start_urls=(url,)),
        )
        assert [link.published for link in reading.links] == [
            "17.10.2019",
            "11.10.2019",
            "11.10.2019",
            "08.10.2019",
            "26.09.2019",
            "24.09.2019",
            "23.09.2019",
        ]
        assert all(link.image and 20 < len(link.text) < 130 for link in reading.links)

    def test_list_view_of_a_sister_portal(self) -> None:
        path = corpus("sharepoint-pages/hatinh_question_store_listview_fragment.html")
        url = "http://www.hatinh.gov.vn/doithoai/Lists/Question_Store/AllItems.aspx"
        reading = read_listing(
            parse_document(Page(url=url, body=path.read_bytes())),
            Profile(name="p", title="p", hosts=("www.hatinh.gov.vn",), start_urls=(url,)),
        )
        assert [(link.text, link.image) for link in reading.links] == [("Công ty TNHH Hùng Cường", "")]

    @pytest.mark.parametrize("name", ["a1-vendor", "a2-vendor", "a5-vendor"])
    def test_other_news_below_an_article(self, name: str) -> None:
        path = corpus(f"articles-dev/sp/{name}.html")
        reading = read(path.read_text(encoding="utf-8"), f"{HOST}/Lists/TinTucSuKien/DispForm.aspx?ID=1")
        assert len(reading.links) == 6
        assert all(link.route == "related" and link.published for link in reading.links)
        assert "Tin tức sự kiện" in [link.text for link in reading.sections]

    @pytest.mark.parametrize(
        "name", ["lil_Blog_Archives_index.html", "lil_Pages_default.aspx", "sputility_test_list.html"]
    )
    def test_pages_without_articles_offer_none(self, name: str) -> None:
        path = corpus(f"sharepoint-pages/{name}")
        url = "http://www.lilianeschrauwen.be/Blog/Archives"
        reading = read_listing(
            parse_document(Page(url=url, body=path.read_bytes())),
            Profile(name="p", title="p", hosts=("www.lilianeschrauwen.be",), start_urls=(url,)),
        )
        assert reading.links == ()
        assert reading.next is None

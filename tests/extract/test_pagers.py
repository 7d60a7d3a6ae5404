"""Pagers: whatever way a portal turns its pages, one step leads to the next page, and none at the end."""

from __future__ import annotations

import json
from html import escape

import pytest

from pipelines.items import Page
from portal_crawler.extract.document import parse_document
from portal_crawler.platforms.sharepoint.pagers import (
    detect_pager,
    listdata_links,
    next_step,
)
from portal_crawler.platforms.sharepoint.pagers.controls import find_controls
from tests.corpus import corpus
from tests.extract.pager_pages import HOST, LIST, document, form, numbers, post, profile


class TestNumbersInTheAddress:
    @pytest.mark.parametrize(
        ("pattern", "here", "there", "kind"),
        [
            ("?page={n}", LIST, f"{LIST}?page=2", "get"),
            ("?Page={n}", f"{LIST}?Page=1", f"{LIST}?Page=2", "get"),
            ("/Pages/tin-tuc.aspx?muc=5&PageIndex={n}", f"{LIST}?muc=5", f"{LIST}?muc=5&PageIndex=2", "get"),
            ("tin-tuc.aspx?trang={n}&muc=5", f"{LIST}?muc=5", f"{LIST}?trang=2&muc=5", "get"),
            ("/tin-tuc/trang/{n}", f"{HOST}/tin-tuc", f"{HOST}/tin-tuc/trang/2", "path"),
            ("/tin-tuc/{n}", f"{HOST}/tin-tuc", f"{HOST}/tin-tuc/2", "path"),
            ("/tin-tuc-trang-{n}.html", f"{HOST}/tin-tuc.html", f"{HOST}/tin-tuc-trang-2.html", "path"),
            ("/tin-tuc/page/{n}/", f"{HOST}/tin-tuc/page/1/", f"{HOST}/tin-tuc/page/2/", "path"),
        ],
    )
    def test_first_page_leads_to_the_second(self, pattern: str, here: str, there: str, kind: str) -> None:
        page = document(numbers(pattern, 1, 4), here)
        step = next_step(page, profile())
        assert step is not None
        assert (step.kind, step.url, step.method, step.number) == (kind, there, "GET", 2)
        assert detect_pager(page) == kind

    @pytest.mark.parametrize("pattern", ["?page={n}", "/tin-tuc/trang/{n}"])
    def test_every_page_leads_to_the_next_and_the_last_to_none(self, pattern: str) -> None:
        url, seen = LIST if "?" in pattern else f"{HOST}/tin-tuc", []
        for number in range(1, 8):
            page = document(numbers(pattern, number, 7, f'<a href="{pattern.format(n=1)}">Trang đầu</a>'), url)
            step = next_step(page, profile())
            seen.append(step.number if step else None)
            url = step.url if step else url
        assert seen == [2, 3, 4, 5, 6, 7, None]
        assert detect_pager(page) == ("get" if "?" in pattern else "path")

    def test_pages_counted_from_zero(self) -> None:
        links = '<a href="?page=0">1</a><a href="?page=1">2</a><b>3</b><a href="?page=3">4</a>'
        step = next_step(document(links, f"{LIST}?page=2"), profile())
        assert step is not None
        assert (step.url, step.number) == (f"{LIST}?page=3", 4)

    def test_pages_counted_in_rows(self) -> None:
        links = '<a href="?start=0">1</a><a href="?start=20">2</a><a href="?start=40">3</a><a href="?start=60">4</a>'
        step = next_step(document(links, f"{LIST}?start=20"), profile())
        assert step is not None
        assert step.url == f"{LIST}?start=40"

    def test_a_number_hidden_behind_dots_is_reached(self) -> None:
        page = document(
            '<a href="?page=1">1</a> <a href="?page=2">2</a> 3 … <a href="?page=90">90</a>', f"{LIST}?page=3"
        )
        step = next_step(page, profile())
        assert step is not None
        assert step.url == f"{LIST}?page=4"

    @pytest.mark.parametrize(
        "link",
        [
            '<a href="?page=3">Trang sau</a>',
            '<a href="?page=3">Trang tiếp »</a>',
            '<a href="?page=3">Tiếp theo</a>',
            "<a href='?page=3'>&raquo;</a>",
            '<a href="?page=1">&lt;</a><a href="?page=3">&gt;</a><a href="?page=9">&gt;&gt;</a>',
            '<a href="?page=3" rel="next"><i></i></a>',
            '<a href="?page=1" class="prev"></a><a href="?page=3"><i class="fa fa-angle-right"></i></a>',
            '<a href="?page=3"><img src="/_layouts/images/next.gif" alt="Next"></a>',
            '<a href="?page=3" title="Trang sau"><img src="x.png" alt=""></a>',
            '<a href="?page=3">Xem thêm</a>',
            '<a href="?page=3">Next page</a>',
        ],
    )
    def test_words_and_arrows_lead_on(self, link: str) -> None:
        step = next_step(document(link, f"{LIST}?page=2"), profile())
        assert step is not None
        assert (step.url, step.number) == (f"{LIST}?page=3", 3)

    def test_link_element_in_the_head_leads_on(self) -> None:
        page = parse_document(
            Page(url=LIST, body=b'<html><head><link rel="next" href="/Pages/tin-tuc.aspx?x=2"></head><body><p>a')
        )
        step = next_step(page, profile())
        assert step is not None
        assert step.url == f"{LIST}?x=2"

    @pytest.mark.parametrize(
        "links",
        [
            '<a href="?page=1">Trang sau</a>',  # the last page leads to the first
            '<a href="?page=9">Trang sau</a>',  # … or to itself
            '<a href="?page=8">Trang trước</a><a href="?page=1">1</a><a href="?page=8">8</a> 9 <a href="?page=1">&gt;</a>',
            '<a href="?page=8">&laquo;</a>',
            '<a class="disabled" href="?page=10">Trang sau</a><a href="?page=8">8</a>',
        ],
    )
    def test_the_end_has_no_next_page(self, links: str) -> None:
        page = document(links, f"{LIST}?page=9")
        assert next_step(page, profile()) is None
        assert detect_pager(page) in {"get", None}

    @pytest.mark.parametrize(
        "links",
        [
            '<a href="?year=2016">2016</a><a href="?year=2017">2017</a><a href="?year=2018">2018</a>',
            '<a href="/Pages/tin.aspx?ItemID=1">1</a><a href="/Pages/tin.aspx?ItemID=2">2</a>',
            '<a href="/Lists/A/DispForm.aspx?ID=307">Bài tiếp theo</a>',
            '<a href="https://other.example/?page=2">2</a><a href="https://other.example/?page=3">3</a>',
            '<a href="/Pages/lich.aspx?ngay=1">1</a><a href="/Pages/lich.aspx?ngay=2">2</a>',
        ],
    )
    def test_other_numbers_are_no_pager(self, links: str) -> None:
        page = document(links)
        assert next_step(page, profile()) is None
        assert detect_pager(page) is None

    def test_base_element_and_odd_quoting_are_respected(self) -> None:
        html = "<html><head><base href='/Trang/'></head><body><a HREF=Tin.aspx?muc=5&amp;page=2>2</a> <b>1</b>"
        step = next_step(parse_document(Page(url=f"{HOST}/x", body=html.encode())), profile())
        assert step is not None
        assert step.url == f"{HOST}/Trang/Tin.aspx?muc=5&page=2"


class TestSharePointTokens:
    TOKEN = "Paged=TRUE&p_SortBehavior=0&p_Created=20181026%2004%3a00%3a00&p_ID=74&PageFirstRow=31&View=%7B1A%2D2B%7D"

    @pytest.mark.parametrize(
        "link",
        [
            f'<a href="?{escape(TOKEN)}"><img alt="Next" src="/_layouts/images/next.gif"></a>',
            f"""<a href="javascript:" onclick='javascript:RefreshPageTo(event, "/Pages/tin-tuc.aspx?{TOKEN.replace("&", chr(92) + "u0026")}");javascript:return false;'><img></a>""",
            f"""<a href='javascript:RefreshPageTo(event, "/Pages/tin-tuc.aspx?{TOKEN.replace("&", chr(92) + "u0026")}");'>&gt;</a>""",
            f'<input type="hidden" id="x_hdnPagingInfo" name="x$hdnPagingInfo" value="{escape(TOKEN)}">',
        ],
    )
    def test_the_token_is_passed_on_verbatim(self, link: str) -> None:
        page = document(link)
        step = next_step(page, profile())
        assert step is not None
        assert (step.kind, step.url) == ("paged", f"{LIST}?{self.TOKEN}")

    def test_the_way_back_is_not_taken(self) -> None:
        back = "?Paged=TRUE&PagedPrev=TRUE&p_ID=75&PageFirstRow=1"
        onward = "?Paged=TRUE&p_ID=44&PageFirstRow=61"
        here = f"{LIST}?{self.TOKEN}"
        step = next_step(document(f'<a href="{back}">&lt;</a><a href="{onward}">&gt;</a>', here), profile())
        assert step is not None
        assert step.url == f"{LIST}{onward}"
        assert next_step(document(f'<a href="{back}">&lt;</a>', here), profile()) is None
        assert detect_pager(document(f'<a href="{back}">&lt;</a>', here)) == "paged"

    def test_the_token_of_this_page_is_no_next_page(self) -> None:
        assert (
            next_step(document(f'<a href="?{escape(self.TOKEN)}">Next</a>', f"{LIST}?{self.TOKEN}"), profile()) is None
        )

    def test_an_empty_hidden_token_is_the_last_page(self) -> None:
        page = document('<input type="hidden" name="x$hdnPagingInfo" value="">')
        assert (next_step(page, profile()), detect_pager(page)) == (None, "paged")


def list_view(rows: list[dict[str, str]], following: str, context: str = "") -> str:
    data = {"Row": rows, "FirstRow": 1, "LastRow": len(rows), "FilterLink": "?"} | (
        {"NextHref": following} if following else {}
    )
    text = json.dumps(data).replace("/", "\\u002f").replace("&", "\\u0026")
    return f'<script>var WPQ2ListData = {text};var WPQ2SchemaData = {{}}; ctx.ListData = WPQ2ListData; ctx.wpq = "WPQ2"; {context}</script>'


ROWS = [
    {
        "ID": "12",
        "FSObjType": "0",
        "Title": "Khánh thành cầu",
        "FileRef": "/Lists/TinTuc/12_.000",
        "Created": "10/26/2018",
        "Created.": "2018-10-25T17:00:00Z",
    },
    {
        "ID": "11",
        "FSObjType": "0",
        "Title": "Hội nghị &amp; tổng kết",
        "FileRef": "/Lists/TinTuc/11_.000",
        "Created": "25/10/2018 08:00",
    },
    {"ID": "9", "FSObjType": "1", "Title": "Thư mục", "FileRef": "/Lists/TinTuc/cu"},
]


class TestListData:
    def test_rows_and_next_page_are_read_from_the_script(self) -> None:
        following = "?Paged=TRUE&p_ID=11&PageFirstRow=31&View=%7B1A%7D"
        page = document(list_view(ROWS, following), f"{HOST}/Lists/TinTuc/AllItems.aspx")
        step = next_step(page, profile())
        assert step is not None
        assert (step.kind, step.url) == ("listdata", f"{HOST}/Lists/TinTuc/AllItems.aspx{following}")
        links = listdata_links(page)
        assert [(link.url, link.published) for link in links] == [
            (f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=12", "2018-10-25T17:00:00Z"),
            (f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=11", "25/10/2018 08:00"),
        ]
        assert [link.text for link in links] == ["Khánh thành cầu", "Hội nghị & tổng kết"]

    def test_the_last_page_has_no_next(self) -> None:
        page = document(list_view(ROWS, ""), f"{HOST}/Lists/TinTuc/AllItems.aspx")
        assert next_step(page, profile()) is None

    def test_a_publish_column_with_a_mangled_name_wins(self) -> None:
        rows = [{"ID": "1", "Title": "Tin", "Created": "1/1/2020", "Ng_x00e0_y_x0020_xu_x1ea5_t_x002": "26/10/2018"}]
        page = document(list_view(rows, "", 'ctx.listUrlDir = "\\u002fLists\\u002fTin t\\u1ee9c";'))
        (link,) = listdata_links(page)
        assert (link.url, link.published) == (f"{HOST}/Lists/Tin%20t%E1%BB%A9c/DispForm.aspx?ID=1", "26/10/2018")

    def test_pages_of_a_library_keep_their_own_address(self) -> None:
        rows = [
            {"ID": "1", "Title": "Tin", "FileRef": "/Pages/2020-5-29/Khai-mac.aspx"},
            {"ID": "2", "FileRef": "/Tai-lieu/a.pdf"},
        ]
        links = listdata_links(document(list_view(rows, "")))
        assert [link.url for link in links] == [f"{HOST}/Pages/2020-5-29/Khai-mac.aspx"]

    def test_a_vendors_hyperlink_column_leads_to_the_rows_page(self) -> None:
        rows = [
            {"ID": "7", "Title": "Một", "LinkTin": "/Trang/Tin.aspx?ItemID=7", "LinkTin.desc": "xem"},
            {"ID": "8", "Title": "Hai", "LinkTin": "/Trang/Tin.aspx?ma=x", "LinkTin.desc": "Hai"},
            {"ID": "9", "Title": "Ba", "ThayThe": "/Trang/Khac.aspx?ItemID=3", "ThayThe.desc": "ở đây"},
        ]
        links = listdata_links(document(list_view(rows, "", 'ctx.listUrlDir = "/Lists/Tin";')))
        addresses = ["/Trang/Tin.aspx?ItemID=7", "/Trang/Tin.aspx?ma=x", "/Lists/Tin/DispForm.aspx?ID=9"]
        assert [link.url for link in links] == [f"{HOST}{address}" for address in addresses]

    def test_categories_and_comments_are_no_articles(self) -> None:
        assert listdata_links(document(list_view(ROWS, "", 'ctx.listTemplate = "303";'))) == ()

    def test_a_broken_script_is_left_alone(self) -> None:
        assert listdata_links(document("<script>var WPQ1ListData = { Row: [oops };</script>")) == ()

    def test_the_real_category_view_yields_nothing(self) -> None:
        body = corpus("sharepoint-pages/lil_Blog_Date_2014_4_index.html").read_bytes()
        assert (
            listdata_links(parse_document(Page(url="http://www.lilianeschrauwen.be/Blog/Date/2014/4", body=body))) == ()
        )


class TestProfile:
    BOTH = numbers("?page={n}", 1, 3) + form(f"<p><b>1</b>{post('p', 'Page$2', '2')}{post('p', 'Page$3', '3')}</p>")

    @pytest.mark.parametrize(
        ("kind", "found"),
        [("auto", "get"), ("get", "get"), ("postback", "postback"), ("paged", None), ("path", None), ("none", None)],
    )
    def test_a_named_pager_is_the_only_one_taken(self, kind: str, found: str | None) -> None:
        step = next_step(document(self.BOTH), profile(pager=kind))
        assert (step.kind if step else None) == found

    @pytest.mark.parametrize("selector", ["a.di-tiep", "//a[@class='di-tiep']", ".cuoi-trang"])
    def test_a_selector_names_the_control(self, selector: str) -> None:
        body = '<div class="cuoi-trang"><a class="di-tiep" href="/Pages/tin-tuc.aspx?tu=3">Còn nữa</a></div>'
        step = next_step(document(body), profile(next=selector))
        assert step is not None
        assert step.url == f"{LIST}?tu=3"

    def test_a_selector_that_matches_nothing_is_the_end(self) -> None:
        assert next_step(document(self.BOTH), profile(next="a.di-tiep")) is None

    def test_no_step_leaves_the_profiles_hosts(self) -> None:
        page = document(numbers("?page={n}", 1, 3), "https://khac.example/Pages/tin-tuc.aspx")
        assert next_step(page, profile()) is None


@pytest.mark.parametrize(("beside", "role"), [('<a href="javascript:;">Trang sau</a>', "last"), ("", "next")])
def test_a_double_arrow_leads_to_the_last_page_beside_a_link_onward_that_does_nothing(beside: str, role: str) -> None:
    page = document(f'<div>{beside}<a href="?page=9">»</a></div>')
    assert [one.role for one in find_controls(page.root) if one.label == "»"] == [role]

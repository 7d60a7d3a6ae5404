"""Pagers: whatever way a portal turns its pages, one step leads to the next page, and none at the end."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

import pytest

from pipelines.errors import Rejected
from pipelines.items import Page
from portal_crawler.extract.document import Document, parse_document
from portal_crawler.platforms.sharepoint.pagers import (
    apply_delta,
    detect_pager,
    listdata_links,
    next_step,
    page_of_delta,
    read_delta,
)
from portal_crawler.profile import Listing, Profile
from tests.corpus import corpus

HOST = "https://portal.example"
LIST = f"{HOST}/Pages/tin-tuc.aspx"
STATE = '<input type="hidden" name="__VIEWSTATE" value="dDw0+/==">'


def document(body: str, url: str = LIST) -> Document:
    html = f"<html><head><title>Tin tức</title></head><body>{body}</body></html>"
    return parse_document(Page(url=url, body=html.encode()))


def profile(**listing: str) -> Profile:
    return Profile(name="p", title="p", hosts=("portal.example",), start_urls=(LIST,), listing=Listing(**listing))  # type: ignore[arg-type]


def numbers(pattern: str, current: int, last: int, extra: str = "") -> str:
    links = [
        f"<span>{n}</span>" if n == current else f'<a href="{escape(pattern.format(n=n))}">{n}</a>'
        for n in range(1, last + 1)
    ]
    return f"<div>{' '.join(links)}{extra}</div>"


def post(target: str, argument: str = "", label: str = "", attributes: str = "") -> str:
    return f"""<a {attributes} href="javascript:__doPostBack('{target}','{argument}')">{label or argument}</a>"""


def form(body: str, action: str = "./tin-tuc.aspx?muc=5") -> str:
    return f"""<form method="post" action="{action}" id="aspnetForm">{STATE}
        <input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">
        <input type="hidden" name="__EVENTVALIDATION" value="/wEd&amp;A"><input name="ctl00$tim" value="từ khóa">
        <input type="submit" name="ctl00$nutTim" value="Tìm"><input type="checkbox" name="chua" value="1">
        <input type="checkbox" name="co" checked><select name="nam"><option value="2017">2017<option selected>2018</select>
        <textarea name="ghichu">a
b</textarea>{body}</form>"""


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


class TestPostBack:
    def test_the_whole_form_is_posted_as_a_browser_would(self) -> None:
        page = document(form(f"<span>1</span>{post('ctl00$luoi', 'Page$2', '2')}{post('ctl00$luoi', 'Page$3', '3')}"))
        step = next_step(page, profile())
        assert step is not None
        assert (step.kind, step.method, step.url, step.number) == ("postback", "POST", f"{LIST}?muc=5", 2)
        assert dict(step.form) == {
            "__EVENTTARGET": "ctl00$luoi",
            "__EVENTARGUMENT": "Page$2",
            "__VIEWSTATE": "dDw0+/==",
            "__EVENTVALIDATION": "/wEd&A",
            "ctl00$tim": "từ khóa",
            "co": "on",
            "nam": "2018",
            "ghichu": "a\nb",
        }
        assert len(step.form) == 8
        assert step.headers == ()

    @pytest.mark.parametrize("current", [1, 4, 9])
    def test_grid_view_numbers(self, current: int) -> None:
        cells = [
            f"<td><span>{n}</span></td>" if n == current else f"<td>{post('gv', f'Page${n}', str(n))}</td>"
            for n in range(1, 11)
        ]
        table = f"<table><tr>{''.join(cells)}<td>{post('gv', 'Page$11', '...')}</td></tr></table>"
        step = next_step(document(form(table)), profile())
        assert step is not None
        assert (dict(step.form)["__EVENTARGUMENT"], step.number) == (f"Page${current + 1}", current + 1)

    def test_the_next_group_of_numbers_is_behind_the_dots(self) -> None:
        links = [post("gv", f"Page${n}", str(n)) for n in range(11, 20)]
        body = f"{post('gv', 'Page$10', '...')}{' '.join(links)} <span>20</span> {post('gv', 'Page$21', '...')}"
        step = next_step(document(form(f"<div>{body}</div>")), profile())
        assert step is not None
        assert (dict(step.form)["__EVENTARGUMENT"], step.number) == ("Page$21", 21)

    def test_the_last_group_of_numbers_ends(self) -> None:
        links = [post("gv", f"Page${n}", str(n)) for n in range(11, 13)]
        page = document(form(f"<div>{post('gv', 'Page$10', '...')}{' '.join(links)} <span>13</span></div>"))
        assert (next_step(page, profile()), detect_pager(page)) == (None, "postback")

    def test_data_pager_whose_numbers_are_controls_of_their_own(self) -> None:
        body = (
            '<span><a disabled="disabled">Đầu</a><span>1</span>'
            f"{post('ctl00$dp$ctl01$ctl01', '', '2')}{post('ctl00$dp$ctl01$ctl02', '', '3')}{post('ctl00$dp$ctl02$ctl00', '', 'Sau')}</span>"
        )
        step = next_step(document(form(body)), profile())
        assert step is not None
        assert dict(step.form)["__EVENTTARGET"] == "ctl00$dp$ctl01$ctl01"

    def test_only_an_arrow(self) -> None:
        step = next_step(document(form(post("ctl00$lnkSau", "", "&raquo;"))), profile())
        assert step is not None
        assert dict(step.form)["__EVENTTARGET"] == "ctl00$lnkSau"

    def test_options_of_validation_pages(self) -> None:
        link = """<b>1</b><a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("ctl00$p2", "", true, "", "", false, true))'>2</a>"""
        step = next_step(document(form(link)), profile())
        assert step is not None
        assert dict(step.form)["__EVENTTARGET"] == "ctl00$p2"

    def test_a_submit_button_sends_its_own_name(self) -> None:
        step = next_step(document(form('<input type="submit" name="ctl00$sau" value="Trang sau">')), profile())
        assert step is not None
        assert dict(step.form)["ctl00$sau"] == "Trang sau"
        assert dict(step.form)["__EVENTTARGET"] == ""

    def test_an_image_button_sends_coordinates(self) -> None:
        step = next_step(document(form('<input type="image" name="ctl00$sau" alt="Next" src="/n.gif">')), profile())
        assert step is not None
        assert {"ctl00$sau.x", "ctl00$sau.y"} <= dict(step.form).keys()

    def test_current_page_marked_by_its_class(self) -> None:
        items = [f'<li class="{"active" if n == 3 else ""}">{post("p", str(n))}</li>' for n in range(1, 6)]
        step = next_step(document(form(f"<ul>{''.join(items)}</ul>")), profile())
        assert step is not None
        assert step.number == 4

    def test_unmarked_numbers_follow_the_page_asked_for(self) -> None:
        page = document(form("".join(post("p", str(n)) for n in range(1, 6))))
        assert [step and step.number for step in (next_step(page, profile(), asked) for asked in (0, 2, 4, 5))] == [
            2,
            3,
            5,
            None,
        ]

    def test_row_numbers_of_the_list_do_not_disturb_twin_pagers(self) -> None:
        rows = "".join(f"<tr><td>{n}</td><td>Tin</td></tr>" for n in range(1, 11))
        pager = (
            f"<div>{post('p', 'Page$1', '1')}{post('p', 'Page$2', '2')}<span>3</span>{post('p', 'Page$4', '4')}</div>"
        )
        step = next_step(document(form(f"{pager}<table>{rows}</table>{pager}")), profile())
        assert step is not None
        assert step.number == 4

    def test_a_calendar_is_no_pager(self) -> None:
        weeks = "".join(
            "<tr>"
            + "".join(f"<td>{post('lich', str(6940 + 7 * w + d), str(7 * w + d + 1))}</td>" for d in range(7))
            + "</tr>"
            for w in range(5)
        )
        head = f"<tr><td colspan=7><table><tr><td>{post('lich', 'V6909', '&lt;')}</td><td>{post('lich', 'V6970', '&gt;')}</td></tr></table></td></tr>"
        page = document(form(f"<table>{head}{weeks}</table>"))
        assert next_step(page, profile()) is None

    def test_without_view_state_there_is_nothing_to_post(self) -> None:
        assert detect_pager(document(f"<form>{post('p', '2')}</form>")) is None

    def test_a_search_form_inside_the_page_stays_out(self) -> None:
        body = f'<form action="/tim" method="get"><input name="q" value="x"></form><b>1</b>{post("p", "2")}'
        step = next_step(document(form(body)), profile())
        assert step is not None
        assert "q" not in dict(step.form)
        assert dict(step.form)["__VIEWSTATE"] == "dDw0+/=="

    def test_the_real_blog_posts_its_token_back(self) -> None:
        path = corpus("sharepoint-pages/iata_ame_blog_index.html")
        url = "https://www.iata.org/about/worldwide/ame/blog/Pages/index.aspx"
        page = parse_document(Page(url=url, body=path.read_bytes()))
        step = next_step(page, Profile(name="p", title="p", hosts=("www.iata.org",), start_urls=(url,)))
        assert step is not None
        fields = dict(step.form)
        token = next(value for name, value in fields.items() if name.endswith("hdnPagingInfo"))
        assert (step.kind, step.url, token) == (
            "postback",
            url,
            "Paged=TRUE&p_PublishedDate=20190923%2008%3a56%3a00&p_ID=74",
        )
        assert fields["__EVENTTARGET"].endswith("$btnViewMore")
        assert len(fields["__VIEWSTATE"]) > 100


PANELS_4 = "<script>Sys.WebForms.PageRequestManager._initialize('ctl00$SM', 'aspnetForm', ['tctl00$up','ctl00_up'], [], [], 90, 'ctl00');</script>"
PANELS_35 = """<script>Sys.WebForms.PageRequestManager._initialize('ctl00$SM', document.getElementById('aspnetForm'));
Sys.WebForms.PageRequestManager.getInstance()._updateControls(['tctl00$up'], [], [], 90);</script>"""


def panel(body: str) -> str:
    return f'<div id="ctl00_up">{body}</div>'


class TestUpdatePanel:
    @pytest.mark.parametrize("script", [PANELS_4, PANELS_35])
    def test_a_link_in_a_panel_posts_asynchronously(self, script: str) -> None:
        page = document(form(script + panel(f"<b>1</b>{post('ctl00$p', '2')}")))
        step = next_step(page, profile())
        assert step is not None
        assert step.kind == detect_pager(page) == "updatepanel"
        assert step.form[0] == ("ctl00$SM", "ctl00$up|ctl00$p")
        assert ("__ASYNCPOST", "true") in step.form
        assert ("X-MicrosoftAjax", "Delta=true") in step.headers

    def test_panels_registered_without_client_ids_are_known_too(self) -> None:
        script = PANELS_4.replace("'tctl00$up','ctl00_up'", "'tctl00$khac','tctl00$up'")
        assert detect_pager(document(form(script + panel(f"<b>1</b>{post('ctl00$p', '2')}")))) == "updatepanel"

    def test_a_link_outside_every_panel_posts_the_page(self) -> None:
        page = document(form(PANELS_4 + panel("") + f"<b>1</b>{post('ctl00$p', '2')}"))
        assert detect_pager(page) == "postback"

    def test_a_registered_control_posts_asynchronously_wherever_it_stands(self) -> None:
        script = PANELS_4.replace("[], []", "['ctl00$p','ctl00_p'], []", 1)
        step = next_step(document(form(script + f"<b>1</b>{post('ctl00$p', '2')}")), profile())
        assert step is not None
        assert step.form[0] == ("ctl00$SM", "ctl00$SM|ctl00$p")

    def test_a_full_post_back_control_inside_a_panel_posts_the_page(self) -> None:
        script = PANELS_4.replace("[], []", "[], ['ctl00$p','ctl00_p']", 1)
        assert detect_pager(document(form(script + panel(f"<b>1</b>{post('ctl00$p', '2')}")))) == "postback"

    def test_the_chain_goes_on_through_replies(self) -> None:
        """Three pages: the first is a page, the others are replies; view state and hidden fields are renewed."""
        page = document(form(PANELS_4 + panel(f"<b>1</b>{post('ctl00$p', '2')}{post('ctl00$p', '3')}")))
        pages = {
            "2": f"{post('ctl00$p', '1')}<b>2</b>{post('ctl00$p', '3')}",
            "3": f"{post('ctl00$p', '1')}{post('ctl00$p', '2')}<b>3</b>",
        }
        seen, states = [], []
        step = next_step(page, profile())
        while step:
            sent = dict(step.form)
            seen.append(sent["__EVENTARGUMENT"])
            states.append(sent["__VIEWSTATE"])
            assert sent["ctl00$SM"] == "ctl00$up|ctl00$p"
            assert sent["ctl00$tim"] == "từ khóa"
            reply = delta(
                ("updatePanel", "ctl00_up", pages[sent["__EVENTARGUMENT"]]),
                ("hiddenField", "__VIEWSTATE", f"state after {sent['__EVENTARGUMENT']}"),
                ("updatePanelIDs", "", "tctl00$up,ctl00_up"),
                ("formAction", "", "./tin-tuc.aspx?muc=5"),
                ("pageTitle", "", "Tin tức"),
            )
            answer = Page(url=step.url, body=reply.encode(), method="POST", request_body=urlencode(step.form).encode())
            step = next_step(parse_document(page_of_delta(answer)), profile())
        assert seen == ["2", "3"]
        assert states == ["dDw0+/==", "state after 2"]


def delta(*parts: tuple[str, str, str], head: str = "1|#||4|") -> str:
    return head + "".join(f"{len(content)}|{kind}|{name}|{content}|" for kind, name, content in parts)


class TestDelta:
    def test_bars_and_line_breaks_belong_to_the_content(self) -> None:
        (_, panel_part, field) = read_delta(delta(("updatePanel", "up", "<p>a|b\n|5|x|</p>"), ("hiddenField", "h", "")))
        assert (panel_part.kind, panel_part.id, panel_part.content) == ("updatePanel", "up", "<p>a|b\n|5|x|</p>")
        assert (field.kind, field.content) == ("hiddenField", "")

    @pytest.mark.parametrize(
        "count", [len, lambda text: len(text.encode("utf-16-le")) // 2, lambda text: len(text.encode())]
    )
    def test_lengths_in_characters_utf16_units_or_bytes(self, count: object) -> None:
        content = "<p>Tiếng Việt 𝄞 đủ dấu</p>"
        text = f"{count(content)}|updatePanel|up|{content}|3|hiddenField|__VIEWSTATE|abc|"  # type: ignore[operator]
        first, second = read_delta(text)
        assert (first.content, second.content) == (content, "abc")

    def test_a_reply_cut_short_is_refused(self) -> None:
        text = delta(("updatePanel", "up", "<p>một</p>" * 50))
        with pytest.raises(Rejected, match="cut_short"):
            apply_delta(text[:-40], ())

    @pytest.mark.parametrize(
        ("part", "reason"),
        [
            (
                ("error", "500", "The state information is invalid: Validation of viewstate MAC failed."),
                "dead_view_state",
            ),
            (("error", "500", "Object reference not set"), "server_error"),
            (("pageRedirect", "", "%2f_layouts%2f15%2fAuthenticate.aspx"), "login_required"),
            (("pageRedirect", "", "/loi.aspx"), "redirected"),
        ],
    )
    def test_errors_and_redirects_are_refused(self, part: tuple[str, str, str], reason: str) -> None:
        with pytest.raises(Rejected) as refused:
            apply_delta(delta(part, head=""), ())
        assert refused.value.reason == reason

    def test_hidden_fields_are_renewed_and_the_panels_own_are_not_doubled(self) -> None:
        carried = [
            ("SM", "up|p"),
            ("__EVENTTARGET", "p"),
            ("__VIEWSTATE", "cũ"),
            ("token", "1"),
            ("khac", "giữ"),
            ("__ASYNCPOST", "true"),
        ]
        html, fields = apply_delta(
            delta(
                ("updatePanel", "up", '<input type="hidden" name="token" value="2">'),
                ("hiddenField", "__VIEWSTATE", "mới"),
                ("hiddenField", "moi", "1"),
            ),
            carried,
        )
        assert dict(fields) == {"__VIEWSTATE": "mới", "khac": "giữ", "moi": "1"}
        assert html.count('name="token"') == 1

    def test_an_ordinary_page_stays_as_it_is(self) -> None:
        page = Page(url=LIST, body=b"<html>12|x|y|z|</html>", method="POST")
        assert page_of_delta(page) is page


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

    def test_a_named_full_post_back_ignores_panels(self) -> None:
        page = document(form(PANELS_4 + panel(f"<b>1</b>{post('ctl00$p', '2')}")))
        step = next_step(page, profile(pager="postback"))
        assert step is not None
        assert (step.kind, step.headers) == ("postback", ())

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

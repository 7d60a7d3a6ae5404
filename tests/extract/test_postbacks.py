"""Pagers that post the page back: the view-state chain, and the partial replies of an UpdatePanel."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from pipelines.errors import Rejected
from pipelines.items import Page
from portal_crawler.extract.document import parse_document
from portal_crawler.platforms.sharepoint.pagers import (
    apply_delta,
    detect_pager,
    next_step,
    page_of_delta,
    read_delta,
)
from portal_crawler.profile import Profile
from tests.corpus import corpus
from tests.extract.pager_pages import LIST, document, form, post, profile


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

    def test_a_named_full_post_back_ignores_panels(self) -> None:
        page = document(form(PANELS_4 + panel(f"<b>1</b>{post('ctl00$p', '2')}")))
        step = next_step(page, profile(pager="postback"))
        assert step is not None
        assert (step.kind, step.headers) == ("postback", ())


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

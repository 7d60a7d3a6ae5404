"""Everything around an article: ribbon, hidden state, menus, side boxes, footer, as a SharePoint master page prints it."""

from __future__ import annotations

import html
import json
import random
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.printing import WEEKDAYS, day_first
from portal_crawler.sample_portal.sections import SECTIONS, Section, encoded, guid

if TYPE_CHECKING:
    from portal_crawler.sample_portal.visit import Visit

PORTAL_NAME = "Cổng thông tin điện tử thành phố Cồn Phượng"
MENU = (
    ("Trang chủ", "/"),
    ("Giới thiệu", "/gioi-thieu/Pages/default.aspx"),
    *((section.name, section.listing) for section in SECTIONS),
    ("Liên hệ", "/lien-he/Pages/default.aspx"),
)
STATIC_PAGES = {"/gioi-thieu/pages/default.aspx": "Giới thiệu", "/lien-he/pages/default.aspx": "Liên hệ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the master page needs to know. `state` is what a pager keeps in the view state."""

    title: str
    main: str
    path: str
    section: Section | None = None
    head: str = ""
    item_id: int = 0
    state: str = ""
    clock_in_kicker_shape: bool = False
    hidden: dict[str, str] = field(default_factory=dict)


def render(page: Page, visit: Visit, base: str) -> str:
    """The whole page."""
    return "".join(
        (
            _head(page, base),
            (
                f'<body onhashchange="if (typeof(_spBodyOnHashChange) != \'undefined\') _spBodyOnHashChange();"><form method="post" '
                f'action="{html.escape(page.path)}" onsubmit="javascript:return WebForm_OnSubmit();" id="aspnetForm">'
            ),
            hidden_inputs(page, visit),
            _ribbon(),
            '<div id="s4-workspace"><div id="s4-bodyContainer">',
            _banner(page, visit),
            '<div id="s4-mainarea" class="ms-fullWidth cp-main"><div id="contentRow">',
            _side(page),
            (
                '<div id="contentBox" aria-live="polite"><div id="notificationArea" class="ms-notif-box"></div>'
                '<div id="DeltaPlaceHolderMain"><a id="mainContent" tabindex="-1"></a>'
            ),
            page.main,
            "</div></div>",
            _right(visit),
            "</div></div>",
            _footer(),
            "</div></div></form></body></html>",
        )
    )


def render_plain(title: str, main: str, head: str = "") -> str:
    """A page without any chrome of SharePoint's."""
    return f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8" /><title>{html.escape(title)}</title>{head}</head><body><div class="k1">{main}</div></body></html>'


def hidden_inputs(page: Page, visit: Visit) -> str:
    """The hidden fields ASP.NET posts back; all of them differ at every visit."""
    values = {
        "_wpcmWpid": "", "wpcmVal": "", "MSOWebPartPage_PostbackSource": "", "MSOTlPn_SelectedWpId": "",
        "__REQUESTDIGEST": visit.digest(), "__EVENTTARGET": "", "__EVENTARGUMENT": "",
        "__VIEWSTATE": visit.view_state(page.state), "__VIEWSTATEGENERATOR": "BAB98CB3", "__SCROLLPOSITIONX": "0",
        "__SCROLLPOSITIONY": "0", "__EVENTVALIDATION": visit.event_validation(), **page.hidden,
    }  # fmt: skip
    rows = "\n".join(
        f'<input type="hidden" name="{name}" id="{name.replace("$", "_")}" value="{html.escape(value)}" />'
        for name, value in values.items()
    )
    return f'<div class="aspNetHidden">\n{rows}\n</div>'


def _head(page: Page, base: str) -> str:
    context = {
        "webServerRelativeUrl": "/", "webAbsoluteUrl": base, "siteAbsoluteUrl": base, "serverRequestPath": page.path.partition("?")[0],
        "layoutsUrl": "_layouts/15", "webTitle": PORTAL_NAME, "webTemplate": "39", "webLogoUrl": "/_layouts/15/images/siteicon.png",
        "webLanguage": 1033, "currentLanguage": 1033, "currentUICultureName": "en-US", "currentCultureName": "en-US",
        "pageListId": f"{{{guid(page.section.list_name) if page.section else guid('Pages')}}}",
        "pageItemId": page.item_id, "userId": 0, "crossDomainPhotosEnabled": False, "env": {},
    }  # fmt: skip
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
        '<html dir="ltr" lang="en-US" xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        '<meta name="GENERATOR" content="Microsoft SharePoint" /><meta http-equiv="Content-type" content="text/html; charset=utf-8" />'
        '<meta http-equiv="X-UA-Compatible" content="IE=10" /><meta http-equiv="Expires" content="0" />'
        f"<title>\n\t{html.escape(page.title)}\n</title>"
        '<link rel="shortcut icon" href="/_layouts/15/images/favicon.ico" type="image/vnd.microsoft.icon" />'
        '<link rel="stylesheet" type="text/css" href="/Style%20Library/CP/portal.css" />'
        f'{page.head}{_scripts()}<script type="text/javascript">//<![CDATA[\n'
        f"var _spPageContextInfo={json.dumps(context, ensure_ascii=True).replace('/', chr(92) + 'u002f')};var _fV4UI=true;\n"
        "//]]></script></head>"
    )


@cache
def _scripts() -> str:
    rng = random.Random("scripts")
    names = (
        "strings", "core", "sp.res", "sp.runtime", "sp", "sp.ui.dialog", "ribbon", "cui", "inplview", "sp.core", "mquery", "callout",
        "clienttemplates", "clientforms", "autofill", "sp.init", "sp.storefront", "sp.ui.rte", "dragdrop", "search.clientcontrols",
        "userprofile", "followingcommon", "profilebrowserscriptres", "sp.ui.mysitecommon", "browserScript", "datepicker", "form",
        "sp.datetimeutil", "offline", "quicklaunch", "suitelinks", "sp.ui.listsearchbox", "clientrenderer", "sharing", "sp.ui.combobox",
    )  # fmt: skip
    sods = "\n".join(
        f'RegisterSod("{name}.js", "\\u002f_layouts\\u002f15\\u002f{name}.js?rev={rng.getrandbits(64):016x}\\u00253D\\u00253DTAG0");'
        f'RegisterSodDep("{name}.js", "strings.js");'
        for name in names
    )
    return (
        '<script type="text/javascript" src="/_layouts/15/init.js?rev=ClZ6yd4Q"></script>'
        f'<script type="text/javascript">//<![CDATA[\n{sods}\n'
        "function __doPostBack(eventTarget, eventArgument) {\n    var theForm = document.forms['aspnetForm'];\n"
        "    if (!theForm.onsubmit || (theForm.onsubmit() != false)) {\n        theForm.__EVENTTARGET.value = eventTarget;\n"
        "        theForm.__EVENTARGUMENT.value = eventArgument;\n        theForm.submit();\n    }\n}\n"
        "function WebForm_OnSubmit() { return true; }\n//]]></script>"
    )


@cache
def _ribbon() -> str:
    tabs = {
        "Browse": ("Page",),
        "Page": ("Edit", "Manage", "Share & Track", "Page Actions"),
        "List": ("View Format", "Settings"),
    }
    shown = "".join(
        f'<li class="ms-cui-tt" id="Ribbon.{tab}-title" role="tab"><a class="ms-cui-tt-a" href="javascript:;"><span class="ms-cui-tt-span">{tab}</span></a>'
        + "".join(
            f'<ul class="ms-cui-groups" id="Ribbon.{tab}.{at}"><li class="ms-cui-group"><span class="ms-cui-groupTitle">{html.escape(group)}</span>'
            '<span class="ms-cui-layout"><a class="ms-cui-ctl-large" href="javascript:;" role="button"><img alt="" '
            'src="/_layouts/15/1033/images/formatmap32x32.png" /></a></span></li></ul>'
            for at, group in enumerate(groups)
        )
        + "</li>"
        for tab, groups in tabs.items()
    )
    return (
        '<div id="TurnOnAccessibility" style="display:none" class="s4-notdlg noindex"><a id="linkTurnOnAcc" href="#" class="ms-accessible ms-acc-button">'
        "Turn on more accessible mode</a></div>"
        '<div class="s4-notdlg s4-skipribbonshortcut noindex"><a href="javascript:;" class="ms-accessible ms-acc-button" accesskey="Y">Skip Ribbon Commands</a></div>'
        '<div class="s4-notdlg noindex"><a href="javascript:;" class="ms-accessible ms-acc-button" accesskey="X">Skip to main content</a></div>'
        '<div id="suiteBar" class="ms-dialogHidden noindex"><div id="suiteBarRight"><a class="ms-signInLink" '
        'href="/_layouts/15/Authenticate.aspx?Source=%2F">Sign In</a></div></div>'
        '<div id="s4-ribbonrow" style="height:auto"><div id="globalNavBox" class="noindex"><div id="ribbonBox"><div id="RibbonContainer" '
        f'class="ms-cui-ribbonTopBars"><ul class="ms-cui-tts" role="tablist">{shown}</ul></div></div></div></div>'
    )


def _banner(page: Page, visit: Visit) -> str:
    now = visit.now()
    clock = f"{WEEKDAYS[now.weekday()]}, Ngày {day_first(now)}"
    shown = f"Hôm nay: {clock}" if page.clock_in_kicker_shape else f"{clock} {now:%H:%M}:{now:%S}"
    active = page.section.listing if page.section else page.path
    items = "".join(
        f'<li class="static{" selected" if path == active else ""}"><a class="static menu-item ms-core-listMenu-item" href="{encoded(path)}">'
        f'<span class="additional-background"><span class="menu-item-text">{html.escape(name)}</span></span></a></li>'
        for name, path in MENU
    )
    return (
        '<div id="s4-titlerow" class="ms-dialogHidden"><div class="cp-banner"><div class="cp-mark" aria-hidden="true">CP</div>'
        '<div><div class="cp-owner">ỦY BAN NHÂN DÂN THÀNH PHỐ CỒN PHƯỢNG</div><div class="cp-name">CỔNG THÔNG TIN ĐIỆN TỬ</div></div></div>'
        f'<div class="noindex ms-core-listMenu-horizontalBox" id="DeltaTopNavigation"><ul class="root ms-core-listMenu-root static">{items}</ul></div>'
        f'<div class="cp-strip"><span class="cp-clock">{shown}</span><span class="cp-search"><input type="text" '
        'value="Tìm kiếm..." title="Tìm kiếm" name="ctl00$SearchBox" /></span></div></div>'
    )


def _side(page: Page) -> str:
    links = "".join(
        f'<li><a href="{encoded(section.listing)}">{html.escape(section.name)}</a></li>' for section in SECTIONS
    )
    return (
        '<div id="sideNavBox" class="ms-dialogHidden ms-forceWrap ms-noList"><div class="ms-core-sideNavBox-removeLeftMargin noindex">'
        f'<div class="cp-box"><div class="cp-box-h">Chuyên mục</div><ul>{links}</ul></div>{_announcements()}'
        '<div class="cp-box"><div class="cp-box-h">Đường dây nóng</div><p>0279.000.113<br/>(trong giờ hành chính)</p></div></div></div>'
        if page.section or page.path == "/"
        else '<div id="sideNavBox" class="ms-dialogHidden"></div>'
    )


@cache
def _announcements() -> str:
    rows = (
        ("15/TB-UBND", "Thông báo nghỉ lễ và phân công trực", "12/04/2019"),
        ("96/KH-UBND", "Kế hoạch chỉnh trang đô thị giai đoạn 2018-2020", "05/03/2019"),
        ("412/QĐ-UBND", "Quyết định phê duyệt danh mục thủ tục hành chính", "28/02/2019"),
        ("07/CT-UBND", "Chỉ thị về tăng cường phòng cháy mùa khô", "11/02/2019"),
    )
    shown = "".join(
        f'<li><a href="/SiteAssets/VanBan/{number.replace("/", "-").replace("Đ", "D")}.pdf">Số {number}: {text}</a> <span>({day})</span></li>'
        for number, text, day in rows
    )
    return f'<div class="cp-box"><div class="cp-box-h">Văn bản mới</div><ul class="cp-docs">{shown}</ul></div>'


def _right(visit: Visit) -> str:
    return (
        '<div class="cp-right noindex"><div class="cp-box"><div class="cp-box-h">Liên kết</div><ul><li><a href="http://vamsa.example/">Tỉnh Vàm Sa</a></li>'
        '<li><a href="http://dichvucong.vamsa.example/">Dịch vụ công trực tuyến</a></li><li><a href="http://baovamsa.example/">Báo Vàm Sa</a></li></ul></div>'
        '<div class="cp-box"><div class="cp-box-h">Thống kê truy cập</div><p>Đang xem: '
        f"{visit.number % 37 + 3}<br/>Tổng lượt truy cập: {1_204_118 + visit.number}</p></div></div>"
    )


@cache
def _footer() -> str:
    return (
        '<div id="s4-footer" class="cp-foot noindex"><div><strong>CỔNG THÔNG TIN ĐIỆN TỬ ỦY BAN NHÂN DÂN THÀNH PHỐ CỒN PHƯỢNG</strong></div>'
        "<div>Cơ quan chủ quản: Ủy ban nhân dân thành phố Cồn Phượng</div>"
        "<div>Trụ sở: Số 12, đường Bờ Kè Sông Phượng, phường Phú Sen, TP. Cồn Phượng, tỉnh Vàm Sa</div>"
        "<div>Trưởng Ban Biên tập: Huỳnh Trọng Khuê - Phó Chủ tịch UBND thành phố Cồn Phượng</div>"
        "<div>Điện thoại: 0279.000.114 | Fax: 0279.000.529 | Email: ubnd@conphuong.example | Giấy phép số 24/GP-STTTT ngày 18/6/2015</div></div>"
    )

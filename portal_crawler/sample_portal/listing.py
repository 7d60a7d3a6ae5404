"""The start page and the sections' listing pages."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.addresses import listed_as, row_as
from portal_crawler.sample_portal.chrome import Page
from portal_crawler.sample_portal.exchange import Response
from portal_crawler.sample_portal.model import photos_of
from portal_crawler.sample_portal.pagers import PagerMarkup, PagerName, Slice, markup, token
from portal_crawler.sample_portal.printing import day_first, month_first
from portal_crawler.sample_portal.sections import SECTIONS, encoded, guid

if TYPE_CHECKING:
    from portal_crawler.sample_portal.visit import Visit
    from portal_crawler.sample_portal.world import Item, World

#: How many articles the start page shows: the newest of all, and of each section.
_NEWEST, _OF_EACH = 8, 4


def update_panel_id(piece: Slice) -> str:
    """The UniqueID of the panel a section's list refreshes in."""
    return f"ctl00$ctl30$g_{guid(piece.section.code).replace('-', '_')}$UpdatePanel1"


def listing_page(world: World, pager: PagerName, piece: Slice, path: str) -> Page:
    """One page of a section's list."""
    section = piece.section
    extra = markup(pager, piece)
    rows = list_data(world, piece) if pager == "listdata" else panel(world, piece, extra)
    if pager == "updatepanel":
        name = update_panel_id(piece)
        rows = (
            f"<script type=\"text/javascript\">//<![CDATA[\nSys.WebForms.PageRequestManager._initialize('ctl00$ScriptManager', "
            f"'aspnetForm', ['t{name}'], [], [], 90, 'ctl00');\n//]]></script><div id=\"{name.replace('$', '_')}\">{rows}</div>"
        )
    return Page(
        title=section.name, path=path, section=section, state=extra.state, hidden=extra.hidden,
        main=f'<h1 class="ms-core-pageTitle">{html.escape(section.name)}</h1><div class="ms-webpart-zone ms-fullWidth">{rows}</div>',
        head=_feed_link(piece),
    )  # fmt: skip


def panel(world: World, piece: Slice, extra: PagerMarkup) -> str:
    """The rows and the pager beneath them."""
    if not piece.items:
        return "<p>There are no items to show in this view.</p>"
    match piece.section.layout:
        case "form":
            shown = _table(world, piece)
        case "publishing":
            shown = _dated_list(world, piece)
        case "vendor":
            shown = "".join(_teaser(world, item) for item in piece.items)
    return shown + extra.links


def home_page(world: World) -> Page:
    """The start page: the newest of all, and the newest of each section."""
    newest = _newest(world)
    rows = "".join(f"<li>{_link(world, item)} <span>({day_first(item.when)})</span></li>" for item in newest)
    blocks = "".join(
        f'<div><h2><a href="{encoded(section.listing)}">{html.escape(section.name)}</a></h2><ul>'
        + "".join(
            f"<li>{_link(world, item)} <span>({day_first(item.when)})</span></li>"
            for item in world.listed[section.code][:_OF_EACH]
        )
        + f'</ul><p><a href="{encoded(section.listing)}">Xem tiếp...</a></p></div>'
        for section in SECTIONS
    )
    featured = "".join(
        f'<li><a href="{html.escape(item.twin)}">{html.escape(world.title(item))}</a></li>'
        for item in reversed(world.live)
        if item.twin
    )
    main = (
        f'<h1 class="ms-core-pageTitle">Tin mới</h1><ul class="nx-list">{rows}</ul>'
        + (
            f'<div class="cp-box"><div class="cp-box-h">Chuyên đề nổi bật</div><ul>{featured}</ul></div>'
            if featured
            else ""
        )
        + f'<div class="cp-home">{blocks}</div>'
    )
    return Page(title="Trang chủ", main=main, path="/")


def on_home(world: World) -> set[int]:
    """The places of the articles the start page links to."""
    shown = [*_newest(world), *(item for rows in world.listed.values() for item in rows[:_OF_EACH])]
    return {item.index for item in shown}


def _newest(world: World) -> list[Item]:
    return [item for item in reversed(world.live) if not item.hidden][:_NEWEST]


def bare_home() -> Page:
    """The start page with nothing on it but the menus."""
    return Page(
        title="Trang chủ",
        main='<h1 class="ms-core-pageTitle">Tin mới</h1><p>There are no items to show in this view.</p>',
        path="/",
    )


def list_data(world: World, piece: Slice) -> str:
    """Rows that exist only in a script, as SharePoint 2013 and later print list views."""
    section = piece.section
    data: dict[str, object] = {
        "Row": [_row(world, item) for item in piece.items],
        "FirstRow": (piece.number - 1) * 10 + 1,
        "FolderPermissions": "0x1000030041",
        "LastRow": (piece.number - 1) * 10 + len(piece.items),
        "RowLimit": 10,
        "FilterLink": "?",
        "ForceNoHierarchy": "1",
        "HierarchyHasIndention": "",
        "CurrentFolderSpItemId": "",
    }
    if not piece.is_last and piece.items:
        data["NextHref"] = f"?{token(piece)}"
    text = json.dumps(data, ensure_ascii=False).replace("&", "\\u0026").replace("<", "\\u003c").replace("/", "\\u002f")
    form_url = json.dumps(section.detail).replace("/", "\\u002f")
    return (
        f'<div id="WebPartWPQ5"><div id="scriptWPQ5"></div><script type="text/javascript">//<![CDATA[\nvar WPQ5ListData = {text};'
        f'var WPQ5SchemaData = {{"Field":[{{"Name":"Title","Type":"Text"}}]}};\nctx = new ContextInfo();ctx.listUrlDir = "{encoded(section.listing).rpartition("/")[0]}";'
        f"ctx.displayFormUrl = {form_url};ctx.ListData = WPQ5ListData;ctx.ctxId = 5;\nRenderListView(ctx, 'WPQ5');\n//]]></script>"
        "<noscript>It looks like your browser does not have JavaScript enabled.</noscript></div>"
    )


def delta(world: World, piece: Slice, shown: Page, visit: Visit) -> Response:
    """An UpdatePanel's reply: `length|type|id|content|` for the panel and each hidden field; lengths count characters."""
    name = update_panel_id(piece).replace("$", "_")
    extra = markup("updatepanel", piece)
    parts = [
        ("#", "", "4"),
        ("updatePanel", name, panel(world, piece, extra)),
        ("hiddenField", "__EVENTTARGET", ""),
        ("hiddenField", "__EVENTARGUMENT", ""),
        ("hiddenField", "__VIEWSTATE", visit.view_state(extra.state)),
        ("hiddenField", "__VIEWSTATEGENERATOR", "BAB98CB3"),
        ("hiddenField", "__EVENTVALIDATION", visit.event_validation()),
        ("asyncPostBackControlIDs", "", ""),
        ("updatePanelIDs", "", f"t{update_panel_id(piece)}"),
        ("formAction", "", shown.path),
        ("pageTitle", "", shown.title),
    ]
    text = "".join(f"{1 if kind == '#' else len(content)}|{kind}|{name}|{content}|" for kind, name, content in parts)
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "private"))
    return Response(body=text.encode(), headers=headers, kind="listing")


def _row(world: World, item: Item) -> dict[str, str]:
    row = {
        "ID": str(item.number),
        "PermMask": "0x1000030041",
        "FSObjType": "0",
        "ContentTypeId": "0x0100A3C2F0",
        "Title": world.title(item),
        "NgayXuatBan": world.story(item).printed.short or "",
        "NgayXuatBan.ISO8601": f"{item.when - timedelta(days=1):%Y-%m-%d}T17:00:00Z",
        "FileRef": f"/Lists/{item.section.list_name}/{item.number}_.000",
    }
    if item.section.layout == "publishing":
        row |= {"FileRef": item.path, "FileLeafRef": item.path.rpartition("/")[2], "File_x0020_Type": "aspx"}
    if item.section.layout == "vendor":
        row |= {"LinkBaiViet": row_as(item), "LinkBaiViet.desc": world.title(item)}
    return row


def _link(world: World, item: Item) -> str:
    return f'<a href="{html.escape(listed_as(item))}">{html.escape(world.title(item))}</a>'


def _teaser(world: World, item: Item) -> str:
    story = world.story(item)
    photos = photos_of(story)
    href = html.escape(listed_as(item))
    image = f'<a href="{href}"><img src="{html.escape(photos[0].path)}" alt="" /></a>' if photos else ""
    lead = (story.summary or "")[:160].rpartition(" ")[0]
    return (
        f'<div class="row-tin">{image}<div>{_link(world, item)} <span class="luc">({story.printed.short})</span>'
        f"<p>{html.escape(lead)}{'...' if lead else ''}</p></div></div>"
    )


def _table(world: World, piece: Slice) -> str:
    """SharePoint 2010's list view; its dates are month first."""
    rows = "".join(
        f'<tr class="{"ms-alternating" if at % 2 else ""} ms-itmhover"><td class="ms-vb2">{item.number}</td><td class="ms-vb-title" height="100%">'
        f'<div class="ms-vb itx" id="{item.number}"><a onfocus="OnLink(this)" href="{html.escape(listed_as(item))}" '
        f'onclick="GoToLink(this);return false;" target="_self">{html.escape(world.title(item))}'
        '<img src="/_layouts/images/blank.gif" class="ms-hidden" border="0" width="1" height="1" alt="Use SHIFT+ENTER to open the menu (new window)." /></a></div></td>'
        f'<td class="ms-vb2"><nobr>{month_first(item.when, clock=False)}</nobr></td></tr>'
        for at, item in enumerate(piece.items)
    )
    return (
        f'<table summary="{html.escape(piece.section.name)}" dir="none" border="0" cellspacing="0" class="ms-listviewtable" id="{{{piece.section.guid}}}-{{{guid("v").upper()}}}">'
        '<tr class="ms-viewheadertr ms-vhltr"><th class="ms-vh2">ID</th><th class="ms-vh2">Tiêu đề</th><th class="ms-vh2">Ngày xuất bản</th></tr>'
        f"{rows}</table>"
    )


def _dated_list(world: World, piece: Slice) -> str:
    rows = "".join(
        f'<li class="row-tin"><span class="luc">{day_first(item.when)}</span> {_link(world, item)}</li>'
        for item in piece.items
    )
    return f'<ul class="nx-list">{rows}</ul>'


def _feed_link(piece: Slice) -> str:
    return (
        f'<link rel="alternate" type="application/rss+xml" title="RSS - {html.escape(piece.section.name)}" '
        f'href="/_layouts/15/listfeed.aspx?List=%7B{piece.section.guid.replace("-", "%2D")}%7D" />'
    )

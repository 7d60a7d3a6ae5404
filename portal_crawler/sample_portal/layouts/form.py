"""SharePoint's stock display form: filled (the article itself), or with labels and no values (beneath a vendor part)."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.chrome import Page
from portal_crawler.sample_portal.layouts.context import ArticleView, spelled
from portal_crawler.sample_portal.printing import month_first
from portal_crawler.sample_portal.sections import encoded, guid

if TYPE_CHECKING:
    from portal_crawler.sample_portal.sections import Section

_TOOLBAR = (
    '<table class="ms-formtoolbar" cellpadding="2" cellspacing="0" border="0" width="100%" role="presentation"><tr>'
    '<td class="ms-toolbar" nowrap="nowrap"><a href="/_layouts/15/User.aspx?List=%7B{list}%7D"><img alt="Manage Permissions" '
    'src="/_layouts/15/images/permissions16.png" border="0"/>Manage Permissions</a></td><td class="ms-separator">|</td>'
    '<td class="ms-toolbar" nowrap="nowrap"><a href="/_layouts/15/Versions.aspx?list=%7B{list}%7D"><img alt="Version History" '
    'src="/_layouts/15/images/versions.gif" border="0"/>Version History</a></td><td class="ms-toolbar" width="99%">'
    '<img src="/_layouts/15/images/blank.gif" width="1" height="18" alt=""/></td></tr></table>'
)


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the form: label, internal name before mangling, type, rendered value."""

    label: str
    kind: str
    value: str = ""
    internal: str = ""


def page(view: ArticleView) -> Page:
    """The filled form of an article."""
    story, section = view.story, view.section
    main = (
        f'<h1 class="ms-core-pageTitle"><a href="{encoded(section.listing)}">{html.escape(section.name)}</a></h1>'
        + form(section, _fields(view), attachments=_attachments(view), audit=_audit(view))
    )
    return Page(
        title=f"{section.name} - {story.title}", main=spelled(view, main), path=view.item.path, section=section,
        item_id=view.item.number,
    )  # fmt: skip


def empty_form(section: Section) -> str:
    """The form with labels and no values."""
    fields = [Field(field.label, field.kind, "", field.internal) for field in _LABELS]
    return form(section, fields, attachments="", audit=("", "", "Version: "))


def form(section: Section, fields: list[Field], *, attachments: str, audit: tuple[str, str, str]) -> str:
    """The form web part: toolbar, one row a field, attachments, content type, version and audit lines."""
    heading = (
        '<h3 class="ms-standardheader">' if section.code != "thong-bao" else '<span class="ms-h3 ms-standardheader">'
    )
    closing = "</h3>" if heading.startswith("<h3") else "</span>"
    rows = "".join(_row(field, heading, closing) for field in fields)
    part = f"ctl00_ctl33_g_{guid(section.code).replace('-', '_')}_ctl00"
    created, modified, version = audit
    return (
        f'<div class="ms-webpart-zone ms-fullWidth"><div id="WebPartWPQ2" webpartid="{guid(section.code)}"><span id="part1">'
        f"{_TOOLBAR.format(list=section.guid)}"
        '<table class="ms-formtable" style="margin-top: 8px;" border="0" cellpadding="0" cellspacing="0" width="100%">'
        f"{rows}{_plain_row('Approval Status', 'Approved' if created else '', heading, closing)}"
        f'<tr id="idAttachmentsRow"><td nowrap="true" valign="top" class="ms-formlabel" width="113px">{heading}'
        f'<a name="SPBookmark_Attachments"></a>Attachments{closing}</td><td valign="top" class="ms-formbody" width="350px" '
        'id="SPFieldAttachments">\n<!-- FieldName="Attachments"\n\t FieldInternalName="Attachments"\n\t FieldType="SPFieldAttachments"\n -->\n'
        f'<table border="0" cellpadding="0" cellspacing="0" id="idAttachmentsTable">{attachments}</table></td></tr></table>'
        '<table cellpadding="0" cellspacing="0" width="100%" style="padding-top: 7px"><tr><td width="100%">'
        f'<input type="hidden" name="{part.replace("_", "$")}$owshiddenversion" value="3" />'
        f'<table class="ms-formtoolbar" id="{part}_toolBarTbl"><tr><td class="ms-descriptiontext"><span id="{part}_ContentType">'
        f'Content Type: Tin Tức Mở Rộng</span></td></tr><tr><td class="ms-descriptiontext" id="onetidinfoblockV">{version}</td></tr>'
        f'<tr><td nowrap="nowrap" class="ms-descriptiontext" id="onetidinfoblock1"><span>Created  at {created}&nbsp; by '
        f'<nobr>{"System Account" if created else ""}</nobr></span></td></tr><tr><td nowrap="nowrap" class="ms-descriptiontext" '
        f'id="onetidinfoblock2"><span>Last modified at {modified}&nbsp; by <nobr>{"Quản trị cổng" if modified else ""}</nobr></span></td></tr>'
        "</table></td></tr></table></span></div></div>"
    )


def mangled(name: str) -> str:
    """A field's internal name: everything but letters and digits as _xhhhh_, cut at 32 characters."""
    return "".join(char if char.isascii() and char.isalnum() else f"_x{ord(char):04x}_" for char in name)[:32]


def _row(field: Field, heading: str, closing: str) -> str:
    internal = field.internal or mangled(field.label)
    return (
        f'<tr>\n<td nowrap="true" valign="top" width="113px" class="ms-formlabel">{heading}<a name="SPBookmark_{internal}"></a>'
        f'{html.escape(field.label)}{closing}</td>\n<td valign="top" class="ms-formbody" width="350px" id="{field.kind}">\n'
        f'<!-- FieldName="{html.escape(field.label)}"\n\t FieldInternalName="{internal}"\n\t FieldType="{field.kind}"\n -->\n{field.value}\n\n</td></tr>\n'
    )


def _plain_row(label: str, value: str, heading: str, closing: str) -> str:
    return f'<tr><td class="ms-formlabel">{heading}{label}{closing}</td><td class="ms-formbody">{value}</td></tr>'


_LABELS = (
    Field("Tiêu đề", "SPFieldText", internal="Title"),
    Field("Hình ảnh", "SPFieldURL"),
    Field("Hình ảnh mô tả", "SPFieldImage"),
    Field("Tóm tắt", "SPFieldNote"),
    Field("Nội dung", "SPFieldNote"),
    Field("Link thay thế nội dung", "SPFieldURL"),
    Field("Ngày xuất bản", "SPFieldDateTime"),
    Field("Tin nổi bật", "SPFieldBoolean"),
    Field("Tác giả", "SPFieldText"),
    Field("Phân loại", "SPFieldLookup"),
    Field("Loại bài viết", "SPFieldChoice"),
    Field("Trạng thái", "SPFieldChoice"),
    Field("Lịch sử", "SPFieldNote"),
    Field("Số lượt người đọc", "SPFieldNumber"),
)


def _fields(view: ArticleView) -> list[Field]:
    story = view.story
    rng = random.Random(f"form:{view.item.index}")
    values = {
        "Tiêu đề": html.escape(story.title, quote=False),
        "Hình ảnh": f'<img src="{html.escape(story.thumbnail)}" alt="" />' if story.thumbnail else "",
        "Tóm tắt": f'<div dir="">{view.pen.text(story.summary)}</div>' if story.summary else "",
        "Nội dung": f'<div class="ms-rtestate-field"><div dir="">{view.body()}</div></div>' if story.blocks else "",
        "Link thay thế nội dung": f'<a href="{story.alternate_url}">{story.alternate_url}</a>'
        if story.alternate_url
        else "",
        "Ngày xuất bản": f"{story.printed.value}&nbsp;" if story.printed.value else "",
        "Tin nổi bật": rng.choice(("Yes", "No", "No")),
        "Tác giả": html.escape(story.author or ""),
        "Phân loại": _lookup(view.section),
        "Loại bài viết": "Tin bài",
        "Trạng thái": "Đã duyệt",
        "Lịch sử": '<div dir="">Biên tập viên chuyển duyệt<br/>Trưởng ban duyệt đăng</div>'
        if rng.random() < 0.3
        else "",
        "Số lượt người đọc": str(view.views),
    }
    return [Field(field.label, field.kind, values.get(field.label, ""), field.internal) for field in _LABELS]


def _lookup(section: Section) -> str:
    target = f"/_layouts/15/listform.aspx?PageType=4&amp;ListId={{{guid('PhanLoai')}}}&amp;ID=3"
    return f'<a onclick="OpenPopUpPage(\'{target}\'); return false;" href="{target}">{html.escape(section.name)}</a>'


def _attachments(view: ArticleView) -> str:
    return "".join(
        f'<tr id="{{{guid(file.path).upper()}}}"><td class="ms-vb"><a tabindex="1" onclick="return DispDocItem(this, \'SharePoint.OpenDocuments\')" '
        f'href="{html.escape(file.path)}">{html.escape(file.name)}</a></td></tr>'
        for file in view.story.attachments
    )


def _audit(view: ArticleView) -> tuple[str, str, str]:
    """Who made and last changed the item: always other times than the printed date."""
    created = view.item.when - timedelta(hours=5, minutes=17)
    modified = view.item.when + timedelta(days=2 + view.world.change(view.item).revision, minutes=9)
    return month_first(created), month_first(modified), f"Version: {3 + view.world.change(view.item).revision}.0"

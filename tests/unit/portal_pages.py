"""Pages of an invented town's SharePoint portal, for tests that need one article, one list, or a broken page."""

from __future__ import annotations

TITLE = "Thị xã khánh thành cầu Rạch Dừa sau mười tháng thi công"
LEAD = "Sáng 12/5/2017, Ủy ban nhân dân thị xã tổ chức lễ khánh thành cầu Rạch Dừa nối hai phường ven sông."
PARAGRAPHS = (
    "Cầu dài 86 mét, rộng 7 mét, được xây dựng bằng vốn ngân sách và sự đóng góp của người dân địa phương.",
    "Trước đây, học sinh ở phường bên kia sông phải qua đò ngang để đến trường, rất bất tiện vào mùa mưa lũ.",
    "Phát biểu tại buổi lễ, lãnh đạo thị xã cảm ơn các hộ dân đã hiến đất để mở rộng hai đầu cầu.",
)

_FIELD = """<tr><td class="ms-formlabel"><h3 class="ms-standardheader"><a name="SPBookmark_{internal}"></a>{label}</h3></td>
<td valign="top" class="ms-formbody" id="{kind}"><!-- FieldName="{label}" FieldInternalName="{internal}" FieldType="{kind}" -->
{value}</td></tr>"""

_PAGE = """<!DOCTYPE html><html lang="vi"><head><title>{title}</title></head><body>
<div id="s4-ribbonrow"><a href="#">Skip Ribbon Commands</a></div>
<div id="s4-workspace"><div id="MSO_ContentTable">{content}</div></div></body></html>"""


def article_page(*, title: str = TITLE, date: str = "12/05/2017", label: str = "Ngày xuất bản") -> bytes:
    """SharePoint's stock display form, filled; `label` is what it calls the publish date."""
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    values = (
        ("Title", "Tiêu đề", "SPFieldText", title),
        ("T_x00f3_m_x0020_t_x1eaf_t", "Tóm tắt", "SPFieldNote", f"<div>{LEAD}</div>"),
        ("N_x1ed9_i_x0020_dung", "Nội dung", "SPFieldNote", f'<div class="ExternalClass1A2B">{body}</div>'),
        ("NgayXB", label, "SPFieldText", date),
        ("TacGia", "Tác giả", "SPFieldText", "Lê Minh Châu"),
    )
    rows = "".join(
        _FIELD.format(internal=name, label=shown, kind=kind, value=value) for name, shown, kind, value in values
    )
    return _PAGE.format(title="Tin tức", content=f'<table class="ms-formtable">{rows}</table>').encode()


def list_page(*links: tuple[str, str, str]) -> bytes:
    """A list of news: (address, title, date printed beside it)."""
    rows = "".join(f'<li><h3><a href="{url}">{title}</a></h3><span>{date}</span></li>' for url, title, date in links)
    return _PAGE.format(
        title="Tin tức sự kiện", content=f'<h2>Tin tức sự kiện</h2><ul class="tin">{rows}</ul>'
    ).encode()

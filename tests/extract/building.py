"""Small pages for tests, and the reading of them with the minimal profile."""

from __future__ import annotations

from pipelines.items import Article, Page
from portal_crawler.extract.page import read_page
from portal_crawler.extract.reading import PageReading
from portal_crawler.profile import Profile, parse_profile

URL = "http://portal.example/Pages/tin.aspx?ItemID=5"
MINIMAL = 'name = "p"\ntitle = "Cổng"\nhosts = ["portal.example"]\nstart_urls = ["http://portal.example/"]\n'
FIRST = "Sáng ngày 12/3/2019, Ủy ban nhân dân thành phố tổ chức hội nghị triển khai nhiệm vụ trọng tâm quý hai với sự tham dự của đông đảo đại biểu."
SECOND = "Hội nghị đã nghe báo cáo kết quả thực hiện các chỉ tiêu kinh tế xã hội, trong đó thu ngân sách đạt 34,5% dự toán năm."
TITLE = "Triển khai nhiệm vụ trọng tâm quý hai năm 2019"
KICKER, BYLINE = "Thứ 4, Ngày 13/03/2019, 07:45", "13/03/2019 | Minh Đức"
HEADER = f"<div>{KICKER}</div><div>{TITLE}</div><div>{BYLINE}</div>"


def profile(extra: str = "") -> Profile:
    return parse_profile(MINIMAL + extra, "test")


def whole_page(main: str, *, title: str = "Tin tức - Tin tức", head: str = "", above: str = "", below: str = "") -> str:
    """A SharePoint page around the main content, with menu and footer."""
    return (
        f'<!DOCTYPE html><html lang="en-US"><head><meta name="GENERATOR" content="Microsoft SharePoint"/>{head}<title>{title}</title></head>'
        '<body><form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="AAAA"/>'
        f'<ul class="noindex"><li><a href="/">Trang chủ</a></li><li><a href="/tin.aspx">Tin tức</a></li></ul>{above}'
        f'<div id="DeltaPlaceHolderMain"><a id="mainContent"></a>{main}</div>{below}'
        "<div>Cơ quan chủ quản: Ủy ban nhân dân thành phố, số 12 đường Bờ Kè, phường Phú Sen, điện thoại 0279.000.114</div></form></body></html>"
    )


def vendor_page(body: str, **options: str) -> str:
    """A page of the vendor part with its header lines."""
    return whole_page(f"{HEADER}<div>{body}</div>", **options)


def read(markup: str | bytes, expect: str = "article", extra: str = "", **page: object) -> PageReading:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return read_page(Page(**{"url": URL, "body": body, **page}), profile(extra), expect)  # type: ignore[arg-type]


def article(markup: str | bytes, extra: str = "", **page: object) -> Article:
    reading = read(markup, "article", extra, **page)
    assert reading.article is not None, reading.problem
    return reading.article


def form_page(rows: str, *, kind: str = "", head: str = "", language: int = 1033) -> str:
    """A stock display form of rows made by `row`."""
    context = (
        f"<script>var _spPageContextInfo={{webLanguage:{language},currentLanguage:{language}}};</script>"
        if language
        else ""
    )
    return whole_page(f'<table class="ms-formtable">{rows}</table>{kind}', head=head + context, title="Tin tức - Bài")


def row(label: str, value: str, *, internal: str = "", kind: str = "SPFieldText", by: str = "comment") -> str:
    """One row of a form, told by its comment, its bookmark only, or its label only."""
    internal = internal or label.replace(" ", "")
    bookmark = f'<a name="SPBookmark_{internal}"></a>' if by in ("comment", "bookmark") else ""
    comment = (
        f'<!-- FieldName="{label}"\n\t FieldInternalName="{internal}"\n\t FieldType="{kind}"\n -->'
        if by == "comment"
        else ""
    )
    shown = label if by != "bookmark" else ""
    return (
        f'<tr><td class="ms-formlabel"><h3 class="ms-standardheader">{bookmark}{shown}</h3></td>'
        f'<td class="ms-formbody" id="{kind}">{comment}\n{value}\n</td></tr>'
    )

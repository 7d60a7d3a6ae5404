"""Articles for the tests of the database: small, and different wherever it matters."""

from __future__ import annotations

from typing import Any

from pipelines.items import Article, Attachment, FieldNote, Image

PORTAL = "xa_mau"
BODY = (
    "Sáng nay, Ủy ban nhân dân xã tổ chức lễ ra quân trồng cây bên tuyến kênh mới nạo vét. "
    "Hơn hai trăm đoàn viên, hội viên và người dân đã đào hố, vun gốc và tưới nước cho từng cây giống. "
    "Theo kế hoạch, mỗi ấp nhận chăm sóc một đoạn bờ kênh và báo cáo tỷ lệ cây sống vào cuối mùa mưa."
)


def key(number: int) -> str:
    return f"xa.example/lists/tin#{number}"


def url(number: int) -> str:
    return f"http://xa.example/Lists/Tin/DispForm.aspx?ID={number}"


def article(number: int = 1, **values: Any) -> Article:
    """The article with that number; its text is its own unless one is given."""
    defaults: dict[str, Any] = {
        "portal": PORTAL,
        "key": key(number),
        "url": url(number),
        "title": f"Lễ trồng cây lần thứ {number}",
        "summary": "Người dân cùng trồng cây bên kênh.",
        "author": "Lê Thị Mẫu",
        "category": "Tin tức",
        "published_at": f"2020-03-{1 + number % 28:02d}T08:00:00+07:00",
        "body_text": f"{BODY} Mã số của bài là {number}.",
        "body_html": f"<p>{BODY} Mã số của bài là {number}.</p>",
        "captured_at": "2024-05-01T08:00:00+07:00",
    }
    return Article(**(defaults | values))


def rich_article(number: int = 1, **values: Any) -> Article:
    """One with everything that has a table of its own."""
    defaults: dict[str, Any] = {
        "urls": (url(number), f"http://xa.example/tin/{number}"),
        "images": (Image(url="http://xa.example/a.jpg", caption="Trồng cây", credit="Lê Mẫu", role="lead"),),
        "attachments": (Attachment(url="http://xa.example/a.pdf", name="Kế hoạch"),),
        "notes": (
            FieldNote(field="title", rule="form:Tiêu đề", raw=" Lễ trồng cây "),
            FieldNote(
                field="published_at",
                rule="byline",
                raw="01/03/2020 | Mẫu",
                others=(("kicker", "Chủ nhật, 09/03/2020"),),
                problem="kicker_disagrees",
            ),
        ),
        "flags": ("kicker_disagrees",),
        "layout": "vendor",
        "extractor": "portal-crawler 1",
        "views": 7,
    }
    return article(number, **(defaults | values))

"""Puts an article's texts into pages of many makes, after what PORTAL.md tells of the vendor part; no page of others is copied."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = (
    "Tiêu đề", "Hình ảnh", "Hình ảnh mô tả", "Tóm tắt", "Nội dung", "Link thay thế nội dung", "Ngày xuất bản", "Tin nổi bật",
    "Tác giả", "Phân loại", "Loại bài viết", "Trạng thái", "Lịch sử", "Số lượt người đọc",
)  # fmt: skip
OTHER_NEWS = (
    "Hội nghị tổng kết công tác Hội Nông dân thành phố",
    "Ra quân làm sạch bãi bồi ven sông",
    "Trao 20 suất học bổng cho học sinh nghèo",
)


@dataclass(frozen=True)
class Seed:
    """The parts of one vendor article; `body` items are paragraphs, or (file name, caption) pairs."""

    section: str
    kicker: str
    title: str
    byline: str
    lead: str
    body: tuple[str | tuple[str, str], ...]
    views: str
    masthead: tuple[str, ...]


def read_seed(text: str) -> Seed:
    """The parts of corpus/seed-article.txt, told by their places."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    kicker = next(at for at, line in enumerate(lines) if line.startswith("Thứ "))
    views = next(at for at, line in enumerate(lines) if line.startswith("Lượt người xem"))
    body: list[str | tuple[str, str]] = []
    for line in lines[kicker + 4 : views]:
        if body and isinstance(body[-1], str) and body[-1].endswith(".jpg"):
            body[-1] = (body[-1], line)
        else:
            body.append(line)
    masthead = next(at for at, line in enumerate(lines) if line.startswith("CỔNG THÔNG TIN"))
    return Seed(
        lines[kicker - 1], lines[kicker], lines[kicker + 1], lines[kicker + 2], lines[kicker + 3], tuple(body), lines[views], tuple(lines[masthead:])
    )  # fmt: skip


def body_text(seed: Seed) -> str:
    """What body_text must be: lead, paragraphs and captions, without file names."""
    return "\n".join([seed.lead, *(part if isinstance(part, str) else part[1] for part in seed.body)])


def noisy(text: str) -> str:
    """Text as the editor leaves it: U+200B inside words, no-break spaces, a colon as entity."""
    dirty = text[:7] + "\u200b" + text[7:]
    return escape(dirty, quote=False).replace(", ", ",&#160;", 1).replace(":", "&#58;")


def picture(name: str) -> str:
    return f'<img alt="{name}" src="/PublishingImages/2018-10/{name}" style="margin&#58;5px;width&#58;600px;" />'


def captions_next(name: str, caption: str) -> str:
    return f'<p style="text-align&#58;center;">{picture(name)}</p><p style="text-align&#58;center;"><em>{noisy(caption)}</em></p>'


def captions_in_table(name: str, caption: str) -> str:
    return f"<table><tbody><tr><td>{picture(name)}</td></tr><tr><td><em>{noisy(caption)}</em></td></tr></tbody></table>"


def captions_below_break(name: str, caption: str) -> str:
    return f'<div align="center">{picture(name)}<br/><span style="color&#58;blue">{noisy(caption)}</span></div>'


def captions_with_leaked_name(name: str, caption: str) -> str:
    return f"<p>{picture(name)}</p><p>{name}</p><p>{noisy(caption)}</p>"


def captions_in_figure(name: str, caption: str) -> str:
    return f"<figure>{picture(name)}<figcaption>{noisy(caption)}</figcaption></figure>"


def rich(
    seed: Seed, captions=captions_next, paragraph="<p style='text-align&#58;justify'><span lang='VI'>{}</span></p>"
) -> str:
    parts = (paragraph.format(noisy(part)) if isinstance(part, str) else captions(*part) for part in seed.body)
    return "".join(["<p>\u200b</p>", *parts, "<p>&#160;</p>"])


def wrapped(inner: str) -> str:
    return f'<div class="ExternalClass{"7A1F3C55D0B24E0C" * 2}"><div class="ExternalClass{"9E61B7C2A9D4F813" * 2}">{inner}</div></div>'


def related(heading: str = "Các tin khác") -> str:
    rows = "".join(
        f'<li><a href="/Lists/Tin/DispForm.aspx?ID={at}">{text}</a> (1{at}/09/2018)</li>'
        for at, text in enumerate(OTHER_NEWS)
    )
    return f"<div><b>{heading}</b><ul>{rows}</ul></div>"


def empty_form(*, plain: bool = False) -> str:
    """Microsoft's stock form with labels and no values; `plain` without any of its classes and comments."""
    if plain:
        rows = "".join(f"<tr><td>{label}</td><td></td></tr>" for label in LABELS)
        return f"<div><table>{rows}</table><p>Content Type: Tin Tức Mở Rộng</p><p>Version:</p><p>Created at by</p><p>Last modified at by</p></div>"
    rows = "".join(
        f'<tr><td class="ms-formlabel"><h3 class="ms-standardheader"><a name="SPBookmark_{label.replace(" ", "")}"></a>{label}</h3></td>'
        f'<td class="ms-formbody" id="SPFieldText"><!-- FieldName="{label}"\n FieldInternalName="{label.replace(" ", "")}"\n FieldType="SPFieldText" -->\n</td></tr>'
        for label in LABELS
    )
    tools = "".join(
        f'<td class="ms-toolbar"><a href="#"><img alt="{name}" src="/_layouts/15/images/p.png"/>{name}</a></td>'
        for name in ("Manage Permissions", "Version History")
    )
    return (
        f'<div id="WebPartWPQ2"><table class="ms-formtoolbar"><tr>{tools}</tr></table><table class="ms-formtable">{rows}'
        '<tr id="idAttachmentsRow"><td class="ms-formlabel"><h3>Attachments</h3></td><td class="ms-formbody" id="SPFieldAttachments"></td></tr></table>'
        '<table><tr><td class="ms-descriptiontext">Content Type: Tin Tức Mở Rộng</td></tr><tr><td class="ms-descriptiontext">Version: </td></tr>'
        '<tr><td class="ms-descriptiontext">Created at &nbsp; by <nobr></nobr></td></tr></table></div>'
    )


def stack(seed: Seed, names=("a", "b", "c", "d", "e", "f", "g")) -> str:
    """One div beneath the other."""
    a, b, c, d, e, f, g = names
    return (
        f'<div class="{a}"><a href="/Lists/Tin">{seed.section}</a></div><div class="{b}">{seed.kicker}</div><div class="{c}">{noisy(seed.title)}</div>'
        f'<div class="{d}">{seed.byline}</div><div class="{e}"><strong>{noisy(seed.lead)}</strong></div><div class="{f}">{wrapped(rich(seed))}</div>'
        f'<div class="{g}">{seed.views.replace("   ", " &#160;&#160;")}</div>{related()}'
    )


def rows(seed: Seed) -> str:
    """The same as rows of a layout table, body without SharePoint's wrappers."""
    cells = (
        f'<a href="/Lists/Tin">{seed.section}</a>', f"<span>{seed.kicker}</span>", f"<h2>{noisy(seed.title)}</h2>", f"<i>{seed.byline}</i>",
        f'<p class="x">{noisy(seed.lead)}</p>', f'<div id="y">{rich(seed, captions_in_table)}</div>', seed.views, related("Tin liên quan"),
    )  # fmt: skip
    return "<table width='100%'>" + "".join(f"<tr><td valign='top'>{cell}</td></tr>" for cell in cells) + "</table>"


def flat(seed: Seed) -> str:
    """Everything in one element, nothing but paragraphs."""
    return (
        f'<div id="k"><p><a href="/Lists/Tin">{seed.section}</a></p><p>{seed.kicker}</p><p><b>{noisy(seed.title)}</b></p><p>{seed.byline}</p>'
        f"<p>{noisy(seed.lead)}</p>{rich(seed, captions_below_break)}<p>{seed.views}</p></div>{related()}"
    )


def broken_lines(seed: Seed) -> str:
    """The header is one block of lines kept apart by breaks; paragraphs are kept apart by two of them."""
    body = "".join(
        f"{noisy(part)}<br/><br/>" if isinstance(part, str) else captions_in_figure(*part) for part in seed.body
    )
    return (
        f'<div class="q"><a href="/Lists/Tin">{seed.section}</a><br/>{seed.kicker}<br/><b>{noisy(seed.title)}</b><br/>{seed.byline}</div>'
        f'<div class="r"><b>{noisy(seed.lead)}</b><br/><br/>{body}</div><div>{seed.views}</div>{related()}'
    )


def semantic(seed: Seed) -> str:
    """A responsive redesign: article, header, figure; tools and a counter in the header; dynamic web part."""
    return (
        f'<div class="ms-WPBody noindex "><article><header><nav><a href="/">Trang chủ</a> <a href="/Lists/Tin">{seed.section}</a></nav>'
        f'<a class="z" href="/Lists/Tin">{seed.section}</a><time>{seed.kicker}</time><h1>{noisy(seed.title)}</h1><div><span>{seed.byline}</span></div>'
        f'<ul><li><a href="javascript:print()">In trang</a></li><li><a href="#">Chia sẻ</a></li></ul></header><h3>{noisy(seed.lead)}</h3>'
        f"<section>{rich(seed, captions_in_figure, '<p>{}</p>')}</section><footer>{seed.views}</footer></article></div><div>{seed.views}</div>{related('Bài viết liên quan')}"
    )


def leaked_names(seed: Seed) -> str:
    """As the text of the seed shows it: each picture's file name stands as a line between picture and caption."""
    return stack(seed).replace(wrapped(rich(seed)), wrapped(rich(seed, captions_with_leaked_name)))


def page(seed: Seed, part: str, *, main: bool = True, form: str = "stock") -> str:
    """A whole page around the part; `main` gives it SharePoint's placeholder, `form` is "stock", "plain" or "none"."""
    below = {"stock": empty_form(), "plain": empty_form(plain=True), "none": ""}[form]
    menu = "".join(
        f'<li><a href="/SitePages/{at}.aspx">{name}</a></li>'
        for at, name in enumerate(("Trang chủ", "Giới thiệu", seed.section, "Văn bản", "Liên hệ"))
    )
    side = (
        "<div><h3>Thông báo</h3><ul>"
        + "".join(
            f'<li><a href="/tb/{at}.aspx">Thông báo số {at}/TB-UBND ngày 1{at}/10/2018 về lịch tiếp công dân của lãnh đạo thành phố</a></li>'
            for at in range(4)
        )
        + "</ul></div>"
    )
    content = (
        f'<div id="DeltaPlaceHolderMain"><a id="mainContent"></a><div class="s">{seed.section}</div>{part}{below}</div>'
        if main
        else f'<div class="s">{seed.section}</div><div class="t">{part}</div>{below}'
    )
    return (
        '<!DOCTYPE html><html dir="ltr" lang="en-US"><head><meta name="GENERATOR" content="Microsoft SharePoint"/><meta charset="utf-8"/>'
        f"<title>\n\t{seed.section} - {seed.section}\n</title><script>var _spPageContextInfo={{webLanguage:1033,currentLanguage:1033}};</script></head>"
        '<body><form id="aspnetForm" action="./DispForm.aspx"><input type="hidden" name="__VIEWSTATE" value="AAAABBBB"/>'
        '<div class="s4-notdlg noindex"><a href="javascript:;">Skip Ribbon Commands</a></div><div class="noindex"><a href="#">Skip to main content</a></div>'
        f'<div id="s4-titlerow"><span>Hôm nay: Thứ 2, Ngày 05/01/2026</span><h1 class="ms-core-pageTitle"><a href="/Lists/Tin">{seed.section}</a></h1>'
        f'<ul class="menu noindex">{menu}</ul></div><div id="side">{side}</div><div id="contentBox">{content}</div>'
        f'<div id="foot">{"".join(f"<div>{escape(line)}</div>" for line in seed.masthead)}</div></form></body></html>'
    )


VARIANTS: dict[str, tuple[Callable[[Seed], str], dict[str, Any]]] = {
    "stack": (stack, {}),
    "stack, file names leak": (leaked_names, {}),
    "stack, form without its classes": (stack, {"form": "plain"}),
    "stack, no placeholder": (stack, {"main": False}),
    "rows of a table": (rows, {}),
    "rows of a table, no form": (rows, {"form": "none"}),
    "flat": (flat, {}),
    "flat, no placeholder": (flat, {"main": False, "form": "plain"}),
    "lines kept apart by breaks": (broken_lines, {}),
    "semantic redesign": (semantic, {"form": "none"}),
}

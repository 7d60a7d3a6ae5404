"""The publishing page of SharePoint 2013: fields as div blocks, most of them empty, with hidden labels that leak."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.chrome import Page
from portal_crawler.sample_portal.layouts.context import ArticleView, spelled
from portal_crawler.sample_portal.sections import encoded

if TYPE_CHECKING:
    from portal_crawler.sample_portal.sections import Section


def page(view: ArticleView) -> Page:
    """The page of an article."""
    story, section = view.story, view.section
    signed_below = section.code == "cai-cach"
    author = f'<div class="nx-by">Tác giả: <b>{html.escape(story.author)}</b></div>' if story.author else ""
    tag = "h1" if signed_below else "h2"
    main = (
        _crumbs(section)
        + '<div class="nx-article">'
        + _field("ctl01", "Page Image", "RichImageField", '<div class="ms-rtestate-field"></div>')
        + _field("ctl02", "Comments", "RichHtmlField", "")
        + f'<{tag} class="bt-ten">{html.escape(story.title)}</{tag}><div class="nx-date">{html.escape(story.printed.value)}</div>'
        + ("" if signed_below else author)
        + (f'<div class="nx-intro">{view.pen.text(story.summary)}</div>' if story.summary else "")
        + _field("ctl04", "Page Content", "RichHtmlField", view.body())
        + _field("ctl05", "Additional Content", "RichHtmlField", "")
        + (author if signed_below else "")
        + (
            f'<div class="nx-files"><span>Tệp đính kèm:</span><ul>{view.files()}</ul></div>'
            if story.attachments
            else ""
        )
        + f'</div><div class="nx-tools noindex"><a href="javascript:window.print();">In bài viết</a> <a href="#top">Về đầu trang</a></div>{_related(view)}'
    )
    return Page(
        title=story.title, main=spelled(view, main), path=view.item.path, section=section, item_id=view.item.number
    )


def _crumbs(section: Section) -> str:
    return (
        '<div class="nx-crumb noindex"><span><a href="/">Trang chủ</a></span><span> &gt; </span>'
        f'<span><a href="{encoded(section.listing)}">{html.escape(section.name)}</a></span></div>'
    )


def _field(name: str, label: str, kind: str, value: str) -> str:
    stem = f"ctl00_PlaceHolderMain_{name}"
    return (
        f'<div id="{stem}_label" style=\'display:none\'>{label}</div><div id="{stem}__ControlWrapper_{kind}" '
        f'class="ms-rtestate-field" style="display:inline" aria-labelledby="{stem}_label">{value}</div>'
    )


def _related(view: ArticleView) -> str:
    rows = view.related()
    return f'<div class="bt-khac"><h3>Tin liên quan</h3><ul>{rows}</ul></div>' if rows else ""

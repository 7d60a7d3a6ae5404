"""The vendor's article part as on the one page we have: kicker, title, byline, lead, body, and an empty form beneath."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.chrome import Page
from portal_crawler.sample_portal.layouts.context import ArticleView, spelled
from portal_crawler.sample_portal.layouts.form import empty_form
from portal_crawler.sample_portal.sections import encoded, guid

if TYPE_CHECKING:
    from portal_crawler.sample_portal.sections import Section


def page(view: ArticleView, *, head: str = "", path: str = "") -> Page:
    """The page of an article; `head` and `path` are for its second address."""
    story, section = view.story, view.section
    byline = f"{story.printed.byline} | {story.author}" if story.author else story.printed.byline
    parts = {
        "luc": html.escape(story.printed.kicker),
        "ten": html.escape(story.title),
        "ai": html.escape(byline),
        "dan": view.pen.text(story.summary) if story.summary else "",
        "bai": view.body(),
        "tep": f"<span>Tập tin đính kèm:</span><ul>{view.files()}</ul>" if story.attachments else "",
        "dem": f"Lượt người xem: &#160;&#160;<span>{view.views}</span>",
        "khac": f"<h4>Các tin khác</h4><ul>{view.related()}</ul>" if view.related() else "",
    }
    return Page(
        title=_title(section), main=spelled(view, _main(section, parts)), path=path or view.item.path, section=section,
        head=head, clock_in_kicker_shape=story.clock_in_header,
    )  # fmt: skip


def shell(section: Section, path: str) -> Page:
    """The same page opened without its key: nothing in it, and still status 200."""
    parts = dict.fromkeys(("luc", "ten", "ai", "dan", "bai", "tep", "khac"), "") | {
        "dem": "Lượt người xem: &#160;&#160;<span></span>"
    }
    return Page(title=_title(section), main=_main(section, parts), path=path, section=section)


def _title(section: Section) -> str:
    return f"{section.name} - {section.name}" if section.code == "tin-tuc" else "Nội dung"


def _main(section: Section, parts: dict[str, str]) -> str:
    heading = f'<a href="{encoded(section.listing)}">{html.escape(section.name)}</a>'
    article = _columns(heading, parts) if section.code == "giao-duc" else _stack(heading, parts)
    part = guid(f"part {section.code}").replace("-", "_")
    return (
        f'<h1 class="ms-core-pageTitle">{heading}</h1><div class="ms-webpart-zone ms-fullWidth"><div id="ctl00_ctl30_g_{part}" '
        f'class="bt-khung">{article}</div></div>{empty_form(section)}'
    )


def _stack(heading: str, parts: dict[str, str]) -> str:
    """One div beneath the other; what is empty is left out."""
    order = ("luc", "ten", "ai", "dan", "bai", "tep", "dem", "khac")
    return f'<div class="bt-muc">{heading}</div>' + "".join(
        f'<div class="bt-{name}">{parts[name]}</div>\n' for name in order if parts[name] or name in ("ten", "bai")
    )


def _columns(heading: str, parts: dict[str, str]) -> str:
    """The older part of the same vendor: a table of rows, the title a heading, spans instead of divs."""
    rows = [
        heading,
        f'<span id="lblNgay" class="bt-luc">{parts["luc"]}</span>' if parts["luc"] else "",
        f'<h2 class="bt-ten">{parts["ten"]}</h2>',
        f'<span id="lblNguoi" class="bt-ai">{parts["ai"]}</span>',
        f'<p class="bt-dan">{parts["dan"]}</p>' if parts["dan"] else "",
        f'<div id="divBai">{parts["bai"]}</div>',
        parts["tep"],
        f'<span class="bt-dem">{parts["dem"]}</span>',
        f'<div class="bt-khac">{parts["khac"]}</div>' if parts["khac"] else "",
    ]
    shown = "".join(f'<tr><td valign="top">{row}</td></tr>' for row in rows if row)
    return f'<table width="100%" cellpadding="0" cellspacing="0" border="0"><tbody>{shown}</tbody></table>'

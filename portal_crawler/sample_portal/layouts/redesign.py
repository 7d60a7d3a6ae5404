"""An article in a design nobody knows: other names, other order, none of SharePoint's marks."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.chrome import MENU, render_plain
from portal_crawler.sample_portal.sections import encoded

if TYPE_CHECKING:
    from portal_crawler.sample_portal.layouts.context import ArticleView


def redesigned(view: ArticleView) -> str:
    """The whole page; like most new designs it names its canonical address."""
    story = view.story
    menu = "".join(f'<span class="k3"><a href="{encoded(path)}">{html.escape(name)}</a></span>' for name, path in MENU)
    dated = story.printed.kicker or story.printed.byline or story.printed.value
    lead = f'<div class="k8">{html.escape(story.summary, quote=False)}</div>' if story.summary else ""
    files = f'<div class="k9">{view.files()}</div>' if story.attachments else ""
    link = (
        f'<div class="k11"><a href="{story.alternate_url}">{story.alternate_url}</a></div>'
        if story.alternate_url
        else ""
    )
    main = (
        f'<div class="k2">{menu}</div><div class="k4"><div class="k12">{html.escape(view.section.name)}</div>'
        f'<div class="k5">{html.escape(story.title)}</div><div class="k6"><span>{html.escape(dated)}</span>'
        f'<span>{html.escape(story.author or "")}</span></div>{lead}<div class="k7">{view.body()}</div>{link}{files}</div>'
        f'<div class="k10">{view.related()}</div>'
    )
    return render_plain(story.title, main, f'<link rel="canonical" href="{view.base}{html.escape(view.item.path)}" />')

"""What a reader gets in the target: the body with its links resolved, its pictures placed, nothing left behind."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from pipelines.export.body import target_html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipelines.export.media import Placed
    from pipelines.export.plan import Plan
    from pipelines.export.protocol import ExportReport
    from pipelines.storage.dataset import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The body for the target, and the picture that stands for the article (its lead image, or the first).

    `lead_shown` tells that the body holds that picture itself.
    """

    html: str
    lead: Placed | None
    lead_shown: bool


def content_of(
    row: Row,
    placed: Sequence[Placed],
    plan: Plan,
    address_of: Callable[[Placed], str | None],
    elsewhere: Callable[[str], str | None],
    report: ExportReport,
) -> Content:
    """The body of an article for the target.

    Links to other articles lead to their new addresses, pictures and attachments to where `address_of` says (None:
    the target cannot take the file, and the source's address stays), those to files of other articles where
    `elsewhere` says. What the body does not show itself follows
    behind it: pictures but the lead one, attachments, and the link that stands for a text.
    """
    files = {one.row.url: one for one in placed}
    keys = {plan.options.addressing.key(one.row.url): one for one in reversed(placed)}
    shown: set[str] = set()

    def file(url: str) -> str | None:
        one = files.get(url)
        if one is None:
            return None
        shown.add(url)
        return address_of(one)

    def link(url: str) -> str | None:
        own = files.get(urldefrag(url).url) or keys.get(plan.options.addressing.key(url))
        if own is not None:
            return file(own.row.url)
        return _article_link(url, row, plan, elsewhere, report)

    html = target_html(row.body_html, row.url, link, file)
    images = [one for one in placed if one.row.kind == "image"]
    lead = next((one for one in images if one.row.role == "lead"), images[0] if images else None)
    unseen = [one for one in images if one.row.url not in shown and (one is not lead or address_of(one) is None)]
    behind = [_figure(one, address_of(one) or one.row.url) for one in unseen]
    others = [one for one in placed if one.row.kind == "attachment" and one.row.url not in shown]
    if others:
        behind.append("<ul>" + "".join(_item(one, address_of(one) or one.row.url) for one in others) + "</ul>")
    if row.alternate_url and row.alternate_url not in row.body_html:
        target = _article_link(row.alternate_url, row, plan, elsewhere, report) or row.alternate_url
        behind.append(f'<p><a href="{escape(target)}">{escape(row.alternate_url, quote=False)}</a></p>')
    lead_shown = lead is not None and (lead.row.url in shown or lead in unseen)
    return Content(html="\n".join(part for part in (html, *behind) if part), lead=lead, lead_shown=lead_shown)


def _article_link(
    url: str, row: Row, plan: Plan, elsewhere: Callable[[str], str | None], report: ExportReport
) -> str | None:
    address = plan.address_of(url) if plan.is_internal(url) else None
    if address is None:
        address = elsewhere(url)
    if address is None and plan.is_internal(url):
        report.warn("old_link_unknown", row.uid, url)
    elif address == "":
        report.warn("link_to_unpublished", row.uid, url)
    elif address:
        report.rows["links_rewritten"] += 1
    return address or None


def _figure(one: Placed, address: str) -> str:
    caption = f"<figcaption>{escape(one.caption, quote=False)}</figcaption>" if one.caption else ""
    return f'<figure><img src="{escape(address)}" alt="{escape(one.row.alt)}">{caption}</figure>'


def _item(one: Placed, address: str) -> str:
    name = one.row.name or one.file_name
    return f'<li><a href="{escape(address)}">{escape(name, quote=False)}</a></li>'

"""The pieces of a WordPress WXR 1.2 file, each as the importer of the running WordPress reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from pipelines.export.naming import cdata, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.export.mapping import Author, Section

#: A date WordPress reads as "none yet": a draft then floats until somebody publishes it.
NO_DATE = "0000-00-00 00:00:00"

#: Text like "[gallery]" would be run as a shortcode of WordPress itself.
_SHORTCODE = re.compile(r"\[(?=/?(?:caption|wp_caption|gallery|playlist|audio|video|embed)\b)")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
FOOT = "</channel>\n</rss>\n"


def channel(title: str, site: str, language: str) -> str:
    """What opens every file: the version, without which the importer refuses it, and the site."""
    return (
        f"{HEAD}<title>{_text(title)}</title>\n<link>{_text(site)}</link>\n<description></description>\n"
        f"<language>{_text(language)}</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n"
        f"<wp:base_site_url>{_text(site)}</wp:base_site_url>\n<wp:base_blog_url>{_text(site)}</wp:base_blog_url>\n"
    )


def author(one: Author, number: int) -> str:
    """An author; the importer finds an existing user by the login."""
    return (
        f"<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login>{cdata(one.login)}</wp:author_login>"
        f"<wp:author_email>{cdata(one.email)}</wp:author_email>"
        f"<wp:author_display_name>{cdata(one.name)}</wp:author_display_name>"
        "<wp:author_first_name></wp:author_first_name><wp:author_last_name></wp:author_last_name></wp:author>\n"
    )


def category(one: Section, number: int) -> str:
    """A category; its parent must stand before it."""
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{cdata(one.slug)}</wp:category_nicename>"
        f"<wp:category_parent>{cdata(one.parent)}</wp:category_parent><wp:cat_name>{cdata(escape(one.name, quote=False))}"
        "</wp:cat_name></wp:category>\n"
    )


def term_of(section: Section) -> str:
    """The category of an item; without `nicename` the importer drops it."""
    name = cdata(escape(section.name, quote=False))
    return f'<category domain="category" nicename="{_text(section.slug)}">{name}</category>\n'


def dates(moment: datetime | None) -> str:
    """Local wall-clock time and GMT, both in WordPress's own form."""
    if moment is None:
        return f"<wp:post_date>{NO_DATE}</wp:post_date><wp:post_date_gmt>{NO_DATE}</wp:post_date_gmt>\n"
    gmt = moment.astimezone(UTC)
    return (
        f"<pubDate>{format_datetime(gmt)}</pubDate>\n"
        f"<wp:post_date>{moment:%Y-%m-%d %H:%M:%S}</wp:post_date>"
        f"<wp:post_date_gmt>{gmt:%Y-%m-%d %H:%M:%S}</wp:post_date_gmt>\n"
    )


def item(
    *,
    title: str,
    link: str,
    guid: str,
    login: str,
    content: str,
    excerpt: str,
    number: int,
    moment: datetime | None,
    slug: str,
    status: str,
    kind: str,
    parent: int = 0,
    extra: str = "",
    fields: Iterable[tuple[str, str]] = (),
) -> str:
    """A post or an attachment. `title` and `excerpt` are plain text, `content` is HTML."""
    shown = _SHORTCODE.sub("&#91;", content)
    return (
        f"<item>\n<title>{cdata(escape(title, quote=False))}</title>\n<link>{_text(link)}</link>\n"
        f'<dc:creator>{cdata(login)}</dc:creator>\n<guid isPermaLink="false">{_text(guid)}</guid>\n<description></description>\n'
        f"<content:encoded>{cdata(shown)}</content:encoded>\n"
        f"<excerpt:encoded>{cdata(escape(excerpt, quote=False))}</excerpt:encoded>\n"
        f"<wp:post_id>{number}</wp:post_id>\n{dates(moment)}"
        "<wp:comment_status>closed</wp:comment_status><wp:ping_status>closed</wp:ping_status>"
        f"<wp:post_name>{cdata(slug)}</wp:post_name><wp:status>{status}</wp:status><wp:post_parent>{parent}</wp:post_parent>"
        f"<wp:menu_order>0</wp:menu_order><wp:post_type>{kind}</wp:post_type><wp:post_password></wp:post_password>"
        f"<wp:is_sticky>0</wp:is_sticky>\n{extra}{''.join(meta(key, value) for key, value in fields)}</item>\n"
    )


def meta(key: str, value: str) -> str:
    """A custom field."""
    return f"<wp:postmeta><wp:meta_key>{cdata(key)}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>\n"


def attachment_url(url: str) -> str:
    """Where the importer fetches an attachment from."""
    return f"<wp:attachment_url>{cdata(url)}</wp:attachment_url>\n"


def _text(text: str) -> str:
    return escape(xml_text(text))

"""The allow-list for body HTML: what a CMS may take over without looking, and nothing else."""

from __future__ import annotations

import nh3

TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "blockquote", "a", "figure", "img", "figcaption", "strong", "em", "sub", "sup", "br",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_CLEANER = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, strip_comments=True)


def sanitize(html: str) -> str:
    """The HTML with allowed elements, attributes and address schemes only; text of other elements stays."""
    return _CLEANER.clean(html)

"""An article's HTML for a target: cleaned once more, its links and pictures led to where they are there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import nh3

#: The contract of body_html (docs/schema.md): everything else is dropped, its text kept.
TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
    "blockquote", "a", "figure", "img", "figcaption", "strong", "em", "b", "i", "u", "sub", "sup", "br", "hr",
    "dl", "dt", "dd", "pre", "code",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"rowspan", "colspan"},
    "th": {"rowspan", "colspan", "scope"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

#: Given an absolute address, the one to write instead, or None to leave it.
Rewrite = Callable[[str], str | None]


def target_html(html: str, base: str, link: Rewrite, image: Rewrite) -> str:
    """Inert HTML whose addresses are absolute or led to the target.

    `base` is the article's own address, against which relative addresses are read. `link` and `image` are asked
    once for each a[href] and img[src] that is http(s).
    """

    def rewritten(tag: str, attribute: str, value: str) -> str | None:
        if attribute not in ("href", "src") or value.startswith("#"):
            return value
        try:
            url = urljoin(base, value)
            scheme = urlsplit(url).scheme
        except ValueError:
            return None
        if scheme not in ("http", "https"):
            return value
        return (image(url) if tag == "img" else link(url)) or url

    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, attribute_filter=rewritten
    )

"""Faults of rows G: what a polite crawler must not do, and what a sitemap may do to it."""

from __future__ import annotations

import itertools

from portal_crawler.sample_portal.exchange import Response, page
from portal_crawler.sample_portal.faults.lasting import gzip_zeros
from portal_crawler.sample_portal.faults.registry import Call, Fault

HONEYPOT = "/_layouts/15/bay.aspx"
_XML = (("Content-Type", "text/xml"),)


def _robots_closed(good: Response, call: Call) -> Response:
    if call.request.path != "/robots.txt":
        return good
    return good.with_body(b"User-agent: *\nDisallow: /\n")


def _robots_500(good: Response, call: Call) -> Response:
    return page("<h1>Server Error</h1>", 500, "error") if call.request.path == "/robots.txt" else good


def _honeypot(good: Response, call: Call) -> Response:
    """A hidden link to a disallowed path on every page."""
    if call.request.path == HONEYPOT:
        return page("<html><body>Bẫy</body></html>")
    if good.kind not in ("article", "listing", "home"):
        return good
    link = f'<a href="{HONEYPOT}?tu={call.dice}" style="display:none">Tin mới</a>'
    return good.with_body(good.body.replace(b"</form></body>", f"{link}</form></body>".encode()))


def _sitemap(text: str) -> Response:
    return Response(body=text.encode(), headers=_XML, kind="sitemap")


def _laughs(good: Response, call: Call) -> Response:
    if call.request.path != "/sitemap.xml":
        return good
    names = "abcdefghij"
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names)
    )
    return _sitemap(
        f'<?xml version="1.0"?><!DOCTYPE urlset [{entities}]><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>&j;</loc></url></urlset>'
    )


def _xxe(good: Response, call: Call) -> Response:
    if call.request.path != "/sitemap.xml":
        return good
    entities = f'<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "{call.elsewhere}/xxe"><!ENTITY % d SYSTEM "{call.elsewhere}/dtd">%d;'
    return _sitemap(
        f'<?xml version="1.0"?><!DOCTYPE urlset [{entities}]><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>&f;</loc></url><url><loc>&h;</loc></url></urlset>"
    )


def _loop(good: Response, call: Call) -> Response:
    """An index that names itself, and one more of its kind for ever."""
    path = call.request.path
    if not path.startswith("/sitemap") or not path.endswith(".xml"):
        return good
    number = int("".join(char for char in path if char.isdigit()) or 0) + 1
    base = call.portal.base
    return _sitemap(
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{base}/sitemap.xml</loc></sitemap><sitemap><loc>{base}/sitemap-{number}.xml</loc></sitemap></sitemapindex>"
    )


def _bomb(good: Response, call: Call) -> Response:
    if call.request.path == "/sitemap-1.xml.gz":
        return Response(body=gzip_zeros(), headers=(("Content-Type", "application/gzip"),), kind="sitemap")
    if call.request.path != "/sitemap.xml":
        return good
    return _sitemap(
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{call.portal.base}/sitemap-1.xml.gz</loc></sitemap></sitemapindex>"
    )


FAULTS = (
    Fault(name="robots_closed", row="G1", summary="robots.txt disallows all", scope="any", answer=_robots_closed),
    Fault(name="robots_500", row="G1", summary="robots.txt answers 500", scope="any", answer=_robots_500),
    Fault(name="honeypot", row="G1", summary="a hidden link to a disallowed path on every page", scope="any", answer=_honeypot),
    Fault(name="sitemap_laughs", row="G2", summary="a sitemap of ten thousand million laughs", scope="any", answer=_laughs),
    Fault(name="sitemap_xxe", row="G2", summary="a sitemap with entities of a file and of another host", scope="any", answer=_xxe),
    Fault(name="sitemap_loop", row="G2", summary="a sitemap index that names itself", scope="any", answer=_loop),
    Fault(name="sitemap_bomb", row="G2", summary="a sitemap of 1 GiB in 1 MB of gzip", scope="any", answer=_bomb),
)  # fmt: skip

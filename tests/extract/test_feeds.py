"""Side doors: feeds, sitemaps and list services are read in every flavour, and hostile ones refused."""

from __future__ import annotations

import json
import time

import pytest

from pipelines.errors import Rejected
from pipelines.items import Page
from portal_crawler.extract.document import parse_document
from portal_crawler.platforms.sharepoint.feeds import (
    portal_door_addresses,
    read_feed,
    read_lists,
    read_sitemap,
    side_door_addresses,
)
from portal_crawler.profile import Profile
from tests.corpus import corpus

HOST = "https://portal.example"
FEED = f"{HOST}/_layouts/15/listfeed.aspx?List=%7B0F3C%7D"
SITEMAP = f"{HOST}/sitemap.xml"
GUID = "5ED88A80-8BFE-4F6F-87F7-965AB9B38647"
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


def profile(*hosts: str) -> Profile:
    return Profile(name="p", title="p", hosts=hosts or ("portal.example",), start_urls=(f"{HOST}/Pages/default.aspx",))


class TestFeeds:
    def test_list_feed(self) -> None:
        data = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title><link>{HOST}/Lists/TinTuc</link>
        <item><title>Họp &amp;amp; bàn &lt;b&gt;việc&lt;/b&gt;</title><link>{HOST}/Lists/TinTuc/DispForm.aspx?ID=7&amp;Source=x</link>
        <description><![CDATA[<div><b>Ngày:</b> 1</div>]]></description><pubDate>Fri, 26 Oct 2018 04:00:00 GMT</pubDate>
        <enclosure url="/anh/7.jpg" type="image/jpeg"/></item>
        <item><title>Hai</title><guid isPermaLink="true">/Lists/TinTuc/DispForm.aspx?ID=8</guid></item>
        <item><title>Lặp</title><link>/Lists/TinTuc/DispForm.aspx?ID=8</link></item>
        <item><title>Tệp</title><link>/Tai-lieu/a.pdf</link></item><item><title>Không</title><guid isPermaLink="false">7f</guid></item>
        </channel></rss>""".encode()
        first, second = read_feed(data, FEED)
        assert (first.url, first.text, first.published) == (
            f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=7",
            "Họp & bàn việc",
            "Fri, 26 Oct 2018 04:00:00 GMT",
        )
        assert (first.image, first.route) == (f"{HOST}/anh/7.jpg", "feed")
        assert second.url == f"{HOST}/Lists/TinTuc/DispForm.aspx?ID=8"

    def test_atom_and_rdf(self) -> None:
        atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Mot</title><link rel="edit" href="/sua"/><link href="/Pages/a-b-c.aspx"/>
        <published>2018-10-26T11:00:00+07:00</published><updated>2019-01-01T00:00:00Z</updated></entry></feed>"""
        (link,) = read_feed(atom, FEED)
        assert (link.url, link.published) == (f"{HOST}/Pages/a-b-c.aspx", "2018-10-26T11:00:00+07:00")
        rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel><link>/</link></channel><item><title>Hai</title><link>/Pages/d-e-f.aspx</link><dc:date>2018-10-26</dc:date></item></rdf:RDF>"""
        (link,) = read_feed(rdf, FEED)
        assert (link.url, link.published) == (f"{HOST}/Pages/d-e-f.aspx", "2018-10-26")

    def test_stray_characters_are_forgiven_but_a_cut_is_not(self) -> None:
        item = "<item><title>A & B \x1f</title><link>/Lists/T/DispForm.aspx?ID=1</link></item>"
        whole = f"<rss><channel>{item}</channel></rss>".encode()
        assert [link.url for link in read_feed(whole, FEED)] == [f"{HOST}/Lists/T/DispForm.aspx?ID=1"]
        with pytest.raises(Rejected) as refused:
            read_feed(f"<rss><channel>{item}{item[:40]}".encode(), FEED)
        assert refused.value.reason == "cut_short"

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"<html><body>login</body></html>", "not_a_feed"),
            (b"<!DOCTYPE html>\r\n<html><body>login</body></html>", "not_a_feed"),
            (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html/>', "not_a_feed"),
            (b'<!DOCTYPE rss [<!ENTITY x "y">]><rss/>', "xml_doctype"),
            (b"", "unreadable_xml"),
            (b"\x00\x01", "unreadable_xml"),
        ],
    )
    def test_other_answers_are_refused(self, data: bytes, reason: str) -> None:
        with pytest.raises(Rejected) as refused:
            read_feed(data, FEED)
        assert refused.value.reason == reason

    def test_the_real_feed(self) -> None:
        data = corpus("sharepoint-pages/iata_feed_pr.html").read_bytes()
        links = read_feed(data, "https://www.iata.org/_layouts/15/feed.aspx")
        assert len(links) == data.count(b"<item>")
        assert all(
            "/pressroom/pr/Pages/2019-" in link.url and link.text and link.published.endswith("GMT") for link in links
        )


class TestSitemaps:
    def test_addresses_and_children(self) -> None:
        data = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
          xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
          <url><image:image><image:loc>{HOST}/a.jpg</image:loc></image:image><loc> {HOST}/Lists/T/DispForm.aspx?ID=1 </loc><lastmod>2020-01-01</lastmod></url>
          <url><loc>{HOST}/Lists/T/DispForm.aspx?ID=2</loc><n:news><n:publication_date>2018-10-26</n:publication_date><n:title>Hai</n:title></n:news></url>
          <url><loc>{HOST}/a.pdf</loc></url><url><loc>javascript:x()</loc></url></urlset>""".encode()
        links, children = read_sitemap(data, SITEMAP)
        assert [(link.url[-4:], link.text, link.published, link.changed, link.route) for link in links] == [
            ("ID=1", "", "", "2020-01-01", "sitemap"),
            ("ID=2", "Hai", "2018-10-26", "", "sitemap"),
        ]
        assert children == ()

    def test_an_index_that_names_itself_has_no_child_there(self) -> None:
        data = f"<sitemapindex><sitemap><loc>{SITEMAP}</loc></sitemap><sitemap><loc>/s1.xml</loc></sitemap><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>"
        assert read_sitemap(data.encode(), SITEMAP) == ((), (f"{HOST}/s1.xml",))

    @pytest.mark.parametrize(
        "data",
        [
            f"{BOMB}<urlset><url><loc>&c;</loc></url></urlset>".encode(),
            f"<?xml version='1.0'?>\n<!-- a --> {BOMB}<urlset/>".encode(),
            f"<?xml version='1.0' encoding='utf-16'?>{BOMB}<urlset/>".encode("utf-16"),
            b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>',
            b"<??>" * 900 + b"<!-->" * 90 + b"<urlset/>",
            b'<!DOCTYPE urlset SYSTEM "http://other.example/x.dtd"><urlset/>',
            b'<!doctype urlset [<!ENTITY % p SYSTEM "http://other.example/p"> %p;]><urlset/>',
        ],
    )
    def test_a_document_type_is_refused_before_anything_expands(self, data: bytes) -> None:
        before = time.process_time()
        with pytest.raises(Rejected) as refused:
            read_sitemap(data, SITEMAP)
        assert refused.value.reason in {"xml_doctype", "unreadable_xml"}
        assert time.process_time() - before < 1

    def test_endless_depth_is_refused(self) -> None:
        with pytest.raises(Rejected):
            read_sitemap(b"<urlset>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</urlset>", SITEMAP)

    def test_a_web_page_is_no_sitemap(self) -> None:
        with pytest.raises(Rejected, match="not_a_sitemap"):
            read_sitemap(b"<html><body><p>404</p></body></html>", SITEMAP)


LIST = {
    "Id": f"{{{GUID}}}",
    "Title": "Tin tức",
    "ItemCount": 306,
    "BaseTemplate": 100,
    "Hidden": False,
    "RootFolder": {"ServerRelativeUrl": "/Lists/TinTuc"},
}


class TestListServices:
    @pytest.mark.parametrize("answer", [{"value": [LIST]}, {"d": {"results": [LIST]}}, {"d": [LIST]}])
    def test_json_in_every_flavour(self, answer: object) -> None:
        (found,) = read_lists(b"\xef\xbb\xbf" + json.dumps(answer).encode())
        assert (found.id, found.title, found.items, found.template, found.hidden, found.path) == (
            GUID.lower(),
            "Tin tức",
            306,
            100,
            False,
            "/Lists/TinTuc",
        )
        assert found.feed == f"_layouts/15/listfeed.aspx?List=%7B{GUID}%7D"

    def test_atom(self) -> None:
        data = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"
        xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><entry><link><m:inline><entry><content><m:properties>
        <d:ServerRelativeUrl>/Lists/TinTuc</d:ServerRelativeUrl></m:properties></content></entry></m:inline></link><content><m:properties>
        <d:BaseTemplate>104</d:BaseTemplate><d:Hidden>true</d:Hidden><d:Id>{GUID.lower()}</d:Id><d:ItemCount>9</d:ItemCount><d:Title>Thông báo</d:Title>
        </m:properties></content></entry></feed>""".encode()
        (found,) = read_lists(data)
        assert (found.id, found.title, found.items, found.template, found.hidden, found.path) == (
            GUID.lower(),
            "Thông báo",
            9,
            104,
            True,
            "/Lists/TinTuc",
        )

    def test_soap(self) -> None:
        data = f"""<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><Lists>
        <List ID="{{{GUID}}}" Title="Tin" ItemCount="5" ServerTemplate="100" Hidden="False" DefaultViewUrl="/Lists/Tin/AllItems.aspx"/>
        </Lists></soap:Body></soap:Envelope>""".encode()
        (found,) = read_lists(data)
        assert (found.id, found.items, found.template, found.hidden, found.path) == (
            GUID.lower(),
            5,
            100,
            False,
            "/Lists/Tin",
        )

    @pytest.mark.parametrize(
        "data", [b'{"error": {"code": "-2147024891"}}', b"{", b"[" * 100_000, b"<html><body>Sign in</body></html>"]
    )
    def test_other_answers_are_refused(self, data: bytes) -> None:
        with pytest.raises(Rejected, match="not_a_list_answer"):
            read_lists(data)


class TestAnnouncements:
    def doors(self, body: str, head: str = "", url: str = f"{HOST}/tp/Pages/tin.aspx") -> tuple[str, ...]:
        page = Page(url=url, body=f"<html><head>{head}</head><body>{body}</body></html>".encode())
        return side_door_addresses(parse_document(page), profile())

    def test_feeds_in_head_and_body(self) -> None:
        head = '<link rel="alternate" type="application/rss+xml" href="/tin.xml"><link rel="alternate" type="text/xml" href="/_vti_bin/spsdisco.aspx">'
        body = '<a href="/_layouts/15/feed.aspx?xsl=1&amp;web=%2F&amp;page=a&amp;wp=b">RSS</a><a href="/Pages/feedback.aspx">Góp ý</a><a href="https://other.example/rss">x</a>'
        assert self.doors(body, head) == (f"{HOST}/tin.xml", f"{HOST}/_layouts/15/feed.aspx?xsl=1&web=%2F&page=a&wp=b")

    def test_lists_named_in_scripts_and_links_once_each(self) -> None:
        head = '<script src="/_layouts/15/init.js"></script>'
        body = f"""<script>var _spPageContextInfo={{webServerRelativeUrl:"\\u002ftp",pageListId:"{{{GUID.lower()}}}",userId:0}};</script>
        <script>ctx = new ContextInfo(); ctx.listName = "{{{GUID}}}";</script>
        <a href="/tp/Lists/A/DispForm.aspx?List=%7B{GUID.replace("-", "%2D")}%7D&ID=3">x</a>"""
        assert self.doors(body, head) == (f"{HOST}/tp/_layouts/15/listfeed.aspx?List=%7B{GUID}%7D",)

    def test_an_announced_list_feed_is_not_doubled(self) -> None:
        body = f"""<a href="/_layouts/15/listfeed.aspx?List={{{GUID}}}">RSS</a><script>var x={{pageListId:"{{{GUID}}}"}};</script>"""
        assert self.doors(body) == (f"{HOST}/_layouts/15/listfeed.aspx?List=%7B{GUID}%7D",)

    def test_what_is_no_guid_is_no_list(self) -> None:
        assert self.doors('<script>var _spPageContextInfo={pageListId:"{c1d2}"};</script>') == ()

    def test_doors_of_the_portal_itself(self) -> None:
        sitemap, lists = portal_door_addresses(profile())
        assert sitemap == SITEMAP
        assert lists.startswith(f"{HOST}/_api/web/lists?")

"""body_html is safe in any CMS, minimal, and whole, whatever an editor or an attacker wrote into the page."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from portal_crawler.extract.sanitize import ATTRIBUTES, TAGS, sanitize
from tests.extract.building import FIRST, SECOND, article, vendor_page

#: What must never get through, as an editor pastes it or an attacker types it.
HOSTILE = (
    "<script>alert(1)</script>",
    "<p onclick='alert(1)'>Bấm</p>",
    "<a href='javascript:alert(1)'>Xem</a>",
    "<a href=' jAvA&#9;script:alert(1)'>Xem</a>",
    "<img src='x.jpg' onerror='alert(1)'>",
    "<svg><script>alert(1)</script></svg>",
    "<a href='data:text/html,<script>alert(1)</script>'>Xem</a>",
    "<style>p{background:url(javascript:alert(1))}</style>",
    "<iframe src='https://quang-cao.example/'></iframe>",
    "<p class='MsoNormal' style='mso-x:1'><o:p>&nbsp;</o:p></p>",
    "<p><span lang='VI' class='MsoX'>Chữ</span><o:p></o:p></p>",
    "<div><div><p></p></div></div>",
    "<img src='https://mc.yandex.ru/watch/1'>",
    "<img src='/dem.aspx' width='1' height='1'>",
    "<form action='//evil.example'><input name='q'></form>",
    "<object data='x.swf'></object><embed src='x.swf'>",
    "<!-- <p>ghi chú</p> --><![CDATA[ x ]]>",
    "<p>a<b>b<i>c</b>d</i>",
    "<table><tr><td>1<td>2<tr><td colspan='2'>3</table>",
    "<ul><li>một<ul><li>hai</ul></ul>",
    "<blockquote><p>trích</p></blockquote>",
    "<h1>Mục</h1><h3 id='x'>Mục nhỏ</h3>",
)
EMPTY = re.compile(r"<(p|li|ul|ol|h[2-6]|blockquote|figure|figcaption|strong|em|a|sub|sup|table|tr)(?: [^>]*)?></\1>")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(HOSTILE), max_size=8), st.text("a<>&\"'=/ é\u200b\n", max_size=12))
def test_nothing_active_and_nothing_superfluous_gets_through(parts, noise):
    markup = "".join(parts) + noise.replace("<", "&lt;")
    made = article(vendor_page(f"<p>{FIRST}</p><div>{markup}</div><p>{SECOND}</p>")).body_html
    assert sanitize(made) == made
    assert not EMPTY.search(made)
    for element in lxml_html.fromstring(f"<div>{made}</div>").iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
        for address in (element.get("href"), element.get("src")):
            assert address is None or address.startswith(("http://", "https://", "mailto:", "tel:"))
    assert FIRST in made
    assert SECOND in made


VIDEOS = {
    "<iframe src='https://www.youtube.com/embed/abc' title='Lễ hội dừa'></iframe>": ("https://www.youtube.com/embed/abc", "Lễ hội dừa"),
    "<video controls><source src='/video/le-hoi.mp4' type='video/mp4'></video>": ("http://portal.example/video/le-hoi.mp4", "Video"),
    "<object><param name='movie' value='x'><embed src='https://www.youtube.com/v/abc'></object>": ("https://www.youtube.com/v/abc", "Video"),
    "<div class='ms-rte-embedcode'><iframe src='//player.vimeo.com/video/1'></iframe></div>": ("http://player.vimeo.com/video/1", "Video"),
    "<div class='mediaPlayerContainer' id='MediaPlayer_1'><a class='mediaSource' href='/Media/le-hoi.wmv'>le-hoi</a></div>": ("http://portal.example/Media/le-hoi.wmv", "le-hoi"),
}  # fmt: skip


@pytest.mark.parametrize("markup", VIDEOS)
def test_an_embedded_video_becomes_a_link_in_its_place(markup):
    address, text = VIDEOS[markup]
    got = article(vendor_page(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>"))
    link = f'<p><a href="{address}">{text}</a></p>'
    assert got.body_html == f"<p>{FIRST}</p>{link}<p>{SECOND}</p>"
    assert got.coverage is not None
    assert got.coverage.share == 1


def test_structure_spans_and_places_are_kept():
    markup = (
        "<h3>Mục</h3><ol start='3'><li>ba</li><li>bốn<ul><li>nhỏ</li></ul></li></ol>"
        "<table><tr><th rowspan='2'>Phường</th><th colspan='2'>Hộ</th></tr><tr><td>cũ</td><td>mới</td></tr></table>"
        "<blockquote>Lời <sup>1</sup> trích <em>nguyên</em> văn</blockquote>"
        "<figure><img src='/a/1.jpg' alt='Bến phà'><figcaption>Bến phà (Ảnh: Minh Đức)</figcaption></figure>"
    )
    made = article(vendor_page(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>")).body_html
    assert made == (
        f"<p>{FIRST}</p><h3>Mục</h3>"
        '<ol start="3"><li>ba</li><li>bốn<ul><li>nhỏ</li></ul></li></ol>'
        '<table><tbody><tr><th rowspan="2">Phường</th><th colspan="2">Hộ</th></tr><tr><td>cũ</td><td>mới</td></tr></tbody></table>'
        "<blockquote><p>Lời <sup>1</sup> trích <em>nguyên</em> văn</p></blockquote>"
        '<figure><img src="http://portal.example/a/1.jpg" alt="Bến phà"><figcaption>Bến phà (Ảnh: Minh Đức)</figcaption></figure>'
        f"<p>{SECOND}</p>"
    )

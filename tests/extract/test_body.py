"""The body: faithful, minimal, safe HTML, and the same words as text."""

import re

import pytest

from portal_crawler.extract import body as guarding
from portal_crawler.extract.figures import credit_of
from portal_crawler.extract.sanitize import sanitize
from tests.extract.building import FIRST, SECOND, article, read, vendor_page

PLAIN = re.compile(r"<[^>]+>")


def body(markup: str):
    return article(vendor_page(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>"))


def inner(markup: str) -> str:
    """The HTML between the two framing paragraphs."""
    return body(markup).body_html.removeprefix(f"<p>{FIRST}</p>").removesuffix(f"<p>{SECOND}</p>")


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("<h1>Một</h1><h4>Hai</h4>", "<h2>Một</h2><h4>Hai</h4>"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ('<ol start="3"><li>ba</li></ol>', '<ol start="3"><li>ba</li></ol>'),
        ("<blockquote><p>“Lời nói”</p></blockquote>", "<blockquote><p>“Lời nói”</p></blockquote>"),
        ("<p>H<sub>2</sub>O, m<sup>2</sup>, <b>đậm <i>nghiêng</i></b></p>", "<p>H<sub>2</sub>O, m<sup>2</sup>, <strong>đậm </strong><strong><em>nghiêng</em></strong></p>"),
        ('<p><span style="font-weight&#58;bold">a</span> b</p>'.replace("&#58;", ":"), "<p><strong>a</strong> b</p>"),
        ("<div>một<br/>hai<br/><br/>ba</div>", "<p>một<br>hai</p><p>ba</p>"),
        ("<div><div><p>&nbsp;</p><p>\u200b</p></div></div>", ""),
        ('<p class="MsoNormal" style="margin:0"><span lang="VI">chữ<o:p></o:p></span></p>', "<p>chữ</p>"),
        ('<p><a href="http&#58;//khac.example/a b.html" onclick="x()">nối</a></p>', '<p><a href="http://khac.example/a%20b.html">nối</a></p>'),
        ('<p><a href="&#106;avascript:alert(1)">bấm</a> <a href="#top">đầu</a></p>', "<p>bấm đầu</p>"),
        ('<p><a href="java&#9;script:alert(1)">bấm</a></p>', "<p>bấm</p>"),
        ('<p>thư <a href="mailto&#58;a@b.example">a@b.example</a></p>', '<p>thư <a href="mailto:a@b.example">a@b.example</a></p>'),
        ("<p>a<script>alert(1)</script>b</p><style>p{}</style><svg onload='x'><text>s</text></svg>", "<p>ab</p>"),
        ("<object data='x.swf'><p>thay thế</p></object>", "<p>thay thế</p>"),
        ('<iframe src="https://www.youtube.com/embed/x" title="Phóng sự"></iframe>', '<p><a href="https://www.youtube.com/embed/x">Phóng sự</a></p>'),
        ('<iframe srcdoc="<p>x</p>"></iframe><iframe src="https://quangcao.example/"></iframe>', ""),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", ""),
        ("<p>học<span>&#8203;</span><span>sinh</span> 26.7\u200b%</p>", "<p>họcsinh 26.7%</p>"),
        ("<p>Cô\u0323ng ho\u0300a</p>", "<p>Cộng hòa</p>"),
        ("<!--[if gte mso 9]><xml>x</xml><![endif]--><![if !vml]><p>a</p><![endif]>", "<p>a</p>"),
        ("<p>&lt;script&gt; &amp; A &lt; B</p>", "<p>&lt;script&gt; &amp; A &lt; B</p>"),
    ],
)  # fmt: skip
def test_html_is_faithful_minimal_and_safe(markup, html):
    assert inner(markup) == html


def test_unclosed_and_misnested_markup_keeps_its_text():
    text = body("<p>chưa đóng<p><b>đậm <i>lẫn</b> lộn</i><ul><li>một<li>hai</ul>").body_text
    assert text.split("\n")[1:-1] == ["chưa đóng", "đậm lẫn lộn", "một", "hai"]


def test_a_table_of_facts_keeps_cells_and_spans():
    table = (
        '<table class="ms-rteTable-1"><caption>Bảng 1</caption><tr><th rowspan="2">TT</th><th colspan="2">Số liệu</th></tr>'
        "<tr><td>Kế hoạch</td><td></td></tr><tr><td>1</td><td><p>148.000</p></td><td>69,9</td></tr></table>"
    )
    got = body(table)
    assert (
        '<table><caption>Bảng 1</caption><tbody><tr><th rowspan="2">TT</th><th colspan="2">Số liệu</th></tr><tr><td>Kế hoạch</td>'
        "<td></td></tr><tr><td>1</td><td>148.000</td><td>69,9</td></tr></tbody></table>"
    ) in got.body_html
    assert got.body_text.split("\n")[1:-1] == ["Bảng 1", "TT Số liệu", "Kế hoạch", "1 148.000 69,9"]


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="text-align&#58;center">{img}</p><p style="text-align&#58;center"><em>{cap}</em></p>',
        "<table><tr><td>{img}</td></tr><tr><td>{cap}</td></tr></table>",
        "<table><tr><td>{img}<br/>{cap}</td></tr></table>",
        '<div align="center">{img}<br/><span>{cap}</span></div>',
        "<div>{img}</div><center>{cap}</center>",
        "<p>{img}</p><p>hinh-1.jpg</p><p>{cap}</p>",
        "<figure>{img}<figcaption>{cap}</figcaption></figure>",
        "<figure><figcaption>{cap}</figcaption>{img}</figure>",
        "<p>{img}</p><p>{cap}</p>",
    ],
)
def test_a_caption_stands_in_the_figure_of_its_picture(markup):
    caption = "Các đại biểu tham dự hội nghị (Ảnh: Hồng Quốc)"
    got = body(markup.format(img='<img alt="hinh-1.jpg" src="/anh/hinh-1.jpg"/>', cap=caption.replace(":", "&#58;")))
    bare = re.sub(r"</?em>", "", got.body_html)
    assert (
        f'<figure><img src="http://portal.example/anh/hinh-1.jpg" alt=""><figcaption>{caption}</figcaption></figure>'
        in bare
    )
    assert got.body_text == f"{FIRST}\n{caption}\n{SECOND}"
    assert [(one.caption, one.credit, one.alt) for one in got.images] == [(caption, "Hồng Quốc", "")]


def test_pictures_side_by_side_get_the_captions_below_them():
    row = "<table><tr><td><img src='/1.jpg'/></td><td><img src='/2.jpg'/></td></tr><tr><td>Một</td><td>Hai</td></tr></table>"
    assert [(one.url[-5:], one.caption) for one in body(row).images] == [("1.jpg"[-5:], "Một"), ("2.jpg"[-5:], "Hai")]


@pytest.mark.parametrize(
    "text",
    [
        "<p><strong>Kết quả bước đầu</strong></p>",
        f"<p>{SECOND * 4}</p>",
        "<p><em>“Bà con ai cũng mừng khi có cầu mới.”</em></p>",
    ],
)
def test_what_follows_a_picture_is_not_always_its_caption(text):
    assert "figcaption" not in body(f"<p><img src='/a.jpg'/></p>{text}").body_html


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Quang cảnh (Ảnh: Hồng Quốc)", "Hồng Quốc"), ("Quang cảnh. Ảnh: Bệnh viện cung cấp", "Bệnh viện cung cấp"),
        ("Ảnh: TTXVN", "TTXVN"), ("Quang cảnh (Nguồn ảnh: Báo A)", "Báo A"), ("Photo: An", "An"), ("Quang cảnh hội nghị", ""),
        ("Ảnh 1: Cầu mới", ""),
    ],
)  # fmt: skip
def test_credit_of_a_caption(caption, credit):
    assert credit_of(caption) == credit


def test_a_picture_in_mid_sentence_does_not_cut_the_sentence():
    got = body("<p>Trước ảnh <img src='/a.jpg'/> sau ảnh.</p>")
    assert "Trước ảnh sau ảnh." in got.body_text.split("\n")
    assert len(got.images) == 1


def test_spacers_and_symbols_are_no_pictures():
    icons = (
        "<img src='/_layouts/15/images/blank.gif'/><img src='/i.png' width='16'/><img src='data:image/gif;base64,AA'/>"
    )
    assert body(f"<p>chữ {icons}</p>").images == ()


def test_a_file_linked_in_the_text_is_an_attachment():
    (file,) = body('<p><a href="/Van ban/Báo cáo.PDF">Báo cáo số 4</a></p>').attachments
    assert (file.name, file.url) == ("Báo cáo số 4", "http://portal.example/Van%20ban/B%C3%A1o%20c%C3%A1o.PDF")


def test_a_file_below_the_text_is_an_attachment_and_not_text():
    below = (
        '<div><span>Tệp đính kèm:</span><ul><li><a href="/a.pdf">Kế hoạch.pdf</a></li></ul></div><div>Lượt xem: 9</div>'
    )
    got = article(vendor_page(f"<p>{FIRST}</p><p>{SECOND}</p></div>{below}<div>"))
    assert ([one.name for one in got.attachments], got.body_text, got.views) == (
        ["Kế hoạch.pdf"],
        f"{FIRST}\n{SECOND}",
        9,
    )


def test_a_layout_table_around_the_text_dissolves():
    got = article(vendor_page(f"<table><tr><td><p>{FIRST}</p><p>{SECOND}</p></td></tr></table>"))
    assert got.body_html == f"<p>{FIRST}</p><p>{SECOND}</p>"


def test_the_lead_is_not_doubled_where_the_body_begins_with_it():
    lead = "Lời dẫn của bài viết đứng riêng một dòng ở đầu trang."
    got = article(
        vendor_page(
            f"</div><div class='l'><b>{lead}</b></div><div class='m'><p>{lead}</p><p>{FIRST}</p><p>{SECOND}</p>"
        )
    )
    assert (got.summary, got.body_text) == (lead, f"{lead}\n{FIRST}\n{SECOND}")


def test_text_and_html_hold_the_same_words():
    markup = "<h3>Mục</h3><ul><li>một</li></ul><table><tr><td>a</td><td>b</td></tr></table><figure><img src='/a.jpg'><figcaption>chú</figcaption></figure>"
    got = body(markup)
    assert PLAIN.sub(" ", got.body_html).split() == got.body_text.split()


def test_trafilatura_confirms_the_text_or_the_note_says_what_it_would_have_lost():
    agreed, other = (
        body("<p>Đoạn giữa đủ dài để không ai bỏ qua nó trong bài viết này.</p>"),
        body('<p><a href="/a.pdf">Báo cáo</a></p>'),
    )
    assert [one.notes[-1].rule.rpartition("+")[2] for one in (agreed, other)] == ["trafilatura", "faithful"]
    assert "agreement 1.000" in agreed.notes[-1].raw
    assert "Báo cáo" in other.body_text


def test_coverage_of_the_source_is_noted():
    got = body(
        "<p><img src='/a.jpg'/></p><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></table><p><a href='/x'>nối</a></p>"
    )
    assert got.notes[-1].raw.startswith("coverage: words 64/64, images 1/1, cells 4/4, links 1/1")
    assert "coverage_low" not in got.flags


def test_text_that_the_reader_leaves_out_shows_in_the_coverage():
    lost = f"<aside><p>{SECOND} Và nhiều điều khác nữa mà trang đặt vào khung bên cạnh bài.</p></aside>"
    assert "coverage_low" in body(lost).flags


def test_what_was_taken_out_is_named():
    dropped = dict(article(vendor_page(f"<p>{FIRST}</p><p>{SECOND}</p><p>Từ khóa: hội nghị</p>")).notes[-1].others)
    assert dropped == {"dropped": "Từ khóa: hội nghị"}


def test_a_hundred_thousand_unclosed_elements_do_not_hide_the_article():
    page = vendor_page("<div>" * 100_000 + f"<p>{FIRST}</p><p>{SECOND}</p>")
    got = article(page)
    assert got.body_text == f"{FIRST}\n{SECOND}"
    assert "too_deep_flattened" in got.flags


@pytest.mark.parametrize("tag", ["b", "font", "ul", "blockquote", "table"])
def test_deep_nesting_in_the_text_is_survived(tag):
    reading = read(vendor_page(f"<p>{FIRST}</p>" + f"<{tag}>" * 5_000 + f"<p>{SECOND}</p>"))
    assert SECOND in reading.article.body_text


def test_only_the_allow_list_passes_the_sanitiser():
    dirty = '<p style="x" onclick="y">a</p><iframe src="//e"></iframe><a href="data:text/html,x">b</a><form><input></form><math><mtext><style>'
    assert sanitize(dirty) == "<p>a</p><a>b</a>"


LONG = f"<p>{FIRST}</p><h3>Mục</h3><p>{SECOND}</p><p>{FIRST} {SECOND}</p>"


@pytest.mark.parametrize(
    "markup",
    [
        LONG,
        f"{LONG}<p></p><ul><li></li><li>một <strong>việc</strong></li><li><p>hai</p></li></ul><p>Facebook</p><p>Hết.</p>",
        f"<blockquote><p>{SECOND}</p></blockquote>{LONG}<figure><img src='http://a.example/1.jpg' alt=''><figcaption>Ảnh</figcaption></figure>",
        f"<table><tr><td></td><td>{FIRST}</td></tr><tr><th>a<br>b</th><td><ul><li>c</li></ul></td></tr></table>{LONG}<h3>Cuối</h3>",
        f"{LONG}<p><a href='http://a.example/1'>{FIRST}</a></p><ol><li><a href='http://a.example/2'>b</a></li></ol>lời lẻ<br>dòng",
        "<p>Ngắn.</p>",
        "<p></p>",
    ],
)
def test_asking_trafilaturas_extractor_at_once_gives_what_all_of_trafilatura_gives(markup):
    plain = sanitize(markup)
    for figure, other in guarding._PLAIN_FIGURES:
        plain = plain.replace(figure, other)
    page = guarding.lxml_html.fromstring(f"<html><body><article>{plain}</article></body></html>")
    whole = guarding._lines(guarding._tree(page, guarding._CUT_OPTIONS))
    assert guarding._extract(sanitize(markup)) == "\n".join(whole)


def test_all_of_trafilatura_is_asked_only_where_its_extractor_finds_little(monkeypatch):
    asked = []
    whole = guarding._tree
    monkeypatch.setattr(guarding, "_tree", lambda *arguments: asked.append(1) or whole(*arguments))
    assert FIRST in guarding._extract(LONG)
    assert not asked
    assert guarding._extract("<p>Ngắn.</p>") == "Ngắn."
    assert len(asked) == 1

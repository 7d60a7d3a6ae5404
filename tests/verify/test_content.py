"""What a reader sees in HTML, and how far one text is another: a lost line is never rounded away."""

from __future__ import annotations

from pipelines.verify.content import match_text, visible

HTML = """<p>Sáng <strong>nay</strong>,<br>ra quân.<!-- ẩn --></p><table><tr><td>Ấp 1</td><td>30 cây</td></tr></table>
<figure><img src="/a.jpg" alt="a.jpg"><figcaption>Trồng cây</figcaption></figure><ul><li><a href="/b.pdf">Kế hoạch</a></li></ul>"""


def test_lines_links_and_pictures_are_read_in_order() -> None:
    seen = visible(HTML)
    assert seen.lines == ("Sáng nay,", "ra quân.", "Ấp 1 30 cây", "Trồng cây", "Kế hoạch")
    assert (seen.links, seen.images) == (("/b.pdf",), ("/a.jpg",))
    assert visible(" ").lines == ()


def test_equal_texts_match_wholly_whatever_their_spaces() -> None:
    match = match_text(["Sáng  nay,", "ra quân."], ("Sáng nay,", "ra quân."))
    assert (match.similarity, match.missing, match.added) == (1.0, (), ())


def test_a_lost_and_an_added_line_are_named() -> None:
    match = match_text(["Một", "Hai", "Hai"], ("Một", "Hai", "Bốn mươi bảy"))
    assert (match.missing, match.added) == (("Hai",), ("Bốn mươi bảy",))
    assert match.similarity < 1


def test_a_changed_line_counts_for_the_letters_it_kept() -> None:
    match = match_text(["Hơn hai trăm đoàn viên"], ("Hơn ba trăm đoàn viên",))
    assert 0.8 < match.similarity < 1
    assert match.missing == ("Hơn hai trăm đoàn viên",)


def test_what_follows_behind_the_body_may_be_added_but_may_hide_no_loss() -> None:
    assert match_text(["Một"], ("Một", "Kế hoạch"), ["Kế hoạch"]).added == ()
    assert match_text(["Một", "Hai"], ("Một", "Kế hoạch"), ["Kế hoạch"]).missing == ("Hai",)

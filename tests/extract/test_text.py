"""Text: what no reader sees goes, what a reader sees stays, damage of old fonts is noticed and nothing else is."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.fold import flatten, fold
from pipelines.text import _DROP, _PLAIN, _TIDY
from portal_crawler.extract.language import detect_language
from portal_crawler.extract.text import clean_lines, clean_markup, clean_text, legacy_encoding, storable
from tests.corpus import corpus

SENTENCE = "Thành phố Bến Tre tổ chức hội nghị sơ kết sáu năm thực hiện đề án về cán bộ trẻ"

#: The beginning of SENTENCE as the old fonts store it, read as Latin-1.
TCVN3 = "Thµnh phè BÕn Tre tæ chøc héi nghÞ s¬ kÕt s¸u n¨m thùc hiÖn ®Ò ¸n"
VNI = "Thaønh phoá Beán Tre toå chöùc hoäi nghò sô keát saùu naêm thöïc hieän ñeà aùn"


def cp1258(text: str) -> bytes:
    """Text in real windows-1258: vowel and tone are two bytes."""
    out = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(one for one in parts if one in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(one for one in parts if one not in tone))
        out += (base + tone).encode("cp1258")
    return out


# --- Cleaning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "clean"),
    [
        ("26.7\u200b%", "26.7%"),
        ("B\u00e0i\u00a0\u00a0vi\u1ebft\u3000m\u1edbi ", "Bài viết mới"),
        ("ti\u00adêu đề", "tiêu đề"),
        ("\ufeffTiêu đề\x00 \x07mới", "Tiêu đề mới"),
        ("Ba\u0300i vie\u0302\u0301t", "Bài viết"),
        ("\u201eA\u201d \u2013 B", "\u201eA\u201d \u2013 B"),
        ("\x93Đồng Khởi\x94 \x96 2018", "“Đồng Khởi” – 2018"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("a\ud800b", "ab"),
        ("\ud83d\udc4d", "👍"),
        ("👩\u200d🌾 trồng\u200d lúa", "👩\u200d🌾 trồng lúa"),
        ("m\u00b2, 10\u00ba, \u00bd", "m², 10º, ½"),
        ("một\r\n\thai", "một hai"),
        ("", ""),
    ],
)
def test_invisible_characters_go_and_visible_ones_stay(found: str, clean: str) -> None:
    assert clean_text(found) == clean


def test_lines_are_cleaned_one_by_one_and_empty_ones_go() -> None:
    assert clean_lines(" Một \r\n\u00a0\n\u200b\nHai\u2028Ba\x0bBốn\n") == "Một\nHai\nBa\nBốn"


def test_markup_is_cleaned_as_character_and_as_reference() -> None:
    markup = "<p>26.7\u200b&#8203;&#x200B;%&nbsp;&nbsp;t\u0103ng&shy;</p>\n<p>&amp;nbsp; &lt;b&gt;</p>\x00"
    assert clean_markup(markup) == "<p>26.7% tăng</p>\n<p>&amp;nbsp; &lt;b&gt;</p>"


def test_storable_takes_only_what_a_database_cannot_hold() -> None:
    assert storable("a\x00b\u200bc\u00a0d\udfffe\ufffe\n") == "ab\u200bc\u00a0de\n"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for clean in (clean_text, clean_lines, clean_markup, storable):
        once = clean(text)
        assert clean(once) == once
        once.encode("utf-8")
        assert "\x00" not in once


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_clean_text_is_one_trimmed_line_in_nfc(text: str) -> None:
    clean = clean_text(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == " ".join(clean.split())


# --- Folding ----------------------------------------------------------------------------------------------------------


def test_folding_forgets_case_diacritics_and_tone_placement() -> None:
    assert fold("ĐỒNG KHỞI") == fold("Đồng Khởi") == "dong khoi"
    assert fold("hoà") == fold("hòa") == fold("ho\u0300a")
    assert fold("Uỷ ban") == fold("Ủy ban")


@given(st.text())
def test_flat_text_has_the_length_of_its_origin(text: str) -> None:
    assert len(flatten(text)) == len(text)


# --- Damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damaged", "code"),
    [
        (TCVN3, "tcvn3"),
        ("NguyÔn", "tcvn3"),
        ("huyÖt", "tcvn3"),
        ("Ngµy 26 th¸ng 10 n¨m 2018", "tcvn3"),
        (VNI, "vni"),
        ("Uûy ban nhaân daân thaønh phoá Beán Tre", "vni"),
        (SENTENCE.encode().decode("latin-1"), "utf8"),
        (SENTENCE.encode().decode("cp1252", "ignore"), "utf8"),
        (SENTENCE.encode().decode("cp1258", "ignore"), "utf8"),
        (cp1258(SENTENCE).decode("cp1252"), "cp1258"),
        (SENTENCE.encode("ascii", "replace").decode(), "lossy"),
        (SENTENCE.encode().decode("ascii", "replace"), "lossy"),
    ],
)
def test_damage_is_named(damaged: str, code: str) -> None:
    assert legacy_encoding(damaged) == code
    assert legacy_encoding(clean_text(damaged)) == code


def test_one_damaged_paragraph_among_good_ones_is_found() -> None:
    assert legacy_encoding(f"{SENTENCE}\n{TCVN3}\n{SENTENCE}") == "tcvn3"


@pytest.mark.parametrize(
    "good",
    [
        SENTENCE, SENTENCE.upper(), "Hoà bình, hòa thuận, quì gối, khoá học, ngoài ra", "XÃ ĐÃ ĐẠT CHUẨN", "«Má»", "«Đất lành chim đậu»",
        "Y Moan Êñuôl, Ê Đê, Krông Pắc", "Noël, œuvre, où, août, coûte, naïf, héroïque, ambiguïté, maïs", "«Bonjour» dit-il",
        "España, mañana, pequeño niño", "Größe, Maße, weiß, Käse, Öl", "iPhone® 15, Windows® 11", "5 µm, 37 °C, 10ª, ½, m²",
        "gì?Tại sao?Vì sao?", "https://p.example/a.aspx?id=3&b=4", "più può città perché", "© 2018 Cổng thông tin", "Smørrebrød på dansk",
        "", "118", "Chị Ánh (xã Bình Phú)¹",
    ],
)  # fmt: skip
def test_correct_text_is_not_called_damaged(good: str) -> None:
    assert legacy_encoding(good) is None


def test_no_text_of_the_corpus_is_called_damaged() -> None:
    assert legacy_encoding(corpus("seed-article.txt").read_text(encoding="utf-8")) is None
    for path in corpus("articles-dev/wcxb").glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))["ground_truth"]["main_content"]
        assert legacy_encoding(content) is None, path.name


# --- Language ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SENTENCE, "vi"),
        (unicodedata.normalize("NFD", SENTENCE), "vi"),
        ("The council of the city met on Monday and adopted the plan for the year", "en"),
        (
            "Nguyễn Văn Đức met the council of the city and spoke of the plan for the year with the people at Bến Tre",
            "en",
        ),
        ("Le conseil de la ville a adopté le plan dans la salle pour une année", "fr"),
        ("ព្រះរាជាណាចក្រកម្ពុជា", "km"),
        ("越南共产党中央委员会总书记阮富仲", "zh"),
        ("Thanh pho Ben Tre to chuc hoi nghi", None),
        ("02753 827 114", None),
        ("Mekong", None),
    ],
)
def test_language_is_told_by_the_text_itself(text: str, code: str | None) -> None:
    assert detect_language(text) == code


def test_the_quick_way_past_plain_text_lets_nothing_through_that_is_dropped() -> None:
    plain = [chr(code) for code in range(0x110000) if _PLAIN.fullmatch(chr(code))]
    assert len(plain) > 600
    assert [one for one in plain if one.translate(_DROP) != one or one in "\u200c\u200d"] == []


def test_tidy_text_needs_only_its_ends_trimmed() -> None:
    tidy = [chr(code) for code in range(0x110000) if _TIDY.fullmatch(chr(code))]
    assert len(tidy) > 600
    assert [one for one in tidy if one in map(chr, _DROP) or unicodedata.normalize("NFC", one) != one] == []
    assert [one for one in tidy if one.isspace() or unicodedata.combining(one)] == [" "]

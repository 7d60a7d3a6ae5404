"""Legacy Vietnamese is put right where that is certain, and only flagged where it is not."""

import unicodedata

import pytest

from pipelines.legacy import legacy_encoding
from pipelines.syllables import is_syllable
from portal_crawler.extract.legacy_text import decode
from tests.extract.building import BYLINE, FIRST, KICKER, SECOND, TITLE, article, whole_page

#: TCVN 5712:1993 and VNI for Windows, letter by letter as the standards list them; written here apart from the library's.
_TCVN3 = dict(zip(
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
    bytes([
        0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9,
        0xBB, 0xBC, 0xBD, 0xBE, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5,
        0xD6, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE, 0xDF, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC,
        0xED, 0xEE, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE,
    ]).decode("latin-1"),
    strict=True,
))  # fmt: skip
_VNI = {
    "đ": "ñ", "Đ": "Ñ", "ư": "ö", "ơ": "ô", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î",
    **{letter: base + mark for base, letters in {"a": "áàảãạăâ", "e": "éèẻẽẹ_ê", "o": "óòỏõọ_ô", "u": "úùủũụ", "y": "ýỳỷỹ"}.items()
       for letter, mark in zip(letters, "ùøûõïêâ", strict=False) if letter != "_"},
    **{letter: base + mark for base, letters in {"a": "ấầẩẫậ", "e": "ếềểễệ", "o": "ốồổỗộ"}.items()
       for letter, mark in zip(letters, "áàåãä", strict=True)},
    **{letter: "a" + mark for letter, mark in zip("ắằặ", "éèë", strict=True)},
    **{letter: "ö" + mark for letter, mark in zip("ứừửữự", "ùøûõï", strict=True)},
    **{letter: "ô" + mark for letter, mark in zip("ớờởỡợ", "ùøûõï", strict=True)},
}  # fmt: skip
LEAD = "Đoàn công tác của tỉnh vừa đến thăm các hộ trồng dừa ở huyện Giồng Trôm và trao đổi về việc vay vốn."


def tcvn3(text):
    return "".join(_TCVN3.get(one, one) for one in text)


def vni(text):
    return "".join(_VNI.get(one) or (_VNI[one.lower()].upper() if one.lower() in _VNI else one) for one in text)


def utf8(text):
    shown = (bytes([byte]) for byte in text.encode())
    return "".join(one.decode("cp1252", "ignore") or one.decode("latin-1") for one in shown)


def cp1258(text):
    """Vowels with their hat, tones as letters of their own, read as windows-1252."""
    written = ""
    for one in (unicodedata.normalize("NFD", letter) for letter in text):
        tones = "".join(mark for mark in one if mark in "\u0300\u0301\u0303\u0309\u0323")
        written += unicodedata.normalize("NFC", "".join(mark for mark in one if mark not in tones)) + tones
    return written.encode("cp1258").decode("cp1252")


def page(make, font="", *, title=None, body=None):
    lines = body or "".join(f"<p>{make(text)}</p>" for text in (LEAD, FIRST, SECOND))
    header = f"<div>{KICKER}</div><div>{title if title is not None else make(TITLE)}</div><div>{BYLINE}</div>"
    text = f'<font face="{font}">{header}<div>{lines}</div></font>' if font else f"{header}<div>{lines}</div>"
    return whole_page(text)


WRITTEN = {"tcvn3": (tcvn3, ".VnTime"), "vni": (vni, "VNI-Times"), "utf8": (utf8, ""), "cp1258": (cp1258, "")}


@pytest.mark.parametrize("code", WRITTEN)
def test_it_is_converted_where_it_is_certain(code):
    make, font = WRITTEN[code]
    got = article(page(make, font))
    assert (got.title, got.body_text) == (TITLE, f"{LEAD}\n{FIRST}\n{SECOND}")
    assert got.published_at == "2019-03-13T07:45:00+07:00"
    assert f"converted_{code}" in got.flags
    assert f"legacy_{code}" not in got.flags
    assert any(note.rule.startswith("converted from") for note in got.notes)


@pytest.mark.parametrize("code", ["tcvn3", "vni"])
def test_without_a_font_of_its_own_it_is_flagged_and_kept(code):
    make, _ = WRITTEN[code]
    got = article(page(make, "Times New Roman"))
    assert make(FIRST).replace("\xad", "") in got.body_text
    assert f"legacy_{code}" in got.flags
    assert f"converted_{code}" not in got.flags


def test_the_font_alone_converts_nothing():
    got = article(page(str, ".VnTime"))
    assert got.body_text == f"{LEAD}\n{FIRST}\n{SECOND}"
    assert not [flag for flag in got.flags if flag.startswith(("legacy", "converted"))]


def test_correct_lines_beside_damaged_ones_stay():
    lines = f"<p>{LEAD}</p><p>{tcvn3(FIRST)}</p><p>{tcvn3(SECOND)}</p>"
    got = article(page(tcvn3, ".VnTime", title=TITLE, body=lines))
    assert (got.title, got.body_text) == (TITLE, f"{LEAD}\n{FIRST}\n{SECOND}")


def test_capitals_of_a_capital_font_are_capitals():
    heading = f'<p><font face=".VnTimeH">{tcvn3("cộng hòa xã hội chủ nghĩa")}</font></p>'
    got = article(page(tcvn3, ".VnTime", body=heading + f"<p>{tcvn3(FIRST)}</p><p>{tcvn3(SECOND)}</p>"))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA" in got.body_text


def test_what_was_lost_before_is_only_flagged():
    broken = (
        FIRST.replace("ủ", "?")
        .replace("ổ", "?")
        .replace("ị", "?")
        .replace("ệ", "?")
        .replace("ọ", "?")
        .replace("ự", "?")
    )
    got = article(page(str, ".VnTime", body=f"<p>{broken}</p><p>{broken}</p><p>{SECOND}</p>"))
    assert broken in got.body_text
    assert not [flag for flag in got.flags if flag.startswith("converted")]


@pytest.mark.parametrize(
    "text", ["Crème brûlée à la française", "Straße in München", "mañana será otro día", "© 2019 ® ½ µm"]
)
def test_other_languages_are_never_vietnamese(text):
    lines = f"<p>{tcvn3(FIRST)}</p><p>{text}</p><p>{tcvn3(SECOND)}</p>"
    assert text in article(page(tcvn3, ".VnTime", body=lines)).body_text


@pytest.mark.parametrize("code", ["tcvn3", "vni"])
def test_decoding_is_undone_exactly_or_not_done(code):
    make, _ = WRITTEN[code]
    assert decode(make(SECOND), code) == SECOND
    assert decode(make(SECOND) + " thế", code) is None


def test_windows_1258_is_decoded():
    assert decode(cp1258("Việt Nam, thành phố Bến Tre"), "cp1258") == "Việt Nam, thành phố Bến Tre"


def test_viqr_is_flagged():
    assert legacy_encoding("Tie^'ng Vie^.t kho^ng da^'u, ngu+o+`i da^n tha`nh pho^'") == "viqr"
    assert legacy_encoding("a^2 + b^2 = c^2 (C++ và o+o)") is None


@pytest.mark.parametrize(
    "word", ["nghiêng", "thuở", "khuya", "quyết", "rượu", "gì", "giếng", "giữa", "Ủy", "huỳnh", "Đắk", "xoong"]
)
def test_vietnamese_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["héllo", "straße", "mañana", "ngôt", "çà", "bệk", "củả"])
def test_other_words_are_none(word):
    assert not is_syllable(word)

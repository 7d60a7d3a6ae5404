"""Knows what a Vietnamese syllable can be, to tell text that was decoded right from text that only looks like it."""

from __future__ import annotations

import re
import unicodedata

_ONSET = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?")
#: The rhymes of standard spelling, without tones.
_RHYMES = frozenset(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "am",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "ăk",
        "âc",
        "âm",
        "ân",
        "âng",
        "âp",
        "ât",
        "âu",
        "ây",
        "e",
        "ec",
        "em",
        "en",
        "eng",
        "eo",
        "ep",
        "et",
        "ê",
        "êch",
        "êm",
        "ên",
        "ênh",
        "êp",
        "êt",
        "êu",
        "i",
        "ia",
        "ich",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
        "iêc",
        "iêm",
        "iên",
        "iêng",
        "iêp",
        "iêt",
        "iêu",
        "o",
        "oc",
        "oi",
        "om",
        "on",
        "ong",
        "op",
        "ot",
        "oong",
        "ooc",
        "oa",
        "oac",
        "oach",
        "oai",
        "oam",
        "oan",
        "oang",
        "oanh",
        "oao",
        "oap",
        "oat",
        "oay",
        "oăc",
        "oăm",
        "oăn",
        "oăng",
        "oăt",
        "oe",
        "oen",
        "oeo",
        "oet",
        "ô",
        "ôc",
        "ôi",
        "ôm",
        "ôn",
        "ông",
        "ôp",
        "ôt",
        "ơ",
        "ơi",
        "ơm",
        "ơn",
        "ơp",
        "ơt",
        "u",
        "uc",
        "ui",
        "um",
        "un",
        "ung",
        "up",
        "ut",
        "ua",
        "uân",
        "uâng",
        "uât",
        "uây",
        "uê",
        "uêch",
        "uên",
        "uênh",
        "uôc",
        "uôi",
        "uôm",
        "uôn",
        "uông",
        "uôt",
        "uơ",
        "uy",
        "uya",
        "uych",
        "uynh",
        "uyn",
        "uyp",
        "uyt",
        "uyu",
        "uyên",
        "uyêt",
        "ư",
        "ưa",
        "ưc",
        "ưi",
        "ưn",
        "ưng",
        "ưt",
        "ưu",
        "ươc",
        "ươi",
        "ươm",
        "ươn",
        "ương",
        "ươp",
        "ươt",
        "ươu",
        "y",
        "yêm",
        "yên",
        "yêng",
        "yêt",
        "yêu",
        "ênh",
    ]
)
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
#: A syllable that is stopped carries one of two tones.
_STOPPED = ("c", "ch", "p", "t", "k")
_SHARP = {"\u0301", "\u0323"}


def is_syllable(word: str) -> bool:
    """True for what Vietnamese spelling allows: onset, rhyme and one tone that fit; letter case does not matter."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(one for one in decomposed if one not in _TONES))
    for rest in _rests(plain):
        if rest in _RHYMES:
            return not rest.endswith(_STOPPED) or bool(tones and tones[0] in _SHARP)
    return False


def _rests(plain: str) -> list[str]:
    """What may be the rhyme: "gì" is g and i, "giêng" gi and êng or g and iêng."""
    match = _ONSET.match(plain)
    onset = match[0] if match else ""
    rests = [plain[len(onset) :]]
    if onset in ("gi", "qu"):
        rests.append(plain[1:])
    return rests

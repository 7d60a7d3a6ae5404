"""Tells the language of an article by its letters and commonest words; a page's own claim is often the form's, en-US."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

#: Text beyond this adds nothing to the answer.
SAMPLE = 4000
#: Fewer letters than this are a name or a number, not a text.
LEAST_LETTERS = 12
#: Share of letters that only Vietnamese has (đ, ơ, ư, ă and vowels with tones). Real articles have 0.15 to 0.3; a French or
#: English text with a few Vietnamese names stays below.
VIETNAMESE_SHARE = 0.1

_VIETNAMESE = re.compile("[đĐơƠưƯăĂ\u1ea0-\u1ef9]")
#: What stands in none of Unicode's blocks for Latin letters.
_NOT_LATIN = re.compile("[\u0371-\u1dff\u2000-\U0010ffff]")
_SCRIPTS = {
    "KHMER": "km", "THAI": "th", "LAO": "lo", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru",
    "CJK": "zh", "ARABIC": "ar",
}  # fmt: skip
_COMMON = {
    "en": frozenset(
        ["the", "of", "and", "to", "in", "for", "is", "on", "with", "that", "by", "was", "at", "from", "has"]
    ),
    "fr": frozenset(
        ["le", "la", "les", "des", "et", "du", "une", "est", "dans", "pour", "que", "sur", "au", "par", "aux"]
    ),
}
#: Words of the list a text must show to be called by it, and how many times those of the runner-up.
LEAST_WORDS, LEAD = 3, 2


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the language most of `text` is in ("vi", "en", "fr", "km", "zh", …), None where unsure."""
    sample = unicodedata.normalize("NFC", text[:SAMPLE])
    if _is_plainly_vietnamese(sample):
        return "vi"
    letters = [one for one in sample if one.isalpha()]
    if len(letters) < LEAST_LETTERS:
        return None
    foreign = _script(letters)
    if foreign:
        return foreign
    if len(_VIETNAMESE.findall(sample)) >= VIETNAMESE_SHARE * len(letters):
        return "vi"
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    counts = sorted(((sum(words[one] for one in common), code) for code, common in _COMMON.items()), reverse=True)
    (most, code), (second, _) = counts
    return code if most >= LEAST_WORDS and most >= LEAD * second else None


def _is_plainly_vietnamese(sample: str) -> bool:
    """True where the rules below come to "vi" even if every character were a letter: most texts need no look at each."""
    vietnamese = len(_VIETNAMESE.findall(sample))
    if vietnamese < max(LEAST_LETTERS, VIETNAMESE_SHARE * len(sample)):
        return False
    return 2 * len(_NOT_LATIN.findall(sample)) < vietnamese


def _script(letters: list[str]) -> str | None:
    """The language of a script other than Latin where most letters are of one."""
    others = [one for one in letters if ord(one) > 0x370 and not 0x1E00 <= ord(one) < 0x2000]
    if len(others) * 2 < len(letters):
        return None
    names = Counter(unicodedata.name(one, "").split(" ")[0] for one in others)
    known = {_SCRIPTS[name] for name in names if name in _SCRIPTS}
    if "ja" in known:  # kana stand among Chinese characters
        return "ja"
    return _SCRIPTS.get(names.most_common(1)[0][0])

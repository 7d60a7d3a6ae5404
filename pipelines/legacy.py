"""Recognises Vietnamese that was stored in a legacy font or read in the wrong code page; it flags and converts nothing (extract/repair.py does)."""

from __future__ import annotations

import re

#: Signs of each damage inside one word. A sign may occur by chance (a trademark, a glued word, a foreign name); a
#: line is only called damaged where such words are many. Order matters: UTF-8 read byte by byte also shows "µ" or "º".
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # U+FFFD, or "?" in the place of a letter ("Ti?ng Vi?t"); a query string is no word
    ("lossy", re.compile(r"\ufffd|^[^/=&]*[^\W\d_]\?[a-zà-öø-ÿăđơưạ-ỹ][^/=&]*$")),
    # UTF-8 read as windows-1252 or windows-1258: "Tiáº¿ng Viá»‡t", "BÃ©n", "Ä‘Æ°á»ng", "Ă¡"
    ("utf8", re.compile(r"á[º»](?![\s\"'.,;:!?)\]]|$)|[ÃĂ][\u0080-\u00bf]|Ä[‘\u0091]|Æ[°¡]|â€")),
    # windows-1258 read as windows-1252, where tones are characters of their own: "Viêòt", "ðýõìng"
    ("cp1258", re.compile(r"(?:[aeioyâêôãõý]|(?<!q)u)[ÌÒÞìò](?![A-Z])|ýõ")),
    # TCVN3 (.VnTime): signs or capitals in the middle of small letters: "NguyÔn", "huyÖt", "c¸c", "®ång", "vµ"
    (
        "tcvn3",
        re.compile(
            r"[a-zA-Z][¨©ª«¬®¸¶¼½¾¹µ][a-zA-Z]|[a-z][ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖØÜÝÞ](?![A-Z])"
            r"|\b[a-z]{1,3}[µ¸¶](?!\w)|(?<!\w)®(?=[^\W\d_]|[¸µ¹])"
        ),
    ),
    # VNI (VNI-Times): the mark stands behind its vowel as a letter: "Vieät", "thaùng", "ñöôøng"
    # VIQR, typed where there was no Vietnamese keyboard: "Tie^'ng Vie^.t", "d+u+o+`ng", "ddo^`ng"
    ("viqr", re.compile(r"(?i:[aeo]\^[`'?~.]?|[uo]\+[`'?~.]?|a\([`'?~.]?)(?=[a-z]|$|[,.;:!?])|(?<![a-z])dd[aeiouy]")),
    ("vni", re.compile(r"(?i:[aeo][äåø]|[ae]ù|ö[øùïôõû]|u[øùû]|y[øù]|[aeo]â|[ae]õ|[ae][áàã])")),
)
#: What no sign can do without, each beginning with one of a set of rare characters: whole articles are searched in
#: microseconds (twice as many where a pattern begins with an alternative).
_HINTS = (
    re.compile(r"[\ufffd¨©ª«¬®¸¶¼½¾¹µº»°¡ÃÄÆäåøûïöÄÅØÛÏÖâ](?:(?<!â)|(?=€))"),
    re.compile(r"[ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖØÜÝÞĂý](?:(?<=[a-zâêôãõý][^a-zĂý])|(?<=Ă)(?=[\u0080-\u00bf])|(?<=ý)(?=õ))"),
    re.compile(r"[ùõáàãâìòÙÕÁÀÃÂÌÒ](?<=[aeAE].|o[âìò]|O[ÂÌÒ]|[uy][ùìò]|[UY][ÙÌÒ]|[iâêôãõý][ìòÌÒ])"),
    re.compile(r"[\^+(](?=[`'?~.]?[a-zA-Z])(?<=[aeouAEOU].)"),
    re.compile(r"\?(?=[a-zà-öø-ÿăđơưạ-ỹ])"),
)
_LETTER = re.compile(r"[^\W\d_]")

#: A line is damaged from this share of its words on. Real damage shows in 60 to 90 % of the words.
_SHARE = 0.25
#: One sign may be chance where there are more words than one.
_LEAST = 2


def legacy_encoding(text: str) -> str | None:
    """The code of the damage where a line of `text` is legacy or wrongly decoded Vietnamese, else None.

    Codes: "tcvn3", "vni" (fonts whose letters look like other Latin-1 letters), "utf8", "cp1258" (read in the wrong
    code page), "viqr" (typed in ASCII), "lossy" (letters already replaced by "?" or U+FFFD). Correct Vietnamese, French, English, German or
    Spanish is not called damaged; a line with only a few damaged words is not noticed.
    """
    if not _suspicious(text):
        return None
    codes = (_line_damage(line) for line in text.splitlines() if _suspicious(line))
    return next((code for code in codes if code), None)


def _suspicious(text: str) -> bool:
    return any(hint.search(text) for hint in _HINTS)


def _line_damage(line: str) -> str | None:
    words = [word for word in line.split() if _LETTER.search(word)]
    for code, sign in _SIGNS:
        hits = sum(1 for word in words if sign.search(word))
        if hits and hits >= min(_LEAST, len(words)) and hits >= _SHARE * len(words):
            return code
    return None

"""The words of dates as portals print them, folded: months, weekdays, parts of the day, time zones."""

from __future__ import annotations

#: "Giêng" and "Chạp" are the first and last lunar month, and are used for January and December beside a plain year.
VIETNAMESE_MONTHS = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip

ENGLISH_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip

FRENCH_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12, "janv": 1, "fevr": 2, "avr": 4, "juil": 7,
}  # fmt: skip

LATIN_MONTHS = {**ENGLISH_MONTHS, **FRENCH_MONTHS}

#: Weekday words without their "thứ", Monday 0; portals count Monday as "thứ 2".
WEEKDAY_NUMBERS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5,
}  # fmt: skip

WEEKDAY_NAMES = {
    "chu nhat": 6, "chua nhat": 6, "cn": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
}  # fmt: skip

#: Trusted only before a comma or a full stop: many are Vietnamese words once folded (môn, sắt, tuệ, thu).
WEEKDAY_SHORT = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
    "lun": 0, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6,
}  # fmt: skip

#: Minutes east of Greenwich; the American ones are those that RFC 2822 names.
ZONES = {
    "z": 0, "gmt": 0, "utc": 0, "ict": 420, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "cest": 120,
}  # fmt: skip


def alternatives(words: dict[str, int]) -> str:
    """The words as one regular expression, longest first, any or no space inside a name of two words."""
    return "|".join(word.replace(" ", r"\s?") for word in sorted(words, key=len, reverse=True))

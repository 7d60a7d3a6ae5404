"""Dates: every form portals print is read to the minute, and nothing else is taken for a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.extract.date_choice import DateCandidate, choose_published
from portal_crawler.extract.date_lines import read_byline, read_kicker
from portal_crawler.extract.dates import FIRST_YEAR, LAST_YEAR, _normalise, read_date, read_url_date
from portal_crawler.profile import Dates
from portal_crawler.quality.date_table import read_table, score_row
from tests.corpus import corpus

DATES = Dates()
DAY = "2018-10-26"
BASE = datetime(2018, 10, 26, 11, 0, tzinfo=timezone(timedelta(hours=7)))


def at(clock: str) -> str:
    return f"{DAY}T{clock}:00+07:00"


@pytest.mark.parametrize("name", ["dates.tsv", "articles-dev/dates/own51.tsv"])
def test_every_row_of_the_corpus_is_right(name: str) -> None:
    scores = [score_row(row) for row in read_table(corpus(name))]
    assert scores
    assert [(one.row.string, one.row.expected, one.got) for one in scores if not one.right] == []


@pytest.mark.parametrize(
    "line",
    [
        "26/10/2018", "26-10-2018", "26.10.2018", "26 / 10 / 2018", "ngày 26 - 10 - 2018", "2018-10-26", "2018/10/26",
        "T6, 26/10/2018", "Thứ Sáu ngày 26/10/2018", "(Thứ 6) 26/10/2018", "26/10/2018 (Thứ 6)", "Ngày26/10/2018",
        "NGÀY 26 THÁNG 10 NĂM 2018", "26 tháng 10, 2018", "26 tháng 10/2018", "26/10 năm 2018", "26 thg 10, 2018",
        "26 Th10, 2018", "26 Tháng Mười 2018", "Tháng Mười 26, 2018", "Tháng 10 26, 2018", "thứ sáu, 26 tháng mười năm 2018",
        "October 26th, 2018", "26 Oct. 2018", "26-Oct-2018", "Friday, 26 October 2018", "vendredi 26 octobre 2018",
        "le 26 oct. 2018", "26/10/18", "Ngày đăng: 26-10-2018", "Được đăng: 26 Tháng 10 2018", "2018年10月26日",
        "Bến Tre, ngày 26 tháng 10 năm 2018", "123/QĐ-UBND ngày 26/10/2018", "26/10/2018 | Lượt xem: 118",
        "ngày 26/10/2018 (nhằm ngày 18/9 âm lịch)", "Kỳ họp thứ 8, ngày 26/10/2018", "Hội nghị lần thứ 5, ngày 26/10/2018",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(line: str) -> None:
    assert read_date(line, dates=DATES).value == DAY


@pytest.mark.parametrize(
    ("line", "clock"),
    [
        ("Thứ 6, Ngày 26/10/2018, 11:00", "11:00"),
        ("11:00-26/10/2018", "11:00"),
        ("11 giờ 30 phút, ngày 26/10/2018", "11:30"),
        ("11h00' ngày 26/10/2018", "11:00"),
        ("14g05 ngày 26-10-2018", "14:05"),
        ("26/10/2018 lúc 14 giờ 5", "14:05"),
        ("Cập nhật lúc 14:05, 26/10/2018", "14:05"),
        ("10:30 SA 26/10/2018", "10:30"),
        ("26/10/2018 8:45 CH", "20:45"),
        ("26/10/2018 20:00 CH", "20:00"),
        ("26/10/2018 12:05 SA", "00:05"),
        ("26/10/2018 12:05 CH", "12:05"),
        ("3 giờ chiều ngày 26/10/2018", "15:00"),
        ("7h30, sáng thứ sáu, ngày 26/10/2018", "07:30"),
        ("2 giờ rưỡi chiều 26/10/2018", "14:30"),
        ("26/10/2018 14:05 [(GMT +7)]", "14:05"),
        ("26/10/2018 07:05 UTC", "14:05"),
        ("2018-10-26T07:05:00.1234567Z", "14:05"),
        ("2018-10-26 14:05:00 +0700", "14:05"),
        ("2018-10-26T02:05:00-05:00", "14:05"),
        ("Fri, 26 Oct 2018 07:05:00 GMT", "14:05"),
        ("Fri, 26 Oct 2018 03:05:00 EDT", "14:05"),
        ("Fri Oct 26 14:05:00 2018", "14:05"),
        ("Fri Oct 26 2018 14:05:00 GMT+0700 (Indochina Time)", "14:05"),
        ("Friday, October 26, 2018 2:05 PM", "14:05"),
        ("le 26 octobre 2018 à 14h05", "14:05"),
        ("20181026T070500Z", "14:05"),
        ("/Date(1540537500000)/", "14:05"),
    ],
)
def test_the_clock_is_exact_and_in_vietnamese_time(line: str, clock: str) -> None:
    assert read_date(line, dates=DATES).value == at(clock)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("12 Tháng Sáu 2015", "2015-06-12"),
        ("3 THÁNG MƯỜI HAI 2018", "2018-12-03"),
        ("Tháng Mười Một 3, 2018", "2018-11-03"),
        ("ngày 5 tháng năm năm 2018", "2018-05-05"),
        ("Ngày 1 tháng Giêng năm 2019", "2019-01-01"),
        ("20 tháng Chạp 2018", "2018-12-20"),
        ("1er août 2018", "2018-08-01"),
        ("2018-10-25T17:00:00Z", "2018-10-26T00:00:00+07:00"),
        ("chào mừng 30/4/2025", "2025-04-30"),
    ],
)
def test_month_names_and_day_changes(line: str, value: str) -> None:
    assert read_date(line, dates=DATES).value == value


@pytest.mark.parametrize(
    "line",
    [
        "26\u200b/10/2018", "26/\u00ad10/2018", "26/10/2018\ufeff", "Thứ\u00a06,\u00a0Ngày\u00a026/10/2018",
        "Nga\u0300y 26 tha\u0301ng 10 na\u0306m 2018", "26\u201310\u20132018", "26\uff0f10\uff0f2018", "２６/１０/２０１８",
        "Ngày &#58; 26/10/2018",
    ],
)  # fmt: skip
def test_noise_inside_a_date_does_not_hide_it(line: str) -> None:
    assert read_date(line, dates=DATES).value == DAY


@pytest.mark.parametrize(
    "line",
    [
        "31/02/2018", "00/00/0000", "29/02/2019", "15/13/2018", "32/13/2018 25:61", "2018-02-30", "ngày 31 tháng 9 năm 2018",
        "Thứ 8, Ngày 26/10/2018", "Thứ 1, 26/10/2018", "01/01/0001", "12/31/2018",
    ],
)  # fmt: skip
def test_an_impossible_date_is_none_and_says_so(line: str) -> None:
    reading = read_date(line, dates=DATES)
    assert (reading.value, reading.problem) == (None, "impossible_date")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ngày 25 và 26/10/2018", "range"),
        ("25-26/10/2018", "range"),
        ("từ 25/10 đến 26/10/2018", "range"),
        ("25/10/2018 - 26/10/2018", "range"),
        ("các ngày 24, 25, 26/10/2018", "range"),
        ("26/10/2018 đến 28/10", "range"),
        ("Ngày ban hành: 17/06/2024 - Ngày hiệu lực: 01/07/2024", "ambiguous"),
        ("mùng 6 tháng Giêng năm 2019", "lunar"),
        ("15/8/2018 âm lịch", "lunar"),
        ("rằm tháng Giêng", "lunar"),
        ("Thø s¸u, ngµy 26 th¸ng 10 n¨m 2018", "garbage"),
        ("ng?y 26 th?ng 10 n?m 2018", "garbage"),
        ("01/01/1900", "null_date"),
        ("1/1/1970 07:00", "null_date"),
        ("/Date(-62135596800000)/", "impossible_date"),
        ("Created at 3/5/2016 12:14 PM by System Account", "audit_line"),
        ("Tháng 10/2018", "no_day"),
        ("sáng 26/10", "no_year"),
        ("20 Nov", "no_year"),
        ("", "no_date"),
    ],
)
def test_a_blank_has_its_reason(line: str, problem: str) -> None:
    reading = read_date(line, dates=DATES)
    assert (reading.value, reading.problem) == (None, problem)


@pytest.mark.parametrize(
    "line",
    [
        "12/10/2018/QĐ-UBND", "Luật số 10/2018/QH14", "TCVN 9001:2015", "ISO 9001-2008", "0918.12.2018", "ĐT: 26.10.2018",
        "nhiệm kỳ 2015-2020", "quý 3/2018", "9 tháng năm 2018", "6 tháng đầu năm 2018", "1.234.567 đồng", "10.10.20.18",
        "số 12/10/18 Nguyễn Trãi", "10/10/10 xã", "bao-cao-26-10-2018.pdf", "IMG_20181026.jpg", "phiên bản 1.10.2018",
        "Ngày ... tháng ... năm 2018", "dd/mm/yyyy", "26/10/20181", "126/10/2018", "thắng 3-1", "24/7", "1/2/3", "mã 26102018",
        "từ 1/1-30/9/2018",
    ],
)  # fmt: skip
def test_what_looks_like_a_date_is_none(line: str) -> None:
    assert read_date(line, dates=DATES, base=BASE).value is None


def test_a_contradictory_clock_is_left_out_and_the_day_kept() -> None:
    for line, problem in [
        ("26/10/2018 25:61", "impossible_time"),
        ("26/10/2018 13:30 SA", "impossible_time"),
        ("12 giờ đêm 26/10/2018", "impossible_time"),
        ("8h00 - 10h00, ngày 26/10/2018", "clock_range"),
        ("26/10/2018 8:00-10:00", "clock_range"),
        ("10:00 26/10/2018 11:00", "two_clocks"),
    ]:
        reading = read_date(line, dates=DATES)
        assert (reading.value, reading.problem) == (DAY, problem), line


def test_weekday_that_disagrees_is_recorded() -> None:
    reading = read_date("Thứ 5, 26/10/2018", dates=DATES)
    assert (reading.value, reading.weekday_agrees, reading.problem) == (DAY, False, "weekday_disagrees")
    assert read_date("Thứ 6, 26/10/2018", dates=DATES).weekday_agrees is True
    assert read_date("26/10/2018", dates=DATES).weekday_agrees is None


def test_weekday_that_speaks_for_the_other_order_leaves_no_date() -> None:
    assert read_date("Thứ hai, 05/03/2018", dates=DATES).value == "2018-03-05"
    doubtful = read_date("Thứ năm, 05/03/2018", dates=DATES)  # 3 May was a Thursday
    assert (doubtful.value, doubtful.problem) == (None, "ambiguous")


def test_month_first_is_read_where_the_form_says_so_or_nothing_else_is_possible() -> None:
    assert read_date("5/3/2017 12:15 PM", dates=DATES, order="MDY").value == "2017-05-03T12:15:00+07:00"
    assert read_date("5/3/2017 12:15 PM", dates=DATES).value == "2017-03-05T12:15:00+07:00"
    swapped = read_date("12/31/2018 10:15 AM", dates=DATES)
    assert (swapped.value, swapped.rule) == ("2018-12-31T10:15:00+07:00", "numeric:swapped")
    assert read_date("T5, 10/26/2017 - 14:12", dates=DATES).value == "2017-10-26T14:12:00+07:00"


def test_the_label_of_publishing_chooses_among_several_days() -> None:
    labelled = read_date("Ngày đăng: 26/10/2018 - Cập nhật: 27/10/2018 08:00", dates=DATES)
    assert (labelled.value, labelled.label) == (DAY, "published")
    assert read_date("26/10/2018 11:00 | Cập nhật: 27/10/2018", dates=DATES).value == at("11:00")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("vừa xong", at("11:00")),
        ("50' trước", at("10:10")),
        ("1 giờ 20 phút trước", at("09:40")),
        ("Cập nhật 2 giờ trước", at("09:00")),
        ("3 hours ago", at("08:00")),
        ("hôm nay", DAY),
        ("Hôm qua, lúc 17:20", "2018-10-25T17:20:00+07:00"),
        ("Yesterday at 3:05 PM", "2018-10-25T15:05:00+07:00"),
        ("hôm kia", "2018-10-24"),
        ("Hôm qua (25/10)", "2018-10-25"),
        ("hôm qua (6/7)", None),
        ("il y a 3 jours", "2018-10-23T11:00:00+07:00"),
        ("2 tháng trước", "2018-08-26T11:00:00+07:00"),
        ("99999 năm trước", None),
        ("2 giờ trước khi họp", None),
        ("Hôm nay 25:00", None),
    ],
)
def test_relative_dates_count_from_the_capture_only(line: str, value: str | None) -> None:
    assert read_date(line, dates=DATES, base=BASE).value == value
    assert read_date(line, dates=DATES).value is None


def test_a_base_in_another_zone_is_the_same_moment() -> None:
    utc = BASE.astimezone(UTC)
    assert read_date("hôm nay", dates=DATES, base=utc.replace(hour=18, day=25)).value == DAY
    assert read_date("1 giờ trước", dates=DATES, base=utc).value == at("10:00")


def test_a_profile_pattern_reads_what_no_portal_but_one_prints() -> None:
    dates = Dates(pattern=r"n(?P<year>\d{4})\.t(?P<month>\d+)\.ng(?P<day>\d+)(?: lúc (?P<hour>\d+)h(?P<minute>\d+))?")
    assert read_date("n2018.t10.ng26 lúc 11h05", dates=dates).value == at("11:05")
    assert read_date("n2018.t10.ng32", dates=dates).problem == "impossible_date"


def test_another_zone_is_kept_where_the_profile_has_one() -> None:
    assert read_date("2018-10-26T04:00:00Z", dates=Dates(timezone="UTC")).value == "2018-10-26T04:00:00+00:00"


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("/portal/Pages/2018-10-26/So-ket.aspx", DAY),
        ("/tin/2018/10/26/so-ket/", DAY),
        ("/news/26-10-2018/so-ket.html", DAY),
        ("/2018-10-26-so-ket.html", DAY),
        ("/tin/so-ket-26102018-a4359.html", DAY),
        ("/tin/so-ket-20181026.html", DAY),
        ("/so-ket-ngay-18-5-2018-20181026110005123.htm", "2018-10-26T11:00:05+07:00"),
        ("/MediaUploader/2018/10/26/110005/a.jpg", "2018-10-26T11:00:05+07:00"),
        ("https://web.archive.org/web/20200101000000/http://p.example/Pages/2018-10-26/A.aspx", DAY),
        ("https://web.archive.org/web/20181026110000id_/http://p.example/a.html", None),
        ("/so-ket-ngay-26-10-2018.html", None),
        ("/Lists/T/DispForm.aspx?ID=20181026", None),
        ("/c/28102015.epi", None),
        ("/PublishingImages/2018-10/a.jpg", None),
        ("/ke-hoach-2011-2015.html", None),
        ("/Pages/2018-13-45/A.aspx", None),
    ],
)
def test_addresses_give_dated_folders_and_stamps_only(url: str, value: str | None) -> None:
    assert read_url_date(url, DATES).value == value


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789/-.:, hgTZ+ngàythánămứ6|()'SACH\u200b", max_size=40))
def test_no_string_breaks_a_reader(text: str) -> None:
    for reading in (read_date(text, dates=DATES, base=BASE), read_kicker(text, DATES), read_byline(text, DATES)[0]):
        assert bool(reading.value) or bool(reading.problem)


@settings(max_examples=100, deadline=None)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2039, 12, 31)), st.times())
def test_what_a_portal_prints_is_read_back(day: date, clock: time) -> None:
    weekday = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")[day.weekday()]
    line = f"{weekday}, Ngày {day.day:02d}/{day.month:02d}/{day.year}, {clock.hour:02d}:{clock.minute:02d}"
    reading = read_date(line, dates=DATES)
    assert reading.value == f"{day.isoformat()}T{clock.hour:02d}:{clock.minute:02d}:00+07:00"
    assert reading.weekday_agrees


# --- Lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "value", "author"),
    [
        ("26/10/2018 | Hồng Quốc", DAY, "Hồng Quốc"),
        ("VĂN HÀO - TRẦN HỮU 26/10/2018 11:39", at("11:39"), "VĂN HÀO - TRẦN HỮU"),
        ("26/10/2018 - Hồng Quốc", DAY, "Hồng Quốc"),
        ("Tác giả: Hồng Quốc | Ngày đăng: 26/10/2018 | Lượt xem: 118", DAY, "Hồng Quốc"),
        ("26/10/2018 11:00 | Hồng Quốc | 118 lượt xem", at("11:00"), "Hồng Quốc"),
        ("26/10/2018 | Phòng Tài chính - Kế hoạch", DAY, "Phòng Tài chính - Kế hoạch"),
        ("26/10/2018 | Bài, ảnh: Hồng Quốc - Minh Đức", DAY, "Hồng Quốc - Minh Đức"),
        ("Đăng bởi Hồng Quốc ngày 26/10/2018", DAY, "Hồng Quốc"),
        ("31/02/2018 | Hồng Quốc", None, "Hồng Quốc"),
        ("26/10/2018 | Nguồn: Báo Đồng Khởi", DAY, None),
        ("26/10/2018 | In bài viết", DAY, None),
        ("26/10/2018 |", DAY, None),
    ],
)
def test_a_byline_gives_day_and_author(line: str, value: str | None, author: str | None) -> None:
    reading, name = read_byline(line, DATES)
    assert (reading.value, name) == (value, author)


@pytest.mark.parametrize(
    "line",
    [
        "Ngày 25/10/2018, Thành ủy Bến Tre tổ chức hội nghị",
        "01-ĐA/TU, ngày 12/6/2012 của Tỉnh ủy Bến Tre",
        "Các đại biểu tham dự (Ảnh chụp ngày 26/10/2018)",
        "26/10/2018 - Thành phố Bến Tre: Sơ kết 06 năm",
    ],
)
def test_text_with_a_date_in_it_is_no_dateline(line: str) -> None:
    reading, name = read_byline(line, DATES)
    assert (reading.value, reading.problem, name) == (None, "not_a_byline", None)
    assert read_kicker(line, DATES).problem == "not_a_dateline"


def test_a_kicker_holds_nothing_but_its_date() -> None:
    assert read_kicker("Thứ 6, Ngày 26/10/2018, 11:00", DATES).value == at("11:00")
    assert read_kicker("Thứ 6, Ngày 26/10/2018 -", DATES).value == DAY
    assert read_kicker("Ngày đăng: 26/10/2018 | Lượt xem: 118", DATES).label == "published"
    assert read_kicker("Hôm nay: Thứ 6, Ngày 26/10/2018", DATES).label == "clock"
    assert read_kicker("Ngày ban hành: 26/10/2018", DATES).label == "other"
    assert read_kicker("Thành phố Bến Tre", DATES).problem == "no_date"


# --- Choice -----------------------------------------------------------------------------------------------------------


def candidate(source: str, raw: str, *, inside: bool = True, order: str = "") -> DateCandidate:
    if source == "url":
        reading = read_url_date(raw, DATES)
    elif source == "kicker":
        reading = read_kicker(raw, DATES)
    else:
        reading = read_date(raw, dates=DATES, order=order)
    return DateCandidate(source=source, raw=raw, reading=reading, inside=inside)  # type: ignore[arg-type]


def test_the_kicker_lends_its_clock_to_the_byline_of_its_day() -> None:
    value, note, flags = choose_published(
        [candidate("kicker", "Thứ 6, Ngày 26/10/2018, 11:00"), candidate("byline", "26/10/2018")]
    )
    assert (value, note.rule, note.problem, flags) == (at("11:00"), "byline+kicker:exact", "", ())
    assert note.field == "published_at"


def test_the_clock_trap_is_recorded_and_not_believed() -> None:
    value, note, flags = choose_published(
        [candidate("kicker", "Thứ 3, Ngày 16/07/2024 -"), candidate("byline", "08/07/2024")],
        captured_at="2024-07-15T20:00:00+00:00",  # the 16th in Vietnam
    )
    assert (value, note.rule, note.problem, flags) == ("2024-07-08", "byline:single", "clock_trap", ())
    assert note.others == (("kicker", "2024-07-16"),)


def test_a_kicker_of_another_day_is_a_finding() -> None:
    value, note, flags = choose_published(
        [candidate("kicker", "Thứ 5, Ngày 25/10/2018, 11:00"), candidate("byline", "26/10/2018")],
        captured_at="2020-01-01T00:00:00+07:00",
    )
    assert (value, note.problem, flags) == (DAY, "date_disagrees", ("date_disagrees",))


@pytest.mark.parametrize(
    ("kicker", "inside", "captured", "value"),
    [
        ("Thứ 6, Ngày 26/10/2018, 11:00", True, "2020-01-01", at("11:00")),
        ("Thứ 6, Ngày 26/10/2018, 11:00", True, "2018-10-26", None),
        ("Thứ 6, Ngày 26/10/2018, 11:00", False, "2020-01-01", None),
        ("Hôm nay: Thứ 6, Ngày 26/10/2018", True, "2020-01-01", None),
    ],
)
def test_a_kicker_alone_must_be_trustworthy(kicker: str, inside: bool, captured: str, value: str | None) -> None:
    got, note, flags = choose_published([candidate("kicker", kicker, inside=inside)], captured_at=captured)
    assert got == value
    if value is None:
        assert (note.problem, flags) == ("clock_trap", ("date_missing", "clock_trap"))


def test_a_listing_makes_the_kicker_of_today_credible() -> None:
    candidates = [candidate("kicker", "Thứ 6, Ngày 26/10/2018, 11:00"), candidate("listing", "26/10/2018")]
    assert choose_published(candidates, captured_at=DAY)[0] == at("11:00")


def test_midnight_of_a_form_is_an_empty_clock() -> None:
    form = candidate("form", "10/26/2018 12:00 AM", order="MDY")
    kicker = candidate("kicker", "Thứ 6, Ngày 26/10/2018, 11:00")
    assert choose_published([form, kicker])[0] == at("11:00")
    assert choose_published([form])[0] == at("00:00")


def test_an_address_gives_a_day_only_where_nothing_else_does() -> None:
    stamp = candidate("url", "/a-20181026110005123.htm")
    value, note, flags = choose_published([stamp])
    assert (value, note.rule, flags) == (DAY, "url:inferred", ("date_inferred",))
    value, note, flags = choose_published([stamp, candidate("listing", "27/10/2018")])
    assert (value, note.rule, flags) == ("2018-10-27", "listing:single", ())


def test_audit_header_and_capture_never_give_a_date() -> None:
    candidates = [
        candidate("audit", "Created at 10/26/2018 11:00 AM by", order="MDY"),
        candidate("header", "Fri, 26 Oct 2018 04:00:00 GMT"),
        candidate("capture", "2018-10-26T04:00:00Z"),
    ]
    value, note, flags = choose_published(candidates)
    assert (value, note.problem, flags) == (None, "date_missing", ("date_missing",))
    assert [source for source, _ in note.others] == ["audit", "header", "capture"]


def test_an_impossible_byline_is_flagged_and_no_other_date_is_made_up() -> None:
    value, note, flags = choose_published([candidate("byline", "31/02/2018")])
    assert (value, note.problem, flags) == (None, "impossible_date", ("date_missing", "impossible_date"))
    value, _, flags = choose_published([candidate("byline", "31/02/2018"), candidate("listing", "26/10/2018")])
    assert (value, flags) == (DAY, ("impossible_date",))


def test_an_impossible_day_is_not_replaced_by_a_guess_from_the_address() -> None:
    candidates = [candidate("byline", "31/02/2018"), candidate("url", "/Pages/2018-2-28/A.aspx")]
    assert choose_published(candidates)[0] is None


def test_a_day_before_there_were_portals_is_none() -> None:
    value, _, flags = choose_published([candidate("byline", "2.9.1945")])
    assert (value, flags) == (None, ("date_missing", "implausible_date"))


def test_an_update_gives_way_to_the_day_of_publishing() -> None:
    candidates = [candidate("byline", "Cập nhật: 28/10/2018"), candidate("listing", "26/10/2018")]
    assert choose_published(candidates)[0] == DAY
    assert choose_published(candidates[:1])[0] == "2018-10-28"


def test_dateparser_gives_back_every_day_it_is_spared() -> None:
    first = date(FIRST_YEAR, 1, 1)
    days = [first + timedelta(days=97 * step) for step in range((date(LAST_YEAR, 12, 31) - first).days // 97)]
    assert len(days) > 1000
    assert [day for day in days if _normalise.__wrapped__(day) != day] == []


@pytest.mark.parametrize(
    "line", ["26/10/2018", "26-10-2018 | Hồng Quốc", "Thứ 6, Ngày 26/10/2018, 11:00", "2018-10-26T11:00"]
)
def test_a_day_of_plain_digits_is_read_without_dateparser(line: str) -> None:
    before = _normalise.cache_info()
    assert read_date(line, dates=DATES).day == DAY
    assert _normalise.cache_info() == before


@pytest.mark.parametrize(
    "line", ["26 tháng 10 năm 2018", "26 / 10 / 2018", "ngày 26/10/18", "26 Oct 2018", "20181026T040000Z"]
)
def test_any_other_day_is_normalised_by_dateparser(line: str) -> None:
    asked = _normalise.cache_info().hits + _normalise.cache_info().misses
    assert read_date(line, dates=DATES).day == DAY
    assert _normalise.cache_info().hits + _normalise.cache_info().misses == asked + 1

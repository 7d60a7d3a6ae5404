from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.export.naming import SLUG_LIMIT, ascii_file_name, collation_key, numbered, safe_slug, slug

SAFE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]{1,5})?")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        ("CON.pdf", "file-con.pdf"),
        ("lpt1", "file-lpt1"),
        ("-rf.pdf", "rf.pdf"),
        (".htaccess", "htaccess"),
        ("anh\u202egnp.exe", "anhgnp.exe"),
        ("shell.php.jpg", "shell-php.jpg"),
        ("Báo cáo số 12 (Đồng Khởi).PDF", "bao-cao-so-12-dong-khoi.pdf"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("", "file"),
        ("…", "file"),
    ],
)
def test_a_hostile_file_name_becomes_a_plain_one(name: str, expected: str) -> None:
    assert ascii_file_name(name) == expected


@given(st.text())
def test_any_file_name_is_safe_on_any_disk(name: str) -> None:
    found = ascii_file_name(name)
    assert SAFE_NAME.fullmatch(found)
    assert len(found) <= 106


def test_a_name_of_300_vietnamese_letters_is_cut_and_keeps_its_extension() -> None:
    found = ascii_file_name("Ế" * 300 + ".docx")
    assert len(found) <= 106
    assert found.endswith(".docx")


def test_the_sniffed_extension_wins() -> None:
    assert ascii_file_name("Download.ashx", ".pdf") == "download.pdf"


@given(st.text(), st.integers(1, 10**6))
def test_a_slug_is_ascii_within_the_limit_also_with_a_number(text: str, number: int) -> None:
    found = numbered(safe_slug(text, "bai-1a2b"), number)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", found)
    assert len(found) <= SLUG_LIMIT
    assert not found.isdigit()


def test_a_slug_is_cut_between_words() -> None:
    assert slug("Một hai ba", 7) == "mot-hai"
    assert slug("Đ " + "a" * 300) == "d-" + "a" * (SLUG_LIMIT - 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đồng Khởi", "DONG KHOI"), ("hoà", "hòa"), ("a  b", "A B"), ("e\u0302\u0301", "ế"), ("x\u200by", "XY")],
)
def test_titles_that_a_collation_takes_for_one_have_one_key(one: str, other: str) -> None:
    assert collation_key(one) == collation_key(other)

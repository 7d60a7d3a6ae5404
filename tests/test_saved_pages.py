"""Every case of tests/pages is read as a person wrote it down; `portals save-page` adds one, no code does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from portal_crawler.extract.page import read_page
from portal_crawler.page_case import COMPARED, EXPECTED, observed, read_case
from portal_crawler.profile import load_profile

FOLDERS = sorted((Path(__file__).parent / "pages").glob(f"*/{EXPECTED}"))
CASES = {path.parent.name: read_case(path.parent) for path in FOLDERS}
FIELDS = [(name, field) for name, case in CASES.items() for field in COMPARED if field in case.expected]


@cache
def found(name: str):
    case = CASES[name]
    return observed(read_page(case.page, load_profile(case.profile), "article"))


@pytest.mark.parametrize("name", CASES)
def test_a_person_has_read_the_expectation(name):
    assert not CASES[name].unread, f'{name}/{EXPECTED}: compare it with the page, then delete its line "unread"'


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_an_article_or_refused_as_expected(name):
    assert found(name).get("problem", "") == CASES[name].expected.get("problem", "")


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_the_field_is_as_expected(name, field):
    assert found(name).get(field) == CASES[name].expected[field]

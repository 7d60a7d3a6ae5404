"""The slow tests leave no fault of the sample portal out."""

from __future__ import annotations

from portal_crawler.sample_portal.faults import REGISTRY, parse_fault
from tests.crawl.fault_cases import CASES, RELAPSES


def test_every_fault_that_the_sample_portal_makes_has_a_case() -> None:
    words = {word for one in (*CASES, *RELAPSES) for word in one.faults}
    assert {parse_fault(word).fault.name for word in words} == set(REGISTRY)


def test_a_case_names_the_rows_of_the_fault_list_that_its_faults_stand_for() -> None:
    for case in CASES:
        for word in case.faults:
            assert set(case.row.split()) <= set(parse_fault(word).fault.row.split()), case.name

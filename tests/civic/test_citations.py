"""Cited documents, measured on sentences of our own: precision before recall."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.civic.citations import Citation, find_citations
from pipelines.civic.grammar import KINDS
from portal_crawler.sample_portal import SamplePortal

LABELLED = Path(__file__).with_name("citations.txt")
Label = tuple[str, str, str, str, str]


def labelled() -> list[tuple[str, list[Label]]]:
    cases = []
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sentence, _, labels = line.partition(" => ")
            parts = [one.split("|") for one in labels.split(" and ")] if labels else []
            cases.append((sentence, [tuple((one + [""] * 5)[:5]) for one in parts]))
    return cases


def as_label(one: Citation) -> Label:
    return one.kind, one.symbol, one.date, one.issued_by, one.year


def test_precision_and_recall_on_the_labelled_sentences_stay_above_their_floors():
    right = wrong = missed = 0
    told = []
    for sentence, expected in labelled():
        found = [as_label(one) for one in find_citations(sentence)]
        right += sum(one in expected for one in found)
        wrong += sum(one not in expected for one in found)
        missed += sum(one not in found for one in expected)
        if found != expected:
            told.append((sentence, expected, found))
    precision, recall = right / (right + wrong), right / (right + missed)
    assert precision >= 0.99 and recall >= 0.97, (precision, recall, told)


def test_the_labelled_sentences_are_enough_of_each_kind():
    cases = labelled()
    kinds = {label[0] for _, labels in cases for label in labels}
    assert len(cases) >= 150 and sum(not labels for _, labels in cases) >= 50
    assert len(kinds & set(KINDS)) >= 22, set(KINDS) - kinds


@pytest.mark.parametrize("sentence", [sentence for sentence, labels in labelled() if len(labels) == 1])
def test_a_span_begins_with_the_document_and_ends_before_the_rest(sentence):
    for one in find_citations(sentence):
        written = sentence[one.start : one.end]
        assert written == written.strip(" ,.;") and (one.number in written)


def test_a_bare_mention_takes_date_and_issuer_of_its_only_namesake():
    text = "Nghị quyết số 02-NQ/TU ngày 5/3/2020 của Thành ủy. Sau một năm, Nghị quyết số 02-NQ/TU đã vào cuộc sống."
    first, second = find_citations(text)
    assert (second.date, second.issued_by) == (first.date, first.issued_by) == ("2020-03-05", "Thành ủy")


def test_a_bare_mention_of_one_of_two_namesakes_stays_bare():
    text = "Quyết định số 05/QĐ-UBND ngày 1/2/2020, Quyết định số 05/QĐ-UBND ngày 3/4/2021 và Quyết định số 05/QĐ-UBND."
    assert [one.date for one in find_citations(text)] == ["2020-02-01", "2021-04-03", ""]


def test_a_date_of_another_year_than_the_symbol_is_not_the_documents():
    (one,) = find_citations("Nghị định số 100/2019/NĐ-CP ngày 1/1/2020 được áp dụng.")
    assert (one.date, one.year) == ("", "2019")


def test_the_sample_portal_s_documents_are_found_and_no_others():
    found, expected = [], []
    for seed in range(1, 6):
        with SamplePortal(articles=120, seed=seed) as portal:
            for one in portal.truth()["articles"]:
                cited = [f"{each.symbol} {each.date}" for each in find_citations(f"{one['title']}\n{one['body_text']}")]
                found.append(list(dict.fromkeys(cited)))
                expected.append(one["cited_documents"])
    assert found == expected
    assert sum(map(len, expected)) >= 60

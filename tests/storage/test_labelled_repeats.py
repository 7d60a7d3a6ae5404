"""The thresholds for duplicates, measured on a labelled set whose one half nobody tuned anything on; the table in the docs is this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import dedupe
from pipelines.dedupe import SHORT, TextFeatures, may_be_near, near, sketch, text_features
from pipelines.places import may_agree, opened
from pipelines.relations import Posting, relate
from tests.storage.labelled_repeats import Pair, Text, labelled

HALVES = ("tuning", "held_out")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "duplicates.md"
THRESHOLDS = (0.3, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)


def features(text: Text) -> TextFeatures:
    made = text_features("huyen_mau", text.title, text.body, ())
    assert made is not None
    return made


FEATURES = {half: [(pair, features(pair.one), features(pair.other)) for pair in labelled(half)] for half in HALVES}


def is_repeat(one: TextFeatures, other: TextFeatures) -> bool:
    return one.identity == other.identity or near(one, other) is not None


def alike(threshold: float) -> Callable[[TextFeatures, TextFeatures], bool]:
    """What would be said by the words alone."""

    def said(one: TextFeatures, other: TextFeatures) -> bool:
        shared = len(one.shingles & other.shingles) / len(one.shingles | other.shingles)
        return one.identity == other.identity or (
            min(len(one.words), len(other.words)) >= SHORT and shared >= threshold
        )

    return said


def score(half: str, says: Callable[[TextFeatures, TextFeatures], bool]) -> tuple[float, float]:
    """(precision, recall) of what `says` calls repeats in a half."""
    said = [(pair, says(one, other)) for pair, one, other in FEATURES[half]]
    right = sum(yes and pair.repeats for pair, yes in said)
    return right / sum(yes for _, yes in said), right / sum(pair.repeats for pair, _ in said)


@pytest.mark.parametrize("half", HALVES)
def test_precision_is_one_and_recall_at_least_095(half: str) -> None:
    precision, recall = score(half, is_repeat)
    assert precision == 1.0, [pair.name for pair, one, other in FEATURES[half] if is_repeat(one, other) > pair.repeats]
    assert recall >= 0.95, [pair.name for pair, one, other in FEATURES[half] if is_repeat(one, other) < pair.repeats]


def test_the_set_is_large_and_its_halves_share_nothing() -> None:
    pairs = {half: labelled(half) for half in HALVES}
    assert sum(map(len, pairs.values())) >= 120
    texts = [{pair.one.body for pair in pairs[half]} for half in HALVES]
    assert texts[0].isdisjoint(texts[1])
    labels = {pair.label for pair in pairs["held_out"]}
    assert {"republished", "cross_posted", "corrected", "agency_copy", "shortened", "extended", "follow_up",
            "same_title", "filled_in_anew"} <= labels  # fmt: skip


@pytest.mark.parametrize("half", HALVES)
def test_the_sketch_and_the_digest_lose_no_repeat(half: str) -> None:
    for pair, one, other in FEATURES[half]:
        first, second = sketch(one), sketch(other)
        if pair.repeats and one.identity != other.identity:
            assert first is not None
            assert second is not None
            assert set(first.bands) & set(second.bands), pair.name
            assert may_be_near(first.minhash, second.minhash), pair.name
            assert may_agree(*opened(one.digest), other.digest), pair.name
            assert may_agree(*opened(other.digest), one.digest), pair.name


@pytest.mark.parametrize(
    "pair", [pair for half in HALVES for pair in labelled(half) if pair.repeats], ids=lambda pair: pair.name
)
def test_a_repeat_is_told_apart_by_kind(pair: Pair) -> None:
    head, copy = (
        Posting(features=features(text), author="", section=text.section, place="tin", published_at=text.date)
        for text in (pair.one, pair.other)
    )
    assert relate(head, copy).relation == pair.label


def table(monkeypatch: pytest.MonkeyPatch) -> str:
    """The table of docs/duplicates.md."""
    lines = [
        "| threshold | tuning half | held-out half | tuning, words only | held-out, words only |",
        "|---|---|---|---|---|",
    ]
    for threshold in THRESHOLDS:
        monkeypatch.setattr(dedupe, "NEAR", threshold)
        scores = [score(half, says) for says in (is_repeat, alike(threshold)) for half in HALVES]
        cells = " | ".join(f"{precision:.3f} / {recall:.3f}" for precision, recall in scores)
        lines.append(f"| {threshold} | {cells} |")
    return "\n".join(lines)


def test_the_table_in_the_docs_is_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert table(monkeypatch) in DOCS.read_text(encoding="utf-8")

"""Reads the labelled set of repeated and of merely similar texts: tuning.toml settled the thresholds, held_out.toml did not.

A *story* is an article of several `lines`. Its `copies` are the same article again, told by what an editor did: `put`
(another line n), `drop` (lines by number), `swap` (words), `before` and `after` (lines added), another `date`, `section`
or `title`; `relation` is the answer. Its `others` are other articles: a follow-up, or other text under the same title.
A *form* is a notice that is filled in again and again: its `fills` are all different articles, its `copies` repeat one.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "repeats"


@dataclass(frozen=True)
class Text:
    """What of an article is compared."""

    title: str
    section: str
    date: str
    body: str


@dataclass(frozen=True)
class Pair:
    """Two articles, the earlier first. `label` is the relation, or for different articles why they look alike."""

    name: str
    one: Text
    other: Text
    label: str
    repeats: bool


def labelled(half: str) -> list[Pair]:
    """All pairs of "tuning" or "held_out"."""
    data = tomllib.loads((FOLDER / f"{half}.toml").read_text(encoding="utf-8"))
    stories = (pair for story in data["stories"] for pair in _of_story(story))
    forms = (pair for form in data["forms"] for pair in _of_form(form))
    return [*stories, *forms]


def _of_story(story: dict[str, Any]) -> Iterator[Pair]:
    first = Text(story["title"], story["section"], story["date"], "\n".join(story["lines"]))
    for number, copy in enumerate(story["copies"], 1):
        yield Pair(f"{story['name']}-{number}", first, _copied(first, copy), copy["relation"], repeats=True)
    for number, other in enumerate(story["others"], 1):
        text = Text(other["title"], story["section"], story["date"], "\n".join(other["lines"]))
        yield Pair(f"{story['name']}-other-{number}", first, text, other["why"], repeats=False)


def _of_form(form: dict[str, Any]) -> Iterator[Pair]:
    texts = [
        Text(form["title"], form["section"], form["date"], form["text"].strip().format(**fill))
        for fill in form["fills"]
    ]
    for (number, one), (other_number, other) in itertools.combinations(enumerate(texts, 1), 2):
        yield Pair(f"{form['name']}-{number}-{other_number}", one, other, "filled_in_anew", repeats=False)
    for copy in form["copies"]:
        one = texts[copy["of"] - 1]
        yield Pair(f"{form['name']}-copy-{copy['of']}", one, _copied(one, copy), copy["relation"], repeats=True)


def _copied(text: Text, copy: dict[str, Any]) -> Text:
    put = {int(number): line for number, line in copy.get("put", {}).items()}
    lines = [
        put.get(number, line)
        for number, line in enumerate(text.body.split("\n"), 1)
        if number not in copy.get("drop", ())
    ]
    body = "\n".join([*copy.get("before", ()), *lines, *copy.get("after", ())])
    for old, new in copy.get("swap", ()):
        assert old in body, old
        body = body.replace(old, new)
    return Text(copy.get("title", text.title), copy.get("section", text.section), copy.get("date", text.date), body)

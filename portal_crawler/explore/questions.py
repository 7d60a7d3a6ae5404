"""Reads the ready questions, which the page, its charts and the analysts' docs share."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

#: [English, Vietnamese]
Both = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How an answer is drawn: `columns` over time or `bars` by name; `x` names the labels, `y` one or more numbers."""

    kind: Literal["columns", "bars"]
    x: str
    y: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A ready question. `world` and `unstable` concern the docs: which crawl answers, and whether always the same."""

    name: str
    group: str
    title: Both
    about: Both
    sql: str
    chart: Chart | None = None
    world: Literal["demo", "changing"] = "demo"
    unstable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """All of them by name, in order; the names of their groups, and the Vietnamese names of the answers' columns."""

    by_name: dict[str, Question]
    groups: dict[str, Both]
    columns: dict[str, str]

    def of_group(self, group: str) -> list[Question]:
        """The questions of a group, in order."""
        return [one for one in self.by_name.values() if one.group == group]


@cache
def questions() -> Questions:
    """The questions as questions.toml has them."""
    text = (resources.files("portal_crawler.explore") / "questions.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    found = [_question(one) for one in data["questions"]]
    return Questions(
        by_name={one.name: one for one in found},
        groups={name: _both(texts) for name, texts in data["groups"].items()},
        columns=data["columns"],
    )


def _question(data: dict[str, Any]) -> Question:
    chart = data.get("chart")
    values = {
        **data,
        "title": _both(data["title"]),
        "about": _both(data["about"]),
        "sql": data["sql"].strip(),
        "chart": Chart(kind=chart["kind"], x=chart["x"], y=tuple(chart["y"])) if chart else None,
    }
    return Question(**values)


def _both(texts: list[str]) -> Both:
    english, vietnamese = texts
    return english, vietnamese

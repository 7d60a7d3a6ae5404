"""The pinned floors of tests/quality.json: a figure may rise, never sink unsaid."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.quality.scoring import PageScore, figures
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.quality.model import Corpus

#: Figures are kept to four places.
_LEAST = 0.00005
#: So many pages are named where a figure sank.
_NAMED = 10


@dataclass(slots=True)
class Floors:
    """What the file holds: for each corpus its hash, its floors and the score of every page that is not perfect.

    `lowered` is the history of floors that sank, each with its reason.
    """

    corpora: dict[str, dict[str, Any]] = field(default_factory=dict)
    lowered: list[dict[str, Any]] = field(default_factory=list)


def load(path: Path) -> Floors:
    """The file, or no floors where there is none yet.

    Raises:
        ConfigurationError: it is not what `save` wrote.
    """
    if not path.exists():
        return Floors()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Floors(corpora=data["corpora"], lowered=data["lowered"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path}: not a file of floors ({error!r}); take it from the repository again"
        ) from error


def save(path: Path, floors: Floors) -> None:
    """Write the file; corpora and pages are sorted, so that a change shows as one."""
    data = {"corpora": dict(sorted(floors.corpora.items())), "lowered": floors.lowered}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a corpus compares. `problems` fail the gate, `news` do not; `sunk` are the figures below their floors."""

    problems: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    sunk: tuple[str, ...] = ()


def compare(corpus: Corpus, pages: Sequence[PageScore], floors: Floors) -> Verdict:
    """The verdict on a corpus; where its content changed, figures are not compared: other pages, other figures."""
    pinned = floors.corpora.get(corpus.name)
    if pinned is None:
        return Verdict(news=(f"{corpus.name}: has no floors yet; --accept pins them",))
    if pinned["sha256"] != corpus.sha256:
        told = f"{corpus.name}: its pages or expected values changed since the floors were pinned, so they say nothing of it"
        return Verdict(problems=(f"{told}; look at the change, then run with --accept",))
    found = figures(pages)
    sunk = tuple(name for name, floor in pinned["floors"].items() if found.get(name, 0.0) < floor - _LEAST)
    risen = [name for name, value in found.items() if value > pinned["floors"].get(name, 0.0) + _LEAST]
    problems = [
        f"{corpus.name}: {name} {found.get(name, 0.0):.4f}, floor {pinned['floors'][name]:.4f}" for name in sunk
    ]
    worse = _worse(pages, pinned["imperfect"])
    if sunk:
        problems += [f"  worse: {one}" for one in worse[:_NAMED]]
        problems += [f"  … and {len(worse) - _NAMED} more pages"] if len(worse) > _NAMED else []
    news = [f"{corpus.name}: better than its floors: {', '.join(risen)}; --accept raises them"] if risen else []
    if worse and not sunk:
        news.append(f"{corpus.name}: worse on {len(worse)} pages, better on others: {'; '.join(worse[:_NAMED])}")
    return Verdict(problems=tuple(problems), news=tuple(news), sunk=sunk)


def _worse(pages: Sequence[PageScore], imperfect: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The pages with a field below its pinned score, the worst first."""
    found = []
    for page in pages:
        was = imperfect.get(page.sample.name, {})
        fields = {
            name: (was.get(name, 1.0), one.score)
            for name, one in page.fields.items()
            if one.score < was.get(name, 1.0) - _LEAST
        }
        if fields:
            told = ", ".join(f"{name} {before:.4g} -> {now:.4g}" for name, (before, now) in fields.items())
            found.append((sum(now - before for before, now in fields.values()), f"{page.sample.name}: {told}"))
    return [told for _, told in sorted(found)]


def accept(corpus: Corpus, pages: Sequence[PageScore], floors: Floors, *, lower: str = "", day: str = "") -> list[str]:
    """Pin what a corpus reaches now. Floors rise; they sink only with a reason, `lower`, which is kept with the `day`.

    Returns the figures that would sink and may not (then nothing is pinned).
    """
    found = figures(pages)
    pinned = floors.corpora.get(corpus.name, {"floors": {}})
    sinking = {name: floor for name, floor in pinned["floors"].items() if found.get(name, 0.0) < floor - _LEAST}
    if sinking and not lower:
        return [
            f"{corpus.name}: {name} {found.get(name, 0.0):.4f}, floor {floor:.4f}" for name, floor in sinking.items()
        ]
    for name, floor in sinking.items():
        record = {
            "corpus": corpus.name,
            "figure": name,
            "from": floor,
            "to": found.get(name),
            "reason": lower,
            "day": day,
        }
        floors.lowered.append(record)
    floors.corpora[corpus.name] = {
        "sha256": corpus.sha256,
        "pages": len(corpus.samples),
        "floors": found,
        "imperfect": _imperfect(pages),
    }
    return []


def _imperfect(pages: Sequence[PageScore]) -> dict[str, dict[str, float]]:
    """The fields below 1 of each page that has one."""
    fields = {
        page.sample.name: {name: round(one.score, 4) for name, one in page.fields.items() if one.score < 1 - _LEAST}
        for page in pages
    }
    return {name: scores for name, scores in sorted(fields.items()) if scores}

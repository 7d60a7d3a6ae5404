"""Lets the extractors of others read a corpus, and takes each one's best setting for that corpus."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.scoring import PageScore, figures, score_page
from pipelines.errors import ConfigurationError
from portal_crawler.extract.document import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.quality.model import Corpus, Sample

#: What extractors of whole pages can give; nothing else is asked of them.
THEIR_FIELDS = ("title", "day", "author", "text")
_XML = re.compile(r"^\s*<\?xml[^>]*>")
_PROGRAM = Path(__file__).with_name("foreign.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One extractor on one corpus: `setting` is the one that did best there, `figures` as in scoring."""

    name: str
    setting: str
    figures: dict[str, float]
    pages: tuple[PageScore, ...] = field(repr=False)


Results = dict[tuple[str, str], dict[str, dict[str, Any]]]


def ask(python: Path, corpora: Iterable[Corpus]) -> tuple[dict[str, str], Results]:
    """The versions of the extractors, and what each setting of each got of each page, by (corpus, page).

    Raises:
        ConfigurationError: the environment of the extractors is not there or does not work.
    """
    if not python.exists():
        raise ConfigurationError(f"{python}: the extractors of others are not installed; run: make quality")
    lines = [
        json.dumps(_asked(corpus.name, sample)) for corpus in corpora if corpus.others for sample in corpus.samples
    ]
    done = subprocess.run(  # noqa: S603 - our own program, by its path
        [python, _PROGRAM], input="\n".join(lines) + "\n", capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ConfigurationError(f"{_PROGRAM.name} ended with {done.returncode}: {done.stderr[-500:]}")
    first, *answers = map(json.loads, done.stdout.splitlines())
    return first["versions"], {tuple(one["name"]): one["results"] for one in answers}


def _asked(corpus: str, sample: Sample) -> dict[str, Any]:
    """A page as others get it: decoded by us, so that nobody stumbles over its encoding or its XML declaration."""
    html = _XML.sub("", decode(sample.page.body, sample.page.header("Content-Type"))[0])
    return {
        "name": [corpus, sample.name],
        "url": sample.page.url,
        "html": html,
        "language": sample.profile.language or "vi",
    }


def contenders(corpus: Corpus, results: Results) -> list[Contender]:
    """Each extractor in the setting with the best mean figure on this corpus."""
    best: dict[str, Contender] = {}
    for variant in next(iter(results.values())):
        name, _, setting = variant.partition("/")
        pages = tuple(_scores(corpus.samples, corpus.name, variant, results))
        one = Contender(name=name, setting=setting, figures=figures(pages), pages=pages)
        if one.figures and (name not in best or _worth(one) > _worth(best[name])):
            best[name] = one
    return list(best.values())


def _scores(samples: Sequence[Sample], corpus: str, variant: str, results: Results) -> Iterable[PageScore]:
    for sample in samples:
        if sample.expected.get("problem"):
            continue
        score = score_page(sample, results[corpus, sample.name][variant], only=THEIR_FIELDS)
        if score.fields:
            yield score


def _worth(one: Contender) -> float:
    """What a setting is chosen by: the text where there is one, then all fields."""
    mean = sum(page.score for page in one.pages) / len(one.pages)
    return one.figures.get("text f1", 0.0) * 10 + mean

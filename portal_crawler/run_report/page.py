"""Writes a report as one HTML file: verdict first, no script, nothing loaded from anywhere, fit for paper."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.storage.times import HOME
from portal_crawler.explore.charts import draw
from portal_crawler.explore.questions import Chart
from portal_crawler.run_report.words import FIELDS, VERDICTS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipelines.differences import Change
    from portal_crawler.run_report.facts import Facts, Failed

#: Frames inherit it: what a captured page still asks for is refused.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_TAGS = {"gone": "del", "new": "ins"}
#: Equal stretches longer than twice this are cut to their ends.
_KEPT = 140
_DAY = re.compile(r"\d{4}-\d\d-\d\d$|\d\d/\d\d/\d{4} ")


def to_html(facts: Facts, language: str = "en") -> str:
    """The whole file."""
    return _Report(facts, language).html()


class _Report:
    def __init__(self, facts: Facts, language: str) -> None:
        self._facts = facts
        self._language = language
        self._words = WORDS[language]
        self._verdict = facts.run.verdict or "died"

    def html(self) -> str:
        facts, words = self._facts, self._words
        style = (resources.files("portal_crawler.run_report") / "report.css").read_text(encoding="utf-8")
        parts = (
            self._head(),
            self._section("changed", self._changes()),
            self._section("new", self._new(), facts.new_count),
            self._section("gone", self._table((), facts.gone), len(facts.gone)),
            self._section("failed", self._failures(), sum(facts.reasons.values())),
            self._section("findings", self._table((), [(one.code, one.detail) for one in facts.findings])),
            self._section("complete", self._completeness()),
            self._section("fields", self._fields()),
            self._section("runs", self._charts()),
            self._section("pace", self._pace()),
        )
        title = words["report"].format(run=facts.run.id)
        return (
            f'<!DOCTYPE html>\n<html lang="{self._language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(facts.title)}: {escape(title)}</title>'
            f"<style>{style}</style></head><body>{''.join(parts)}</body></html>\n"
        )

    def _head(self) -> str:
        facts, run, words = self._facts, self._facts.run, self._words
        why = "".join(f"<li>{escape(one)}</li>" for one in run.evidence.get("findings", []))
        reasons = f"<h3>{words['evidence']}</h3><ul>{why}</ul>" if why else ""
        totals = facts.totals
        kept = (
            (totals.live, "live"), (totals.gone, "gone_short"), (totals.quarantined, "quarantined"), (totals.undated, "undated"),
            (totals.duplicates, "duplicates"),
        )  # fmt: skip
        rows = [
            (words["began"], _moment(run.started_at)),
            (words["took"], words["seconds"].format(value=round(run.seconds)) if run.seconds is not None else "–"),
            (words["command"], run.command),
            (
                words["kept"],
                ", ".join(f"{count} {words[name]}" for count, name in kept)
                + f"; {words['newest']} {totals.last or '–'}",
            ),
        ]
        return (
            f"<header><p>{escape(words['report'].format(run=run.id))}</p><h1>{escape(facts.title)}</h1></header>"
            f'<section class="verdict {self._verdict}"><h2>{self._verdict.upper()}: {escape(VERDICTS[self._language][self._verdict])}</h2>'
            f"<p>{escape(run.sentence)}</p>{reasons}{self._table((), rows)}</section>"
        )

    def _section(self, name: str, body: str, count: int | None = None) -> str:
        number = f" <small>{count}</small>" if count else ""
        nothing = f'<p class="none">{self._words["none"]}</p>'
        return f"<section><h2>{escape(self._words[name])}{number}</h2>{body or nothing}</section>"

    def _changes(self) -> str:
        facts, words = self._facts, self._words
        parts = [
            f"<article><h3>{escape(one.title)}</h3><p class='address'>{escape(one.url)} · {words['version'].format(number=one.number)}</p>"
            + "".join(
                f"<h4>{escape(self._field(change.field))}</h4><p class='text'>{_marked(change)}</p>"
                for change in one.changes
                if change.field != "body_html"
            )
            + "</article>"
            for one in facts.changed
        ]
        legend = f"<p>{words['legend']}</p>" if parts else ""
        return legend + "".join(parts) + self._more(facts.changed_count - len(facts.changed))

    def _new(self) -> str:
        facts = self._facts
        rows = [(date, title, url) for title, date, url in facts.new]
        return self._table((), rows) + self._more(facts.new_count - len(facts.new))

    def _failures(self) -> str:
        parts = []
        for reason, count in self._facts.reasons.most_common():
            some = self._facts.failed.get(reason, [])
            shown = "".join(self._failure(one) for one in some)
            parts.append(
                f"<h3>{escape(reason)} <small>{count}</small></h3><ul>{shown}</ul>{self._more(count - len(some))}"
            )
        return "".join(parts)

    def _failure(self, one: Failed) -> str:
        frame = (
            f'<details><summary>{self._words["seen"]}</summary><iframe sandbox="" loading="lazy" title="{self._words["seen"]}" '
            f'srcdoc="{escape(one.page)}"></iframe></details>'
            if one.page
            else ""
        )
        detail = f"<br>{escape(one.row.detail)}" if one.row.detail else ""
        return f'<li><span class="address">{escape(one.row.url)}</span>{detail}{frame}</li>'

    def _completeness(self) -> str:
        known = self._facts.completeness
        if not known:
            return ""
        words = self._words
        rows = [(one["name"], one["found"], one["alone"]) for one in known["routes"]]
        table = self._table((words["found_by"], words["articles"], words["only_by"]), rows) if rows else ""
        return f"<p>{escape(known['sentence'])}</p>{table}"

    def _fields(self) -> str:
        sections: dict[str, dict[str, int]] = self._facts.run.counts.get("sections", {})
        names = list(dict.fromkeys(name for counts in sections.values() for name in counts if name != "stored"))
        rows = [
            (
                section or self._words["no_section"],
                counts["stored"],
                *(_share(counts.get(name, 0), counts["stored"]) for name in names),
            )
            for section, counts in sorted(sections.items())
        ]
        return (
            self._table((self._words["section"], self._words["articles"], *map(self._field, names)), rows)
            if rows
            else ""
        )

    def _field(self, name: str) -> str:
        return FIELDS[self._language].get(name, name)

    def _charts(self) -> str:
        runs = self._facts.runs
        counts: tuple[tuple[str, Callable[[Any], float]], ...] = (
            ("new_by_run", lambda run: run.counts.get("new", 0)),
            ("changed_by_run", lambda run: run.counts.get("changed", 0)),
            ("failed_by_run", lambda run: run.failed),
            ("requests_by_run", lambda run: run.counts.get("requests", 0)),
        )
        parts = []
        for name, count in counts:
            rows = [(f"{run.id}", count(run)) for run in runs]
            drawn = draw(Chart(kind="columns", x="run", y=("n",)), self._words[name], ("run", "n"), rows)
            parts.append(f"<figure><figcaption>{self._words[name]}</figcaption>{drawn}</figure>" if drawn else "")
        verdicts = [
            (
                run.id,
                _moment(run.started_at),
                run.verdict or "died",
                run.counts.get("new", 0),
                run.counts.get("changed", 0),
                run.failed,
            )
            for run in reversed(runs)
        ]
        heads = ("", self._words["began"], "", self._words["new"], self._words["changed"], self._words["failed"])
        return f'<div class="charts">{"".join(parts)}</div>{self._table(heads, verdicts)}'

    def _pace(self) -> str:
        counts, words = self._facts.run.counts, self._words
        gaps = counts.get("shortest_gap", {})
        rows = [
            (host, number, words["seconds"].format(value=gaps.get(host, "–")))
            for host, number in sorted(counts.get("asked", {}).items())
        ]
        if not rows:
            return ""
        received = f"<p>{words['of_it']}: {counts.get('bytes', 0):,}</p>".replace(",", " ")
        return self._table((words["host"], words["requests"], words["gap"]), rows) + received

    def _more(self, count: int) -> str:
        return f"<p>{self._words['more'].format(count=count)}</p>" if count > 0 else ""

    @staticmethod
    def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
        head = f"<thead><tr>{''.join(f'<th>{escape(one)}</th>' for one in heads)}</tr></thead>" if heads else ""
        body = "".join(f"<tr>{''.join(_cell(one) for one in row)}</tr>" for row in rows)
        return f'<div class="wide"><table>{head}<tbody>{body}</tbody></table></div>' if body else ""


def _cell(value: Any) -> str:
    if isinstance(value, int | float):
        return f'<td class="number">{value}</td>'
    kind = (
        "number low"
        if value == "0 %"
        else "number"
        if str(value).endswith(" %")
        else "day"
        if _DAY.match(str(value))
        else ""
    )
    return f'<td class="{kind}">{escape(str(value))}</td>'


def _share(filled: int, of: int) -> str:
    return f"{filled / of:.0%}".replace("%", " %")


def _marked(change: Change) -> str:
    """A changed field as one text with <del> and <ins>, long equal stretches cut."""
    parts = [
        f"<{_TAGS[part.kind]}>{escape(part.text)}</{_TAGS[part.kind]}>"
        if part.kind in _TAGS
        else escape(_cut(part.text))
        for part in change.parts
    ]
    parts += [
        f"<{tag}>{escape(item)}</{tag}>\n"
        for tag, items in (("del", change.gone), ("ins", change.new))
        for item in items
    ]
    return "".join(parts)


def _cut(text: str) -> str:
    if len(text) <= 2 * _KEPT:
        return text
    return f"{text[:_KEPT].rpartition(' ')[0]} […] {text[-_KEPT:].partition(' ')[2]}"


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(HOME).strftime("%d/%m/%Y %H:%M")

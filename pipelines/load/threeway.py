"""Source then, source now, target now: who changed what, told so that a person can decide."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from pipelines.load.posts import FIELDS, same

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK_END = re.compile(r"(?<=</p>)|(?<=</li>)|(?<=</tr>)|(?<=</h[2-6]>)|(?<=</figure>)|(?<=<br>)|\n")
_SHOWN = 300


def edited_fields(found: Mapping[str, Any], now: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """The fields that somebody changed in the target since we wrote it (`found` right after, `now` today).

    An unknown date is not compared: the target itself moves it with every edit. Nor are custom fields that were not sent.
    """
    names = [name for name in FIELDS if name not in ("date_gmt", "meta") or name in sent]
    return [name for name in names if not same(found.get(name), now.get(name))]


def arrived(sent: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """True where the target has what the source says, whoever wrote it there."""
    return all(agreed(name, sent, now) for name in sent)


def agreed(name: str, sent: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """True where the source and the target say the same of a field: the same edit on both sides is no conflict."""
    return name in sent and same(sent[name], now.get(name))


def difference(names: list[str], then: Mapping[str, Any], source: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """The edited fields for a person: as loaded, as the source has them now, as the target has them now."""
    return "\n".join(_field(name, then.get(name), source.get(name), target.get(name)) for name in names)


def _field(name: str, then: Any, source: Any, target: Any) -> str:
    lines = [f"{name}:"]
    if same(then, source):
        lines.append("  source: as loaded")
    else:
        lines += ["  source now:", *_changes(then, source)]
    lines += ["  target now:", *_changes(then, target)]
    return "\n".join(lines)


def _changes(before: Any, after: Any) -> list[str]:
    """Only the lines that differ; a long one is cut around its first difference."""
    old, new = _lines(before), _lines(after)
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            start = _common(" ".join(old[a:b]), " ".join(new[c:d]))
            found += [f"    - {_cut(one, start)}" for one in old[a:b]]
            found += [f"    + {_cut(one, start)}" for one in new[c:d]]
    return found


def _lines(value: Any) -> list[str]:
    return [part.strip() for part in _BLOCK_END.split(str(value)) if part and part.strip()]


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def _cut(text: str, around: int) -> str:
    if len(text) <= _SHOWN:
        return text
    start = max(0, min(around, len(text)) - _SHOWN // 2)
    return f"{'…' if start else ''}{text[start : start + _SHOWN]}{'…' if start + _SHOWN < len(text) else ''}"

"""What changed from one version to the next, as HTML that reads like a proof-read text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from pipelines.differences import Change

#: Equal stretches longer than twice this are cut to their ends.
_KEPT = 160
_TAGS = {"gone": "del", "new": "ins"}


def marked_change(change: Change) -> Markup:
    """A changed field as one text: what went in <del>, what came in <ins>, long equal stretches cut. Everything is escaped."""
    parts = [
        Markup("<{0}>{1}</{0}>").format(_TAGS[part.kind], part.text)
        if part.kind in _TAGS
        else Markup("{}").format(_cut(part.text))
        for part in change.parts
    ]
    lists = ((_TAGS["gone"], change.gone), (_TAGS["new"], change.new))
    parts += [Markup("<{0}>{1}</{0}>\n").format(tag, item) for tag, items in lists for item in items]
    return Markup("").join(parts)


def _cut(text: str) -> str:
    if len(text) <= 2 * _KEPT:
        return text
    return f"{text[:_KEPT].rpartition(' ')[0]} […] {text[-_KEPT:].partition(' ')[2]}"

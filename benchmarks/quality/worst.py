"""One self-contained page of the worst ten: the page, what was expected of it and what was got, side by side."""

from __future__ import annotations

import difflib
import re
from html import escape
from typing import TYPE_CHECKING, Any

import nh3

from portal_crawler.extract.document import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.quality.scoring import FieldScore, PageScore

#: So many pages are shown.
SHOWN = 10
#: What is kept of a page: its text in its places, no picture, no address, no style.
_TAGS = {
    "article", "b", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "i", "li", "main", "nav", "ol", "p", "pre", "section", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_UNSEEN = {"script", "style", "noscript", "title", "template"}
_EMPTY = re.compile(r"<(div|span|p|section|li|ul|td|tr)>\s*</\1>")
_WORDS = re.compile(r"\S+|\n")
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --lost: #d33a2c; --added: #1f7a3d; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 110rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 2px solid var(--line); overflow-wrap: anywhere; }
.address { color: #777; font-size: .85rem; overflow-wrap: anywhere; margin: 0 0 .75rem; }
.fields { overflow-x: auto; margin-bottom: 1rem; } .fields table { border-collapse: collapse; font-size: .9rem; }
.fields td, .fields th { border-bottom: 1px solid var(--line); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.fields th { white-space: nowrap; } .fields td { min-width: 8rem; max-width: 32rem; } .fields td:last-child { min-width: 5rem; }
.wrong, .invented { color: var(--lost); font-weight: 600; } .missing { color: #b26a00; font-weight: 600; } .right { color: var(--added); }
.sides { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; }
.side { border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
.side h3 { font-size: .9rem; margin: 0; padding: .4rem .75rem; background: var(--soft); border-bottom: 1px solid var(--line); }
.side > div { max-height: 30rem; overflow: auto; padding: .75rem; white-space: pre-line; overflow-wrap: anywhere; font-size: .9rem; }
.side .page { white-space: normal; } .page * { font-size: .85rem; margin: .2rem 0; } .page table { border-collapse: collapse; } .page td { vertical-align: top; }
del, ins { text-decoration: none; border-radius: .2rem; } del { background: #d33a2c33; box-shadow: 0 1px 0 var(--lost); } ins { background: #1f7a3d33; box-shadow: 0 1px 0 var(--added); }
@media (max-width: 60rem) { .sides { grid-template-columns: minmax(0, 1fr); } .side > div { max-height: 20rem; } }
"""


def write(path: Path, scores: Mapping[str, Sequence[PageScore]]) -> None:
    """Write the page; nothing in it leads anywhere else."""
    pages = [(name, page) for name, corpus in scores.items() for page in corpus if page.score < 1]
    pages.sort(key=lambda one: (one[1].score, one[0], one[1].sample.name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_document(pages[:SHOWN], len(pages)), encoding="utf-8")


def _document(pages: Sequence[tuple[str, PageScore]], imperfect: int) -> str:
    told = (
        f"{imperfect} pages and strings are not read as expected; these are the worst {len(pages)}."
        if pages
        else "Every page is read as expected."
    )
    key = "<p><del>Red</del>: expected and not got. <ins>Green</ins>: got and not expected.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>The worst pages</title><style>{_STYLE}</style></head><body><h1>The worst pages</h1><p>{told}</p>{key if pages else ''}"
        + "".join(_page(at, name, page) for at, (name, page) in enumerate(pages, 1))
        + "</body></html>\n"
    )


def _page(at: int, corpus: str, page: PageScore) -> str:
    text = page.fields.get("text")
    expected, got = _difference(str(text.expected or ""), str(text.got or "")) if text else ("", "")
    sides = [("Page", f'<div class="page">{_shown(page)}</div>')]
    if text:
        sides += [("Expected", f"<div>{expected or '(nothing)'}</div>"), ("Got", f"<div>{got or _nothing(page)}</div>")]
    columns = "".join(f'<section class="side"><h3>{name}</h3>{part}</section>' for name, part in sides)
    return (
        f"<h2>{at}. {escape(corpus)}: {escape(page.sample.name)}, {page.score:.3f}</h2>"
        f'<p class="address">{escape(page.sample.page.url)}</p>{_fields(page.fields)}<div class="sides">{columns}</div>'
    )


def _nothing(page: PageScore) -> str:
    return f"(refused: {escape(page.refused)})" if page.refused else "(nothing)"


def _fields(fields: Mapping[str, FieldScore]) -> str:
    rows = "".join(
        f'<tr><th>{name}</th><td>{_value(one.expected)}</td><td>{_value(one.got)}</td><td class="{one.kind}">{one.kind}</td></tr>'
        for name, one in fields.items()
        if name not in ("text", "order")
    )
    text = fields.get("text")
    if text and text.words:
        told = f"recall {text.words.recall:.3f}, precision {text.words.precision:.3f}, F1 {text.words.f1:.3f}"
        rows += f'<tr><th>text</th><td colspan="2">{told}</td><td class="{text.kind}">{text.kind}</td></tr>'
    return (
        f'<div class="fields"><table><tr><th>field</th><th>expected</th><th>got</th><th></th></tr>{rows}</table></div>'
    )


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "<br>".join(escape(str(one)) for one in value) or "(none)"
    return escape(str(value)) if value not in (None, "") else "(none)"


def _shown(page: PageScore) -> str:
    """The page's text where it stands, without anything that could load, lead away or run."""
    body = page.sample.page
    markup = nh3.clean(
        decode(body.body, body.header("Content-Type"))[0], tags=_TAGS, attributes={}, strip_comments=True
    )
    before = ""
    while before != markup:
        before, markup = markup, _EMPTY.sub("", markup)
    return markup


def _difference(expected: str, got: str) -> tuple[str, str]:
    """Both texts with the words that the other lacks marked."""
    left, right = _WORDS.findall(expected), _WORDS.findall(got)
    sides: tuple[list[str], list[str]] = ([], [])
    for kind, start, end, other_start, other_end in difflib.SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        sides[0].append(_marked(left[start:end], "" if kind == "equal" else "del"))
        sides[1].append(_marked(right[other_start:other_end], "" if kind == "equal" else "ins"))
    return " ".join(filter(None, sides[0])), " ".join(filter(None, sides[1]))


def _marked(words: Sequence[str], tag: str) -> str:
    text = escape(" ".join(words))
    return f"<{tag}>{text}</{tag}>" if tag and text.strip() else text

"""What a profile makes of one page: each field with its value and the rule that found it, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import Rejected

if TYPE_CHECKING:
    from pipelines.items import Article, Page
    from portal_crawler.extract.reading import Expect, PageReading
    from portal_crawler.profile import Profile

#: In the order in which a reader of the page meets them.
FIELDS = (
    "title", "summary", "body_text", "author", "category", "published_at", "updated_at", "views", "images",
    "attachments", "alternate_url", "language",
)  # fmt: skip

#: An article without one of these is a hole in the profile.
NEEDED = ("title", "body_text", "published_at")

#: Begins the flags that tell of a layout's selectors without a match.
MISSED = "layout_missed_"

#: A list is told by its first links; --json gives all.
SHOWN_LINKS = 10


def report_page(page: Page, profile: Profile, expect: Expect, name: str) -> dict[str, Any]:
    """Read a page as a crawl would, and say what came of it; `name` is what the caller calls the page.

    `ok` is True where a list has links, or an article its title, body and date. An article that is only pictures,
    an attachment or a link elsewhere needs no body.
    """
    from portal_crawler.extract.page import read_page

    reading = read_page(page, profile, expect)
    report: dict[str, Any] = {
        "page": name,
        "url": page.url,
        "problem": reading.problem.reason if reading.problem else "",
        "detail": reading.problem.detail if reading.problem else "",
    }
    if expect == "listing":
        return report | _list(reading)
    return report | (_article(reading.article) if reading.article else {"ok": False, "missing": list(NEEDED)})


def _list(reading: PageReading) -> dict[str, Any]:
    step = reading.next
    return {
        "ok": bool(reading.links),
        "links": [{"url": link.url, "text": link.text, "published": link.published} for link in reading.links],
        "sections": [{"url": link.url, "text": link.text} for link in reading.sections],
        "next": {"kind": step.kind, "url": step.url, "method": step.method} if step else None,
    }


def _article(article: Article) -> dict[str, Any]:
    from pipelines.normalize import normalize
    from pipelines.validate import validate

    try:
        stored = validate(normalize(article))
    except Rejected as error:
        return {"ok": False, "problem": error.reason, "detail": error.detail, "missing": []}
    notes = {note.field: note for note in stored.notes}
    fields = {}
    for name in FIELDS:
        note = notes.get(name)
        value = getattr(stored, name)
        fields[name] = {
            "value": [one.url for one in value] if name in ("images", "attachments") else value,
            "rule": note.rule if note else "",
            "problem": note.problem if note else "",
            "others": [list(pair) for pair in note.others] if note else [],
        }
    without_text = bool(stored.images or stored.attachments or stored.alternate_url)
    missing = [name for name in NEEDED if not getattr(stored, name) and not (name == "body_text" and without_text)]
    return {
        "ok": not missing,
        "missing": missing,
        "layout": stored.layout,
        "extractor": stored.extractor,
        "flags": list(stored.flags),
        "fields": fields,
    }


def print_report(report: dict[str, Any]) -> None:
    """A report for people."""
    click.secho(f"\n{report['page']}", bold=True)
    if report["url"] != report["page"]:
        click.echo(f"  {report['url']}")
    if report["problem"]:
        click.secho(f"  {report['problem']}: {report['detail']}", fg="yellow" if report["ok"] else "red")
    if "links" in report:
        _print_list(report)
    if "fields" in report:
        _print_article(report)
    for name in report.get("missing", ()) if "fields" in report else ():
        click.secho(f"  {name} was not found: see [labels] and [[layouts]] in docs/new-portal.md", fg="red")


def _print_list(report: dict[str, Any]) -> None:
    links = report["links"]
    click.secho(f"  {len(links)} article links", fg="green" if links else "red")
    for link in links[:SHOWN_LINKS]:
        click.echo(f"    {link['published'] or '–':<18} {_short(link['text'], 70)}\n    {'':<18} {link['url']}")
    if len(links) > SHOWN_LINKS:
        click.echo(f"    … and {len(links) - SHOWN_LINKS} more")
    step = report["next"]
    click.echo(f"  next page: {step['method']} {step['url']} ({step['kind']})" if step else "  next page: none found")


def _print_article(report: dict[str, Any]) -> None:
    click.echo(f"  layout {report['layout'] or 'unnamed: found by structure'}; extractor {report['extractor']}")
    empty = []
    for name, one in report["fields"].items():
        if one["value"] in (None, "", []) and not one["problem"]:
            empty.append(name)
            continue
        rule = click.style(f"  [{one['rule']}]", dim=True) if one["rule"] else ""
        problem = click.style(f"  {one['problem']}", fg="yellow") if one["problem"] else ""
        click.echo(f"  {name:<14}{_shown(name, one['value'])}{rule}{problem}")
        for rule, other in one["others"] if name != "body_text" else ():
            click.secho(f"  {'':<14}not {_short(other, 60)}  [{rule}]", dim=True)
    if empty:
        click.secho(f"  {'none of':<14}{', '.join(empty)}", dim=True)
    for flag in report["flags"]:
        missed = flag.removeprefix(MISSED)
        note = f"layout {report['layout']}: its selector of {missed} matched nothing here" if missed != flag else flag
        click.secho(f"  {'flag':<14}{note}", fg="yellow")


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if name == "body_text":
        lines = value.splitlines()
        ends = " … ".join(_short(line, 40) for line in dict.fromkeys((lines[0], lines[-1])))
        return f"{len(value.split())} words in {len(lines)} blocks: {ends}"
    if isinstance(value, list):
        return f"{len(value)}: {_short(value[0], 60)}"
    return _short(str(value), 90)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"

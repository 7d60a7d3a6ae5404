"""Drafts an article from a filled display form: every field stands under its own name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from portal_crawler.extract.dating import form_candidate, line_candidates
from portal_crawler.extract.draft import Draft, Value
from portal_crawler.extract.figures import credit_of
from portal_crawler.extract.flow import read_flow
from portal_crawler.extract.lines import is_dateline
from portal_crawler.extract.media import attachments_of, field_image, links_in
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.xpath import truth

if TYPE_CHECKING:
    from pipelines.items import Page
    from portal_crawler.extract.head import Head
    from portal_crawler.extract.serialize import Resolve
    from portal_crawler.platforms.sharepoint.forms import Form, FormField
    from portal_crawler.profile import Profile

#: A plain note that no label explains is the body only where it holds a text, not a remark; rich text always is.
_TEXT_WORDS = 20
_DIGITS = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+")
_RICH = truth(".//*[contains(@class,'ms-rtestate-field') or starts-with(@class,'ExternalClass')]")
_ADDRESS = re.compile(r"https?://\S+|/\S+")


def is_article_form(form: Form) -> bool:
    """True where an item is bound to the form and it says something of a title or a text."""
    return any(form.first(name) is not None for name in ("title", "body", "summary"))


def draft_from_form(form: Form, head: Head, page: Page, profile: Profile, resolve: Resolve) -> Draft:
    """The draft of a filled form."""
    draft = Draft(layout="form", rule="form")
    draft.title = _value(form.first("title"))
    draft.author = _value(form.first("author"))
    draft.category = _value(form.first("category"))
    _views(draft, form)
    _texts(draft, form)
    for one in form.every("image"):
        picture = field_image(one.element, resolve)
        if picture is not None and picture.url not in {known.url for known in draft.pictures}:
            draft.pictures.append(picture)
    caption = form.first("caption")
    if caption is not None and draft.pictures:
        draft.pictures[0] = replace(draft.pictures[0], caption=caption.text, credit=credit_of(caption.text))
    for one in form.every("attachments"):
        draft.files += attachments_of(links_in(one.element), resolve, every=True)
    _alternate(draft, form, resolve)
    kickers, _ = line_candidates(_datelines(head), profile.dates, page)
    candidate = form_candidate(form, head, profile.dates, kickers)
    draft.dates = [candidate, *kickers] if candidate is not None else kickers
    updated = form.first("updated")
    draft.printed = [f"Cập nhật: {updated.text}"] if updated is not None else []
    return draft


def _value(field: FormField | None) -> Value | None:
    return Value(field.text, _rule(field)) if field is not None else None


def _rule(field: FormField) -> str:
    return f"form:{field.internal or field.name}" + ("" if field.found == "comment" else f" ({field.found})")


def _views(draft: Draft, form: Form) -> None:
    field = form.first("views")
    match = _DIGITS.search(field.text) if field is not None else None
    if field is not None and match is not None:
        draft.views = Value(re.sub(r"\D", "", match[0]), _rule(field), field.text)


def _texts(draft: Draft, form: Form) -> None:
    summary, body = form.first("summary"), next((one for one in form.every("body") if one.text), None)
    if body is None:
        body = next((one for one in form.every("body") if one.element.find(".//img") is not None), None)
    if body is None:
        notes = [one for one in form.fields if one.kind == "SPFieldNote" and not one.target]
        longest = max(notes, key=lambda one: len(one.text), default=None)
        rich = [one for one in notes if _RICH(one.element) and (one.text or one.element.find(".//img") is not None)]
        longest = max(rich, key=lambda one: len(one.text), default=longest)
        if longest is not None and (rich or longest.text.count(" ") >= _TEXT_WORDS):
            body = longest
            draft.flags.append("body_label_unknown")
    for field, found in ((summary, draft.lead), (body, draft.body)):
        if field is not None:
            found.extend(read_flow(field.element, furniture=True))
            draft.around |= {field.element, *field.element.iterancestors()}
            draft.sources.append(field.element)
    if summary is not None:
        draft.lead_rule = _rule(summary)
    if body is not None:
        draft.rule = _rule(body)
        draft.around |= set(body.element.iter("div"))


def _alternate(draft: Draft, form: Form, resolve: Resolve) -> None:
    field = form.first("alternate_url")
    if field is None:
        return
    written = next((href for href, _ in links_in(field.element) if href), "")
    match = _ADDRESS.search(field.text)
    url = resolve(written) or (resolve(match[0]) if match else "")
    if url:
        draft.alternate_url = Value(url, _rule(field), clean_text(field.text))


def _datelines(head: Head) -> list[tuple[str, bool]]:
    return [(area, True) for area in head.title_area if is_dateline(area)]

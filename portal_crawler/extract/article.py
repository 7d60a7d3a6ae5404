"""Puts one article together: a draft from the form or from the page, its body built, its fields noted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.chrome import NO_CHROME
from pipelines.items import Article, Attachment, FieldNote, Image
from portal_crawler.extract.body import Body, build_body
from portal_crawler.extract.boxes import find_boxes, region_of
from portal_crawler.extract.complete import complete
from portal_crawler.extract.coverage import measure
from portal_crawler.extract.date_choice import choose_published
from portal_crawler.extract.dating import updated_in
from portal_crawler.extract.embedded import embedded_address, is_embedded_picture
from portal_crawler.extract.figures import pair_captions
from portal_crawler.extract.from_form import draft_from_form, is_article_form
from portal_crawler.extract.from_page import draft_from_page
from portal_crawler.extract.head import Head, read_head
from portal_crawler.extract.identity import true_address
from portal_crawler.extract.language import detect_language
from portal_crawler.extract.layout import choose_layout
from portal_crawler.extract.media import attachments_of, images_of
from portal_crawler.extract.serialize import to_text
from portal_crawler.extract.tables import settle_tables
from portal_crawler.extract.text import legacy_encoding
from portal_crawler.extract.titles import same
from portal_crawler.platforms.sharepoint.addresses import join_url, source_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from pipelines.chrome import Chrome
    from pipelines.coverage import Box, Coverage
    from pipelines.items import Page
    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.document import Document
    from portal_crawler.extract.draft import Draft
    from portal_crawler.extract.serialize import Resolve
    from portal_crawler.platforms.sharepoint.forms import Form
    from portal_crawler.profile import Profile

#: Changes whenever the same page may be read differently; kept with every article.
EXTRACTOR = "extract/2"
_NOTED = ("title", "author", "category", "views", "alternate_url")


@dataclass(frozen=True, slots=True)
class _Content:
    """What a reader gets of an article besides its fields. `coverage` is None where the source is the whole page."""

    body: Body
    images: tuple[Image, ...]
    files: tuple[Attachment, ...]
    coverage: Coverage | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be the article of a page: its draft with the blocks in print order, and the text that they make.

    `article` puts it together, the dear half of the work; a page that turns out to be a list is spared it.
    """

    page: Page
    document: Document
    profile: Profile
    head: Head
    draft: Draft
    resolve: Resolve
    chrome: Chrome
    boxes: tuple[Box, ...]
    blocks: list[Block]
    captions: dict[Block, Block]
    dissolved: frozenset[HtmlElement]
    text: str
    damage: str

    def article(self) -> Article | None:
        """The article; None where title or content is missing.

        An article has a title, and a text, a picture, a file or an address that stands for its text.
        """
        if self.draft.title is None:
            return None
        content = _content(self)
        if not (content.body.text or content.images or content.files or self.draft.alternate_url):
            return None
        return _article(self, self.draft.title.text, content)


def read_candidate(
    page: Page, document: Document, profile: Profile, form: Form | None, chrome: Chrome = NO_CHROME
) -> Candidate | None:
    """What may be the article of a page; None where it has no text at all.

    `chrome` is what was learned of the portal's templates.
    """
    root = document.root
    head = read_head(root)
    resolve = _resolver(document.base)
    layout = choose_layout(root, profile.layouts, page.captured_at)
    if form is not None and form.kind == "display" and is_article_form(form):
        draft: Draft | None = draft_from_form(form, head, page, profile, resolve)
    else:
        draft = draft_from_page(root, head, page, profile, resolve, layout)
    if draft is None:
        return None
    complete(draft, root, head, page, profile, form, layout)
    boxes = find_boxes(draft, chrome)
    blocks, captions, dissolved = _arrange(draft)
    shown = set(captions.values())
    blocks = [block for block in blocks if block not in draft.apart or block in shown]
    text = to_text([block for block in blocks if block not in draft.apart])
    damage = legacy_encoding(_said(draft.title.text, text)) or "" if draft.title is not None else ""
    return Candidate(
        page, document, profile, head, draft, resolve, chrome, boxes, blocks, captions, dissolved, text, damage
    )


def _said(title: str, text: str) -> str:
    return f"{title}\n{text}"


def _content(found: Candidate) -> _Content:
    draft, blocks, captions, resolve = found.draft, found.blocks, found.captions, found.resolve
    body = build_body(blocks, captions, resolve, apart=draft.apart)
    images = images_of(blocks, captions, resolve, draft.pictures)
    coverage = _coverage(draft, body, found.dissolved, resolve) if draft.sources else None
    if coverage is not None:
        region = region_of(draft.core) if draft.core is not None else "form"
        coverage = replace(coverage, boxes=found.boxes, region=region, chrome_version=found.chrome.version)
    return _Content(body, images, _files(draft, blocks, resolve, images), coverage)


def _coverage(draft: Draft, body: Body, dissolved: frozenset[HtmlElement], resolve: Resolve) -> Coverage:
    """What arrived of the draft's sources, by the body as it was written out."""
    pictures = {picture.url: "" for picture in draft.pictures}
    for block, reason in draft.aside:
        if block.kind == "image":
            pictures.setdefault(resolve(block.source), reason)
    return measure(
        draft.sources,
        body.html,
        body.text,
        [(block.text, reason) for block, reason in draft.aside if block.kind == "text"],
        resolve,
        pictures=pictures,
        removed=draft.removed,
        dissolved=dissolved,
    )


def _resolver(base: str) -> Resolve:
    """Absolute addresses as a CMS may link them: http(s), mail and telephone; empty for scripts and the like."""
    known: dict[str, str] = {}

    def resolve(reference: str) -> str:
        if reference not in known:
            text = reference.strip().replace("&#58;", ":")
            other = text[:7].lower().startswith(("mailto:", "tel:"))
            if is_embedded_picture(text):
                known[reference] = embedded_address(base, text)
            else:
                known[reference] = text if other else join_url(base, text)
        return known[reference]

    return resolve


def _arrange(draft: Draft) -> tuple[list[Block], dict[Block, Block], frozenset[HtmlElement]]:
    """The blocks of lead and body in print order, their captions, and the layout tables that are gone.

    Captions stand behind their pictures, and no lead stands twice.
    """
    lead_texts = {same(block.text) for block in draft.lead if block.kind == "text"}
    body = list(draft.body)
    at = next((at for at, block in enumerate(body) if block.kind == "text"), None)
    if at is not None and same(body[at].text) in lead_texts:
        draft.aside.append((body.pop(at), "repeated"))
    blocks, captions, dissolved = settle_tables([*draft.lead, *body], draft.around)
    return pair_captions(blocks, captions), captions, dissolved


def _files(draft: Draft, blocks: Sequence[Block], resolve: Resolve, images: Sequence[Image]) -> tuple[Attachment, ...]:
    links = [(piece.href, piece.text.strip()) for block in blocks for piece in block.pieces if piece.href]
    found = attachments_of(links, resolve)
    shown = {image.url for image in images}
    known = {one.url for one in found} | shown
    return (*found, *(one for one in draft.files if one.url not in known))


def _article(found: Candidate, title: str, content: _Content) -> Article:
    page, document, profile, draft, head = found.page, found.document, found.profile, found.draft, found.head
    body = content.body
    published, dated, date_flags = choose_published(draft.dates, captured_at=page.captured_at)
    summary = " ".join(block.text for block in draft.lead if block.kind == "text").replace("\n", " ")
    address = true_address(page, document.root, profile)
    updated, changed = updated_in(draft.printed, head, profile.dates)
    language = detect_language(_said(title, body.text))
    return Article(
        portal=profile.name,
        key=source_key(address),
        url=address,
        urls=tuple(dict.fromkeys(url for url in (address, page.url, page.requested_url) if url)),
        title=title,
        summary=summary or None,
        author=draft.author.text if draft.author else None,
        category=draft.category.text if draft.category else None,
        published_at=published,
        updated_at=updated,
        body_text=body.text,
        body_html=body.html,
        views=int(draft.views.text) if draft.views and draft.views.text.isdigit() else None,
        language=language or profile.language,
        images=content.images,
        attachments=content.files,
        alternate_url=draft.alternate_url.text if draft.alternate_url else None,
        layout=draft.layout or draft.rule,
        extractor=EXTRACTOR,
        notes=(
            *_field_notes(draft, summary),
            dated,
            *([changed] if changed else ()),
            *_reading_notes(document, language),
            _body_note(draft, content),
        ),
        flags=tuple(dict.fromkeys([*document.flags, *draft.flags, *date_flags, *_body_flags(found, content)])),
        coverage=content.coverage,
        origin=page.origin,
        captured_at=page.captured_at,
    )


def _field_notes(draft: Draft, summary: str) -> list[FieldNote]:
    values = [(name, getattr(draft, name)) for name in _NOTED]
    notes = [value.note(name) for name, value in values if value is not None]
    return [*notes, FieldNote(field="summary", rule=draft.lead_rule, raw=summary)] if summary else notes


def _reading_notes(document: Document, language: str | None) -> list[FieldNote]:
    """How the language was told, and the encoding of a page where it is not the usual one."""
    rule = "detected in title and text" if language else "the profile's language: the text does not tell"
    notes = [FieldNote(field="language", rule=rule)]
    if document.encoding.lower().replace("-", "") not in ("utf8", "ascii"):
        notes.append(FieldNote(field="page", rule=f"decoded from {document.encoding}"))
    return notes


def _body_flags(found: Candidate, content: _Content) -> list[str]:
    flags = [f"legacy_{found.damage}"] if found.damage else []
    if content.coverage is None:
        return [*flags, "coverage_unknown"] if content.body.text else flags
    return [*flags, "coverage_low"] if content.coverage.share < found.profile.quality.coverage_floor else flags


def _body_note(draft: Draft, content: _Content) -> FieldNote:
    """How the body was found and made, its coverage, and the lines taken out as chrome."""
    body, coverage = content.body, content.coverage
    dropped = tuple(("dropped", block.text) for block in draft.dropped if block.text)
    found = [f"coverage: {coverage}"] if coverage is not None else []
    found.append(f"agreement {body.agreement:.3f}" + (f" (+{body.added} words)" if body.added else ""))
    return FieldNote(field="body_text", rule=f"{draft.rule}+{body.path}", raw="; ".join(found), others=dropped)

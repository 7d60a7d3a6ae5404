"""Writes the articles: each is a pure function of the seed and its place, so nothing has to be kept."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from portal_crawler.sample_portal import printing
from portal_crawler.sample_portal.cast import draw_cast, texts
from portal_crawler.sample_portal.commission import Commission, Link
from portal_crawler.sample_portal.composing import compose
from portal_crawler.sample_portal.language import Teller
from portal_crawler.sample_portal.model import Block, Paragraph, Printed, Run, Story, photos_of
from portal_crawler.sample_portal.sections import BY_CODE
from portal_crawler.sample_portal.specials import special_at

if TYPE_CHECKING:
    from datetime import datetime

    from portal_crawler.sample_portal.sections import Section
    from portal_crawler.sample_portal.world import Item, World

ELSEWHERE = "http://baovamsa.example/tin-tuc/"
_SAME_TITLE = "same_title_again"


def title_of(world: World, index: int, section: Section, when: datetime, kind: str, of: int | None) -> str:
    """The title of an article, known as soon as it is placed (listings need it)."""
    if of is not None:
        title = world.items[of].title
        return f"{title} (bổ sung)" if kind == "near_copy" else title
    _, _, opening = _begin(world.seed, index, section, when)
    title = opening[0]
    return f"“{title}” & ý kiến người dân <dưới 35 tuổi>" if kind == "odd_title" else title


def write(world: World, item: Item) -> Story:
    """What an article says now: as first written, then every change since."""
    story = _first_version(world, item)
    change = world.change(item)
    if change.title:
        story = replace(story, title=change.title)
    for sentence in change.added_text:
        story = replace(story, blocks=_append(story.blocks, sentence))
    return story


def correction(seed: int, index: int, revision: int) -> str:
    """The sentence an edit adds when the editor is given none."""
    rng = random.Random(f"edit:{seed}:{index}:{revision}")
    day = f"{rng.randint(1, 28)}/{rng.randint(1, 12)}"
    return (
        f"Đính chính lần {revision}: số liệu nêu trên được cập nhật đến ngày {day}, tổng cộng {rng.randint(120, 980)} "
        f"trường hợp, {rng.choice(('cao hơn', 'thấp hơn'))} số đã đưa {rng.randint(2, 40)} trường hợp."
    )


def _first_version(world: World, item: Item) -> Story:
    origin = world.items[item.of] if item.of is not None and item.kind != _SAME_TITLE else None
    if origin is None:
        return _original(world, item)
    story = replace(_original(world, origin), printed=_printed(item), when=item.when)
    return _reworked(world, item, story) if item.kind == "near_copy" else story


def _original(world: World, item: Item) -> Story:
    rng, values, opening = _begin(world.seed, item.index, item.section, item.written)
    teller = opening[3]
    topic = opening[2]
    author = None if item.kind == "no_author" or rng.random() < 0.04 else rng.choice(texts("lexicon")["authors"])
    job = Commission(
        rng=rng, teller=teller, topic=topic, values=values, section=item.section, kind=item.kind, title=item.title,
        author=author, number=item.number, when=item.written, links=_links(world, item, rng),
    )  # fmt: skip
    blocks, attachments = compose(job)
    wordless = item.kind in ("photo_only", "attachment_only", "alternate_link")
    leadless = wordless or (item.section.layout == "publishing" and rng.random() < 0.25)
    story = Story(
        title=item.title,
        summary=None if leadless else opening[1],
        author=author,
        printed=_printed(item),
        blocks=tuple([Paragraph((Run(opening[1]),)), *blocks] if leadless and not wordless else blocks),
        attachments=tuple(attachments),
        alternate_url=f"{ELSEWHERE}{item.number}-{item.when:%d%m%Y}.html" if item.kind == "alternate_link" else "",
        lead_in_body=item.kind == "lead_twice"
        or (not leadless and item.section.layout == "form" and rng.random() < 0.1),
        decomposed=item.kind == "decomposed",
        clock_in_header=item.kind == "clock",
        when=item.when,
    )
    return _with_thumbnail(item, story, rng)


def _with_thumbnail(item: Item, story: Story, rng: random.Random) -> Story:
    """The field "Hình ảnh" of a form: the first picture again, or the only one."""
    if item.section.layout != "form":
        return story
    if item.kind == "thumbnail_only":
        return replace(story, thumbnail=f"/Lists/{item.section.list_name}/Attachments/{item.number}/anh-dai-dien.jpg")
    photos = photos_of(story)
    return replace(story, thumbnail=photos[0].path) if photos and rng.random() < 0.5 else story


def _begin(
    seed: int, index: int, section: Section, when: datetime
) -> tuple[random.Random, dict[str, str], tuple[str, str, dict[str, Any], Teller]]:
    """The start of an article: its random numbers, its names, and (title, lead, topic, teller)."""
    rng = random.Random(f"story:{seed}:{index}")
    values = draw_cast(rng, when)
    teller = Teller(rng, values)
    values["nguoidan_noi"] = teller.tell(rng.choice(texts("common")["sayings"]))
    topic = rng.choice(texts(section.texts)["topics"])
    if "offices" in topic:
        values["donvi"], values["donvi2"] = rng.sample(topic["offices"], 2)
    title, lead = rng.choice(topic["openings"])
    return rng, values, (teller.tell(title, settle=True), teller.tell(lead, settle=True), topic, teller)


def _printed(item: Item) -> Printed:
    ordinary = special_at(item.index) is None
    choice = random.Random(f"date:{item.index}:{item.number}").randint(0, 99)
    match item.section.layout:
        case "vendor":
            ways = {
                "impossible_date": "impossible", "date_only": "day", "kicker_disagrees": "clock", "clock": "none",
            }  # fmt: skip
            return printing.vendor_dates(item.when, ways.get(item.kind, "day" if ordinary and choice < 8 else ""))
        case "form":
            way = "empty" if item.kind == "no_date" else "day" if ordinary and choice < 20 else ""
            return printing.form_dates(item.when, way)
        case "publishing":
            return printing.publishing_dates(
                item.when, printing.ENGLISH_FORM if item.kind == "english_date" else choice
            )


def _links(world: World, item: Item, rng: random.Random) -> tuple[Link, ...]:
    """Older ordinary articles this one may point to."""
    older = [
        world.items[index]
        for index in rng.sample(range(max(0, item.index - 50), item.index), min(6, item.index))
        if special_at(index) is None
    ]
    return tuple((one.title, one.path) for one in older) or (
        ("Cổng dịch vụ công của tỉnh", "http://dichvucong.vamsa.example/"),
    )


def _append(blocks: tuple[Block, ...], sentence: str) -> tuple[Block, ...]:
    """The blocks with one more paragraph, before the signature if there is one."""
    last = blocks[-1] if blocks else None
    at = len(blocks) - 1 if isinstance(last, Paragraph) and last.kind == "author" else len(blocks)
    return (*blocks[:at], Paragraph((Run(sentence),)), *blocks[at:])


def _reworked(world: World, item: Item, story: Story) -> Story:
    """The edited re-publication: one paragraph dropped, one sentence put in front, one at the end."""
    texts_at = [at for at, block in enumerate(story.blocks) if isinstance(block, Paragraph) and block.kind == "text"]
    dropped = texts_at[-1] if len(texts_at) > 5 else -1
    blocks = tuple(block for at, block in enumerate(story.blocks) if at != dropped)
    news = BY_CODE[item.section.code].name.lower()
    front = Paragraph((Run(f"Bài viết được chuyên mục {news} bổ sung ngày {printing.day_first(item.when)}."),))
    return replace(story, title=item.title, blocks=_append((front, *blocks), correction(world.seed, item.index, 1)))

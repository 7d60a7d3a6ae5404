"""Composes the body of an article from the text banks: paragraphs, pictures, lists, tables, quotations, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.sample_portal.cast import texts
from portal_crawler.sample_portal.model import (
    Attachment,
    Block,
    Bullets,
    Heading,
    Lines,
    Paragraph,
    Photo,
    PhotoRow,
    Run,
)
from portal_crawler.sample_portal.sections import encoded, slug
from portal_crawler.sample_portal.tables import calendar, spanned_table, topic_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portal_crawler.sample_portal.commission import Commission

_CONTACT = (
    "Thông tin chi tiết xin liên hệ:",
    "{^donvi}, số {#12..240} đường {duong}, {phuong}",
    "Điện thoại: 0279.{#300..999}.{#100..999} - gặp {nguoiphunu}",
)


def compose(job: Commission) -> tuple[list[Block], list[Attachment]]:
    """The blocks after the lead, and the attached files."""
    make = _UNUSUAL.get(job.kind)
    if make is not None:
        return make(job)
    if "schedule" in job.topic:
        facts = job.draw("facts", job.rng.randint(3, 5))
        return [calendar(job), _prose(job, facts[:2]), _prose(job, facts[2:])], _files(job, 0.5)
    if job.section.code == "thong-bao":
        return _notice(job), _files(job, 0.6)
    if job.section.code == "hinh-anh":
        return [_prose(job, job.draw("facts", 2)), *_photos(job, job.rng.randint(5, 8))], []
    return _news(job), _files(job, 0.12)


_UNUSUAL: dict[str, Callable[[Commission], tuple[list[Block], list[Attachment]]]] = {
    "photo_only": lambda job: (list(_photos(job, 3, captions=False)), []),
    "attachment_only": lambda job: ([], [_file(job, 1)]),
    "alternate_link": lambda _job: ([], []),
    "brief": lambda job: ([_prose(job, job.draw("facts", 2))], []),
    "everything": lambda job: (_everything(job), [_file(job, 1), _file(job, 2)]),
}


def _news(job: Commission) -> list[Block]:
    rng = job.rng
    size = rng.choices((1, 2, 3, 4), (25, 48, 20, 7))[0]
    count = 0 if job.kind in ("no_photo", "thumbnail_only") else rng.choices((0, 1, 2, 3), (10, 40, 35, 15))[0]
    photos = [PhotoRow(tuple(_photos(job, 2)))] if job.kind == "photo_row" else list(_photos(job, count))
    parts: list[Block] = [
        _prose(job, job.draw("facts", 3)),
        _prose(job, [*job.draw("facts", min(size, 2)), *job.draw("context")]),
    ]
    if rng.random() < 0.5:
        parts.append(_prose(job, [*job.draw("context"), *job.draw("facts")]))
    parts += _middle(job, size)
    parts.append(_prose(job, job.draw("speech", rng.randint(1, 2), in_order=True)))
    if rng.random() < 0.35:
        parts.append(_quotation(job))
    parts.append(_prose(job, [*job.draw("facts", size // 2), *job.draw("plans", rng.randint(1, 2))]))
    if size >= 3:
        parts.append(_prose(job, job.draw("closings", size - 2)))
    for photo in photos:
        parts.insert(rng.randint(0, len(parts) - 1), photo)
    return _finish(job, parts)


def _middle(job: Commission, size: int) -> list[Block]:
    """What breaks up the prose: headed parts, a list, a table, a link."""
    rng = job.rng
    parts: list[Block] = []
    for _ in range(max(size - 2, int(rng.random() < 0.12))):
        parts.append(Heading(" ".join(job.draw("headings"))))
        parts.append(_prose(job, job.draw("context", 2)))
        if size == 4:
            parts.append(_prose(job, [*job.draw("speech", 2, in_order=True), *job.draw("plans")]))
    if rng.random() < 0.22:
        parts.append(_bullets(job, ordered=rng.random() < 0.4))
    if "tables" in job.topic and rng.random() < 0.4:
        parts.append(topic_table(job, two_rows=rng.random() < 0.5))
    if job.links and rng.random() < 0.3:
        parts.append(_see_also(job))
    return parts


def _everything(job: Commission) -> list[Block]:
    first, second, third = _photos(job, 3)
    return _finish(
        job,
        [
            first,
            _prose(job, job.draw("facts", 3)),
            Heading("Kết quả bước đầu"),
            _prose(job, [*job.draw("facts", 2), *job.draw("context")]),
            spanned_table(job),
            _bullets(job, ordered=False),
            second,
            _quotation(job),
            Heading("Những việc cần làm ngay"),
            _bullets(job, ordered=True),
            _prose(job, [*job.draw("speech"), *job.draw("facts", 2)]),
            third,
            _contact(job),
            _see_also(job),
            _prose(job, [*job.draw("facts", 2), *job.draw("plans")]),
        ],
    )


def _notice(job: Commission) -> list[Block]:
    facts = job.draw("facts", job.rng.randint(6, len(job.topic["facts"])))
    cut = job.rng.randint(2, 3)
    parts: list[Block] = [_prose(job, facts[:cut])]
    if "tables" in job.topic and job.rng.random() < 0.6:
        parts.append(topic_table(job, two_rows=job.rng.random() < 0.3))
    parts.append(Bullets(tuple(facts[cut:-1]), ordered=job.rng.random() < 0.6))
    parts.append(_prose(job, facts[-1:]))
    if job.rng.random() < 0.6:
        parts.append(_contact(job))
    return parts


def _contact(job: Commission) -> Lines:
    return Lines(tuple(job.teller.tell(line) for line in _CONTACT))


def _bullets(job: Commission, *, ordered: bool) -> Bullets:
    return Bullets(tuple(job.draw("items", job.rng.randint(3, 5))), ordered=ordered)


def _quotation(job: Commission) -> Paragraph:
    return Paragraph((Run(" ".join(job.draw("voices"))),), kind="quote")


def _see_also(job: Commission) -> Paragraph:
    text, target = job.rng.choice(job.links)
    return Paragraph((Run("Xem thêm: "), Run(text, href=target)), kind="note")


def _prose(job: Commission, sentences: Iterable[str]) -> Paragraph:
    """One paragraph; now and then a name is set bold, and "m²" with a raised 2."""
    text = " ".join(sentences)
    rng = job.rng
    if "m²" in text and rng.random() < 0.3:
        before, _, after = text.partition("m²")
        return Paragraph((Run(f"{before}m"), Run("2", style="sup"), Run(after)))
    name = job.values[rng.choice(("phuong", "khu", "donvi"))]
    if rng.random() < 0.15 and name in text:
        before, _, after = text.partition(name)
        runs = (Run(before), Run(name, style=rng.choice(("strong", "em"))), Run(after))
        return Paragraph(tuple(run for run in runs if run.text))
    return Paragraph((Run(text),))


def _finish(job: Commission, parts: list[Block]) -> list[Block]:
    """The closing sign "./." and the signature some editors leave under the text."""
    last = parts[-1]
    if isinstance(last, Paragraph) and job.rng.random() < 0.3:
        final = last.runs[-1]
        parts[-1] = Paragraph((*last.runs[:-1], Run(f"{final.text.removesuffix('.')}./.", final.style, final.href)))
    if job.author and job.rng.random() < 0.25:
        parts.append(Paragraph((Run(job.author, style="strong"),), kind="author"))
    return parts


def _photos(job: Commission, count: int, *, captions: bool = True) -> list[Photo]:
    if not count:
        return []
    frames = list(job.topic.get("captions", ()))
    if job.section.code != "hinh-anh":
        frames += job.rng.sample(texts("common")["captions"], 3)
    chosen = job.rng.sample(frames, min(count, len(frames)))
    stem = slug(job.title, 44)
    photos = []
    for at, frame in enumerate(chosen, 1):
        suffix = "" if at == 1 else f"-{at - 1}"
        kind = "png" if job.rng.random() < 0.12 else "jpg"
        tidy = job.rng.random() < 0.93
        name = f"{stem}-{job.number}{suffix}.{kind}" if tidy else f"ảnh {at}-{job.number}.{kind.upper()}"
        caption, credit = _caption(job, frame) if captions else ("", "")
        photos.append(Photo(_folder(job) + encoded(name), caption, credit))
    return photos


def _caption(job: Commission, frame: str) -> tuple[str, str]:
    text = job.teller.tell(frame)
    dice = job.rng.random()
    if dice < 0.2:
        return text, ""
    credit = (job.author or job.values["tacgia"]).partition(" - ")[0] if dice < 0.8 else job.values["tacgia"]
    return (f"{text} (Ảnh: {credit})" if dice < 0.9 else f"{text}. Ảnh: {credit}"), credit


def _folder(job: Commission) -> str:
    if job.section.layout == "form":
        return f"/Lists/{job.section.list_name}/Attachments/{job.number}/"
    if job.section.layout == "publishing":
        return f"/SiteAssets/{job.section.list_name}/{job.when.year}/"
    return f"/PublishingImages/{job.when.year}-{job.when.month:02d}/"


def _files(job: Commission, chance: float) -> list[Attachment]:
    return [_file(job, at) for at in range(1, job.rng.randint(1, 2) + 1)] if job.rng.random() < chance else []


def _file(job: Commission, at: int) -> Attachment:
    prefix = ("Ke-hoach", "Quyet-dinh", "Danh-sach", "Phu-luc", "Bieu-mau")[(job.number + at) % 5]
    name = f"{prefix}-{job.number * 3 + at}-{job.when.year}.pdf"
    folder = "/SiteAssets/VanBan/" if job.section.layout == "vendor" else _folder(job)
    return Attachment(folder + name, name)

"""The tables articles hold: of the topic, of numbers with spans, of a week's appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.sample_portal.cast import texts
from portal_crawler.sample_portal.language import grouped
from portal_crawler.sample_portal.model import Cell, Table

if TYPE_CHECKING:
    from portal_crawler.sample_portal.commission import Commission


def calendar(job: Commission) -> Table:
    """A week's calendar: each day spans its morning and its afternoon."""
    rows = [tuple(Cell(text, head=True) for text in ("Ngày", "Buổi", "Nội dung", "Chủ trì"))]
    hosts = [job.values["lanhdao_ten"], job.values["chutich_ten"], job.values["nguoiphunu"], "Văn phòng"]
    for day in ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6")[: job.rng.randint(3, 5)]:
        for part in ("Sáng", "Chiều"):
            lead = (Cell(day, rowspan=2),) if part == "Sáng" else ()
            task = job.teller.tell(job.rng.choice(job.topic["schedule"]))
            rows.append((*lead, Cell(part), Cell(task), Cell(job.rng.choice(hosts))))
    return Table(tuple(rows))


def topic_table(job: Commission, *, two_rows: bool) -> Table:
    """One of the topic's tables; with `two_rows` its head spans two rows, and some have a sum at the end."""
    plan = job.rng.choice(job.topic["tables"])
    heads, kinds = zip(*(head.partition("|")[::2] for head in plan["head"]), strict=True)
    names = job.rng.sample(plan["rows"], job.rng.randint(3, len(plan["rows"])))
    if two_rows:
        rows = [
            (
                Cell("TT", rowspan=2, head=True),
                Cell(heads[0], rowspan=2, head=True),
                Cell(f"Số liệu đến {job.values['thang']}", colspan=len(heads) - 1, head=True),
            ),
            tuple(Cell(text, head=True) for text in heads[1:]),
        ]
    else:
        rows = [tuple(Cell(text, head=True) for text in ("TT", *heads))]
    values = [[_value(job, kind) for kind in kinds[1:]] for _ in names]
    for at, (name, row) in enumerate(zip(names, values, strict=True), 1):
        rows.append((Cell(str(at)), Cell(name), *(Cell(value) for value in row)))
    if job.rng.random() < 0.5:
        sums = (_sum(column) for column in zip(*values, strict=True))
        rows.append((Cell("Tổng cộng", colspan=2), *(Cell(value) for value in sums)))
    return Table(tuple(rows))


def spanned_table(job: Commission) -> Table:
    """A table with spans in both directions and an empty cell, whatever the topic."""
    wards = job.rng.sample(texts("lexicon")["wards"], 4)
    notes = job.rng.sample(("Xong", "Đang làm", "Chờ vốn", ""), 4)
    rows = [
        (
            Cell("Địa bàn", rowspan=2, head=True),
            Cell("Kế hoạch", colspan=2, head=True),
            Cell("Ghi chú", rowspan=2, head=True),
        ),
        (Cell("Số hộ", head=True), Cell("Kinh phí (triệu đồng)", head=True)),
        *(
            (Cell(ward), Cell(_value(job, "40..2400")), Cell(_value(job, "12..980")), Cell(note))
            for ward, note in zip(wards, notes, strict=True)
        ),
        (
            Cell("Cộng", head=True),
            Cell(grouped(job.rng.randint(2400, 9000))),
            Cell(f"Bình quân {job.rng.randint(12, 90)} triệu đồng/địa bàn", colspan=2),
        ),
    ]
    return Table(tuple(rows))


def _value(job: Commission, kind: str) -> str:
    """A cell of a column: "18..420" a number, "4..28%" one with a decimal, "Đại học/Cao đẳng" one of some words."""
    if "/" in kind:
        return job.rng.choice(kind.split("/"))
    low, high = (int(bound) for bound in kind.removesuffix("%").split(".."))
    number = job.rng.randint(low, high)
    return f"{number},{job.rng.randint(1, 9)}" if kind.endswith("%") else grouped(number)


def _sum(column: tuple[str, ...]) -> str:
    """The sum of a column of whole numbers; nothing for any other."""
    digits = [value.replace(".", "") for value in column]
    return grouped(sum(map(int, digits))) if all(value.isdigit() for value in digits) else ""

"""Articles out of a seeded generator, straight into a database: as many as wanted, each with a text of its own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from pipelines.items import Article
from pipelines.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORTAL = "growth"
#: A word of every article, and one of every hundredth up to a thousand articles.
COMMON, RARE = "tỉnh", "hiếm"
MOST_RARE = 1000
_VOCABULARY = (
    "ủy ban nhân dân xã phường hội nghị triển khai kế hoạch công tác năm học sinh giáo viên nông thôn mới đồng bào đoàn viên thanh niên "
    "phụ nữ cựu chiến binh sản xuất lúa dừa tôm cá nuôi trồng thu nhập hộ gia đình văn hóa thể thao giải thưởng chương trình phát động "
    "bảo vệ môi trường nước sạch đường giao thông cầu cống kênh mương thủy lợi an ninh trật tự tuyên truyền pháp luật cải cách hành chính"
)
_WORDS = _VOCABULARY.split()
_SENTENCES = 12


def fill(path: Path, number: int, seed: int = 7) -> None:
    """A new database of `number` articles; one in twenty repeats an earlier text, as portals do."""
    with Store.open(path, command="benchmark") as store:
        run = store.begin_run(PORTAL, "benchmark", {})
        for at, article in enumerate(_articles(number, seed), start=1):
            store.save_article(article, run)
            if at % 1000 == 0:
                store.commit()
        store.finish_run(run, "complete", 0, {}, {})


def _articles(number: int, seed: int) -> Iterator[Article]:
    rng = random.Random(seed)
    texts: list[str] = []
    for at in range(1, number + 1):
        repeated = texts and at % 20 == 0
        text = rng.choice(texts) if repeated else _text(rng, at)
        if at % 50 == 1:
            texts.append(text)
        yield Article(
            portal=PORTAL,
            key=f"growth.example/lists/tin#{at}",
            url=f"http://growth.example/Lists/Tin/DispForm.aspx?ID={at}",
            title=f"{_sentence(rng, 8)} {at}",
            category=("Tin tức", "Thông báo", "Kinh tế")[at % 3],
            published_at=f"20{at % 20 + 5:02d}-{at % 12 + 1:02d}-{at % 28 + 1:02d}",
            body_text=text,
            body_html="".join(f"<p>{line}</p>" for line in text.split("\n")),
            captured_at="2025-05-01T08:00:00+07:00",
        )


def _text(rng: random.Random, at: int) -> str:
    rare = f"{RARE} có. " if at % 100 == 7 and at <= 100 * MOST_RARE else ""
    return "\n".join([f"Cả {COMMON} có tin số {at}. {rare}", *(_sentence(rng, 18) + "." for _ in range(_SENTENCES))])


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words)).capitalize()

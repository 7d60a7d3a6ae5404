"""Who and where: the names one article speaks of, drawn once so that title, lead and body agree."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

QUARTERS = ("I", "I", "I", "II", "II", "II", "III", "III", "III", "IV", "IV", "IV")
DOCUMENTS = (
    "Kế hoạch số {}/KH-UBND", "Quyết định số {}/QĐ-UBND", "Chỉ thị số {}/CT-UBND", "Công văn số {}/UBND-VX",
    "Chương trình số {}/CTr-UBND", "Thông báo số {}/TB-UBND",
)  # fmt: skip


@cache
def texts(name: str) -> dict[str, Any]:
    """One of the text banks under texts/."""
    file = resources.files("portal_crawler.sample_portal") / "texts" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def draw_cast(rng: random.Random, when: datetime) -> dict[str, str]:
    """The values of the named slots for an article published at `when`."""
    lexicon = texts("lexicon")
    people = _People(rng, lexicon)
    wards = rng.sample(lexicon["wards"], 3)
    hamlet = rng.choice(lexicon["hamlets"])
    street, other_street = rng.sample(lexicon["streets"], 2)
    water = rng.choice(lexicon["waters"])
    departments = rng.sample(lexicon["departments"], 2)
    leader, leader_name = people.official(rng.choice(lexicon["leaders"]))
    head, head_name = people.official(f"Chủ tịch UBND {wards[0]}")
    neighbour, neighbour_name = people.resident(hamlet)
    return {
        "phuong": wards[0], "phuong2": wards[1], "phuong3": wards[2], "phuong_ten": _proper(wards[0]),
        "khu": hamlet, "khu_ten": hamlet.removeprefix("ấp ") if hamlet.startswith("ấp") else street,
        "duong": street, "duong2": other_street, "song": water, "song_ten": water.partition(" ")[2],
        "donvi": departments[0], "donvi2": departments[1], "hoi": rng.choice(lexicon["unions"]),
        "truong": rng.choice(lexicon["schools"]), "firm": rng.choice(lexicon["firms"]),
        "lanhdao": leader, "lanhdao_ten": leader_name, "chutich": head, "chutich_ten": head_name,
        "nguoidan": neighbour, "nguoidan_ten": neighbour_name, "nguoiphunu": f"bà {people.name('women')}",
        "men_ten": people.name("men"), "hocsinh": people.name("women"), "bacsi": people.name("men"),
        "thaygiao": people.name("men"), "ho": rng.choice(lexicon["surnames"]),
        "tacgia": rng.choice(lexicon["authors"][:15]), "tinh": lexicon["province"], "ubnd": "UBND thành phố",
        **_times(rng, when),
    }  # fmt: skip


def _proper(place: str) -> str:
    """The name of a ward without its rank: "phường Phú Sen" becomes "Phú Sen"."""
    return place.partition(" ")[2]


def _times(rng: random.Random, when: datetime) -> dict[str, str]:
    event = when - timedelta(days=rng.randint(0, 3))
    earlier = event - timedelta(days=rng.randint(6, 25))
    later = when + timedelta(days=rng.randint(3, 20))
    signed = event - timedelta(days=rng.randint(30, 300))
    document = rng.choice(DOCUMENTS).format(rng.randint(12, 480))
    part = "Sáng" if event.hour < 14 else "Chiều"
    return {
        "ngay": f"ngày {spoken(event)}", "ngaybuoi": f"{part} {rng.choice(('', 'ngày '))}{spoken(event)}",
        "toi": "tối", "ngaytruoc": f"ngày {spoken(earlier)}", "ngaysau": f"ngày {spoken(later)}",
        "thang": f"tháng {event.month}", "quy": f"quý {QUARTERS[event.month - 1]}", "quy_hoa": f"quý {QUARTERS[event.month - 1]}",
        "nam": str(event.year), "namtruoc": str(event.year - 1), "namsau": str(event.year + 1),
        "vanban": f"{document} ngày {spoken(signed)} của UBND thành phố",
    }  # fmt: skip


def documents_in(text: str) -> list[str]:
    """The documents that a text of the portal cites, each once as "symbol date", in reading order: told by DOCUMENTS alone."""
    symbols = "|".join(re.escape(one.partition("{}")[2]) for one in DOCUMENTS)
    found = re.findall(rf"số (\d+(?:{symbols})) ngày (\d+)/(\d+)/(\d+)", text)
    return list(dict.fromkeys(f"{symbol} {year}-{month:0>2}-{day:0>2}" for symbol, day, month, year in found))


def spoken(day: datetime) -> str:
    """A date as articles write it: "5/3/2019"."""
    return f"{day.day}/{day.month}/{day.year}"


class _People:
    """Invented persons: a surname and one of the given names, man or woman."""

    def __init__(self, rng: random.Random, lexicon: dict[str, Any]) -> None:
        self._rng = rng
        self._lexicon = lexicon

    def name(self, sex: str) -> str:
        return f"{self._rng.choice(self._lexicon['surnames'])} {self._rng.choice(self._lexicon[sex])}"

    def official(self, office: str) -> tuple[str, str]:
        """A person with the office at first mention, and the short form."""
        short = self._short("ông", "bà")
        return f"{short}, {office}", short

    def resident(self, place: str) -> tuple[str, str]:
        short = self._short("ông", "bà")
        return f"{short} ở {place}", short

    def _short(self, man: str, woman: str) -> str:
        return f"{man} {self.name('men')}" if self._rng.random() < 0.5 else f"{woman} {self.name('women')}"

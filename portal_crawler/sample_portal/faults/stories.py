"""Faults of rows D in what an article says; the truth follows, for a reader would see the same."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal_crawler.sample_portal.faults.registry import Fault
from portal_crawler.sample_portal.model import Attachment, Block, Photo, PhotoRow, Printed
from portal_crawler.sample_portal.specials import special_at

if TYPE_CHECKING:
    from portal_crawler.sample_portal.model import Story
    from portal_crawler.sample_portal.world import Item, Rewrite

DEAD_HOST = "http://anh-cu.vamsa.example"
_BAD_DATES = ("31/02/2018", "00/00/0000", "32/13/2018", "")
_FORMULAS = ("=1+1 ", '=HYPERLINK("http://vamsa.example/";"x") ', "+84 ", "-2 °C ", "@SUM(A1) ")
_HOSTILE = (
    "Robert'); DROP TABLE articles;-- ", "%s %d %n {0} {title} ${HOME} ", "../../etc/passwd ", "' OR '1'='1 ",
    "<script>alert(1)</script> ", "\\u0027 \\x00 ",
)  # fmt: skip
_NAMES = (
    "../../x.pdf", "CON.pdf", "-rf.pdf", "bao-cao\u202efdp.exe.pdf", "a\x07b\tc.pdf", "..\\..\\windows\\win.pdf", "~.pdf",
    "Báo cáo tổng kết công tác " * 12 + ".pdf",
)  # fmt: skip


def _ordinary(rewrite: Rewrite) -> Rewrite:
    """Leave the special articles as they are: copies must stay copies, and each is odd enough in its own way."""
    return lambda item, story: story if special_at(item.index) else rewrite(item, story)


def _pick(item: Item, choices: tuple[str, ...]) -> str:
    return choices[zlib.crc32(item.path.encode()) % len(choices)]


def _bad_date(item: Item, story: Story) -> Story:
    """A date that is none, in every place the page prints one; the truth is that there is none.

    A publishing page always prints one: with nothing printed, the day in its address would be an honest answer.
    """
    bad = _pick(item, _BAD_DATES if item.section.key else _BAD_DATES[:-1])
    kicker = f"Thứ 8, Ngày {bad}, 25:61" if bad else ""
    value = {"form": "2/31/2018 11:00 AM" if bad else "", "publishing": bad, "vendor": ""}[item.section.layout]
    return replace(story, printed=Printed(published_at=None, kicker=kicker, byline=bad, value=value, short=bad))


def _clock(_item: Item, story: Story) -> Story:
    return replace(story, clock_in_header=True)


def _formula(item: Item, story: Story) -> Story:
    return replace(story, title=_pick(item, _FORMULAS) + story.title)


def _hostile(item: Item, story: Story) -> Story:
    return replace(story, title=_pick(item, _HOSTILE) + story.title)


def _file_names(item: Item, story: Story) -> Story:
    name = _pick(item, _NAMES)
    path = f"/SiteAssets/VanBan/{item.number}/{quote(name, safe='')}"
    return replace(story, attachments=(*story.attachments, Attachment(path, name)))


def _dead_images(_item: Item, story: Story) -> Story:
    def moved(block: Block) -> Block:
        if isinstance(block, Photo):
            return replace(block, path=DEAD_HOST + block.path)
        if isinstance(block, PhotoRow):
            return PhotoRow(tuple(replace(photo, path=DEAD_HOST + photo.path) for photo in block.photos))
        return block

    thumbnail = DEAD_HOST + story.thumbnail if story.thumbnail else ""
    return replace(story, blocks=tuple(moved(block) for block in story.blocks), thumbnail=thumbnail)


FAULTS = (
    Fault(name="bad_dates", row="D8", summary="31/02/2018, 00/00/0000, Thứ 8, or no date", scope="article", story=_ordinary(_bad_date)),
    Fault(name="clock", row="D10", summary="today's clock in the header, in the kicker's shape", scope="article", story=_clock),
    Fault(name="formula_titles", row="D12", summary="titles that begin with = + - @", scope="article", story=_ordinary(_formula)),
    Fault(name="hostile_titles", row="D13", summary="SQL, format strings and paths in titles", scope="article", story=_ordinary(_hostile)),
    Fault(name="file_names", row="D14", summary="attachments named ../../x.pdf, CON.pdf, 300 letters, RTL override, …", scope="article", story=_ordinary(_file_names)),
    Fault(name="dead_images", row="D16", summary="images on a host that is gone", scope="article", story=_dead_images),
)  # fmt: skip

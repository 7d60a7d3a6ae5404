"""Writes the pages of a large SharePoint portal to a folder, once, for a web server to serve as they are."""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from portal_crawler.platforms.sharepoint.addresses import clean_url
from portal_crawler.sample_portal import writer
from portal_crawler.sample_portal.exchange import Request
from portal_crawler.sample_portal.model import Paragraph, body_text
from portal_crawler.sample_portal.routes import Portal
from portal_crawler.sample_portal.specials import special_at
from portal_crawler.sample_portal.truth import truth
from portal_crawler.sample_portal.visit import Visit, Visits
from portal_crawler.sample_portal.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from portal_crawler.sample_portal.model import Block, Story
    from portal_crawler.sample_portal.world import Item

#: Characters of an article, and bytes of a page, as on the portals whose pages were measured (about 6,000 and 100 kB).
BODY = 6_000
PAGE = 100_000
_VERSION = 6
_MOMENT = datetime(2025, 5, 1, 8, 0, tzinfo=UTC)
_HREF = re.compile(r'href="([^"]+)"')


def write_site(folder: Path, base: str, articles: int, seed: int = 5) -> dict[str, int]:
    """Write every page that can be reached by links from the start page; returns how many of each kind.

    A page's file has the name of its request (path and query as printed) under `pages/`; `truth.json` stands beside.
    What is there already from an earlier run is kept.
    """
    wanted = {"version": _VERSION, "articles": articles, "seed": seed, "base": base}
    made = folder / "site.json"
    if made.exists() and (found := json.loads(made.read_text(encoding="utf-8")))["wanted"] == wanted:
        counts: dict[str, int] = found["counts"]
        return counts
    shutil.rmtree(folder, ignore_errors=True)
    world = World(count=articles, seed=seed)
    world.rewrites.append(_lengthen(articles, seed))
    pages = Pages(folder / "pages", base, world, pad=True)
    pages.write()
    counts = dict(Counter(pages.kinds.values()))
    (folder / "truth.json").write_text(
        json.dumps(truth(world, base, "get", lambda _: []), ensure_ascii=False), encoding="utf-8"
    )
    made.write_text(json.dumps({"wanted": wanted, "counts": counts}), encoding="utf-8")
    return counts


class _Visit(Visit):
    """A visit that always happens at the same second."""

    def digest(self) -> str:
        return super().digest().partition(",")[0] + f",{_MOMENT:%d %b %Y %H:%M:%S} -0000"

    def now(self) -> datetime:
        return _MOMENT


class _OneVisit(Visits):
    """What differs at each visit of a page is told by its address, so that a page written again is the same."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self._number = zlib.crc32(target.encode()) % 100_000

    def new(self) -> Visit:
        return _Visit(self._number)


class Pages:
    """The pages of a world in a folder; `pad` brings them to the size of real ones.

    `kinds` says after `write` what each path and query led to ("home", "listing", "article", …).
    """

    def __init__(self, folder: Path, base: str, world: World, *, pad: bool) -> None:
        self._folder, self._base, self._pad = folder, base, pad
        self.world = world
        self.kinds: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def write(self) -> None:
        """Write what links lead to; a page that is there and says the same is left as it is, with its time."""
        portal = Portal(world=self.world, pager="get", base=self._base)
        self.kinds, self._first = {}, {}
        todo, known = ["/"], {"/"}
        while todo:
            target = todo.pop()
            portal.visits = _OneVisit(target)
            request = Request(method="GET", target=target)
            answer = portal.answer(request)
            if answer.status != 200 or "html" not in answer.header("Content-Type"):
                continue
            self.kinds[target] = answer.kind
            text = answer.body.decode()
            for link in self._links(target, text):
                if link not in known:
                    known.add(link)
                    todo.append(link)
            plain = clean_url(self._base, self._base + target).removeprefix(self._base)
            if plain.lower() not in self._first:  # letter case makes no other page
                self._first[plain.lower()] = target
                self._keep(target, _padded(text) if self._pad else text)
            item = portal.locate(request)
            self._link(target, plain, item.path if item and item.path.lower() == plain.lower() else plain)

    def _links(self, target: str, text: str) -> Iterator[str]:
        for href in _HREF.findall(text):
            parts = urlsplit(urljoin(self._base + target, html.unescape(href)))
            link = parts.path + (f"?{parts.query}" if parts.query else "")
            if f"{parts.scheme}://{parts.netloc}" == self._base and "/_layouts/" not in link:
                yield link

    def _keep(self, target: str, text: str) -> None:
        file = self._file(target)
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _link(self, target: str, plain: str, own: str) -> None:
        """A real server knows every spelling of an address, as printed, plain, and its own: all are the page met first."""
        for one in (target, plain, own):
            if not (file := self._file(one)).exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.hardlink_to(self._file(self._first[plain.lower()]))

    def _file(self, target: str) -> Path:
        return self._folder / (target.lstrip("/") or "index")


def _lengthen(articles: int, seed: int) -> Callable[[Item, Story], Story]:
    """Ordinary articles get further paragraphs, from the same place in other worlds, up to the usual length."""
    others = [World(count=articles, seed=seed + more) for more in (100, 200, 300, 400)]
    known: dict[int, Story] = {}

    def longer(item: Item, story: Story) -> Story:
        if special_at(item.index) is not None or not story.blocks:
            return story
        if item.index not in known:
            more = (block for other in others for block in writer.write(other, other.items[item.index]).blocks)
            known[item.index] = _with_more(story, more)
        return known[item.index]

    return longer


def _with_more(story: Story, more: Iterable[Block]) -> Story:
    blocks, length = list(story.blocks), len(body_text(story))
    for block in more:
        if length >= BODY:
            break
        if isinstance(block, Paragraph) and block.kind == "text":
            blocks.insert(-1, block)
            length += sum(len(run.text) for run in block.runs)
    return replace(story, blocks=tuple(blocks))


def _padded(text: str) -> str:
    """The page with the rest of the ribbon and of the scripts that SharePoint sends to everybody."""
    missing = PAGE - len(text.encode())
    if missing <= 0:
        return text
    ribbon, scripts = _chrome()
    shown = text.replace("</form>", ribbon[: missing // 2].rpartition("<li ")[0] + "</ul></div></form>", 1)
    return shown.replace("</head>", scripts[: missing // 2].rpartition("\n")[0] + "\n//]]></script></head>", 1)


def _chrome() -> tuple[str, str]:
    rng = random.Random("chrome")
    tabs = "".join(
        f'<li class="ms-cui-tt" id="Ribbon.Tab{at}-title" role="tab"><a class="ms-cui-tt-a" href="javascript:;" title="{rng.getrandbits(40):x}">'
        f'<span class="ms-cui-ctl-largelabel"><img alt="" src="/_layouts/15/1033/images/formatmap32x32.png" style="top:-{rng.randrange(500)}px" />'
        f"Ribbon {at}</span></a></li>"
        for at in range(400)
    )
    sods = "\n".join(
        f'RegisterSod("part{at}.js", "\\u002f_layouts\\u002f15\\u002fpart{at}.js?rev={rng.getrandbits(64):016x}");'
        for at in range(1200)
    )
    return (
        f'<div id="Ribbon" class="noindex" style="display:none"><ul>{tabs}',
        f'<script type="text/javascript">//<![CDATA[\n{sods}',
    )

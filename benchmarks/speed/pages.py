"""Writes the pages of a large SharePoint portal to a folder, once, for a web server to serve as they are."""

from __future__ import annotations

import html
import json
import random
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from portal_crawler.platforms.sharepoint.addresses import clean_url
from portal_crawler.sample_portal import writer
from portal_crawler.sample_portal.exchange import Request
from portal_crawler.sample_portal.model import Paragraph, body_text
from portal_crawler.sample_portal.routes import Portal
from portal_crawler.sample_portal.specials import special_at
from portal_crawler.sample_portal.truth import truth
from portal_crawler.sample_portal.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from portal_crawler.sample_portal.model import Block, Story
    from portal_crawler.sample_portal.world import Item

#: Characters of an article, and bytes of a page, as on the portals whose pages were measured (about 6,000 and 100 kB).
BODY = 6_000
PAGE = 100_000
_VERSION = 4
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
    pages = folder / "pages"
    pages.mkdir(parents=True)
    world = World(count=articles, seed=seed)
    world.rewrites.append(_lengthen(articles, seed))
    portal = Portal(world=world, pager="get", base=base)
    counts = _walk(portal, base, pages)
    (folder / "truth.json").write_text(
        json.dumps(truth(world, base, "get", lambda _: []), ensure_ascii=False), encoding="utf-8"
    )
    made.write_text(json.dumps({"wanted": wanted, "counts": counts}), encoding="utf-8")
    return counts


def _walk(portal: Portal, base: str, pages: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    todo, known = ["/"], {"/"}
    while todo:
        target = todo.pop()
        answer = portal.answer(Request(method="GET", target=target))
        if answer.status != 200 or "html" not in answer.header("Content-Type"):
            continue
        counts[answer.kind] = counts.get(answer.kind, 0) + 1
        text = answer.body.decode()
        for href in _HREF.findall(text):
            parts = urlsplit(urljoin(base + target, html.unescape(href)))
            link = parts.path + (f"?{parts.query}" if parts.query else "")
            if f"{parts.scheme}://{parts.netloc}" == base and link not in known and "/_layouts/" not in link:
                known.add(link)
                todo.append(link)
        file = pages / (target.lstrip("/") or "index")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_padded(text), encoding="utf-8")
        plain = pages / clean_url(base, base + target).removeprefix(base).lstrip("/")
        if target != "/" and not plain.exists():  # a real server knows every spelling of an address
            plain.parent.mkdir(parents=True, exist_ok=True)
            plain.hardlink_to(file)
    return counts


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

"""The sample portal: what it serves is what its truth says, by every way in, as often as one asks."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import struct
import zlib
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.cast import draw_cast, texts
from portal_crawler.sample_portal.language import Teller
from portal_crawler.sample_portal.media import HEIGHT, WIDTH
from portal_crawler.sample_portal.model import body_text
from portal_crawler.sample_portal.pagers import PAGERS, PagerName
from portal_crawler.sample_portal.sections import SECTIONS, encoded
from portal_crawler.sample_portal.specials import PERIOD, SPECIALS
from portal_crawler.sample_portal.world import World
from tests.crawl.portal_reader import ask, hidden_form, item_paths, links, seen, tidy, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWEST = "/Pages/tin-tuc-su-kien.aspx"


Shingles = frozenset[tuple[str, str, str]]


@pytest.fixture(scope="module")
def portal() -> Iterator[SamplePortal]:
    with SamplePortal(articles=60, seed=1) as running:
        yield running


def test_the_same_seed_makes_the_same_portal() -> None:
    first, second, other = World(count=80, seed=5), World(count=80, seed=5), World(count=80, seed=6)
    stories = [[body_text(world.story(item)) for item in world.items] for world in (first, second, other)]
    assert stories[0] == stories[1]
    assert [item.path for item in first.items] == [item.path for item in second.items]
    assert not set(filter(None, stories[0])) & set(filter(None, stories[2]))


def test_every_article_shows_what_the_truth_says(portal: SamplePortal) -> None:
    for article in portal.truth()["articles"]:
        shown = seen(ask(portal, article["url"]).text)
        for line in filter(
            None, [article["title"], article["author"], article["category"], *article["body_text"].split("\n")]
        ):
            assert tidy(line) in shown, (article["kind"], line)
        for image in article["images"]:
            assert image["credit"] in image["caption"]


def test_every_address_of_an_article_leads_to_it(portal: SamplePortal) -> None:
    for article in portal.truth()["articles"]:
        for url in article["urls"]:
            answer = ask(portal, url)
            assert answer.status == 200
            assert tidy(article["title"]) in seen(answer.text), url


def test_noisy_addresses_of_an_article_have_one_key(portal: SamplePortal) -> None:
    keys: dict[str, str] = {}
    for article in portal.truth()["articles"]:
        plain = [url for url in article["urls"] if "/chuyen-de/" not in url]
        assert len({source_key(url) for url in plain}) == 1, plain
        assert keys.setdefault(source_key(plain[0]), article["url"]) == article["url"]


def test_the_second_path_names_the_first_as_canonical(portal: SamplePortal) -> None:
    twin = next(article for article in portal.truth()["articles"] if article["kind"] == "twin")
    second = next(url for url in twin["urls"] if "/chuyen-de/" in url)
    assert f'<link rel="canonical" href="{twin["url"]}"' in ask(portal, second).text
    assert second.removeprefix(portal.portal.base) in links(ask(portal, "/").text)


def test_sixty_articles_hold_every_special_one() -> None:
    kinds = {item.kind for item in World(count=60).items}
    assert {special.kind for special in SPECIALS.values()} <= kinds
    assert max(SPECIALS) < 60 < PERIOD


def test_special_articles_are_what_they_claim(portal: SamplePortal) -> None:
    by_kind = {article["kind"]: article for article in portal.truth()["articles"] if article["kind"] != "plain"}
    assert by_kind["photo_only"]["body_text"] == ""
    assert by_kind["photo_only"]["images"]
    assert not by_kind["no_photo"]["images"]
    assert by_kind["no_photo"]["body_text"]
    only_file = by_kind["attachment_only"]
    assert only_file["body_text"] == ""
    assert only_file["attachments"]
    assert not only_file["images"]
    assert by_kind["alternate_link"]["alternate_url"].startswith("http://baovamsa.example/")
    assert by_kind["same_title"]["title"] == by_kind["same_title_again"]["title"]
    assert by_kind["same_title"]["body_text"] != by_kind["same_title_again"]["body_text"]
    assert by_kind["impossible_date"]["published_at"] is None
    assert by_kind["no_date"]["published_at"] is None
    assert len(by_kind["date_only"]["published_at"]) == 10
    assert len(by_kind["thumbnail_only"]["images"]) == 1
    assert by_kind["no_author"]["author"] is None


def test_copies_name_the_first_publication(portal: SamplePortal) -> None:
    articles = {article["url"]: article for article in portal.truth()["articles"]}
    copies = [article for article in articles.values() if article["duplicate_of"]]
    assert {copy["duplicate_kind"] for copy in copies} == {"exact", "near"}
    for copy in copies:
        head = articles[copy["duplicate_of"]]
        assert head["published_at"] < copy["published_at"]
        assert (head["body_text"] == copy["body_text"]) == (copy["duplicate_kind"] == "exact")
        assert _overlap(_shingles(head["body_text"]), _shingles(copy["body_text"])) > 0.7


@pytest.mark.parametrize("count", [180, pytest.param(2000, marks=pytest.mark.slow)])
def test_no_two_other_articles_of_a_section_are_alike(count: int) -> None:
    world = World(count=count, seed=3)
    originals = [item for item in world.items if item.of is None or item.kind == "same_title_again"]
    for section in SECTIONS:
        bodies = [body_text(world.story(item)) for item in originals if item.section is section]
        pairs = itertools.combinations([_shingles(body) for body in bodies if body], 2)
        assert max((_overlap(one, two) for one, two in pairs), default=0.0) < 0.5


def test_every_frame_of_the_text_banks_can_be_told() -> None:
    rng = random.Random(1)
    values = draw_cast(rng, datetime.fromisoformat("2018-10-26T08:30")) | {"nguoidan_noi": "“…”"}
    teller = Teller(rng, values)
    frames = [frame for bank in ("common", *(section.texts for section in SECTIONS)) for frame in _strings(texts(bank))]
    assert len(frames) > 450
    for frame in frames:
        told = teller.tell(frame)
        assert told.strip(), frame
        assert not re.search(r"[{}|]|  |\.\.$", told), frame


@pytest.mark.parametrize("pager", PAGERS)
def test_each_pager_leads_to_every_listed_article(pager: PagerName) -> None:
    with SamplePortal(articles=180, seed=2, pager=pager) as portal:
        for section in SECTIONS:
            expected = [item.path for item in portal.world.listed[section.code]]
            shown = walk(portal, encoded(section.listing))
            ours = [path for path in shown if path in set(expected)]
            assert list(dict.fromkeys(ours)) == expected, section.code
        assert any(len(rows) > 20 for rows in portal.world.listed.values())


@pytest.mark.parametrize("pager", ["postback", "updatepanel"])
def test_a_foreign_view_state_is_refused(pager: PagerName) -> None:
    with SamplePortal(articles=120, pager=pager) as portal:
        form = hidden_form(ask(portal, NEWEST).text) | {"__EVENTTARGET": "ctl00$x$lnkNext"}
        assert ask(portal, NEWEST, form=form).status == 500
        elsewhere = hidden_form(ask(portal, "/giao-duc-y-te/Pages/default.aspx").text)
        assert ask(portal, NEWEST, form=elsewhere).status == 500


def test_beyond_the_end_of_a_list_is_no_404(portal: SamplePortal) -> None:
    answer = ask(portal, f"{NEWEST}?Page=99")
    assert answer.status == 200
    assert "cannot be found" in answer.text
    assert not item_paths(portal, answer.text)


def test_routes_of_the_truth_are_the_routes_of_the_pages(portal: SamplePortal) -> None:
    articles = portal.truth()["articles"]
    base = portal.portal.base
    listed = set(item_paths(portal, ask(portal, "/").text))
    for section in SECTIONS:
        listed |= set(walk(portal, encoded(section.listing)))
    related = {
        path for article in articles for path in item_paths(portal, _related_part(ask(portal, article["url"]).text))
    }
    feeds = "".join(ask(portal, f"/_layouts/15/listfeed.aspx?List=%7B{section.guid}%7D").text for section in SECTIONS)
    sitemap = ask(portal, "/sitemap.xml").text
    for article in articles:
        path = article["url"].removeprefix(base)
        escaped = article["url"].replace("&", "&amp;")
        routes = {
            "listing": path in listed, "related": path in related, "feed": f"<link>{escaped}</link>" in feeds,
            "sitemap": f"<loc>{escaped}</loc>" in sitemap, "ids": bool(re.search(r"[?&](?:ItemID|nid|ID)=", path)),
        }  # fmt: skip
        assert [name for name, found in routes.items() if found] == article["found_by"], article["kind"]
    hidden = [tuple(article["found_by"]) for article in articles if "listing" not in article["found_by"]]
    assert {("related",), ("ids",), ("sitemap",), ("feed", "ids")} <= set(hidden)


def test_pages_differ_at_each_visit_and_the_counter_grows(portal: SamplePortal) -> None:
    article = next(one for one in portal.truth()["articles"] if one["layout"] == "vendor")
    first, second = (ask(portal, article["url"]) for _ in range(2))
    counts = [int(re.findall(r"Lượt người xem: (?:&#160;)+<span>(\d+)", one.text)[0]) for one in (first, second)]
    assert counts[1] == counts[0] + 1 > article["views_at_least"]
    states = [hidden_form(one.text) for one in (first, second)]
    for name in ("__VIEWSTATE", "__EVENTVALIDATION", "__REQUESTDIGEST"):
        assert states[0][name] != states[1][name]
    assert 30_000 < len(states[0]["__VIEWSTATE"]) < 42_000
    assert "etag" not in first.headers
    assert "last-modified" not in first.headers


def test_files_are_real_and_have_validators(portal: SamplePortal) -> None:
    kinds = set()
    for article in portal.truth()["articles"]:
        for url, digest in article["media"].items():
            answer = ask(portal, url)
            assert hashlib.sha256(answer.body).hexdigest() == digest
            assert ask(portal, url, headers={"If-None-Match": answer.headers["etag"]}).status == 304
            kinds.add(_kind_of_file(answer.body))
    assert kinds == {"jpeg", "png", "pdf"}


def test_services_are_closed_and_robots_name_the_rules(portal: SamplePortal) -> None:
    assert ask(portal, "/_api/web/lists").status == 401
    assert "Disallow: /_layouts/" in ask(portal, "/robots.txt").text
    assert ask(portal, "/_layouts/15/Authenticate.aspx").status == 302


def test_a_detail_page_without_its_key_is_an_empty_shell(portal: SamplePortal) -> None:
    answer = ask(portal, "/Pages/chi-tiet-tin.aspx")
    assert answer.status == 200
    assert "Content Type: Tin Tức Mở Rộng" in answer.text
    assert ask(portal, "/Pages/chi-tiet-tin.aspx?ItemID=99999").status == 404


def test_the_world_changes_and_the_truth_with_it() -> None:
    with SamplePortal(articles=60) as portal:
        before = {article["url"]: article for article in portal.truth()["articles"]}
        plain = [
            article for article in before.values() if article["kind"] == "plain" and article["layout"] == "publishing"
        ]
        edited = portal.edit(
            plain[0]["url"], title="Tiêu đề mới", text="Thêm một câu.", when=datetime.fromisoformat("2020-01-02T08:00")
        )
        gone = portal.remove(plain[1]["url"], how="410")
        soft = portal.remove(plain[2]["url"], how="soft")
        moved = portal.move(plain[3]["url"])
        new = portal.add(3)
        after = {article["url"]: article for article in portal.truth()["articles"]}
        assert after[edited]["title"] == "Tiêu đề mới"
        assert after[edited]["body_text"].removeprefix(before[edited]["body_text"]).strip() == "Thêm một câu."
        assert after[edited]["published_at"].startswith("2020-01-02")
        assert ask(portal, gone).status == 410
        assert after[gone]["state"] == "gone"
        assert "Bài viết không tồn tại" in ask(portal, soft).text
        assert after[soft]["found_by"] == []
        assert ask(portal, plain[3]["url"]).headers["location"] == moved
        assert plain[3]["url"] in after[moved]["urls"]
        assert plain[3]["url"] not in after
        assert set(after) - set(before) == {*new, moved}
        assert all(ask(portal, url).status == 200 for url in new)


def test_a_world_after_some_steps_is_always_the_same() -> None:
    first, second = World(count=60, seed=4, steps=3), World(count=60, seed=4, steps=3)
    assert first.changes == second.changes
    assert len(first.items) == 69
    assert [bool(change.gone) for change in first.changes.values()].count(True) == 3
    unchanged = World(count=60, seed=4).items
    assert [item.path for item in first.items[:60]] == [item.path for item in unchanged]


def test_the_log_tells_every_request(portal: SamplePortal) -> None:
    at = len(portal.requests)
    ask(portal, "/robots.txt")
    ask(portal, "/nowhere.aspx")
    assert [tuple(one) for one in portal.requests[at:]] == [("GET", "/robots.txt", 200), ("GET", "/nowhere.aspx", 404)]
    assert len(portal.times) == len(portal.requests)
    assert portal.most_in_flight >= 1


def _related_part(page: str) -> str:
    """The page without its first heading and menus: body links and the list of other news."""
    main = page.partition('id="DeltaPlaceHolderMain"')[2].partition('<div class="cp-right')[0]
    return main.replace("&#58;", ":")


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [part for name, part in value.items() if name not in ("tables", "name", "offices")]
    parts = value if isinstance(value, list) else ()
    return [text for part in parts for text in _strings(part)]


def _shingles(text: str) -> Shingles:
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _overlap(one: Shingles, two: Shingles) -> float:
    """Jaccard's index."""
    common = len(one & two)
    return common / (len(one) + len(two) - common)


def _kind_of_file(body: bytes) -> str:
    """The type of a file that is whole; fails for one that is not."""
    if body.startswith(b"\x89PNG"):
        data = body[body.index(b"IDAT") + 4 : -16]
        assert len(zlib.decompressobj().decompress(data)) == (WIDTH // 4 * 3 + 1) * (HEIGHT // 4)
        return "png"
    if body.startswith(b"%PDF-"):
        start = int(body.rstrip().split(b"\n")[-2])
        assert body[start : start + 4] == b"xref"
        assert body.endswith(b"%%EOF\n")
        return "pdf"
    frame = body.index(b"\xff\xc0")
    assert body.startswith(b"\xff\xd8")
    assert body.endswith(b"\xff\xd9")
    assert struct.unpack(">HH", body[frame + 5 : frame + 9]) == (HEIGHT, WIDTH)
    return "jpeg"

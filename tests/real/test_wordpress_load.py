"""The whole way into a real WordPress: load, verify, load again, edits on both sides, a kill, and back out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, closing
from html import escape
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import value
from tests.export.servers import front
from tests.real.mariadb import MariaDB, missing_mariadb
from tests.real.story import LOST, Story
from tests.real.wordpress import WordPress, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LACKING = missing()
pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(LACKING), reason=f"{LACKING}; run `make test-real`")]
#: The database under WordPress -> articles of the portal. The collation trap needs the other database, not the number.
SYSTEMS = {"sqlite": 200, "mariadb": 60}
TEXT = "Một câu được thêm vào sau khi đăng."


def _lead_astray(path: Path) -> None:
    """Give the first two rules of a map each other's target, and take the third away."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    first, second, third = [at for at, line in enumerate(lines) if "|" in line and '" "/' in line][:3]
    (one, old), (other, new) = (lines[at].rsplit(" ", 1) for at in (first, second))
    assert old != new
    lines[first], lines[second], lines[third] = f"{one} {new}", f"{other} {old}", ""
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module", params=SYSTEMS)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    system, folder = request.param, tmp_path_factory.mktemp("load")
    with ExitStack() as stack:
        if system == "mariadb" and (lacking := missing_mariadb()):
            pytest.skip(f"{lacking}; run `make test-real`")
        portal = stack.enter_context(SamplePortal(articles=SYSTEMS[system], seed=1))
        mariadb = stack.enter_context(MariaDB()) if system == "mariadb" else None
        site = stack.enter_context(WordPress(folder, mariadb))
        told = Story(portal=portal, site=site, db=folder / "portal.db", articles=SYSTEMS[system])
        told.crawl()
        told.killed_load(posts=7)
        told.tell("first", "load")
        told.tell("verified", "verify", "--report", folder / "verified")
        told.tell("again", "load")
        redirects = folder / "redirects"
        exported = told.run("export", "redirects", str(redirects), "--db", str(told.db))
        assert exported.returncode == 0, exported.stderr
        with front(site.url, redirects, folder / "nginx") as base:
            told.tell("old addresses", "verify", "--old-addresses", base)
        _lead_astray(redirects / "nginx" / "portal-redirects.http.conf")
        with front(site.url, redirects, folder / "nginx-astray") as base:
            told.tell("led astray", "verify", "--old-addresses", base)
        plain = [
            one["url"] for one in portal.truth()["articles"] if one["kind"] == "plain" and "listing" in one["found_by"]
        ]
        told.edited_at_source = told.uid(portal.edit(plain[0], text=TEXT))
        told.edited_in_both = told.uid(portal.edit(plain[1], title="Tiêu đề mới ở cổng cũ"))
        told.edited_in_cms = told.uid(plain[2])
        for uid in (told.edited_in_both, told.edited_in_cms):
            site.php(
                f"$post = get_post({told.target(uid)});"
                "wp_update_post(wp_slash(['ID' => $post->ID, 'post_content' => $post->post_content . '<p>Biên tập lại.</p>']));"
            )
        told.crawl("--full")
        told.tell("dry", "load", "--dry-run")
        told.tell("after edits", "load")
        told.tell("verified after edits", "verify")
        with told.lossy_site():
            told.lost = told.uid(portal.edit(plain[3], text=LOST))
            told.crawl("--full")
            told.tell("lossy", "load")
            told.tell("verified lossy", "verify")
        yield told


def test_a_load_killed_halfway_goes_on_and_makes_nothing_twice(story: Story) -> None:
    first = story.told["first"]
    count = value(story.db, "SELECT count(*) FROM articles WHERE state IN ('live', 'gone')")
    assert first["created"] + first["unchanged"] == story.articles == count
    assert 7 <= first["unchanged"] < story.articles
    assert story.codes["first"] == 0
    assert story.posts() == story.articles


def test_every_field_of_every_article_is_in_the_target(story: Story) -> None:
    verified = story.told["verified"]
    assert verified["counts"] == dict.fromkeys(("source", "database", "expected", "found"), story.articles)
    assert verified["unexplained"] == 0, verified["articles"][:3]
    assert story.codes["verified"] == 0
    checked = verified["checked"]
    for name in ("article", "text", "title", "summary", "status", "section", "author", "links"):
        assert checked[name] == story.articles, name
    assert checked["date_local"] == checked["date_utc"] > story.articles * 0.9
    assert checked["image"] == value(story.db, "SELECT count(*) FROM article_media WHERE kind = 'image'")


def test_the_report_stands_by_itself_in_both_languages(story: Story) -> None:
    page = (story.db.parent / "verified" / "verification.html").read_text(encoding="utf-8")
    assert "Biên bản đối chiếu dữ liệu" in page
    assert "Verification of the migrated data" in page
    assert "<script" not in page
    assert "<link" not in page


def test_an_editor_sees_the_old_address_of_every_article(story: Story) -> None:
    code = "global $wpdb; echo json_encode($wpdb->get_results(\"SELECT meta_value FROM $wpdb->postmeta WHERE meta_key='%s'\"));"
    for name, column in (("source_url", "url"), ("source_uid", "uid"), ("source_byline", "author")):
        found = [row["meta_value"] for row in json.loads(story.site.php(code % name))]
        with closing(sqlite3.connect(story.db)) as conn:
            wanted = [
                value or ""
                for (value,) in conn.execute(f"SELECT {column} FROM articles WHERE state IN ('live', 'gone')")
            ]
        assert sorted(found) == sorted(wanted)


def test_the_old_address_stands_below_the_editor(story: Story) -> None:
    uid, url = story.row("SELECT uid, url FROM articles WHERE state = 'live' ORDER BY uid LIMIT 1")
    shown = story.site.php(
        "require_once ABSPATH . 'wp-admin/includes/admin.php'; set_current_screen('post');"
        f"$post = get_post({story.target(uid)}); do_action('add_meta_boxes_post', $post); do_meta_boxes('post', 'normal', $post);"
    )
    assert "Nguồn trên cổng cũ" in shown
    assert f'href="{escape(url)}"' in shown.replace("&#038;", "&amp;")
    assert uid in shown


def test_nobody_can_comment_on_old_articles(story: Story) -> None:
    code = "global $wpdb; echo $wpdb->get_var(\"SELECT count(*) FROM $wpdb->posts WHERE post_type='post' AND comment_status='open'\");"
    assert story.site.php(code) == "0"


def test_each_file_was_sent_once(story: Story) -> None:
    stored = value(story.db, "SELECT count(DISTINCT media_id) FROM article_media WHERE media_id IS NOT NULL")
    assert stored > 0
    assert int(story.site.php("echo array_sum((array) wp_count_attachments());")) == stored


def test_every_old_address_leads_through_the_web_server_to_the_right_text(story: Story) -> None:
    verified = story.told["old addresses"]
    assert verified["unexplained"] == 0, verified["articles"][:3]
    assert story.codes["old addresses"] == 0
    asked = {name.removeprefix("old address: "): count for name, count in verified["checked"].items() if ":" in name}
    assert set(asked) >= {"as seen", "letter case", "noise", "mobile", "parameter order", "padded id", "form"}
    public = "uid IN (SELECT uid FROM load_ledger WHERE json_extract(sent, '$.status') = 'publish')"
    known = value(
        story.db, f"SELECT count(*) FROM article_urls u JOIN articles a ON a.id = u.article_id WHERE {public}"
    )
    assert asked["as seen"] == known > story.articles
    assert sum(asked.values()) > 5 * known
    assert set(verified["not_asked"]) <= {"not_public"}


def test_addresses_that_lead_astray_are_found(story: Story) -> None:
    found = story.told["led astray"]
    assert story.codes["led astray"] == 3
    assert set(found["reasons"]) == {"redirect_elsewhere", "redirect_missing"}
    assert len(found["articles"]) in (2, 3), "two were exchanged, one has lost a rule"


def test_a_second_load_changes_nothing(story: Story) -> None:
    again = story.told["again"]
    assert (again["created"], again["updated"], again["unchanged"], again["media"]) == (0, 0, story.articles, 0)
    assert again["requests"] < 10


def test_only_the_article_edited_at_the_source_is_sent_and_edits_in_the_cms_are_kept(story: Story) -> None:
    after = story.told["after edits"]
    assert (after["created"], after["updated"], after["kept"]) == (0, 1, 2)
    assert story.codes["after edits"] == 3
    kept = {one["uid"]: one for one in after["conflicts"]}
    assert {uid: one["reason"] for uid, one in kept.items()} == {
        story.edited_in_both: "edited_in_both",
        story.edited_in_cms: "edited_in_target",
    }
    assert "Biên tập lại." in kept[story.edited_in_both]["difference"]
    assert story.site.php(f"echo get_post({story.target(story.edited_in_cms)})->post_content;").endswith(
        "Biên tập lại.</p>"
    )
    assert TEXT in story.site.php(f"echo get_post({story.target(story.edited_at_source)})->post_content;")


def test_a_dry_run_foretells_the_load(story: Story) -> None:
    dry, after = story.told["dry"], story.told["after edits"]
    assert [dry[name] for name in ("created", "updated", "unchanged", "kept")] == [
        after[name] for name in ("created", "updated", "unchanged", "kept")
    ]


def test_edits_in_the_cms_are_explained_differences(story: Story) -> None:
    verified = story.told["verified after edits"]
    assert verified["unexplained"] == 0, verified["articles"][:3]
    assert {one["uid"] for one in verified["articles"]} == {story.edited_in_both, story.edited_in_cms}
    assert set(verified["reasons"]) == {"edited_in_target"}


def test_what_the_target_lost_by_itself_is_an_unexplained_difference(story: Story) -> None:
    assert story.told["lossy"]["updated"] == 1
    found = story.told["verified lossy"]
    assert story.codes["verified lossy"] == 3
    by_uid = {one["uid"]: one["differences"] for one in found["articles"] if one["unexplained"]}
    assert [(one["reason"], one["expected"]) for one in by_uid[story.lost]] == [("text_differs", LOST)]
    others = [one for uid, differences in by_uid.items() if uid != story.lost for one in differences]
    assert others
    assert all(one["reason"] == "image_missing" and story.lost_file in one["expected"] for one in others)
    assert next(iter(by_uid)) == found["articles"][0]["uid"], "the worst come first"


def test_rollback_undoes_the_loads_and_spares_what_was_edited_since(story: Story) -> None:
    batches = (story.told["after edits"]["batch"], story.told["first"]["batch"])
    assert story.tell("rollback of the lossy", "load", "--rollback", story.told["lossy"]["batch"])["undone"] == 1
    last = story.tell("rollback of the update", "load", "--rollback", batches[0])
    assert (last["undone"], last["kept"]) == (1, 0)
    assert TEXT not in story.site.php(f"echo get_post({story.target(story.edited_at_source)})->post_content;")
    first = story.tell("rollback of the first", "load", "--rollback", batches[1])
    assert first["kept"] + first["undone"] == story.told["first"]["created"]
    killed = story.tell("rollback of the killed", "load", "--rollback", batches[1] - 1)
    spared = {one["uid"] for step in (first, killed) for one in step["conflicts"]}
    assert spared == {story.edited_in_both, story.edited_in_cms}
    assert story.posts() == 2
    assert story.tell("loaded anew", "load")["created"] == story.articles - 2
    assert story.posts() == story.articles

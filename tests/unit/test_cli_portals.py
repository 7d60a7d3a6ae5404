"""`portals` lists, shows, checks and makes profiles, and turns a page that is held into a test case."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from pipelines.items import Page
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.extract.page import read_page
from portal_crawler.page_case import differences, observed, read_case
from portal_crawler.profile import bundled_names, load_profile
from tests.crawl.live import TIMEOUT
from tests.unit.portal_pages import LEAD, PARAGRAPHS, TITLE, article_page, list_page

URL = "https://www.my-town.gov.vn/Lists/TinTuc/DispForm.aspx?ID=7"


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["portals", *map(str, words)])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "my_town.toml"
    run("new", "my_town", "https://www.my-town.gov.vn/", "--output", path)
    return path


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "saved.html"
    path.write_bytes(article_page())
    return path


# --- list, show, new


def test_list_names_every_bundled_profile():
    assert [one["name"] for one in json.loads(run("list", "--json"))] == bundled_names()
    assert "ben_tre_city" in run("list")


def test_show_prints_the_file_and_what_it_leaves_out():
    shown = run("show", "ben_tre_city")
    assert "# Host: U." in shown
    assert "# crawl.delay = 1.0" in shown
    assert "# dates.order" not in shown  # the file says it
    assert json.loads(run("show", "ben_tre_city", "--json"))["dates"]["order"] == "DMY"


def test_a_new_profile_is_valid_and_keeps_to_the_portals_host(profile):
    made = load_profile(str(profile))
    assert (made.name, made.title) == ("my_town", "www.my-town.gov.vn")
    assert (made.hosts, made.start_urls) == (("www.my-town.gov.vn",), ("https://www.my-town.gov.vn/",))


def test_a_new_profile_becomes_richer_by_removing_comment_signs(profile):
    lines = profile.read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("# [[sections]]"))
    richer = [line.removeprefix("# ") if at >= start else line for at, line in enumerate(lines)]
    profile.write_text("\n".join(richer), encoding="utf-8")
    made = load_profile(str(profile))
    assert made.sections
    assert made.layouts[0].body
    assert made.crawl.allow_private_hosts


def test_an_existing_profile_is_never_overwritten(profile):
    before = profile.read_bytes()
    assert "exists already" in run("new", "other", "https://other.gov.vn/", "--output", profile, code=1)
    assert profile.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "url"), [("My-Town", "https://a.gov.vn/"), ("my_town", "a.gov.vn"), ("my_town", "ftp://a.gov.vn/")]
)
def test_a_profile_that_would_not_load_is_not_written(tmp_path, name, url):
    path = tmp_path / "x.toml"
    run("new", name, url, "--output", path, code=1)
    assert not path.exists()


# --- check


def test_a_wrong_profile_is_refused_with_its_key(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('name = "x"\n', encoding="utf-8")
    assert "title is missing" in run("check", path, code=1)


def test_a_saved_page_is_told_field_by_field_with_the_rule_that_found_it(profile, page):
    told = json.loads(run("check", profile, "--page", page, "--json"))
    fields = told["pages"][0]["fields"]
    assert fields["title"]["value"] == TITLE
    assert fields["published_at"]["value"] == "2017-05-12"
    assert fields["body_text"]["value"].splitlines() == [LEAD, *PARAGRAPHS]
    assert all(fields[name]["rule"] for name in ("title", "published_at", "author"))
    shown = run("check", profile, "--page", page)
    assert TITLE in shown
    assert fields["title"]["rule"] in shown


def test_a_page_without_a_date_fails_the_check_and_says_which_field_is_missing(profile, page):
    page.write_bytes(article_page(date=""))
    told = json.loads(run("check", profile, "--page", page, "--json", code=1))
    assert told["pages"][0]["missing"] == ["published_at"]
    assert "published_at was not found" in run("check", profile, "--page", page, code=1)


def test_a_label_of_the_portals_own_mends_what_was_missing(profile, page):
    page.write_bytes(article_page(label="Ngày lên trang"))
    assert json.loads(run("check", profile, "--page", page, "--json", code=1))["pages"][0]["missing"] == [
        "published_at"
    ]
    with profile.open("a", encoding="utf-8") as file:
        file.write('[labels]\npublished = ["Ngày lên trang"]\n')
    assert json.loads(run("check", profile, "--page", page, "--json"))["ok"]


def test_a_page_that_is_no_article_fails_the_check_with_its_reason(profile, page):
    page.write_bytes(
        article_page(title="", date="").replace(LEAD.encode(), b"").replace(b"<p>", b"<!--").replace(b"</p>", b"-->")
    )
    told = json.loads(run("check", profile, "--page", page, "--json", code=1))
    assert told["pages"][0]["problem"]


def test_a_saved_list_is_told_by_its_links(profile, tmp_path):
    path = tmp_path / "list.html"
    path.write_bytes(
        list_page(*((f"/Lists/TinTuc/DispForm.aspx?ID={n}", f"Tin số {n} của thị xã", "12/05/2017") for n in (1, 2, 3)))
    )
    told = json.loads(run("check", profile, "--list", path, "--json"))
    assert [link["text"] for link in told["pages"][0]["links"]] == [f"Tin số {n} của thị xã" for n in (1, 2, 3)]
    assert "3 article links" in run("check", profile, "--list", path)
    path.write_bytes(list_page())
    run("check", profile, "--list", path, code=1)


def test_a_file_that_is_no_page_is_refused(profile, tmp_path):
    path = tmp_path / "x.html"
    path.write_bytes(b"%PDF-1.4")
    assert "not a page" in run("check", profile, "--page", path, code=1)


def test_a_live_check_crawls_three_articles_and_leaves_nothing_behind(httpserver, tmp_path):
    links = [(f"/Lists/TinTuc/DispForm.aspx?ID={n}", f"Tin số {n} của thị xã", "12/05/2017") for n in range(1, 6)]
    httpserver.expect_request("/").respond_with_data(list_page(*links), content_type="text/html; charset=utf-8")
    httpserver.expect_request("/Lists/TinTuc/DispForm.aspx").respond_with_data(
        article_page(), content_type="text/html; charset=utf-8"
    )
    httpserver.expect_request("/robots.txt").respond_with_data("", content_type="text/plain")
    path = tmp_path / "my_town.toml"
    address = httpserver.url_for("/").replace("localhost", "127.0.0.1")
    run("new", "my_town", address, "--output", path)
    with path.open("a", encoding="utf-8") as file:
        file.write("[crawl]\nallow_private_hosts = true\ndelay = 0\n")
    command = [sys.executable, "-m", "portal_crawler.cli", "portals", "check", path.name, "--live", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["crawl"]["verdict"]) == (0, "complete"), done.stderr
    assert [one["fields"]["title"]["value"] for one in told["pages"]] == [TITLE] * 3
    assert [one.name for one in tmp_path.iterdir()] == ["my_town.toml"]


# --- save-page


def test_a_page_from_a_file_becomes_a_case_that_a_person_must_read_once(profile, page, tmp_path):
    folder = tmp_path / "case"
    said = run("save-page", profile, URL, folder, "--file", page)
    assert 'delete its line "unread"' in said
    case = read_case(folder)
    assert case.unread
    assert (case.page.body, case.page.url) == (page.read_bytes(), URL)
    assert case.expected["title"] == TITLE
    assert case.expected["body_text"] == [LEAD, *PARAGRAPHS]
    expected = folder / "expected.json"
    lines = expected.read_text(encoding="utf-8").splitlines()
    expected.write_text("\n".join([lines[0], *lines[2:]]), encoding="utf-8")
    read = read_case(folder)
    assert not read.unread
    assert not differences(read.expected, read_page(read.page, load_profile(read.profile), "article"))


def test_a_page_from_the_database_keeps_its_header_and_its_time(profile, tmp_path):
    db = tmp_path / "portal.db"
    body = article_page().decode().encode("utf-16")
    captured = Page(
        url=URL, requested_url=f"{URL}&Source=%2F", body=body, captured_at="2025-06-30T08:00:00+07:00",
        headers=(("Content-Type", "text/html; charset=utf-16"),),
    )  # fmt: skip
    with Store.open(db) as store:
        run_id = store.begin_run("my_town", "news", {})
        store.save_capture(replace(captured, body=b"<html>older</html>"), run_id)
        store.save_capture(captured, run_id)
        store.save_capture(replace(captured, status=500, body=b"<html>down</html>"), run_id)
    run("save-page", profile, URL, tmp_path / "case", "--db", db)
    page = read_case(tmp_path / "case").page
    assert (page.body, page.captured_at, page.header("content-type")) == (
        body,
        captured.captured_at,
        "text/html; charset=utf-16",
    )
    run("save-page", profile, f"{URL}&Source=%2F", tmp_path / "other", "--db", db)  # by the address asked for
    assert "holds no page" in run(
        "save-page", profile, "https://www.my-town.gov.vn/x", tmp_path / "no", "--db", db, code=1
    )


def test_an_existing_case_is_rewritten_only_on_demand_and_is_then_unread_again(profile, page, tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "expected.json").write_text("{}", encoding="utf-8")
    assert "exists already" in run("save-page", profile, URL, folder, "--file", page, code=1)
    run("save-page", profile, URL, folder, "--file", page, "--rewrite")
    assert read_case(folder).unread


def test_a_case_outside_the_tree_finds_its_profile_wherever_it_is_moved_with_it(profile, page, tmp_path):
    run("save-page", profile, URL, tmp_path / "a" / "case", "--file", page)
    assert 'profile = "../../my_town.toml"' in (tmp_path / "a" / "case" / "meta.toml").read_text(encoding="utf-8")
    assert load_profile(read_case(tmp_path / "a" / "case").profile).name == "my_town"


def test_a_difference_names_the_field_with_both_values(page, profile):
    reading = read_page(Page(url=URL, body=page.read_bytes()), load_profile(str(profile)), "article")
    expected = observed(reading) | {"author": "Ai đó"}
    assert differences(expected, reading) == {"author": ("Ai đó", "Lê Minh Châu")}
    assert differences({"problem": "no_body"}, reading)["problem"] == ("no_body", None)

"""The report of a run: verdict first, changes that can be read, failures with their page, and nothing that runs or loads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner

from pipelines.items import Failure, Page
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.run_report.words import FIELDS, VERDICTS, WORDS
from portal_crawler.tally import Tally
from portal_crawler.verdict import EXIT_CODES
from tests.storage.data import PORTAL, article

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
BAD_PAGE = (
    '<html><head><link rel="stylesheet" href="http://evil.example/a.css"><script>alert(3)</script></head>'
    '<body onload="alert(4)"><h1>Đã xảy ra lỗi</h1><img src="http://evil.example/a.png"><a href="http://evil.example/">x</a></body></html>'
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: in the second an article was edited, one came, and one failed with a page."""
    path = tmp_path_factory.mktemp("report") / "portal.db"
    with Store.open(path, command=f"crawl {PORTAL}") as store:
        first = store.begin_run(PORTAL, "news", {})
        store.save_article(article(1, body_text="Xã trồng 200 cây. Dân vui."), first)
        store.finish_run(first, "complete", 0, {"sentence": "All."}, Tally(new=1, requests=3, stored=1).to_json())
        run = store.begin_run(PORTAL, "news", {})
        edited = article(1, body_text="Xã trồng 300 cây. Dân vui.", captured_at="2024-06-01T08:00:00+07:00")
        store.save_article(replace(edited, title=f"Lễ trồng cây {HOSTILE}"), run)
        store.save_article(article(2), run)
        page = Page(
            url="http://xa.example/hong", status=500, body=BAD_PAGE.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),),
            captured_at="2024-06-01T08:00:00+07:00",
        )  # fmt: skip
        failure = Failure(
            url=page.url, stage="read", reason="http_500", detail=HOSTILE, capture_id=store.save_capture(page, run)
        )
        store.save_failure(failure, run, PORTAL)
        tally = Tally(new=1, changed=1, requests=4, stored=2)
        tally.count_article("Tin tức", ["title"])
        tally.count_article("", ["title", "author"])
        for gap in (None, 1.5):
            tally.count_request("xa.example", gap)
        evidence = {
            "sentence": "author is filled on 1 of 9 articles",
            "findings": ["author is filled on 1 of 9 articles"],
        }
        store.finish_run(run, "drifted", 5, evidence, tally.to_json())
    return path


def report(db: Path, tmp_path: Path, *more: str) -> str:
    target = tmp_path / "out" / "report.html"
    done = CliRunner().invoke(main, ["report", "--db", str(db), "-o", str(target), *more])
    assert done.exit_code == 0, done.output
    assert [one.name for one in target.parent.iterdir()] == ["report.html"]
    return target.read_text(encoding="utf-8")


def test_the_verdict_comes_first_with_its_reasons(db: Path, tmp_path: Path):
    page = lxml.html.fromstring(report(db, tmp_path))
    headings = [one.text_content() for one in page.iter("h2")]
    assert headings[0] == "DRIFTED: The pages are not what they were."
    assert "author is filled on 1 of 9 articles" in next(page.iter("li")).text_content()


def test_what_changed_can_be_read_word_by_word(db: Path, tmp_path: Path):
    page = lxml.html.fromstring(report(db, tmp_path))
    (changed,) = page.iter("article")
    assert "200" in [one.text_content().strip() for one in changed.iter("del")]
    assert "300" in [one.text_content().strip() for one in changed.iter("ins")]


def test_a_failure_shows_its_page_in_a_frame_that_can_do_nothing(db: Path, tmp_path: Path):
    page = lxml.html.fromstring(report(db, tmp_path))
    (frame,) = page.iter("iframe")
    assert frame.get("sandbox") == ""
    assert "Đã xảy ra lỗi" in frame.get("srcdoc")
    assert not re.search(r"evil\.example|script|onload", frame.get("srcdoc"))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_runs_and_nothing_is_loaded(db: Path, tmp_path: Path, language: str):
    page = lxml.html.fromstring(report(db, tmp_path, "--language", language))
    assert list(page.iter("script", "link", "img", "object", "embed", "base", "form")) == []
    assert [
        name for one in page.iter() for name in one.attrib if name in ("src", "href") or name.startswith("on")
    ] == []
    (policy,) = page.xpath("//meta[@http-equiv]/@content")
    assert "default-src 'none'" in policy
    (style,) = page.iter("style")
    assert "url(" not in style.text


def test_it_speaks_vietnamese(db: Path, tmp_path: Path):
    text = report(db, tmp_path, "2", "--language", "vi")
    assert 'lang="vi"' in text
    assert "Mẫu trang đã thay đổi." in text
    assert "nội dung" in text


def test_every_word_and_every_verdict_is_there_in_both_languages():
    for words in (WORDS, VERDICTS, FIELDS):
        assert words["en"].keys() == words["vi"].keys()
    assert VERDICTS["en"].keys() >= EXIT_CODES.keys() - {"locked"}


def test_a_run_that_is_not_there_is_told(db: Path):
    done = CliRunner().invoke(main, ["report", "99", "--db", str(db)])
    assert done.exit_code == 1
    assert "holds no run 99" in done.stderr

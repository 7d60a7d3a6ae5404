"""What machines are told of runs: a textfile that Prometheus reads, and a log with one object a line."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from pipelines.errors import ConfigurationError
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.json_log import JsonFormatter, tell
from portal_crawler.metrics import check_metrics
from portal_crawler.tally import Tally
from tests.storage.data import PORTAL, article


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "portal.db"
    with Store.open(path, command="crawl x") as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_article(article(), run)
        tally = Tally(
            stored=1, new=1, requests=7, slowest_fetch=0.4, fetch_seconds=2.0, read_seconds=1.0, commit_seconds=0.2
        )
        tally.count_article("Tin tức", ["title"])
        tally.count_article("Y tế", ["title", "author"])
        for gap in (None, 1.25):
            tally.count_request("xa.example", gap)
        store.finish_run(run, "partial", 3, {"sentence": "Not everything could be had."}, tally.to_json())
    return path


def test_the_textfile_is_what_prometheus_reads(db, tmp_path):
    target = tmp_path / "textfile" / "portal.prom"
    done = CliRunner().invoke(main, ["status", "--db", str(db), "--metrics", str(target)])
    assert (done.exit_code, done.output) == (0, "")
    samples = {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(target.read_text())
        for one in family.samples
    }
    portal = ("portal", PORTAL)
    assert samples["portal_crawler_verdict", portal, ("verdict", "partial")] == 1
    assert samples["portal_crawler_verdict", portal, ("verdict", "complete")] == 0
    assert samples["portal_crawler_articles", portal, ("state", "live")] == 1
    assert samples["portal_crawler_last_run_requests", portal] == 7
    assert samples["portal_crawler_shortest_gap_seconds", ("host", "xa.example"), portal] == 1.25
    assert [path.name for path in target.parent.iterdir()] == ["portal.prom"]


def test_without_the_extra_a_crawl_says_so_before_it_begins(monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match="extra"):
        check_metrics()


def test_status_shows_the_pace_and_the_fields_of_every_section(db):
    shown = CliRunner().invoke(main, ["status", "--db", str(db), "--run", "1"]).output
    assert "xa.example: 2 requests, never less than 1.25 s apart" in shown
    assert "waiting for answers 2.0 s (the slowest 0.40 s)" in shown
    assert ["Y", "tế", "1", "100%", "100%"] in [line.split() for line in shown.splitlines()]


def test_every_line_of_the_log_is_one_object(caplog):
    with caplog.at_level(logging.INFO):
        tell("article", run=3, url="http://xa.example/Tin mới", outcome="new")
        logging.getLogger("other").warning("two\nlines: %s", "ba")
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert all("\n" not in line for line in lines)
    first, second = map(json.loads, lines)
    assert (first["event"], first["run"], first["url"]) == ("article", 3, "http://xa.example/Tin mới")
    assert (second["level"], second["message"]) == ("warning", "two\nlines: ba")

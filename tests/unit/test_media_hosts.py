"""Further hosts may serve files where the profile says so, and nothing else."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request

from pipelines.errors import ConfigurationError
from portal_crawler.frontier.queue import Entry
from portal_crawler.middlewares.guard import GuardMiddleware, Refused
from portal_crawler.profile import parse_profile

TEXT = """
name = "xa_mau"
title = "Xã Mẫu"
hosts = ["xa.example"]
start_urls = ["http://xa.example/"]
[crawl]
allow_private_hosts = true
media_hosts = ["anh.example"]
"""
PICTURE = "http://anh.example/a.jpg"


def ask(url: str, kind: str | None = None) -> None:
    spider = SimpleNamespace(profile=parse_profile(TEXT, "test"))
    entry = Entry(url=url, kind=kind, fingerprint=url) if kind else None  # type: ignore[arg-type]
    guard = GuardMiddleware(SimpleNamespace(spider=spider))  # type: ignore[arg-type]
    asyncio.run(guard.process_request(Request(url, meta={"entry": entry} if entry else {})))


def test_a_file_may_come_from_a_further_host_and_its_robots_txt_is_asked() -> None:
    ask(PICTURE, "media")
    ask("http://anh.example/robots.txt")


@pytest.mark.parametrize(("url", "kind"), [(PICTURE, "article"), ("http://elsewhere.example/a.jpg", "media")])
def test_nothing_else_does(url: str, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(url, kind)
    assert refused.value.reason == "offsite"


def test_a_host_is_a_name_alone() -> None:
    with pytest.raises(
        ConfigurationError, match=r'crawl\.media_hosts\[1\] "http://anh\.example" must be a host name alone'
    ):
        parse_profile(TEXT.replace('"anh.example"', '"http://anh.example"'), "test")

"""`portal-crawler portals new`: the smallest profile that works, with comments that say how to go on."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import click

from pipelines.errors import ConfigurationError

TEMPLATE = """\
# Profile of one SharePoint news portal. These four keys are all that is needed: article fields, article links and
# pagers are found by what all SharePoint portals have in common. docs/new-portal.md explains every key.

name = {name}
title = {title}  # as readers know the portal
hosts = [{host}]  # no other host is ever asked; add the others that articles link to, such as the one without www.
start_urls = [{url}]  # the front page, or better the lists of news themselves

# What the defaults do not find, add below. First look:
#   portal-crawler portals check {path} --live

# [[sections]]                    # news sections by name; without any, the start page's menu is followed
# name = "Tin tức sự kiện"
# url = {url}

# [labels]                        # form labels that differ from SharePoint's own
# summary = ["Trích yếu"]

# [[layouts]]                     # selectors (CSS or XPath) for pages on which a field is not found
# name = "vendor"
# match = "div.chi-tiet"
# title = "h1.tieu-de"
# body = "div.noi-dung"

# [crawl]
# contact = "you@example.org"     # told to the server, so that its owner can reach you
# allow_private_hosts = true      # for a portal at 127.0.0.1 or in your own network
"""


@click.command()
@click.argument("name")
@click.argument("url")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write [default: NAME.toml]."
)
@click.option("--title", default="", help="The portal's title, as readers know it [default: its host].")
def new(name: str, url: str, output: Path | None, title: str) -> None:
    """Write a minimal profile of the portal at URL. An existing file is never overwritten.

    \b
    Example:
      portal-crawler portals new my_town https://www.my-town.gov.vn/
      portal-crawler portals new my_town https://www.my-town.gov.vn/ --output portals/my_town.toml
    """
    from portal_crawler.profile import parse_profile

    path = output or Path(f"{name}.toml")
    host = _host(url)
    values = {"name": name, "title": title or host, "host": host, "url": url}
    text = TEMPLATE.format(path=path, **{key: json.dumps(value, ensure_ascii=False) for key, value in values.items()})
    parse_profile(text, str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigurationError(f"{path}: exists already; give another file with --output, or edit it") from error
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}); give another file with --output"
        ) from error
    click.echo(f"Wrote {path}. Next: portal-crawler portals check {path} --live")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"{url}: not the address of a portal; write it as https://www.example.gov.vn/")
    return parts.netloc.rpartition("@")[2].lower()

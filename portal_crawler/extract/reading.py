"""What one page was read as: an article, a listing, both, or a page that must not be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipelines.items import Article, article_from_json

Expect = Literal["article", "listing", "any"]
Door = Literal["feed", "sitemap", "lists"]
PagerKind = Literal["get", "path", "paged", "postback", "updatepanel", "listdata"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link worth following, absolute and cleaned of noise parameters.

    `also` are other addresses by which the page links the same article, as written (with noise, in another case).
    `changed` is a sitemap's lastmod, as written. `text` is its visible text, `published` the date string printed beside it in the listing (raw),
    `image` the thumbnail's address; `route` says where it stood: "listing", "related", "feed", "sitemap", "api".
    """

    url: str
    text: str = ""
    published: str = ""
    image: str = ""
    route: str = "listing"
    also: tuple[str, ...] = ()
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The request that leads to the next page of a list.

    `form` are the (name, value) pairs of a POST body (post-back pagers), empty for GET.
    `number` is the page number it should show where the pager says so, 0 where it does not.
    """

    kind: PagerKind
    url: str
    method: Literal["GET", "POST"] = "GET"
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a page must not be trusted: a failure reason code and a sentence for a person."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """The reading of one page.

    `article` is set where the page is one. `links` are article links in page order, `sections` links to listing
    pages (menus, breadcrumbs, "more" links), `next` the pager's next step (at most one), `side_doors` addresses of
    feeds. `problem` says why neither could be had, or what is wrong with a page that was asked for as something else.
    """

    article: Article | None = None
    links: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()
    next: Step | None = None
    side_doors: tuple[str, ...] = ()
    problem: Problem | None = None


def reading_from_json(data: dict[str, Any]) -> PageReading:
    """A reading from its fields as JSON types, as they come through the pipe between the crawl and its extraction process."""
    article, step, problem = data["article"], data["next"], data["problem"]
    return PageReading(
        article=article_from_json(article) if article else None,
        links=tuple(_link(one) for one in data["links"]),
        sections=tuple(_link(one) for one in data["sections"]),
        next=_step(step) if step else None,
        side_doors=tuple(data["side_doors"]),
        problem=Problem(**problem) if problem else None,
    )


def _link(data: dict[str, Any]) -> Link:
    return Link(**{**data, "also": tuple(data["also"])})


def _step(data: dict[str, Any]) -> Step:
    pairs = {name: tuple((key, value) for key, value in data[name]) for name in ("form", "headers")}
    return Step(**{**data, **pairs})

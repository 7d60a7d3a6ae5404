"""Scores the reading of a saved page field by field against what a person expects of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipelines.text import clean_lines, clean_text
from pipelines.verify.compare import TokenScore, token_score
from portal_crawler.extract.page import read_page
from portal_crawler.profile import Profile, load_profile
from portal_crawler.quality.date_table import same_date

if TYPE_CHECKING:
    from pipelines.items import Article
    from portal_crawler.extract.reading import PageReading
    from portal_crawler.quality.cases import Case

#: The least share of expected words that must arrive, and of got words that must be expected, for a body to be right.
FLOOR = 0.995


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """One field of one page: right or wrong; `words` only for the text."""

    field: str
    right: bool
    expected: Any
    got: Any
    words: TokenScore | None = None


def score_case(case: Case, profile: str = "", floor: float = FLOOR) -> list[FieldScore]:
    """Every expected field of a case, read with the profile named, or the case's own, or the minimal one.

    Raises:
        ConfigurationError: page or profile cannot be read.
    """
    page = case.page()
    name = profile or case.profile
    reading = read_page(page, load_profile(name) if name else minimal_profile(page.url), "any")
    return [_score(field, expected, reading, floor) for field, expected in case.expected.items()]


def minimal_profile(url: str) -> Profile:
    """The least a portal needs, for a page of unknown origin."""
    parts = urlsplit(url)
    return Profile(name="page", title="", hosts=(parts.netloc,), start_urls=(f"{parts.scheme}://{parts.netloc}/",))


def _score(field: str, expected: Any, reading: PageReading, floor: float) -> FieldScore:
    article = reading.article
    if article is None:
        reason = reading.problem.reason if reading.problem else "not read as an article"
        words = TokenScore(recall=0.0, precision=0.0) if field == "text" else None
        return FieldScore(field=field, right=False, expected=expected, got=f"({reason})", words=words)
    got = _got(field, article)
    if field == "text":
        words = token_score(_text(expected), got)
        right = words.recall >= floor and words.precision >= floor
        return FieldScore(field=field, right=right, expected=expected, got=got, words=words)
    return FieldScore(field=field, right=_is_right(field, expected, got, article), expected=expected, got=got)


def _got(field: str, article: Article) -> Any:
    match field:
        case "date":
            return article.published_at
        case "text":
            return article.body_text
        case "captions":
            return [image.caption for image in article.images if image.caption]
        case "images":
            return [image.url for image in article.images]
        case "attachments":
            return [one.url for one in article.attachments]
        case _:
            return getattr(article, field)


def _is_right(field: str, expected: Any, got: Any, article: Article) -> bool:
    match field:
        case "date":
            return same_date(str(expected or ""), got or "", by_day=True)
        case "captions":
            body = article.body_text
            return all(
                clean_text(_text(one)) in (*got, body) or clean_text(_text(one)) in body for one in expected or ()
            )
        case "images" | "attachments":
            return [_path(_text(one)) for one in expected or ()] == [_path(one) for one in got]
        case "views":
            return expected in (None, "") or got == int(expected)
        case _:
            return clean_text(_text(expected)) == clean_text(got or "")


def _text(value: Any) -> str:
    """A value of a collection as text: lists are lines, records give their address or caption."""
    if isinstance(value, list | tuple):
        return "\n".join(_text(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("url") or value.get("src") or value.get("caption") or "")
    return clean_lines(str(value)) if value is not None else ""


def _path(url: str) -> str:
    return unquote(urlsplit(url).path)

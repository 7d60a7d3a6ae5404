"""Lets only articles through: what has no title or no content is refused with its reason, what is doubtful is flagged."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from pipelines.errors import Rejected
from pipelines.fold import fold
from pipelines.items import Article
from pipelines.legacy import legacy_encoding

#: Titles of pages that servers send with status 200 instead of an article (folded).
_ERROR_TITLE = re.compile(
    r"(?:error|loi|thong bao loi|sorry, something went wrong|access (?:denied|required)|runtime error|"
    r"server error in .{1,40} application|(?:40[134]|50[0234])\b.{0,40}|the resource cannot be found|page not found|"
    r"file not found|khong tim thay (?:trang|noi dung|bai viet).{0,40}|(?:bai viet|trang|noi dung|muc) (?:nay )?khong ton tai.{0,40}|"
    r"sign in|dang nhap|he thong dang bao tri.{0,40}|website dang (?:bao tri|nang cap).{0,40}|"
    r"xin loi, da xay ra (?:loi|su co).{0,40}|request rejected|service unavailable|bad gateway)[.!]?"
)
#: Sentences of the same pages; a text that holds one is an error page only while it is short.
_ERROR_TEXT = re.compile(
    r"correlation id: ?[0-9a-f]{8}-|sorry, something went wrong|an unexpected error has occurred|"
    r"the resource you are looking for|he thong dang (?:duoc )?bao tri|the requested url was rejected|"
    r"this page has been (?:deleted|removed)|bai viet (?:nay )?khong ton tai"
)
ERROR_PAGE_LENGTH = 600

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?")
#: A portal's clock may be ahead of ours by this much before its date counts as being in the future.
TOLERANCE = timedelta(hours=1)
#: No portal has older news (see portal_crawler/extract/date_choice.py).
FIRST_YEAR = 1990
_VIETNAM = timezone(timedelta(hours=7))


def validate(article: Article) -> Article:
    """The article with the flags of what a person should look at.

    Flags added: date_missing, date_impossible (the value was no date and is None now), date_implausible, date_in_future
    (later than `captured_at`), updated_before_published, legacy_encoding and legacy_encoding_<code>, no_text.

    Raises:
        Rejected: no_title, no_body (neither text, image, attachment nor a link instead), error_page.
    """
    if not article.title:
        raise Rejected("no_title", f"{article.url}: the page shows no title; it may be an empty shell or a listing")
    if _is_error_page(article):
        raise Rejected("error_page", f"{article.url}: the page says {article.title!r}, which is no article")
    if not (article.body_text or article.images or article.attachments or article.alternate_url):
        raise Rejected("no_body", f"{article.url}: no text, image, attachment or link stands under {article.title!r}")
    published, flags = _published(article)
    flags += _updated(article, published)
    if not article.body_text:
        flags.append("no_text")
    code = legacy_encoding(f"{article.title}\n{article.summary or ''}\n{article.body_text}")
    if code:
        flags += ["legacy_encoding", f"legacy_encoding_{code}"]
    return replace(article, published_at=published, flags=tuple(dict.fromkeys([*article.flags, *flags])))


def _is_error_page(article: Article) -> bool:
    if article.images or article.attachments or len(article.body_text) > ERROR_PAGE_LENGTH:
        return False
    return bool(_ERROR_TITLE.fullmatch(fold(article.title).strip()) or _ERROR_TEXT.search(fold(article.body_text)))


def _published(article: Article) -> tuple[str | None, list[str]]:
    if article.published_at is None:
        return None, ["date_missing"]
    moment = _moment(article.published_at)
    if moment is None:
        return None, ["date_missing", "date_impossible"]
    flags = []
    if moment.year < FIRST_YEAR:
        flags.append("date_implausible")
    captured = _captured(article.captured_at)
    if captured and moment > captured + TOLERANCE:
        flags.append("date_in_future")
    return article.published_at, flags


def _updated(article: Article, published: str | None) -> list[str]:
    """Days are compared, for a date without a clock says nothing of hours."""
    if article.updated_at and published and article.updated_at[:10] < published[:10]:
        return ["updated_before_published"]
    return []


def _moment(value: str) -> datetime | None:
    """The moment of a date as our records write it, midnight in Vietnam where it has no clock; None for any other text."""
    if not _DATE.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)


def _captured(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)


class ValidatePipeline:
    """Scrapy's door to `validate`; items other than articles pass through."""

    def process_item(self, item: Any) -> Any:
        """The article with its flags.

        Raises:
            scrapy.exceptions.DropItem: it was rejected; `__cause__` is the Rejected with its reason.
        """
        if not isinstance(item, Article):
            return item
        try:
            return validate(item)
        except Rejected as error:
            from scrapy.exceptions import DropItem  # here, so that the keeping runs without Scrapy

            raise DropItem(str(error)) from error

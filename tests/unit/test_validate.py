"""Validating: what is no article is refused with its reason, what is doubtful is flagged, nothing is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scrapy.exceptions import DropItem

from pipelines.errors import Rejected
from pipelines.items import Article, Attachment, Image
from pipelines.validate import ValidatePipeline, validate

ARTICLE = Article(
    portal="p",
    key="k",
    url="https://portal.example/a",
    title="Sơ kết đề án",
    published_at="2018-10-26T11:00:00+07:00",
    body_text="Thành ủy tổ chức hội nghị.",
    captured_at="2018-10-27T00:00:00+07:00",
)


def reason(article: Article) -> str:
    with pytest.raises(Rejected) as caught:
        validate(article)
    assert caught.value.detail
    return caught.value.reason


def test_a_sound_article_passes_unchanged() -> None:
    assert validate(ARTICLE) == ARTICLE


def test_no_title_is_no_article() -> None:
    assert reason(replace(ARTICLE, title="")) == "no_title"


def test_no_content_is_no_article_but_a_picture_a_file_or_a_link_is() -> None:
    empty = replace(ARTICLE, body_text="")
    assert reason(empty) == "no_body"
    for kept in (
        replace(empty, images=(Image(url="https://portal.example/a.jpg"),)),
        replace(empty, attachments=(Attachment(url="https://portal.example/a.pdf"),)),
        replace(empty, alternate_url="https://portal.example/b"),
    ):
        assert validate(kept).flags == ("no_text",)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Error", "Sorry, something went wrong"),
        ("Sơ kết", "Đã xảy ra lỗi. Correlation ID: 8a3f9c9e-1234-4f00-9c9e-123456789012"),
        ("Server Error in '/' Application.", "Runtime Error"),
        ("Thông báo", "Hệ thống đang bảo trì, xin vui lòng quay lại sau."),
        ("Bài viết không tồn tại", "Trở về trang chủ"),
        ("404 - File or directory not found.", "x"),
        ("Đăng nhập", "Tên đăng nhập Mật khẩu"),
    ],
)
def test_an_error_page_is_no_article(title: str, text: str) -> None:
    assert reason(replace(ARTICLE, title=title, body_text=text)) == "error_page"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Thông báo", "Lịch tiếp công dân tháng 10."),
        ("Hướng dẫn đăng nhập hệ thống một cửa điện tử", "Bước 1: mở trang đăng nhập."),
        ("Khắc phục lỗi", "Khi trang báo “Sorry, something went wrong” thì làm như sau. " + "Kiểm tra kết nối. " * 40),
        ("404 hộ nghèo được hỗ trợ xây nhà ở trong chín tháng đầu năm nay trên địa bàn tỉnh", "Chín tháng đầu năm."),
    ],
)
def test_an_article_about_errors_is_an_article(title: str, text: str) -> None:
    assert validate(replace(ARTICLE, title=title, body_text=text)).title == title


@pytest.mark.parametrize(
    ("published", "kept", "flags"),
    [
        (None, None, ("date_missing",)),
        ("2018-02-31", None, ("date_missing", "date_impossible")),
        ("26/10/2018", None, ("date_missing", "date_impossible")),
        ("20181026", None, ("date_missing", "date_impossible")),
        ("1945-09-02", "1945-09-02", ("date_implausible",)),
        ("2018-10-27", "2018-10-27", ()),
        ("2018-10-28", "2018-10-28", ("date_in_future",)),
        ("2018-10-27T00:30:00+07:00", "2018-10-27T00:30:00+07:00", ()),
        ("2018-10-27T02:00:00+07:00", "2018-10-27T02:00:00+07:00", ("date_in_future",)),
    ],
)
def test_a_doubtful_date_is_flagged(published: str | None, kept: str | None, flags: tuple[str, ...]) -> None:
    article = validate(replace(ARTICLE, published_at=published))
    assert (article.published_at, article.flags) == (kept, flags)


def test_the_capture_is_compared_as_a_moment() -> None:
    captured = replace(ARTICLE, published_at="2018-10-27", captured_at="2018-10-26T18:00:00+00:00")
    assert validate(captured).flags == ()
    assert validate(replace(captured, captured_at="")).flags == ()


def test_an_update_before_publishing_is_flagged() -> None:
    assert validate(replace(ARTICLE, updated_at="2018-10-25")).flags == ("updated_before_published",)
    assert validate(replace(ARTICLE, updated_at="2018-10-26")).flags == ()


def test_legacy_text_is_flagged_and_kept() -> None:
    article = validate(replace(ARTICLE, title="NguyÔn"))
    assert article.flags == ("legacy_encoding", "legacy_encoding_tcvn3")
    assert article.title == "NguyÔn"


def test_validating_twice_adds_no_flag_twice() -> None:
    once = validate(replace(ARTICLE, published_at=None, flags=("date_missing", "impossible_date")))
    assert once.flags == ("date_missing", "impossible_date")
    assert validate(once) == once


def test_the_pipeline_drops_with_the_reason_as_cause() -> None:
    pipeline = ValidatePipeline()
    assert pipeline.process_item(ARTICLE) == ARTICLE
    assert pipeline.process_item({"a": 1}) == {"a": 1}
    with pytest.raises(DropItem) as caught:
        pipeline.process_item(replace(ARTICLE, title=""))
    assert isinstance(caught.value.__cause__, Rejected)
    assert caught.value.__cause__.reason == "no_title"

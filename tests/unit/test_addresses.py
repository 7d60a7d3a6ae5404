"""Addresses: whatever way a portal writes one, it leads to one key."""

from __future__ import annotations

import pytest

from portal_crawler.platforms.sharepoint.addresses import clean_url, host_of, item_id, join_url, source_key

BASE = "https://portal.example/Lists/BaiViet/AllItems.aspx"


@pytest.mark.parametrize(
    "variant",
    [
        "https://portal.example/Lists/BaiViet/DispForm.aspx?ID=306",
        "http://portal.example:80/lists/baiviet/dispform.aspx?id=306",
        "https://portal.example/Lists/BaiViet/DispForm.aspx?Source=%2FPages&ID=0306&InitialTabId=Ribbon%2ERead",
        "https://portal.example/Lists/BaiViet/DispForm.aspx?List=%7B0F3C%2D11%7D&ID=306&ContentTypeId=0x01",
        "https://portal.example//Lists//BaiViet/DispForm.aspx??ID=306&&utm_source=zalo#SPBookmark_Title",
        "https://portal.example/Lists/BaiViet/DispForm.aspx?%3FID=306&&utm_source=zalo",
        "https://portal.example/Lists/BaiViet/DispForm.aspx?amp;ID=306",
        "https://portal.example/Lists/BaiViet/DispForm.aspx?IsDlg=1&amp;ID=306",
    ],
)
def test_variants_of_one_item_have_one_key(variant: str) -> None:
    assert source_key(variant) == "portal.example/lists/baiviet#306"


def test_diacritics_in_a_path_are_one_key_raw_or_encoded() -> None:
    raw = "http://portal.example/Lists/BaiViet/Bài viết/DispForm.aspx?ID=1"
    encoded = "http://portal.example/Lists/BaiViet/B%C3%A0i%20vi%E1%BA%BFt/DispForm.aspx?ID=1"
    decomposed = "http://portal.example/Lists/BaiViet/Ba\u0300i vie\u0302\u0301t/DispForm.aspx?ID=1"
    assert source_key(raw) == source_key(encoded) == source_key(decomposed)


def test_unknown_parameters_choose_another_item() -> None:
    assert source_key("http://p.example/a.aspx?nid=1&lang=vi") != source_key("http://p.example/a.aspx?nid=1&lang=en")


def test_two_lists_with_one_id_are_two_items() -> None:
    assert source_key("http://p.example/Lists/A/DispForm.aspx?ID=1") != source_key(
        "http://p.example/Lists/B/DispForm.aspx?ID=1"
    )


def test_a_slug_behind_a_path_number_does_not_matter() -> None:
    assert source_key("http://p.example/pages/detail/53116/Ten-cu.html") == source_key(
        "http://p.example/pages/detail/53116/Ten-moi.html"
    )
    assert item_id("http://p.example/pages/detail/53116/Ten-cu.html") == "53116"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("DispForm.aspx?ID=1", "https://portal.example/Lists/BaiViet/DispForm.aspx?ID=1"),
        ("/Lists/Tin Tức/a.aspx", "https://portal.example/Lists/Tin%20T%E1%BB%A9c/a.aspx"),
        ("http&#58;//portal.example/a", "http://portal.example/a"),
        ("/a.aspx?q=%u1EBF", "https://portal.example/a.aspx?q=%E1%BA%BF"),
        ("javascript:void(0)", ""),
        ("mailto:a@b.example", ""),
        ("file:///etc/passwd", ""),
        ("#top", ""),
        ("http://[bad", ""),
        ("http://portal.example:99999/", ""),
    ],
)
def test_references_are_joined_and_mended(written: str, asked: str) -> None:
    assert join_url(BASE, written) == asked


def test_pager_tokens_pass_verbatim() -> None:
    token = "?Paged=TRUE&p_SortBehavior=0&p_Created=20181026%2004%3a00%3a00&p_ID=74&PageFirstRow=31&View=%7B1A%2D2B%7D"
    assert join_url(BASE, token).endswith(token)


def test_noise_goes_and_the_rest_stays_in_order() -> None:
    assert clean_url(BASE, "/a.aspx?b=2&Source=%2F&a=1&FilterField1=x") == "https://portal.example/a.aspx?b=2&a=1"


def test_host_keeps_a_port_that_matters() -> None:
    assert host_of("http://127.0.0.1:8080/") == "127.0.0.1:8080"
    assert host_of("https://P.example:443/") == "p.example"


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8790/a/b.aspx?x=1", "https://PORTAL.example:443/", "http://tỉnh.example/a"]
)
@pytest.mark.parametrize(
    "origin", ["", "http://other.example", "https://Other.example:443", "http://other.example:8080"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/Pages/tin.aspx",
        "/Lists/Tin%20t%E1%BB%A9c/DispForm.aspx?ID=1&Source=%2FPages",
        "/a../b.?p=/a/b,c:d&~",
        "/x?=&=",
    ],
)
def test_an_address_without_anything_to_mend_is_what_mending_would_make_of_it(
    base: str, origin: str, path: str
) -> None:
    written = f"{origin}{path}"
    assert join_url(base, written) == join_url(base, f" {written}")  # with a space before it, it is not plain

"""A profile and pages of our own for the tests of sources and captures."""

from __future__ import annotations

import pytest

from portal_crawler.profile import Profile

HOST = "thanhpho.example.vn"


@pytest.fixture
def profile() -> Profile:
    return Profile(
        name="thanh_pho",
        title="Cổng thông tin điện tử thành phố",
        hosts=(HOST, f"{HOST}:8080"),
        start_urls=(f"https://{HOST}/Trang/Tin-tuc.aspx",),
    )

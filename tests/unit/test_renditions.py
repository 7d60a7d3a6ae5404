"""Other addresses of a missing file: SharePoint's renditions and thumbnails both ways, twins and escapes."""

from __future__ import annotations

import pytest

from portal_crawler.platforms.sharepoint.renditions import other_ways

SITE = "http://xa.example"


def kinds(url: str, *, is_picture: bool = True) -> dict[str, str]:
    return {way.kind: way.url for way in other_ways(url, is_picture=is_picture)}


@pytest.mark.parametrize(
    ("url", "original"),
    [
        ("/PublishingImages/a.jpg?RenditionID=4", "/PublishingImages/a.jpg"),
        ("/PublishingImages/a.jpg?v=2&Width=300&Height=200", "/PublishingImages/a.jpg?v=2"),
        ("/PublishingImages/2018/_t/cau%20moi_jpg.jpg", "/PublishingImages/2018/cau%20moi.jpg"),
        ("/PublishingImages/_w/so_do_png.jpg", "/PublishingImages/so_do.png"),
    ],
)
def test_a_scaled_picture_leads_to_its_original(url: str, original: str) -> None:
    assert kinds(SITE + url)["original"] == SITE + original


def test_an_original_leads_to_its_small_copies_which_are_marked_as_lesser() -> None:
    ways = [way for way in other_ways(f"{SITE}/PublishingImages/2018/le-hoi.PNG") if way.is_lesser]
    assert [(way.kind, way.url.removeprefix(SITE)) for way in ways] == [
        ("preview", "/PublishingImages/2018/_w/le-hoi_PNG.jpg"),
        ("rendition", "/PublishingImages/2018/le-hoi.PNG?RenditionID=1"),
        ("thumbnail", "/PublishingImages/2018/_t/le-hoi_PNG.jpg"),
    ]


def test_what_keeps_the_quality_comes_first() -> None:
    lesser = [way.is_lesser for way in other_ways(f"{SITE}/PublishingImages/a%20b.jpg?RenditionID=2")]
    assert lesser == sorted(lesser)


def test_a_name_escaped_once_too_often_is_unescaped_and_the_reverse() -> None:
    assert (
        kinds(f"{SITE}/Lists/Tin/Attachments/1/a%2520b.pdf")["encoding"] == f"{SITE}/Lists/Tin/Attachments/1/a%20b.pdf"
    )
    assert (
        kinds(f"{SITE}/Lists/Tin/Attachments/1/a%20b.pdf")["encoding"] == f"{SITE}/Lists/Tin/Attachments/1/a%2520b.pdf"
    )


def test_twins_have_the_other_scheme_and_the_desktop_host() -> None:
    assert kinds("http://m.xa.example/a.pdf", is_picture=False) == {
        "twin": "https://m.xa.example/a.pdf",
        "mobile": "http://xa.example/a.pdf",
    }
    assert "twin" not in kinds("http://xa.example:8080/a.pdf")


def test_documents_have_no_thumbnails_and_no_way_is_the_address_itself() -> None:
    assert kinds(f"{SITE}/PublishingImages/a.jpg", is_picture=False).keys() == {"twin"}
    for url in (f"{SITE}/PublishingImages/_t/a_jpg.jpg", f"{SITE}/a.jpg"):
        assert url not in kinds(url).values()

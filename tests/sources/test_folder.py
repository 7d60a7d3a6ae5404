from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from email import charset as _charset
from email import encoders
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.items import Failure, Page
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.profile import Profile
from portal_crawler.sources import open_source
from tests.corpus import corpus
from tests.sources.conftest import HOST
from tests.sources.pages import html_page

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)


def put(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def pages(source: object) -> list[Page]:
    return [item for item in source if isinstance(item, Page)]  # type: ignore[attr-defined]


def failures(source: object) -> list[Failure]:
    return [item for item in source if isinstance(item, Failure)]  # type: ignore[attr-defined]


def test_a_wget_mirror_gives_its_pages_in_order_and_counts_the_rest(tmp_path: Path, profile: Profile) -> None:
    put(
        tmp_path,
        {
            f"{HOST}/index.html": html_page(0),
            f"{HOST}/Lists/X/DispForm.aspx?ID=66": html_page(66),
            f"{HOST}/Lists/X/DispForm.aspx?ID=7": html_page(7),
            f"{HOST}/PublishingImages/anh.jpg": JPEG,
            f"{HOST}/PublishingImages/anh.jpg?RenditionID=3": JPEG,
            f"{HOST}/_layouts/15/init.js?rev=1": b"var a;",
            f"{HOST}/robots.txt": b"User-agent: *",
            f"{HOST}/rss.xml": b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>",
        },
    )
    source = open_source(tmp_path, profile)
    found = pages(source)
    assert [page.url for page in found] == [
        f"https://{HOST}/Lists/X/DispForm.aspx?ID=66",
        f"https://{HOST}/Lists/X/DispForm.aspx?ID=7",
        f"https://{HOST}/",
        f"https://{HOST}/rss.xml",
    ]
    assert found[0].body == html_page(66)
    assert {page.origin for page in found} == {"folder"}
    assert found[0].source == f"{HOST}/Lists/X/DispForm.aspx?ID=66"
    assert source.skipped == {"image": 1, "document": 1, "other": 2}
    assert found == pages(source)


def test_two_copies_of_one_page_are_both_given(tmp_path: Path, profile: Profile) -> None:
    comment = f"<!-- saved from url=(0050)https://{HOST}/Lists/X/DispForm.aspx?ID=7 -->\r\n"
    put(tmp_path, {"Tin.html": html_page(7, before=comment), "Tin (1).html": html_page(7, before=comment)})
    found = pages(open_source(tmp_path, profile))
    assert [page.source for page in found] == ["Tin (1).html", "Tin.html"]
    assert len({page.url for page in found}) == 1


def test_frames_saved_beside_a_page_are_passed_over(tmp_path: Path, profile: Profile) -> None:
    comment = f"<!-- saved from url=(0050)https://{HOST}/Lists/X/DispForm.aspx?ID=7 -->\r\n"
    put(
        tmp_path,
        {
            "Tin.html": html_page(7, before=comment),
            "Tin_files/saved_resource.html": b"<html>",
            "de_files/tin.html": html_page(8),
        },
    )
    source = open_source(tmp_path, profile)
    assert [page.source for page in pages(source)] == ["Tin.html", "de_files/tin.html"]
    assert source.skipped["frame"] == 1


def test_the_date_in_the_page_wins_and_the_file_time_is_the_last_resort(tmp_path: Path, profile: Profile) -> None:
    digest = (
        '<input type="hidden" name="__REQUESTDIGEST" id="__REQUESTDIGEST" value="0x80,27 Nov 2019 21:10:06 -0000" />'
    )
    put(tmp_path, {"a.html": html_page(1, head=digest), "b.html": html_page(2)})
    saved = datetime(2021, 5, 4, 3, 2, 1, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "a.html", (saved, saved))
    os.utime(tmp_path / "b.html", (saved, saved))
    assert [page.captured_at for page in pages(open_source(tmp_path, profile))] == [
        "2019-11-27T21:10:06+00:00",
        "2021-05-04T03:02:01+00:00",
    ]


def test_zipped_pages_are_read_and_a_bomb_among_them_is_a_failure(tmp_path: Path, profile: Profile) -> None:
    bomb = gzip.compress(b"<html>" + bytes(40 * 1024 * 1024))
    put(
        tmp_path,
        {"a.html.gz": gzip.compress(html_page(1)), "b.html.gz": bomb, "c.html.gz": gzip.compress(html_page(3))[:-20]},
    )
    source = open_source(tmp_path, profile)
    assert [page.body for page in pages(source)] == [html_page(1)]
    assert [(one.reason, one.detail.partition(":")[0]) for one in failures(source)] == [
        ("too_large", "b.html.gz"),
        ("cut_short", "c.html.gz"),
    ]


def test_a_page_beyond_the_limit_is_a_failure(tmp_path: Path, profile: Profile) -> None:
    put(tmp_path, {"lon.html": b"<html>" + b" " * 33 * 1024 * 1024})
    assert [one.reason for one in failures(open_source(tmp_path, profile))] == ["too_large"]


def test_links_out_of_the_folder_and_pipes_are_not_followed(tmp_path: Path, profile: Profile) -> None:
    outside = put(tmp_path / "ngoai", {"bi-mat.html": html_page(9)})
    inside = put(tmp_path / "trong", {"tin.html": html_page(1)})
    (inside / "mot.html").symlink_to(outside / "bi-mat.html")
    (inside / "hai").symlink_to(outside, target_is_directory=True)
    (inside / "vong").symlink_to(inside, target_is_directory=True)
    os.mkfifo(inside / "ong.html")
    source = open_source(inside, profile)
    assert [page.source for page in pages(source)] == ["tin.html"]
    assert source.skipped == {"symlink": 3, "special file": 1}


def test_hostile_names_are_read_and_told_in_plain_text(tmp_path: Path, profile: Profile) -> None:
    names = [
        b"\xff\xfe\n.html",
        "\u202egpj.html".encode(),
        b"-rf.html",
        b"CON.html",
        b"..%2f..%2fetc.html",
        "ế".encode() * 70 + b".html",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(html_page(1))
    found = pages(open_source(tmp_path, profile))
    assert len(found) == len(names)
    for page in found:
        assert page.source.isprintable()
        assert page.url.isascii()
        assert page.url.startswith(f"https://{HOST}/")


def mhtml(*, location_on_top: bool = True, url: str = f"https://{HOST}/Lists/X/DispForm.aspx?ID=7") -> bytes:
    message = MIMEMultipart("related", boundary="----MultipartBoundary--abc----")
    message["From"] = "<Saved by Blink>"
    if location_on_top:
        message["Snapshot-Content-Location"] = url
    message["Date"] = "Fri, 26 Oct 2018 04:00:00 -0000"
    frame = MIMENonMultipart("text", "html")
    frame["Content-Location"] = "https://quangcao.example.com/khung.html"
    frame.set_payload("<html>quảng cáo</html>".encode(), None)
    encoders.encode_base64(frame)
    root = MIMENonMultipart("text", "html", charset="utf-8")
    root["Content-Location"] = url
    root.set_payload(html_page(7).replace(b"\r\n", b"\n").decode(), _quoted())
    for part in (frame, root) if location_on_top else (root, frame):
        message.attach(part)
    message.attach(MIMEImage(JPEG, "jpeg"))
    return message.as_bytes()


def _quoted() -> _charset.Charset:
    charset = _charset.Charset("utf-8")
    charset.body_encoding = _charset.QP
    return charset


@pytest.mark.parametrize("location_on_top", [True, False])
def test_mhtml_gives_its_root_page_and_not_its_frames(tmp_path: Path, profile: Profile, location_on_top: bool) -> None:
    put(tmp_path, {"tin.mhtml": mhtml(location_on_top=location_on_top)})
    (page,) = pages(open_source(tmp_path / "tin.mhtml", profile))
    assert page.url == f"https://{HOST}/Lists/X/DispForm.aspx?ID=7"
    assert page.captured_at == "2018-10-26T04:00:00+00:00"
    assert page.header("content-type") == 'text/html; charset="utf-8"'
    assert page.body.rstrip() == html_page(7).replace(b"\r\n", b"\n").rstrip()


def test_mhtml_cut_short_or_without_a_page_is_told(tmp_path: Path, profile: Profile) -> None:
    letter = EmailMessage()
    letter["Content-Type"] = "text/plain"
    put(tmp_path, {"a.mht": mhtml()[:-3000], "b.mht": letter.as_bytes()})
    source = open_source(tmp_path, profile)
    assert [one.reason for one in failures(source)] == ["cut_short"]
    assert source.skipped == {"other": 1}


def test_what_is_no_source_at_all_says_what_to_give(tmp_path: Path, profile: Profile) -> None:
    put(tmp_path, {"anh.jpg": JPEG})
    with pytest.raises(SourceError, match="give"):
        open_source(tmp_path / "khong-co", profile)
    with pytest.raises(SourceError, match="give"):
        list(open_source(tmp_path / "anh.jpg", profile))


def test_a_folder_nobody_may_read_is_a_failure_among_others(
    tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"a/tin.html": html_page(1), "b/tin.html": html_page(2)})
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    source = open_source(tmp_path, profile)
    assert [page.source for page in pages(source)] == ["b/tin.html"]
    assert [one.reason for one in failures(source)] == ["unreadable"]


def test_the_press_room_mirror_gets_its_real_addresses_and_dates_back() -> None:
    folder = corpus("sharepoint-pressroom")
    press = Profile(
        name="press_room",
        title="Press",
        hosts=("www.iata.org",),
        start_urls=("https://www.iata.org/pressroom/pr/Pages/index.aspx",),
    )
    found = pages(open_source(folder, press))
    assert len(found) == len(list(folder.iterdir()))
    for page in found:
        name = page.source.removesuffix("-aspx.html")
        assert page.url == f"https://www.iata.org/pressroom/pr/Pages/{name}.aspx"
        assert page.captured_at.startswith("2019-11-27T")
    assert len({source_key(page.url) for page in found}) == len(found)


def test_the_saved_sharepoint_pages_are_all_given_with_distinct_addresses() -> None:
    folder = corpus("sharepoint-pages")
    mixed = Profile(name="mixed", title="Mixed", hosts=("portal.example",), start_urls=("https://portal.example/",))
    source = open_source(folder, mixed)
    found = pages(source)
    assert len(found) == len(list(folder.iterdir())) - 1  # SOURCES.tsv is no page
    assert len({page.url for page in found}) == len(found)
    by_name = {page.source: page.url for page in found}
    assert by_name["iata_ame_blog_index.html"].endswith("/about/worldwide/ame/blog/Pages/index.aspx")
    assert by_name["cityscrapers_chi_city_college.html"].endswith("/February-2019-Board-and-Committee-Meetings.aspx")

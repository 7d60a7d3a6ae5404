from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sources.declared import Declared, read_declared
from portal_crawler.sources.paths import address_of_path, page_address, printable
from tests.sources.conftest import HOST

if TYPE_CHECKING:
    from portal_crawler.profile import Profile


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # wget, and its Windows form
        (f"{HOST}/index.html", f"https://{HOST}/"),
        (f"{HOST}/index.html?page=2", f"https://{HOST}/?page=2"),
        (f"{HOST}/Lists/X/DispForm.aspx?ID=66", f"https://{HOST}/Lists/X/DispForm.aspx?ID=66"),
        (f"{HOST}/Lists/X/DispForm.aspx@ID=66", f"https://{HOST}/Lists/X/DispForm.aspx?ID=66"),
        (f"{HOST}/Lists/X/DispForm.aspx%3FID=66&Source=a", f"https://{HOST}/Lists/X/DispForm.aspx?ID=66&Source=a"),
        # wget -k -E
        (f"{HOST}/Lists/X/DispForm.aspx?ID=66.html", f"https://{HOST}/Lists/X/DispForm.aspx?ID=66"),
        (f"{HOST}/Lists/X/DispForm.aspx@ID=66.html", f"https://{HOST}/Lists/X/DispForm.aspx?ID=66"),
        (f"{HOST}/Trang/Tin.aspx.html", f"https://{HOST}/Trang/Tin.aspx"),
        # a port, and folders above the host
        (f"{HOST}+8080/Trang/Tin.aspx", f"https://{HOST}:8080/Trang/Tin.aspx"),
        (f"saved/2025/http/{HOST}/Trang/Tin.aspx", f"https://{HOST}/Trang/Tin.aspx"),
        # no host in the path, flattened names, other mirrors
        ("Trang/2018-10-26-01-aspx.html", f"https://{HOST}/Trang/2018-10-26-01.aspx"),
        ("_layouts/15/feed.aspx_xsl=1&web=%2Ftin", f"https://{HOST}/_layouts/15/feed.aspx?xsl=1&web=%2Ftin"),
        ("tin/chi-tiet.html", f"https://{HOST}/tin/chi-tiet.html"),
        # diacritics and spaces, raw and escaped
        (
            f"{HOST}/Lists/Bài viết/DispForm.aspx?ID=6",
            f"https://{HOST}/Lists/B%C3%A0i%20vi%E1%BA%BFt/DispForm.aspx?ID=6",
        ),
        (f"{HOST}/Lists/B%C3%A0i/DispForm.aspx?ID=6", f"https://{HOST}/Lists/B%C3%A0i/DispForm.aspx?ID=6"),
        (f"{HOST}/Trang/Tin.aspx.html.gz", f"https://{HOST}/Trang/Tin.aspx"),
    ],
)
def test_a_path_gives_its_address_back(profile: Profile, path: str, expected: str) -> None:
    assert address_of_path(PurePosixPath("/saved"), PurePosixPath(path), profile).url == expected


@pytest.mark.parametrize(
    ("hosts", "start", "folder", "expected"),
    [
        ((HOST,), f"http://{HOST}:8080/", HOST, f"http://{HOST}:8080/Trang/Tin.aspx"),
        ((f"{HOST}:8080",), f"http://{HOST}:8080/", HOST, f"http://{HOST}:8080/Trang/Tin.aspx"),
        ((HOST,), f"http://{HOST}/", f"{HOST}:8080", f"http://{HOST}:8080/Trang/Tin.aspx"),
        ((HOST,), f"http://{HOST}:8080/", f"{HOST}:8080", f"http://{HOST}:8080/Trang/Tin.aspx"),
        ((HOST, f"{HOST}:8080"), f"http://{HOST}/", HOST, f"http://{HOST}/Trang/Tin.aspx"),
    ],
)
def test_one_host_has_one_address_whether_the_folder_or_the_profile_names_the_port(
    profile: Profile, hosts: tuple[str, ...], start: str, folder: str, expected: str
) -> None:
    own = replace(profile, hosts=hosts, start_urls=(start,))
    assert address_of_path(PurePosixPath("/saved"), PurePosixPath(f"{folder}/Trang/Tin.aspx"), own).url == expected


def test_a_host_above_the_folder_given_counts_too(profile: Profile) -> None:
    found = address_of_path(PurePosixPath(f"/kho/{HOST}/Lists/X"), PurePosixPath("DispForm.aspx?ID=5"), profile)
    assert found.url == f"https://{HOST}/Lists/X/DispForm.aspx?ID=5"
    assert found.certain


SAVED = f"https://{HOST}/Lists/TinTuc/DispForm.aspx?ID=7"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<!-- saved from url=(0057){SAVED} -->\r\n<html>", SAVED),
        (
            f"<html lang=vi><!--\n Page saved with SingleFile \n url: {SAVED} \n saved date: Fri Oct 26 2018 11:00:00 GMT+0700 (ICT)\n-->",
            SAVED,
        ),
        (
            (
                f"<html><!-- Mirrored from {HOST}/Lists/TinTuc/DispForm.aspx?ID=7&amp;A=1 by HTTrack Website Copier/3.x "
                "[XR&CO'2014], Fri, 26 Oct 2018 04:00:00 GMT -->"
            ),
            f"http://{HOST}/Lists/TinTuc/DispForm.aspx?ID=7&A=1",
        ),
        (f'<link rel="canonical" href="{SAVED}" />', SAVED),
        # the canonical address has lost the item; the form still names it
        (
            (
                f'<link rel="canonical" href="http://{HOST}:80/Lists/TinTuc/DispForm.aspx" />'
                '<form method="post" action="./DispForm.aspx?ID=7&amp;View=x" id="aspnetForm">'
            ),
            f"http://{HOST}/Lists/TinTuc/DispForm.aspx?ID=7&View=x",
        ),
        # SharePoint names its own server
        ('<link href="http://sp-web01/Lists/TinTuc/DispForm.aspx?ID=7" rel="canonical">', SAVED),
        # a mirror rewrote both; og:url knows the host, the link the path
        (
            (
                f"<meta property='og:url' content='https://{HOST}/Trang/2018-10-26-01-aspx.html'>"
                '<link rel="canonical" href="/Trang/2018-10-26-01-aspx.html" />'
                '<form method="post" action="./2018-10-26-01.aspx" id="aspnetForm">'
            ),
            f"https://{HOST}/Trang/2018-10-26-01.aspx",
        ),
        # one canonical address for every page of the portal tells nothing
        (
            f'<link rel="canonical" href="https://{HOST}/" /><form method="post" action="./ChiTiet.aspx?nid=9" id="aspnetForm">',
            f"https://{HOST}/kho/ChiTiet.aspx?nid=9",
        ),
        # taken out of the Wayback Machine
        (f'<link rel="canonical" href="https://web.archive.org/web/20181026040000/{SAVED}">', SAVED),
        # only the form
        ('<form action="DispForm.aspx?ID=7" method="POST">', f"https://{HOST}/kho/DispForm.aspx?ID=7"),
        # friendly addresses: SharePoint's own rewriting is not what anybody asked for
        (
            (
                f'<link rel="canonical" href="https://{HOST}/tin-tuc" />'
                '<form method="post" action="./tin-tuc?TermStoreId=46645bf2&amp;TermId=862b" id="aspnetForm">'
            ),
            f"https://{HOST}/tin-tuc",
        ),
        # nothing: the mark of the web, a search box, another method
        ("<!-- saved from url=(0014)about:internet --><html>", f"https://{HOST}/kho/trang.html"),
        ('<form action="https://tim.example.vn/tim.aspx" method="get">', f"https://{HOST}/kho/trang.html"),
        ("<html>", f"https://{HOST}/kho/trang.html"),
    ],
)
def test_a_page_without_a_telling_name_says_its_address_itself(profile: Profile, page: str, expected: str) -> None:
    found = address_of_path(PurePosixPath("/saved"), PurePosixPath("kho/trang.html"), profile)
    assert page_address(found, read_declared(page), profile) == expected


def test_a_mirror_with_host_and_query_in_its_names_is_believed_before_the_page(profile: Profile) -> None:
    found = address_of_path(PurePosixPath("/saved"), PurePosixPath(f"{HOST}/Lists/X/DispForm.aspx?ID=66.html"), profile)
    declared = Declared(canonical=f"https://{HOST}/Lists/X/DispForm.aspx", action="./DispForm.aspx?ID=1")
    assert page_address(found, declared, profile) == f"https://{HOST}/Lists/X/DispForm.aspx?ID=66"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<!--\n Page saved with SingleFile \n url: http://a.vn/ \n saved date: Fri Oct 26 2018 11:00:00 GMT+0700 (Giờ Đông Dương)\n-->", "2018-10-26T04:00:00+00:00"),
        ("<!-- Mirrored from a.vn/x by HTTrack Website Copier/3.x [XR], Fri, 26 Oct 2018 04:00:00 GMT -->", "2018-10-26T04:00:00+00:00"),
        ("<!--\n     FILE ARCHIVED ON 04:00:00 Oct 26, 2018 AND RETRIEVED FROM THE\n     INTERNET ARCHIVE ON 08:12:30 Oct 10, 2023.", "2018-10-26T04:00:00+00:00"),
        ('<input type="hidden" name="__REQUESTDIGEST" id="__REQUESTDIGEST" value="0x8033,26 Oct 2018 04:00:00 -0000" />', "2018-10-26T04:00:00+00:00"),
        ("<!--\n Page saved with SingleFile \n url: http://a.vn/ \n saved date: hôm qua\n-->", ""),
        ('id="__REQUESTDIGEST" value="0x8033,99 Oct 2018 04:00:00 -0000"', ""),
        ("<p>26 Oct 2018</p>", ""),
    ],
)  # fmt: skip
def test_when_a_page_was_saved_is_read_from_the_page(page: str, expected: str) -> None:
    assert read_declared(page).saved_at == expected


def test_hostile_names_can_be_stored_and_printed() -> None:
    shown = printable(b"tin\xff\n\x1b[31m.html".decode("utf-8", "surrogateescape") + "\u202egpj.exe")
    assert shown.isprintable()
    shown.encode("utf-8")

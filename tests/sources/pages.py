"""Pages like those of a SharePoint portal, written for these tests."""

from __future__ import annotations

import base64
import random

WORDS = [
    "thành",
    "phố",
    "tổ",
    "chức",
    "hội",
    "nghị",
    "triển",
    "khai",
    "nhiệm",
    "vụ",
    "phát",
    "triển",
    "kinh",
    "tế",
    "xã",
    "hội",
    "năm",
    "mới",
    "ủy",
    "ban",
    "nhân",
    "dân",
    "phường",
    "xã",
    "đoàn",
    "viên",
    "thanh",
    "niên",
    "nông",
    "dân",
    "trái",
    "cây",
    "dừa",
    "bưởi",
    "sông",
    "cầu",
    "đường",
    "trường",
    "học",
    "học",
    "sinh",
    "giáo",
    "viên",
    "bệnh",
    "viện",
    "y",
    "tế",
    "môi",
    "trường",
    "cây",
    "xanh",
    "văn",
    "hóa",
    "lễ",
    "hội",
    "du",
    "lịch",
    "doanh",
    "nghiệp",
    "đầu",
    "tư",
    "xây",
    "dựng",
    "công",
    "trình",
    "kiểm",
    "tra",
    "giám",
    "sát",
    "lãnh",
    "đạo",
    "đồng",
    "chí",
    "bí",
    "thư",
    "chủ",
    "tịch",
]


def html_page(number: int, *, action: str = "", head: str = "", before: str = "") -> bytes:
    """An article page of about 60 kB, most of it the same template, as on a real portal."""
    random_words = random.Random(number)
    paragraphs = "".join(
        f"<p class='MsoNormal'>{' '.join(random_words.choices(WORDS, k=60)).capitalize()}.</p>\r\n" for _ in range(6)
    )
    state = base64.b64encode(random_words.randbytes(900)).decode()
    menu = "".join(
        f"<li class='static'><a class='static menu-item ms-core-listMenu-item' href='/chuyenmuc/{n}/Pages/default.aspx'>"
        f"<span class='additional-background'><span class='menu-item-text'>{' '.join(WORDS[n : n + 4])}</span></span></a></li>\r\n"
        for n in range(60)
    )
    script = "".join(
        f"RegisterSod('thuvien{n}.js', '/_layouts/15/thuvien{n}.js?rev={n * 7919:x}');\r\n" for n in range(500)
    )
    form = action or f"./DispForm.aspx?ID={number}"
    return (
        f'{before}<!DOCTYPE html>\r\n<html lang="vi-VN"><head><meta charset="utf-8" />{head}<title>Tin số {number}</title>'
        f'<script type="text/javascript">{script}</script></head><body>'
        f'<form method="post" action="{form}" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="{state}" />'
        f'<ul class="menu">{menu}</ul><h1>Tin số {number}</h1><div class="ms-rtestate-field">{paragraphs}</div>'
        f"<div>Lượt người xem: {number * 3}</div></form></body></html>"
    ).encode()

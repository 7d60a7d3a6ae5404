"""Lists the pictures and the files of an article, with absolute addresses, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipelines.items import Attachment, Image
from portal_crawler.extract.figures import credit_of, is_file_name
from portal_crawler.extract.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.serialize import Resolve

_FILE = re.compile(
    r"\.(?:pdf|docx?|docm|dotx?|rtf|odt|xlsx?|xlsm|xlsb|ods|csv|pptx?|ppsx?|odp|zip|rar|7z|txt|mp3|mp4|wmv|avi|tiff?)$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp)$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/(?:download|getfile|viewfile|taive|tai-ve)(?:\.ashx|\.aspx)?$|/_layouts/(?:1\d/)?download\.aspx$", re.IGNORECASE
)


def is_file(url: str) -> bool:
    """True for the address of a file to download."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    return bool(_FILE.search(path) or _DOWNLOAD.search(path))


def images_of(
    blocks: Sequence[Block], captions: Mapping[Block, Block], resolve: Resolve, leading: Iterable[Image] = ()
) -> tuple[Image, ...]:
    """The pictures of the blocks, each once; `leading` are those that stand outside the body, as in a form's field.

    A caption is kept as printed, its credit also by itself. An alternative text that is a file name is none.
    """
    found: dict[str, Image] = {}
    for block in blocks:
        if block.kind != "image":
            continue
        url = resolve(block.source)
        if not url.startswith("http") or url in found:
            continue
        caption = captions[block].text.replace("\n", " ") if block in captions else ""
        alt = "" if is_file_name(block.text) else block.text
        found[url] = Image(url=url, alt=alt, caption=caption, credit=credit_of(caption))
    first = [image for image in leading if image.url not in found]
    return (*first, *found.values())


def field_image(element: HtmlElement, resolve: Resolve) -> Image | None:
    """The picture of a form field: an image, or a link to one."""
    for one in element.iter("img", "a"):
        source = one.get("src") if one.tag == "img" else one.get("href")
        url = resolve(source or "")
        if not url or "/_layouts/" in url.lower() or (one.tag == "a" and not _PICTURE.search(urlsplit(url).path)):
            continue
        alt = clean_text(one.get("alt") or "")
        return Image(url=url, alt="" if is_file_name(alt) else alt, role="lead")
    return None


def links_in(element: HtmlElement) -> list[tuple[str, str]]:
    """(address as written, text) of the links in an element."""
    return [(one.get("href") or "", clean_text(one.text_content())) for one in element.iter("a")]


def attachments_of(
    links: Iterable[tuple[str, str]], resolve: Resolve, pictures: Iterable[str] = (), *, every: bool = False
) -> list[Attachment]:
    """The files among links, each once, pictures of the article left out.

    `every` takes each link for a file: the links of a form's attachments are.
    """
    shown = set(pictures)
    found: dict[str, Attachment] = {}
    for href, text in links:
        url = resolve(href)
        if not url.startswith("http") or url in shown or not (is_file(url) or every):
            continue
        if url not in found or not found[url].name:
            found[url] = Attachment(url=url, name=text or unquote(urlsplit(url).path).rpartition("/")[2])
    return list(found.values())

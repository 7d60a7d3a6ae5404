"""The addresses a portal prints for one article: the plain one, and the noisy spellings found on real pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from portal_crawler.sample_portal.sections import encoded

if TYPE_CHECKING:
    from portal_crawler.sample_portal.world import Item

_RIBBON = "InitialTabId=Ribbon%2ERead&VisibilityContext=WSSTabPersistence"


def listed_as(item: Item) -> str:
    """How listings print the article's address."""
    return _spelling(item, item.index * 5 % 16)


def related_as(item: Item) -> str:
    """How lists of related news print it."""
    return _spelling(item, (item.index * 7 + 3) % 32)


def row_as(item: Item) -> str:
    """How a list view that exists only as script data leads to it: by the row's page, link, or form and id."""
    if item.section.layout == "form":
        return f"{encoded(item.section.detail)}?ID={item.number}"
    return item.path


def _spelling(item: Item, choice: int) -> str:
    """One of the spellings; most choices give the plain one."""
    path, _, query = item.path.partition("?")
    if not query:
        spellings = {
            1: path.lower(),
            2: f"{path}?utm_source=zalo",
            3: f"{path}#mainContent",
            4: path.replace("/Pages/", "/pages/", 1),
        }
        return spellings.get(choice, item.path)
    spellings = {
        1: f"{path}?{query}&Source=%2FPages%2Fdefault%2Easpx&ContentTypeId=0x0100A3C2",
        2: item.path.lower(),
        3: f"{path}?{_RIBBON}&{query}",
        4: f"{'//'.join(path.rsplit('/', 1))}?{query}",
        5: f"{path}??{query}&&utm_source=zalo",
        6: f"{item.path}#SPBookmark_Title",
        7: f"{unquote(path)}?{query}",
        8: f"{path}?{query}&IsDlg=1&VersionNo=2.0",
    }
    return spellings.get(choice, item.path)

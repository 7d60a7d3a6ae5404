"""Every old address asked of the web server that readers meet: it must lead to the article's new page, and its text be there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from pipelines.load.posts import uid_of
from pipelines.verify.compare import token_score
from pipelines.verify.content import visible_page
from pipelines.verify.result import Difference, Verified
from pipelines.verify.variants import spellings_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from pipelines.export.addresses import Addressing
    from pipelines.export.protocol import ExportOptions
    from pipelines.load.web import Fetched, Web
    from pipelines.storage.dataset import Dataset, Row
    from pipelines.verify.result import VerifyReport

PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}
#: Redirects of the new site itself behind ours: to https, to a final slash.
HOPS = 4
#: The share of an article's words that its page must show; themes change quotation marks and the like.
ENOUGH = 0.9


class _Landing(NamedTuple):
    """Where an address led in the end."""

    url: str
    page: Fetched


class OldAddresses:
    """Asks `web`, whose `site` is the address of the server in front.

    `site` is the address of the new site behind it. `checked` counts the addresses asked, by what was varied.
    """

    def __init__(self, web: Web, site: str, addressing: Addressing, checked: Counter[str]) -> None:
        self._web = web
        self._hosts = {urlsplit(web.site).netloc, urlsplit(site).netloc}
        self._addressing = addressing
        self._checked = checked

    def differences(self, row: Row, link: str) -> Iterator[Difference]:
        """What is wrong with the old addresses of an article whose page is `link`."""
        judged: dict[str, str] = {}
        for url in row.urls:
            for kind, target in spellings_of(url, self._addressing):
                self._checked[f"old address: {kind}"] += 1
                asked = self._web.site + target
                answer = self._web.fetch(asked)
                if answer.status not in REDIRECTS or not answer.location:
                    yield _difference("redirect_missing", f"{kind}: {asked}", f"{answer.status}", link)
                elif answer.status not in PERMANENT:
                    yield _difference(
                        "redirect_temporary", f"{kind}: {asked}", f"{answer.status} {answer.location}", link
                    )
                else:
                    new = urljoin(asked, answer.location)
                    if new not in judged:
                        judged[new] = self._judged(new, row, link)
                    if judged[new]:
                        yield _difference(judged[new], f"{kind}: {asked}", new, link)

    def _judged(self, url: str, row: Row, link: str) -> str:
        """The reason why a page is not the article's; empty where it is."""
        if not self._is_ours(url):
            return "redirect_elsewhere"
        end = self._followed(url)
        if not self._same(end.url, link):
            return "redirect_elsewhere"
        if end.page.status != 200:
            return "landing_broken"
        html = end.page.body.decode("utf-8", "replace")
        if (uid_of(html) or row.uid) != row.uid:
            return "landing_differs"
        shown = " ".join(visible_page(html))
        return "" if token_score(f"{row.title}\n{row.body_text}", shown).recall >= ENOUGH else "landing_differs"

    def _followed(self, url: str) -> _Landing:
        page = self._web.fetch(url)
        for _ in range(HOPS):
            if page.status not in REDIRECTS or not page.location:
                break
            url = urljoin(url, page.location)
            if not self._is_ours(url):
                break
            page = self._web.fetch(url)
        return _Landing(url, page)

    def _is_ours(self, url: str) -> bool:
        """Nobody else's server is ever asked."""
        return urlsplit(url).netloc in self._hosts

    def _same(self, found: str, link: str) -> bool:
        here, there = urlsplit(found), urlsplit(link)
        return self._is_ours(found) and unquote(here.path).rstrip("/") == unquote(there.path).rstrip("/")


def ask_old_addresses(addresses: OldAddresses, dataset: Dataset, options: ExportOptions, report: VerifyReport) -> None:
    """Add to the report what is wrong with old addresses; those of a duplicate that is left out lead to its head."""
    places = {one.uid: number for number, one in enumerate(report.articles)}
    pages = {one.uid: one.address for one in report.articles if one.public and one.address}
    for row in dataset.articles(portal=options.portal or None, states=options.states):
        head = row.duplicate_of_uid if row.uid not in places else None
        link = pages.get(row.uid) or pages.get(head or "", "")
        if not link:
            report.not_asked["not_public" if row.uid in places else "not_there"] += 1
            continue
        found = tuple(addresses.differences(row, link))
        if found and row.uid in places:
            at = places[row.uid]
            report.articles[at] = replace(report.articles[at], differences=report.articles[at].differences + found)
        elif found:
            report.articles.append(
                Verified(uid=row.uid, title=row.title, source_url=row.url, address=link, differences=found)
            )


def _difference(reason: str, asked: str, got: str, link: str) -> Difference:
    return Difference(field="old_address", reason=reason, expected=f"{asked} -> {link}", found=got)

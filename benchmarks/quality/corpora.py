"""Gathers every corpus at hand: the project's own pages, the sample portal, what lies in ../shared/corpus, and folders given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.model import Corpus, Sample
from benchmarks.quality.portal import sample_portal
from benchmarks.quality.press_room import press_room
from pipelines.items import Page
from portal_crawler.page_case import EXPECTED, read_case
from portal_crawler.profile import load_profile
from portal_crawler.quality.cases import Case, find_cases
from portal_crawler.quality.page_score import minimal_profile
from tests.corpus import CORPUS
from tests.extract import seed_pages, sharepoint_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portal_crawler.profile import Profile

ROOT = Path(__file__).resolve().parents[2]
#: Names of the saved cases' fields -> names of the gate.
_NAMES = {"category": "section", "summary": "lead"}
_SEED_PAGE = "http://portal.example/Pages/tin.aspx?ItemID=7"
_SEED_READ = "2026-01-05T09:00:00+07:00"


def gather(folders: Iterable[Path] = ()) -> list[Corpus]:
    """All corpora, ours first; one that is not here says why in `missing`.

    Raises:
        ConfigurationError: a folder holds no cases.
    """
    return [
        saved_pages(),
        sample_portal(),
        *(_shared(*one) for one in SHARED),
        *(of_folder(folder, folder.resolve().name, str(folder)) for folder in folders),
    ]


def saved_pages() -> Corpus:
    """The saved pages of tests/pages, refusals among them."""
    cases = [read_case(path.parent) for path in sorted((ROOT / "tests" / "pages").glob(f"*/{EXPECTED}"))]
    return Corpus(
        name="saved-pages",
        told="the saved pages of tests/pages, articles and pages to be refused",
        samples=tuple(
            Sample(
                name=case.folder.name,
                page=case.page,
                profile=load_profile(case.profile),
                expected=_of_saved(case.expected),
            )
            for case in cases
        ),
    )


def _of_saved(expected: dict[str, Any]) -> dict[str, Any]:
    if "problem" in expected:
        return {"problem": expected["problem"]}
    images = expected["images"]
    return {
        "problem": "",
        **{_NAMES.get(name, name): expected[name] for name in ("title", "author", "category", "summary", "views")},
        "date": expected["published_at"],
        "text": "\n".join(expected["body_text"]),
        "order": "\n".join(expected["body_text"]),
        "captions": [one["caption"] for one in images if one["caption"]],
        "credits": [one["credit"] for one in images if one["credit"]],
        "images": [one["url"] for one in images],
        "attachments": [one["url"] for one in expected["attachments"]],
    }


def of_folder(folder: Path, name: str, told: str) -> Corpus:
    """A folder in any form that `portal-crawler score pages` reads.

    Raises:
        ConfigurationError: it holds no cases, or one cannot be read.
    """
    return Corpus(name=name, told=told, samples=tuple(_of_case(case) for case in find_cases(folder)))


def _of_case(case: Case) -> Sample:
    page = case.page()
    expected = {_NAMES.get(field, field): value for field, value in case.expected.items()}
    for field in ("captions", "images", "attachments"):
        if field in expected:
            expected[field] = [_plain(one) for one in expected[field] or ()]
    if isinstance(expected.get("text"), list):
        expected["text"] = "\n".join(expected["text"])
    profile = load_profile(case.profile) if case.profile else minimal_profile(page.url)
    return Sample(name=case.name, page=page, profile=profile, expected=expected)


def _plain(one: Any) -> str:
    """The address or the caption of a record."""
    return str(one.get("url") or one.get("src") or one.get("caption") or "") if isinstance(one, dict) else str(one)


def _shared(name: str, place: str, told: str, read: Callable[[Path, str, str], Corpus]) -> Corpus:
    path = CORPUS / place
    if not path.exists():
        return Corpus(name=name, told=told, missing=f"../shared/corpus/{place} is not beside the checkout")
    return read(path, name, told)


def _seed(path: Path, name: str, told: str) -> Corpus:
    seed = seed_pages.read_seed(path.read_text(encoding="utf-8"))
    pairs = [part for part in seed.body if isinstance(part, tuple)]
    text = seed_pages.body_text(seed)
    expected = {
        "title": seed.title,
        "author": seed.byline.partition("|")[2].strip(),
        "date": "2018-10-26T11:00:00+07:00",
        "section": seed.section,
        "lead": seed.lead,
        "views": "118",
        "text": text,
        "order": text,
        "captions": [caption for _, caption in pairs],
        "images": [f"/PublishingImages/2018-10/{file}" for file, _ in pairs],
    }
    samples = [
        Sample(
            name=variant,
            page=Page(
                url=_SEED_PAGE,
                body=seed_pages.page(seed, part(seed), **options).encode(),
                origin="folder",
                captured_at=_SEED_READ,
            ),
            profile=minimal_profile(_SEED_PAGE),
            expected=expected,
        )
        for variant, (part, options) in seed_pages.VARIANTS.items()
    ]
    return Corpus(name=name, told=told, samples=tuple(samples))


def _sharepoint(folder: Path, name: str, told: str) -> Corpus:
    refused = {**sharepoint_pages.REFUSED, **dict.fromkeys(sharepoint_pages.LISTINGS, "listing_page")}
    expected: dict[str, dict[str, Any]] = {file: {"problem": reason} for file, reason in refused.items()}
    expected |= {file: {"problem": "", "title": title} for file, (title, *_) in sharepoint_pages.ARTICLES.items()}
    samples = []
    for file, values in sorted(expected.items()):
        url = f"https://portal.example/p/{file}"
        page = Page(url=url, body=(folder / file).read_bytes(), origin="folder")
        samples.append(Sample(name=file, page=page, profile=minimal_profile(url), expected=values))
    return Corpus(name=name, told=told, samples=tuple(samples))


def _benchmark(folder: Path, name: str, told: str) -> Corpus:
    """A public benchmark; a title, text or whole date that its authors left empty is one they did not look for."""
    corpus = of_folder(folder, name, told)
    return replace(corpus, samples=tuple(replace(one, expected=_annotated(one.expected)) for one in corpus.samples))


def _foreign(folder: Path, name: str, told: str) -> Corpus:
    """A benchmark of the wide web, whose pages state their dates in many zones: read in UTC, the middle of all."""
    corpus = _benchmark(folder, name, told)
    return replace(corpus, samples=tuple(replace(one, profile=_in_utc(one.profile)) for one in corpus.samples))


def _annotated(expected: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in expected.items() if key == "author" or value not in (None, "")}
    date = str(kept.pop("date", ""))
    if date == "nan":  # as one of them writes that a page bears no date
        return {**kept, "date": None}
    return {**kept, "date": date} if len(date) >= len("YYYY-MM-DD") else kept


def _in_utc(profile: Profile) -> Profile:
    return replace(profile, dates=replace(profile.dates, timezone="UTC"))


def _dates(path: Path, name: str, told: str) -> Corpus:
    """A table of date strings stands as one sample a row: its page is the string, its expectation the date."""
    from benchmarks.quality.date_rows import rows

    return Corpus(name=name, told=told, samples=rows(path), others=False)


SHARED: tuple[tuple[str, str, str, Callable[[Path, str, str], Corpus]], ...] = (
    ("seed-article", "seed-article.txt", "the real text of the named portal, put back into pages of ten makes", _seed),
    ("sp", "articles-dev/sp", "synthetic SharePoint pages", of_folder),
    ("press-room", "sharepoint-pressroom", "fifty real releases of a SharePoint press room, 2003 to 2019", press_room),
    ("sharepoint-pages", "sharepoint-pages", "real SharePoint pages of many kinds, most to be refused", _sharepoint),
    ("vi", "articles-dev/vi", "Vietnamese news of other platforms", _benchmark),
    ("aeb", "articles-dev/aeb", "foreign: article-extraction-benchmark", _foreign),
    ("wcxb", "articles-dev/wcxb", "foreign: WCXB", _foreign),
    ("htmldate", "articles-dev/htmldate", "foreign: pages of htmldate's evaluation, dates only", _foreign),
    ("dates", "dates.tsv", "date strings with their roles", _dates),
    ("own51", "articles-dev/dates/own51.tsv", "Vietnamese date strings", _dates),
)

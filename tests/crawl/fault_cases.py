"""Every fault the sample portal can make, with how a crawl of it must end."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class Case:
    """One crawl of a portal with faults.

    `lost` is the reason on record for the articles that cannot be had; without it every article must be stored as it is.
    `most` is how often one address may be asked for, `total` all requests; `memory` limits the crawl's address space in
    bytes. `passes`: the faults are over after some tries, and there must have been some.
    `files`: images and attachments are fetched too. `same` tells whether what is
    stored must equal the truth; where it need not, `note` tells what happens.
    """

    name: str
    row: str
    faults: tuple[str, ...]
    code: int = 0
    lost: str = ""
    articles: int = 30
    pager: str = "get"
    most: int = 8
    total: int = 160
    memory: int = 0
    timeout: float = 3
    passes: bool = False
    files: bool = False
    same: bool = True
    note: str = ""


def _passing(row: str, *names: str) -> tuple[Case, ...]:
    """Once on every article and list."""
    return tuple(Case(name=name, row=row, faults=(name,), passes=True) for name in names)


def _slow(*names: str) -> tuple[Case, ...]:
    """On some pages only: each costs the whole time limit."""
    return tuple(
        Case(name=name, row="B7 B11", faults=(f"{name}@article:0.08", f"{name}@listing:0.3"), timeout=1, passes=True)
        for name in names
    )


def _waiting(*names: str) -> tuple[Case, ...]:
    return tuple(
        Case(name=name, row="B2 B11", faults=(f"{name}@article:0.1", f"{name}@listing:0.3"), passes=True)
        for name in names
    )


def _lasting(row: str, lost: str, *names: str, code: int = 3, memory: int = 0) -> tuple[Case, ...]:
    """For good, on a fifth of the articles."""
    return tuple(
        Case(name=name, row=row, faults=(f"{name}:0.2",), lost=lost, code=code, memory=memory) for name in names
    )


def _harmless(row: str, *names: str) -> tuple[Case, ...]:
    """For good and everywhere, and nothing is lost by it."""
    return tuple(Case(name=name, row=row, faults=(name,)) for name in names)


CASES = (
    *_passing("B1 B11", "http_500", "http_502"),
    *_waiting("retry_after", "retry_date", "too_many"),
    *_passing("B3 B11", "reset", "early_close"),
    *_passing("B4 B11", "cut"),
    *_passing("B5 B11", "cut_gzip"),
    *_passing("B6 B11", "cut_chunks"),
    *_slow("drip", "stall", "no_answer"),
    *_passing("B8 B11", "garbage", "huge_headers", "empty"),
    *_passing("B9 B11", "sp_error", "sp_error_vi", "yellow_page", "maintenance"),
    Case(name="mixed", row="B12", faults=("mixed:2",), total=260, passes=True),
    *_lasting("C1", "http_500", "always_500"),
    *_lasting("C1", "http_403", "always_403"),
    *_lasting("C1", "error_page", "always_error"),
    *_lasting("C1", "cut_short", "always_cut"),
    *_lasting("C2", "http_404", "not_found", code=0),
    *_lasting("C2", "http_410", "gone", code=0),
    *_lasting("C2", "soft_404", "soft_404", code=0),
    *_harmless("C2", "soft_missing"),
    *_lasting("C3", "login_required", "login"),
    *_lasting("C4", "redirect_loop", "redirect_loop"),
    *_lasting("C5", "offsite", "redirect_host"),
    *_lasting("C5", "empty_shell", "meta_refresh"),
    *_lasting("C6", "http_302", "redirect_file"),
    *_lasting("C7", "too_large", "gzip_bomb", "brotli_bomb", "zstd_bomb", memory=3 * GIB // 2),
    *_lasting("C8", "too_large", "huge_page", memory=3 * GIB // 2),
    Case(name="listing_hole", row="C9", faults=("listing_hole",), articles=160, code=3, total=600, same=False, note="the hole is named, the pages behind it are read"),
    *_harmless("D1", "charset_lies", "charset_missing", "utf16", "windows_1258"),
    *_harmless("D2", "decomposed"),
    *_harmless("D3", "invisible"),
    *_harmless("D4", "control"),
    Case(name="deep", row="D5", faults=("deep:0.2",)),
    *_harmless("D7", "misnested"),
    *_harmless("D8", "bad_dates"),
    *_harmless("D10", "clock"),
    *_harmless("D11", "active_content"),
    *_harmless("D12", "formula_titles"),
    *_harmless("D13", "hostile_titles"),
    *_harmless("D14", "file_names"),
    Case(name="fake_files", row="D15", faults=("fake_files",), files=True),
    Case(name="dead_images", row="D16", faults=("dead_images",), files=True),
    Case(name="redesign", row="D20", faults=("redesign",), code=3, same=False, note="bodies by the general extractor; what shows no text is on record"),
    *_harmless("E1", "doubled_urls"),
    *_harmless("E2", "endless_next", "loop_next", "calendar"),
    *(
        Case(name=name, row="E6", faults=(name,), articles=70, pager="postback", total=400)
        for name in ("dead_view_state", "silent_page_1")
    ),
    Case(name="paged", row="E7", faults=(), articles=70, pager="paged", total=400),
    Case(name="empty_listing", row="E8", faults=("empty_listing",), code=7, same=False, note="`empty`, nothing stored"),
    Case(name="robots_closed", row="G1", faults=("robots_closed",), code=4, total=0, same=False, note="`blocked`, not one page asked for"),
    Case(name="robots_500", row="G1", faults=("robots_500",), code=4, total=0, same=False, note="`blocked`, not one page asked for"),
    *_harmless("G1", "honeypot"),
    *_harmless("G2", "sitemap_laughs", "sitemap_xxe", "sitemap_loop"),
    Case(name="sitemap_bomb", row="G2", faults=("sitemap_bomb",), memory=3 * GIB // 2),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Relapse:
    """A second crawl that finds a portal gone ill. `full` asks for every article again; `code` is how it must end."""

    name: str
    faults: tuple[str, ...]
    full: bool
    code: int


RELAPSES = (
    Relapse(name="empty lists", faults=("empty_listing",), full=False, code=7),
    Relapse(name="redone lists", faults=("redesign_listing",), full=False, code=5),
    Relapse(name="redone articles", faults=("redesign",), full=True, code=5),
    Relapse(name="one article left", faults=("only_one_left",), full=True, code=5),
    Relapse(name="sign-in", faults=("login",), full=True, code=4),
    Relapse(name="articles answer 500", faults=("always_500",), full=True, code=6),
    Relapse(name="all answers 500", faults=("always_500@any",), full=False, code=4),
    Relapse(name="soft 404", faults=("soft_404",), full=True, code=5),
    Relapse(name="maintenance", faults=("maintenance@page:99",), full=False, code=6),
)


def case_table() -> str:
    """The cases as a Markdown table."""
    lines = ["| row | fault | exit | what happens |", "|---|---|---|---|"]
    for case in CASES:
        words = " ".join(f"`{word}`" for word in case.faults) or f"none, the pager is `{case.pager}`"
        lines.append(f"| {case.row} | {words} | {case.code} | {_ending(case)} |")
    return "\n".join(lines) + "\n"


def relapse_table() -> str:
    """The relapses as a Markdown table."""
    lines = ["| fault of the second crawl | `--full` | exit |", "|---|---|---|"]
    for one in RELAPSES:
        words = " ".join(f"`{word}`" for word in one.faults)
        lines.append(f"| {one.name}: {words} | {'yes' if one.full else 'no'} | {one.code} |")
    return "\n".join(lines) + "\n"


def _ending(case: Case) -> str:
    parts = []
    if case.passes:
        parts.append("asked again")
    if case.lost:
        parts.append(f"victims on record as `{case.lost}`, all others stored")
    elif case.note:
        parts.append(case.note)
    else:
        parts.append("everything stored" + (", refused files on record" if case.files else ""))
    if case.memory:
        parts.append(f"within {case.memory / GIB:g} GiB of address space")
    return ", ".join(parts)

"""The docs name every command, option, setting and profile key, and what they say of them is true."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import click
import pytest

from portal_crawler.cli import COMMANDS, reference
from portal_crawler.platforms.sharepoint.addresses import ITEM_PARAMETERS, NOISE, NOISE_PREFIXES, source_key
from portal_crawler.profile import (
    PAGERS,
    Crawl,
    Dates,
    Labels,
    Layout,
    Listing,
    Profile,
    Quality,
    Section,
    parse_profile,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
NEW_PORTAL = (DOCS / "new-portal.md").read_text(encoding="utf-8")

TABLES = {
    "The portal": Profile, "sections": Section, "layouts": Layout, "labels": Labels, "dates": Dates, "listing": Listing,
    "crawl": Crawl, "quality": Quality,
}  # fmt: skip
TYPES = {str: "text", int: "whole number", float: "number", bool: "true/false"}


# --- command line and settings


def generated(name: str) -> str:
    """The part of a page that cog wrote."""
    return (DOCS / name).read_text(encoding="utf-8").partition("]]] -->\n")[2].rpartition("<!-- [[[end]]]")[0]


def test_the_command_reference_is_what_help_says():
    assert generated("cli.md") == reference.cli_reference(), "run `make docs`"


def test_the_settings_reference_is_what_settings_say():
    assert generated("settings.md") == reference.settings_reference(), "run `make docs`"


@pytest.fixture(scope="module")
def commands():
    return dict(reference.commands())


def test_every_command_has_a_help_with_an_example(commands):
    example = re.compile(r"\n\s*Examples?:\n\s*(?:portal-crawler|scrapy) ")
    assert [path for path, command in commands.items() if not example.search(command.help or "")] == []


def test_every_option_says_what_it_does(commands):
    options = [
        (path, one) for path, command in commands.items() for one in command.params if isinstance(one, click.Option)
    ]
    assert [f"{path} --{one.name}" for path, one in options if not one.help and not one.hidden] == []


def test_every_verb_of_the_program_is_in_the_reference():
    text = generated("cli.md")
    assert [name for name in COMMANDS if f"\n## portal-crawler {name}\n" not in text] == []


def test_every_setting_has_a_reason_of_its_own_or_that_of_its_group():
    names_alone = {"BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE"}  # they name the project
    silent = {one.name for one in reference.settings() if not one.reason and ": " not in one.section}
    assert silent == names_alone


# --- profile keys


def documented(heading: str) -> dict[str, list[str]]:
    """Key -> the other cells of its row, of the first table below a heading of new-portal.md."""
    section = re.split(r"^##+ ", NEW_PORTAL.partition(f"\n### {heading}\n")[2], flags=re.MULTILINE)[0]
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", section, re.MULTILINE)
    return {key: [cell.strip() for cell in re.split(r"(?<!\\)\|", rest)] for key, rest in rows}


@pytest.mark.parametrize("heading", TABLES)
def test_every_profile_key_is_documented_with_its_type_and_default(heading):
    kind = TABLES[heading]
    table = documented(heading)
    expected = {}
    hints = get_type_hints(kind)
    for one in fields(kind):
        if one.name == "path" or (one.name in TABLES and get_origin(hints[one.name]) is not tuple):
            continue  # set by the program; tables of their own
        hint = hints[one.name]
        inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
        name = ("texts" if inner is str else "tables") if get_origin(hint) is tuple else TYPES[hint]
        required = one.default is MISSING and one.default_factory is MISSING
        expected[one.name] = (name, "required" if required else f"`{json.dumps(one.default)}`")
    assert {key: (cells[0], cells[1]) for key, cells in table.items()} == expected


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_has_a_meaning_and_an_example_that_loads(heading):
    for key, (kind, _, meaning, example) in documented(heading).items():
        assert meaning.endswith((".", "`")), key
        if kind == "tables":
            continue
        assert load_example(heading, key, example.strip("`")), key


MINIMAL = {
    "name": '"my_town"', "title": '"Thị xã"', "hosts": '["www.my-town.gov.vn"]', "start_urls": '["https://www.my-town.gov.vn/"]'
}  # fmt: skip


def load_example(heading: str, key: str, value: str) -> Profile:
    """The minimal profile with one key more, or one of its own replaced."""
    own = {**MINIMAL, key: value} if heading == "The portal" else MINIMAL
    text = "".join(f"{name} = {given}\n" for name, given in own.items())
    needed = {"sections": {"name": '"Tin"', "url": '"https://www.my-town.gov.vn/tin"'}, "layouts": {"name": '"a"'}}
    if heading != "The portal":
        brackets = ("[[", "]]") if heading in needed else ("[", "]")
        inner = {**needed.get(heading, {}), key: value}
        text += f"{brackets[0]}{heading}{brackets[1]}\n" + "".join(
            f"{name} = {given}\n" for name, given in inner.items()
        )
    return parse_profile(text, f"docs/new-portal.md, {heading}.{key}")


def test_every_profile_in_the_text_loads():
    blocks = re.findall(r"```toml\n(.*?)```", NEW_PORTAL, re.DOTALL)
    whole = next(block for block in blocks if block.startswith("name ="))
    for block in blocks:
        parse_profile(block if block is whole else whole + block, "docs/new-portal.md")
    assert len(blocks) > 5


def test_every_pager_is_named():
    meaning = documented("listing")["pager"][2]
    assert [name for name in PAGERS if f"`{name}`" not in meaning] == []


def test_every_command_that_the_docs_show_exists(commands):
    shown = re.findall(r"portal-crawler ((?:portals )?[a-z][a-z-]*)", NEW_PORTAL)
    known = [path.removeprefix("portal-crawler ") for path in commands]
    assert sorted(set(shown) - set(known)) == []


# --- addresses


def test_the_dropped_parameters_are_the_documented_ones():
    rows = re.findall(
        r"^\| (`[^|]*`) \| [^|`]*\|$", NEW_PORTAL.partition("| dropped |")[2].partition("\n\n")[0], re.MULTILINE
    )
    names = [name.lower() for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert {name for name in names if not name.endswith("…")} == NOISE
    assert {name.removesuffix("…") for name in names if name.endswith("…")} == set(NOISE_PREFIXES)


def test_the_item_parameters_are_the_documented_ones_in_their_order():
    sentence = NEW_PORTAL.partition("These hold an item's id")[2].partition(";")[0]
    assert tuple(name.lower() for name in re.findall(r"`(\w+)`", sentence)) == ITEM_PARAMETERS


def test_the_source_keys_shown_are_those_of_the_program():
    rows = re.findall(r"^\| `(https?://[^`]+)` \| `([^`]+)` \|$", NEW_PORTAL, re.MULTILINE)
    assert len(rows) == 3
    assert {address: source_key(address) for address, _ in rows} == dict(rows)

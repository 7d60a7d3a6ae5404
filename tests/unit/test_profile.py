"""A profile is read, checked, and refused with a message that names file, key and cure."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from pipelines.errors import ConfigurationError
from portal_crawler.profile import bundled_names, load_profile, parse_profile, profile_from_json

MINIMAL = """
name = "my_town"
title = "Thị xã của tôi"
hosts = ["www.my-town.gov.vn"]
start_urls = ["https://www.my-town.gov.vn/"]
"""


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_profile(text, "my_town.toml")
    return str(caught.value)


def test_four_keys_are_enough():
    profile = parse_profile(MINIMAL, "my_town.toml")
    assert profile.title == "Thị xã của tôi"
    assert profile.path == "my_town.toml"
    assert (profile.crawl.delay, profile.crawl.concurrency, profile.listing.pager) == (1.0, 1, "auto")


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_profile_loads_and_is_named_as_its_file(name):
    assert load_profile(name).name == name


def test_the_named_portal_is_bundled_and_names_no_selector_that_nobody_has_seen():
    profile = load_profile("ben_tre_city")
    assert not profile.layouts
    assert not profile.listing.links
    assert profile.labels.alternate_url == ("Link thay thế nội dung",)


def test_a_profile_outside_the_tree_works_by_path_even_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "my_town.toml"
    path.write_text("\ufeff" + MINIMAL, encoding="utf-8")
    assert load_profile(str(path)).name == "my_town"


def test_a_date_may_be_written_without_quotes():
    text = MINIMAL + '[[layouts]]\nname = "old"\nvalid_until = 2019-12-31\n'
    assert parse_profile(text, "x").layouts[0].valid_until == "2019-12-31"


def test_a_profile_survives_the_way_to_an_extraction_process():
    text = (
        MINIMAL
        + '[[layouts]]\nname = "a"\nremove = ["div.x"]\n[[sections]]\nname = "Tin"\nurl = "https://www.my-town.gov.vn/tin"\n'
    )
    profile = parse_profile(text, "x.toml")
    assert profile_from_json(json.loads(json.dumps(asdict(profile)))) == profile


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigurationError, match=r'no portal named "nowhere"; known are: .*ben_tre_city.*\.toml'):
        load_profile("nowhere")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"missing\.toml: cannot be read"):
        load_profile(str(tmp_path / "missing.toml"))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("titel = 1", 'unknown key titel; did you mean "title"?'),
        ("[crawl]\ndelai = 1", 'unknown key crawl.delai; did you mean "delay"?'),
        ("[crawl]\nzzz = 1", "unknown key crawl.zzz; known here are: allow_private_hosts, "),
        ("path = 'x'", "path is not yours to set"),
        ("language = 3", "language must be text, not 3"),
        ("crawl = 3", "crawl must be a table, write [crawl]"),
        ("[crawl]\ndelay = true", "crawl.delay must be a number, not True"),
        ("[crawl]\nconcurrency = 1.5", "crawl.concurrency must be a whole number, not 1.5"),
        ("[crawl]\nconcurrency = true", "crawl.concurrency must be a whole number, not True"),
        ("[crawl]\nallow_private_hosts = 1", "crawl.allow_private_hosts must be true or false, not 1"),
        ('[labels]\ntitle = "Tiêu đề"', "labels.title must be a list, write labels.title = [ … ]"),
        ('[sections]\nname = "Tin"', "sections must be a list, write [[sections]]"),
        ("[labels]\ntitle = [1]", "labels.title[1] must be text, not 1"),
        ('[[layouts]]\nbody = "p"', "layouts[1].name is missing or empty"),
        ("[crawl", "not valid TOML"),
    ],
)
def test_what_is_written_wrong_is_named_with_its_cure(added, said):
    message = refusal(MINIMAL + added)
    assert message.startswith("my_town.toml: ")
    assert said in message


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('platform = "drupal"', 'platform "drupal" is unknown'),
        (
            '[[sections]]\nname = "Tin"\nurl = "https://other.gov.vn/"',
            'sections[1].url https://other.gov.vn/ is not on one of the hosts; add "other.gov.vn"',
        ),
        ('[[sections]]\nname = "Tin"\nurl = "tin.aspx"', "sections[1].url must be http(s)://…"),
        ('[[layouts]]\nname = "a"\n[[layouts]]\nname = "a"', 'layouts[2].name "a" is taken'),
        ('[[layouts]]\nname = "a"\nvalid_until = "2019-02-30"', "layouts[1].valid_until must be a day, YYYY-MM-DD"),
        (
            '[[layouts]]\nname = "a"\nvalid_from = 2019-02-02\nvalid_until = 2019-02-01',
            "layouts[1].valid_from 2019-02-02 is later",
        ),
        ('[[layouts]]\nname = "a"\nbody = "div >"', "layouts[1].body 'div >' is no valid CSS selector or XPath"),
        ('[[layouts]]\nname = "a"\nbody = "//div["', "layouts[1].body '//div[' is no valid"),
        ('[[layouts]]\nname = "a"\nbody = "//x:div"', "layouts[1].body '//x:div' is no valid"),
        ('[[layouts]]\nname = "a"\nbody = "(count(//p))"', "layouts[1].body '(count(//p))' must select elements"),
        ('[[layouts]]\nname = "a"\nremove = ["p", "a::text"]', "layouts[1].remove 'a::text' is no valid"),
        ('[listing]\nnext = "a["', "listing.next 'a[' is no valid"),
        ('[labels]\ntitle = ["Tên"]\nsummary = ["tên "]', 'labels: "tên " stands under title and summary'),
        ('[labels]\ntitle = [" "]', "labels.title holds an empty label"),
        ('[dates]\norder = "YDM"', "dates.order must be DMY or MDY"),
        ('[dates]\nform_order = "X"', "dates.form_order must be DMY or MDY"),
        ('[dates]\ntimezone = "Asia/Ben_Tre"', 'dates.timezone "Asia/Ben_Tre" is unknown'),
        ("[dates]\npattern = '(\\d+)/(\\d+)'", "lacks the named groups day, month, year"),
        ('[listing]\npager = "magic"', 'listing.pager "magic" must be one of auto, '),
        ('[listing]\narticle = ["("]', "listing.article[1] '(' is no regular expression"),
        ("[crawl]\ndelay = -1.0", "crawl.delay must be at least 0"),
        ("[crawl]\ndelay = nan", "crawl.delay must be at least 0"),
        ("[crawl]\ntimeout = inf", "crawl.timeout must be at least 1"),
        ("[crawl]\nconcurrency = 0", "crawl.concurrency must be at least 1"),
        ('[crawl]\ncontact = "call me"', "crawl.contact must be an e-mail or http(s) address"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_cure(added, said):
    assert said in refusal(MINIMAL + added)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (MINIMAL.replace('"my_town"', '"My-Town"'), 'name "My-Town" must be lower-case letters'),
        (MINIMAL.replace('"my_town"', '""'), "name is missing or empty"),
        (MINIMAL.replace('["www.my-town.gov.vn"]', "[]"), "hosts is missing or empty"),
        (MINIMAL.replace('["www.my-town.gov.vn"]', '["https://www.my-town.gov.vn/"]'), "must be a host name alone"),
        (MINIMAL.replace('["www.my-town.gov.vn"]', '["WWW.my-town.gov.vn"]'), "in lower case"),
        (MINIMAL.replace("https://", "ftp://"), "start_urls[1] must be http(s)://…"),
        (MINIMAL.replace("https://www", "https://[www"), "start_urls[1] is no address"),
    ],
)
def test_the_four_keys_are_checked(wrong, said):
    assert said in refusal(wrong)


def test_a_port_may_be_part_of_a_host_or_left_open():
    with_port = MINIMAL.replace("gov.vn/", "gov.vn:8080/")
    assert parse_profile(with_port, "x").start_urls == ("https://www.my-town.gov.vn:8080/",)
    assert parse_profile(with_port.replace('vn"]', 'vn:8080"]', 1), "x").hosts == ("www.my-town.gov.vn:8080",)
    assert 'add "www.my-town.gov.vn"' in refusal(MINIMAL.replace('vn"]', 'vn:8080"]', 1))


def test_a_field_selector_may_give_a_text():
    text = (
        MINIMAL
        + "[[layouts]]\nname = 'a'\nmatch = '(boolean(//h1))'\ntitle = 'string(//h1)'\nauthor = '(string(//b))'\n"
    )
    assert "layouts[1].title" in refusal(text)  # CSS, as it does not begin with / or (
    assert parse_profile(text.replace("'string(//h1)'", "'(string(//h1))'"), "x").layouts[0].title == "(string(//h1))"

"""Chrome is learned from what is stored, used by the next run, and taken out of older articles when they are read again."""

import json

import pytest

from tests.crawl.live import rows, run_cli, value
from tests.extract.building import FIRST, KICKER, SECOND, TITLE, whole_page

pytestmark = pytest.mark.crawls

HOTLINE = "Gọi 0279.000.115 để phản ánh, kiến nghị của người dân"
CLOSING = "Trân trọng thông báo để bà con được biết và thực hiện."
RARE = "Trung tâm Văn hóa trân trọng cảm ơn các nhà hảo tâm."
WORDS = ("lúa", "dừa", "bưởi", "tôm", "cá", "muối", "hoa", "rau", "nấm", "ong", "bò", "gà", "vịt", "sen")
PROFILE = "[crawl]\nallow_private_hosts = true\n[quality]\nchrome_articles = 12\n"


def page(number):
    word = WORDS[number % len(WORDS)]
    box = f"<div class='hop-thu'><p>{HOTLINE}</p></div>"
    rare = f"<div class='cam-on'><p>{RARE}</p></div>" if number < 3 else ""
    text = f"<p>{FIRST} Chuyện trồng {word}.</p>{rare}<p>{SECOND} Nghề {word} số {number}.</p>{box}<p>{CLOSING}</p>"
    head = f"<div>{KICKER}</div><div>{TITLE}: {word} {number}</div><div>13/03/2019 | Minh Đức</div>"
    return whole_page(f"{head}<div class='noi-dung'>{text}</div>")


def save(folder, numbers):
    for number in numbers:
        (folder / f"tin-{number}.aspx.html").write_text(page(number), encoding="utf-8")


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A database with fourteen pages read, then two more, then all of them again; what was stored after each step."""
    base = tmp_path_factory.mktemp("chrome")
    (base / "first").mkdir()
    (base / "later").mkdir()
    profile, db = base / "phu_sen.toml", base / "portal.db"
    profile.write_text(
        'name = "phu_sen"\ntitle = "Phú Sen"\nhosts = ["phusen.example"]\nstart_urls = ["http://phusen.example/"]\n'
        + PROFILE,
        encoding="utf-8",
    )
    save(base / "first", range(14))
    save(base / "later", range(14, 16))
    texts = []
    for words in (
        ["archive", profile, base / "first"],
        ["archive", profile, base / "later"],
        ["reextract", profile],
    ):
        done = run_cli(*words, "--db", db)
        assert done.returncode == 0, done.stderr + done.stdout
        texts.append(dict(rows(db, "SELECT url, body_text FROM v_articles")))
    return profile, db, texts


def test_it_is_learned_once_it_stands_in_enough_articles(learned):
    profile, db, texts = learned
    assert len(texts[0]) == 14
    assert all(HOTLINE in text for text in texts[0].values())
    found = json.loads(run_cli("chrome", profile, "--db", db, "--json").stdout)["learned"]
    assert [(one["text"], one["articles"], one["of_articles"], one["state"]) for one in found] == [
        (HOTLINE, 14, 14, "chrome")
    ]


def test_the_next_run_leaves_it_out_and_names_it(learned):
    _, db, texts = learned
    new = {url: text for url, text in texts[1].items() if url not in texts[0]}
    assert len(new) == 2
    assert not any(HOTLINE in text for text in new.values())
    said = rows(db, "SELECT chrome_version, missing FROM article_coverage WHERE missing LIKE '%learned%'")
    assert {version for version, _ in said} == {1}
    assert all({"kind": "text", "text": HOTLINE, "reason": "learned"} in json.loads(missing) for _, missing in said)


def test_reading_again_takes_it_out_of_what_was_stored(learned):
    _, db, texts = learned
    assert len(texts[2]) == 16
    assert not any(HOTLINE in text for text in texts[2].values())
    assert value(db, "SELECT min(share) FROM article_coverage") == 1


def test_a_stock_sentence_and_a_rare_box_stay(learned):
    _, _, texts = learned
    assert all(text.endswith(CLOSING) for text in texts[2].values())
    assert sum(RARE in text for text in texts[2].values()) == 3


def test_a_person_may_call_it_content(learned):
    profile, db, texts = learned
    assert run_cli("chrome", profile, "--content", 1, "--db", db).returncode == 0
    assert run_cli("reextract", profile, "--db", db).returncode == 0
    assert dict(rows(db, "SELECT url, body_text FROM v_articles")).keys() == texts[2].keys()
    assert value(db, "SELECT count(*) FROM v_articles WHERE instr(body_text, ?)", HOTLINE) == 16
    assert "no number" not in run_cli("chrome", profile, "--db", db).stdout

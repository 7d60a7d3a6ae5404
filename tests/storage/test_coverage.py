"""What of each version arrived is kept with the version, follows it, and is summed up for a portal."""

from dataclasses import replace

from pipelines.coverage import Box, Coverage, Missing, Tally
from pipelines.storage import chrome, coverage
from pipelines.storage.provenance import explained
from tests.storage.data import PORTAL, article

FULL = Coverage(words=Tally(source=50, aside=10, arrived=40), images=Tally(), cells=Tally(), links=Tally())
LOW = replace(
    FULL,
    words=Tally(source=50, aside=10, arrived=30),
    missing=(Missing(kind="text", text="Đoạn bị mất", reason="lost"),),
    chrome_version=2,
)


def boxed(number, text="Đường dây nóng", place="div.hop", before=None):
    box = Box(place=place, key=f"k-{text}", heading="", before=before or f"b{number}", text=text)
    return article(number, coverage=replace(FULL, region="div.bai", boxes=(box,)))


def test_coverage_comes_back_as_it_was_stored(store, run):
    store.save_article(article(1, coverage=LOW), run)
    found = explained(store.conn, "1")
    assert found is not None
    assert found.coverage == LOW
    assert LOW.share == 0.75


def test_a_version_that_comes_back_has_its_own_coverage(store, run):
    for day, text, figure in ((1, "một", FULL), (2, "hai", LOW), (3, "một", FULL)):
        moment = f"2024-05-0{day}T08:00:00+07:00"
        store.save_article(article(1, body_text=text, coverage=figure, captured_at=moment, origin="wayback"), run)
    shares = store.conn.execute(
        "SELECT share FROM article_coverage c JOIN article_revisions r ON r.id = c.revision_id ORDER BY r.number"
    ).fetchall()
    assert shares == [(1.0,), (0.75,), (1.0,)]


def test_a_portal_is_summed_up_over_its_current_versions(store, run):
    store.save_article(article(1, coverage=FULL), run)
    store.save_article(article(2, coverage=LOW, flags=("coverage_low",)), run)
    store.save_article(article(3), run)
    assert coverage.summary(store.conn, PORTAL) == {
        "articles": 2, "words_arrived": 70, "words_wanted": 80, "lowest": 0.75, "low": 1,
    }  # fmt: skip


def learn(store, least=12):
    return chrome.learn(store.conn, PORTAL, least, "2024-06-01T00:00:00+07:00")


def test_a_box_in_few_articles_is_not_learned(store, run):
    for number in range(11):
        store.save_article(boxed(number), run)
    assert learn(store) == []
    store.save_article(boxed(11), run)
    assert learn(store) == ["Đường dây nóng"]
    assert learn(store) == []
    assert chrome.load(store.conn, PORTAL).signs == {("div.bai", "div.hop", "same", "k-Đường dây nóng")}


def test_a_box_that_differs_from_article_to_article_is_not_learned(store, run):
    for number in range(30):
        store.save_article(boxed(number, text="Nguồn: Đài" if number % 3 else f"Nguồn: Báo số {number}"), run)
    assert learn(store) == []


def test_copies_of_one_article_prove_nothing(store, run):
    for number in range(20):
        store.save_article(boxed(number, before="cùng một dòng"), run)
    assert learn(store) == []


def test_nothing_is_learned_where_the_profile_says_so(store, run):
    for number in range(20):
        store.save_article(boxed(number), run)
    assert learn(store, 0) == []


def test_a_persons_word_makes_a_new_version_and_lasts(store, run):
    for number in range(12):
        store.save_article(boxed(number), run)
    learn(store)
    chrome.decide(store.conn, PORTAL, 1, "content")
    learn(store)
    known = chrome.load(store.conn, PORTAL)
    assert (known.version, known.signs) == (2, frozenset())

"""Normalising: every text of an article is clean afterwards, and a second time changes nothing."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import Article, Attachment, FieldNote, Image, article_from_json, to_json
from pipelines.normalize import NormalizePipeline, normalize

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
MAYBE = st.none() | ANY


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        portal="p",
        key="k",
        url=draw(ANY),
        urls=tuple(draw(st.lists(ANY, max_size=3))),
        title=draw(ANY),
        summary=draw(MAYBE),
        author=draw(MAYBE),
        category=draw(MAYBE),
        body_text=draw(ANY),
        body_html=draw(ANY),
        alternate_url=draw(MAYBE),
        images=(Image(url=draw(ANY), alt=draw(ANY), caption=draw(ANY), credit=draw(ANY)),),
        attachments=(Attachment(url=draw(ANY), name=draw(ANY)),),
        notes=(FieldNote(field="title", rule=draw(ANY), raw=draw(ANY), others=((draw(ANY), draw(ANY)),)),),
        flags=tuple(draw(st.lists(st.sampled_from(["a", "b"]), max_size=4))),
    )


@settings(max_examples=60, deadline=None)
@given(articles())
def test_normalising_twice_changes_nothing_more(article: Article) -> None:
    once = normalize(article)
    assert normalize(once) == once


@settings(max_examples=60, deadline=None)
@given(articles())
def test_what_is_normalised_can_be_stored_and_hashed(article: Article) -> None:
    clean = normalize(article)
    assert len(clean.content_hash) == 64  # a lone surrogate would raise
    for value in _texts(to_json(clean)):
        assert "\x00" not in value
        value.encode("utf-8")


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in _texts(one)] if isinstance(value, list | tuple) else []


def test_the_same_words_from_two_pages_are_the_same_article() -> None:
    printed = Article(
        portal="p",
        key="k",
        url="u",
        title="Sơ kết\u00a0đề\u200b án",
        author=" Hồng Quốc ",
        summary="",
        body_text="Một\u00a0\n\n Hai",
    )
    typed = Article(
        portal="p",
        key="k",
        url="u",
        title=unicodedata.normalize("NFD", "Sơ kết đề án"),
        author="Hồng Quốc",
        summary=None,
        body_text="Một\nHai",
    )
    assert normalize(printed).content_hash == normalize(typed).content_hash
    assert normalize(printed).summary is None


def test_only_articles_are_touched() -> None:
    item = {"title": " x\u200b"}
    assert NormalizePipeline().process_item(item) is item
    article = Article(portal="p", key="k", url="u", title=" x\u200b")
    assert NormalizePipeline().process_item(article).title == "x"


@settings(max_examples=30, deadline=None)
@given(articles())
def test_a_clean_article_survives_json(article: Article) -> None:
    clean = normalize(article)
    assert article_from_json(to_json(clean)) == clean

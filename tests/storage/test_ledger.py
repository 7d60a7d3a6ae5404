"""The ledger of loads: what stands in a target is known for certain, and only the last change of a thing is undone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ConfigurationError
from pipelines.storage.ledger import Entry, Ledger, read_entries
from pipelines.storage.schema import open_reader
from pipelines.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://www.example.gov.vn"
FILE = "https://www.example.gov.vn/a.jpg"


def entry(batch: int, *, title: str = "Lễ trồng cây", content: str = "") -> Entry:
    sent = {"title": title, "content": content, "featured_media": 0}
    return Entry(kind="article", uid="u1", target_id=7, address=f"{SITE}/le/", row_hash="h", status="loaded", sent=sent,
                 found=sent, modified="2024-01-01T00:00:00", batch_id=batch)  # fmt: skip


def test_what_was_written_is_read_back_even_after_the_process_died(store: Store, db: Path) -> None:
    ledger = Ledger(store, SITE)
    written = entry(ledger.begin_batch())
    ledger.put(written)
    store.conn.execute("INSERT INTO data_dictionary VALUES ('x', '', '', '')")
    store.rollback()
    assert ledger.get("article", "u1") == written
    assert ledger.get("media", "u1") is None
    with closing(open_reader(db)) as reader:
        assert list(read_entries(reader, SITE, "article")) == [written]
        assert list(read_entries(reader, "https://other.example", "article")) == []


def test_a_batch_tells_its_changes_the_last_first_and_forgets_what_was_undone(store: Store) -> None:
    ledger = Ledger(store, SITE)
    batch = ledger.begin_batch()
    ledger.put(entry(batch), changed=True)
    ledger.put(replace(entry(batch), uid="u2"), before={"title": "Cũ"}, changed=True)
    ledger.put(replace(entry(batch), uid="u3"))
    last, first = ledger.changes(batch)
    assert (last.uid, last.before, first.uid, first.before) == ("u2", {"title": "Cũ"}, "u1", None)
    ledger.undone(last, replace(entry(batch), uid="u2", status="undone"))
    assert [one.uid for one in ledger.changes(batch)] == ["u1"]


def test_a_thing_that_a_later_batch_changed_again_is_known(store: Store) -> None:
    ledger = Ledger(store, SITE)
    one, two = ledger.begin_batch(), ledger.begin_batch()
    ledger.put(entry(one), changed=True)
    ledger.put(entry(two, title="Mới"), before={"title": "Cũ"}, changed=True)
    assert ledger.changed_later(ledger.changes(one)[0])
    assert not ledger.changed_later(ledger.changes(two)[0])


def test_only_batches_of_this_target_that_stand_can_be_undone(store: Store) -> None:
    ledger, other = Ledger(store, SITE), Ledger(store, "https://other.example")
    batch, foreign = ledger.begin_batch(), other.begin_batch()
    with pytest.raises(ConfigurationError, match=f"has no batch {foreign}; it has: {batch}"):
        ledger.changes(foreign)
    ledger.finish_rollback(batch)
    with pytest.raises(ConfigurationError, match="was undone"):
        ledger.changes(batch)


def test_a_file_is_in_use_while_an_article_in_the_target_shows_it(store: Store) -> None:
    ledger = Ledger(store, SITE)
    batch = ledger.begin_batch()
    file = Entry(kind="media", uid="s1", target_id=5, address=FILE, status="loaded", batch_id=batch)
    ledger.put(entry(batch, content=f'<p><img src="{FILE}"></p>'))
    assert ledger.in_use(file)
    ledger.put(replace(entry(batch), sent={"content": "", "featured_media": 5}))
    assert ledger.in_use(file)
    ledger.put(replace(entry(batch), target_id=None, status="undone", sent={}))
    assert not ledger.in_use(file)

"""Whether the index says what the graph says."""

from dataclasses import replace

import pytest

from graph.model import MODEL
from graph.search.follower import Follower
from graph.search.gathering import every_id, gather
from graph.search.verifying import Difference, differences
from graph.store.batch import Batch, Put, To
from graph.store.sqlite import open_sqlite

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}


@pytest.fixture
def store(tmp_path):
    opened = open_sqlite(tmp_path / "graph.db", MODEL)
    texts = {"kind": "WORK", "locale": "en", "text_state": "PUBLISHED", **OPEN}
    themes = {"themes": (To("theme:food"),)}
    puts = [
        Put("theme:food", "Theme", {"name": "Food", **OPEN}),
        *(Put(f"asset:{name}", "Asset", {"title": name, **texts}, themes) for name in ("batik", "kimchi", "tempe")),
    ]
    assert opened.write(Batch(tuple(puts))).refused == ()
    yield opened
    opened.close()


def test_an_index_that_follows_differs_in_nothing(store, index):
    Follower(store, index).follow()

    assert list(differences(store, index)) == []


def test_what_is_missing_left_over_or_old_is_named(store, index):
    documents = {(one.id, one.locale): one for one in gather(store, every_id(store))}
    kimchi, tempe = documents["asset:kimchi", "en"], documents["asset:tempe", "en"]
    changed = replace(kimchi, facets={}, updated=kimchi.updated + 1)
    index.rebuild(
        [documents["theme:food", "und"], documents["asset:batik", "en"], changed, replace(tempe, id="asset:gone")],
        applied_seq=store.stats().seq,
    )

    assert set(differences(store, index)) == {
        Difference("asset:tempe", "en", "is not in the index"),
        Difference("asset:gone", "en", "is in the index and not in the graph"),
        Difference("asset:kimchi", "en", "differs in facets, updated"),
    }


def test_what_the_index_has_yet_to_read_is_no_difference(store, index):
    follower = Follower(store, index)
    follower.follow()
    store.write(Batch((Put("asset:batik", "Asset", {"title": "Hand-drawn batik"}),)))

    assert list(differences(store, index)) == []
    follower.follow()
    assert list(differences(store, index)) == []


def test_an_entity_with_several_texts_in_a_language_is_compared_text_by_text(store, index):
    about = {"translates": (To("asset:batik"),)}
    told = {"locale": "id", "basis_rev": 1, "state": "PUBLISHED", "marking": "PUBLIC"}
    texts = [
        Put(f"translation:{form.lower()}", "Translation", {**told, "form": form, "title": f"Batik {form}"}, about)
        for form in ("FULL", "SHORT")
    ]
    assert store.write(Batch(tuple(texts))).refused == ()
    documents = list(gather(store, every_id(store)))
    several = [one for one in documents if (one.id, one.locale) == ("asset:batik", "id")]
    assert len(several) == 2

    index.rebuild(documents, applied_seq=store.stats().seq)
    assert list(differences(store, index)) == []
    index.rebuild([one for one in documents if one != several[0]], applied_seq=store.stats().seq)
    assert list(differences(store, index)) == [Difference("asset:batik", "id", "is not in the index")]

"""What a translation was made from: noted by itself, so that a stale one can be told."""

from graph.model import MODEL
from graph.store.basis import basis_of
from graph.store.batch import Batch, Put, To

KO = "translation:asset.a.ko"
ASSET = MODEL.types["Asset"]


def translation(**values) -> Put:
    return Put(KO, "Translation", {"locale": "ko", **values}, {"translates": (To("asset:a"),)})


def test_a_translation_notes_the_text_and_the_revision_it_was_made_from(graph):
    graph.put("asset:a", title="Kimjang", locale="en")
    graph.put("asset:a", year=2013)

    graph.write(translation(title="김장"))

    expected = basis_of(ASSET, {"title": "Kimjang", "locale": "en"})
    assert graph.one(KO, "basis", "basis_rev") == {"basis": expected, "basis_rev": 2}


def test_one_written_with_its_source_notes_what_the_source_becomes(graph):
    graph.put("asset:a", title="Old", locale="en")

    graph.write(translation(title="김장"), Put("asset:a", "Asset", {"title": "New"}))

    expected = basis_of(ASSET, {"title": "New", "locale": "en"})
    assert graph.one(KO, "basis", "basis_rev") == {"basis": expected, "basis_rev": 2}


def test_only_a_change_of_its_texts_moves_the_basis(graph):
    graph.put("asset:a", title="Kimjang", locale="en")
    graph.write(translation(title="김장"))
    before = graph.one(KO, "basis", "basis_rev")
    graph.put("asset:a", title="Kimjang, for the winter")

    graph.write(translation(state="IN_REVIEW"))
    assert graph.one(KO, "basis", "basis_rev") == before

    graph.write(translation(title="김장, 겨울"))
    expected = basis_of(ASSET, {"title": "Kimjang, for the winter", "locale": "en"})
    assert graph.one(KO, "basis", "basis_rev") == {"basis": expected, "basis_rev": 2}


def test_a_basis_that_the_writer_names_stands(graph):
    graph.put("asset:a", title="Kimjang")

    graph.write(translation(title="김장", basis="abc", basis_rev=7))

    assert graph.one(KO, "basis", "basis_rev") == {"basis": "abc", "basis_rev": 7}


def test_a_translation_that_came_before_its_source_notes_it_once_they_are_linked(graph):
    graph.store.write(Batch((translation(title="김장"),)))
    assert graph.one(KO, "basis", "basis_rev") == {"basis": None, "basis_rev": None}
    graph.put("asset:a", title="Kimjang")

    graph.write(Put(KO, "Translation", {}, {"translates": (To("asset:a"),)}))

    assert graph.one(KO, "basis", "basis_rev") == {"basis": basis_of(ASSET, {"title": "Kimjang"}), "basis_rev": 1}


def test_a_changed_text_or_language_is_another_basis_and_anything_else_is_not():
    source = {"title": "T", "summary": None, "body": "B", "locale": "en", "year": 1}
    same = {"title": "T", "summary": "", "body": "B", "locale": "en", "year": 2}
    others = [{**source, "title": "U"}, {**source, "locale": "id"}, {**source, "summary": "B", "body": None}]

    assert basis_of(ASSET, source) == basis_of(ASSET, same)
    assert len({basis_of(ASSET, one) for one in [source, *others]}) == 4

"""The glossary: what it is made of, and how its concepts are named and found."""

import json
from importlib.resources import files

import pytest

from graph.search.forms import forms_of_text
from graph.search.glossary import concepts, concepts_named
from graph.search.index import Match, Query

SAID = json.loads((files("graph.search") / "glossary.json").read_text("utf-8"))


def named(text):
    forms = forms_of_text(text)
    assert forms is not None
    return concepts_named(forms)


def test_every_concept_has_names_in_indonesian_english_and_korean_each_once():
    for concept, by_language in SAID["concepts"].items():
        assert {"id", "en", "ko"} <= by_language.keys(), concept
        for language, names in by_language.items():
            assert len(names) == len(set(names)) > 0, (concept, language)
            assert all(name == name.strip() and forms_of_text(name) for name in names), (concept, language)
    assert set(SAID) == {"title", "source", "licence", "concepts"}


@pytest.mark.parametrize(
    "name", ["twiplomacy", "e-diplomacy", "Cyber Diplomacy", "#DigitalDiplomacy", "diplomasi digital", "디지털외교"]
)
def test_a_concept_is_named_in_any_language_and_spacing(name):
    assert named(name) == ("digital-diplomacy",)


def test_a_name_by_its_stem_is_a_concept_only_where_it_is_no_name_of_another():
    assert named("embassies") == ("embassy",)
    assert named("tourist") == ("tourist",)
    assert named("batik") == ()


def test_every_name_of_a_concept_finds_the_document_that_bears_another(index, make, find):
    index.apply((), [make("a:1", "Nation branding explained"), make("a:2", "Slow food")], applied_seq=1)

    assert [find(index, name) for name in concepts()["nation-brand"]] == [["a:1"]] * len(concepts()["nation-brand"])


def test_the_word_itself_comes_before_its_synonym_and_the_longest_name_is_meant(index, make, find, anyone):
    documents = [
        make("a:1", "관광 안내", locale="ko"),
        make("a:2", "Marine life", "Notes on tourism"),
        make("a:3", "해양관광", locale="ko"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "tourism") == ["a:2", "a:1"]
    assert find(index, "wisata bahari") == ["a:3"]
    hit = index.search(Query("wisata bahari", anyone)).hits[0]
    assert [(why.match, why.field, why.words) for why in hit.why] == [(Match.SYNONYM, "title", ("wisata", "bahari"))]


def test_a_name_that_without_its_accent_is_grammar_finds_only_itself(index, make, find):
    documents = [
        make("a:1", "The dance of the masks"),
        make("a:2", "La route du thé", locale="fr"),
        make("a:3", "Te esperamos", locale="es"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "茶") == ["a:2"]
    assert find(index, "thé")[0] == "a:2"


@pytest.mark.parametrize(
    ("query", "locale", "title"),
    [
        ("제주도에서", "ko", "제주의 돌담"),
        ("济州岛", "zh", "春天的济州之旅"),
        ("済州島", "ja", "済州を歩く"),
        ("去济州旅游", "zh", "济州的旅游"),
    ],
)
def test_a_place_is_found_where_only_its_name_stands(index, make, find, query, locale, title):
    index.apply((), [make("a:1", title, locale=locale), make("a:2", "Batik")], applied_seq=1)

    assert find(index, query) == ["a:1"]

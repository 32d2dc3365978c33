"""Facets, folding and totals as counted by hand, and queries that nobody would type."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.search.folding import is_blank
from graph.search.index import LONGEST_QUERY, MOST_WORDS, Query, QueryRefused
from graph.search.terms import terms_of
from graph.store.select import Viewer
from graph.store.visibility import ALWAYS, NEVER, Visibility

LOCALES = ("en", "ko", "id")
WORDS = ("batik", "kimchi", "wayang")
VALUES = ("A", "B", "C")

starts, ends = st.sampled_from([ALWAYS, 10, 11]), st.sampled_from([10, 11, NEVER])
visibilities = st.builds(Visibility, st.integers(0, 2), st.integers(0, 3), starts, ends)
viewers = st.builds(Viewer, st.integers(-1, 3), st.integers(-1, 3), st.integers(-1, 3), st.just(10))
documents = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(LOCALES), st.sets(st.sampled_from(WORDS), min_size=1), visibilities,
        st.sets(st.sampled_from(VALUES)), st.sets(st.sampled_from(VALUES)),
    ),
    max_size=12,
    unique_by=lambda one: one[:2],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(documents, viewers, st.sampled_from(["", *WORDS]), st.sets(st.sampled_from(VALUES), max_size=2), st.booleans())
def test_totals_and_facets_are_what_one_counts_by_hand(fresh, make, said, viewer, word, themes, by_locale):
    made = [
        make(f"a:{n}", " ".join(sorted(words)), locale=locale, seen=seen, kind=sorted(kinds), theme=sorted(carried))
        for n, locale, words, seen, kinds, carried in said
    ]
    filters = {"theme": frozenset(themes)} if themes else {}
    filters |= {"locale": frozenset({"ko"})} if by_locale else {}
    with tempfile.TemporaryDirectory() as folder:
        index = fresh(Path(folder))
        index.apply((), made, applied_seq=1)
        hits = index.search(Query(word, viewer, filters, first=50, facets=("kind", "theme", "locale")))
        index.close()

    seen = [one for one in made if one.visibility.seen_by(viewer)]
    matched = {one.id for one in seen if word in one.fields[0].text}
    for facet, values in filters.items():
        matched &= {one.id for one in seen if not values.isdisjoint(one.facets.get(facet, ()))}

    assert {hit.id for hit in hits.hits} == matched
    assert hits.total == len(matched)
    for facet in ("kind", "theme", "locale"):
        pairs = {(one.id, value) for one in seen if one.id in matched for value in one.facets.get(facet, ())}
        counted = Counter(value for _, value in pairs)
        assert hits.facets[facet] == tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


operators = st.text(alphabet="\"'*?~^()[]{}:+-!|&/\\<>=,.;#@%$_ \t\n\x00\x1f\x7f", max_size=60)
syntax = ["title:batik", "batik*", "*", "ba?ik", "batik~2", "NOT batik", "batik AND", "[a TO z]", "id:a", "e0batik"]
odd = [
    "a;" * 400,
    "漢カ" * 300,
    "\ud800",
    "\udfffbatik",
    "👩‍👩‍👧‍👦",
    "🇰🇷 batik",
    "\u202ebatik",
    "كimchiج",
    "a\u0301" * 300,
    "ㄱ",
    "茶",
    "ก",
    "ب",
]
anything = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    operators,
    st.builds(lambda word, mark: f"{mark}{word}{mark}", st.sampled_from(["batik", "김장", "title"]), operators),
    st.sampled_from(syntax),
    st.sampled_from(odd),
    st.builds(
        lambda char, count: char * count, st.sampled_from("aक가あ漢ก"), st.sampled_from([1, 999, 1000, 1001, 10_000])
    ),
)


@settings(max_examples=400, deadline=5000)
@given(anything)
def test_any_text_is_answered_or_refused_and_never_becomes_syntax(filled, anyone, text):
    query = Query(text, anyone, facets=("type",))
    if len(text) > LONGEST_QUERY or len(terms_of(text).words) > MOST_WORDS:
        with pytest.raises(QueryRefused, match=r"are allowed\. Shorten it\."):
            filled.search(query)
        return
    hits = filled.search(query)

    assert hits.total <= 3
    assert all(hit.why for hit in hits.hits) or is_blank(text)
    marks = [(start, end, len(hit.snippet.text)) for hit in hits.hits for start, end in hit.snippet.highlights]
    assert all(0 <= start < end <= length for start, end, length in marks)


def test_operators_of_query_languages_are_no_operators(filled, find):
    assert find(filled, "batik OR gamelan") == find(filled, "batik or gamelan")
    assert find(filled, "title:batik") == find(filled, "title batik")
    assert find(filled, "*") == []
    assert find(filled, "NOT batik")[0] == "a:1"
    assert find(filled, "e0batik") == []

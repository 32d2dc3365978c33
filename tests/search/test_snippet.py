"""Snippets highlight what was written, in any script, and never half a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.index import Query
from graph.search.snippet import snippet_of


def highlighted(snippet):
    return [snippet.text[start:end] for start, end in snippet.highlights]


@pytest.mark.parametrize(
    ("locale", "text", "query", "marked"),
    [
        ("ko", "마을 사람들이 김장을 담급니다", "김장", ["김장을"]),
        ("ko", "전주비빔밥 장인", "비빔밥", ["비빔밥"]),
        ("ja", "家庭で作る本格キムチ", "キムチ", ["キムチ"]),
        ("zh", "韓國旅遊的簽證", "旅游", ["旅遊"]),
        ("fr", "Le ciné\u0301ma core\u0301en à Cannes", "coreen", ["core\u0301en"]),
        ("ar", "من الثَّقافة الكورية", "ثقافة", ["الثَّقافة"]),
        ("th", "ร้านอาหารเกาหลีในกรุงเทพ", "อาหาร", ["อาหาร"]),
        ("vi", "Ẩm thực Hàn Quốc", "am thuc", ["Ẩm", "thực"]),
        ("en", "The ﬁlm festival", "film", ["ﬁlm"]),
        ("ja", "ｶﾞﾑﾗﾝの音", "ガムラン", ["ｶﾞﾑﾗﾝ"]),
        ("en", "See #KCulture now", "kculture", ["KCulture"]),
    ],
)
def test_a_highlight_is_the_text_as_it_was_written(index, make, anyone, locale, text, query, marked):
    index.apply((), [make("a:1", "Untitled", text, locale=locale)], applied_seq=1)

    hit = index.search(Query(query, anyone)).hits[0]

    assert hit.snippet.text == text
    assert highlighted(hit.snippet) == marked


def test_a_long_text_is_cut_at_spaces_around_the_first_match():
    text = "word " * 100 + "kimchi " + "word " * 100
    at = text.index("kimchi")

    snippet = snippet_of(text, [(at, at + 6)])

    assert highlighted(snippet) == ["kimchi"]
    assert snippet.text.startswith("…word ")
    assert snippet.text.endswith("word…")
    assert len(snippet.text) <= 162


def test_overlapping_matches_are_one_highlight():
    assert snippet_of("비빔밥", [(0, 2), (1, 3)]).highlights == ((0, 3),)


@given(st.text(min_size=1, max_size=600), st.data())
def test_a_snippet_is_a_piece_of_its_text_and_holds_the_match(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 50)))

    snippet = snippet_of(text, [(start, end)])

    assert snippet.text.removeprefix("…").removesuffix("…") in text or "…" in text
    assert highlighted(snippet) == [text[start:end]]

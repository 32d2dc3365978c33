"""The order of answers: levels of matching before fields, and words that only look right after those that are."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from graph.search.index import Match, Query
from graph.search.weights import LEVELS, MOST_ELSEWHERE, SAME_LANGUAGE, TIERS, points

# A query, a text that has it, and a title that only seems to.
TRAPS = [
    ("ko", "비자", "공연단이 비자를 받는 법", "소비자 만족과 소비자 시장"),
    ("ko", "비자", "공연단이 비자를 받는 법", "비자림 숲길을 걷다"),
    ("ko", "시장", "새벽 시장에 다녀오다", "시장기를 달래는 국수"),
    ("ko", "가야", "가야의 철기 문화", "가야금 연주회"),
    ("ko", "한지", "창문에 한지를 바르다", "한지붕 아래 세 가족"),
    ("ko", "수영", "바다에서 수영을 배우다", "수영복 패션쇼"),
    ("ko", "상추", "상추와 깻잎", "밥상추억"),
    ("en", "port", "Ships leave the port at dawn", "Portugal and portraits"),
    ("en", "art", "A festival of art by the river", "Party of the departed"),
    ("en", "tea", "Serving tea to guests", "Team of steam engines"),
    ("en", "batik", "A shop for batik", "Batam, an island"),
    ("id", "teh", "Upacara minum teh", "Teheran dan sekitarnya"),
    ("id", "seni", "Malam seni rakyat", "Senin yang sibuk"),
    ("id", "tari", "Lomba tari daerah", "Tarif bus kota"),
    ("id", "kain", "Pameran kain tenun", "Bermain di pantai"),
    ("id", "wayang", "Malam wayang di desa", "Layang-layang raksasa"),
    ("es", "arte", "Una feria de arte popular", "Departamento de carteles"),
    ("es", "sol", "Danza bajo el sol", "Soldados y solteros"),
    ("fr", "thé", "La cérémonie du thé", "Théâtre et théorie"),
    ("fr", "thé", "La cérémonie du thé", "The tale of the two courts"),
    ("es", "té", "Una taza de té", "Te esperamos en la feria"),
    ("fr", "mode", "Semaine de la mode", "Modèle moderne"),
    ("vi", "phở", "Quán phở ở Hà Nội", "Phổ biến kiến thức"),
    ("vi", "chè", "Đồi chè Thái Nguyên", "Chế biến thực phẩm"),
    ("ja", "京都", "秋の京都を歩く", "東京都の庁舎"),
    ("ja", "茶", "茶を点てる作法", "無茶な計画"),
    ("ar", "فن", "معرض فن حديث", "فندق على البحر"),
    ("ar", "حلال", "مطعم حلال في سيول", "الاحتلال القديم"),
    ("th", "วัด", "เที่ยว วัด ในกรุงเทพ", "วัดผลการเรียน"),
    ("en", "hanji", "Lamps of hanji", "Hanja in two days"),
    ("en", "gayo", "Coffee from gayo", "Kayo songs of spring"),
]


@pytest.mark.parametrize(("locale", "query", "right", "trap"), TRAPS, ids=[f"{t[1]}-{n}" for n, t in enumerate(TRAPS)])
def test_what_only_looks_right_never_comes_before_what_is(index, make, find, locale, query, right, trap):
    documents = [make("a:2", "…", right, locale=locale), make("a:1", trap, trap, locale=locale, aliases=[trap])]
    index.apply((), documents, applied_seq=1)

    assert find(index, query)[0] == "a:2"


def test_a_level_in_its_worst_field_counts_more_than_the_next_in_every_field_and_script():
    assert list(LEVELS) == sorted(LEVELS, key=lambda match: -LEVELS[match])
    for higher, lower in pairwise(LEVELS):
        most = points(lower, 0) * (100 + MOST_ELSEWHERE) * (100 + SAME_LANGUAGE) // 10_000
        assert points(higher, TIERS[-1]) > most, (higher, lower)


def test_the_documented_levels_are_those_that_count():
    page = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
    table = page.split("| Level | Counts |", 1)[1].split("\n\n", 1)[0]

    assert [int(count) for count in re.findall(r"\| (\d+) \|", table)] == list(LEVELS.values())


# A query, its language, and a text of the same worth in another that is written in the same script.
TONGUES = [
    ("exportar", "es", "Una exportación", "en", "An export"),
    ("templos", "es", "Un templo", "en", "A temple"),
    ("le design", "fr", "Design et mode", "id", "Design dan mode"),
    ("về design", "vi", "Design Việt", "en", "Design today"),
    ("韩国", "zh", "韩国", "ja", "韓国"),
    ("韓国", "ja", "韓国", "zh", "韩国"),
    ("韓國", "zh-Hant", "韓國", "ja", "韓国"),
]


@pytest.mark.parametrize(("query", "locale", "own", "other_locale", "other"), TONGUES)
def test_of_two_alike_the_one_in_the_language_of_the_query_comes_first(
    index, make, find, query, locale, own, other_locale, other
):
    documents = [make("a:1", "…", other, locale=other_locale), make("a:2", "…", own, locale=locale)]
    index.apply((), documents, applied_seq=1)

    assert find(index, query) == ["a:2", "a:1"]


def test_the_language_of_a_query_never_outweighs_how_well_a_word_is_found(index, make, find):
    documents = [make("a:1", "Export"), make("a:2", "Exportación", "Exportar", locale="es"), make("a:3", "Exportar")]
    index.apply((), documents, applied_seq=1)

    assert find(index, "exportar") == ["a:3", "a:2", "a:1"]


@pytest.mark.parametrize(
    ("tag", "title", "locale"),
    [
        ("#KFilm2025", "Festival K-Film 2025", "id"),
        ("#SlowFood2025", "Slow food in 2025", "en"),
        ("#제주_해녀", "제주에서 만난 해녀", "ko"),
        ("#السياحة_في_كوريا", "السياحة الكورية في كوريا", "ar"),
        ("#السياحةالكورية", "دليل السياحة الكورية", "ar"),
        ("#publicdiplomacy", "Notes on public diplomacy", "en"),
        ("#vanhoahanquoc", "Văn hóa Hàn Quốc hôm nay", "vi"),
    ],
)
def test_a_hashtag_finds_its_words(index, make, tag, title, locale, anyone):
    index.apply((), [make("a:1", title, locale=locale), make("a:2", "Something else")], applied_seq=1)
    hits = index.search(Query(tag, anyone)).hits

    assert [hit.id for hit in hits] == ["a:1"]
    assert {why.match for why in hits[0].why} <= {Match.WORD, Match.STEM, Match.SOUND}


def test_levels_come_in_order_wherever_they_stand(index, make, find):
    documents = [
        make("a:9", "Kimchi"),
        make("a:8", "Cabbage", aliases=["kimchi"]),
        make("a:7", "Kimchi for two"),
        make("a:6", "…", "A pot of kimchi"),
        make("a:5", "Two kimchis"),
        make("a:4", "Kimchijjigae pots"),
        make("a:3", "김치의 날", locale="ko"),
        make("a:2", "Pots", links=["a:9"]),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "kimchi") == ["a:9", "a:8", "a:7", "a:6", "a:5", "a:4", "a:3", "a:2"]


def test_a_name_begins_with_a_query_only_where_a_word_ends(index, make, anyone, find):
    documents = [
        make("a:1", "Portugal"),
        make("a:2", "Port cities"),
        make("a:3", "김치를 담그는 날", locale="ko"),
        make("a:4", "京都の庭", locale="ja"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "port") == ["a:2", "a:1"]
    assert [find(index, query) for query in ("김치", "京都")] == [["a:3"], ["a:4"]]
    assert index.search(Query("김치", anyone)).hits[0].why[0].match is Match.PREFIX


def test_of_what_fits_alike_the_newer_comes_first(index, make, find):
    day = 86_400_000
    documents = [
        replace(make("a:1", "Batik day"), updated=day),
        replace(make("a:2", "Batik day"), updated=9 * day),
        replace(make("a:3", "A day of batik"), updated=99 * day),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "batik") == ["a:2", "a:1", "a:3"]

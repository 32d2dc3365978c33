"""One thing written in two ways, in ten languages: whoever types the one finds the other."""

import pytest

from graph.search.index import Query

#: The locale of a text, the text, and what somebody types who looks for it.
WRITINGS = [
    # Dates and numbers.
    ("id", "Proklamasi 17 Agustus 1945", "1945년 8월 17일"),
    ("id", "Proklamasi 17 Agustus 1945", "1945年8月17日"),
    ("id", "Proklamasi 17 Agustus 1945", "17 August 1945"),
    ("id", "Proklamasi 17 Agustus 1945", "١٧ أغسطس ١٩٤٥"),
    ("id", "Proklamasi 17 Agustus 1945", "17 สิงหาคม ๒๔๘๘"),
    ("id", "Proklamasi 17 Agustus 1945", "#17Agustus1945"),
    ("ko", "2024년 관광의 해", "๒๕๖๗"),
    ("ko", "2024년 관광의 해", "2024年"),
    ("ko", "2024년 관광의 해", "#관광2024"),
    ("th", "ปี พ.ศ. ๒๕๖๗ การท่องเที่ยว", "2024"),
    ("ja", "2024年の祭り", "2024년"),
    ("en", "1,000 paper lanterns", "1000"),
    # Hashtags.
    ("en", "Slow food in Seoul", "#SlowFoodSeoul"),
    ("en", "Slow food in Seoul", "#slow_food"),
    ("id", "Pesona wisata bahari", "#pesonawisatabahari"),
    ("id", "Pesona wisata bahari", "#PesonaWisataBahari2024"),
    ("vi", "Ẩm thực đường phố", "#ẩmthựcđườngphố"),
    ("vi", "Ẩm thực đường phố", "#amthucduongpho"),
    ("ar", "المطبخ الكوري", "#المطبخ_الكوري"),
    ("es", "Música coreana", "#musicacoreana"),
    ("th", "อาหารเกาหลี", "#อาหารเกาหลี"),
    ("ja", "韓国の伝統料理", "#韓国伝統料理"),
    ("zh-Hans", "韩国传统美食", "#韓國傳統美食"),
    ("en", "Kimchi day", "#Kimchi2024"),
    ("en", "Covid and travel", "covid19"),
    # Korean spaces, spelling and sound.
    ("ko", "천 개의 손", "천개의손"),
    ("ko", "한 부엌 두 도시", "한부엌"),
    ("ko", "숨 쉬는 집", "숨쉬는"),
    ("ko", "전통 시장에서", "전통시장의"),
    ("ko", "설날 아침", "seolnal"),
    ("ko", "김치찌개 집", "kimchi jjigae"),
    ("ko", "태권도 시범", "tae kwon do"),
    ("ko", "한글", "ㅎㅏㄴㄱㅡㄹ 한글"),
    # Kana and characters.
    ("ja", "ガムラン音楽", "がむらん"),
    ("ja", "食べ物の祭り", "食べる"),
    ("ja", "踊り手", "踊る"),
    ("ja", "祭", "お祭り"),
    ("ja", "とうふ", "tofu"),
    ("zh-Hant", "裡面的體驗", "里面的体验"),
    ("zh-Hant", "刺繡與蠶絲", "蚕丝"),
    ("zh-Hant", "鞏固關係", "巩固关系"),
    ("zh-Hans", "瓷器与茶壶", "茶壺"),
    # Vietnamese, Thai and Arabic.
    ("vi", "Hà Nội", "hanoi"),
    ("vi", "Đà Nẵng", "da nang"),
    ("th", "น้ำตก", "นํ้าตก"),
    ("ar", "متحف", "المتاحف"),
    ("ar", "الثقافة", "وبالثقافة"),
    ("ar", "مسؤول", "مسئول"),
    ("fa", "کتاب", "كتاب"),
    # Indonesian affixes.
    ("id", "pengunjung museum", "kunjungan"),
    ("id", "lukisan kaca", "pelukis"),
    ("id", "kerja sama ekonomi", "bekerjasama"),
    ("id", "keberagaman", "beragam"),
    ("id", "terjemahan", "menerjemahkan"),
    # Letters of Europe.
    ("es", "vez", "veces"),
    ("fr", "œuvres d'art", "oeuvre"),
    ("de", "Zur Straße", "strasse"),
    ("tr", "İstanbul", "istanbul"),
    ("da", "Ærø", "aero"),
]


@pytest.fixture
def written(index, make):
    """An index of all the texts; the ids are their places in the list."""
    index.apply(
        (), [make(f"a:{n}", "…", text, locale=locale) for n, (locale, text, _) in enumerate(WRITINGS)], applied_seq=1
    )
    return index


def test_what_is_written_in_one_way_is_found_in_the_other(written, anyone):
    for n, (_, text, typed) in enumerate(WRITINGS):
        hits = written.search(Query(typed, anyone, first=200)).hits

        assert f"a:{n}" in [hit.id for hit in hits], (text, typed)


@pytest.mark.parametrize("text", ["İstanbul", "Straße", "Ærø und œuvre", "ǰ", "ΐ ΰ", "ﬁn ﬂ"])
def test_a_letter_that_becomes_two_does_not_shift_what_is_highlighted(index, make, anyone, text):
    index.apply((), [make("a:1", "x", f"{text} {text}")], applied_seq=1)

    snippet = index.search(Query(text, anyone)).hits[0].snippet

    assert [snippet.text[start:end] for start, end in snippet.highlights] == text.split() * 2

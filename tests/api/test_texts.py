"""Texts and names in the language asked for, and what the chain says of it."""

import pytest

from api.plan.locales import chain_of, choose_name, nearest


def test_the_chain_goes_from_the_locale_over_its_parents_to_english():
    assert chain_of("pt-BR") == ("pt-BR", "pt", "en")
    assert chain_of("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh", "en")
    assert chain_of("en-GB") == ("en-GB", "en")
    assert chain_of(None) == ()


def test_the_chain_knows_what_a_region_leaves_unsaid():
    assert chain_of("zh-TW") == ("zh-TW", "zh-Hant", "zh", "en")
    assert chain_of("zh-CN") == ("zh-CN", "zh", "en")
    assert chain_of("en-US-u-ca-buddhist") == ("en-US-u-ca-buddhist", "en-US-u-ca", "en-US", "en")
    assert chain_of("en-x-private") == ("en-x-private", "en")
    assert chain_of("x-klingon") == ("x-klingon", "en")


@pytest.mark.parametrize(
    ("asked", "there", "taken", "missing"),
    [
        ("zh-Hant", "zh-CN zh-TW", "zh-TW", "zh-Hant"),
        ("zh-TW", "zh zh-Hant", "zh-Hant", "zh-TW"),
        ("zh-HK", "zh zh-TW", "zh-TW", "zh-HK zh-Hant"),
        ("zh", "zh-TW zh-CN", "zh-CN", "zh"),
        ("zh-Hans", "zh en", "zh", "zh-Hans"),
        ("pt", "pt-PT pt-BR", "pt-BR", "pt"),
        ("pt-PT", "en pt-BR", "pt-BR", "pt-PT pt"),
        ("en", "de en-GB", "en-GB", "en"),
        ("vi", "ko en-AU", "en-AU", "vi en"),
        ("x-klingon", "x-elvish en", "en", "x-klingon"),
        ("vi", "ko fr", None, "vi en"),
    ],
)
def test_a_region_or_script_of_the_language_does_before_another_language(asked, there, taken, missing):
    chain = chain_of(asked)
    steps, found = nearest(chain, tuple(there.split()))

    assert (found, chain[:steps]) == (taken, tuple(missing.split()))
    assert choose_name("main", dict.fromkeys(there.split(), "other"), chain) == ("other" if taken else "main")


def test_a_translation_for_another_region_is_taken_and_said(ask):
    data = ask('{ asset(id: "asset:batik") { titleText(locale: "pt-PT") { text locale chain { locale state } } } }')

    assert data["asset"]["titleText"] == {
        "text": "Batique",
        "locale": "pt",
        "chain": [{"locale": "pt-PT", "state": "MISSING"}, {"locale": "pt", "state": "PUBLISHED"}],
    }


def test_each_entity_falls_back_by_itself_in_the_same_statement(ask, counted):
    data = ask('{ assets { nodes { pt: title(locale: "pt-BR") vi: title(locale: "vi") source: title } } }')

    assert data["assets"]["nodes"] == [
        {"pt": "Batique", "vi": "Hand-drawn batik", "source": "Batik tulis"},
        {"pt": "Kimjang", "vi": "Kimjang", "source": "Kimjang"},
        {"pt": "Pencak silat", "vi": "Pencak silat", "source": "Pencak silat"},
        {"pt": None, "vi": None, "source": None},
    ]
    assert len(counted.statements) == 1


def test_the_chain_calls_an_unseen_draft_missing_and_shows_it_to_those_who_see_it(ask, planner):
    question = '{ asset(id: "asset:batik") { titleText(locale: "vi") { text locale chain { locale state } } } }'

    assert ask(question)["asset"]["titleText"] == {
        "text": "Hand-drawn batik",
        "locale": "en",
        "chain": [{"locale": "vi", "state": "MISSING"}, {"locale": "en", "state": "PUBLISHED"}],
    }
    assert ask(question, planner)["asset"]["titleText"] == {
        "text": "Batik vẽ tay",
        "locale": "vi",
        "chain": [{"locale": "vi", "state": "DRAFT"}],
    }


def test_a_source_in_the_language_asked_for_is_taken_before_what_follows(ask):
    data = ask('{ asset(id: "asset:batik") { titleText(locale: "id-ID") { text locale chain { locale state } } } }')

    assert data["asset"]["titleText"] == {
        "text": "Batik tulis",
        "locale": "id",
        "chain": [{"locale": "id-ID", "state": "MISSING"}, {"locale": "id", "state": "PUBLISHED"}],
    }


def test_a_text_that_a_translation_lacks_is_the_sources(ask):
    data = ask(
        '{ asset(id: "asset:batik") { title(locale: "en") summary(locale: "en") bodyText(locale: "en") { text } } }'
    )

    assert data["asset"] == {"title": "Hand-drawn batik", "summary": "Malam di atas kain.", "bodyText": None}


def test_without_a_language_the_source_is_given_and_says_so(ask):
    data = ask('{ asset(id: "asset:kimjang") { titleText { text locale chain { locale state } } } }')

    assert data["asset"]["titleText"] == {
        "text": "Kimjang",
        "locale": "en",
        "chain": [{"locale": "en", "state": "PUBLISHED"}],
    }


def test_the_requests_language_counts_where_a_field_does_not_say(ask):
    data = ask(
        '{ asset(id: "asset:batik") { title id: title(locale: "id") } theme(id: "theme:slow-food") { name } }',
        locale="en",
    )

    assert data == {"asset": {"title": "Hand-drawn batik", "id": "Batik tulis"}, "theme": {"name": "Slow food"}}


def test_names_follow_the_same_chain(ask):
    data = ask(
        """
        { countries { nodes { name ko: name(locale: "ko-KR") vi: name(locale: "vi") names { locale name } } } }
        """
    )

    assert data["countries"]["nodes"] == [
        {
            "name": "Indonesia",
            "ko": "인도네시아",
            "vi": "Indonesia",
            "names": [{"locale": "id", "name": "Indonesia"}, {"locale": "ko", "name": "인도네시아"}],
        },
        {"name": "Korea", "ko": "Korea", "vi": "Korea", "names": []},
    ]


def test_a_translation_shows_its_texts_as_they_are(ask):
    data = ask('{ translation(id: "translation:batik.en") { locale title translates { id } } }')

    assert data["translation"] == {"locale": "en", "title": "Hand-drawn batik", "translates": {"id": "asset:batik"}}


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("en", "Hand-drawn batik"),
        ("EN-gb;q=0.7, *;q=0.1", "Hand-drawn batik"),
        ("pt-BR;q=0.2, en;q=0.9", "Hand-drawn batik"),
        ("en;q=0.2, pt-BR;q=0.9", "Batique"),
        ("en;q=0, pt", "Batique"),
        ("i-default, ???, en--, pt_PT", "Batique"),
        ("*", "Batik tulis"),
        (";;;q=,", "Batik tulis"),
        ("en;q=nan", "Batik tulis"),
        ("x-klingon", "Hand-drawn batik"),
        ("vi", "Hand-drawn batik"),
    ],
)
def test_accept_language_gives_the_requests_language(http, header, title):
    answer = http.post(
        "/graphql", json={"query": '{ asset(id: "asset:batik") { title } }'}, headers={"Accept-Language": header}
    )

    assert answer.json()["data"] == {"asset": {"title": title}}
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_language_of_the_address_goes_before_the_header(http):
    question = {"query": '{ asset(id: "asset:batik") { title id: title(locale: "id") } }'}
    answer = http.post("/graphql?locale=pt_br", json=question, headers={"Accept-Language": "en"})

    assert answer.json()["data"] == {"asset": {"title": "Batique", "id": "Batik tulis"}}


def test_a_language_of_the_address_that_is_none_is_refused(http):
    answer = http.get("/graphql", params={"query": "{ __typename }", "locale": "klingonisch"})

    assert answer.json()["errors"][0]["message"] == (
        'locale: "klingonisch" is not a language tag. Use BCP 47, such as id, en-GB or zh-Hans.'
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")

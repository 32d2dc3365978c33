"""Texts and names in the language asked for, and what the chain says of it."""

from api.plan.locales import chain_of


def test_the_chain_goes_from_the_locale_over_its_parents_to_english():
    assert chain_of("pt-BR") == ("pt-BR", "pt", "en")
    assert chain_of("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh", "en")
    assert chain_of("en-GB") == ("en-GB", "en")
    assert chain_of(None) == ()


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

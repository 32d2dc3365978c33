"""The shipped mappings on small tables in the shapes of the real ones, older and newer."""

from collections import Counter

import pytest

NAMESAKE = 'country:mt is called "Malta" too, but is Q233'


@pytest.fixture
def countries(take, data):
    return take(data / "country-codes.csv", mapping="country-codes")


def test_country_codes_become_countries_with_names_and_identifiers(countries, rows, linked):
    assert countries.changed == Counter({("Country", "create"): 7, ("Source", "create"): 1})
    assert [(refused.line, refused.reason) for refused in countries.refused] == [
        (9, "The row has no ISO 3166-1 alpha-2 code of two letters.")
    ]
    assert rows("Country", "name", "names", "alpha3", "m49", "region", "same_as", "aliases", alpha2="KR") == [
        {
            "id": "country:kr",
            "name": "South Korea",
            "names": {"en": "South Korea", "fr": "République de Corée", "zh-Hans": "大韩民国"},
            "alpha3": "KOR",
            "m49": "410",
            "region": "Eastern Asia",
            "same_as": ["https://www.wikidata.org/entity/Q884"],
            "aliases": ["Republic of Korea", "the Republic of Korea"],
        }
    ]
    assert rows("Country", "m49", "same_as", "state", "marking", alpha2="NA") == [
        {"id": "country:na", "m49": "516", "same_as": [], "state": "PUBLISHED", "marking": "PUBLIC"}
    ]
    assert rows("Country", "m49", alpha2="AL") == [{"id": "country:al", "m49": "008"}]
    assert linked("Country", "country:kr", "sources") == ["source:country-codes"]


def test_older_country_codes_without_identifiers_and_under_older_names_are_read_too(file, take, rows):
    old = "name,name_fr,ISO3166-1-Alpha-2,ISO3166-1-Alpha-3,ISO3166-1-numeric\nCôte d'Ivoire,Côte d'Ivoire,CI,CIV,384\n"

    report = take(file("cc.csv", old, "cp1252"), mapping="country-codes")

    assert report.refused == []
    assert rows("Country", "name", "names", "m49", "same_as") == [
        {
            "id": "country:ci",
            "name": "Côte d'Ivoire",
            "names": {"en": "Côte d'Ivoire", "fr": "Côte d'Ivoire"},
            "m49": "384",
            "same_as": [],
        }
    ]


def test_embassies_become_missions_and_oddities_are_told_apart(take, data, countries, rows, linked):
    report = take(data / "embassies.csv", mapping="embassies")

    assert report.changed == Counter({("Mission", "create"): 7, ("Place", "create"): 5, ("Source", "create"): 1})
    assert [(row["id"], row["name"], row["tier"], row["kind"]) for row in rows("Mission", "name", "tier", "kind")] == [
        ("mission:q900000001", "Embassy of Indonesia in Vietnam", "MISSION", "EMBASSY"),
        ("mission:q900000002", "Consulate General of Indonesia in Ho Chi Minh City", "MISSION", "CONSULATE"),
        ("mission:q900000003", "Embassy of South Korea in Indonesia", "MISSION", "EMBASSY"),
        ("mission:q900000004", "Embassy of Namibia in Indonesia", "MISSION", "EMBASSY"),
        ("mission:q900000005", "Ministry of Foreign Affairs of South Korea", "MFA", "MINISTRY"),
        ("mission:q900000010", "Embassy of Vietnam in Indonesia", "MISSION", "EMBASSY"),
        ("mission:q900000011", "Embassy of Netherlands in Indonesia", "MISSION", "EMBASSY"),
    ]
    assert [(refused.line, refused.scope, refused.column, refused.reason) for refused in report.refused] == [
        (4, "value", "website", '"www.example.org" is not a web address.'),
        (7, "record", "type", "An honorary consulate is no mission: an honorary consul is not sent by the state."),
        (8, "record", None, "A mission cannot be in the country that sends it: operator and country are the same."),
        (9, "record", "operatorQID", f'There is no Country with the identifier "Q190353" or name "Malta"; {NAMESAKE}.'),
        (10, "record", "type", '"bakery" is not in the mapping\'s table "kinds".'),
        (12, "record", "id", '"mission:q900000010" stands at embassies.csv:11 with other content.'),
        (14, "record", None, "3 cells where the header names 19 columns."),
        (16, "record", "operatorQID", 'There is no Country with the identifier "Q987654" or name "Atlantis".'),
    ]
    assert [str(repeated) for repeated in report.repeated] == [
        'embassies.csv:13: "mission:q900000010" stands at embassies.csv:11 already.'
    ]


def test_an_embassy_has_its_countries_its_place_and_its_contacts(take, data, countries, rows, linked):
    take(data / "embassies.csv", mapping="embassies")

    assert rows("Mission", "website", "email", "phone", "same_as", id="mission:q900000001") == [
        {
            "id": "mission:q900000001",
            "website": "https://hanoi.example.org/",
            "email": "hanoi@example.org",
            "phone": "+84-24-000-0001",
            "same_as": ["https://www.wikidata.org/entity/Q900000001"],
        }
    ]
    ends = ("sent_by", "hosted_by", "accredited_to", "place")
    assert [linked("Mission", "mission:q900000001", name) for name in ends] == [
        ["country:id"],
        ["country:vn"],
        ["country:vn"],
        ["place:seat-q900000001"],
    ]
    assert rows("Place", "lat", "lon", "kind", id="place:seat-q900000001") == [
        {"id": "place:seat-q900000001", "lat": 21.0251, "lon": 105.8478, "kind": "SITE"}
    ]
    assert linked("Place", "place:seat-q900000001", "part_of") == ["place:q1858"]
    assert linked("Place", "place:q1858", "country") == ["country:vn"]


def test_a_mission_without_coordinates_is_placed_in_its_city(take, data, countries, linked):
    take(data / "embassies.csv", mapping="embassies")

    assert linked("Mission", "mission:q900000002", "place") == ["place:q1854"]
    assert linked("Mission", "mission:q900000004", "place") == []
    assert linked("Mission", "mission:q900000004", "sent_by") == ["country:na"]
    assert linked("Mission", "mission:q900000011", "sent_by") == ["country:nl"]


def test_older_embassies_without_jurisdictions_in_another_encoding_and_delimiter_are_read_too(
    file, take, data, countries
):
    lines = (data / "embassies.csv").read_text("utf-8").splitlines()
    cells = [line.split(";") for line in lines[:5]]
    old = "\n".join(",".join([*row[:2], *row[4:20]]) for row in cells).replace("Hanoi", "Hà Nội")

    report = take(file("old.csv", old, "utf-16"), mapping="embassies")

    assert report.changed["Mission", "create"] == 4


def test_dishes_become_assets_in_five_languages(take, data, countries, rows, linked):
    report = take(data / "hansik.csv", mapping="hansik")

    assert report.changed == Counter({("Asset", "create"): 2, ("Translation", "create"): 5, ("Source", "create"): 1})
    assert [str(refused) for refused in report.refused] == ["hansik.csv:4: The dish has no Korean name."]
    wanted = ("kind", "hallyu_field", "locale", "title", "summary", "aliases", "keywords", "state", "marking")
    assert rows("Asset", *wanted, id="asset:hansik-1") == [
        {
            "id": "asset:hansik-1",
            "kind": "WORK",
            "hallyu_field": "FOOD",
            "locale": "ko",
            "title": "바다미역국",
            "summary": "미역과 조개를 넣고 오래 끓인 국이다.",
            "aliases": ["Badamiyeokguk"],
            "keywords": ["국", "Guk"],
            "state": "DRAFT",
            "marking": "INTERNAL",
        }
    ]
    assert [(row["id"].rpartition(".")[2], row["title"]) for row in rows("Translation", "title")] == [
        ("en", "Seaweed Soup from the Coast"),
        ("ja", "海のわかめスープ"),
        ("zh-hans", "海带汤"),
        ("zh-hant", "海帶湯"),
        ("en", "Spring Mugwort Rice Cake"),
    ]
    assert linked("Asset", "asset:hansik-1", "countries") == ["country:kr"]


def test_the_dishes_original_korean_table_in_cp949_is_read_too(file, take, countries, rows):
    table = (
        "요리번호,800선 카테고리,요리명,라틴어 발음,설명(요리명제외),영어,설명(요리명제외)\n"
        "1,국 [Guk],바다미역국,Badamiyeokguk,미역과 조개를 넣고 오래 끓인 국이다.,Seaweed Soup,A soup of seaweed.\n"
    )

    report = take(file("800.csv", table, "cp949"), mapping="hansik")

    assert report.notes[0].startswith("read as cp949, because it is not UTF-8 (line 1)")
    assert rows("Asset", "title", "summary") == [
        {"id": "asset:hansik-1", "title": "바다미역국", "summary": "미역과 조개를 넣고 오래 끓인 국이다."}
    ]
    assert rows("Translation", "title", "summary") == [
        {"id": "translation:asset.hansik-1.en", "title": "Seaweed Soup", "summary": "A soup of seaweed."}
    ]


def test_without_the_country_the_dishes_come_in_without_that_link(take, data, rows):
    report = take(data / "hansik.csv", mapping="hansik")

    assert len(rows("Asset")) == 2
    assert {(refused.scope, refused.reason) for refused in report.refused} == {
        ("record", "The dish has no Korean name."),
        ("link", 'There is no Country with the alpha2 "KR".'),
    }


@pytest.mark.parametrize("name", ["country-codes", "embassies", "hansik"])
def test_every_shipped_mapping_twice_changes_nothing(take, data, countries, name):
    take(data / f"{name}.csv", mapping=name)

    again = take(data / f"{name}.csv", mapping=name)

    assert (again.changed, again.vanished) == (Counter(), [])

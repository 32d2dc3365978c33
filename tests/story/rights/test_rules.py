"""How rules, territories, licences and sentences are read and kept."""

import re

import pytest

from graph.errors import InvalidValue
from graph.model import MODEL
from graph.model.enums import UseChannel, UseMedia, UsePurpose
from graph.model.json_schema import record_schema
from graph.model.rules import CHANNELS, PURPOSES, canonical_rules, read_rules
from graph.model.territories import countries_in, territory, world
from graph.story.rights.licences import licence
from graph.story.wording import templates


def rule(**more):
    return {"effect": "permission", "action": "use", **more}


def limited(left, operator, right):
    return rule(constraints=[{"left": left, "operator": operator, "right": right}])


def test_rules_are_kept_in_one_spelling():
    said = [limited("spatial", "isPartOf", ["Europe", "vnm", "SEA", "VN"]), limited("purpose", "isAnyOf", ["news"])]

    assert canonical_rules(said) == (
        '[{"action":"use","constraints":[{"left":"spatial","operator":"isAnyOf","right":["035","150","VN"]}],'
        '"effect":"permission"},'
        '{"action":"use","constraints":[{"left":"purpose","operator":"eq","right":"NEWS"}],"effect":"permission"}]'
    )
    assert canonical_rules(canonical_rules(said)) == canonical_rules(said)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("{", "The rules are not JSON. Write a list of rules."),
        ({}, 'The rules are no list. Write [{"effect": "permission", "action": "use"}].'),
        (
            [rule(), 7],
            "[1]: It is no object. Write an object with effect, action, constraints, clause, text, credit, on.",
        ),
        ([rule(effekt="duty")], '[0]: There is no key "effekt" here. Did you mean "effect"?'),
        ([rule(effect="permision")], '[0].effect: "permision" cannot stand here. Did you mean "permission"?'),
        ([rule(action="distribut")], '[0].action: "distribut" cannot stand here. Did you mean "distribute"?'),
        ([rule(action=[])], '[0].action: There is no action. Name one, such as "use".'),
        ([rule(on="modify")], '[0].on: Only a duty says what brings it about. Put it into "action".'),
        (
            [limited("spatial", "eq", "Atlantis")],
            (
                '[0].constraints[0].right: "Atlantis" is no country and no region. '
                "Use ISO 3166-1 codes as VN, M49 codes as 035, or ASEAN, EU, GCC."
            ),
        ),
        (
            [limited("spatial", "gteq", "VN")],
            '[0].constraints[0].operator: "gteq" cannot stand here. Use one of eq, neq, isAnyOf, isNoneOf.',
        ),
        (
            [limited("dateTime", "lteq", "31 Dec")],
            '[0].constraints[0].right: "31 Dec" is not a date. Write it as 2026-08-17.',
        ),
        (
            [limited("elapsedTime", "lteq", "P30D")],
            '[0].constraints[0].left: Only a duty has a time until which it is due. Limit the days by "dateTime".',
        ),
        ([rule()] * 61, "There are 61 rules, 60 are allowed. Put constraints together."),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_its_place_and_the_cure(said, refusal):
    with pytest.raises(InvalidValue) as refused:
        read_rules(said)

    assert str(refused.value) == refusal


def test_regions_contain_their_countries():
    assert {territory(name) for name in ("SEA", "035", "Asia Tenggara", "south-eastern asia")} == {"035"}
    assert (territory("704"), territory("country:vn"), territory("VNM"), territory("LATAM")) == (
        "VN",
        "VN",
        "VN",
        "419",
    )
    assert countries_in("035") == countries_in("ASEAN")
    assert countries_in("035") < countries_in("142") < countries_in("001") == world()
    assert (len(world()), len(countries_in("EU")), "BR" in countries_in("419")) == (249, 27, True)


@pytest.mark.parametrize(
    ("said", "code", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY", "CC BY 4.0"),
        ("http://www.creativecommons.org/licenses/by-sa/4.0/deed.id", "CC-BY-SA", "CC BY-SA 4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.de", "CC-BY", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc/2.0/kr/?ref=chooser", "CC-BY-NC", "CC BY-NC 2.0 KR"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY", "CC BY 3.0 IGO"),
        ("https://creativecommons.org/licenses/nd-nc/1.0/", "CC-NC-ND", "CC NC-ND 1.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/deed.zh_TW", "CC0", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0", "CC-PDM", "Public Domain Mark 1.0"),
        ("CC BY-NC-ND 4.0", "CC-BY-NC-ND", "CC BY-NC-ND 4.0"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "CC-BY", "CC BY 4.0"),
        ("https://rightsstatements.org/page/InC-EDU/1.0/?language=en", "InC-EDU", "RightsStatements.org InC-EDU"),
        ("http://rightsstatements.org/vocab/NoC-US/1.0/", "NoC-US", "RightsStatements.org NoC-US"),
        ("https://www.kogl.or.kr/info/licenseType3.do", "KOGL-3", "KOGL Type 3"),
        ("https://www.kogl.or.kr/info/license.do#02-tab", "KOGL-2", "KOGL Type 2"),
        ("http://www.kogl.or.kr/info/license.do#04", "KOGL-4", "KOGL Type 4"),
        ("http://www.kogl.or.kr/open/info/license_info/by.do", "KOGL-1", "KOGL Type 1"),
        ("http://kogl.or.kr/open/info/license_info/all.do", "KOGL-4", "KOGL Type 4"),
        ("공공누리 제1유형", "KOGL-1", "KOGL Type 1"),
        ("urn:duta:editorial", "EDITORIAL", "Editorial use only"),
    ],
)
def test_a_licence_is_known_in_its_usual_spellings(said, code, name):
    found = licence(said)

    assert found is not None
    assert (found.code, found.name) == (code, name)


@pytest.mark.parametrize(
    "said",
    [
        "https://creativecommons.org/licenses/sampling+/1.0/",
        "https://creativecommons.org/licenses/by/9.0/",
        "https://creativecommons.org.example.org/licenses/by/4.0/",
        "https://example.org/?see=creativecommons.org/licenses/by/4.0/",
        "https://spdx.org/licenses/MIT",
        "http://[broken",
        "All rights reserved",
    ],
)
def test_what_only_looks_like_a_licence_is_none(said):
    assert licence(said) is None


def test_every_language_has_every_sentence_with_the_same_places():
    def places(text):
        return set(re.findall(r"{(\w+)}", text))

    words = templates("graph.story.rights")
    assert words["en"].keys() == words["id"].keys()
    assert [key for key, text in words["en"].items() if places(text) != places(words["id"][key])] == []
    members = [f"channel_{one}" for one in (*UseChannel, *CHANNELS)] + [f"media_{one}" for one in UseMedia]
    assert {*members, *(f"purpose_{one}" for one in (*UsePurpose, *PURPOSES))} <= words["en"].keys()


def test_the_schema_of_records_says_that_rules_are_a_list():
    assert record_schema(MODEL, "RightsGrant")["properties"]["rules"]["type"] == ["array", "null"]

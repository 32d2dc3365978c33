"""Vocabularies are data; what must hold for each of them is checked here."""

import json
import re
from dataclasses import replace
from pathlib import Path
from unicodedata import is_normalized

import pytest

from graph.errors import InvalidValue, UnknownName
from graph.model.vocabulary import LANGUAGES, Pack, Term, packs, read, term

PAGE = (Path(__file__).parents[2] / "docs" / "vocabularies.md").read_text(encoding="utf-8")
SIZES = {
    "creative-commons": 8,
    "disarm-tactics": 20,
    "europeana-reusability": 3,
    "hs-chapters": 97,
    "iptc-media-topics": 17,
    "kogl": 4,
    "odrl-actions": 28,
    "odrl-left-operands": 18,
    "odrl-operators": 12,
    "rightsstatements": 12,
}
SPDX_OR_URL = re.compile(r"(CC-BY-4\.0|CC-BY-SA-4\.0|CC0-1\.0|LicenseRef-Duta|https://\S+)")

each_pack = pytest.mark.parametrize("pack", packs().values(), ids=packs())


def an_entry(**changes):
    return {"code": "a", "label": {"en": "A", "id": "A", "ko": "가"}, "definition": "The first."} | changes


def a_pack(**changes):
    return {
        "name": "letters",
        "title": "Letters",
        "version": "1",
        "status": "active",
        "source": "https://example.org/",
        "licence": "CC0-1.0",
        "attribution": "Nobody.",
        "entries": [an_entry()],
    } | changes


def refusal(raw):
    with pytest.raises(InvalidValue) as caught:
        read("letters.json", raw if isinstance(raw, str) else json.dumps(raw))
    return str(caught.value)


def test_the_packs_are_these_and_whole():
    assert {name: len(pack.terms) for name, pack in packs().items()} == SIZES


@each_pack
def test_a_pack_says_where_it_comes_from(pack: Pack):
    assert pack.title
    assert pack.version
    assert pack.attribution
    assert pack.source.startswith(("https://", "http://"))
    assert SPDX_OR_URL.fullmatch(pack.licence)


@each_pack
def test_every_text_is_there_composed_and_in_its_script(pack: Pack):
    for each in pack.terms.values():
        assert tuple(each.label) == LANGUAGES
        for text in (*each.label.values(), each.definition):
            assert text
            assert is_normalized("NFC", text)
        assert not re.search("[가-힣]", each.label["en"] + each.label["id"] + each.definition)
        assert re.search("[가-힣]", each.label["ko"]) or each.code == "CC0-1.0"


@each_pack
def test_a_definition_is_one_sentence(pack: Pack):
    for each in pack.terms.values():
        assert re.fullmatch(r"[A-Z][^!?]*\.", each.definition)
        assert ". " not in each.definition


@each_pack
def test_two_terms_never_share_a_label_or_an_address(pack: Pack):
    for language in LANGUAGES:
        labels = [each.label[language] for each in pack.terms.values()]
        assert sorted(labels) == sorted(set(labels))
    addresses = [each.uri for each in pack.terms.values() if each.uri]
    assert sorted(addresses) == sorted(set(addresses))


@each_pack
def test_a_broader_term_is_in_the_pack(pack: Pack):
    assert {each.broader for each in pack.terms.values()} - {None} <= pack.terms.keys()


@pytest.mark.parametrize(
    ("pack", "code", "en", "id", "ko"),
    [
        ("iptc-media-topics", "12000000", "Religion", "Agama", "종교"),
        (
            "creative-commons",
            "CC-BY-SA-4.0",
            "Attribution-ShareAlike 4.0 International",
            "Atribusi-BerbagiSerupa 4.0 Internasional",
            "저작자표시-동일조건변경허락 4.0 국제",
        ),
        (
            "kogl",
            "KOGL-3",
            "Type 3: Source Indication + Change Prohibition",
            "Tipe 3: Cantumkan sumber + dilarang mengubah",
            "제3유형: 출처표시 + 변경금지",
        ),
        ("rightsstatements", "NKC", "No Known Copyright", "Tidak Ada Hak Cipta yang Diketahui", "알려진 저작권 없음"),
        ("odrl-actions", "translate", "Translate", "Menerjemahkan", "번역"),
        ("hs-chapters", "09", "Coffee, tea and spices", "Kopi, teh, dan rempah-rempah", "커피·차·향신료"),
        ("disarm-tactics", "TA14", "Develop Narratives", "Mengembangkan narasi", "내러티브 개발"),
    ],
)
def test_a_code_has_its_labels(pack: str, code: str, en: str, id: str, ko: str):
    assert term(pack, code).label == {"en": en, "id": id, "ko": ko}


@pytest.mark.parametrize(
    ("pack", "code", "uri"),
    [
        ("iptc-media-topics", "01000000", "http://cv.iptc.org/newscodes/mediatopic/01000000"),
        ("creative-commons", "CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("creative-commons", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("creative-commons", "CC-PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("rightsstatements", "InC-OW-EU", "http://rightsstatements.org/vocab/InC-OW-EU/1.0/"),
        ("kogl", "KOGL-1", "https://www.kogl.or.kr/info/licenseType1.do"),
        ("odrl-operators", "isAnyOf", "http://www.w3.org/ns/odrl/2/isAnyOf"),
        ("hs-chapters", "09", None),
    ],
)
def test_a_code_has_the_address_its_source_gives(pack: str, code: str, uri: str | None):
    assert term(pack, code).uri == uri


def test_the_harmonized_system_runs_from_01_to_97_and_keeps_77_free():
    chapters = packs()["hs-chapters"].terms

    assert list(chapters) == [f"{number:02}" for number in range(1, 98)]
    assert [each.code for each in chapters.values() if each.status != "active"] == ["77"]


def test_disarm_has_its_own_licence_and_a_phase_for_each_tactic():
    pack = packs()["disarm-tactics"]
    phases: dict[str | None, list[str]] = {}
    for each in pack.terms.values():
        phases.setdefault(each.broader, []).append(each.code)

    assert pack.licence == "CC-BY-SA-4.0"
    assert phases == {
        None: ["P01", "P02", "P03", "P04"],
        "P01": ["TA01", "TA02", "TA13"],
        "P02": ["TA05", "TA06", "TA07", "TA14", "TA15", "TA16"],
        "P03": ["TA08", "TA09", "TA10", "TA11", "TA17", "TA18"],
        "P04": ["TA12"],
    }


def test_deprecated_actions_of_odrl_are_marked():
    actions = packs()["odrl-actions"].terms.values()

    assert [each.code for each in actions if each.status == "deprecated"] == ["share", "commercialize", "secondaryUse"]


def test_labels_that_are_ours_are_marked():
    assert {name: pack.unofficial for name, pack in packs().items()} == {
        "creative-commons": (),
        "disarm-tactics": ("id", "ko"),
        "europeana-reusability": ("en", "id", "ko"),
        "hs-chapters": ("en", "id", "ko"),
        "iptc-media-topics": ("id", "ko"),
        "kogl": ("id",),
        "odrl-actions": ("id", "ko"),
        "odrl-left-operands": ("id", "ko"),
        "odrl-operators": ("id", "ko"),
        "rightsstatements": ("id", "ko"),
    }


def test_the_page_about_them_lists_every_pack_as_it_is():
    rows = re.findall(r"^\| `(\S+)`: .*? \| (\d+) \| (\S+) \| (\S+) \| (.+) \|$", PAGE, re.MULTILINE)

    assert rows == [
        (
            name,
            str(len(pack.terms)),
            pack.version,
            f"[W3C]({pack.licence})" if "w3.org" in pack.licence else pack.licence,
            ", ".join(pack.unofficial) or "none",
        )
        for name, pack in packs().items()
    ]


def test_the_example_on_the_page_is_the_head_of_its_pack():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    shown, whole = read("kogl.json", example), packs()["kogl"]

    assert replace(whole, terms={"KOGL-1": whole.terms["KOGL-1"]}) == replace(shown, terms=dict(shown.terms))


def test_packs_are_read_once_and_cannot_be_changed():
    assert packs() is packs()
    with pytest.raises(TypeError):
        packs()["kogl"].terms["KOGL-1"] = term("kogl", "KOGL-2")  # type: ignore[index]


def test_an_unknown_vocabulary_or_code_names_the_nearest():
    with pytest.raises(UnknownName) as vocabulary:
        term("odrl-action", "use")
    with pytest.raises(UnknownName) as code:
        term("odrl-actions", "translte")

    assert str(vocabulary.value) == 'There is no vocabulary "odrl-action"; did you mean "odrl-actions"?'
    assert str(code.value) == 'There is no odrl-actions code "translte"; did you mean "translate"?'


def test_a_small_pack_is_read():
    pack = read("letters.json", json.dumps(a_pack(unofficial=["ko"])))

    assert pack.unofficial == ("ko",)
    assert pack.terms == {"a": Term(code="a", label={"en": "A", "id": "A", "ko": "가"}, definition="The first.")}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ('{\n"name" 1}', "letters.json:2: is not JSON. Expecting ':' delimiter."),
        ("[]", "letters.json: is no JSON object."),
        (
            a_pack(name="alphabet"),
            'letters.json: name: is "alphabet". A pack is named like its file.',
        ),
        (a_pack(licence=""), 'letters.json: needs a text as "licence", without spaces around it.'),
        (
            a_pack(license="CC0-1.0"),
            'letters.json: has an unknown key "license". Did you mean "licence"?',
        ),
        (
            a_pack(status="old"),
            'letters.json: has the status "old". Use one of active, deprecated, reserved.',
        ),
        (
            a_pack(unofficial=["fr"]),
            "letters.json: unofficial: names a language without labels. Use some of en, id, ko.",
        ),
        (a_pack(unofficial="ko"), "letters.json: unofficial: is no list of languages."),
        (a_pack(entries=[]), "letters.json: entries: is no list of terms."),
        (a_pack(entries=["a"]), "letters.json: entries[0]: is no JSON object."),
        (
            a_pack(entries=[an_entry(), an_entry()]),
            "letters.json: a: stands twice. Give each code once.",
        ),
        (
            a_pack(entries=[an_entry(label={"en": "A", "id": "A"})]),
            'letters.json: entries[0] a: label: needs a text as "ko", without spaces around it.',
        ),
        (
            a_pack(entries=[an_entry(definition="Cafe\u0301.")]),
            'letters.json: entries[0] a: has a "definition" that is not in NFC. Save it in composed characters.',
        ),
        (
            a_pack(entries=[an_entry(broader="b")]),
            'letters.json: a: broader: names "b". There is no such code in the pack.',
        ),
        (
            a_pack(entries=[an_entry(broader="b"), an_entry(code="b", broader="a")]),
            'letters.json: b: broader: names "a". That leads round in a circle.',
        ),
    ],
)
def test_a_broken_pack_is_refused_with_its_place(raw, message: str):
    assert refusal(raw) == message

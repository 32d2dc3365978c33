"""The form of a thing: on the real doors, by people who signed in, without a script."""

import re
import tomllib
from html import unescape
from importlib.resources import files
from secrets import token_hex

import pytest

from api.desk.fields import fields_of
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.model import LINK_PROPS
from graph.model.names import camel
from graph.store.batch import Batch, Put, To
from ingest.template import fillable
from tests.api.desk_pages import SAME, Form, Person, asked, told
from tests.media.drawing import draw, encode

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("theme:slow-food", "Theme", {"name": "Slow food", "names": {"id": "Makanan lambat"}}),
    Put("theme:craft", "Theme", {"name": "Living craft"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY", "time_zone": "Asia/Seoul"}),
    Put("asset:secret", "Asset", {"title": "Sealed", "kind": "TEXT", "locale": "en", "marking": "RESTRICTED"}),
)
TEMPE = {
    "title": "Tempe",
    "summary": "Soy beans.",
    "kind": "WORK",
    "locale": "en",
    "keywords": ["soy", "mould"],
    "expires_at": "2027-01-01T00:00:00.000Z",
}
LINKS = {"themes": (To("theme:slow-food", {"weight": 0.6}),), "keeper": (To("mission:seoul"),)}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("desk")
    with opened(Settings(home=home, public_url="https://duta.example", media_bytes=200_000)) as opened_house:
        assert not opened_house.store.write(Batch(PUTS, "the test")).refused
        opened_house.follower.follow()
        yield opened_house


@pytest.fixture
def tempe(house):
    """A draft of its own for each test; answers how it is now."""
    return Draft(house, f"asset:tempe-{token_hex(4)}", "DRAFT")


@pytest.fixture
def batik(house):
    return Draft(house, f"asset:batik-{token_hex(4)}", "PUBLISHED")


class Draft:
    def __init__(self, house, id: str, state: str) -> None:
        self.id, self.path = id, f"/edit/{id}?lang=en"
        values = {**TEMPE, "state": state, **({"marking": "PUBLIC"} if state == "PUBLISHED" else {})}
        assert not house.store.write(Batch((Put(id, "Asset", values, LINKS),), "the test")).refused

    def __call__(self, person):
        text = """query($id: ID!) { asset(id: $id) { rev state title summary keywords expiresAt
          themes { edges { weight node { id } } } keeper { id } history(first: 20) { reason actor } } }"""
        return asked(person, text, id=self.id)["asset"]


def test_what_is_typed_is_kept_as_the_api_keeps_it_and_nothing_else_is_touched(sari, tempe):
    answer = sari.save(tempe.path, summary="Soy beans, grown together.\r\nBy a mould.", reason="Says how")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{tempe.path}&told=saved")
    assert "Saved." in told(sari.get(answer.headers["location"]))

    kept = tempe(sari)
    assert kept["summary"] == "Soy beans, grown together.\nBy a mould."
    assert (kept["rev"], kept["keywords"], kept["history"][0]["reason"]) == (2, ["soy", "mould"], "Says how")
    assert kept["themes"]["edges"] == [{"weight": 0.6, "node": {"id": "theme:slow-food"}}]
    assert sari.save(tempe.path).headers["location"].endswith("told=same")
    assert tempe(sari)["rev"] == 2


def test_links_are_found_by_name_ticked_and_taken_away_without_a_script(sari, tempe):
    looking = sari.form(tempe.path).filled(do="find.themes", find__themes="living cr", summary="Typed and not lost")
    found = Form(sari.send(tempe.path, looking).text)
    assert ("summary", "Typed and not lost") in found.fields
    offered = re.findall(r'name="themes" value="([^"]+)"', sari.send(tempe.path, looking).text)
    assert offered == ["theme:slow-food", "theme:craft"]

    given = found.filled(
        do="save", themes=["theme:craft"], find__themes="", **{"p__themes__theme:craft__weight": "0.3"}
    )
    assert sari.send(tempe.path, given).status_code == 303
    kept = tempe(sari)
    assert kept["themes"]["edges"] == [{"weight": 0.3, "node": {"id": "theme:craft"}}]
    assert kept["summary"] == "Typed and not lost"


def test_names_are_offered_as_one_types_and_only_what_is_in_sight(sari):
    assert sari.get("/edit/names?q=lambat&types=Theme&lang=id").json() == [
        {"id": "theme:slow-food", "label": "Makanan lambat", "type": "Tema"}
    ]
    assert sari.get("/edit/names?q=sealed&types=Asset").json() == []
    assert sari.get("/edit/names?q=seoul&types=Theme").json() == []


def test_moments_are_told_and_taken_in_the_time_of_who_keeps_the_thing(sari, tempe):
    form = sari.form(tempe.path)
    assert ("expiresAt", "2027-01-01T09:00") in form.fields
    sari.save(tempe.path, expiresAt="2027-02-01T00:30")
    assert tempe(sari)["expiresAt"] == "2027-01-31T15:30:00.000Z"


def test_what_cannot_be_is_said_beside_its_field_and_all_else_is_still_there(sari, tempe):
    answer = sari.save(tempe.path, year="two thousand", summary="Still here")
    assert answer.status_code == 422
    assert "is no whole number" in told(answer)
    form = Form(answer.text)
    assert {("year", "two thousand"), ("summary", "Still here")} <= set(form.fields)
    assert tempe(sari)["rev"] == 1


def test_who_is_overtaken_sees_both_versions_and_loses_nothing(sari, eko, tempe):
    mine = sari.form(tempe.path)
    eko.save(tempe.path, summary="Eko's beans.", title="Tempeh")
    answer = sari.send(tempe.path, mine.filled(do="save", summary="Sari's beans.", keywords="soy\nbeans"))
    assert answer.status_code == 409
    shown = told(answer)
    assert "Somebody else saved this while you were writing." in shown
    assert "What is there now" in shown
    assert "Eko" in shown
    again = Form(answer.text)
    assert {("summary", "Sari's beans."), ("keywords", "soy\nbeans"), ("title", "Tempeh")} <= set(again.fields)

    assert sari.send(tempe.path, again.filled(do="save")).status_code == 303
    kept = tempe(sari)
    assert (kept["title"], kept["summary"], kept["keywords"]) == ("Tempeh", "Sari's beans.", ["soy", "beans"])
    assert [one["actor"] for one in kept["history"]][:2] == [f"key:{sari.key.id}", f"key:{eko.key.id}"]


def test_a_form_that_is_sent_twice_is_written_once(sari, tempe):
    given = sari.form("/edit/new/Asset?lang=en").filled(do="save", title="Gado-gado", kind="WORK")
    first, second = (sari.send("/edit/new/Asset?lang=en", given) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert asked(sari, '{ assets(where: {title: {eq: "Gado-gado"}}) { totalCount } }') == {"assets": {"totalCount": 1}}

    edit = sari.form(tempe.path).filled(do="save", summary="Twice")
    assert [sari.send(tempe.path, edit).status_code for _ in range(2)] == [303, 303]
    assert tempe(sari)["rev"] == 2


def test_a_session_that_ends_while_one_writes_loses_nothing(sari, keys, tempe):
    typed = sari.form(tempe.path).filled(do="save", summary="An hour's work <b>& more</b>", keywords="a\nb")
    sari.browser.cookies.clear()
    answer = sari.send(tempe.path, typed)
    assert answer.status_code == 401
    assert "Nothing of what you wrote is lost" in told(answer)
    assert "summary" in answer.text

    kept = {name: values for name, values in typed.items() if name != "do"}
    assert sari.send(tempe.path, {**kept, "signing": "duta_wrong"}).status_code == 401
    back = sari.send(tempe.path, {**kept, "signing": sari.token})
    assert back.status_code == 200
    assert "set-cookie" in back.headers
    form = Form(back.text)
    assert {("summary", "An hour's work <b>& more</b>"), ("keywords", "a\nb")} <= set(form.fields)
    assert tempe(sari)["rev"] == 1
    assert sari.send(tempe.path, form.filled(do="save")).status_code == 303
    assert tempe(sari)["summary"] == "An hour's work <b>& more</b>"


def test_what_is_missing_is_listed_and_a_draft_is_handed_in(sari):
    path = sari.save("/edit/new/Asset?lang=en", title="Rendang").headers["location"]
    assert "What is missing" in told(sari.get(path))
    there = sari.get(path.replace("lang=en", "lang=id"))
    assert "Ini belum dapat ditinjau tanpa jenis. Lengkapilah, atau biarkan sebagai draf." in told(there)
    refused = sari.save(path, do="submit")
    assert refused.status_code == 422
    assert "kind" in told(refused)

    handed = sari.save(path, do="submit", kind="WORK", summary="Slow beef")
    assert handed.headers["location"].endswith("told=submitted")
    shown = told(sari.get(handed.headers["location"]))
    assert "In review" in shown
    assert "Save and hand in for review" not in shown
    assert "rights" in shown.lower()


def test_what_is_public_is_changed_by_a_proposal(sari, eko, batik):
    path = batik.path
    assert "Propose the change" in told(sari.get(path))
    assert sari.save(path, summary="Wax on cloth.").headers["location"].endswith("told=proposed")
    text = """query($id: ID!, $it: ID!) { asset(id: $id) { rev summary }
      proposals(where: {of: $it}) { nodes { parts { path after } } } }"""
    shown = asked(eko, text, id=batik.id, it=batik.id)
    assert shown["asset"] == {"rev": 1, "summary": "Soy beans."}
    assert shown["proposals"]["nodes"] == [{"parts": [{"path": "summary", "after": "Wax on cloth."}]}]
    assert "Waits to be decided" in told(sari.get(path))


def test_a_translation_stands_beside_its_source_with_what_changed_since(sari, tempe):
    begun = f"/edit/new/Translation?of={tempe.id}&locale=id&lang=en"
    assert "Soy beans." in told(sari.get(begun))
    path = sari.save(begun, title="Tempe", summary="Kedelai.").headers["location"]
    sari.save(tempe.path, summary="Soy beans, bound. They are grown together.")
    assert "2 sentences changed since" in told(sari.get(tempe.path))
    shown = sari.get(path)
    assert "Soy beans<ins>, bound</ins>.<ins> They are grown together.</ins>" in shown.text
    sari.save(path, summary="Kedelai, terikat.")
    assert "changed since" not in told(sari.get(path))


def test_history_shows_differences_and_brings_an_older_version_back_into_the_form(sari, tempe):
    sari.save(tempe.path, summary="Newer.", themes=[])
    shown = sari.get(f"/edit/{tempe.id}/history?lang=en")
    assert "<del>Soy beans</del><ins>Newer</ins>" in shown.text
    link = re.findall(r'href="(/edit/asset:tempe[^"]*from=\d+)"', shown.text)[-1]
    form = sari.form(unescape(link))
    assert ("summary", "Soy beans.") in form.fields
    assert ("themes", "theme:slow-food") in form.fields
    assert tempe(sari)["rev"] == 2
    sari.send(tempe.path, form.filled(do="save"))
    kept = tempe(sari)
    assert (kept["rev"], kept["summary"]) == (3, "Soy beans.")
    assert kept["themes"]["edges"] == [{"weight": 0.6, "node": {"id": "theme:slow-food"}}]


def test_a_draft_is_kept_by_the_script_and_says_what_stands_beside_now(sari, tempe):
    told_ = sari.save(tempe.path, do="autosave", summary="Half a sen").json()
    assert (told_["rev"], told_["told"]) == (2, "Kept as a draft.")
    assert ["had.themes", "theme:slow-food"] in told_["beside"]
    assert tempe(sari)["summary"] == "Half a sen"
    assert "whole number" in sari.save(tempe.path, do="autosave", year="x").json()["problem"]
    sari.browser.cookies.clear()
    assert sari.send(tempe.path, {"do": "autosave", "summary": "x"}).status_code == 401


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><script>"])
def test_scripts_are_shown_as_text(sari, text, tempe):
    sari.save(tempe.path, title=text, summary=text, keywords=text)
    for path in (tempe.path, f"/edit/{tempe.id}/history?lang=en", f"{tempe.path}&told={text}"):
        shown = sari.get(path)
        assert text not in shown.text
        assert "script-src 'self';" in shown.headers["content-security-policy"]
    assert tempe(sari)["title"] == text


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}])
def test_a_form_of_another_site_writes_nothing(sari, headers, tempe):
    given = sari.form(tempe.path).filled(do="save", summary="Forged")
    assert sari.send(tempe.path, given, headers).status_code == 403
    assert tempe(sari)["rev"] == 1


@pytest.mark.parametrize("path", ["/edit/asset:secret", "/edit/asset:secret/history", "/edit/asset:none", "/edit/x",
                                  "/edit/proposededit:x", "/edit/new/ProposedEdit", "/edit/new/Nothing",
                                  "/edit/new/Translation?of=asset:secret&locale=vi", "/edit/asset:%00",
                                  "/edit/asset:%00/history", "/edit/asset:%00/picture"])  # fmt: skip
def test_what_is_out_of_sight_answers_like_what_is_not_there(sari, path):
    unknown, answer = sari.get("/edit/asset:none?lang=en"), sari.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert (answer.status_code, answer.text) == (404, unknown.text)
    if "history" not in path and "picture" not in path:
        assert sari.send(path, {"do": "save"}).status_code == 404


def test_a_link_to_what_is_out_of_sight_is_refused_like_one_to_nothing(sari, tempe):
    for id in ("asset:secret", "asset:none"):
        answer = sari.save(tempe.path, related=[id])
        assert answer.status_code == 422
        assert f'There is nothing with the id "{id}".' in told(answer)
        assert "Sealed" not in answer.text


def test_who_does_not_write_is_sent_to_sign_in_or_finds_nothing(app, keys, sari, tempe):
    sari.browser.cookies.clear()
    for path in (tempe.path, "/edit/asset:none?lang=en"):
        answer = sari.get(path)
        assert (answer.status_code, answer.headers["location"].split("&")[0]) == (303, "/sign-in?lang=en")
    partner = Person(app, keys, "Museum", Role.PARTNER)
    assert partner.get(tempe.path).status_code == 404
    assert partner.send(tempe.path, {"do": "save", "summary": "x"}).status_code == 404


def test_a_form_that_is_not_taken_is_answered_by_a_page_in_the_readers_language(sari, tempe):
    theirs = tempe.path.replace("lang=en", "lang=id")
    large = sari.send(theirs, {"summary": "x" * 4_100_000})
    assert (large.status_code, large.headers["content-language"]) == (413, "id")
    assert "Formulir memuat lebih dari 4000000 bita, batas yang diperbolehkan. Persingkat teks terpanjangnya." in told(
        large
    )
    assert f'href="{theirs}"' in large.text
    many = sari.send(tempe.path, {f"f{number}": "x" for number in range(4_001)})
    assert (many.status_code, "more than 4000 fields" in told(many)) == (400, True)
    forged = sari.send(theirs, {"do": "save"}, {"sec-fetch-site": "cross-site"})
    assert (forged.status_code, "tidak dikirim dari halaman peladen ini" in told(forged)) == (403, True)
    assert sari.send(tempe.path, {"summary": "x" * 3_000, "rev": "1"}).status_code == 422
    assert tempe(sari)["rev"] == 1


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_type_has_a_form(eko, house, lang):
    for name in house.store.model.types:
        if name not in ("ProposedEdit", "Translation"):
            assert eko.get(f"/edit/new/{name}?lang={lang}").status_code == 200, name


def add(person, draft, data: bytes, headers=SAME, *, lang: str = "en", **said: str):
    """Send a picture at a thing's form."""
    path = f"/edit/{draft.id}/picture?lang={lang}"
    files = {"file": ("hill.jpg", data, "image/jpeg")}
    return person.browser.post(path, files=files, data=said, headers=headers, follow_redirects=False)


PICTURES = """query($id: ID!) { asset(id: $id) { rev media {
  edges { role position node { id state alt credit focalX focalY } } } } }"""


def test_a_picture_is_taken_in_with_its_words_and_focal_point_and_what_it_needs_is_told(sari, tempe):
    assert "The file" in told(sari.get(f"/edit/{tempe.id}/picture?lang=en"))
    data = encode(draw(width=241))
    answer = add(sari, tempe, data, alt="A hill under a sun", credit="The test", focalX="70", focalY="25", locale="en")
    assert answer.status_code == 200
    assert "stands with this now" in told(answer)
    [edge] = asked(sari, PICTURES, id=tempe.id)["asset"]["media"]["edges"]
    id = edge["node"].pop("id")
    assert edge == {
        "role": "MAIN",
        "position": 1,
        "node": {"state": "DRAFT", "alt": "A hill under a sun", "credit": "The test", "focalX": 0.7, "focalY": 0.25},
    }
    shown = told(sari.get(tempe.path))
    assert "Nothing says under which rights it may be shown." in shown
    assert id in sari.get(tempe.path).text

    again = add(sari, tempe, data)
    assert "was there already" in told(again)
    assert len(asked(sari, PICTURES, id=tempe.id)["asset"]["media"]["edges"]) == 1


def test_a_place_for_pictures_that_cannot_be_written_is_told_and_what_was_typed_stays(house, sari, tempe):
    place = house.settings.incoming
    aside = place.rename(place.with_name("aside")) if place.exists() else None
    place.write_bytes(b"no folder")
    try:
        for lang, sentence in (("en", "does not answer"), ("id", "tidak menjawab")):
            answer = add(sari, tempe, encode(draw(width=244)), lang=lang, alt="A hill under a sun")
            assert answer.status_code == 503
            assert sentence in told(answer)
            assert "A hill under a sun" in told(answer)
            assert str(place) not in answer.text
    finally:
        place.unlink()
        if aside is not None:
            aside.rename(place)


def test_a_picture_for_what_is_public_is_proposed(sari, batik):
    assert "was proposed" in told(add(sari, batik, encode(draw(width=242)), alt="A hill"))
    assert asked(sari, PICTURES, id=batik.id)["asset"] == {"rev": 1, "media": {"edges": []}}


@pytest.mark.parametrize(
    ("data", "status", "english", "indonesian"),
    [
        (b"", 400, "The file is empty.", "Berkasnya kosong."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "SVG, which may hold scripts", "dapat memuat skrip"),
        (b"\xff\xd8\xff" + b"x" * 190_000, 422, "The file is damaged", "Berkas rusak"),
        (b"x" * 210_000, 413, "more than 200000 bytes", "lebih dari 200000 bita"),
        (b"x" * 700_000, 413, "more than 200000 bytes", "lebih dari 200000 bita"),
    ],
)
def test_a_file_that_is_none_or_too_large_is_refused_and_what_was_typed_stays(
    sari, tempe, data, status, english, indonesian
):
    for lang, sentence in (("en", english), ("id", indonesian)):
        answer = add(sari, tempe, data, lang=lang, alt="What I typed")
        assert (answer.status_code, sentence in told(answer)) == (status, True)
        assert '<p class="problem" role="alert">' in answer.text
        if len(data) < 500_000:
            assert "What I typed" in answer.text
    assert asked(sari, PICTURES, id=tempe.id)["asset"] == {"rev": 1, "media": {"edges": []}}


def test_a_focal_point_outside_the_picture_and_a_forged_form_are_refused(sari, tempe):
    data = encode(draw(width=243))
    assert "no number from 0 to 100" in told(add(sari, tempe, data, focalX="101"))
    assert "more than 20000 bytes" in told(add(sari, tempe, data, alt="x" * 20_001))
    assert add(sari, tempe, data, {"sec-fetch-site": "cross-site"}).status_code == 403
    assert add(sari, tempe, data, {"origin": "https://evil.example"}).status_code == 403
    assert sari.get("/edit/theme:craft/picture").status_code == 404
    assert sari.get("/edit/asset:secret/picture").status_code == 404
    assert asked(sari, PICTURES, id=tempe.id)["asset"]["rev"] == 1


def test_what_the_model_says_of_its_types_and_fields_is_said_in_indonesian_and_of_no_others(contract):
    said = {one.doc for one in contract.model.types.values()} | {one.doc for one in LINK_PROPS.values()}
    for entity in contract.model.types.values():
        said |= {one.doc for one in (*entity.props.values(), *entity.forward.values())}
        said |= {prop.doc for end in entity.forward.values() for prop in end.link.props.values()}
    told_in = tomllib.loads(files("api.doors").joinpath("helps", "id.toml").read_text("utf-8"))
    assert sorted(said - told_in.keys()) == []
    assert sorted(told_in.keys() - said) == []
    assert [one for one, text in told_in.items() if one == text or not text.strip()] == []


def test_every_link_that_a_neighbourhood_tells_of_has_a_name_in_indonesian(contract):
    names = {camel(end.name) for entity in contract.model.types.values() for end in entity.ends.values()}
    told_in = tomllib.loads(files("api.cards").joinpath("words.toml").read_text("utf-8"))["id"]
    assert sorted(names - told_in.keys()) == []


def test_every_column_of_a_table_of_ours_has_a_name_in_indonesian(contract):
    names = {camel(one.partition("@")[0]) for entity in contract.model.types.values() for one in fillable(entity, 3)}
    told_in = tomllib.loads(files("api.cards").joinpath("words.toml").read_text("utf-8"))["id"]
    assert sorted(names - told_in.keys()) == []


def test_every_field_and_word_of_a_form_has_a_name_in_indonesian(contract):
    fields = [one for entity in contract.model.types.values() for one in fields_of(contract.catalogue, entity, 3)]
    carried = [prop for one in fields if one.is_link for prop in one.end.link.props.values()]
    typed = [one.prop for one in fields if not one.is_link]
    names = {one.name for one in fields} | {prop.name for prop in carried}
    chosen = {value.value for prop in (*typed, *carried) for value in prop.vocabulary or () if len(value.value) > 1}
    told_in = tomllib.loads(files("api.cards").joinpath("words.toml").read_text("utf-8"))["id"]
    assert sorted((names | chosen) - told_in.keys()) == []

"""What waits at the desk: the queue of editors, and what one has at hand; on the real doors, without a script."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from secrets import token_hex

import pytest
from starlette.testclient import TestClient

from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.api.desk_pages import Person, asked, told

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "names": {"id": "KBRI Seoul"}, "kind": "EMBASSY"}),
    Put("mission:hanoi", "Mission", {"name": "Embassy in Hanoi", "kind": "EMBASSY"}),
    Put("theme:craft", "Theme", {"name": "Living craft"}),
    Put("asset:ending", "Asset", {"title": "Ending soon", "kind": "TEXT", "locale": "en", **LIVE,
                                  "review_by": "2026-01-01T00:00:00Z"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with opened(Settings(home=tmp_path_factory.mktemp("queues"), public_url="https://duta.example")) as opened_house:
        report = opened_house.store.write(Batch(PUTS, "the test"))
        assert not report.refused, report.refused
        yield opened_house


@pytest.fixture
def theme(house):
    """Something public that one may propose changes of; of a type that needs no rights."""
    id = f"theme:sample-{token_hex(4)}"
    assert not house.store.write(Batch((Put(id, "Theme", {"name": "Batik"}),), "the test")).refused
    return id


def waiting(person, id: str) -> str:
    """What the queue tells of one thing; nothing where it is not in it."""
    parts = person.get("/review?lang=en").text.split('<li class="door" id="w-')
    return next((one for one in parts if one.startswith(f'{id}"')), "")


def handed_in(person, **said: str) -> str:
    """A new theme, handed in for review; answers its id."""
    path = person.save("/edit/new/Theme?lang=en", do="submit", **said).headers["location"]
    assert path.endswith("told=submitted"), path
    found: str = path.removeprefix("/edit/").partition("?")[0]
    return found


def decide(person, do: str, id: str, rev: int | str = "", note: str = ""):
    return person.send("/review?lang=en", {"do": do, "id": id, "rev": rev, "note": note})


def state(person, id: str) -> str:
    found: str = asked(person, "query($id: ID!) { node(id: $id) { state } }", id=id)["node"]["state"]
    return found


def test_a_draft_is_returned_with_a_note_mended_approved_by_another_and_published(sari, eko):
    id = handed_in(sari, name="Wooden boats", aliases="pinisi")
    shown = waiting(eko, id)
    assert "A draft to look at" in shown
    assert "<ins>Wooden boats</ins>" in shown
    assert "Written by Sari" in shown
    assert "key:" not in shown
    assert "<dt>Sample</dt>" not in shown

    assert decide(eko, "return", id, 2).status_code == 422
    assert decide(eko, "return", id, 2, "Say <b>whose</b> boats.").headers["location"].endswith("did=return")
    at_hand = sari.get("/mine?lang=en").text
    assert "Say &lt;b&gt;whose&lt;/b&gt; boats." in at_hand
    assert at_hand.index("Came back with notes") < at_hand.index("Wooden boats") < at_hand.index("My drafts")
    assert "Say &lt;b&gt;whose&lt;/b&gt; boats." in sari.get(f"/edit/{id}?lang=en").text

    sari.save(f"/edit/{id}?lang=en", do="submit", name="Wooden boats of Sulawesi")
    assert "Wooden boats of Sulawesi" in waiting(eko, id)
    assert decide(eko, "approve", id, 5).headers["location"].endswith("did=approve")
    assert "approved by Eko" in waiting(eko, id)
    assert "<bdi>Sari</bdi>" in eko.get(f"/edit/{id}/history?lang=en").text
    assert decide(eko, "publish", id, 6).headers["location"].endswith("did=publish")
    assert state(sari, id) == "PUBLISHED"
    assert waiting(eko, id) == ""


def test_who_wrote_it_is_told_why_it_cannot_be_approved_and_has_no_button(eko):
    id = handed_in(eko, name="Kites")
    shown = waiting(eko, id)
    assert "You wrote some of this, so somebody else has to approve it" in shown
    assert 'value="approve"' not in shown
    answer = decide(eko, "approve", id, 2)
    assert answer.status_code == 422
    assert "Somebody else has to approve it." in told(answer)
    assert state(eko, id) == "IN_REVIEW"


def test_what_was_edited_meanwhile_is_not_approved_unseen(sari, eko):
    id = handed_in(sari, name="Songket")
    sari.save(f"/edit/{id}?lang=en", aliases="woven gold")
    answer = decide(eko, "approve", id, 2)
    assert answer.status_code == 422
    assert "It was read at revision 2 and is at 3 now." in told(answer)


def test_a_proposal_is_told_with_its_difference_and_applied_or_declined(sari, eko, theme):
    path = f"/edit/{theme}?lang=en"
    for name in ("Batik tulis", "Nothing"):
        assert sari.save(path, name=name, reason=f"As {name}").headers["location"].endswith("told=proposed")
    first, second = (one["id"] for one in asked(eko, "query($id: ID!) { proposals(where: {of: $id}) { nodes { id } } }",
                                                id=theme)["proposals"]["nodes"][::-1])  # fmt: skip
    if "tulis" not in waiting(eko, first):
        first, second = second, first
    assert "Batik<ins> tulis</ins>" in waiting(eko, first)
    assert "As Batik tulis" in waiting(eko, first)
    assert 'value="apply"' not in waiting(sari, first)
    assert decide(eko, "apply", first).headers["location"].endswith("did=apply")
    name = asked(sari, "query($id: ID!) { theme(id: $id) { name } }", id=theme)["theme"]["name"]
    assert name == "Batik tulis"

    assert "The thing was changed since this was proposed." in waiting(eko, second)
    assert decide(eko, "reject", second, note="Keep it").headers["location"].endswith("did=reject")
    assert waiting(eko, second) == ""


def test_only_who_decides_has_a_queue(app, keys, sari):
    assert sari.get("/review?lang=en").status_code == 404
    assert decide(sari, "approve", "theme:craft", 1).status_code == 404
    assert 'href="/review?' not in sari.get("/mine?lang=en").text
    partner = Person(app, keys, "Museum", Role.PARTNER)
    assert [partner.get(path).status_code for path in ("/review", "/mine")] == [404, 404]
    partner.browser.cookies.clear()
    assert partner.get("/mine?lang=en").headers["location"] == "/sign-in?lang=en&next=%2Fmine%3Flang%3Den"


def test_a_forged_decision_is_refused(sari, eko):
    id = handed_in(sari, name="Angklung makers")
    forged = {"do": "approve", "id": id, "rev": "2"}
    assert eko.send("/review?lang=en", forged, {"sec-fetch-site": "cross-site"}).status_code == 403
    assert eko.send("/mine?lang=en", forged, {"origin": "https://evil.example"}).status_code == 403
    assert state(eko, id) == "IN_REVIEW"


def test_a_request_is_answered_by_whom_it_was_asked_of(house, sari):
    id = f"request:sample-{token_hex(4)}"
    puts = (Put(id, "Request", {"name": "May we use <i>this</i>?", "due": "2026-12-24", "template": "Dear all"},
                {"addressee": (To("mission:seoul"),), "about": (To("asset:ending"),)}),)  # fmt: skip
    assert not house.store.write(Batch(puts, "the test")).refused
    shown = sari.get("/mine?lang=en&of=mission:seoul").text
    assert "May we use &lt;i&gt;this&lt;/i&gt;?" in shown
    assert "due December 24, 2026" in shown
    assert "Asked of Embassy in Seoul" in told(sari.get("/mine?lang=en&of=mission:seoul"))
    assert id not in sari.get("/mine?lang=en&of=mission:hanoi").text
    theirs = told(sari.get("/mine?lang=id&of=mission:seoul"))
    assert "KBRI Seoul" in theirs
    assert "Embassy in Seoul" not in theirs

    given = {"id": id, "rev": "1", "do": "DONE", "reason": "Yes, until spring"}
    assert sari.send("/mine?lang=en&of=mission:seoul", given).headers["location"].endswith("told=1")
    text = "query($id: ID!) { request(id: $id) { answered history(first: 1) { reason actor } } }"
    assert asked(sari, text, id=id)["request"] == {
        "answered": "DONE",
        "history": [{"reason": "Yes, until spring", "actor": f"key:{sari.key.id}"}],
    }
    assert id not in sari.get("/mine?lang=en&of=mission:seoul").text
    assert sari.send("/mine?lang=en", given).status_code == 422


def test_drafts_proposals_and_what_ends_are_at_hand_of_who_wrote_them(sari, eko, theme):
    sari.save("/edit/new/Asset?lang=en", title="Half a story")
    sari.save(f"/edit/{theme}?lang=en", name="Other")
    shown = told(sari.get("/mine?lang=en"))
    assert "Half a story" in shown
    assert "My proposals Batik Theme" in shown
    assert "Ending soon" in shown
    other = told(eko.get("/mine?lang=en"))
    assert "Half a story" not in other
    assert "My proposals" not in other


def test_what_a_grant_ends_for_is_asked_for_by_a_form_that_writes_the_request(house, sari):
    one = f"sample-{token_hex(4)}"
    soon = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
    puts = (
        Put(f"organisation:{one}", "Organisation", {"name": "Sample studio", "kind": "COMPANY"}),
        Put(f"rightsgrant:{one}", "RightsGrant",
            {"title": "Sample contract", "locale": "en", "valid_until": soon, "state": "APPROVED",
             "rules": [{"effect": "permission", "action": each} for each in ("display", "distribute")]},
            {"holder": (To(f"organisation:{one}"),)}),
        Put(f"asset:{one}", "Asset", {"title": f"{one} <i>story</i>", "kind": "TEXT", "locale": "en", **LIVE},
            {"rights": (To(f"rightsgrant:{one}"),)}),
        Put("country:vn", "Country", {"name": "Viet Nam", "alpha2": "VN"}),
        Put(f"translation:{one}", "Translation", {"title": f"Cerita {one}", "locale": "id", "state": "PUBLISHED"},
            {"translates": (To(f"asset:{one}"),)}),
        Put(f"translation:{one}.grant", "Translation", {"title": "Kontrak contoh", "locale": "id", "state": "APPROVED"},
            {"translates": (To(f"rightsgrant:{one}"),)}),
    )  # fmt: skip
    report = house.store.write(Batch(puts, "the test"))
    assert not report.refused, report.refused
    page = sari.get("/mine?lang=en").text
    assert '<option value="VN">Viet Nam</option>' in page
    assert "openRequest" not in page
    assert f"Izin “Kontrak contoh”, yang menjadi dasar “Cerita {one}”, berlaku" in told(sari.get("/mine?lang=id"))
    row = page.partition(f"{one} &lt;i&gt;story&lt;/i&gt;</bdi>")[2].partition("</details>")[0]
    assert f'value="asset:{one}"' in row
    key = re.search(r'name="key" value="([^"]+)"', row)
    until = re.search(r'name="until" type="date" value="([^"]+)"', row)
    assert key
    assert until
    given = {"do": "ASK", "id": f"asset:{one}", "purpose": "CULTURE", "place": "vn", "until": until[1], "key": key[1]}

    for _ in range(2):
        assert sari.send("/mine?lang=en", given).headers["location"].endswith("told=2")
    asking = (
        "query($id: ID!) { it: organisation(id: $id) { requests { nodes { name template about { nodes { id } } } } } }"
    )
    [request] = asked(sari, asking, id=f"organisation:{one}")["it"]["requests"]["nodes"]
    assert request["name"].startswith("Ask to extend “Sample contract”: display, distribute in Vietnam, for culture")
    assert {"id": f"asset:{one}"} in request["about"]["nodes"]
    shown = told(sari.get("/mine?lang=en&told=2"))
    assert "The request was written, with its letter." in shown
    assert "Asked of Sample studio" in shown

    for wrong in ({"until": soon}, {"until": "x"}, {"id": "asset:nothing"}, {"place": "Atlantis"}):
        assert sari.send("/mine?lang=en", {**given, "key": "", **wrong}).status_code == 422
    assert sari.send("/mine?lang=en", given, {"sec-fetch-site": "cross-site"}).status_code == 403


def test_where_more_waits_than_a_page_shows_it_says_so_and_a_language_shows_what_is_behind(house, sari, eko):
    things = [{"title": f"Story {one}", "kind": "TEXT", "locale": "en", "state": "IN_REVIEW"} for one in range(31)]
    puts = tuple(Put(f"asset:sample-many-{at}", "Asset", one) for at, one in enumerate(things))
    last = Put("translation:asset.sample-many-0.vi", "Translation",
               {"title": "Câu chuyện", "locale": "vi", "state": "IN_REVIEW"},
               {"translates": (To("asset:sample-many-0"),)})  # fmt: skip
    for batch in (puts, (last,)):
        assert not house.store.write(Batch(batch, f"key:{sari.key.id}")).refused

    queue = eko.get("/review?lang=en").text
    assert queue.count('<li class="door" id="w-') == 20
    behind = re.search(r"(\d+) more wait behind these\.", queue)
    assert behind
    assert int(behind[1]) >= 12
    assert "Câu chuyện" not in queue
    assert ">Vietnamese</a>" in queue
    vietnamese = eko.get("/review?lang=id&locale=vi").text
    assert "Câu chuyện" in vietnamese
    assert "lagi menunggu" not in vietnamese
    assert ">English</a>" in queue
    english = eko.get("/review?lang=en&locale=en").text
    assert english.count('<li class="door" id="w-') == english.count(" · English · ") == 20

    at_hand = sari.get("/mine?lang=en").text
    assert at_hand.count("sample-many-") == 30
    assert '<a href="/find?lang=en&amp;drafts=true">These are the newest.' in at_hand


def test_a_repair_that_a_card_names_is_asked_for_by_its_button_once(house, app, sari):
    one = f"sample-{token_hex(4)}"
    puts = (
        Put(f"country:{one}", "Country", {"name": "Viet Nam", "alpha2": "VN", **LIVE}),
        Put(f"theme:{one}", "Theme", {"name": "Sample craft", **LIVE}),
        Put(f"audience:{one}", "Audience",
            {"name": "Sample cooks", "kind": "FOREIGN_PUBLIC", "locales": ["vi"], "size": 90_000, "state": "PUBLISHED"},
            {"country": (To(f"country:{one}"),), "interests": (To(f"theme:{one}"),)}),
        Put(f"rightsgrant:{one}", "RightsGrant",
            {"title": "Free", "locale": "en", "state": "PUBLISHED",
             "licence": "https://creativecommons.org/publicdomain/zero/1.0/"}),
        Put(f"asset:{one}", "Asset", {"title": f"{one} <i>dish</i>", "kind": "TEXT", "locale": "en", **LIVE},
            {"themes": (To(f"theme:{one}"),), "keeper": (To("mission:seoul"),), "rights": (To(f"rightsgrant:{one}"),)}),
    )  # fmt: skip
    report = house.store.write(Batch(puts, "the test"))
    assert not report.refused, report.refused
    table = "/q/coverage-gaps?lang=en&rows=THEME&columns=AUDIENCE&region=ASEAN&most=12"
    page = sari.get(table).text
    forms = [each for each in page.split('<form class="asks"')[1:] if one in each.partition("</form>")[0]]
    # Beside its cell, and among the best of the table.
    assert len(forms) == 2
    fields = dict(re.findall(r'name="(fix|key|due)" value="([^"]+)"', forms[0].partition("</form>")[0]))
    # A day is proposed, and another may be chosen.
    assert date.fromisoformat(fields["due"]) > date(2026, 1, 1)
    with TestClient(app, base_url="http://localhost:8000", client=("192.0.2.9", 1)) as stranger:
        assert 'class="asks"' not in stranger.get(table).text
        assert stranger.post("/mine", data={"do": "FIX", **fields}, follow_redirects=False).status_code in (303, 403)

    given = {"do": "FIX", "fix": unescape(fields["fix"]), "key": fields["key"], "due": "2099-01-15"}
    assert sari.send("/mine?lang=en", given).headers["location"].endswith("told=2")
    assert sari.send("/mine?lang=en", {**given, "key": "another"}).headers["location"].endswith("told=3")
    shown = sari.get("/mine?lang=en&of=mission:seoul&told=3").text
    assert shown.count(f"<bdi>Put “{one} &lt;i&gt;dish&lt;/i&gt;” into Vietnamese.</bdi></a></h3>") == 1
    assert "It is asked for already and not answered yet." in shown
    assert "January 15, 2099" in shown or "15 January 2099" in shown
    assert f"{one} &lt;i&gt;dish" not in sari.get("/mine?lang=en&of=mission:hanoi").text
    for wrong in ("", "{", "[]", '{"kind": "TRANSLATE"}', given["fix"].replace("vi", "en")):
        assert sari.send("/mine?lang=en", {**given, "fix": wrong, "key": ""}).status_code == 422
    assert sari.send("/mine?lang=en", given, {"sec-fetch-site": "cross-site"}).status_code == 403


def test_what_is_out_of_sight_is_decided_on_and_answered_like_what_is_not_there(house, sari):
    sealed = {"marking": "RESTRICTED", "state": "IN_REVIEW"}
    puts = (
        Put("mission:sealed", "Mission", {"name": "Sealed mission", "kind": "EMBASSY", **sealed}),
        Put("request:sealed", "Request", {"name": "Sealed question", "due": "2026-12-24", "marking": "RESTRICTED"}),
    )
    assert not house.store.write(Batch(puts, "the test")).refused
    for person, path, given in (
        (sari, "/mine?lang=en", {"id": "request:{}", "rev": "1", "do": "DONE", "reason": ""}),
        (sari, "/review?lang=en", {"id": "mission:{}", "rev": "1", "do": "approve"}),
    ):
        sealed_, none = (
            person.send(path, {name: one.format(id) for name, one in given.items()}) for id in ("sealed", "none")
        )
        assert sealed_.status_code == none.status_code != 200
        # Each form of a page has a key of its own.
        told_, expected = (re.sub(r'name="key" value="[^"]+"', "", one.text) for one in (sealed_, none))
        assert told_.replace("sealed", "none") == expected
        assert "Sealed" not in sealed_.text
    of = [sari.get(f"/mine?lang=en&of=mission:{id}") for id in ("sealed", "none")]
    assert [(one.status_code, one.headers.get("location")) for one in of] == [(303, "/mine?lang=en")] * 2

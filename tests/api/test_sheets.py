"""Tables brought in at the desk: on the real doors, without a script, as people of several roles."""

import io
import json
import os
import re
from pathlib import Path
from secrets import token_hex

import openpyxl
import pytest

from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from ingest.mapping import load
from ingest.opening import open_mapped
from ingest.pipeline import Options, run
from tests.api.desk_pages import SAME, Form, Person, asked, told

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    Put("theme:craft", "Theme", {"name": "Living craft"}),
    Put("theme:food", "Theme", {"name": "Slow food"}),
    Put("theme:sealed", "Theme", {"name": "Sealed", "marking": "RESTRICTED"}),
    Put("asset:public", "Asset", {"title": "Public", "kind": "TEXT", "locale": "en", **LIVE}),
    Put("asset:sealed", "Asset", {"title": "Sealed", "kind": "TEXT", "locale": "en", "marking": "RESTRICTED"}),
)
HEAD = "type,id,kind,title,locale,themes\n"
TITLE = "query($id: ID!) { asset(id: $id) { title } }"
WAITING = "query($of: ID!) { proposals(where: {of: $of}) { nodes { id parts { path after } } } }"
CHANGES = "query($id: ID!) { it: node(id: $id) { id rev state history(first: 1) { actor actorKind reason } } }"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("sheets")
    with opened(Settings(home=home, public_url="https://duta.example", sheet_rows=60, sheet_bytes=20_000)) as made:
        report = made.store.write(Batch(PUTS, "the test"))
        assert not report.refused, report.refused
        yield made


def bring(person, text: str | bytes, name: str = "table.csv", headers=SAME, lang: str = "en"):
    """Send a table; answers where it leads to, or the page that says why not."""
    body = text.encode() if isinstance(text, str) else text
    file = {"file": (name, body)}
    answer = person.browser.post(f"/import?lang={lang}", files=file, headers=headers, follow_redirects=False)
    return answer.headers["location"] if answer.status_code == 303 else answer


def press(person, path: str, do: str, id: str = "sheet", **changed: str):
    form = Form(person.get(path).text, id)
    given = dict(form.fields) | {name.replace("__", "."): value for name, value in changed.items()} | {"do": do}
    return person.send(form.action, given)


def page(person, path: str) -> str:
    answer = person.get(path)
    assert answer.status_code == 200, answer.status_code
    return told(answer)


def row(person, path: str, line: int) -> str:
    """One row as it is shown."""
    text = person.get(f"{path}&show=all").text
    found = re.search(rf'<tr class="[^"]*" id="r-{line}">.*?</tr>', text, re.DOTALL)
    assert found, line
    return found[0]


def made_up() -> str:
    return f"sample-{token_hex(4)}"


def test_three_bad_rows_are_mended_in_place_applied_and_taken_back(sari):
    one = made_up()
    path = bring(sari, "Judul,Jenis,Tema,Tanggal,Bahasa\n"
                       f"{one} a,WORK,Slow food,17/08/1945,id\n"
                       f"{one} b,painting,Slow food,,id\n"
                       f"{one} c,WORK,Fast food,,id\n"
                       f"{one} d,WORK,Slow food,2000-13-40,id\n")  # fmt: skip
    assert "which field each column is" in page(sari, path)
    assert press(sari, path, "columns", "columns").headers["location"] == path

    assert "1 new · 3 refused" in page(sari, path)
    assert 'class="refused mend"' in row(sari, path, 3)
    bad = row(sari, path, 3).partition('class="bad"')[2]
    assert 'value="PLACE_STORY"' in bad
    assert "is not one of AUDIO" in bad
    assert "There is no Theme with the name &#34;Fast food&#34;." in row(sari, path, 4)
    assert "is no day of the calendar" in row(sari, path, 5)
    theirs = path.replace("lang=en", "lang=id")
    assert "Tidak ada tema dengan nama “Fast food”. Masukkan tema itu dahulu, atau perbaiki selnya." in row(
        sari, theirs, 4
    )
    assert 'lang="en"' not in row(sari, theirs, 5)
    assert (
        "<li>dibaca sebagai utf-8, karena setiap bitanya UTF-8 yang sah</li>" in sari.get(f"{theirs}&step=columns").text
    )

    assert "tanggal pada “Tanggal”: hari lebih dahulu: pada 1 baris bagian pertamanya di atas 12" in page(sari, theirs)

    press(sari, path, "mend", c__3__1="WORK", c__4__2="Slow food", c__5__3="2000-12-04")
    # Where nothing is left to be mended, all rows are shown.
    assert 'id="r-3"' in sari.get(f"{path}&show=mend").text
    assert "4 new Who sees what is new 4: Draft, Internal." in page(sari, path)
    assert asked(sari, CHANGES, id=f"asset:{one}-a")["it"] is None

    assert press(sari, path, "apply", reason="The sheet of the food week").headers["location"] == path
    done = page(sari, path)
    batch = re.search(r"Brought in, as (import-\w+)\.", done)
    assert batch
    assert f'href="/edit/asset:{one}-d?lang=en"' in row(sari, path, 5)
    assert asked(sari, CHANGES, id=f"asset:{one}-d")["it"] == {
        "id": f"asset:{one}-d", "rev": 1, "state": "DRAFT",
        "history": [{"actor": f"key:{sari.key.id}", "actorKind": "IMPORT", "reason": "The sheet of the food week"}],
    }  # fmt: skip

    assert "This would bring 4 things back" in page(sari, f"{path}&undo=1")
    press(sari, f"{path}&undo=1", "undo", "undo", reason="Too soon")
    assert "Taken back, as batch-" in page(sari, path)
    assert asked(sari, CHANGES, id=f"asset:{one}-d")["it"] is None
    sari.send(path, {"do": "again"})
    assert "4 new" in page(sari, path)


def test_an_empty_table_filled_in_is_recognised_by_itself(sari):
    one = made_up()
    answer = sari.get("/import/template?type=Theme&format=xlsx&languages=ko,%00")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert (head[:3], head[-1]) == (["type", "id", "name"], "name@ko")
    sheet.append([{"name": one, "name@ko": "김치"}.get(str(name)) for name in head])
    filled = io.BytesIO()
    book.save(filled)
    path = bring(sari, filled.getvalue(), "themes.xlsx")
    assert "1 new" in page(sari, path)
    assert "1: It begins with # and says how to fill in the others." in page(sari, path)
    press(sari, path, "apply")
    text = 'query($id: ID!) { theme(id: $id) { name(locale: "ko") state } }'
    assert asked(sari, text, id=f"theme:{one}")["theme"] == {"name": "김치", "state": "DRAFT"}
    assert sari.get("/import/template?type=ProposedEdit").status_code == 404
    assert sari.get("/import/template?type=Asset&format=exe").status_code == 404


def test_what_is_there_is_shown_with_its_difference_and_what_a_person_wrote_since_stays(house, sari):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,asset:{one},WORK,Old title,en,theme:food\n")
    press(sari, path, "apply")
    sari.send(path, {"do": "again"})
    assert "1 the same" in page(sari, path)
    assert 'value="apply"' not in sari.get(path).text

    path = bring(sari, f"{HEAD}Asset,asset:{one},WORK,New title,en,Living craft\n")
    shown = row(sari, path, 2)
    assert 'class="changed"' in shown
    assert "<del>Old</del><ins>New</ins> title" in shown
    assert "<del>Slow</del><ins>Living</ins> <del>food</del><ins>craft</ins>" in shown

    assert not house.store.write(Batch((Put(f"asset:{one}", "Asset", {"title": "Mine"}),), "a person")).refused
    assert "Stays as a person wrote it: Mine" in row(sari, path, 2)
    press(sari, path, "apply")
    title = "query($id: ID!) { asset(id: $id) { title } }"
    assert asked(sari, title, id=f"asset:{one}")["asset"]["title"] == "Mine"

    sari.send(path, {"do": "again"})
    press(sari, path, "over")
    assert "<del>Mine</del><ins>New title</ins>" in row(sari, path, 2)
    press(sari, path, "apply")
    assert asked(sari, title, id=f"asset:{one}")["asset"]["title"] == "New title"


def test_a_role_brings_in_what_it_may_write_and_sees_no_more_than_it_sees(sari, house):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,asset:public,TEXT,Changed,en,\n"
                       "Asset,asset:sealed,TEXT,Taken,en,\n"
                       f"Asset,asset:{one},TEXT,Linked,en,theme:sealed\n"
                       f"Asset,asset:{one}-b,TEXT,Named,en,Sealed\n"
                       "Asset,asset:public,TEXT,Public,en,\n"
                       "ProposedEdit,,,,,\n")  # fmt: skip
    # A table is no person, and what people wrote stays unless one says otherwise.
    assert "Stays as a person wrote it: Public" in row(sari, path, 2)
    press(sari, path, "over")
    assert 'class="proposed"' in row(sari, path, 2)
    assert "There is something with the id &#34;asset:sealed&#34; already." in row(sari, path, 3)
    assert "There is nothing with the id &#34;theme:sealed&#34;." in row(sari, path, 4)
    assert "There is no Theme with the name &#34;Sealed&#34;." in row(sari, path, 5)
    press(sari, path, "apply")
    assert asked(sari, '{ asset(id: "asset:public") { title } }')["asset"]["title"] == "Public"
    path = bring(
        sari, f"{HEAD[:-1]},state\nAsset,asset:{one}-c,TEXT,Bold,en,,PUBLISHED\nAsset,asset:public,TEXT,Public,en,,\n"
    )
    assert "Your role brings nothing to PUBLISHED" in row(sari, path, 2)
    # What is public and as it is told already is no matter.
    assert 'class="same"' in row(sari, path, 3)


def test_an_editor_sees_more_and_keeps_to_four_eyes(eko):
    path = bring(
        eko, f"{HEAD}Asset,asset:public,TEXT,Changed again,en,\nAsset,asset:{made_up()},TEXT,Linked,en,theme:sealed\n"
    )
    press(eko, path, "over")
    assert 'class="proposed"' in row(eko, path, 2)
    assert 'class="new"' in row(eko, path, 3)


@pytest.mark.parametrize("who", ["sari", "eko"])
def test_rows_that_change_what_is_public_are_proposed_once_decided_by_another_and_taken_back(
    request, app, keys, house, who
):
    me, one = request.getfixturevalue(who), made_up()
    put = Put(f"asset:{one}", "Asset", {"title": "Before", "kind": "TEXT", "locale": "en", **LIVE})
    assert not house.store.write(Batch((put,), "the test")).refused
    table = f"{HEAD[:-1]},state\nAsset,asset:{one},TEXT,After,en,Slow food,\nAsset,asset:{one}-new,TEXT,New,en,,\n"
    path = bring(me, table)
    press(me, path, "over")
    shown = row(me, path, 2)
    assert 'class="proposed"' in shown
    assert "<del>Before</del><ins>After</ins>" in shown
    assert "Bring in 2" in page(me, path)

    press(me, path, "apply")
    assert "1 new · 1 proposed" in page(me, path)
    assert asked(me, TITLE, id=f"asset:{one}")["asset"]["title"] == "Before"
    [waits] = asked(me, WAITING, of=f"asset:{one}")["proposals"]["nodes"]
    assert [(each["path"], each["after"]) for each in waits["parts"]] == [
        ("title", "After"),
        ("themes", {"theme:food": {}}),
    ]

    again = bring(me, table)
    press(me, again, "over")
    assert 'class="waits"' in row(me, again, 2)
    press(me, again, "apply")
    assert len(asked(me, WAITING, of=f"asset:{one}")["proposals"]["nodes"]) == 1

    undone = me.send(path, {"do": "undo"})
    assert undone.status_code == 303, told(undone)
    assert asked(me, WAITING, of=f"asset:{one}")["proposals"]["nodes"] == []

    third = bring(me, table)
    press(me, third, "over")
    press(me, third, "apply")
    [waits] = asked(me, WAITING, of=f"asset:{one}")["proposals"]["nodes"]
    other = Person(app, keys, "Dewi", Role.EDITOR)
    apply = "mutation($id: ID!) { it: applyProposal(id: $id) { errors { code } } }"
    assert asked(other, apply, id=waits["id"])["it"]["errors"] == []
    assert asked(me, TITLE, id=f"asset:{one}")["asset"]["title"] == "After"


def test_a_row_about_what_was_withdrawn_or_moves_what_is_public_is_refused_with_the_reason(sari, house):
    one = made_up()
    values = {"title": "Before", "kind": "TEXT", "locale": "en", "marking": "PUBLIC"}
    puts = (Put(f"asset:{one}", "Asset", {**values, **LIVE}), Put(f"asset:{one}-b", "Asset", {**values, **LIVE}))
    assert not house.store.write(Batch(puts, "the test")).refused
    gone = Put(f"asset:{one}-b", "Asset", {"state": "RETIRED"})
    assert not house.store.write(Batch((gone,), "the test")).refused
    path = bring(sari, f"{HEAD[:-1]},state\nAsset,asset:{one},TEXT,After,en,,RETIRED\n"
                       f"Asset,asset:{one}-b,TEXT,After,en,,\n")  # fmt: skip
    press(sari, path, "over")
    assert "Where it stands is moved by itself" in row(sari, path, 2)
    assert 'class="refused' in row(sari, path, 2)
    assert 'class="refused' in row(sari, path, 3)


def test_a_table_is_only_for_who_brought_it(app, keys, sari, eko):
    path = bring(sari, f"{HEAD}Asset,,TEXT,{made_up()},en,\n")
    token = path.partition("?")[0]
    assert [eko.get(token).status_code, eko.send(token, {"do": "apply"}).status_code] == [404, 404]
    assert [sari.get(f"/import/{one}").status_code for one in ("x" * 22, "..%2f..", "%00")] == [404, 404, 404]
    partner = Person(app, keys, "Museum", Role.PARTNER)
    assert [partner.get(one).status_code for one in ("/import", token, "/import/template?type=Asset")] == [404] * 3
    partner.browser.cookies.clear()
    assert partner.get("/import?lang=en").headers["location"] == "/sign-in?lang=en&next=%2Fimport%3Flang%3Den"
    assert 'href="/import?lang=en"' in sari.get("/?lang=en").text
    partner.browser.cookies.clear()
    assert 'href="/import' not in partner.get("/?lang=en").text


def test_a_forged_form_is_refused_and_one_sent_twice_brings_in_once(sari):
    one = made_up()
    assert bring(sari, HEAD, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    path = bring(sari, f"{HEAD}Asset,,TEXT,{one},en,\n")
    assert sari.send(path, {"do": "apply"}, {"origin": "https://evil.example"}).status_code == 403
    for _ in range(2):
        assert sari.send(path, {"do": "apply"}).headers["location"] == path
    imports = 'query($where: ChangeWhereInput) { changes(after: "", where: $where, first: 9) { nodes { seq } } }'
    found = re.search(r"import-\w+", page(sari, path))
    assert found
    assert len(asked(sari, imports, where={"importId": found[0]})["changes"]["nodes"]) == 1
    undo = {"do": "undo"}
    assert [sari.send(path, undo).status_code for _ in range(2)] == [303, 303]


def test_what_was_interrupted_goes_on_as_the_same_import_and_what_goes_on_is_not_begun_twice(house, sari):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,,TEXT,{one},en,\n")
    folder = next(house.settings.sheets.glob(f"*/{path.split('/')[-1].partition('?')[0]}"))
    state = json.loads((folder / "sheet.json").read_bytes())
    (folder / "sheet.json").write_text(json.dumps({**state, "import_id": f"import-{one}"}), "utf-8")
    (folder / "claim").touch()
    busy = press(sari, path, "apply")
    assert (busy.status_code, "being brought in just now" in told(busy)) == (422, True)
    long_ago = (folder / "claim").stat().st_mtime - 60 * 60
    os.utime(folder / "claim", (long_ago, long_ago))
    press(sari, path, "apply")
    assert f"Brought in, as import-{one}." in page(sari, path)


def test_a_row_with_which_nothing_is_wrong_is_mended_too(sari):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,,TEXT,{one},en,\n")
    assert '<input id="c-2' not in sari.get(path).text
    edit = re.search(r'class="again" href="([^"]+)#r-2"', row(sari, path, 2))
    assert edit
    press(sari, edit[1].replace("&amp;", "&"), "mend", c__2__3=f"{one} mended")
    assert f"{one} mended" in row(sari, path, 2)


def test_nothing_typed_is_lost_when_a_session_ends(app, sari):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,,painting,{one},en,\n")
    form = Form(sari.get(path).text, "sheet")
    sari.browser.cookies.clear()
    answer = sari.send(form.action, {**dict(form.fields), "c.2.2": "WORK", "do": "apply"})
    assert answer.status_code == 401
    assert "Nothing of what you wrote is lost" in told(answer)
    assert ">\nWORK</textarea>" in answer.text
    kept = {"c.2.2": "WORK", "signing": sari.token}
    assert sari.send(form.action, kept).status_code == 303
    # What was typed is there; bringing it in is pressed again.
    assert "1 new" in page(sari, path)
    assert asked(sari, CHANGES, id=f"asset:{one}")["it"] is None


def test_nothing_typed_is_lost_where_one_signs_on_elsewhere_and_sends_it_on(sari):
    one = made_up()
    path = bring(sari, f"{HEAD}Asset,,painting,{one},en,\n")
    form = Form(sari.get(path).text, "sheet")
    # The page of an ended session has what was typed, and says of no button that it was pressed.
    assert sari.send(form.action, {"c.2.2": "WORK"}).status_code == 303
    assert "1 new" in page(sari, path)

    columns = Form(sari.get(f"{path}&step=columns").text, "columns")
    fields = {**dict(columns.fields), "f.3": ""}
    fields.pop("do", None)
    assert sari.send(columns.action, fields).status_code == 303
    assert "title" not in sari.get(f"{path}&format=toml").text


def test_what_was_said_of_columns_is_a_mapping_with_which_the_command_reads_the_same(sari, house, tmp_path):
    one = made_up()
    text = f'Judul,"Kind ""of""",Tema,Tanggal,Bahasa\n{one} a,work,Slow food,03/04/1945,id\n{one} b,WORK,,,id\n'
    path = bring(sari, text, "Karya kita.csv")
    form = dict(Form(sari.get(path).text, "columns").fields) | {"type": "Asset", "order": "dmy", "do": "columns"}
    chosen = {"f.0": "title", "f.1": "kind", "f.2": "themes", "f.3": "date", "f.4": "locale"}
    assert sari.send(path.partition("?")[0] + "?lang=en", form | chosen).status_code == 303
    assert "format=toml" in sari.get(path).text
    answer = sari.get(f"{path}&format=toml")
    assert answer.headers["content-disposition"] == 'attachment; filename="karya-kita.toml"'

    (tmp_path / "karya.toml").write_bytes(answer.content)
    (tmp_path / "karya.csv").write_text(text, "utf-8")
    mapping = load(str(tmp_path / "karya.toml"))
    assert mapping.source.startswith("sheet.")
    report = run(open_mapped([tmp_path / "karya.csv"], mapping), house.store, Options(mapping.source, "the test"))

    assert report.refused == []
    found = asked(sari, "query($t: String!) { assets(where: {title: {startsWith: $t}}, order: [{field: TITLE}]) {"
                        " nodes { title kind date themes { nodes { id } } } } }", t=one)["assets"]["nodes"]  # fmt: skip
    assert found == [
        {"title": f"{one} a", "kind": "WORK", "date": "1945-04-03", "themes": {"nodes": [{"id": "theme:food"}]}},
        {"title": f"{one} b", "kind": "WORK", "date": None, "themes": {"nodes": []}},
    ]


def test_what_others_put_into_cells_is_shown_as_text(sari):
    evil = '"><script>alert(1)</script>'
    quoted = evil.replace('"', '""')
    path = bring(sari, f'{HEAD[:-1]},"{quoted}"\nAsset,,"{quoted}","{quoted}",en,"{quoted}","{quoted}"\n', '"><b>.csv')
    press(sari, path, "columns", "columns")
    for address in (path, f"{path}&show=all", f"{path}&step=columns", "/import?lang=en"):
        answer = sari.get(address)
        assert "<script>alert" not in answer.text
        assert "<b>.csv" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.exe", b"MZ", "is no table"),
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "not a text file"),
        ("a.xlsx", b"title\nx\n", "This is no workbook"),
        ("a.json", b'{"a": ', "cut off"),
        ("a.csv", b"title\n" + b"a\n" * 61, "more than 60 rows"),
        ("a.csv", b"title\n" + b"a" * 20_001, "more than 20000 bytes"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_reason_and_not_kept(sari, house, name, text, reason):
    before = len(list(house.settings.sheets.glob("*/*")))
    answer = bring(sari, text, name)
    assert (answer.status_code, reason in told(answer)) == (422, True), told(answer)
    # In the language of the page, and not as English.
    problem = re.search(r'<p class="problem" role="alert"([^>]*)>([^<]+)<', bring(sari, text, name, lang="id").text)
    assert problem
    assert (problem[1], reason in problem[2]) == ("", False), problem[2]
    assert len(list(house.settings.sheets.glob("*/*"))) == before


def test_a_table_is_larger_than_a_form_may_be(sari):
    answer = bring(sari, b"a" * 400_000, lang="id")
    assert (answer.status_code, "Tabel ini lebih dari 20000 bita" in told(answer)) == (413, True)
    assert "No table was chosen." in told(
        sari.browser.post("/import?lang=en", files={"file": ("", b"")}, headers=SAME, follow_redirects=False)
    )


def test_tables_are_thrown_away_by_hand_and_by_time(house, sari):
    path = bring(sari, f"{HEAD}Asset,,TEXT,{made_up()},en,\n")
    assert sari.send(path, {"do": "drop"}).headers["location"] == "/import?lang=en"
    assert sari.get(path).status_code == 404

    path = bring(sari, f"{HEAD}Asset,,TEXT,{made_up()},en,\n")
    folder = next(house.settings.sheets.glob(f"*/{path.split('/')[-1].partition('?')[0]}"))
    state = folder / "sheet.json"
    old = state.stat().st_mtime - 15 * 24 * 60 * 60
    os.utime(state, (old, old))
    assert sari.get(path).status_code == 404
    bring(sari, f"{HEAD}Asset,,TEXT,{made_up()},en,\n")
    assert not folder.exists()


def test_the_columns_are_said_anew_and_what_makes_no_sense_is_told(sari):
    path = bring(sari, f"A,B,When\n{made_up()},x,03/04/2001\n")
    assert "No column is said to be a field yet." in told(press(sari, path, "columns", "columns"))
    double = press(sari, path, "columns", "columns", f__0="title", f__1="title")
    assert (double.status_code, "Two columns are said to be the same: Title." in told(double)) == (422, True)
    days = press(sari, path, "columns", "columns", f__0="title", f__2="date")
    assert "has a part above 12. Which is the day and which is the month? Say it below." in told(days)
    press(sari, path, "columns", "columns", f__0="title", f__2="date", order="dmy")
    press(sari, path, "apply")
    # What was brought in is no longer read otherwise.
    assert sari.send(path, {"do": "columns", "type": "Asset"}).headers["location"] == path
    assert "Brought in, as" in page(sari, path)

    other = press(sari, bring(sari, "Name,Latitude\nX,1\n"), "type", "columns", type="Place")
    assert '<option value="lat"' in other.text
    assert sari.send(path, {"do": "columns", "type": "ProposedEdit"}).status_code in (303, 400)


def test_a_shipped_mapping_is_offered_where_its_columns_fit_and_brings_in_drafts(sari):
    dishes = Path("tests/data/hansik.csv").read_bytes().splitlines(keepends=True)[:3]
    path = bring(sari, b"".join(dishes), "hansik.csv")
    assert "Tables like this are known hansik" in page(sari, path)
    assert sari.send(path, {"do": "columns", "type": "Asset", "mapping": "embassies"}).status_code == 400
    assert sari.send(path, {"do": "columns", "type": "Asset", "mapping": "hansik"}).headers["location"] == path
    assert "2 new" in page(sari, path)
    assert "Published" not in page(sari, path)
    press(sari, path, "apply")
    assert 'class="new"' in row(sari, path, 2)
    assert "/edit/asset:" in row(sari, path, 2)
    assert "Beside the rows: " in page(sari, path)


def test_json_is_mended_in_its_cells_too(sari):
    one = made_up()
    rows = [{"type": "Asset", "title": one, "kind": "WORK", "locale": "en", "themes": ["theme:gone"]}]
    path = bring(sari, json.dumps(rows), "rows.json")
    assert "[&#34;theme:gone&#34;]" in row(sari, path, 1)
    press(sari, path, "mend", c__1__4="Slow food")
    assert 'class="new"' in row(sari, path, 1)
    press(sari, path, "apply")
    text = "query($id: ID!) { asset(id: $id) { themes { nodes { id } } } }"
    assert asked(sari, text, id=f"asset:{one}")["asset"]["themes"]["nodes"] == [{"id": "theme:food"}]


def test_an_undo_names_what_is_in_the_way_and_takes_back_the_rest(house, sari):
    one, two = made_up(), made_up()
    path = bring(sari, f"{HEAD}Asset,,TEXT,{one},en,\nAsset,,TEXT,{two},en,\n")
    press(sari, path, "apply")
    links = {"related": (To(f"asset:{one}"),)}
    linking = Put(f"asset:{made_up()}", "Asset", {"title": "Links", "kind": "TEXT", "locale": "en"}, links)
    assert not house.store.write(Batch((linking,), "a person")).refused
    look = page(sari, f"{path}&undo=1")
    assert "This would bring 1 things back" in look
    assert "links to it as related" in look
    refused = sari.send(path, {"do": "undo"})
    assert (refused.status_code, "Something is in the way." in told(refused)) == (422, True)
    press(sari, f"{path}&undo=1", "rest", "undo")
    assert asked(sari, CHANGES, id=f"asset:{two}")["it"] is None
    assert asked(sari, CHANGES, id=f"asset:{one}")["it"] is not None

"""Question cards: a form by names, an answer to look at, and one to take away."""

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from time import monotonic, sleep

import icalendar
import pytest
from starlette.testclient import TestClient

from api.cards.blocks import Facts, Group, Heat, Table, Told, block
from api.cards.card import card_of, shipped
from api.cards.export import to_calendar, to_csv
from api.cards.words import worded
from api.doors.app import make_app
from api.doors.viewers import Perspective, viewer_of
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To

HERE = ("127.0.0.1", 50000)


@pytest.fixture
def page(demonstration_app):
    with TestClient(demonstration_app, base_url="http://localhost:8000", client=HERE) as here:
        yield here.get


@pytest.mark.parametrize("slug", [card.slug for card in shipped()])
def test_a_shipped_card_answers_on_its_page_in_both_languages_and_as_a_table(page, slug):
    for lang in ("en", "id"):
        answer = page(f"/q/{slug}?lang={lang}")
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == lang
        assert 'role="alert"' not in answer.text
        assert 'class="door told-answer"' in answer.text
    table = page(f"/q/{slug}?format=csv")
    assert len(list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))) > 1


def test_things_are_picked_by_name_and_the_address_keeps_the_form(page):
    answer = page("/q/theme-to-audience?lang=en&theme=theme%3Acraft")
    assert '<option value="theme:slow-food">Slow food</option>' in answer.text
    assert "theme=theme%3Acraft&amp;format=csv" in answer.text
    assert page("/q/theme-to-audience?lang=id").text.count('<option value="theme:slow-food" selected>') == 1


@pytest.mark.parametrize(
    ("slug", "lang", "told", "never"),
    [
        ("what-came-of-a-goal", "en", "2026-12-21 · Rendang, a dish with patience", ">placement:"),
        ("what-came-of-a-goal", "id", "2026-10-31 · Pertanyaan dari pembeli · 11", ">measurement:"),
        ("calendar-of-a-country", "en", "Conference on Digital Diplomacy 2026", "Konferensi Diplomasi"),
        ("calendar-of-a-country", "id", "Konferensi Diplomasi Digital 2026", "Conference on Digital"),
        ("coverage-gaps", "en", "Put “Banda nutmeg, seed and lace” into Vietnamese.", "Kriya di Indonesia"),
        ("collisions", "en", "Embassy of Indonesia, Hanoi", "Kedutaan Besar"),
        ("collisions", "en", "<bdi>10 Dec 2026</bdi>", "<bdi>2026-12-10</bdi>"),
        ("how-a-post-spreads", "id", "<bdi>7 Okt 2026, 03:00 UTC</bdi>", "2026-10-07T03"),
        ("how-two-things-are-bound", "id", "<bdi>Perwakilan yang diterima</bdi>", "missions_hosted"),
        ("what-is-used-where", "id", "<bdi>Jepang</bdi>", "<bdi>Placement</bdi>"),
        ("what-is-used-where", "en", "<bdi>In Copyright</bdi>", "rightsstatements.org"),
        ("titles-in-korean", "en", "<bdi>Korean</bdi>", "<bdi>asset:"),
        ("search-with-facets", "en", "<bdi>Vietnamese</bdi>", "<bdi>theme:"),
        ("events-and-editions", "id", "<bdi>Opening speech: listen first</bdi>", "<bdi>asset:"),
        ("coverage-gaps", "en", "open-sources (text not published)", "message:open-sources"),
        ("what-comes-first", "id", "<bdi>0,214</bdi>", "0.214"),
        ("search-with-facets", "id", ">Pemberian hak</option>", ">Rights grant</option>"),
    ],
)
def test_things_are_called_by_their_names_in_the_language_of_the_page(page, slug, lang, told, never):
    answer = page(f"/q/{slug}?lang={lang}").text

    assert told in answer
    assert never not in answer


def test_a_value_that_is_none_is_refused_where_it_stands(page):
    answer = page("/q/theme-to-audience?theme=asset%3A..%2F%3Cscript%3E")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    number = page("/q/search-with-facets?first=many")
    assert number.status_code == 200
    taken = page("/q/placements-of-a-month?from=yesterday&format=csv")
    assert taken.status_code == 400
    assert "yesterday" in taken.text


@pytest.mark.parametrize(
    ("asked", "lang", "told"),
    [
        ("calendar-of-a-country?from=2026-12-20&to=2026-12-07", "id", "Sampai: Berakhir pada 2026-12-07, sebelum"),
        ("calendar-of-a-country?country=country%3Azz", "id", "Negara: Tidak ada negara dengan id “country:zz”."),
        ("may-we-use-it?territories=Nowhere", "id", "Wilayah: “Nowhere” bukan negara dan bukan kawasan."),
        ("missions-desk?from=0026-12-01", "en", "From: 0026-12-01 is not in the years 1900 to 2199."),
        ("missions-desk?days=many", "id", "“many” bukan bilangan bulat."),
        ("missions-desk?from=soon", "en", "“soon” is no day. Write it as 2026-08-17."),
        ("placements-of-a-month?from=soon", "id", "“soon” bukan waktu."),
    ],
)
def test_what_is_refused_is_told_in_the_language_of_the_page_by_the_name_of_its_field(page, asked, lang, told):
    answer = page(f"/q/{asked}&lang={lang}")
    assert (answer.status_code, told in answer.text) == (200, True)
    assert told in page(f"/q/{asked}&lang={lang}&format=csv").text


def test_languages_and_places_are_picked_by_name_and_moments_with_their_zone(page):
    assert '<option value="vi" selected>Vietnam</option>' in page("/q/plan-a-story?lang=id").text
    rights = page("/q/may-we-use-it?lang=en&territories=FR&territories=ASEAN").text
    assert '<option value="FR" selected>France</option>' in rights
    assert "<dd><bdi>ASEAN, France</bdi></dd>" in rights
    month = page("/q/placements-of-a-month?lang=en&from=2026-12-01T00:00&to=2027-01-01T00:00").text
    assert 'value="2026-12-01T00:00" type="datetime-local"' in month
    assert "<dd><bdi>1 Dec 2026, 00:00 UTC</bdi></dd>" in month
    assert 'role="alert"' not in month


def test_an_answer_without_days_is_no_calendar_and_says_so(page):
    taken = page("/q/message-house?format=ics&lang=en")
    assert taken.status_code == 400
    assert taken.text == "No row of this answer has a day, so it makes no calendar. Take the table or the JSON.\n"
    assert page("/q/collisions?format=ics").text.startswith("BEGIN:VCALENDAR")


def test_a_card_is_taken_away_as_a_trusted_document_that_a_partner_asks_by_its_id(home):
    with opened(Settings(home=home)) as house:
        live = {"state": "PUBLISHED", "marking": "PUBLIC"}
        theme = Put("theme:sample-a", "Theme", {"name": "Sample a", **live})
        work = {"title": "Sample work", "kind": "WORK", "locale": "en", "text_state": "PUBLISHED", **live}
        asset = Put("asset:sample-a", "Asset", work, {"themes": (To("theme:sample-a"),)})
        assert not house.store.write(Batch((theme, asset))).refused
        app = make_app(house)
        with TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1)) as partner:
            card = "/q/theme-to-audience?lang=en&theme=theme%3Asample-a"
            told = partner.get(card).text
            assert "It is not registered here yet" in told
            [address] = re.findall(r'<code class="long">(http[^<]+)</code>', told)
            asked = unescape(address).partition("8000")[2]
            assert partner.get(asked).json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"

            file = partner.get(f"{card}&format=graphql")
            assert file.headers["content-disposition"] == 'attachment; filename="theme-to-audience.graphql"'
            (home / "documents").mkdir()
            (home / "documents" / "theme-to-audience.graphql").write_bytes(file.content)
            deadline = monotonic() + 30
            while "errors" in (answer := partner.get(asked).json()) and monotonic() < deadline:
                sleep(0.1)
            assert [one["title"] for one in answer["data"]["assets"]["nodes"]] == ["Sample work"]
            assert "It is registered here." in partner.get(card).text


def test_a_card_kept_in_the_graph_is_asked_by_those_who_see_it_and_no_other(home):
    live = {"state": "PUBLISHED", "marking": "PUBLIC"}
    document = "query Q($theme: ID!) { theme(id: $theme) { id name } assets { totalCount } }"
    card = {
        "name": "What is in <here>",
        "names": {"id": "Apa isinya"},
        "slug": "own",
        "document": document,
        "variables": {"theme": "theme:a"},
    }
    with opened(Settings(home=home)) as house:
        house.store.write(
            Batch(
                (
                    Put("theme:a", "Theme", {"name": "=A"}),
                    Put("questioncard:own", "QuestionCard", card | {"state": "PUBLISHED", "marking": "PARTNER"}),
                    Put("questioncard:open", "QuestionCard", card | live | {"slug": "open", "marking": "PARTNER"}),
                    Put(
                        "questioncard:mutates", "QuestionCard", card | {"slug": "writes", "document": "mutation { x }"}
                    ),
                )
            )
        )
        app = make_app(house)
        with TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1)) as stranger:
            assert stranger.get("/q/own").status_code == 404
            assert stranger.get("/q/writes").status_code == 404
            assert stranger.get("/q/nothing").status_code == 404
        partner = viewer_of(Role.PARTNER, Perspective.PUBLISHED)
        found = card_of(house.store, partner, "own")
        assert found is not None
        assert (found.title("id"), found.title("en")) == ("Apa isinya", "What is in <here>")
        assert card_of(house.store, viewer_of(Role.PUBLIC, Perspective.PUBLISHED), "own") is None


def test_a_card_of_the_graph_says_whose_it_is_and_who_sees_it(home):
    with opened(Settings(home=home)) as house:
        live = {"state": "PUBLISHED", "marking": "PUBLIC"}
        document = "{ themes { totalCount } }"
        keeper = Put(
            "mission:sample-a", "Mission", {"name": "Sample mission", "names": {"id": "Perwakilan contoh"}, **live}
        )
        shared = {"name": "Own", "slug": "own", "document": document, "state": "PUBLISHED", "marking": "PARTNER"}
        own = Put("questioncard:own", "QuestionCard", shared, {"keeper": (To("mission:sample-a"),)})
        secret = {"name": "Inside", "slug": "inside", "document": document, "state": "PUBLISHED", "marking": "INTERNAL"}
        assert not house.store.write(Batch((keeper, own, Put("questioncard:inside", "QuestionCard", secret)))).refused
        app = make_app(house)
        bearer = {"Authorization": f"Bearer {Keys(house.store).create('a planner', Role.PLANNER)[1]}"}
        with TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1), headers=bearer) as here:
            assert "Kept by Sample mission · partners and the house see it" in here.get("/q/own?lang=en").text
            assert "Dikelola Perwakilan contoh · mitra dan orang dalam melihatnya" in here.get("/q/own?lang=id").text
            assert "Kept by nobody · the house sees it" in here.get("/q/inside?lang=en").text
            assert 'class="kept"' not in here.get("/q/message-house?lang=en").text


def test_rows_of_an_answer_are_a_table_and_deeper_ones_a_group():
    nodes = [{"id": "theme:a", "name": "A", "kind": "WORK", "assets": {"nodes": [{"title": "X"}]}}]
    table = block("Themes", {"totalCount": 1, "nodes": nodes})
    assert isinstance(table, Table)
    assert (table.title, table.columns) == ("Themes: 1", ("Name", "Kind", "Assets"))
    assert [[[one.text for one in cell] for cell in row] for row in table.rows] == [[["A"], ["Work"], ["X"]]]
    assert table.rows[0][0][0].id == "theme:a"

    deep = block("Themes", [{"name": "A", "assets": {"nodes": [{"title": "X", "year": 1}]}}])
    assert isinstance(deep, Group)
    [facts] = deep.blocks
    assert isinstance(facts, Facts)
    assert (facts.title, facts.facts, facts.blocks[0].kind) == ("A", (), "table")


def test_what_a_spreadsheet_takes_for_a_formula_is_a_text_in_csv():
    rows = [{"name": text, "n": -1.5} for text in ("=1+1", "+1", "-x", "@a", "\tb", "fine", "-3", " =1", "＝1")]
    written = to_csv({"things": {"nodes": rows}}).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(written))] == [
        "'=1+1", "+1", "'-x", "'@a", "'\tb", "fine", "-3", "' =1", "'＝1",
    ]  # fmt: skip
    assert [row["n"] for row in csv.DictReader(io.StringIO(written))] == ["-1.5"] * 9


def test_days_and_moments_become_events_whose_last_day_is_included():
    data = {
        "events": {
            "nodes": [
                {"id": "event:a", "title": "A; b,\nc", "starts": "2026-12-30", "ends": "2027-01-01"},
                {"id": "event:b", "title": "B", "starts": "2026-12-30T23:30:00.000Z"},
                {"id": "event:c", "title": "C", "starts": None},
                {"id": "event:d", "title": "D", "starts": "2026"},
            ]
        }
    }
    raw = to_calendar(data, "Title, more", "example.org", datetime(2026, 11, 28, tzinfo=UTC))
    assert b"X-WR-CALNAME:Title\\, more\r\n" in raw
    first, second = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert (str(first["summary"]), str(first.decoded("dtend"))) == ("A; b,\nc", "2027-01-02")
    assert second.decoded("dtend").isoformat() == "2026-12-31T00:30:00+00:00"
    assert first["uid"] != second["uid"]


def test_what_happens_to_a_thing_on_a_day_keeps_its_identity_in_a_calendar_whatever_stands_before_it():
    def entry(id, starts):
        return {"kind": "EVENT", "title": "T", "starts": starts, "entity": {"id": id, "label": "T"}}

    def identities(*entries):
        raw = to_calendar({"calendar": {"entries": list(entries)}}, "Title", "example.org", datetime.now(UTC))
        return [str(one["uid"]) for one in icalendar.Calendar.from_ical(raw).walk("VEVENT")]

    feast, fair = entry("observance:feast", "2026-12-25"), entry("event:fair", "2026-12-24")
    (alone,) = identities(feast)
    assert alone == "observance:feast.2026-12-25@example.org"
    assert identities(fair, feast)[1] == alone
    assert len({*identities(feast, feast, entry("observance:feast", "2027-12-25"))}) == 3


def test_on_paper_a_card_says_what_was_asked_for_by_names(page):
    answer = page("/q/plan-a-story?lang=en")
    asked = re.search(r'<dl class="asked">(.*?)</dl>', answer.text, re.DOTALL)
    assert asked is not None
    words = dict(re.findall(r"<dt>(.*?)</dt><dd><bdi>(.*?)</bdi>", asked[1]))
    assert (words["Goal"], words["Audience"]) == ("Known for a culture that is alive", "Home cooks in Hanoi")
    assert "audience:" not in asked[1]


def test_a_table_says_the_words_of_a_vocabulary_in_the_language_of_the_reader():
    rows = {"cells": [{"state": "COVERED", "depth": 3, "day": "2026-12-24", "share": 0.5}]}
    assert to_csv(rows, "id").decode("utf-8-sig") == "state,depth,day,share\r\nTercakup,3,2026-12-24,0.5\r\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("totalCount", "Total count"), ("WITH_DUTIES", "With duties"), ("valid_until", "Valid until")],
)
def test_names_of_the_contract_are_told_as_words(name, expected):
    assert worded(name) == expected


def test_cells_of_rows_and_columns_are_a_heat_table_with_words_beside_the_colour():
    def cell(row, column, state, **more):
        return {
            "row": {"key": row, "label": row.upper()},
            "column": {"key": column, "label": column},
            "state": state,
            **more,
        }

    cells = [
        cell("a", "x", "COVERED", depth=2, assets=[{"id": "asset:a", "title": "T"}]),
        cell("b", "y", "EMPTY", depth=0, firstFailed="RIGHTS", cheapestFix={"sentence": "Ask."}),
    ]
    heat = block("Cells", cells)
    assert isinstance(heat, Heat)
    assert heat.columns == ("x", "y")
    [(a, (covered, nothing)), (b, (_, empty))] = heat.rows
    assert (a, b, nothing) == ("A", "B", None)
    assert covered is not None
    assert empty is not None
    assert (covered.state, covered.level, covered.depth, covered.things) == ("Covered", 2, "2", (Told("T", "asset:a"),))
    assert (empty.state, empty.level, empty.told) == ("Empty", 0, "Rights. Ask.")

"""Loading: links found and refused, duplicates, what vanished, what is kept, and the same again changing nothing."""

import json
from collections import Counter

import pytest

from graph.store.batch import Batch, Put
from ingest.lookups import GraphLookup
from ingest.opening import open_records
from ingest.pipeline import Options, run
from ingest.records import Key


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


THEME = {"type": "Theme", "id": "theme:slow-food", "name": "Slow food"}
ASSET = {"type": "Asset", "id": "asset:kimjang", "kind": "WORK", "title": "Kimjang", "locale": "en"}


def test_records_and_their_translations_are_created_with_their_links(file, take, rows, linked):
    korean = {"locale": "ko", "title": "김장"}
    report = take(file("a.jsonl", lines(THEME, ASSET | {"themes": ["theme:slow-food"], "translations": [korean]})))

    assert report.changed == Counter({("Theme", "create"): 1, ("Asset", "create"): 1, ("Translation", "create"): 1})
    assert (report.rows, report.records, report.refused) == (2, 2, [])
    assert rows("Translation", "title") == [{"id": "translation:asset.kimjang.ko", "title": "김장"}]
    assert linked("Asset", "asset:kimjang", "themes") == ["theme:slow-food"]
    assert linked("Translation", "translation:asset.kimjang.ko", "translates") == ["asset:kimjang"]


def test_the_same_file_twice_changes_nothing_and_leaves_no_log_entry(file, take, store):
    path = file(
        "a.jsonl",
        lines(ASSET | {"themes": ["theme:slow-food"], "translations": [{"locale": "ko", "title": "김장"}]}, THEME),
    )
    first = take(path)

    again = take(path)

    assert (again.changed, again.unchanged, again.seq, again.vanished) == (Counter(), 3, first.seq, [])


@pytest.mark.parametrize("size", [1, 2, 500])
def test_a_link_to_a_record_of_a_later_batch_is_set_when_all_are_in(file, take, linked, size):
    child = ASSET | {"id": "asset:child", "part_of": "asset:kimjang", "themes": ["theme:slow-food"]}
    path = file("a.jsonl", lines(child, THEME, ASSET))

    report = take(path, batch=size)

    assert report.refused == []
    assert linked("Asset", "asset:child", "part_of") == ["asset:kimjang"]
    assert linked("Asset", "asset:child", "themes") == ["theme:slow-food"]
    assert take(path, batch=size).changed == Counter()


def test_a_link_to_nothing_is_refused_with_a_guess_and_the_record_kept(file, take, rows):
    report = take(file("a.jsonl", lines(THEME, ASSET | {"themes": ["theme:slow-fod", "theme:slow-food"]})))

    (refused,) = report.refused
    assert str(refused) == (
        'a.jsonl:2: column "themes": There is nothing with the id "theme:slow-fod". Did you mean "theme:slow-food"?'
    )
    assert (refused.scope, refused.line, report.refused_rows, report.refused_cells) == ("link", 2, 0, 1)
    assert [row["id"] for row in rows("Asset")] == ["asset:kimjang"]


def test_two_links_of_a_cell_that_lead_to_nothing_are_two_reasons_and_one_cell(file, take):
    report = take(file("a.jsonl", lines(ASSET | {"themes": ["theme:a", "theme:b"], "part_of": "asset:none"})))

    assert (len(report.refused), report.refused_rows, report.refused_cells) == (3, 0, 2)


def test_a_dry_run_reports_what_applying_does_and_writes_nothing(file, take, store):
    child = ASSET | {"id": "asset:child", "part_of": "asset:kimjang", "themes": ["theme:nowhere"]}
    path = file("a.jsonl", lines(child, THEME, ASSET, {"type": "Asset", "kind": "SONG"}))

    dry = take(path, dry_run=True)
    assert store.stats().seq == 0
    wet = take(path, batch=500)

    assert dry.changed == wet.changed
    assert dry.seen == wet.seen == Counter({("PUBLISHED", "PUBLIC"): 1, ("DRAFT", "INTERNAL"): 2})
    assert list(map(str, dry.refused)) == list(map(str, wet.refused))


def test_one_id_with_two_contents_is_refused_naming_both_lines(file, take, rows):
    report = take(file("a.jsonl", lines(THEME, THEME | {"name": "Fast food"}, THEME)))

    assert [str(refused) for refused in report.refused] == [
        'a.jsonl:2: column "id": "theme:slow-food" stands at a.jsonl:1 with other content. Keep one of the two.'
    ]
    assert [str(repeated) for repeated in report.repeated] == [
        'a.jsonl:3: "theme:slow-food" stands at a.jsonl:1 already.'
    ]
    assert rows("Theme", "name") == [{"id": "theme:slow-food", "name": "Slow food"}]


def test_one_id_in_two_files_of_a_run_is_refused_too(file, take):
    report = take(file("a.jsonl", lines(THEME)), file("b.jsonl", lines(THEME | {"name": "Fast food"})))

    assert str(report.refused[0]).startswith(
        'b.jsonl:1: column "id": "theme:slow-food" stands at a.jsonl:1 with other content.'
    )


def test_a_record_without_an_id_gets_the_same_one_each_time(file, take, rows):
    path = file("a.csv", "type,name\nTheme,Slow food\nTheme,김장\n")
    take(path)

    assert take(path).changed == Counter()
    first, second = sorted(row["id"] for row in rows("Theme"))
    assert (len(first), second) == (len("theme:") + 24, "theme:slow-food")


def test_what_a_person_changed_is_kept_and_named(file, take, store, rows):
    take(file("a.jsonl", lines(THEME)))
    store.write(Batch((Put("theme:slow-food", "Theme", {"name": "Slow cooking"}),), actor="ina"))

    report = take(file("a.jsonl", lines(THEME | {"name": "Slow-food"})))

    (kept,) = report.kept
    assert (kept.id, kept.where, kept.path, kept.ours, kept.theirs) == (
        "theme:slow-food",
        "a.jsonl:1",
        "name",
        "Slow cooking",
        "Slow-food",
    )
    assert rows("Theme", "name") == [{"id": "theme:slow-food", "name": "Slow cooking"}]


def test_what_vanished_is_named_and_retired_only_when_forgotten(file, take, rows):
    other = {"type": "Theme", "id": "theme:other", "name": "Other"}
    both, one = file("a.jsonl", lines(THEME, other)), file("b.jsonl", lines(THEME))
    take(both)

    named = take(one)
    assert (named.vanished, named.forgotten, named.changed) == (["theme:other"], 0, Counter())
    assert take(one, source="another").vanished == []

    forgotten = take(one, forget=True)
    assert (forgotten.vanished, forgotten.forgotten) == (["theme:other"], 1)
    assert {row["id"]: row["state"] for row in rows("Theme", "state")} == {
        "theme:slow-food": "PUBLISHED",
        "theme:other": "RETIRED",
    }


def test_what_was_forgotten_comes_back_when_it_is_told_again_but_not_what_a_person_retired(file, take, store, rows):
    other = {"type": "Theme", "id": "theme:other", "name": "Other"}
    both, one = file("a.jsonl", lines(THEME, other)), file("b.jsonl", lines(THEME))
    take(both)
    take(one, forget=True)
    store.write(Batch((Put("theme:slow-food", "Theme", {"state": "RETIRED"}),), actor="ina"))

    report = take(both)

    assert {row["id"]: row["state"] for row in rows("Theme", "state")} == {
        "theme:slow-food": "RETIRED",
        "theme:other": "PUBLISHED",
    }
    assert [(kept.id, kept.path, kept.ours) for kept in report.kept] == [("theme:slow-food", "state", "RETIRED")]


def test_a_refused_row_has_not_vanished_nor_has_its_translation(file, take):
    translated = ASSET | {"translations": [{"locale": "ko", "title": "김장"}]}
    take(file("a.jsonl", lines(translated)))

    assert take(file("a.jsonl", lines(translated | {"kind": "SONG"}))).vanished == []


def test_nothing_is_forgotten_while_a_row_cannot_be_read(file, take, rows):
    take(file("a.jsonl", lines(THEME)))

    report = take(file("a.jsonl", '{"broken\n'), forget=True)

    assert (report.vanished, report.forgotten) == (["theme:slow-food"], 0)
    assert report.notes[-1].startswith("nothing was forgotten, because rows that could not be read")
    assert rows("Theme", "state") == [{"id": "theme:slow-food", "state": "PUBLISHED"}]


def test_an_import_is_batches_of_one_import_id(file, take, store):
    records = [THEME | {"id": f"theme:t{n}", "name": f"Theme {n}"} for n in range(5)]

    report = take(file("a.jsonl", lines(*records)), batch=2)

    changes = store.changes(0)
    assert {change.import_id for change in changes} == {report.import_id}
    assert len({change.batch for change in changes}) == 3


def test_progress_is_told_the_rows_read_after_each_batch(file, store):
    told: list[int] = []
    path = file("a.jsonl", lines(*(THEME | {"id": f"theme:t{n}"} for n in range(5))))

    run(open_records([path]), store, Options("test", batch=2, progress=told.append))

    assert told == [2, 4, 5]


LOOKED_UP = """
source = "dishes"
[columns]
number = "no"
name = "name"
country = { any = "country", optional = true }
theme = { any = "theme", optional = true }
[[entities]]
type = "Asset"
id = "asset:dish-{number}"
fields.kind = { constant = "WORK" }
fields.title = "name"
fields.locale = { constant = "en" }
"""


@pytest.fixture
def countries(file, take):
    records = [
        {
            "type": "Country",
            "id": "country:kr",
            "name": "South Korea",
            "names": {"ko": "대한민국"},
            "alpha2": "KR",
            "aliases": ["Korea"],
        },
        {"type": "Country", "id": "country:kp", "name": "North Korea", "alpha2": "KP", "aliases": ["korea"]},
        {
            "type": "Country",
            "id": "country:mt",
            "name": "Malta",
            "alpha2": "MT",
            "same_as": ["http://www.wikidata.org/entity/Q233"],
        },
    ]
    assert take(file("countries.jsonl", lines(*records)), source="countries").refused == []


def test_links_are_found_by_code_by_identifier_and_by_any_name_that_one_node_bears(file, take, countries, linked):
    mapping = file("m.toml", LOOKED_UP + """
[entities.links.countries]
missing = "skip"
find = [
    { type = "Country", by = "alpha2", value = "country" },
    { type = "Country", by = "same_as", value = "{country|qid}" },
    { type = "Country", by = "name", value = "country" },
]
""")  # fmt: skip
    table = file(
        "t.csv",
        "no,name,country\n1,A,KR\n2,B,https://www.wikidata.org/wiki/Q233\n3,C,대한민국\n"
        "4,D,SOUTH KOREA\n5,E,Korea\n6,F,Mu\n",
    )

    report = take(table, mapping=str(mapping))

    assert [linked("Asset", f"asset:dish-{n}", "countries") for n in range(1, 7)] == [
        ["country:kr"],
        ["country:mt"],
        ["country:kr"],
        ["country:kr"],
        [],
        [],
    ]
    assert [str(refused) for refused in report.refused] == [
        't.csv:6: column "country": "Korea" is the name of both country:kp and country:kr. Name one of them by its id.',
        (
            't.csv:7: column "country": There is no Country with the alpha2 "Mu" or name "Mu". '
            "Import the Country first, or correct the cell."
        ),
    ]


def test_a_look_up_without_an_answer_refuses_the_row_unless_the_mapping_says_else(file, take, countries, rows):
    mapping = file(
        "m.toml", LOOKED_UP + 'links.countries = { find = { type = "Country", by = "alpha2", value = "country" } }\n'
    )

    report = take(file("t.csv", "no,name,country\n1,A,KR\n2,B,XX\n"), mapping=str(mapping))

    assert [row["id"] for row in rows("Asset")] == ["asset:dish-1"]
    assert [(refused.scope, refused.line, refused.reason) for refused in report.refused] == [
        ("record", 3, 'There is no Country with the alpha2 "XX".')
    ]


def test_a_namesake_with_another_identifier_is_not_taken(file, take, countries):
    mapping = file("m.toml", LOOKED_UP + """
[entities.links.countries]
find = [
    { type = "Country", by = "same_as", value = "{theme|qid}" },
    { type = "Country", by = "name", value = "country", unidentified = true },
]
""")  # fmt: skip

    report = take(
        file("t.csv", "no,name,country,theme\n1,A,Malta,Q190353\n2,B,North Korea,Q423\n"), mapping=str(mapping)
    )

    assert [str(refused) for refused in report.refused] == [
        (
            't.csv:2: column "theme": There is no Country with the identifier "Q190353" or name "Malta"; '
            'country:mt is called "Malta" too, but is Q233. Correct the identifier, or give the link by hand.'
        )
    ]
    assert report.changed == Counter({("Asset", "create"): 1})


def test_what_is_not_found_may_be_made_once_and_is_not_said_to_vanish(file, take, linked, rows):
    mapping = file("m.toml", LOOKED_UP + """
[entities.links.themes]
find = { type = "Theme", by = "name", value = { column = "theme", split = "/" } }
missing = "create"
create = { id = "theme:{value|slug}", fields = { name = "{value|capital}" } }
""")  # fmt: skip
    table = file("t.csv", "no,name,theme\n1,A,soup/winter\n2,B,Soup\n")

    report = take(table, mapping=str(mapping))

    assert report.changed == Counter({("Theme", "create"): 2, ("Asset", "create"): 2})
    assert rows("Theme", "name") == [{"id": "theme:soup", "name": "Soup"}, {"id": "theme:winter", "name": "Winter"}]
    assert linked("Asset", "asset:dish-2", "themes") == ["theme:soup"]
    again = take(table, mapping=str(mapping))
    assert (again.changed, again.vanished) == (Counter(), [])


def test_a_row_may_look_up_a_later_row_of_its_own_file(file, take, linked):
    mapping = file("m.toml", """
source = "hs"
[columns]
code = "code"
name = "name"
[[entities]]
type = "Commodity"
id = "commodity:hs-{code}"
fields.hs_code = "code"
fields.name = "name"
[entities.links.broader]
find = { type = "Commodity", by = "hs_code", value = { column = "code", extract = "^([0-9]{2})[0-9]{2}$" } }
""")  # fmt: skip
    table = file("hs.csv", "code,name\n0901,Coffee\n0902,Tea\n09,Coffee and tea\n1001,Wheat\n")

    report = take(table, mapping=str(mapping), batch=1)

    assert linked("Commodity", "commodity:hs-0901", "broader") == ["commodity:hs-09"]
    assert [refused.reason for refused in report.refused] == ['There is no Commodity with the hs_code "10".']
    assert take(table, mapping=str(mapping), batch=1).changed == Counter()


ENRICHING = """
source = "population"
[columns]
code = "code"
people = "people"
[[entities]]
type = "Country"
id = "country:{code|lower}"
same = "alpha2"
missing = "skip"
fields.alpha2 = "code"
fields.population = "people"
"""


def test_a_table_may_add_to_nodes_that_are_there_and_pass_over_the_rest(file, take, countries, rows):
    report = take(file("p.csv", "code,people\nKR,51751065\nEUU,448000000\n"), mapping=str(file("m.toml", ENRICHING)))

    assert rows("Country", "population", alpha2="KR") == [{"id": "country:kr", "population": 51751065}]
    assert report.skipped == Counter({"There is no Country with this alpha2.": 1})
    assert report.changed == Counter({("Country", "update"): 1})


def test_an_identifier_takes_the_record_to_the_node_that_bears_it_with_all_links_to_it(file, take, linked, rows):
    mission = {
        "type": "Mission",
        "id": "mission:kbri-hanoi",
        "name": "KBRI Hanoi",
        "same_as": ["https://www.wikidata.org/wiki/Q900"],
    }
    take(file("m.jsonl", lines(mission)), source="missions")
    mapping = file("m.toml", """
source = "embassies"
[columns]
q = "q"
phone = "phone"
[[entities]]
type = "Mission"
id = "mission:{q|slug}"
name = "mission"
same = "same_as"
fields.same_as = "{q|wikidata}"
fields.name = { constant = "Embassy" }
fields.phone = "phone"
[[entities]]
type = "Channel"
id = "channel:{q|slug}"
fields.name = { constant = "Channel" }
links.owner = { entity = "mission" }
""")  # fmt: skip

    report = take(file("e.csv", "q,phone\nQ900,+84 1\nQ901,+84 2\n"), mapping=str(mapping))

    assert [row["id"] for row in rows("Mission")] == ["mission:kbri-hanoi", "mission:q901"]
    assert rows("Mission", "name", "phone", id="mission:kbri-hanoi") == [
        {"id": "mission:kbri-hanoi", "name": "KBRI Hanoi", "phone": "+84 1"}
    ]
    assert linked("Channel", "channel:q900", "owner") == ["mission:kbri-hanoi"]
    assert [(kept.path, kept.theirs) for kept in report.kept if kept.path == "name"] == [("name", "Embassy")]


def test_look_ups_do_not_grow_with_the_rows(file, take, countries, store, monkeypatch):
    find = 'links.countries = { find = { type = "Country", by = "alpha2", value = "country" } }\n'
    mapping = file("m.toml", LOOKED_UP + find)
    table = "no,name,country\n" + "".join(f"{n},A,{'KR' if n % 2 else 'MT'}\n" for n in range(400))
    questions = []
    ask = store.ask

    def counting(viewer, some):
        questions.append(some)
        return ask(viewer, some)

    monkeypatch.setattr(store, "ask", counting)
    take(file("t.csv", table), mapping=str(mapping))

    # Which nodes are retired, and the countries of all rows.
    assert len(questions) == 2


def test_a_lookup_answers_many_keys_at_once(store, countries):
    keys = [
        Key("Country", "alpha2", "KR"),
        Key("Country", "name", "malta"),
        Key("Country", "id", "country:kp"),
        Key("Country", "name", "x"),
    ]

    answers = GraphLookup(store).resolve(keys)

    assert {key.value: [found.id for found in some] for key, some in answers.items()} == {
        "KR": ["country:kr"],
        "malta": ["country:mt"],
        "country:kp": ["country:kp"],
    }


def test_a_run_that_breaks_off_leaves_whole_batches_and_running_it_again_finishes(file, take, store, rows):
    path = file("a.jsonl", lines(*(THEME | {"id": f"theme:t{n}", "name": f"Theme {n}"} for n in range(5))))

    def break_off(rows_read):
        if rows_read == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(path, batch=2, progress=break_off)
    assert [row["id"] for row in rows("Theme")] == [f"theme:t{n}" for n in range(4)]
    assert store.verify().sound

    again = take(path, batch=2)

    assert (again.changed, again.unchanged) == (Counter({("Theme", "create"): 1}), 4)

"""Batches: what is created, updated and refused, and what the log says of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from graph.store.batch import ActorKind, Batch, Edit, Once, Put, Refused, To
from graph.store.log import GENESIS, chained, digest_of


def test_a_creation_is_reported_and_logged_with_its_reverse(graph, made, clock):
    graph.put("theme:t", name="T")
    clock.pass_(minutes=5)

    report = graph.write(made("asset:a", kind="WORK", keywords=["x"], themes=[("theme:t", {"weight": 0.5})]))

    [change] = report.changes
    assert report.seq == 2
    assert (change.seq, change.at, change.id, change.type, change.op, change.rev) == (
        2, "2026-01-01T00:05:00.000Z", "asset:a", "Asset", "create", 1,
    )  # fmt: skip
    assert (change.actor, change.actor_kind, change.reason, change.batch) == (
        "an actor",
        "PERSON",
        "a reason",
        "batch-2",
    )
    assert change.patch == {
        "set": {"state": "DRAFT", "marking": "INTERNAL", "sample": False, "kind": "WORK", "keywords": ["x"]},
        "links": {"themes": {"put": {"theme:t": {"weight": 500}}, "drop": []}},
    }
    assert change.reverse == {"delete": True}
    assert list(graph.store.changes(1)) == [change]


def test_an_update_changes_what_is_named_and_its_reverse_leads_back(graph):
    graph.put("theme:t", name="T")
    graph.put("theme:u", name="U")
    graph.put("theme:v", name="V")
    graph.put("asset:a", kind="WORK", year=1990, themes=[("theme:t", {"weight": 0.5}), "theme:u"])

    [change] = graph.put("asset:a", year=2000, tone=None, themes=["theme:t", "theme:v"]).changes

    assert (change.op, change.rev) == ("update", 2)
    assert change.patch == {
        "set": {"year": 2000},
        "links": {"themes": {"put": {"theme:t": {}, "theme:v": {}}, "drop": ["theme:u"]}},
    }
    assert change.reverse == {
        "set": {"year": 1990},
        "links": {"themes": {"put": {"theme:t": {"weight": 500}, "theme:u": {}}, "drop": ["theme:v"]}},
    }
    assert graph.one("asset:a", "kind", "year", "rev") == {"kind": "WORK", "year": 2000, "rev": 2}
    assert graph.linked("asset:a", "themes", "weight") == [("theme:t", None), ("theme:v", None)]


def test_none_takes_a_property_away_and_an_empty_list_all_links(graph):
    graph.put("theme:t", name="T")
    graph.put("asset:a", year=1990, keywords=["x"], themes="theme:t")

    graph.put("asset:a", year=None, keywords=None, themes=[])

    assert graph.one("asset:a", "year", "keywords") == {"year": None, "keywords": []}
    assert graph.linked("asset:a", "themes") == []


def test_what_is_not_named_stays(graph):
    graph.put("theme:t", name="T")
    graph.put("asset:a", year=1990, themes="theme:t")

    graph.put("asset:a", kind="WORK")

    assert graph.one("asset:a", "year", "kind") == {"year": 1990, "kind": "WORK"}
    assert graph.linked("asset:a", "themes") == [("theme:t",)]


def test_the_same_batch_again_changes_nothing(graph, made):
    batch = [
        made("theme:t", name="Té", brand_dimensions=["TOURISM"], names={"ko": "티"}),
        made("asset:a", year="1990", sample="yes"),
        made("asset:b", themes=[("theme:t", {"weight": 0.5})], part_of="asset:a"),
    ]
    graph.write(*batch)

    report = graph.write(*batch)

    assert (report.changes, report.unchanged, report.seq) == ((), 3, 3)
    assert graph.one("asset:a", "rev", "updated_at") == {"rev": 1, "updated_at": "2026-01-01T00:00:00.000Z"}
    assert len(graph.store.changes(0)) == 3


def test_creation_and_update_bear_their_moments(graph, clock):
    graph.put("theme:t", name="T")
    clock.pass_(days=1)
    graph.put("theme:t", name="U")

    assert graph.one("theme:t", "created_at", "updated_at") == {
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-02T00:00:00.000Z",
    }


def test_a_batch_may_link_to_what_it_writes_itself_in_any_order(graph, made):
    report = graph.write(
        made("asset:a", part_of="asset:b", themes="theme:t"),
        made("asset:b", related="asset:a"),
        made("theme:t", name="T"),
    )

    assert [change.id for change in report.changes] == ["asset:a", "asset:b", "theme:t"]
    assert graph.linked("asset:b", "related") == [("asset:a",)]
    assert graph.linked("asset:b", "parts") == [("asset:a",)]


def test_a_dry_run_reports_what_would_be_and_writes_nothing(graph, made):
    graph.put("theme:t", name="T")
    puts = [made("theme:t", name="U"), made("asset:a", year=1)]

    foreseen = graph.told(*puts, dry_run=True)

    assert graph.one("theme:t", "name", "rev") == {"name": "T", "rev": 1}
    assert graph.ids("Entity") == ["t"]
    assert (graph.store.stats().seq, len(graph.store.changes(0))) == (1, 1)
    assert graph.told(*puts) == foreseen


def test_a_stale_revision_is_refused_with_both(graph, made):
    graph.put("theme:t", name="T")
    graph.put("theme:t", name="U", rev=1)

    report = graph.told(made("theme:t", rev=1, name="V", where="row 3"))

    assert report.refused == (
        Refused(
            "theme:t",
            "row 3",
            "rev",
            "It was read at revision 1 and is at 2 now. Read it again and repeat the edit.",
        ),
    )
    assert graph.one("theme:t", "name") == {"name": "U"}


@pytest.mark.parametrize(
    ("put", "path", "says"),
    [
        (Put("asset:a", "Asset", {"kind": "NOVEL"}), "kind", '"NOVEL" is not one of'),
        (Put("asset:a", "Asset", {"title": "a\x00b"}), "title", "NUL"),
        (Put("asset:a", "Asset", {"title": "a\ud800b"}), "title", "half a surrogate pair"),
        (Put("asset:a", "Asset", {"keywords": ["ok", "\udc00"]}), "keywords[1]", "half a surrogate pair"),
        (Put("asset:a", "Asset", {"year": 2**31}), "year", "more than 31 bits"),
        (Put("country:a", "Country", {"population": 2**53}), "population", "more than 53 bits"),
        (Put("asset:a", "Asset", {"rev": 7}), "rev", "cannot be set"),
        (Put("asset:a", "Asset", {"titel": "x"}), "", 'did you mean "title"?'),
        (Put("asset:A", "Asset"), "id", "is not an id"),
        (Put("theme:a", "Asset"), "id", "does not start with asset:"),
        (Put("asset:a", "Asset", {"state": "PUBLISHED", "kind": "WORK"}), "state", "without title, locale"),
        (
            Put(
                "asset:a",
                "Asset",
                {"state": "IN_REVIEW", "kind": "WORK", "title": "\u3000\u200b\u202e", "locale": "en"},
            ),
            "state",
            "without title. Add",
        ),
        (Put("reviewnote:a", "ReviewNote", {"state": "PUBLISHED", "name": "Mind"}), "state", "never PUBLISHED"),
        (Put("media:m", "Media", {"duration": float("nan")}), "duration", "not finite"),
        (Put("audience:a", "Audience", {"marking": "PUBLIC"}), "marking", "at least INTERNAL"),
    ],
)
def test_a_put_that_cannot_be_is_refused_with_its_path_and_the_rest_is_written(graph, made, put, path, says):
    report = graph.told(put, made("theme:t", name="T"))

    [refused] = report.refused
    assert (refused.id, refused.path, refused.whole) == (put.id, path, True)
    assert says in refused.reason
    assert [change.id for change in report.changes] == ["theme:t"]


def test_a_link_to_nothing_is_left_out_and_reported(graph, made):
    graph.put("theme:t", name="T")

    report = graph.told(made("asset:a", themes=["theme:t", "theme:nowhere"]))

    [refused] = report.refused
    assert (refused.path, refused.whole, refused.target) == ("themes", False, "theme:nowhere")
    assert graph.linked("asset:a", "themes") == [("theme:t",)]


def test_a_link_to_what_the_same_batch_refuses_is_left_out(graph, made):
    report = graph.told(made("asset:a", themes=["theme:bad"]), made("theme:bad", brand_dimensions=["NOWHERE"]))

    assert [(one.id, one.whole) for one in report.refused] == [("theme:bad", True), ("asset:a", False)]
    assert graph.linked("asset:a", "themes") == []


def test_texts_are_kept_in_nfc_and_in_every_script(graph):
    texts = {
        "a": "e\u0301",
        "b": "\U0001f35c\U0001f468\u200d\U0001f469",
        "c": "قهوة \u200fعربية",
        "d": "\uffee\U0010fffd",
        "e": "  x\n\ny ",
    }
    for name, title in texts.items():
        graph.put(f"asset:{name}", title=title, locale="en")

    titles = {row["id"][-1]: row["title"] for row in graph.rows("Asset", "id", "title")}
    assert titles == {**texts, "a": "\u00e9"}


def test_the_log_is_gapless_and_chained(graph, made):
    graph.write(*(made(f"theme:{n}", name="T") for n in range(3)))
    graph.told(made("theme:bad", brand_dimensions=["NOWHERE"]))
    graph.put("theme:0", name="U")

    log = graph.store.changes(0)

    assert [change.seq for change in log] == [1, 2, 3, 4]
    previous = GENESIS
    for change in log:
        assert change.digest == digest_of(change)
        assert change.hash == chained(previous, change.digest)
        previous = change.hash
    assert (graph.store.stats().seq, graph.store.stats().hash) == (4, previous)
    verdict = graph.store.verify()
    assert (verdict.changes, verdict.problems) == (4, ())


def test_the_log_is_read_in_pieces(graph, made):
    graph.write(*(made(f"theme:{n}", name="T") for n in range(5)))

    assert [change.seq for change in graph.store.changes(1, 2)] == [2, 3]
    assert [change.seq for change in graph.store.changes(4)] == [5]
    assert graph.store.changes(5) == []


def test_an_empty_store_stands_at_the_beginning(graph):
    stats = graph.store.stats()

    assert (stats.nodes, stats.links, stats.seq, stats.hash) == ({}, {}, 0, GENESIS)
    assert graph.store.verify().changes == 0


def test_stats_count_nodes_by_type_and_links_by_stored_type(graph):
    graph.put("theme:t", name="T")
    graph.put("theme:u", name="U", broader="theme:t")
    graph.put("asset:a", themes=["theme:t", "theme:u"])

    stats = graph.store.stats()

    assert (stats.nodes, stats.links) == ({"Asset": 1, "Theme": 2}, {"ABOUT": 2, "BROADER": 1})


def test_writers_at_the_same_time_leave_no_gap(graph, made):
    graph.put("theme:t", name="T")

    def write(writer):
        for number in range(10):
            own = made(f"asset:{writer}-{number}", themes="theme:t")
            graph.write(own, made("theme:t", name=f"{writer} {number}"))

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, "abcd"))

    assert [change.seq for change in graph.store.changes(0)] == list(range(1, 82))
    assert graph.store.verify().problems == ()
    assert graph.one("theme:t", "rev") == {"rev": 41}


def test_a_batch_of_thousands_is_one_transaction(graph, made):
    puts = [made(f"theme:{number}", name=f"T{number}", broader="theme:top") for number in range(2499)]
    puts.append(made("theme:top", name="Top"))

    report = graph.write(*puts)

    assert len(report.changes) == 2500
    assert graph.store.stats().links == {"BROADER": 2499}
    assert {change.batch for change in graph.store.changes(0, 5000)} == {"batch-1"}


def test_an_import_says_who_it_is_in_every_entry(graph, made):
    batch = Batch((made("theme:t", name="T"),), "importer", ActorKind.IMPORT, "nightly", "sheet", "import-7")

    [change] = graph.store.write(batch).changes

    assert (change.actor_kind, change.import_id) == ("IMPORT", "import-7")
    assert list(graph.store.said_by("sheet")) == ["theme:t"]
    assert list(graph.store.said_by("other")) == []


def test_what_was_written_is_seen_at_once(graph):
    for number in range(20):
        graph.put("theme:t", name=f"T{number}")
        assert graph.one("theme:t", "name") == {"name": f"T{number}"}


def test_an_edit_puts_and_drops_single_links_and_leaves_the_others(graph):
    for name in "tuv":
        graph.put(f"theme:{name}", name=name)
    graph.put("asset:a", themes=["theme:t", ("theme:u", {"weight": 0.5})])
    edit = Edit((To("theme:v"), To("theme:u", {"weight": 0.2})), ("theme:t", "theme:never-there"))

    [change] = graph.write(Put("asset:a", "Asset", edits={"themes": edit})).changes

    assert graph.linked("asset:a", "themes", "weight") == [("theme:u", 0.2), ("theme:v", None)]
    assert change.patch["links"] == {
        "themes": {"put": {"theme:u": {"weight": 200}, "theme:v": {}}, "drop": ["theme:t"]}
    }
    both = graph.told(Put("asset:a", "Asset", edits={"themes": Edit((To("theme:t"),), ("theme:t",))}))
    assert [one.reason for one in both.refused] == ['"theme:t" is to be put and taken away. Say one of the two.']


def test_what_was_read_as_missing_or_is_gone_is_refused(graph, made):
    graph.put("theme:t", name="T", rev=0)

    again = graph.told(made("theme:t", rev=0, name="U"), made("theme:u", rev=3, name="U"))

    assert [(one.path, one.reason) for one in again.refused] == [
        ("rev", 'There is something with the id "theme:t" already.'),
        ("rev", 'There is nothing with the id "theme:u" any more.'),
    ]
    assert graph.one("theme:t", "name") == {"name": "T"}


def test_what_is_written_once_is_answered_alike_again_until_its_key_is_forgotten(graph, made, clock):
    until = int(clock.now.timestamp() * 1000) + 60_000
    batch = Batch((made("theme:t", name="T"),), whole=True, once=Once("key", "digest", until))
    first = graph.store.write(batch)
    graph.put("theme:t", name="U")

    again = graph.store.write(batch)

    assert (again.changes, again.seq, first.repeated, again.repeated) == (first.changes, first.seq, False, True)
    assert graph.one("theme:t", "name", "rev") == {"name": "U", "rev": 2}
    other = graph.store.write(replace(batch, once=Once("key", "another digest", until)))
    assert [(one.path, one.reason) for one in other.refused] == [
        ("once", "The key was used for another write. Choose a new key for each.")
    ]
    clock.pass_(minutes=1)
    assert graph.store.write(batch).repeated is False
    assert graph.one("theme:t", "name", "rev") == {"name": "T", "rev": 3}


def test_a_refusal_or_a_dry_run_uses_up_no_key(graph, made):
    once = Once("key", "digest", 2**52)
    good, bad = made("theme:t", name="T"), made("theme:t", brand_dimensions=["NOWHERE"])

    graph.store.write(Batch((bad,), whole=True, once=once))
    graph.store.write(Batch((good,), whole=True, once=once), dry_run=True)

    assert graph.store.write(Batch((good,), whole=True, once=once)).repeated is False


def test_of_many_who_send_the_same_at_once_one_writes(graph, made):
    batch = Batch((made("theme:t", name="T"),), whole=True, once=Once("key", "digest", 2**52))

    with ThreadPoolExecutor(4) as writers:
        reports = list(writers.map(graph.store.write, [batch] * 8))

    assert sorted(report.repeated for report in reports) == [False, *[True] * 7]
    assert [report.changes for report in reports] == [reports[0].changes] * 8
    assert len(graph.store.changes(0)) == 1


def test_an_edit_whose_target_is_not_there_leaves_the_links_that_are(graph):
    graph.put("theme:a", name="A")
    graph.put("theme:b", name="B")
    graph.put("asset:a", kind="WORK", themes=["theme:a", "theme:b"])

    edits = {"themes": Edit((To("theme:none"), To("theme:gone")), ())}
    report = graph.store.write(Batch((Put("asset:a", "Asset", edits=edits),)))

    assert [one.target for one in report.refused] == ["theme:gone", "theme:none"]
    assert report.changes == ()
    assert graph.linked("asset:a", "themes", "weight") == [("theme:a", None), ("theme:b", None)]


def test_what_can_be_about_anything_is(graph):
    graph.put("theme:x", name="X")
    graph.put("reviewnote:a", name="Too long", about="theme:x")
    graph.put("reviewnote:b", name="Too short", about="reviewnote:a")

    assert graph.linked("theme:x", "review_notes") == [("reviewnote:a",)]
    assert graph.linked("reviewnote:b", "about") == [("reviewnote:a",)]

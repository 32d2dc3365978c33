"""The Neo4j server: what is wrong with it, older schemas, what is sent to it, and what is found damaged."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from unittest.mock import Mock

import pytest
from neo4j import GraphDatabase, Query
from neo4j.exceptions import ServiceUnavailable

from graph.errors import StoreOutdated, StoreUnavailable, WriteUnknown
from graph.model import DECLARATIONS, MODEL, Entity, Model
from graph.model.declare import prop
from graph.model.kinds import Name
from graph.store.batch import Batch, Once, Put, To
from graph.store.neo4j import open_neo4j
from graph.store.neo4j.connection import connect
from graph.store.neo4j.statement import compile_questions
from graph.store.operational import Entry
from graph.store.select import And, Cmp, Follow, Or, Order, Rel, Select, Shape, Viewer
from graph.store.visibility import SYSTEM
from graph.store.walks import Step, Walk

pytestmark = pytest.mark.neo4j


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("bolt://127.0.0.1:1", "does not answer. Is it running?"),
        ("http://127.0.0.1:7474", "is no address of a Neo4j"),
    ],
)
def test_a_server_that_is_not_there_is_named(uri, says):
    with pytest.raises(StoreUnavailable, match=says):
        open_neo4j(uri, "neo4j", "secret", "neo4j", MODEL)


def test_a_wrong_password_is_named_and_not_repeated(server):
    with pytest.raises(StoreUnavailable, match="refuses the user or password") as refused:
        open_neo4j(server.uri, server.user, "not the password", "neo4j", MODEL)

    assert "not the password" not in str(refused.value)


def test_a_missing_database_is_named(server):
    with pytest.raises(StoreUnavailable, match='has no database "elsewhere"'):
        open_neo4j(server.uri, server.user, server.password, "elsewhere", MODEL)


def test_an_older_server_is_refused(server, monkeypatch):
    monkeypatch.setattr("graph.store.neo4j.connection._OLDEST", (9999, 1))

    with pytest.raises(StoreUnavailable, match=r'is "Neo4j/.*Duta needs Neo4j 9999.1 or newer'):
        server.open()


def test_a_question_is_given_up_sooner_than_a_write(server, monkeypatch):
    connection = connect(server.uri, server.user, server.password, "neo4j")
    tried = []

    def gone(*_: object) -> None:
        tried.append(1)
        raise ServiceUnavailable("gone")

    monkeypatch.setattr("graph.store.neo4j.connection._READ_RETRY_SECONDS", 0.0)
    monkeypatch.setattr("graph.store.neo4j.connection.run", gone)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        connection.read("RETURN 1")
    connection.close()

    assert tried == [1]


class Between:
    """A way to the server that can be held up, as a server that hangs takes what is sent and says nothing.

    After what is written in `until` has gone by, it is.
    """

    def __init__(self, server) -> None:
        self.until: bytes | None = None
        self.open = threading.Event()
        self.open.set()
        self._there = server.uri.rpartition("/")[2].split(":")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection((self._there[0], int(self._there[1])))
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with one, other, suppress(OSError):
            while data := one.recv(65536):
                self.open.wait()
                if self.until is not None and self.until in data:
                    self.until = None
                    self.open.clear()
                other.sendall(data)

    def close(self) -> None:
        self.open.set()
        self._listening.close()


def test_a_server_that_hangs_holds_a_question_no_longer_than_is_set(server, neo, monkeypatch):
    monkeypatch.setattr("graph.store.neo4j.connection._SERVER_SECONDS", 0.1)
    monkeypatch.setattr("graph.store.neo4j.patience._LOOK_SECONDS", 0.05)
    neo.write(Batch((Put("theme:a", "Theme", {"name": "A"}),)))
    asked = {"a": Select("Theme", Shape((("id", "id"),)))}
    neo.ask(SYSTEM, asked)  # What the server has planned once it answers at once.
    between = Between(server)
    store = open_neo4j(between.uri, server.user, server.password, "neo4j", MODEL, seconds=5)
    try:
        assert store.ask(SYSTEM, asked)["a"]["rows"] == [{"id": "theme:a"}]
        between.open.clear()
        with pytest.raises(StoreUnavailable, match=r"has not answered a question in 5 seconds.*DUTA_NEO4J_SECONDS"):
            store.ask(SYSTEM, asked)

        between.open.set()
        assert store.ask(SYSTEM, asked)["a"]["rows"] == [{"id": "theme:a"}]
    finally:
        store.close()
        between.close()


@pytest.fixture
def held_up(server, neo, monkeypatch):
    """A store whose server can be made to hang, and the way to it; a write waits for some seconds."""
    monkeypatch.setattr("graph.store.neo4j.connection._SERVER_SECONDS", 0.1)
    monkeypatch.setattr("graph.store.neo4j.patience._LOOK_SECONDS", 0.05)
    first = Put("theme:first", "Theme", {"name": "First"}, rev=0)
    neo.write(Batch((first,), once=Once("sample-0", "digest", 10**15), whole=True))  # What the server has planned then.
    between = Between(server)
    store = open_neo4j(between.uri, server.user, server.password, "neo4j", MODEL, write_seconds=4)
    yield store, between
    store.close()
    between.close()


ONCE = Batch((Put("theme:a", "Theme", {"name": "A"}, rev=0),), once=Once("sample-1", "digest", 10**15), whole=True)


def test_a_server_that_hangs_holds_a_write_no_longer_than_is_set_and_writes_nothing(held_up, neo):
    store, between = held_up
    between.open.clear()
    says = r"not taken a write in 4 seconds\. Nothing was written.*DUTA_NEO4J_WRITE_SECONDS"
    with pytest.raises(StoreUnavailable, match=says) as told:
        store.write(ONCE)
    assert not isinstance(told.value, WriteUnknown)

    between.open.set()
    assert neo.stats().seq == 1
    assert store.entries("keys", ["a"]) == {}
    assert neo.write(ONCE).repeated is False


def test_a_commit_that_is_not_answered_is_told_as_unknown_and_its_key_finds_what_came_of_it(held_up, neo):
    store, between = held_up
    between.until = b"\x00\x02\xb0\x12\x00\x00"  # Bolt's COMMIT.
    with pytest.raises(WriteUnknown, match="not known whether this was written"):
        store.write(ONCE)
    assert between.until is None
    between.open.set()

    again = store.write(ONCE)
    assert (again.repeated, [one.id for one in again.changes]) == (True, ["theme:a"])
    assert (neo.stats().seq, neo.verify().problems) == (2, ())


def test_a_write_waits_for_another_no_longer_than_is_set(server, neo):
    store = open_neo4j(server.uri, server.user, server.password, "neo4j", MODEL, write_seconds=1)
    neo.write(Batch((Put("theme:first", "Theme", {"name": "First"}),)))
    with (
        GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
        driver.session() as session,
        session.begin_transaction() as other,
    ):
        other.run("MATCH (l:Log {id: 'log'}) SET l.turn = l.turn + 1").consume()
        with pytest.raises(StoreUnavailable, match="Nothing was written"):
            store.write(ONCE)
        other.rollback()
    store.close()
    assert neo.write(ONCE).repeated is False


def test_a_statement_that_takes_too_long_is_ended_by_the_server(server):
    connection = connect(server.uri, server.user, server.password, "neo4j", 1)
    endless = "UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN count(n)"
    with pytest.raises(StoreUnavailable, match="has not answered a question in 1 seconds"):
        connection.ask(endless, {})
    running = server.run(f"SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery = '{endless}' RETURN currentQuery")
    connection.close()

    assert running == []


def test_a_question_is_asked_again_where_its_connection_was_lost(neo, server):
    neo.ask(SYSTEM, {"a": question()})

    with pytest.raises(ServiceUnavailable):  # This connection is lost with all others.
        server.run(
            "CALL dbms.listConnections() YIELD connectionId WITH collect(connectionId) AS ids"
            " CALL dbms.killConnections(ids) YIELD connectionId RETURN count(*)"
        )

    assert neo.ask(SYSTEM, {"a": question()}) == {"a": {"rows": [], "total": 0}}


def test_what_is_open_to_everyone_at_any_time_is_marked_and_nothing_else(neo, server):
    """The mark spares the comparison, so each write of a node, or of what it translates, has to settle it."""
    shown = {"title": "A", "locale": "en", "kind": "WORK", "state": "PUBLISHED", "marking": "PUBLIC"}
    korean = {"title": "가", "locale": "ko", "state": "PUBLISHED", "marking": "PUBLIC"}
    of = {"translates": (To("asset:a"),)}

    def marked(*puts: Put) -> list[str]:
        assert neo.write(Batch(puts)).refused == ()
        return [id for (id,) in server.run("MATCH (n:Open) RETURN n.id ORDER BY n.id")]

    def changed(**values: object) -> list[str]:
        return marked(Put("asset:a", "Asset", values))

    both = ["asset:a", "translation:asset.a.ko"]
    first = Put("asset:a", "Asset", shown), Put("translation:asset.a.ko", "Translation", korean, of)
    assert marked(*first, Put("asset:b", "Asset", {**shown, "state": "DRAFT"})) == both
    assert changed(embargo_until="2020-01-01T00:00:00Z") == []
    assert changed(embargo_until=None) == both
    assert changed(expires_at="2999-01-01T00:00:00Z") == []
    assert changed(expires_at=None, marking="PARTNER") == []
    assert changed(marking="PUBLIC", text_state="DRAFT") == both[1:]
    assert changed(text_state="PUBLISHED") == both
    assert changed(state="RETIRED") == []
    assert neo.verify().sound


def test_a_database_from_before_the_mark_gets_it(bare):
    before = bare.open()
    shown = {"state": "PUBLISHED", "marking": "PUBLIC"}
    before.write(
        Batch((Put("theme:a", "Theme", {"name": "A"}), Put("asset:a", "Asset", {"title": "A", "locale": "en"})))
    )
    before.write(Batch((Put("asset:b", "Asset", {"title": "B", "locale": "en", "kind": "WORK", **shown}),)))
    before.close()
    bare.run("MATCH (n:Open) REMOVE n:Open WITH count(*) AS all MATCH (m:Meta {id: 'schema'}) REMOVE m.open")

    bare.open().close()

    assert bare.run("MATCH (n:Open) RETURN n.id ORDER BY n.id") == [["asset:b"], ["theme:a"]]
    assert bare.run("MATCH (m:Meta {id: 'schema'}) RETURN m.open") == [[True]]


@pytest.fixture
def bare(server):
    """A database without a layout, left so."""
    server.forget()
    yield server
    server.forget()


def two_models():
    """A model, and the same with a property, an order and a default more."""

    class Older(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True)

    class Newer(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True, orderable=True)
        motto: Name = prop("Its motto.")
        words: list[str] = prop("Its words.")
        loud: bool = prop("Whether it is loud.", default=True)

    Older.__name__ = Newer.__name__ = "Subject"
    Older.prefix = Newer.prefix = "subject"
    others = [cls for cls in DECLARATIONS if cls.__name__ in ("Mission", "Organisation", "Country", "Place", "Source")]
    return Model.of([*others, Older]), Model.of([*others, Newer])


def test_a_database_of_an_older_schema_gets_shadows_and_defaults_of_what_was_added(bare):
    older, newer = two_models()
    before = bare.open(older)
    before.write(Batch((Put("subject:b", "Subject", {"name": "Ébène"}), Put("subject:a", "Subject", {"name": "zinc"}))))
    before.close()

    after = bare.open(newer)

    question = Select(
        "Subject", Shape(tuple((n, n) for n in ("name", "motto", "words", "loud"))), order=(Order("name"),)
    )
    assert after.ask(SYSTEM, {"it": question})["it"]["rows"] == [
        {"name": "Ébène", "motto": None, "words": [], "loud": True},
        {"name": "zinc", "motto": None, "words": [], "loud": True},
    ]
    assert bare.run("SHOW INDEXES YIELD name WHERE name STARTS WITH 'duta_Subject' RETURN name") == [
        ["duta_Subject_created_at_id"], ["duta_Subject_embargo_until_id"], ["duta_Subject_expires_at_id"],
        ["duta_Subject_label__sort_id"], ["duta_Subject_name__sort_id"], ["duta_Subject_review_by_id"],
        ["duta_Subject_updated_at_id"],
    ]  # fmt: skip
    after.close()


def test_a_database_that_holds_more_than_the_model_knows_is_refused_by_name(bare):
    older, newer = two_models()
    bare.open(newer).close()

    with pytest.raises(StoreOutdated, match=r"Subject\.loud.*Subject\.motto.*backup"):
        bare.open(older)


def test_two_may_open_a_new_database_at_the_same_time(bare):
    with ThreadPoolExecutor(2) as starters:
        opened = list(starters.map(bare.open, [two_models()[0]] * 2))

    assert [store.stats().seq for store in opened] == [0, 0]
    for store in opened:
        store.close()


def question(name="theme:t", year=2000, words=("en", "id"), limit=10):
    where = And((Rel("some", "themes", Cmp("id", "eq", name)), Cmp("year", "gt", year), Cmp("locale", "in", words)))
    themes = Follow("themes", Select("Theme", Shape((("name", "name"),)), limit=limit))
    return Select("Asset", Shape((("title", "title"),), (("themes", themes),)), where, limit=limit, total=True)


def test_the_text_of_a_statement_depends_on_its_shape_alone():
    one = compile_questions(MODEL, SYSTEM, {"a": question()})
    other = compile_questions(
        MODEL, Viewer(0, -1, -1, 5), {"other name": question("theme:`$x", 1990, ("ko", "en", "fr"), 99)}
    )

    assert one.text == other.text
    assert one.parameters.keys() == other.parameters.keys()


def test_many_questions_are_one_statement(neo, monkeypatch):
    read = Mock(wraps=neo._connection.read)
    monkeypatch.setattr(neo._connection, "read", read)

    neo.ask(SYSTEM, {str(number): question() for number in range(4)})

    assert read.call_count == 1


ABROAD = {"name": "A", "kind": "FOREIGN_PUBLIC"}
PAINTING = {"title": "A", "kind": "WORK", "locale": "en", "state": "PUBLISHED", "marking": "INTERNAL"}


def walk_from(id, **more):
    steps = (Step("interests", weight="weight"), Step("assets", weight="weight", where=Cmp("state", "eq", "PUBLISHED")))
    return Walk("Audience", Cmp("id", "eq", id), steps, shape=Shape((("id", "id"),)), **more)


def test_walks_that_differ_in_their_values_alone_are_one_text_however_many(neo):
    """As a desk asks for each of its audiences: the server plans it once, and not for each number of audiences."""
    few, many = (
        compile_questions(
            MODEL, SYSTEM, {"page": question(), **{f"w{n}": walk_from(f"audience:{n}", ways=1) for n in of}}
        )
        for of in (range(2), range(9))
    )
    apart = {"page": question(), "a": walk_from("audience:a", ways=1), "b": walk_from("audience:b", ways=1, limit=3)}

    assert few.text == many.text
    assert few.text.count("INTERESTED_IN") * 2 == compile_questions(MODEL, SYSTEM, apart).text.count("INTERESTED_IN")


def test_each_of_several_walks_is_answered_by_its_own_values(neo):
    for n in range(3):
        neo.write(Batch((
            Put(f"theme:{n}", "Theme", {"name": f"T{n}"}),
            Put(f"asset:{n}", "Asset", PAINTING, {"themes": (To(f"theme:{n}"),)}),
            Put(f"audience:{n}", "Audience", ABROAD, {"interests": (To(f"theme:{n}", {"weight": 0.5}),)}),
        )))  # fmt: skip
    walks = {f"of {n}": walk_from(f"audience:{n}", ways=1, meet="most") for n in (2, 0, 1, 7)}

    together = neo.ask(SYSTEM, {"theme": question("theme:1"), **walks})

    assert {name: neo.ask(SYSTEM, {name: walk})[name] for name, walk in walks.items()} == {
        name: together[name] for name in walks
    }
    assert [[row["id"] for row in together[name]["rows"]] for name in walks] == [
        ["asset:2"],
        ["asset:0"],
        ["asset:1"],
        [],
    ]


def looked_at(server, wanted):
    """How often the server looks at its store for what a question wants."""

    def summed(plan):
        return plan.get("dbHits", 0) + sum(map(summed, plan.get("children", ())))

    statement = compile_questions(MODEL, SYSTEM, {"it": wanted})
    with server.driver.session() as session:
        return summed(session.run(Query(f"PROFILE {statement.text}"), dict(statement.parameters)).consume().profile)


def hang_on_a_theme(neo, weight, state=lambda n: "PUBLISHED"):
    """600 assets about one theme, which an audience cares for."""
    neo.write(Batch((
        Put("theme:t", "Theme", {"name": "T"}),
        Put("audience:a", "Audience", ABROAD, {"interests": (To("theme:t"),)}),
    )))  # fmt: skip
    for first in range(0, 600, 200):
        neo.write(Batch(tuple(
            Put(f"asset:{n}", "Asset", {**PAINTING, "state": state(n)}, {"themes": (To("theme:t", weight(n)),)})
            for n in range(first, first + 200)
        )))  # fmt: skip


def best_and_added():
    """The same ends: each asset hangs on one theme."""
    return (walk_from("audience:a", limit=2, meet=meet) for meet in ("most", "sum"))


def test_where_the_best_way_counts_only_what_the_heaviest_links_lead_to_is_looked_at(neo, server):
    hang_on_a_theme(neo, lambda n: {"weight": n / 1000})
    best, added = best_and_added()

    assert [row["id"] for row in neo.ask(SYSTEM, {"it": best})["it"]["rows"]] == ["asset:599", "asset:598"]
    assert neo.ask(SYSTEM, {"it": best}) == neo.ask(SYSTEM, {"it": added})
    assert looked_at(server, best) * 2 < looked_at(server, added)


@pytest.mark.parametrize(
    ("weight", "state"),
    [
        (lambda _: {}, lambda _: "PUBLISHED"),
        (lambda n: {"weight": n % 3 / 2}, lambda _: "PUBLISHED"),
        (lambda n: {"weight": n / 1000}, lambda n: "DRAFT" if n > 300 else "PUBLISHED"),
        (lambda n: {"weight": n / 1000}, lambda n: "PUBLISHED" if n in (0, 598) else "DRAFT"),
        (lambda n: {"weight": n / 1000}, lambda _: "DRAFT"),
    ],
    ids=["without weights", "of few weights", "the heaviest are drafts", "most are", "all are"],
)
def test_where_the_heaviest_links_do_not_lead_to_as_many_as_are_wanted_every_link_counts(neo, weight, state):
    hang_on_a_theme(neo, weight, state)
    best, added = best_and_added()

    assert neo.ask(SYSTEM, {"it": best}) == neo.ask(SYSTEM, {"it": added})


def test_a_page_after_another_is_read_from_where_that_ended(neo, server):
    """However little the server knows of what is stored: it looks at its indexes anew when it finds the time."""
    for first in range(0, 600, 200):
        neo.write(Batch(tuple(Put(f"theme:{n}", "Theme", {"name": f"T{n:03}"}) for n in range(first, first + 200))))
    page = Select("Theme", Shape((("id", "id"),)), order=(Order("name"),), limit=10, keys=True)
    after = replace(page, after=("t009", "theme:9"))

    assert neo.ask(SYSTEM, {"it": page})["it"]["rows"][-1]["@key"] == ["t009", "theme:9"]
    assert [row["id"] for row in neo.ask(SYSTEM, {"it": after})["it"]["rows"]] == [f"theme:{n}" for n in range(10, 20)]
    assert looked_at(server, after) < looked_at(server, page) + 20
    assert looked_at(server, replace(after, backward=True)) < looked_at(server, page) + 20


def test_one_of_several_ways_to_what_is_given_by_id_starts_there(neo, server):
    """As the posts of a campaign or of its messages are asked for: however many others there are."""
    sent = {"status": "LIVE"}
    neo.write(Batch((
        Put("asset:a", "Asset", {"title": "A", "locale": "en"}),
        Put("asset:other", "Asset", {"title": "O", "locale": "en"}),
        Put("campaign:c", "Campaign", {"title": "C", "locale": "en"}),
        Put("placement:one", "Placement", sent, {"of": (To("asset:a"),)}),
        Put("placement:two", "Placement", sent, {"of": (To("asset:other"),), "campaign": (To("campaign:c"),)}),
    )))  # fmt: skip
    ways = Or(
        tuple(Rel("some", field, Cmp("id", "eq", id)) for field, id in (("of", "asset:a"), ("campaign", "campaign:c")))
    )
    posts = Select("Placement", Shape((("id", "id"),)), ways, (Order("id"),), limit=50, total=True)
    before = looked_at(server, posts)
    neo.write(Batch(tuple(Put(f"placement:n{n}", "Placement", sent, {"of": (To("asset:other"),)}) for n in range(300))))

    assert looked_at(server, posts) < before + 100


def test_the_server_has_nothing_to_remark(neo, caplog):
    """Deprecations and hints would fill the log of whoever runs Duta."""
    with caplog.at_level(logging.DEBUG, "neo4j.notifications"):
        neo.write(Batch((Put("theme:t", "Theme", {"name": "T"}),)))
        neo.ask(SYSTEM, {"a": question(), "b": Select("Entity", cases=(("Asset", Shape((("t", "title"),))),))})
        neo.verify()

    assert caplog.records == []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("MATCH (c:Change {seq: 2}) DELETE c", "The log goes from 1 to 3."),
        ("MATCH (c:Change {seq: 2}) SET c.patch = '{\"x\": 1}'", "Entry 2 of the log does not match its digest."),
        ("MATCH (c:Change {seq: 2}) SET c.digest = 'x'", "Entry 2 of the log does not follow from the one before it."),
        ("MATCH (l:Log) SET l.seq = 4", "The log ends at 3, its counter stands at 4."),
        ("MATCH (n:Theme {id: 'theme:1'}) SET n:Asset", "1 nodes do not have one type."),
        ("MATCH (n:Theme {id: 'theme:1'}) SET n.rev = 7", "1 nodes are not as the log left them."),
        (
            "MATCH (n:Theme {id: 'theme:1'}) SET n.vis_level = 2",
            "1 nodes are marked as open to everyone and are not, or are and are not marked.",
        ),
        ("MATCH (a:Theme), (b:Change {seq: 1}) CREATE (a)-[:BROADER]->(b)", "3 links BROADER lack one of their ends."),
    ],
)
def test_damage_is_found(neo, server, damage, says):
    neo.write(Batch(tuple(Put(f"theme:{number}", "Theme", {"name": "T"}) for number in range(3))))
    assert neo.verify().sound

    server.run(damage)

    assert says in neo.verify().problems


def test_an_erased_patch_leaves_the_chain_whole(neo, server):
    neo.write(Batch(tuple(Put(f"theme:{number}", "Theme", {"name": "T"}) for number in range(3))))

    server.run("MATCH (c:Change {seq: 2}) REMOVE c.patch, c.reverse")

    assert neo.verify().problems == ()
    assert neo.changes(1, 1)[0].patch == {}


def test_a_question_cannot_write(neo):
    """The server refuses it in a read transaction; whatever a compiler may get wrong, it does not write."""
    with pytest.raises(Exception, match="Writing in read access mode not allowed"):
        neo._connection.read("CREATE (n:Entity {id: 'theme:x'}) RETURN 1")


def test_a_database_from_before_operational_data_gets_its_place(bare):
    bare.open().close()
    for name in ("duta_Operational_collection_key", "duta_Operational_until"):
        bare.run(f"DROP INDEX {name}")
    bare.run("DROP CONSTRAINT duta_Operational_unique")

    after = bare.open()
    assert after.revise("keys", ["a"], lambda _: [Entry("a", {"n": 1})]) == {"a": Entry("a", {"n": 1})}
    after.close()
    names = "SHOW INDEXES YIELD name WHERE name STARTS WITH 'duta_Operational' RETURN name ORDER BY name"
    assert bare.run(names) == [
        ["duta_Operational_collection_key"],
        ["duta_Operational_unique"],
        ["duta_Operational_until"],
    ]

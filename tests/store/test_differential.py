"""Random batches and random questions: each engine checks the other."""

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, reject, settings
from hypothesis import strategies as st

from graph.errors import GraphError
from graph.model import ANY, LINK_PROPS, MODEL, USED_IN, End, EntityType, Prop, Storage
from graph.model.kinds import (
    BIG,
    BOOLEAN,
    DATE,
    EDTF,
    FLOAT,
    INSTANT,
    INTEGER,
    LATITUDE,
    LOCALE,
    LONGITUDE,
    PARTIAL_DATE,
    SHARE,
    URL,
)
from graph.store.batch import ActorKind, Batch, Edit, Put, Removal, Report, To
from graph.store.port import GraphStore
from graph.store.positions import RADIUS, vector
from graph.store.select import And, Cmp, Facet, Filter, Follow, Form, Near, Not, Or, Order, Rel, Select, Shape, Viewer
from graph.store.sqlite import open_sqlite
from graph.store.visibility import SYSTEM

pytestmark = pytest.mark.neo4j

LONG = os.environ.get("DUTA_TEST_LONG") == "1"
SETTINGS = settings(
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)

#: What of the model is tried; it holds every kind of property, shared stored types, several targets and markings.
TYPES = ("Asset", "Theme", "Country", "Organisation", "Person", "Place", "Message", "Narrative", "Audience",
         "Campaign", "Channel", "Source", "Translation")  # fmt: skip
PER_TYPE = 6
IDS = [f"{MODEL.type(name).prefix}:{n}" for name in TYPES for n in range(PER_TYPE)]

#: Texts on which engines like to disagree: case, width, accents, above the surrogates, quotes, another direction.
TEXTS = ["a", "A", "b", "á", "a\u0301", "Ａ", "ß", "ss", "σς", "ΣΑΣ", "İ", "ı", "\U0001f600", "\ue000",
         "\uffee", "\ud7fb", "𝒳𝒴", "김장", "김치", "ア", "ｱ", "قهوة", "\u0301", "%", "_", "'", '"', "\\", "`", "$live",
         "*", "a b", "x" * 130, "x" * 119 + "y", "x" * 119 + "yz", "\u2028", "\U0010ffff", "10", "9"]  # fmt: skip
PLAIN: dict[Any, list[Any]] = {
    DATE: ["2025-12-31", "2026-01-01", "2026-01-02", "0900-05-05", "9999-12-31"],
    INSTANT: ["2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2026-01-01T07:00:00+07:00", "2030-06-01T00:00:00Z"],
    INTEGER: [0, 1, -1, 7, 2**31 - 1, 1 - 2**31],
    BIG: [0, 1, -1, 7, 2**53 - 1, 2**52 + 1, 1 - 2**53],
    FLOAT: [0.0, -0.0, 0.1, -1.5, 1e300, 5e-324, 3, 1e16, 0.30000000000000004],
    LATITUDE: [-90, -89.9999, -6.2088, -0.0, 0.0000001, 37.5665, 37.57, 89.99, 90],
    LONGITUDE: [-180, -179.9999, -0.0, 106.8456, 126.978, 126.98, 179.9999, 180],
    PARTIAL_DATE: ["2013", "2013-05", "2013-05-01", "2012-12-31", "0900"],
    SHARE: [0, 0.001, 0.5, 0.501, 1],
    BOOLEAN: [True, False],
    LOCALE: ["en", "id", "zh-Hans", "pt-br"],
    URL: ["https://example.org/a", "https://example.org/Ａ", "https://example.org/\U0001f600", "urn:x"],
    EDTF: ["1976", "19XX", "2021-05"],
}
SHARES: list[Any] = [{"en": 0.5, "id": 0.25}, {}]
JSONS: list[Any] = [{"en": "a", "ko": "김"}, {"id": "\U0001f600"}, {}]


def values_of(prop: Prop) -> st.SearchStrategy[Any]:
    """Values for one item of a property, in outside form."""
    if prop.vocabulary:
        members: list[Any] = list(prop.vocabulary)
        return st.sampled_from([member.value for member in members[:3]])
    if prop.kind.storage is Storage.JSON:
        return st.sampled_from(SHARES if prop.kind.name == "Shares" else JSONS)
    if prop.kind.name in ("Code", "Id"):
        return st.sampled_from(["a", "B", "007", "한", "x.y-z", *IDS[:3], *(id for id in IDS if "source" in id)])
    return st.sampled_from(PLAIN.get(prop.kind, TEXTS))


# Batches


@st.composite
def puts(draw: st.DrawFn, ids: list[str] = IDS) -> Put:
    id = draw(st.sampled_from(ids))
    entity = MODEL.by_prefix[id.split(":")[0]]
    settable = [prop for prop in entity.props.values() if not prop.derived]
    chosen = draw(st.lists(st.sampled_from(settable), unique_by=lambda prop: prop.name, min_size=2, max_size=10))
    values: dict[str, Any] = {}
    for prop in chosen:
        items = st.lists(values_of(prop), max_size=4) if prop.many else values_of(prop)
        values[prop.name] = draw(st.none() | items)
    if entity.least == "PUBLIC":
        values["marking"] = draw(st.sampled_from(["PUBLIC", "PUBLIC", "PARTNER", "INTERNAL", "RESTRICTED"]))
    if draw(st.integers(0, 3)):
        values["state"] = draw(st.sampled_from(["PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT", "RETIRED"]))
    if "text_state" in entity.props:
        values["text_state"] = draw(st.sampled_from([None, "PUBLISHED", "DRAFT"]))
    for prop in entity.props.values():
        if prop.required and values.get(prop.name) is None:
            values[prop.name] = draw(values_of(prop))
    ends = [end for end in entity.forward.values() if set(end.targets) & set(TYPES)]
    linked = draw(st.lists(st.sampled_from(ends), unique_by=lambda end: end.name, max_size=5))
    linked += [end for end in ends if end.link.at_least and end not in linked]
    links = {end.name: draw(targets(end)) for end in linked}
    edited = [end.name for end in linked if end.many and not end.link.at_least and draw(st.integers(0, 2)) == 0]
    drops = st.lists(st.sampled_from(IDS), max_size=3, unique=True)
    edits = {name: Edit(links.pop(name), tuple(draw(drops))) for name in edited}
    return Put(id, entity.name, values, links, edits=edits)


@st.composite
def targets(draw: st.DrawFn, end: End) -> tuple[To, ...]:
    possible = [id for id in IDS if MODEL.by_prefix[id.split(":")[0]].name in end.targets]
    least = min(end.link.at_least, 1)
    found = draw(st.lists(st.sampled_from(possible), unique=True, min_size=least, max_size=4 if end.many else 1))
    props = {**end.link.props, **LINK_PROPS}
    return tuple(
        To(
            id,
            {
                name: draw(
                    st.sampled_from([f"source:{n}" for n in range(PER_TYPE)])
                    if name == "evidence"
                    else values_of(props[name])
                )
                for name in draw(st.lists(st.sampled_from(sorted(props)), unique=True, max_size=2))
            },
        )
        for id in found
    )


batches = st.builds(
    lambda given, source, kind: Batch(
        tuple(given), actor="tester", actor_kind=ActorKind.IMPORT if source else kind, reason="random", source=source
    ),
    st.lists(puts(), min_size=1, max_size=8, unique_by=lambda put: put.id),
    st.sampled_from([None, None, "one", "two"]),
    st.sampled_from(list(ActorKind)),
)


# Questions


def comparisons(prop: Prop, name: str) -> st.SearchStrategy[Cmp]:
    nothing = st.builds(Cmp, st.just(name), st.just("isNull"), st.booleans())
    value = values_of(prop)
    if prop.many:
        return st.one_of(nothing, st.builds(Cmp, st.just(name), st.just("has"), value))
    if prop.kind.storage is Storage.JSON:
        return nothing
    found = [
        nothing,
        st.builds(Cmp, st.just(name), st.just("eq"), value),
        st.builds(Cmp, st.just(name), st.just("in"), st.lists(value, max_size=4).map(tuple)),
    ]
    if prop.kind.ranges:
        found.append(st.builds(Cmp, st.just(name), st.sampled_from(["lt", "lte", "gt", "gte"]), value))
    part = st.sampled_from(TEXTS) | st.sampled_from(["", "x", "A", "김", "ＳＳ", "zh", "2013-", "asset:", "19"])
    if prop.folded and not name.startswith("@"):
        found.append(st.builds(Cmp, st.just(name), st.sampled_from(["contains", "startsWith"]), part))
    elif prop.begins:
        found.append(st.builds(Cmp, st.just(name), st.just("startsWith"), part))
    return st.one_of(found)


@st.composite
def atoms(draw: st.DrawFn, entity: EntityType, link: End | None) -> Cmp:
    if link is not None and draw(st.integers(0, 3)) == 0:
        props = {**link.link.props, **LINK_PROPS}
        name = draw(st.sampled_from(sorted(props)))
        return draw(comparisons(props[name], f"@{name}"))
    if draw(st.integers(0, 4)) == 0:
        return Cmp("id", "in", tuple(draw(st.lists(st.sampled_from(of_type(entity)), max_size=4, unique=True))))
    prop = draw(st.sampled_from([prop for prop in entity.props.values() if prop.filterable]))
    return draw(comparisons(prop, prop.name))


def of_type(entity: EntityType) -> list[str]:
    return [id for id in IDS if entity.name in (ANY, MODEL.by_prefix[id.split(":")[0]].name)] or IDS


def followable(entity: EntityType) -> list[End]:
    """Links whose other side is among what is tried."""
    return [end for end in entity.ends.values() if end.target in TYPES or set(end.targets) & set(TYPES)]


@st.composite
def nears(draw: st.DrawFn) -> Near:
    """Circles about the places there are and elsewhere, up to exactly the way to another place and a hair less."""
    lat, lon = draw(st.sampled_from(PLAIN[LATITUDE])), draw(st.sampled_from(PLAIN[LONGITUDE]))
    if draw(st.booleans()):
        return Near(lat, lon, draw(st.sampled_from([1e-9, 0.001, 1, 11.132, 500, 10_007.5, 20_015, 20_038])))
    point, other = vector(lat, lon), vector(*(draw(st.sampled_from(PLAIN[kind])) for kind in (LATITUDE, LONGITUDE)))
    way = 2 * RADIUS * math.asin(min(1.0, math.dist(point, other) / 2))
    return Near(lat, lon, max(1e-9, draw(st.sampled_from([way, math.nextafter(way, 0), math.nextafter(way, 1e9)]))))


@st.composite
def filters(draw: st.DrawFn, entity: EntityType, link: End | None = None, depth: int = 2) -> Filter:
    choice = draw(st.integers(0, 7)) if depth else 7
    inner = filters(entity, link, depth - 1)
    ends = followable(entity)
    if choice == 6 and entity.coordinates:
        return draw(nears())
    if choice <= 2 and ends:
        end = draw(st.sampled_from([*ends, None]))
        where = filters(MODEL.type(end.target), end, depth - 1) if end else filters(MODEL.any, None, depth - 1)
        name = end.name if end else USED_IN
        return Rel(draw(st.sampled_from(["some", "some", "none", "every"])), name, draw(st.none() | where))
    if choice in (3, 4):
        return (And if choice == 3 else Or)(tuple(draw(st.lists(inner, max_size=3))))
    if choice == 5:
        return Not(draw(inner))
    return draw(atoms(entity, link))


@st.composite
def orders(draw: st.DrawFn, entity: EntityType, link: End | None) -> tuple[Order, ...]:
    names = [prop.name for prop in entity.props.values() if prop.orderable]
    if link is not None:
        names += [f"@{prop.name}" for prop in link.link.props.values() if prop.kind.ranges]
    found = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    return tuple(Order(name, draw(st.booleans())) for name in found)


@st.composite
def shapes(draw: st.DrawFn, entity: EntityType, depth: int) -> Shape:
    props = draw(st.lists(st.sampled_from([*entity.props, "@type"]), max_size=6, unique=True))
    ends = (
        draw(st.lists(st.sampled_from(followable(entity)), max_size=2, unique_by=lambda end: end.name)) if depth else []
    )
    return Shape(
        (("id", "id"), *((f"o_{name}", name) for name in props)),
        (
            *((f"l_{end.name}", draw(follows(end, depth - 1))) for end in ends),
            *(
                [("u", Follow(USED_IN, draw(questions(ANY, depth - 1))))]
                if depth and draw(st.integers(0, 3)) == 0
                else []
            ),
        ),
    )


@st.composite
def follows(draw: st.DrawFn, end: End, depth: int) -> Follow:
    possible = [name for name in end.targets if name in TYPES]
    target = draw(st.sampled_from([end.target, ANY, *possible[:2]]))
    props = draw(st.lists(st.sampled_from([*end.link.props, *LINK_PROPS]), max_size=3, unique=True))
    return Follow(end.name, draw(questions(target, depth, end)), tuple((f"p_{name}", name) for name in props))


@st.composite
def facets(draw: st.DrawFn, entity: EntityType) -> Facet:
    names = [p.name for p in entity.props.values() if p.kind.storage is not Storage.JSON]
    names += [end.name for end in followable(entity)]
    names += [] if entity.prefix else ["type"]
    name = draw(st.sampled_from(names))
    return Facet(f"f_{name}", name, draw(st.sampled_from([1, 2, 20])))


@st.composite
def questions(draw: st.DrawFn, target: str | None = None, depth: int = 2, link: End | None = None) -> Select:
    entity = MODEL.type(target or draw(st.sampled_from([*TYPES, ANY])))
    some = draw(st.integers(0, 2)) == 0
    with_cases = depth and draw(st.integers(0, 2)) == 0
    cases = draw(st.lists(st.sampled_from(TYPES), max_size=2, unique=True)) if with_cases and entity.name == ANY else []
    return Select(
        entity.name,
        draw(shapes(entity, depth)),
        draw(st.none() | filters(entity, link)),
        draw(orders(entity, link)),
        backward=draw(st.booleans()),
        limit=draw(st.sampled_from([None, 1, 2, 3])),
        each_type=draw(st.integers(0, 3)) == 0,
        cases=tuple((name, draw(shapes(MODEL.type(name), depth - 1))) for name in cases),
        keys=draw(st.booleans()),
        total=some,
        facets=tuple(draw(st.lists(facets(entity), max_size=2, unique_by=lambda facet: facet.name))) if some else (),
    )


viewers = st.builds(
    Viewer, st.integers(-1, 3), st.integers(-1, 3), st.integers(-1, 3), st.sampled_from([NOW - 1, NOW, NOW + 10**11])
)


# Tests


@dataclass(frozen=True)
class Refusal:
    kind: str
    says: str


def told(call: Callable[[GraphStore], Any], store: GraphStore) -> Any:
    try:
        return call(store)
    except GraphError as error:
        return Refusal(type(error).__name__, str(error))


class Pair:
    """One store of each engine."""

    def __init__(self, sqlite: GraphStore, neo: GraphStore) -> None:
        self.sqlite, self.neo = sqlite, neo

    def both(self, call: Callable[[GraphStore], Any]) -> Any:
        """What both answer, or refuse with the same words."""
        ours, theirs = told(call, self.sqlite), told(call, self.neo)
        assert ours == theirs
        if isinstance(ours, Refusal):
            reject()
        return ours

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        report: Report = self.both(lambda store: store.write(batch, dry_run=dry_run))
        return report

    def ask(self, viewer: Viewer, question: Select) -> dict[str, Any]:
        found: dict[str, Any] = self.both(lambda store: store.ask(viewer, {"q": question})["q"])
        return found


@settings(SETTINGS, max_examples=100 if LONG else 8)
@given(data=st.data(), given_batches=st.lists(batches, min_size=1, max_size=5))
def test_random_batches_are_written_and_taken_back_alike(server, tmp_path_factory, clock, data, given_batches):
    sqlite = open_sqlite(tmp_path_factory.mktemp("random") / "graph.db", MODEL, clock=clock)
    pair = Pair(sqlite, server.store(clock))
    for batch in given_batches:
        pair.write(batch, dry_run=True)
        pair.write(batch)
        again = pair.write(batch)
        assert again.changes == ()
    taken_back(pair, data)
    pair.both(lambda store: store.changes(0))
    pair.both(lambda store: replace(store.stats(), engine=""))
    pair.both(lambda store: list(store.said_by("one")))
    assert pair.both(lambda store: store.verify()).sound
    pair.ask(SYSTEM, Select(ANY, Shape(tuple((name, name) for name in MODEL.any.props))))
    sqlite.close()


def taken_back(pair: Pair, data: st.DataObject) -> None:
    """Remove and undo at random, what stands in the way left as it is; then everything, from the end."""
    ids = data.draw(st.lists(st.sampled_from(IDS), max_size=4, unique=True))
    pair.write(Batch(removals=tuple(Removal(id) for id in ids)))
    for _ in range(2):
        seq = data.draw(st.integers(1, pair.sqlite.stats().seq or 1))
        names = {change.batch for change in pair.sqlite.changes(seq - 1, 1)}
        part = data.draw(st.sampled_from([str(seq), *names]))
        foreseen = pair.write(Batch(undo=part), dry_run=True)
        assert pair.write(Batch(undo=part)) == foreseen
        assert pair.write(Batch(undo=part, whole=True)).changes == ()
    back = [pair.write(Batch(undo=str(seq), whole=True)) for seq in range(pair.sqlite.stats().seq, 0, -1)]
    stats = pair.both(lambda store: replace(store.stats(), engine=""))
    # What was published with links to nothing is not made again without them.
    if not any(report.refused for report in back):
        assert (stats.nodes, stats.links) == ({}, {})


@pytest.fixture(scope="module")
def pair(server, tmp_path_factory) -> Iterator[Pair]:
    """Both stores with the same random graph, written by many random batches."""
    clock = server.clock
    sqlite = open_sqlite(tmp_path_factory.mktemp("random") / "graph.db", MODEL, clock=clock)
    pair = Pair(sqlite, server.store(clock))

    @settings(SETTINGS, derandomize=True, max_examples=60, phases=[Phase.generate])
    @given(batches)
    def fill(batch):
        clock.pass_(hours=7)
        pair.write(batch)

    fill()
    assert pair.both(lambda store: len(store.stats().nodes)) == len(TYPES)
    yield pair
    sqlite.close()


@settings(SETTINGS, max_examples=2000 if LONG else 50)
@given(question=questions(), seen=st.lists(viewers, min_size=2, max_size=2))
def test_random_questions_are_answered_alike(pair, question, seen):
    for viewer in (SYSTEM, *seen):
        answer = pair.ask(viewer, question)
        whole = replace(
            question,
            limit=None,
            each_type=False,
            total=False,
            facets=(),
            keys=True,
            shape=Shape((("id", "id"),)),
            cases=(),
        )
        rows = [row["id"] for row in pair.ask(viewer, whole)["rows"]]
        event(f"{'several' if len(rows) > 1 else len(rows)} rows")
        assert answer.get("total", len(rows)) == len(rows)
        assert pages(pair, viewer, replace(whole, limit=2)) == rows


@settings(SETTINGS, max_examples=1000 if LONG else 40)
@given(data=st.data(), question=questions(), viewer=viewers)
def test_random_forms_are_written_alike(pair, data, question, viewer):
    formed = data.draw(in_forms(question))
    pair.ask(viewer, formed)
    ours, theirs = (json.loads(store.ask_json(viewer, {"q": formed})) for store in (pair.sqlite, pair.neo))
    assert ours == theirs
    assert spelled(ours) == spelled(theirs)


def spelled(value: Any) -> Any:
    """Objects as pairs in order, which equality leaves out."""
    if isinstance(value, dict):
        return [(name, spelled(one)) for name, one in value.items()]
    return [spelled(one) for one in value] if isinstance(value, list) else value


@st.composite
def in_forms(draw: st.DrawFn, question: Select) -> Select:
    """The question and those inside it, each in some form, and what is wanted of nodes in some order."""
    shape = question.shape
    links = tuple(
        (name, replace(follow, props=(), select=draw(in_forms(follow.select)))) for name, follow in shape.links
    )
    names = [name for name, _ in (*shape.props, *links)]
    order = tuple(draw(st.permutations(names))) if draw(st.booleans()) else ()
    names_of_parts = draw(st.lists(st.sampled_from(["a", "rows", "ü'\""]), unique=True, max_size=2))
    parts: tuple[Any, ...] = tuple((name, draw(st.sampled_from(["rows", "total"]))) for name in names_of_parts)
    return replace(
        question,
        shape=Shape(shape.props, links, order),
        limit=question.limit if parts else 1,
        cases=(),
        keys=False,
        total=False,
        facets=(),
        form=Form(parts),
    )


def pages(pair: Pair, viewer: Viewer, question: Select) -> list[str]:
    """All ids, read page by page from one end to the other."""
    found: list[str] = []
    while rows := pair.ask(viewer, question)["rows"]:
        ids = [row["id"] for row in rows]
        found = ids + found if question.backward else found + ids
        question = replace(question, after=tuple(rows[0 if question.backward else -1]["@key"]))
    return found

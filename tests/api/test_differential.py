"""Random operations answered by the compiled plan, by graphql-core over its rows, and field by field, all alike."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    default_field_resolver,
    default_type_resolver,
    execute_sync,
    get_named_type,
    is_leaf_type,
    parse,
)
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from api.plan import Caller, Executor, Limits, Request
from api.plan.filters import Filters
from api.plan.locales import chain_of, choose, choose_name
from api.plan.operation import Plan
from api.plan.paging import digest_of, encode, orders_of
from api.schema import Contract, build_contract
from api.schema.catalogue import Reads
from api.schema.names import camel, plural, singular
from api.schema.questions import Questions
from graph.model import ANY, MODEL
from graph.store.operational import Entries
from graph.store.port import GraphStore
from graph.store.select import Cmp, Facet, Follow, Rel, Select, Shape, Viewer, both, by_ids

IDS = (
    "asset:batik",
    "asset:kimjang",
    "asset:wayang",
    "asset:tempe",
    "theme:craft",
    "country:kr",
    "campaign:craft-week",
    "mission:seoul",
    "translation:batik.vi",
    "asset:none",
)
TYPES = ("Asset", "Theme", "Country", "Campaign", "Translation", "Mission")
SIMPLE = {
    "first": ["0", "1", "2", "3", "$n"],
    "last": ["0", "1", "2", "3", "$n"],
    "limit": ["1", "5"],
    "kinds": ["[Campaign]", "[Asset Mission Theme]", "[]"],
    "locale": ['"vi"', '"pt-BR"', '"id"', '"en"', "$l"],
}
WHERES = {
    "AssetWhere": (
        "{kind: {in: [WORK, TEXT]}}",
        '{title: {contains: "a"}}',
        '{hasTranslation: {locale: "vi"}}',
        '{not: {hasTranslation: {locale: "id", state: PUBLISHED}}}',
        "{usedIn: {some: {type: {in: [Campaign]}}}}",
        "{usedIn: {none: {}}}",
        "{themes: {some: {}}}",
        "{not: {year: {gt: 2005}}}",
    ),
    "ThemeWhere": ("{assets: {link: {weight: {gt: 0.4}}}}", '{name: {startsWith: "s"}}'),
    "EntityWhere": (
        "{type: {in: [Asset, Theme, Mission]}}",
        '{usedIn: {some: {label: {contains: "k"}}}}',
        '{label: {contains: "o"}}',
    ),
}


WIDE = Limits(
    objects=10**9, values=10**9, fields=10**5, aliases=10**4, alias_characters=10**6, directives=10**4, tokens=10**5
)


@dataclass
class Maker:
    """Writes an operation that is mostly valid."""

    random: Random
    core: GraphQLSchema
    fragments: list[str] = field(default_factory=list)
    scopes: int = 0

    def operation(self) -> str:
        query = self.core.query_type
        assert query is not None
        roots = (
            [singular(name) for name in TYPES]
            + [plural(name) for name in TYPES]
            + ["node", "nodes", "entities", "__typename"]
        )
        chosen = [self.field(query, self.random.choice(roots), 4, f"r{n}") for n in range(self.random.randint(1, 3))]
        text = "query ($n: Int = 2, $yes: Boolean = true, $no: Boolean!, $l: Locale) {"
        text += " used: __typename @include(if: $no) @skip(if: $yes) "
        text += (
            f'asset(id: "asset:batik") {{ title(locale: $l) themes(first: $n) {{ totalCount }} }} {" ".join(chosen)} }}'
        )
        return " ".join([text, *self.fragments])

    def selection(self, owner: Any, depth: int, scope: int = 0) -> str:
        """A selection whose aliases are its own, and the same as those of selections elsewhere."""
        names = [name for name, one in owner.fields.items() if depth > 0 or is_leaf_type(get_named_type(one.type))]
        names = [*names, "nodes", "edges"] if "edges" in names else names
        chosen = [
            self.field(owner, self.random.choice([*names, "__typename"]), depth, f"k{scope}_{position}")
            for position in range(self.random.randint(1, 4))
        ]
        if isinstance(owner, GraphQLInterfaceType):
            named = [self.random.choice(TYPES) for _ in range(self.random.randint(0, 2))]
            chosen.extend(self.fragment(self.core.type_map[name], depth) for name in named)
        elif self.random.random() < 0.15:
            chosen.append(self.fragment(owner, depth))
        self.random.shuffle(chosen)
        return "{ " + " ".join(chosen) + " }"

    def fragment(self, owner: Any, depth: int) -> str:
        self.scopes += 1
        body = self.selection(owner, depth - 1, self.scopes)
        if self.random.random() < 0.5:
            return f"... on {owner.name} {self.directive()} {body}"
        name = f"f{self.scopes}"
        self.fragments.append(f"fragment {name} on {owner.name} {body}")
        return f"...{name} {self.directive()}"

    def field(self, owner: Any, name: str, depth: int, key: str) -> str:
        if name == "__typename":
            return name
        definition = owner.fields[name]
        arguments = self.arguments(name, definition)
        inner = get_named_type(definition.type)
        below = "" if is_leaf_type(inner) else self.selection(inner, depth - 1)
        alias = "" if not arguments and self.random.random() < 0.4 else f"{key}: "
        return f"{alias}{name}{arguments} {self.directive()} {below}"

    def directive(self) -> str:
        return self.random.choice(
            [""] * 8 + ["@include(if: $yes)", "@skip(if: $no)", "@skip(if: $yes)", "@include(if: true)"]
        )

    def arguments(self, name: str, definition: Any) -> str:
        given = [
            f"{key}: {self.value(name, key, told)}"
            for key, told in definition.args.items()
            if self.wanted(key, definition)
        ]
        given = [one for one in given if not one.endswith(": ")]
        if any(one.startswith("first") for one in given):
            given = [one for one in given if not one.startswith("last")]
        return f"({', '.join(given)})" if given else ""

    def wanted(self, key: str, definition: Any) -> bool:
        if key in ("id", "ids"):
            return True
        return key not in ("after", "before", "link") and self.random.random() < 0.4

    def value(self, name: str, key: str, told: Any) -> str:
        pick = self.random.choice
        if key == "id":
            return f'"{pick([one for one in IDS if name == "node" or one.startswith(f"{name}:")])}"'
        if key == "ids":
            return "[" + " ".join(f'"{pick(IDS)}"' for _ in range(3)) + "]"
        if key == "where":
            return pick([*WHERES.get(get_named_type(told.type).name, ()), "{}"])
        if key == "by":
            values = list(_enum(told.type).values)
            return "[" + " ".join(self.random.sample(values, min(2, len(values)))) + "]" if values else ""
        if key == "order":
            fields = list(_enum(get_named_type(told.type).fields["field"].type).values)
            return f"[{{field: {pick(fields)}, direction: {pick(['ASC', 'DESC'])}}}]"
        return pick(SIMPLE[key])


class PlainMaker(Maker):
    """Writes operations of which nothing needs finishing."""

    def operation(self) -> str:
        query = self.core.query_type
        assert query is not None
        names = [*map(singular, TYPES), *map(plural, TYPES)]
        chosen = [self.field(query, self.random.choice(names), 4, f"r{n}") for n in range(self.random.randint(1, 3))]
        used = "@include(if: $no) @skip(if: $yes) { themes(first: $n) { totalCount } }"
        head = f'query ($n: Int = 2, $yes: Boolean = true, $no: Boolean!) {{ used: asset(id: "asset:batik") {used}'
        return f"{head} {' '.join(chosen)} }}"

    def selection(self, owner: Any, depth: int, _scope: int = 0) -> str:
        if "edges" in owner.fields:
            names = ["nodes", "totalCount"]
        else:
            kinds = {name: get_named_type(one.type) for name, one in owner.fields.items()}
            names = [
                name
                for name, kind in kinds.items()
                if (is_leaf_type(kind) and kind.name not in ("Float", "JSON"))
                or (depth > 0 and (kind.name in MODEL.types or kind.name.endswith("Connection")))
            ]
            names += ["__typename"]
        chosen = self.random.sample(names, min(len(names), self.random.randint(1, 5)))
        parts = [self.field(owner, name, depth, f"k{n}") for n, name in enumerate(chosen)]
        return "{ " + " ".join(parts) + " }"

    def wanted(self, key: str, definition: Any) -> bool:
        return key != "locale" and super().wanted(key, definition)


def _enum(type_: Any) -> GraphQLEnumType:
    found = get_named_type(type_)
    assert isinstance(found, GraphQLEnumType)
    return found


@dataclass
class Thing:
    """A node in the naive execution: only what it is; each field asks the store anew."""

    type_name: str
    id: str


class Naive:
    """Resolvers without any plan: one question for each field of each node."""

    def __init__(self, store: GraphStore, viewer: Viewer) -> None:
        # One of its own, since its resolvers change it.
        self.store, self.viewer, self.contract = store, viewer, build_contract.__wrapped__(MODEL, Questions())
        self.catalogue, self.limits = self.contract.catalogue, Limits()
        for found in self.contract.core.type_map.values():
            if isinstance(found, GraphQLObjectType | GraphQLInterfaceType) and not found.name.startswith("__"):
                for one in found.fields.values():
                    one.resolve = default_field_resolver
            if isinstance(found, GraphQLInterfaceType):
                found.resolve_type = default_type_resolver
        self.core = self.contract.core
        self._wire()

    def execute(self, text: str, variables: dict[str, Any]) -> Any:
        result = execute_sync(
            self.core, parse(text), variable_values=variables, type_resolver=lambda thing, *_: thing.type_name
        )
        assert not result.errors
        return result.data

    def _wire(self) -> None:
        interface: Any = self.core.type_map[ANY]
        interface.resolve_type = lambda thing, *_: thing.type_name
        query: Any = self.core.query_type
        for name in MODEL.types:
            self._root(query.fields, singular(name), plural(name), name)
            kind: Any = self.core.type_map[name]
            for key, told in self.catalogue.entries[name].fields.items():
                kind.fields[key].resolve = self._field(name, told)
        query.fields["node"].resolve = lambda _, __, **given: self._one(ANY, given["id"])
        query.fields["nodes"].resolve = lambda _, __, ids: [self._one(ANY, id) for id in ids]
        query.fields["entities"].resolve = lambda _, __, **given: self._page(ANY, None, None, given)

    def _root(self, fields: Any, one: str, all_: str, name: str) -> None:
        fields[one].resolve = lambda _, __, **given: self._one(name, given["id"])
        fields[all_].resolve = lambda _, __, **given: self._page(name, None, None, given)

    def _one(self, entity: str, id: str) -> Thing | None:
        rows: Any = self.store.ask(self.viewer, {"q": by_ids(entity, (id,), _SELF)})["q"]["rows"]
        return self._thing(entity, rows[0]) if rows else None

    def _thing(self, entity: str, row: Any) -> Thing:
        return Thing(row["@type"] if entity == ANY else entity, row["id"])

    def _values(self, thing: Thing, *props: str) -> Any:
        shape = Shape(tuple((prop, prop) for prop in props))
        rows: Any = self.store.ask(self.viewer, {"q": by_ids(thing.type_name, (thing.id,), shape)})["q"]["rows"]
        return rows[0]

    def _field(self, owner: str, told: Any) -> Any:
        resolvers: dict[Reads, Any] = {
            Reads.TYPE: lambda thing, _: thing.type_name,
            Reads.VALUE: lambda thing, _: self._values(thing, told.prop.name)[told.prop.name],
            Reads.NAMES: lambda thing, _: self._pairs(thing, told.prop.name, "name"),
            Reads.SHARES: lambda thing, _: self._pairs(thing, told.prop.name, "share"),
            Reads.NAME: lambda thing, _, locale=None: self._name(owner, thing, locale),
            Reads.TEXT: lambda thing, _, locale=None: self._text(thing, told.prop.name, locale).text,
            Reads.TEXT_DETAIL: lambda thing, _, locale=None: self._detail(thing, told.prop.name, locale),
            Reads.ONE: lambda thing, _: self._follow_one(owner, thing, told.end),
            Reads.USES: lambda thing, _, **given: self._uses(thing, **given),
            Reads.MANY: lambda thing, _, **given: self._page(told.end.target, thing, told.end, given),
        }
        return resolvers[told.reads]

    def _pairs(self, thing: Thing, prop: str, key: str) -> list[dict[str, Any]]:
        found = self._values(thing, prop)[prop] or {}
        return [{"locale": locale, key: found[locale]} for locale in sorted(found)]

    def _name(self, owner: str, thing: Thing, locale: str | None) -> str | None:
        values = self._values(thing, "name", "names")
        return choose_name(values["name"], values["names"], chain_of(locale))

    def _text(self, thing: Thing, prop: str, locale: str | None) -> Any:
        source = self._values(thing, prop, "locale", "text_state", "state")
        where = both(Cmp("form", "eq", "FULL"))
        follow = Follow(
            "translations",
            Select("Translation", Shape((("locale", "locale"), ("state", "state"), (prop, prop))), where),
        )
        rows: Any = self.store.ask(
            self.viewer, {"q": by_ids(thing.type_name, (thing.id,), Shape((), (("t", follow),)))}
        )["q"]["rows"]
        return choose(prop, source, rows[0]["t"]["rows"], chain_of(locale))

    def _detail(self, thing: Thing, prop: str, locale: str | None) -> dict[str, Any] | None:
        found = self._text(thing, prop, locale)
        chain = [{"locale": one, "state": state} for one, state in found.chain]
        return None if found.text is None else {"text": found.text, "locale": found.locale, "chain": chain}

    def _uses(self, thing: Thing, kinds: Any = None, first: int = 5) -> list[dict[str, Any]]:
        """All that links here by a link that means use, asked of each type from its own side."""
        users: dict[str, set[str]] = {}
        for link in MODEL.links:
            if link.use and {thing.type_name, ANY} & set(link.targets):
                sources = list(MODEL.types) if link.source == ANY else [link.source]
                for source in sources:
                    where = Rel("some", link.name, Cmp("id", "eq", thing.id))
                    rows: Any = self.store.ask(self.viewer, {"q": Select(source, _SELF, where)})["q"]["rows"]
                    users.setdefault(source, set()).update(row["id"] for row in rows)
        wanted = None if kinds is None else {one.value for one in kinds}
        groups = [
            {"kind": kind, "count": len(ids), "nodes": [Thing(kind, id) for id in sorted(ids)[:first]]}
            for kind, ids in users.items()
            if ids and (wanted is None or kind in wanted)
        ]
        return sorted(groups, key=lambda group: (-group["count"], group["kind"]))

    def _follow_one(self, owner: str, thing: Thing, end: Any) -> Thing | None:
        answer = self._followed(thing, end, Select(end.target, _SELF, limit=1), ())
        return self._thing(end.target, answer["rows"][0]) if answer["rows"] else None

    def _followed(self, thing: Thing, end: Any, select: Select, props: tuple[tuple[str, str], ...]) -> Any:
        shape = Shape((), (("f", Follow(end.name, select, props)),))
        rows: Any = self.store.ask(self.viewer, {"q": by_ids(thing.type_name, (thing.id,), shape)})["q"]["rows"]
        return rows[0]["f"]

    def _page(self, entity: str, thing: Thing | None, end: Any, given: dict[str, Any]) -> dict[str, Any]:
        """The whole connection, read without a limit and cut here."""
        link = self.catalogue.link(thing.type_name, end) if thing and end else None
        where = Filters(self.catalogue, self.limits).where(entity, given.get("where"))
        order = orders_of(given.get("order"), self.catalogue.entries[entity].orders | (link.orders if link else {}))
        facets = tuple(Facet(key, by, 100) for key, (by, _) in self.catalogue.entries[entity].facets.items())
        select = Select(entity, _SELF, where, order, keys=True, facets=facets)
        props = tuple((f"@{prop.name}", prop.name) for prop in link.props.values()) if link else ()
        if thing and end:
            answer = self._followed(thing, end, select, props)
        else:
            answer = self.store.ask(self.viewer, {"q": select})["q"]
        rows, size = list(answer["rows"]), given.get("first")
        last = given.get("last")
        kept = rows[max(0, len(rows) - last) :] if last is not None else rows[: 20 if size is None else size]
        digest = digest_of(entity, order)
        edges = [
            {"node": self._thing(entity, row), "cursor": encode(digest, row["@key"])}
            | ({name: row[f"@{prop.name}"] for name, prop in link.props.items()} if link else {})
            for row in kept
        ]
        return {
            "nodes": [edge["node"] for edge in edges],
            "edges": edges,
            "totalCount": len(rows),
            "pageInfo": {
                "hasNextPage": last is None and len(kept) < len(rows),
                "hasPreviousPage": last is not None and len(kept) < len(rows),
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
            },
            "facets": lambda _, by=None, limit=20: self._facets(entity, answer, by, limit),
        }

    def _facets(self, entity: str, answer: Any, by: Any, limit: int) -> list[dict[str, Any]]:
        named = self.catalogue.entries[entity].facets
        keys = dict.fromkeys(named if by is None else [one.name for one in by])
        return [
            {
                "field": camel(named[key][0]),
                "values": [
                    {"value": str(one["value"]), "label": str(one.get("label") or one["value"]), "count": one["count"]}
                    for one in answer["facets"][key][:limit]
                ],
            }
            for key in keys
        ]


_SELF = Shape((("id", "id"), ("@type", "@type")))


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Without what is computed: no resolver can tell that anew (tests/api/test_computed.py)."""
    return build_contract(MODEL, Questions())


@pytest.fixture(scope="module")
def naive(small_store) -> Naive:
    return Naive(small_store, Viewer(live=2, draft=2, retired=-1, now=1_800_000_000_000))


LONG = os.environ.get("DUTA_TEST_LONG") == "1"
SETTINGS = settings(
    max_examples=5000 if LONG else 150,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@SETTINGS
@given(seed=st.integers(0, 2**32 - 1))
def test_the_plan_answers_what_graphql_core_and_a_resolver_per_field_answer(
    contract: Contract, small_store, naive: Naive, seed: int
):
    random = Random(seed)
    variables = {"no": False, "l": random.choice([None, "vi", "ko"]), "yes": random.random() < 0.8}
    agree(contract, small_store, naive, Maker(random, contract.core).operation(), variables)


@SETTINGS
@given(seed=st.integers(0, 2**32 - 1))
def test_what_the_statement_wrote_is_what_graphql_core_and_a_resolver_per_field_answer(
    contract: Contract, small_store, naive: Naive, seed: int
):
    random = Random(seed)
    variables = {"no": False, "yes": random.random() < 0.8}
    agree(contract, small_store, naive, PlainMaker(random, contract.core).operation(), variables)


def agree(contract: Contract, store: GraphStore, naive: Naive, text: str, variables: dict[str, Any]) -> None:
    """Hold the answer of the plan against those of the judge and of plain resolvers, byte by byte."""
    caller = Caller(naive.viewer)
    executor = Executor(contract, store, None, WIDE)
    fast = executor.execute(Request(text, None, variables), caller)
    if fast.code is not None:
        # Two fields under one key that cannot be merged, an id of another type: refused alike by everyone.
        assert fast.code in ("VALIDATION_FAILED", "BAD_ARGUMENT"), (text, fast.errors)
        event(str(fast.code))
        return
    event("answered" if fast.written is None else "answered as the statement wrote it")
    judged = executor.execute(Request(text, None, variables), caller, plan=False)

    assert (fast.errors, judged.errors) == ([], [])
    assert (fast.written or orjson.dumps(fast.data)) == orjson.dumps(judged.data), text
    assert orjson.dumps(fast.data) == orjson.dumps(naive.execute(text, variables)), text


@dataclass
class Spoilt:
    """A store that somebody has written to past Duta: some values are missing, or none of their vocabulary."""

    store: GraphStore
    seed: int

    def ask(self, viewer: Viewer, questions: Any) -> Any:
        random = Random(self.seed)
        return {name: self._answer(answer, random) for name, answer in self.store.ask(viewer, questions).items()}

    def entries(self, collection: str, keys: Sequence[str]) -> Entries:
        return self.store.entries(collection, keys)

    def _answer(self, answer: Any, random: Random) -> Any:
        return {**answer, "rows": [self._row(row, random) for row in answer["rows"]]} if "rows" in answer else answer

    def _row(self, row: Any, random: Random) -> Any:
        return {name: self._value(name, value, random) for name, value in row.items()}

    def _value(self, name: str, value: Any, random: Random) -> Any:
        if isinstance(value, dict):
            return self._answer(value, random)
        if name.startswith("@") or name in ("id", "names", "languages", "locale"):
            return value
        if isinstance(value, str):
            return random.choice([value, value, value, value, None, "NONSENSE"])
        return random.choice([value, value, value, value, None]) if not isinstance(value, list) else value


@SETTINGS
@given(seed=st.integers(0, 2**32 - 1))
def test_values_that_the_contract_does_not_allow_become_the_nulls_and_errors_of_graphql_core(
    contract: Contract, small_store, monkeypatch, seed: int
):
    # Rows are completed, as where something needs finishing.
    monkeypatch.setattr(Plan, "written", lambda *_: None)
    random = Random(seed)
    request = Request(Maker(random, contract.core).operation(), None, {"no": False, "l": None, "yes": True})
    spoilt: Any = Spoilt(small_store, seed)
    executor = Executor(contract, spoilt, None, WIDE)
    caller = Caller(Viewer(live=2, draft=2, retired=-1, now=1_800_000_000_000))

    fast, judged = (executor.execute(request, caller, plan=plan) for plan in (True, False))

    event("refused" if fast.code else f"{min(len(fast.errors), 1)} errors or more")
    assert (fast.code, orjson.dumps(fast.data)) == (judged.code, orjson.dumps(judged.data)), request.text
    assert fast.formatted_errors() == judged.formatted_errors(), request.text

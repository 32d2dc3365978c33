"""Doors of GraphQL's queries: by id, lists with filters and orders, nested lists, counts, facets and uses."""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from api.schema.catalogue import Catalogue, Field, Reads
from api.schema.names import camel, plural, singular
from graph.model import ANY, MODEL, End
from graph.model.kinds import NAME, NAMES, STRING, TEXT, URL
from tests.security.sight import COMMON, Look, Thing, door

CATALOGUE = Catalogue(MODEL)
_PER_QUESTION = 4


@cache
def values_of(type_name: str) -> str:
    """Every value of a type, each under its own name."""
    found: list[str] = []
    for name, one in CATALOGUE.entries[type_name].fields.items():
        if one.reads in (Reads.VALUE, Reads.NAME, Reads.TEXT, Reads.TYPE):
            found.append(name)
        elif one.reads is Reads.NAMES:
            found.append(f"{name} {{ locale name }}")
        elif one.reads is Reads.TEXT_DETAIL:
            found.append(f"{name} {{ text locale chain {{ locale state }} }}")
    return " ".join(found)


@cache
def links_of(type_name: str, part: int) -> tuple[str, tuple[Field, ...]]:
    """Some of a type's links, with what they carry."""
    fields = [one for one in CATALOGUE.entries[type_name].fields.values() if one.reads in (Reads.ONE, Reads.MANY)]
    chosen = tuple(fields[part * _PER_QUESTION : (part + 1) * _PER_QUESTION])
    found: list[str] = []
    for one in chosen:
        if one.reads is Reads.ONE:
            found.append(f"{one.name} {{ id label }}")
            continue
        carried = " ".join(CATALOGUE.link(type_name, one.the_end).props)
        found.append(f"{one.name}(first: 50) {{ totalCount edges {{ {carried} node {{ id label }} }} }}")
    return " ".join(found), chosen


def parts(type_name: str) -> int:
    links = [one for one in CATALOGUE.entries[type_name].fields.values() if one.reads in (Reads.ONE, Reads.MANY)]
    return 1 + (len(links) - 1) // _PER_QUESTION


def a_type(look: Look) -> str:
    """A type of which there is something, seen or not."""
    return look.dice.choice(sorted({thing.type for thing in look.world.things.values()}))


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def check_values(look: Look, thing: Thing, row: dict[str, Any]) -> None:
    """That a row holds what is in sight of a thing's own texts, and nothing where that is not."""
    assert row["label"] == look.label(thing)
    for name, prop in thing.entity.props.items():
        shown = look.shown(thing, name)
        if name == "id" or prop.derived or prop.kind in (NAMES, NAME) or (prop.kind is TEXT and look.locale):
            continue
        if prop.many or prop.kind in (STRING, TEXT, URL):
            assert row[camel(name)] == ([] if shown is None and prop.many else shown), name


@door
def nodes_by_id(look: Look) -> None:
    wanted = look.dice.sample(sorted(look.world.things), min(8, len(look.world.things)))
    asked = [*wanted, "theme:nowhere"]
    told = look.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id label state } }", ids=asked)
    assert [row and row["id"] for row in told["nodes"]] == [
        id if id in look.world.things and look.sees(look.world.things[id]) else None for id in asked
    ]


@door
def one_by_its_type(look: Look) -> None:
    thing = look.dice.choice(list(look.world.things.values()))
    text = f"query($id: ID!) {{ it: {singular(thing.type)}(id: $id) {{ {values_of(thing.type)} }} }}"
    row = look.ask(text, id=thing.id)["it"]
    assert (row is not None) == look.sees(thing)
    if row:
        check_values(look, thing, row)


@door
def lists(look: Look) -> None:
    name = a_type(look)
    text = f"{{ it: {plural(name)}(first: 50) {{ totalCount nodes {{ {values_of(name)} }} }} }}"
    told, seen = look.ask(text)["it"], look.seen(name)
    assert (told["totalCount"], ids(told["nodes"])) == (len(seen), [thing.id for thing in seen])
    for thing, row in zip(seen, told["nodes"], strict=True):
        check_values(look, thing, row)


@door
def nested_lists(look: Look) -> None:
    name = a_type(look)
    text, fields = links_of(name, look.dice.randrange(parts(name)))
    told = look.ask(f"{{ it: {plural(name)}(first: 50) {{ nodes {{ id {text} }} }} }}")["it"]["nodes"]
    assert ids(told) == [thing.id for thing in look.seen(name)]
    for row in told:
        for one in fields:
            _check_link(look, look.world.things[row["id"]], one, row[one.name])


def _check_link(look: Look, thing: Thing, one: Field, told: Any) -> None:
    expected = look.linked(thing, one.the_end)
    if one.reads is Reads.ONE:
        assert (told and told["id"]) == next(iter(expected), None)
        return
    assert told["totalCount"] == len(expected)
    assert {edge["node"]["id"]: edge["evidence"] for edge in told["edges"]} == {
        id: props.get("evidence") for id, props in expected.items()
    }


@door
def everything(look: Look) -> None:
    texts = " ".join(
        f"... on {name} {{ {' '.join(f'{name.lower()}{camel(text)}: {camel(text)}' for text in entity.texts)} }}"
        for name, entity in MODEL.types.items()
        if entity.texts
    )
    told = look.ask(f"{{ entities(first: 50) {{ totalCount nodes {{ id label aliases {texts} }} }} }}")["entities"]
    seen = look.seen()
    assert (told["totalCount"], sorted(ids(told["nodes"]))) == (len(seen), sorted(thing.id for thing in seen))


Condition = tuple[dict[str, Any], Callable[[Thing], bool]]


def condition(look: Look, name: str) -> Condition:
    """A filter of a type, and the same in Python."""
    dice = look.dice
    made = dice.choice([_by_text, _by_value, _by_link, _by_label])(look, name, dice)
    match dice.randrange(4):
        case 0:
            return {"not": made[0]}, lambda thing: not made[1](thing)
        case 1:
            other = _by_label(look, name, dice)
            return {"or": [made[0], other[0]]}, lambda thing: made[1](thing) or other[1](thing)
        case _:
            return made


def _by_text(look: Look, name: str, dice: Random) -> Condition:
    props = [
        prop
        for prop in MODEL.types[name].props.values()
        if prop.folded and not prop.derived and prop.filterable and prop.kind in (TEXT, STRING, NAME)
    ]
    if not props:
        return _by_value(look, name, dice)
    prop, word = dice.choice(props), a_word(look, name)
    return {camel(prop.name): {"contains": word}}, lambda thing: word in (look.shown(thing, prop.name) or "")


def a_word(look: Look, name: str) -> str:
    """A secret word of something of a type, in sight or not, or a word that several have."""
    words = [word for thing in look.world.of(name) for found in thing.words.values() for word in found]
    return look.dice.choice([*words, look.dice.choice(COMMON)])


def _by_value(look: Look, name: str, dice: Random) -> Condition:
    props = [prop for prop in MODEL.types[name].props.values() if prop.vocabulary and not prop.many and prop.filterable]
    prop = dice.choice(props)

    def shown(thing: Thing) -> Any:
        value = look.shown(thing, prop.name)
        return prop.default if value is None else value

    if dice.random() < 0.3:
        missing = dice.random() < 0.5
        return {camel(prop.name): {"isNull": missing}}, lambda thing: (shown(thing) is None) == missing
    value = dice.choice(list(prop.vocabulary or ())).value
    return {camel(prop.name): {"eq": value}}, lambda thing: shown(thing) == value


def _by_link(look: Look, name: str, dice: Random) -> Condition:
    end: End = dice.choice(list(MODEL.types[name].ends.values()))
    others = [thing for thing in look.world.things.values() if thing.type in (*end.targets, ANY)]
    other = dice.choice(others or list(look.world.things.values()))
    inner = dice.choice([{}, {"id": {"eq": other.id}}, {"label": {"contains": other.id.split(":")[1]}}])
    quantifier = dice.choice(["some", "none"])

    def holds(thing: Thing) -> bool:
        there = [look.world.things[id] for id in look.linked(thing, end)]
        if "id" in inner:
            there = [one for one in there if one is other]
        elif "label" in inner:
            there = [one for one in there if inner["label"]["contains"] in look.label(one)]
        return bool(there) == (quantifier == "some")

    return {camel(end.name): {quantifier: inner}}, holds


def _by_label(look: Look, name: str, dice: Random) -> Condition:
    word = a_word(look, name)
    return {"label": {"contains": word}}, lambda thing: word in look.label(thing)


@door
def filtered_lists(look: Look) -> None:
    name = a_type(look)
    where, holds = condition(look, name)
    text = (
        f"query($where: {name}Where) {{ it: {plural(name)}(where: $where, first: 50) {{ totalCount nodes {{ id }} }} }}"
    )
    told = look.ask(text, where=where)["it"]
    expected = [thing.id for thing in look.seen(name) if holds(thing)]
    assert (told["totalCount"], ids(told["nodes"])) == (len(expected), expected), where


@door
def pages_in_order(look: Look) -> None:
    name = a_type(look)
    entity = MODEL.types[name]
    texts = [prop for prop in entity.props.values() if prop.sorted and not prop.derived]
    if not texts:
        return
    prop, down = look.dice.choice(texts), look.dice.random() < 0.5
    # A text that is not open to all who see the thing stands where a missing one does, for everyone.
    seen = sorted(
        look.seen(name),
        key=lambda thing: (_sorted_by(look, thing, prop.name), thing.id),
        reverse=down,
    )
    text = (
        f"query($order: [{name}Order!], $after: String) {{ it: {plural(name)}(order: $order, first: 2, after: $after)"
        " { nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    order = [{"field": prop.name.upper(), "direction": "DESC" if down else "ASC"}]
    found, after = list[str](), None
    for _ in range(len(seen) + 1):
        told = look.ask(text, order=order, after=after)["it"]
        found += ids(told["nodes"])
        after = told["pageInfo"]["endCursor"]
        if not told["pageInfo"]["hasNextPage"]:
            break
    assert found == [thing.id for thing in seen], order


def _sorted_by(look: Look, thing: Thing, name: str) -> str:
    text = thing.values.get(name) or ""
    return text if name not in thing.entity.texts or look.is_open(thing) else ""


@door
def facets(look: Look) -> None:
    name = a_type(look)
    told = look.ask(f"{{ it: {plural(name)} {{ facets(limit: 50) {{ field values {{ value label count }} }} }} }}")
    entity, seen = MODEL.types[name], look.seen(name)
    for facet in told["it"]["facets"]:
        counted = {value["value"]: value["count"] for value in facet["values"]}
        by = next(one for one in (*entity.props, *entity.forward) if camel(one) == facet["field"])
        expected: dict[str, int] = {}
        for thing in seen:
            if by in entity.forward:
                values: list[Any] = list(look.linked(thing, entity.forward[by]))
            else:
                value = look.shown(thing, by)
                value = entity.props[by].default if value is None else value
                values = value if isinstance(value, list) else [value]
            for value in values:
                if value is not None:
                    expected[str(value)] = expected.get(str(value), 0) + 1
        assert {str(value): count for value, count in counted.items()} == expected, by


@door
def uses(look: Look) -> None:
    name = a_type(look)
    used = "usedIn(first: 50) { kind count nodes { id label } }"
    for row in look.ask(f"{{ it: {plural(name)}(first: 50) {{ nodes {{ id {used} }} }} }}")["it"]["nodes"]:
        told = {one["id"] for use in row["usedIn"] for one in use["nodes"]}
        assert told == {one.id for one in look.uses(look.world.things[row["id"]])}
        assert sum(use["count"] for use in row["usedIn"]) == len(told)


@door
def refusals(look: Look) -> None:
    thing = look.dice.choice(list(look.world.things.values()))
    name = singular(look.dice.choice(["Asset", "Theme"]))
    look.ask(f"query($id: ID!) {{ {name}(id: $id) {{ label }} }}", refused=True, id=thing.id)
    look.ask("{ assets(first: 1000) { nodes { label } } }", refused=True)
    look.ask('{ assets(after: "x") { nodes { label } } }', refused=True)

"""Doors to story planning: every answer that is worked out, with all that can be selected of it."""

from functools import lru_cache
from typing import Any

from graphql import GraphQLField, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from api.cards.card import shipped
from graph.model import MODEL
from graph.model.enums import UsePurpose
from tests.security.sight import Look, door

FROM, TO = "2026-02-01", "2026-04-30"
#: With what a question may be refused that is asked well.
REFUSALS = {"NOT_FOUND", "BAD_ARGUMENT"}
_DEEPEST = 7


@lru_cache(maxsize=64)
def selection(schema: GraphQLSchema, kind: GraphQLNamedType, depth: int = 0) -> str:
    """All that is told of an answer. Of an entity that is what it is called, or everything would be in it."""
    if not isinstance(kind, GraphQLObjectType):
        return "{ id label }"
    if kind.name in MODEL.types:
        return "{ id label }" if depth else "{ id }"
    told = [_field(schema, name, field, depth) for name, field in kind.fields.items()]
    return "{ " + " ".join(one for one in told if one) + " }"


def _field(schema: GraphQLSchema, name: str, field: GraphQLField, depth: int) -> str:
    kind = get_named_type(field.type)
    if any(argument.default_value is None and str(argument.type).endswith("!") for argument in field.args.values()):
        return ""
    if is_leaf_type(kind):
        return name
    return f"{name} {selection(schema, kind, depth + 1)}" if depth < _DEEPEST else ""


def asked(look: Look, field: str, arguments: str, **variables: Any) -> None:
    """What a field of Query tells; a refusal is an answer, too."""
    schema = look.world.executor.contract.core
    assert schema.query_type
    told = selection(schema, get_named_type(schema.query_type.fields[field].type))
    given = ", ".join(f"{name}: ${name}" for name in variables)
    look.ask(f"query({arguments}) {{ it: {field}({given}) {told} }}", refused=True, **variables)
    assert look.codes <= REFUSALS, look.codes


def one_of(look: Look, name: str) -> str:
    """Some thing of a type, in sight or not; now and then of any type, or one that nobody has."""
    there = [one.id for one in look.world.of(name)] or [f"{MODEL.types[name].prefix}:nothing"]
    return look.dice.choice([*there * 9, "theme:nothing"])


def window(look: Look) -> dict[str, str]:
    return look.dice.choice([{"from": FROM, "to": TO}, {"from": "2026-03-01", "to": "2026-03-02"}])


@door
def stories_planned(look: Look) -> None:
    question = {
        "goal": one_of(look, "Goal"),
        "audience": one_of(look, "Audience"),
        "window": window(look),
        **look.dice.choice([{}, {"campaign": one_of(look, "Campaign")}, {"country": one_of(look, "Country")}]),
    }
    asked(look, "planStory", "$input: StoryQuestionInput!", input=question)


@door
def rights(look: Look) -> None:
    use = {
        "territories": look.dice.choice([[], ["FR"]]),
        "purposes": look.dice.choice([[], [UsePurpose.TOURISM.value]]),
        "starts": FROM,
        "ends": TO,
    }
    ids = [one_of(look, "Asset"), one_of(look, "Asset")]
    asked(look, "rightsCheck", "$assets: [ID!]!, $use: RightsUseInput!", assets=ids, use=use)


@door
def covered(look: Look) -> None:
    schema = look.world.executor.contract.core
    rows, columns = (list(schema.type_map[name].values) for name in ("CoverageRows", "CoverageColumns"))  # type: ignore[attr-defined]
    asked(
        look, "coverage", "$rows: CoverageRows!, $columns: CoverageColumns!, $on: Date",
        rows=look.dice.choice(rows), columns=look.dice.choice(columns), on="2026-03-01",
    )  # fmt: skip


@door
def repairs_asked_for(look: Look) -> None:
    """A repair is asked for in a graph of its own, which is gone after; a request names nothing out of sight."""
    if look.writer is None:
        return
    kind = look.dice.choice(list(look.world.executor.contract.core.type_map["AskedFixKind"].values))  # type: ignore[attr-defined]
    fix = {"kind": kind, "asset": one_of(look, "Asset"), "locale": "vi", "until": TO}
    fix |= {"message": one_of(look, "Message")} if kind == "FIND_PROOF" else {}
    fix |= {"campaign": one_of(look, "Campaign")} if kind == "COORDINATE" else {}
    text = (
        "mutation($fix: AskedFixInput!) { it: openFixRequest(fix: $fix, preview: true) {"
        " asks { ask to { id label } about { id label } template } requests { id } opened"
        " errors { path code message } } }"
    )
    data = look.ask(text, refused=True, fix=fix)
    if data is None:
        assert look.codes <= REFUSALS, look.codes
        return
    told = data["it"]
    wrong = {error["code"] for error in told["errors"]}
    assert (told["requests"], wrong <= {"UNKNOWN_ID", "BAD_VALUE"}) == ([], True), told


@door
def houses_and_goals(look: Look) -> None:
    asked(look, "messageHouse", "$narrative: ID!", narrative=one_of(look, "Narrative"))
    asked(look, "goalTrace", "$goal: ID!", goal=one_of(look, "Goal"))


@door
def tiredness(look: Look) -> None:
    asked(
        look, "fatigue", "$asset: ID!, $audience: ID!, $on: Date",
        asset=one_of(look, "Asset"), audience=one_of(look, "Audience"), on="2026-03-02",
    )  # fmt: skip


@door
def months(look: Look) -> None:
    where = {"country": one_of(look, "Country"), **window(look)}
    asked(look, "calendar", "$country: ID!, $from: Date!, $to: Date!", **where)
    asked(look, "collisions", "$country: ID!, $from: Date!, $to: Date!", **where)
    asked(look, "agenda", "$country: ID, $from: Date!, $to: Date!", **where)


@door
def desks(look: Look) -> None:
    asked(
        look, "desk", "$mission: ID!, $from: Date, $days: Int",
        mission=one_of(look, "Mission"), days=60, **{"from": FROM},
    )  # fmt: skip


@door
def presence_and_ways(look: Look) -> None:
    asked(look, "presenceGaps", "$country: ID!", country=one_of(look, "Country"))
    asked(look, "propagation", "$placement: ID!", placement=one_of(look, "Placement"))
    ends = {"from": one_of(look, "Organisation"), "to": one_of(look, "Audience")}
    asked(look, "routes", "$from: ID!, $to: ID!, $maxHops: Int", maxHops=4, **ends)


def _when(name: str, value: object) -> object:
    """A card's variable as it is, but for the days and moments between which it looks."""
    if name not in {"from", "to"}:
        return value
    day = FROM if name == "from" else TO
    return f"{day}T00:00:00Z" if "T" in str(value) else day


@door(searches=True)
def cards(look: Look) -> None:
    card = look.dice.choice(shipped())
    given: dict[str, Any] = {}
    for name, value in card.variables.items():
        prefix = str(value).partition(":")[0] if isinstance(value, str) and ":" in value else ""
        of = next((one.name for one in MODEL.types.values() if one.prefix == prefix), "")
        given[name] = one_of(look, of) if of else _when(name, value)
    look.ask(card.query, refused=True, **given)
    assert look.codes <= REFUSALS, look.codes


@door(searches=True)
def suggestions(look: Look) -> None:
    word = look.dice.choice(sorted(look.hidden) or ["b"])[: look.dice.randint(2, 6)]
    look.ask("query($text: String!) { suggest(text: $text, first: 50) { id text } }", text=word)

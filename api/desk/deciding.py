"""What waits for a decision, with what was changed, and the decisions: the operations of the API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from api.desk.differences import is_default
from api.desk.past import history
from api.plan import Caller, Executor, Request, Writer
from api.plan.errors import Code, Refused
from graph.model import MODEL, EntityType
from graph.model.moves import WRITTEN_BY_ACTIONS
from graph.model.names import camel
from graph.sentence import together

#: How many things a page of the queue shows with their differences.
MOST, _MOST_ROWS = 20, 200
#: Whatever has texts says in which language they are.
_IN_A_LANGUAGE = " ".join(
    f"... on {one.name} {{ locale }}"
    for one in MODEL.types.values()
    if "locale" in one.own and one.name not in WRITTEN_BY_ACTIONS
)
_QUEUE = f"""
query Queue($first: Int) {{
  reviewQueue(first: $first) {{
    entity {{ id rev label type {_IN_A_LANGUAGE} ... on Translation {{ translates {{ id label }} }} }}
    step proposal since reason toDo
  }}
}}"""
_REVIEW = """
query Review($id: ID!) {
  it: review(id: $id) {
    state authors approvedBy approvedAt publishableFrom voidedBy missing { check message of { id label } }
    notes { note kind at }
  }
}"""
_PROPOSAL = """
query Proposal($id: ID!) {
  it: proposal(id: $id) {
    id reason authors at stale onRev applicableFrom entity { id rev } parts { path before after now collides }
    since { path before after } notes { note kind at }
  }
}"""
_MOVED = "{ errors { path code message } missing { check message of { id label } } }"
#: Each decision with the mutation that makes it, and what it takes beside the id.
_DECISIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "approve": ("approve", ("rev", "reason")),
    "return": ("returnWithNote", ("rev", "note")),
    "publish": ("publish", ("rev", "reason")),
    "pull": ("pullBack", ("rev", "reason")),
    "apply": ("applyProposal", ("onto", "reason")),
    "reject": ("rejectProposal", ("note",)),
}
_TYPES = {"rev": "Int!", "onto": "Int", "reason": "String", "note": "String!"}
DECISIONS = frozenset(_DECISIONS)


@dataclass(frozen=True, slots=True)
class Waits:
    """Something to decide on: the row of the queue, where it stands, and what was changed since it was last public."""

    row: Mapping[str, Any]
    standing: Mapping[str, Any]
    parts: Sequence[Mapping[str, Any]]
    own: bool
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits longest, in all languages or one, how many more there are, and all languages that wait."""

    waits: Sequence[Waits]
    more: int
    locales: Sequence[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a thing or a proposal, as its form sent it."""

    do: str
    id: str
    rev: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision; with problems nothing was decided."""

    problems: tuple[str, ...] = field(default=())


class Deciding:
    """One editor at the queue."""

    def __init__(self, executor: Executor, caller: Caller, writer: Writer) -> None:
        self._executor, self._caller, self._writer = executor, caller, writer
        self._policy = executor.surroundings.review

    def queue(self, locale: str = "") -> Queue:
        """What waits, what waits longest first, with differences; raises Refused."""
        rows = [row for row in self._ask(_QUEUE, first=_MOST_ROWS)["reviewQueue"] if row["entity"] is not None]
        wanted = [row for row in rows if not locale or row["entity"].get("locale") == locale]
        waits = [one for row in wanted[:MOST] if (one := self._waits(row)) is not None]
        locales = sorted({str(row["entity"]["locale"]) for row in rows if row["entity"].get("locale")})
        return Queue(waits, max(0, len(wanted) - MOST), locales)

    def decide(self, decision: Decision) -> Decided:
        """Make a decision; raises Refused."""
        field_, takes = _DECISIONS[decision.do]
        given: dict[str, object] = {"rev": decision.rev, "onto": decision.rev or None, "note": decision.note,
                                    "reason": decision.note or None}  # fmt: skip
        declared = "".join(f", ${one}: {_TYPES[one]}" for one in takes)
        told = "".join(f", {one}: ${one}" for one in takes)
        text = f"mutation Decide($id: ID!{declared}) {{ it: {field_}(id: $id{told}) {_MOVED} }}"
        variables = {"id": decision.id, **{name: given[name] for name in takes}}
        try:
            found = self._executor.data(Request(text, None, variables), self._caller)["it"]
        except Refused as error:
            if error.code is not Code.BAD_ARGUMENT:
                raise
            return Decided(tuple(one.message for one in error.errors))
        missing = [_missing(one) for one in found["missing"]]
        return Decided(tuple([one["message"] for one in found["errors"]] + missing))

    def _waits(self, row: Mapping[str, Any]) -> Waits | None:
        entity = self._executor.store.model.types[row["entity"]["type"]]
        if row["proposal"]:
            found = self._ask(_PROPOSAL, id=row["proposal"])["it"]
            if found is None:
                return None
            own = self._own(found["authors"])
            return Waits(row, found, in_order(entity, found["parts"]), own, () if own else ("apply", "reject"))
        found = self._ask(_REVIEW, id=row["entity"]["id"])["it"]
        if found is None:
            return None
        own = self._own(found["authors"])
        told = _together(history(self._executor, self._caller, row["entity"]["id"]))
        parts = in_order(entity, [part for part in told if not is_default(entity, part)])
        return Waits(row, found, parts, own, tuple(self._open(found, own=own)))

    def _own(self, authors: Sequence[str]) -> bool:
        """Whether four eyes keep one from approving it, as one wrote of it."""
        return self._policy.four_eyes and self._writer.name in authors

    def _open(self, found: Mapping[str, Any], *, own: bool) -> Iterator[str]:
        if found["state"] == "IN_REVIEW":
            if not own:
                yield "approve"
        else:
            if found["approvedBy"] and not found["missing"]:
                yield "publish"
            yield "pull"
        yield "return"

    def _ask(self, query: str, **given: object) -> dict[str, Any]:
        return self._executor.data(Request(query, None, given, only_queries=True), self._caller)


def _together(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was changed since a thing was last public, from what it was then to what it is: part by part."""
    found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for entry in entries:
        if any(part["path"] == "state" and part["after"] == "PUBLISHED" for part in entry["parts"]):
            break
        for part in entry["parts"]:
            if part["path"] in _FOLLOWS:
                continue
            before, after = found.setdefault(part["path"], ({}, {}))
            # The newest comes first: what it left stays, what there was before goes on to older entries.
            old, new = _keyed(part["before"]), _keyed(part["after"])
            for key in {**new, **old}:
                after.setdefault(key, new.get(key))
                before[key] = old.get(key)
    pairs = ((path, _whole(before), _whole(after)) for path, (before, after) in found.items())
    return [{"path": path, "before": before, "after": after} for path, before, after in pairs if before != after]


_FOLLOWS = frozenset({"state", "basis", "basisRev"})
_ALL = ""


def in_order(entity: EntityType, parts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was changed as a reader wants it: the texts, then other properties and links, then what all things have."""
    texts = [name for name, prop in entity.own.items() if prop.localised or name == entity.label_from]
    own = [camel(name) for name in dict.fromkeys((*texts, *entity.own, *entity.forward))]
    places = {name: place for place, name in enumerate(own)}
    return sorted(parts, key=lambda part: places.get(str(part["path"]), len(own)))


def _keyed(value: Any) -> dict[str, Any]:
    """A map or links by their keys; any other value as a whole."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {_ALL: value}


def _whole(keyed: Mapping[str, Any]) -> Any:
    named = {key: one for key, one in keyed.items() if key != _ALL and one is not None}
    return named or keyed.get(_ALL)


def _missing(one: Mapping[str, Any]) -> str:
    message: str = one["message"]
    return together(f"{one['of']['label']}:", message) if one["of"] else message

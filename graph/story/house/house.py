"""The message house of a narrative: its parts, messages and proofs with what is weak, and what it owes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model.enums import AudienceKind, Confidence
from graph.store.select import Cmp, Order, Rel, Select, Shape, by_ids, shape_of
from graph.story import wording
from graph.story.house.strength import Brick, Found, Weakness, strength, weaknesses, worth
from graph.story.plan.fetching import shape, titles, to
from graph.story.plan.reading import Names
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.settings import ConfidencePolicy
from graph.story.wording import language_of

_MOST, _LEVELS = 200, 3
_SURE = (("confidence", "confidence"), ("evidence", "evidence"))
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageHouseGiven:
    """Whose house it is."""

    narrative: Annotated[str, Of("Narrative")] = said("The narrative.")


@dataclass(frozen=True, slots=True)
class WeakestLink:
    """Something weak about a message."""

    kind: Weakness = said("What is weak.")
    detail: str = said("The same in words.")
    proof: Annotated[str, Of("Proof")] | None = said("The proof it is about.")


@dataclass(frozen=True, slots=True)
class HouseProof:
    """A proof of a message, and what it is worth."""

    proof: Annotated[str, Of("Proof")] | None = said("The proof.")
    worth: float = said("What it is worth today, 0 to 1: its confidence, less where it ends soon.")
    confidence: Confidence | None = said("How sure it is that it proves the message.")
    valid_until: date | None = said("The last day it can be used.")
    holds: bool = said("Whether it can be used today.")
    sources: tuple[Annotated[str, Of("Source")], ...] = said("What it rests on.")
    assets: tuple[Annotated[str, Of("Asset")], ...] = said("The assets that show it.")


@dataclass(frozen=True, slots=True)
class HouseVariant:
    """A message in other words."""

    message: Annotated[str, Of("Message")] | None = said("The variant.")
    audiences: tuple[Annotated[str, Of("Audience")], ...] = said("Whom it is for.")
    domestic: bool = said("Whether one of them is at home.")
    locale: str | None = said("The language it is written in.")
    re_meant: bool = said(
        "Whether it says a locked message anew in the same language, where only translating and shortening is allowed."
    )


@dataclass(frozen=True, slots=True)
class HouseMessage:
    """A message of a house: how strong it is, and its weakest brick."""

    message: Annotated[str, Of("Message")] | None = said("The message.")
    locked: bool = said("Whether posts may only translate and shorten it.")
    strength: float = said("1 less the chance that every source of its proofs is wrong.")
    weakest_link: WeakestLink | None = said("The gravest of what is weak; null where nothing is.")
    weaknesses: tuple[WeakestLink, ...] = said("All that is weak, the gravest first.")
    domestic: bool = said("Whether it, or a variant, is for an audience at home.")
    foreign: bool = said("Whether it, or a variant, is for an audience abroad.")
    proofs: tuple[HouseProof, ...] = said("What proves it.")
    assets: tuple[Annotated[str, Of("Asset")], ...] = said("The assets that say it.")
    variants: tuple[HouseVariant, ...] = said("The same in other words.")


@dataclass(frozen=True, slots=True)
class HouseStorey:
    """A narrative of a house: the one asked for, or a part of it, with its own messages."""

    narrative: Annotated[str, Of("Narrative")] | None = said("The narrative.")
    part_of: Annotated[str, Of("Narrative")] | None = said("The one it is a part of; null for the one asked for.")
    depth: int = said("How many steps below the one asked for.")
    strength: float = said("The strength of its weakest message, 0 where it has none.")
    messages: tuple[HouseMessage, ...] = said("What it says.")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two messages of a house that cannot be said beside each other, as an editor has declared."""

    a: Annotated[str, Of("Message")] | None = said("The one.")
    b: Annotated[str, Of("Message")] | None = said("The other.")


@dataclass(frozen=True, slots=True)
class HouseDebt:
    """What a house owes."""

    messages_without_proof: int = said("Messages that nothing proves.")
    claims_with_one_source: int = said("Messages all of whose proofs rest on one source.")
    stale_proofs: int = said("Proofs that have ended.")
    re_meant: int = said("Variants that say a locked message anew.")
    without_domestic: int = said("Messages that are for nobody at home.")
    contradictions: tuple[Contradiction, ...] = said("Messages that contradict each other.")


@dataclass(frozen=True, slots=True)
class MessageHouse:
    """A narrative as a house: storeys from the top, each with its messages and their proofs."""

    narrative: Annotated[str, Of("Narrative")] | None = said("The narrative asked for.")
    strength: float = said("The strength of its weakest message in all storeys, 0 where there is none.")
    storeys: tuple[HouseStorey, ...] = said("The narrative and its parts, each after the one it is a part of.")
    debt: HouseDebt = said("What it owes.")
    confidence: ConfidencePolicy = said("What the codes of proofs were reckoned with.")


def message_house(asking: Asking, given: MessageHouseGiven) -> MessageHouse:
    """The house of a narrative by two questions of the store; raises InvalidValue where there is none."""
    names = Names(language_of(asking.locale))
    top = one_of(asking.ask({"it": by_ids("Narrative", (given.narrative,), _TREE)})["it"])
    if top is None:
        raise unknown("narrative", given.narrative, "narrative")
    storeys = list(_storeys(top, None, 0))
    ids = tuple(id for id, _, _ in storeys)
    found = rows_of(asking.ask({"messages": _messages(ids)})["messages"])
    today, policy = asking.viewer.today, ConfidencePolicy()
    by_narrative: dict[str, list[HouseMessage]] = {}
    for row in found:
        parent = one_of(row["narrative"])
        if parent is not None:
            by_narrative.setdefault(parent["id"], []).append(_message(row, names, today, policy))
    told = tuple(
        HouseStorey(id, part_of, depth, _weakest(by_narrative.get(id, ())), tuple(by_narrative.get(id, ())))
        for id, part_of, depth in storeys
    )
    everything = [message for storey in told for message in storey.messages]
    return MessageHouse(given.narrative, _weakest(everything), told, _debt(everything, found), policy)


def _tree(levels: int) -> Shape:
    parts = {"parts": to("parts", "Narrative", _tree(levels - 1), limit=_MOST)} if levels else {}
    return shape_of("id", **parts)


def _storeys(row: Row, part_of: str | None, depth: int) -> Iterator[tuple[str, str | None, int]]:
    yield str(row["id"]), part_of, depth
    for part in rows_of(row.get("parts")):
        yield from _storeys(part, str(row["id"]), depth + 1)


def _message_shape() -> Shape:
    whom = to("audiences", "Audience", shape_of("id", "kind"), limit=_MOST)
    proof = shape(
        "locale",
        "valid_until",
        translations=titles("title"),
        sources=to("sources", "Source", _ID, limit=_MOST),
        shown_by=to("shown_by", "Asset", _ID, limit=_MOST),
    )
    return shape_of(
        "id",
        "locale",
        "locked",
        narrative=to("narrative", "Narrative", _ID),
        audiences=whom,
        proofs=to("proofs", "Proof", proof, *_SURE, limit=_MOST),
        assets=to("assets", "Asset", _ID, limit=_MOST),
        variants=to("variants", "Message", shape_of("id", "locale", audiences=whom), limit=_MOST),
        contradicts=to("contradicts", "Message", _ID, limit=_MOST),
    )


_ID = shape_of("id")
_TREE, _MESSAGE = _tree(_LEVELS), _message_shape()


def _messages(narratives: tuple[str, ...]) -> Select:
    """What a house tells of its messages; only proofs are called by their names."""
    where = Rel("some", "narrative", Cmp("id", "in", narratives))
    return Select("Message", _MESSAGE, where, (Order("id"),), limit=_MOST)


def _message(row: Row, names: Names, today: date, policy: ConfidencePolicy) -> HouseMessage:
    bricks = {str(proof["id"]): _brick(proof, names) for proof in rows_of(row["proofs"])}
    assets = ids_of(row["assets"])
    weak = tuple(_weak(found, names) for found in weaknesses(bricks.values(), len(assets), today, policy))
    kinds = {each["kind"] for whom in (row, *rows_of(row["variants"])) for each in rows_of(whom["audiences"])}
    return HouseMessage(
        str(row["id"]),
        bool(row["locked"]),
        strength(bricks.values(), today, policy),
        weak[0] if weak else None,
        weak,
        AudienceKind.DOMESTIC in kinds,
        bool(kinds - {AudienceKind.DOMESTIC.value}),
        tuple(_proof(brick, today, policy) for _, brick in sorted(bricks.items())),
        assets,
        tuple(_variant(variant, row) for variant in rows_of(row["variants"])),
    )


def _brick(row: Row, names: Names) -> Brick:
    """What a proof rests on is its own sources and the evidence for its link."""
    id, until = names.note(row), row["valid_until"]
    evidence = [str(row["evidence"])] if row["evidence"] else []
    sources = tuple(sorted({*ids_of(row["sources"]), *evidence}))
    return Brick(id, row["confidence"], date.fromisoformat(until) if until else None, sources, ids_of(row["shown_by"]))


def _proof(brick: Brick, today: date, policy: ConfidencePolicy) -> HouseProof:
    code = Confidence(brick.confidence) if brick.confidence else None
    value = round(worth(brick, today, policy), 3)
    return HouseProof(brick.proof, value, code, brick.valid_until, brick.holds(today), brick.sources, brick.assets)


def _variant(row: Row, message: Row) -> HouseVariant:
    whom = rows_of(row["audiences"])
    domestic = any(each["kind"] == AudienceKind.DOMESTIC for each in whom)
    re_meant = bool(message["locked"]) and row["locale"] == message["locale"]
    return HouseVariant(str(row["id"]), tuple(each["id"] for each in whom), domestic, row["locale"], re_meant)


def _weak(found: Found, names: Names) -> WeakestLink:
    detail = wording.say("graph.story.house", names.language, found.kind, proof=names[found.proof or ""])
    return WeakestLink(found.kind, detail, found.proof)


def _weakest(messages: Iterable[HouseMessage]) -> float:
    return min((message.strength for message in messages), default=0.0)


def _debt(messages: Iterable[HouseMessage], found: Iterable[Row]) -> HouseDebt:
    of = list(messages)
    has = {kind: sum(any(weak.kind is kind for weak in one.weaknesses) for one in of) for kind in Weakness}
    stale = {weak.proof for one in of for weak in one.weaknesses if weak.kind is Weakness.STALE_PROOF}
    here = {one.message for one in of}
    pairs = {
        tuple(sorted((str(row["id"]), other))) for row in found for other in ids_of(row["contradicts"]) if other in here
    }
    return HouseDebt(
        has[Weakness.NO_PROOF],
        has[Weakness.SINGLE_SOURCE],
        len(stale),
        sum(variant.re_meant for one in of for variant in one.variants),
        sum(not one.domestic for one in of),
        tuple(Contradiction(a, b) for a, b in sorted(pairs)),
    )


MESSAGE_HOUSE = Question(
    "message_house",
    "The message house of a narrative: its parts, messages, proofs and assets, with what is weak and what is owed.",
    MessageHouseGiven,
    MessageHouse,
    message_house,
    lambda _given: 400,
)

"""statementRecord: what was said at a moment, in which words and state, on what evidence, and where it was placed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from graph.asking import Asking, Question, Then, said
from graph.errors import InvalidValue
from graph.history.changes import LoggedChange, told
from graph.history.said import (
    ENTRIES,
    MOST,
    POSTS,
    AnyId,
    SaidElsewhere,
    SaidPost,
    SaidProof,
    SaidSource,
    SaidText,
    StatementRecord,
)
from graph.model import ANY, LEVEL, EntityType
from graph.model.enums import Marking, PlacementStatus, ProofKind, Reliability, State, TranslationForm
from graph.model.kinds import instant
from graph.model.model import TRANSLATION
from graph.model.names import camel
from graph.store.batch import Which
from graph.store.ids import check_id
from graph.store.select import Cmp, Follow, Order, Select, Shape, by_ids, shape_of
from graph.store.visibility import LIVE, visibility_of
from graph.story.rows import Rows, one_of, rows_of


@dataclass(frozen=True, slots=True)
class StatementRecordGiven:
    """Of what, and when."""

    id: AnyId = said("A message, an asset, a translation, or anything else that has texts.")
    at: datetime | None = said("When. Left out, now, or the moment of Duta-As-Of.", None)


def statement_record(asking: Asking, given: StatementRecordGiven) -> StatementRecord | None:
    """What was said of one thing; null where the caller does not see it, or could not then."""
    entity = check_id(asking.store.model, given.id)
    if not _texts(entity):
        cure = "Ask for a message, an asset or a translation."
        raise InvalidValue(f"What is said by a {entity.name} are labels.", path="id", cure=cure)
    then = _then(asking, given.at)
    past = replace(asking, store=then.store, viewer=replace(asking.viewer, now=then.now), statements=0)
    row = one_of(past.ask({"it": by_ids(entity.name, (given.id,), _shape(entity, past.viewer.moment), limit=1)})["it"])
    if row is None:
        asking.statements += past.statements
        return None
    entries = then.store.changes(then.seq + 1, ENTRIES, Which(ids=(given.id,)), backward=True)
    past.statements += 1
    record = _record(given.id, entity, row, then, past.viewer.moment, tuple(told(past, entries)))
    asking.statements += past.statements
    return record


def _then(asking: Asking, at: datetime | None) -> Then:
    """The graph at a moment; raises InvalidValue."""
    if at is None:
        return Then(asking.store, asking.store.head().seq, asking.now)
    if asking.viewer.live < LEVEL["PARTNER"]:
        raise InvalidValue("The past is shown to who has a key.", path="at", cure="Leave it out.")
    if asking.then is None:
        raise InvalidValue("The past is asked already.", path="at", cure="Leave it out, or leave out Duta-As-Of.")
    try:
        return asking.then(instant(at))
    except InvalidValue as error:
        raise error.within("at") from None


_STANDING = ("id", "rev", "state", "marking", "embargo_until", "expires_at")
_OF_SOURCES = ("id", "title", "url", "publisher", "licence", "retrieved_at", "hash", "reliability")
_SOURCES = Follow(
    "sources",
    Select("Source", shape_of(*_OF_SOURCES), order=(Order("id"),), limit=MOST),
    (("@confidence", "confidence"),),
)
_PROOFS = Follow(
    "proofs",
    Select("Proof", shape_of("id", "title", "kind", "valid_until", sources=_SOURCES), order=(Order("id"),), limit=MOST),
)
_NAMED = shape_of("label")


def _shape(entity: EntityType, now: datetime) -> Shape:
    """All that a record tells of something of a type."""
    props = (*_STANDING, "locale", "updated_at", *_texts(entity))
    links: dict[str, Follow] = {"sources": _SOURCES}
    if entity.name == TRANSLATION:
        # What it translates may be of any type with texts, of which these have more than sources.
        evidence = _evidence(now)
        cases = tuple((name, shape_of(**{one: evidence[one] for one in have})) for name, have in _HAVE.items())
        above = Select(ANY, shape_of(*_STANDING, sources=_SOURCES), cases=cases)
        links = {"of": Follow("translates", above)}
    else:
        other = Select(TRANSLATION, shape_of(*_STANDING, "locale", "form", *entity.texts))
        links["translations"] = Follow("translations", replace(other, order=(Order("id"),), limit=MOST))
        links |= {name: one for name, one in _evidence(now).items() if name in entity.ends}
    return shape_of(*dict.fromkeys(props), **links)


_HAVE: Mapping[str, tuple[str, ...]] = {
    "Asset": ("proofs", "messages", "placements"),
    "Message": ("proofs", "placements"),
}


def _evidence(now: datetime) -> dict[str, Follow]:
    """Links that only some types have."""
    out = Cmp("at", "lte", instant(now))
    channel, campaign = (
        Follow(one, Select(of, _NAMED)) for one, of in (("channel", "Channel"), ("campaign", "Campaign"))
    )
    post = shape_of(
        "id", "at", "until", "status", "url", "locale", "text_as_posted", "posted_rev",
        channel=channel, campaign=campaign,
    )  # fmt: skip
    posts = Select("Placement", post, out, (Order("at", descending=True),), limit=POSTS)
    said_by = Select("Message", shape_of("id", proofs=_PROOFS), order=(Order("id"),), limit=MOST)
    return {"proofs": _PROOFS, "messages": Follow("messages", said_by), "placements": Follow("placements", posts)}


def _record(
    id: str,
    entity: EntityType,
    row: Mapping[str, Any],
    then: Then,
    moment: datetime,
    entries: tuple[LoggedChange, ...],
) -> StatementRecord:
    above = one_of(row.get("of")) or {}
    whole: Mapping[str, Any] = {**row, **above, **(above.get("@case") or {})} if above else row
    proofs = [
        *rows_of(whole.get("proofs")),
        *(one for each in rows_of(whole.get("messages")) for one in rows_of(each["proofs"])),
    ]
    last = then.store.changes(then.seq - 1, 1)
    return StatementRecord(
        id,
        id,
        above.get("id"),
        moment,
        then.seq,
        last[0].hash if last else "",
        row["rev"],
        datetime.fromisoformat(row["updated_at"]),
        State(row["state"]),
        Marking(row["marking"]),
        _public(row, then.now, above),
        row["locale"],
        _words(row, _texts(entity)),
        tuple(_elsewhere(one, entity, then.now, row) for one in _by_locale(rows_of(row.get("translations")))),
        tuple({one["id"]: _proof(one, moment.date()) for one in proofs}.values()),
        _sources(whole),
        tuple(map(_post, rows_of(whole.get("placements")))),
        entries,
    )


def _texts(entity: EntityType) -> tuple[str, ...]:
    """What of a type is words: its texts, of a translation those of whatever it translates."""
    return tuple(name for name, prop in entity.props.items() if prop.localised)


def _words(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[SaidText, ...]:
    return tuple(SaidText(camel(name), row[name]) for name in names if row.get(name))


def _public(row: Mapping[str, Any], now: int, above: Mapping[str, Any]) -> bool:
    """Whether everybody saw it, and what it translates."""
    seen = visibility_of(row)
    if above:
        seen = seen.with_parent(visibility_of(above))
    return seen.stage == LIVE and seen.level == LEVEL["PUBLIC"] and seen.live_from <= now < seen.live_until


def _elsewhere(row: Mapping[str, Any], entity: EntityType, now: int, above: Mapping[str, Any]) -> SaidElsewhere:
    words = _words(row, entity.texts)
    form, state = TranslationForm(row["form"]), State(row["state"])
    return SaidElsewhere(row["id"], row["id"], row["locale"], form, state, _public(row, now, above), words)


def _by_locale(rows: Rows) -> Rows:
    return sorted(rows, key=lambda one: (one["locale"], one["form"], one["id"]))


def _proof(row: Mapping[str, Any], today: date) -> SaidProof:
    until = _day(row["valid_until"])
    kind = ProofKind(row["kind"]) if row["kind"] else None
    held = until is None or today <= until
    return SaidProof(row["id"], row["id"], row["title"], kind, until, held, _sources(row))


def _sources(row: Mapping[str, Any]) -> tuple[SaidSource, ...]:
    return tuple(
        SaidSource(
            one["id"], one["id"], one["title"], one["url"], one["publisher"], one["licence"],
            _day(one["retrieved_at"]), one["hash"], Reliability(one["reliability"]) if one["reliability"] else None,
            one.get("@confidence"),
        )
        for one in rows_of(row.get("sources"))
    )  # fmt: skip


def _post(row: Mapping[str, Any]) -> SaidPost:
    channel, campaign = (one_of(row[name]) for name in ("channel", "campaign"))
    return SaidPost(
        row["id"], row["id"], datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["until"]) if row["until"] else None, PlacementStatus(row["status"]), row["url"],
        row["locale"], row["text_as_posted"], row["posted_rev"],
        channel["label"] if channel else None, campaign["label"] if campaign else None,
    )  # fmt: skip


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


QUESTION = Question(
    "statement_record",
    "What was said of a message, an asset or any other text at a moment: the words in each language, where it stood, "
    "what proved it and what that rested on, where it was posted until then, and what the log says of it.",
    StatementRecordGiven,
    StatementRecord | None,
    statement_record,
    lambda _given: 5 * MOST,
)

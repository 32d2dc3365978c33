"""One write: who may make it, as which batch it goes to the store, and what is said of what came of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, cast

import orjson

from api.schema.catalogue import Catalogue
from api.schema.mutations import CREATE, RESTORE, RETIRE, UPDATE
from api.schema.names import camel
from graph.errors import InvalidValue
from graph.model import ANY, LEVEL, EntityType, Model, Prop
from graph.model.kinds import NAMES, SHARES, STRING
from graph.model.model import LINK_PROPS, TRANSLATION
from graph.model.moves import WRITTEN_BY_ACTIONS, Policy
from graph.review.edits import KeptEdit
from graph.review.keeping import keep
from graph.store.batch import ActorKind, Batch, Change, Edit, Once, Put, Refused, Report, To
from graph.store.ids import check_id, new_id, translation_id
from graph.store.operands import EVIDENCE
from graph.store.port import GraphStore
from graph.store.select import And, Cmp, Follow, Rel, Select, Shape, Viewer, by_ids, shape_of
from graph.store.snapshot import outside
from graph.store.visibility import SYSTEM

#: What who may not publish writes, and brings it to.
_OWN_STATES = frozenset({"DRAFT", "IN_REVIEW"})
_REVIEWED = frozenset({"APPROVED", "PUBLISHED"})
#: What an edit of something public may change without a second look: it says nothing new.
_UNREVIEWED = frozenset({"state", "review_by"})
_KEPT_MS = 24 * 60 * 60 * 1000
_LONGEST_REASON, _LONGEST_KEY = 500, 200
_CURE = "Ask an editor."
_BY_ACTIONS = "It is written by what is decided on it, and never by an edit."
NO_REASON = "This installation wants a reason with every write. Say why."


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the name for the log, what it sees of drafts, and whether it may touch what is public.

    Who `administers` may do without the review, which the log shows. Who `plans` may keep plans of stories.
    """

    name: str
    viewer: Viewer
    publishes: bool
    administers: bool = False
    plans: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One field of a mutation: what to do with which entity. `entity` is its type, or Entity where its id says it."""

    verb: str
    entity: str
    id: str | None
    rev: int | None
    values: Mapping[str, Any]
    preview: bool = False
    reason: str = ""
    key: str | None = None
    propose: bool = False

    @property
    def digest(self) -> str:
        """What stands for all that is asked, so that a key cannot stand for two writes."""
        told = (self.verb, self.entity, self.id, self.rev, self.values, self.reason, self.propose)
        return hashlib.sha256(orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class WriteError:
    """Why a write was not made."""

    path: str
    code: str
    message: str


@dataclass(slots=True)
class Written:
    """What came of a write; `id` is None where there is nothing to show."""

    id: str | None = None
    errors: list[WriteError] = field(default_factory=list[WriteError])
    changes: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    repeated: bool = False
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """What came of several writes in one batch; each error with the place of its write, None where it is about all."""

    batch: str | None = None
    ids: tuple[str, ...] = ()
    changes: tuple[dict[str, object], ...] = ()
    errors: tuple[tuple[int | None, WriteError], ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """What proposals would change, what could not be proposed, and the ids of what is proposed already."""

    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]
    waiting: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A write as the store takes it, and what the writer sees of what it names."""

    put: Put
    entity: EntityType
    there: Mapping[str, Mapping[str, Any]]


def once_of(writer: Writer, key: str, digest: str) -> Once:
    """What a key stands for, which is each writer's own, for a day."""
    name = hashlib.sha256(f"{writer.name}\n{key}".encode()).hexdigest()
    return Once(name, digest, writer.viewer.now + _KEPT_MS)


def keyed(key: str) -> str:
    """An idempotency key that can be one; raises NotWritten."""
    return _text("idempotencyKey", key, _LONGEST_KEY)


class Writing:
    """Makes writes of one caller on one store."""

    def __init__(self, store: GraphStore, catalogue: Catalogue, writer: Writer, policy: Policy | None = None) -> None:
        self._store, self._catalogue, self._writer = store, catalogue, writer
        self._policy = policy or Policy()
        self.statements = 0

    def make(self, write: Write) -> Written:
        """Make one write, or say why not; raises what a store raises that cannot be used."""
        try:
            return self._make(write)
        except NotWritten as error:
            return Written(error.shown, error.errors)

    def many(self, writes: Sequence[Write]) -> Many:
        """Make several writes as one batch, all or none of them; where one cannot be made, every error is told.

        What is created with an id may be linked to by the others. How it is written, the first says for all.
        """
        prepared: list[_Prepared] = []
        errors: list[tuple[int | None, WriteError]] = []
        try:
            reason = self._reason(writes[0])
        except NotWritten as error:
            return Many(errors=tuple((None, one) for one in error.errors))
        new = frozenset(one.id for one in writes if one.verb == CREATE and one.id is not None)
        for place, write in enumerate(writes):
            try:
                prepared.append(self._prepared(write, new))
            except NotWritten as error:
                errors += [(place, one) for one in error.errors]
        if errors:
            return Many(errors=tuple(errors))
        report = self._write_all(writes, prepared, reason)
        of = {one.put.id: place for place, one in enumerate(prepared)}
        refused = tuple(
            (place, _error(prepared[place or 0].put, one, prepared[place or 0].there))
            for one in report.refused
            for place in (of.get(one.id),)
        )
        changes = tuple(self.changes(report.changes))
        batch = report.changes[0].batch if report.changes and not writes[0].preview else None
        return Many(batch, tuple(change.id for change in report.changes), changes, refused, report.repeated)

    def screened(self, puts: Sequence[Put]) -> tuple[list[Put], list[Put], list[Refused]]:
        """What an import would write, by what this writer may: as new or at the revision that is seen now.

        Beside that, changes of what is public or about to be, which are not for this writer, and what else is refused.
        What leads to what is out of sight leads to nothing.
        """
        evidence = [to for put in puts for tos in put.links.values() for one in tos if (to := one.props.get(EVIDENCE))]
        targets = {one.id for put in puts for tos in put.links.values() for one in tos}
        there = self._seen({*(put.id for put in puts), *targets, *map(str, evidence)})
        known = there.keys() | {put.id for put in puts}
        allowed: list[Put] = []
        public: list[Put] = []
        refused: list[Refused] = []
        for one in puts:
            if one.type in WRITTEN_BY_ACTIONS:
                refused.append(Refused(one.id, one.where, "id", _BY_ACTIONS))
                continue
            current = there.get(one.id)
            put = _as_seen(one, current, known, refused)
            write = Write(CREATE if current is None else UPDATE, one.type, one.id, put.rev, put.values)
            try:
                self._check_values(self._catalogue.model.types[put.type], put)
            except NotWritten as error:
                refused += [_refusal(put, told) for told in error.errors]
                continue
            try:
                self._check_rights(put, current, write)
            except NotWritten as error:
                if any(told.path == "id" for told in error.errors):
                    public.append(put)
                else:
                    refused += [_refusal(put, told) for told in error.errors]
            else:
                allowed.append(put)
        return allowed, public, refused

    def proposed(self, batch: Batch, puts: Sequence[Put], *, preview: bool) -> "Proposed":
        """Keep what an import would change of what is public, each thing as a proposal that is part of the import.

        What waits already to be decided on, as an earlier import proposed it, is not proposed again.
        """
        changes: list[Change] = []
        refused: list[Refused] = []
        waiting: set[str] = set()
        there = self._seen(put.id for put in puts)
        open_ones = self._open([put.id for put in puts])
        for put in puts:
            current = there.get(put.id)
            values = {name: value for name, value in put.values.items() if (name, value) != ("state", _state(current))}
            own = replace(put, values=values)
            try:
                self._check_proposal(own, current)
            except NotWritten as error:
                refused += [_refusal(put, told) for told in error.errors]
                continue
            edit = replace(batch, puts=(own,), whole=True)
            tried = keep(self._store, edit, None, preview=True)
            if tried.changes and _as_json(KeptEdit.of(tried.changes[0]).patch) in open_ones.get(put.id, ()):
                waiting.add(put.id)
                continue
            kept = tried if preview or tried.refused else keep(self._store, edit, None)
            refused += [replace(one, id=put.id, where=put.where) for one in kept.refused]
            changes += kept.changes
        return Proposed(tuple(changes), tuple(refused), frozenset(waiting))

    def _open(self, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """What is proposed of some things, whoever did, and nobody has decided on yet."""
        if not ids:
            return {}
        waits = And((Cmp("decision", "eq", "OPEN"), Rel("some", "changes", Cmp("id", "in", tuple(ids)))))
        shape = shape_of("id", "patch", changes=Follow("changes", Select(ANY, shape_of("id"), limit=1)))
        answer = self._store.ask(SYSTEM, {"open": Select("ProposedEdit", shape, waits, limit=_MOST_OPEN)})["open"]
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in cast("Any", answer)["rows"]:
            found.setdefault(row["changes"]["rows"][0]["id"], []).append(row["patch"])
        return found

    def _write_all(self, writes: Sequence[Write], prepared: Sequence[_Prepared], reason: str) -> Report:
        """Write all in one batch; an id that was made up gets a tail where it is taken, as by another of them."""
        puts = [one.put for one in prepared]
        made_up = [put for put, write in zip(puts, writes, strict=True) if write.id is None and put.type != TRANSLATION]
        ids = Counter(put.id for put in puts)
        for put in made_up:
            if ids[put.id] > 1:
                put.id = f"{put.id}-{token_hex(3)}"
        report = self._write(puts, writes, reason)
        taken = {one.id for one in report.refused if one.path == "rev"} & {put.id for put in made_up}
        if not taken:
            return report
        for put in made_up:
            if put.id in taken:
                put.id = f"{put.id}-{token_hex(3)}"
        return self._write(puts, writes, reason)

    def _make(self, write: Write) -> Written:
        reason = self._reason(write)
        prepared = self._prepared(write)
        put, entity, there = prepared.put, prepared.entity, prepared.there
        made_up = write.verb == CREATE and write.id is None
        if write.propose:
            return self._propose(put, write, reason, there)
        report = self._write([put], [write], reason)
        if made_up and _taken(report) and entity.name != TRANSLATION:
            put.id = f"{put.id}-{token_hex(3)}"
            report = self._write([put], [write], reason)
        if report.refused:
            raise NotWritten([_error(put, one, there) for one in report.refused], put.id if put.rev else None)
        shown = report.changes[0].id if report.changes else put.id
        changes = [*self.changes(report.changes)]
        return Written(None if put.rev == 0 and write.preview else shown, [], changes, report.repeated)

    def _reason(self, write: Write) -> str:
        """Why something is written, for the log; missed where the installation wants one."""
        if write.key is not None:
            keyed(write.key)
        if not write.reason.strip() and self._policy.reasons and not write.preview:
            raise NotWritten([WriteError("reason", "BAD_VALUE", NO_REASON)])
        return _text("reason", write.reason, _LONGEST_REASON) if write.reason else ""

    def _prepared(self, write: Write, new: AbstractSet[str] = frozenset()) -> _Prepared:
        """One write, checked by all that is known before the store is asked to make it; `new` is made with it."""
        entity = _entity(self._catalogue.model, write)
        put = _put(self._catalogue, entity, write)
        there = self._there(put)
        if entity.name in WRITTEN_BY_ACTIONS:
            raise NotWritten([WriteError("id", "FORBIDDEN", _BY_ACTIONS)], put.id)
        if write.verb == CREATE:
            put.rev = 0
            put.values = {"state": "DRAFT", **put.values}
        else:
            _check_current(write, there.get(put.id))
        self._check_values(entity, put)
        self._check_rights(put, there.get(put.id), write)
        self._check_targets(entity, put, there.keys() | new)
        return _Prepared(put, entity, there)

    def _write(self, puts: Sequence[Put], writes: Sequence[Write], reason: str) -> Report:
        batch = Batch(tuple(puts), self._writer.name, ActorKind.PERSON, reason, whole=True, once=self._once(*writes))
        return self._store.write(batch, dry_run=writes[0].preview)

    def _once(self, write: Write, *others: Write) -> Once | None:
        """The key of a write, or of several that are made together."""
        if write.key is None or write.preview:
            return None
        digest = hashlib.sha256(" ".join((write.digest, *(one.digest for one in others))).encode()).hexdigest()
        return once_of(self._writer, write.key, digest if others else write.digest)

    def _propose(self, put: Put, write: Write, reason: str, there: Mapping[str, object]) -> Written:
        """Try the edit, and keep what it would change for somebody to decide on."""
        once = self._once(write)
        tried = Batch((put,), self._writer.name, ActorKind.PERSON, reason, whole=True)
        kept = keep(self._store, tried, once, preview=write.preview)
        self.statements += kept.statements
        if kept.refused:
            raise NotWritten([_error(put, one, there) for one in kept.refused], put.id)
        changes = [*self.changes(kept.changes)]
        return Written(put.id, [], changes, kept.repeated, kept.id)

    def _there(self, put: Put) -> dict[str, Mapping[str, Any]]:
        """What the writer sees of the entity and of all that it is to link to or to rest on."""
        puts = [to for targets in put.links.values() for to in targets]
        puts += [to for edit in put.edits.values() for to in edit.put]
        if len(puts) > _MOST_LINKS:
            told = f"It puts {len(puts)} links; {_MOST_LINKS} are allowed. Send several updates."
            raise NotWritten([WriteError("input", "BAD_VALUE", told)])
        evidence = [str(to.props[EVIDENCE]) for to in puts if to.props.get(EVIDENCE)]
        return self._seen({put.id, *(to.id for to in puts), *evidence})

    def _seen(self, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        wanted = tuple(sorted(set(ids)))
        if not wanted:
            return {}
        shape = Shape((("id", "id"), ("rev", "rev"), ("state", "state")))
        answer = self._store.ask(self._writer.viewer, {"there": by_ids(ANY, wanted, shape, limit=len(wanted))})
        self.statements += 1
        return {row["id"]: row for row in cast("Any", answer["there"]["rows"])}

    def _check_values(self, entity: EntityType, put: Put) -> None:
        """Nobody writes what it would not see."""
        errors = [
            WriteError(f"input.{camel(name)}", "FORBIDDEN", f"Your role does not see {camel(name)}. {_CURE}")
            for name in put.values
            if name in entity.props and LEVEL[entity.props[name].marking] > self._writer.viewer.live
        ]
        errors += [
            WriteError(f"input.{name}", "BAD_VALUE", "It always has one. Name another, or leave it out.")
            for name in ("state", "marking")
            if name in put.values and put.values[name] is None
        ]
        marking = put.values.get("marking")
        if marking is not None and LEVEL.get(str(marking), 0) > self._writer.viewer.draft:
            told = f"Your role would not see what is {marking}. {_CURE}"
            errors.append(WriteError("input.marking", "FORBIDDEN", told))
        if errors:
            raise NotWritten(errors, put.id if put.rev else None)

    def _check_rights(self, put: Put, current: Mapping[str, Any] | None, write: Write) -> None:
        """Who does not publish writes drafts, and hands them to review."""
        if write.propose:
            self._check_proposal(put, current)
            return
        if self._writer.publishes:
            self._check_reviewed(put, current)
            return
        if write.verb != CREATE and current is not None and current["state"] not in _OWN_STATES:
            told = f"It is {current['state']}; your role changes what is DRAFT or IN_REVIEW. Send it with propose."
            raise NotWritten([WriteError("id", "FORBIDDEN", told)], put.id)
        errors = [
            WriteError(
                "" if write.verb in (RETIRE, RESTORE) else f"input.{camel(name)}",
                "FORBIDDEN",
                f"Your role brings nothing to {put.values[name]}. Hand it in as IN_REVIEW, an editor does the rest.",
            )
            for name in ("state", "text_state")
            if put.values.get(name) is not None and put.values[name] not in _OWN_STATES
        ]
        if errors:
            raise NotWritten(errors, put.id if put.rev else None)

    def _check_reviewed(self, put: Put, current: Mapping[str, Any] | None) -> None:
        """What needs four eyes is neither brought to the public by an edit nor changed there, which two never saw."""
        if not self._policy.four_eyes or self._writer.administers:
            return
        now = current["state"] if current is not None else None
        to, shown = put.values.get("state"), put.id if put.rev else None
        if to in _REVIEWED and to != now:
            told = f"An edit brings nothing to {to}. Hand it in with submitForReview; then approve and publish it."
            raise NotWritten([WriteError("input.state", "FORBIDDEN", told)], shown)
        if put.values.get("text_state") in _REVIEWED and now != "PUBLISHED":
            told = "An edit brings no text to the public. Leave textState out: the text is reviewed with the thing."
            raise NotWritten([WriteError("input.textState", "FORBIDDEN", told)], shown)
        says = put.links or put.edits or put.values.keys() - _UNREVIEWED
        if now == "PUBLISHED" and to in (None, now) and says:
            told = (
                "It is published, and what two have not seen is not. Send the edit with propose, for another to decide."
            )
            raise NotWritten([WriteError("id", "FORBIDDEN", told)], shown)

    def _check_proposal(self, put: Put, current: Mapping[str, Any] | None) -> None:
        """A proposal is for what is not changed directly, and changes what that says."""
        if current is not None and current["state"] not in _REVIEWED:
            cure = "Restore it first." if current["state"] == "RETIRED" else "Send the edit without propose."
            told = f"It is {current['state']}, and edits of what is PUBLISHED or APPROVED are proposed. {cure}"
            raise NotWritten([WriteError("propose", "BAD_VALUE", told)], put.id)
        if "state" in put.values:
            told = "A proposal changes what a thing says. Where it stands is moved by itself."
            raise NotWritten([WriteError("input.state", "BAD_VALUE", told)], put.id)

    def _check_targets(self, entity: EntityType, put: Put, there: AbstractSet[str]) -> None:
        """What the writer does not see is as if it was not there."""
        errors: list[WriteError] = []
        puts = [*put.links.items(), *((name, edit.put) for name, edit in put.edits.items())]
        for name, targets in puts:
            for to in targets:
                path = f"input.{camel(name)}"
                if to.id not in there and to.id != put.id:
                    errors.append(WriteError(path, "UNKNOWN_ID", f'There is nothing with the id "{to.id}".'))
                evidence = to.props.get(EVIDENCE)
                if evidence and evidence not in there:
                    told = f'There is nothing with the id "{evidence}".'
                    errors.append(WriteError(f"{path}.evidence", "UNKNOWN_ID", told))
        if errors:
            raise NotWritten(errors[:_MOST_ERRORS], put.id if put.rev else None)

    def changes(self, changes: Sequence[Change]) -> Iterator[dict[str, object]]:
        """Properties and links before and after, as they are written; what is out of sight is left out."""
        patches = [_Patch(patch) for one in changes for patch in (one.patch, one.reverse)]
        there = self._seen(to for patch in patches for to in patch.targets)
        for change in changes:
            yield from self._changes(change, there)

    def _changes(self, change: Change, there: Mapping[str, object]) -> Iterator[dict[str, object]]:
        entity, patch, reverse = self._catalogue.model.types[change.type], _Patch(change.patch), _Patch(change.reverse)
        level = self._writer.viewer.live
        for name, prop in entity.props.items():
            if name in patch.values and LEVEL[prop.marking] <= level:
                before, after = reverse.values.get(name), patch.values[name]
                yield _changed(change.id, name, outside(prop, before), outside(prop, after))
        for name, end in entity.forward.items():
            props = {**end.link.props, **LINK_PROPS}
            old, new = (_links_shown(one.puts.get(name, {}), props, there) for one in (reverse, patch))
            if old or new:
                yield _changed(change.id, name, old, new)


_MOST_ERRORS, _MOST_LINKS, _MOST_OPEN = 20, 1_000, 10_000


def _as_json(patch: Mapping[str, Any]) -> Any:
    """A patch as the store gives it back."""
    return orjson.loads(orjson.dumps(patch))


def _state(current: Mapping[str, Any] | None) -> object:
    return current["state"] if current is not None else None


class _Patch:
    """What an entry of the log sets and which links it puts, by field and target; a deletion does neither."""

    def __init__(self, patch: Mapping[str, Any]) -> None:
        self.values: Mapping[str, object] = patch.get("set") or {}
        links: Mapping[str, Any] = patch.get("links") or {}
        self.puts: dict[str, Mapping[str, Mapping[str, object]]] = {name: one["put"] for name, one in links.items()}

    @property
    def targets(self) -> list[str]:
        """What its links lead to and what they rest on."""
        found = [to for links in self.puts.values() for to in links]
        carried = [props for links in self.puts.values() for props in links.values()]
        return found + [str(props[EVIDENCE]) for props in carried if props.get(EVIDENCE)]


def _as_seen(put: Put, current: Mapping[str, Any] | None, known: AbstractSet[str], refused: list[Refused]) -> Put:
    """An import's put for a writer who sees some things and not others; links that are left out are told."""
    links: dict[str, tuple[To, ...]] = {}
    for name, targets in put.links.items():
        kept: list[To] = []
        for to in targets:
            lost = next((id for id in (to.id, to.props.get(EVIDENCE)) if id and id not in known), None)
            if lost is None:
                kept.append(to)
            else:
                told = f'There is nothing with the id "{lost}".'
                refused.append(Refused(put.id, put.where, name, told, whole=False, target=to.id))
        links[name] = tuple(kept)
    if current is None:
        return replace(put, links=links, rev=0, values={"state": "DRAFT", **put.values})
    return replace(put, links=links, rev=current["rev"])


def _refusal(put: Put, error: WriteError) -> Refused:
    return Refused(put.id, put.where, _snake(error.path.removeprefix("input.")), error.message)


class NotWritten(Exception):
    """A write that is not made, with the entity to show beside the errors."""

    def __init__(self, errors: list[WriteError], shown: str | None = None) -> None:
        self.errors, self.shown = errors, shown
        super().__init__("; ".join(one.message for one in errors))


def _text(path: str, text: str, most: int) -> str:
    """A short text that is a key or goes to the log."""
    try:
        STRING.check(text)
    except InvalidValue as error:
        raise NotWritten([WriteError(path, "BAD_VALUE", str(error))]) from None
    if len(text) > most:
        raise NotWritten([WriteError(path, "BAD_VALUE", f"It has {len(text)} characters; {most} are allowed.")])
    return text


def _entity(model: Model, write: Write) -> EntityType:
    if write.id is None:
        return model.type(write.entity)
    try:
        return check_id(model, write.id, None if write.entity == ANY else write.entity)
    except InvalidValue as error:
        raise NotWritten([WriteError("id", "BAD_VALUE", f"{error.reason} {error.cure}".strip())]) from None


def _put(catalogue: Catalogue, entity: EntityType, write: Write) -> Put:
    """The write as the store takes it, from the values of its input."""
    inputs = catalogue.entries[entity.name].inputs
    put = Put("", entity.name, {}, {}, write.rev, edits={})
    for name, value in write.values.items():
        one = inputs[name]
        if isinstance(one, Prop):
            put.values = {**put.values, one.name: _inside(one, value)}
        elif not one.many:
            put.links = {**put.links, one.name: () if value is None else (_to(value),)}
        elif value is not None:
            edit = Edit(tuple(map(_to, value.get("put") or ())), tuple(value.get("remove") or ()))
            put.edits = {**put.edits, one.name: edit}
    put.id = write.id or _made_id(entity, put)
    return put


def _made_id(entity: EntityType, put: Put) -> str:
    """An id from what it is called; a translation's from what it translates."""
    if entity.name == TRANSLATION and put.links.get("translates") and put.values.get("locale"):
        return translation_id(
            put.links["translates"][0].id, str(put.values["locale"]), str(put.values.get("form") or "FULL")
        )
    return new_id(entity, str(put.values.get(entity.label_from or "") or ""))


def _to(given: Mapping[str, Any]) -> To:
    """A link in outside form; its property names are the contract's."""
    props = {_snake(name): _plain(value) for name, value in given.items() if name != "to"}
    return To(given["to"], props)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _inside(prop: Prop, value: Any) -> object:
    if value is None:
        return None
    if prop.kind is NAMES:
        return {one["locale"]: one["name"] for one in value}
    if prop.kind is SHARES:
        return {one["locale"]: one["share"] for one in value}
    return _plain(value)


def _plain(value: Any) -> object:
    """A value without the contract's enums."""
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    return getattr(value, "value", value)


def _links_shown(
    targets: Mapping[str, Mapping[str, object]], props: Mapping[str, Prop], there: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    return {
        to: {
            camel(name): outside(props[name], value)
            for name, value in carried.items()
            if name != EVIDENCE or value in there
        }
        for to, carried in targets.items()
        if to in there
    }


def _changed(id: str, name: str, before: object, after: object) -> dict[str, object]:
    return {"id": id, "path": camel(name), "before": before, "after": after}


def _check_current(write: Write, current: Mapping[str, Any] | None) -> None:
    """Whether it is there for the writer, at the revision that was read, and can be retired or restored."""
    id = str(write.id)
    if current is None:
        raise NotWritten([WriteError("id", "UNKNOWN_ID", f'There is nothing with the id "{id}".')])
    if current["rev"] != write.rev and write.key is None:
        told = f"It was read at revision {write.rev} and is at {current['rev']} now. Read it again and repeat the edit."
        raise NotWritten([WriteError("rev", "STALE", told)], id)
    if write.verb == RESTORE and current["state"] != "RETIRED" and write.key is None:
        raise NotWritten([WriteError("id", "BAD_VALUE", f"It is {current['state']} and not RETIRED.")], id)


def _taken(report: Report) -> bool:
    return any(one.path == "rev" for one in report.refused)


def _error(put: Put, refused: Refused, there: Mapping[str, object]) -> WriteError:
    """A refusal of the store as an error of the contract; a target that is there was refused for where it leads."""
    if refused.path == "once":
        return WriteError("idempotencyKey", "KEY_REUSED", refused.reason)
    if refused.path == "rev":
        return WriteError("rev" if put.rev else "id", "STALE" if put.rev else "ID_TAKEN", refused.reason)
    if refused.target is not None and refused.target not in there:
        return WriteError(f"input.{camel(refused.path)}", "UNKNOWN_ID", refused.reason)
    if refused.path == "state":
        return WriteError("input.state", "NOT_READY", refused.reason)
    path = refused.path if refused.path in ("", "id") else f"input.{camel(refused.path)}"
    return WriteError(path, "BAD_VALUE", refused.reason)

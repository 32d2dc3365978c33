"""One write: who may make it, as which batch it goes to the store, and what is said of what came of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from secrets import token_hex
from typing import Any, cast

import orjson

from api.plan.allowed import Allowed, check_current, check_targets
from api.plan.before_after import Patch, changed
from api.plan.putting import entity_of, put_of, snake
from api.plan.wanted import (
    Many,
    NotWritten,
    Prepared,
    Proposed,
    Write,
    WriteError,
    Writer,
    Written,
    keyed,
    once_of,
    reason_of,
)
from api.schema.catalogue import Catalogue
from api.schema.mutations import CREATE, UPDATE
from api.schema.names import camel
from graph.model import ANY
from graph.model.model import TRANSLATION
from graph.model.moves import WRITTEN_BY_ACTIONS, Policy
from graph.review.edits import KeptEdit
from graph.review.keeping import keep
from graph.sentence import sentence
from graph.store.batch import ActorKind, Batch, Change, Once, Put, Refused, Report, To
from graph.store.operands import EVIDENCE
from graph.store.port import GraphStore
from graph.store.select import And, Cmp, Follow, Rel, Select, Shape, by_ids, shape_of
from graph.store.visibility import SYSTEM

_BY_ACTIONS = sentence("It is written by what is decided on it, and never by an edit.")
NO_REASON = sentence("This installation wants a reason with every write. Say why.")


class Writing:
    """Makes writes of one caller on one store."""

    def __init__(
        self,
        store: GraphStore,
        catalogue: Catalogue,
        writer: Writer,
        policy: Policy | None = None,
        once: Once | None = None,
    ) -> None:
        """`once` is the key of the action that writes, where one does."""
        self._store, self._catalogue, self._writer = store, catalogue, writer
        self._policy, self._of_action = policy or Policy(), once
        self._allowed = Allowed(writer, self._policy)
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
        prepared: list[Prepared] = []
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
                self._allowed.values(self._catalogue.model.types[put.type], put)
            except NotWritten as error:
                refused += [_refusal(put, told) for told in error.errors]
                continue
            try:
                self._allowed.rights(put, current, write)
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
                self._allowed.proposal(own, current)
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

    def _write_all(self, writes: Sequence[Write], prepared: Sequence[Prepared], reason: str) -> Report:
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
        return reason_of(write)

    def _prepared(self, write: Write, new: AbstractSet[str] = frozenset()) -> Prepared:
        """One write, checked by all that is known before the store is asked to make it; `new` is made with it."""
        entity = entity_of(self._catalogue.model, write)
        put = put_of(self._catalogue, entity, write)
        there = self._there(put)
        if entity.name in WRITTEN_BY_ACTIONS:
            raise NotWritten([WriteError("id", "FORBIDDEN", _BY_ACTIONS)], put.id)
        if write.verb == CREATE:
            put.rev = 0
            put.values = {"state": "DRAFT", **put.values}
        else:
            check_current(write, there.get(put.id))
        self._allowed.values(entity, put)
        self._allowed.rights(put, there.get(put.id), write)
        check_targets(put, there.keys() | new)
        return Prepared(put, entity, there)

    def _write(self, puts: Sequence[Put], writes: Sequence[Write], reason: str) -> Report:
        batch = Batch(tuple(puts), self._writer.name, ActorKind.PERSON, reason, whole=True, once=self._once(*writes))
        return self._store.write(batch, dry_run=writes[0].preview)

    def _once(self, write: Write, *others: Write) -> Once | None:
        """The key of a write, of several that are made together, or of the action that they are part of."""
        if write.key is None or write.preview:
            return self._of_action
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
            told = sentence(
                "It puts {count} links; {most} are allowed. Send several updates.", count=len(puts), most=_MOST_LINKS
            )
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

    def changes(self, changes: Sequence[Change]) -> Iterator[dict[str, object]]:
        """Properties and links before and after, as they are written; what is out of sight is left out."""
        patches = [Patch(patch) for one in changes for patch in (one.patch, one.reverse)]
        there = self._seen(to for patch in patches for to in patch.targets)
        for change in changes:
            yield from changed(self._catalogue.model.types[change.type], change, there, self._writer.viewer.live)


_MOST_ERRORS, _MOST_LINKS, _MOST_OPEN = 20, 1_000, 10_000


def _as_json(patch: Mapping[str, Any]) -> Any:
    """A patch as the store gives it back."""
    return orjson.loads(orjson.dumps(patch))


def _state(current: Mapping[str, Any] | None) -> object:
    return current["state"] if current is not None else None


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
                told = sentence('There is nothing with the id "{id}".', id=lost)
                refused.append(Refused(put.id, put.where, name, told, whole=False, target=to.id))
        links[name] = tuple(kept)
    if current is None:
        return replace(put, links=links, rev=0, values={"state": "DRAFT", **put.values})
    return replace(put, links=links, rev=current["rev"])


def _refusal(put: Put, error: WriteError) -> Refused:
    return Refused(put.id, put.where, snake(error.path.removeprefix("input.")), error.message)


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

"""Entries of the log as a viewer may read them: what it could see then and sees now, with the difference."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, said
from graph.history.versions import Version, Versions
from graph.model import ANY, LEVEL, LINK_PROPS, EntityType, Prop
from graph.model.enums import Told
from graph.model.kinds import Json
from graph.model.names import camel
from graph.store.batch import ActorKind, Change
from graph.store.select import Shape, by_ids
from graph.store.snapshot import outside
from graph.store.visibility import RESTRICTED

#: From this marking on one works here, and reads who did what and why.
_INSIDE = LEVEL["INTERNAL"]
_ID = Shape((("id", "id"),))
_EVIDENCE = "evidence"


class ChangeKind(Told):
    """What became of an entity."""

    CREATE = "CREATE", "It was made."
    UPDATE = "UPDATE", "Something of it changed."
    DELETE = "DELETE", "It was taken out of the graph."


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A property or link field before and after a change."""

    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was; of links those that changed, by id. Null where you could not see it.")
    after: Json | None = said("What it became; of links those that changed, by id.")


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One entry of the log: what happened to one entity."""

    seq: int = said("Its number in the log. Numbers grow; those that are missing are of what you do not see.")
    at: datetime = said("When.")
    kind: ChangeKind = said("What became of it.")
    id: str = said("The id of what changed.")
    type: str = said("Its type.")
    entity: Annotated[str, Of(ANY)] | None = said("It as it is now.")
    rev: int = said("The revision that it came to.")
    batch: str = said("What was written with it bears the same name.")
    import_id: str | None = said("The import it was part of, for who works here.")
    actor: str | None = said("Who made it, for who works here.")
    actor_kind: ActorKind | None = said("What kind of actor made it, for who works here.")
    reason: str | None = said("Why, in the writer's words, for who works here.")
    parts: tuple[ChangedPart, ...] = said("What of it changed, as far as you could see it.")


def told(asking: Asking, changes: Sequence[Change]) -> list[LoggedChange]:
    """Those of the entries that a viewer may read, as it may read them."""
    if not changes:
        return []
    return list(_Telling(asking, changes).all())


def works_here(asking: Asking) -> bool:
    """Whether the caller is no stranger to the house."""
    return asking.viewer.live >= _INSIDE


class _Telling:
    """What telling some entries needs: who sees what of it now, and who saw it then."""

    def __init__(self, asking: Asking, changes: Sequence[Change]) -> None:
        self._asking, self._viewer, self._model = asking, asking.viewer, asking.store.model
        viewer = self._viewer
        # Who sees everything sees also what was deleted, which nothing else shows any more.
        self._all = min(viewer.live, viewer.draft, viewer.retired) >= RESTRICTED
        now = self._seen({change.id for change in changes})
        self._changes = [change for change in changes if self._all or change.id in now]
        ends = {id for one in self._changes for patch in (one.patch, one.reverse) for id in _Patch(patch).ends}
        self._now = now | self._seen(ends - now)
        self._versions = Versions(asking.store, {*(one.id for one in self._changes), *(ends & self._now)})
        asking.statements += self._versions.statements

    def all(self) -> Iterator[LoggedChange]:
        for change in self._changes:
            after, before = self._versions.at(change.id, change.seq)
            seen_after, seen_before = (self._versions.seen(self._viewer, one) for one in (after, before))
            if seen_after or seen_before or self._all:
                yield self._one(change, after if seen_after else None, before if seen_before else None)

    def _one(self, change: Change, after: Version | None, before: Version | None) -> LoggedChange:
        inside, entity = works_here(self._asking), self._model.type(change.type)
        return LoggedChange(
            change.seq,
            datetime.fromisoformat(change.at),
            ChangeKind[change.op.upper()],
            change.id,
            change.type,
            change.id,
            change.rev,
            change.batch,
            change.import_id if inside else None,
            change.actor if inside else None,
            ActorKind[change.actor_kind] if inside else None,
            (change.reason or None) if inside else None,
            tuple(self._parts(entity, change, after, before)),
        )

    def _parts(
        self, entity: EntityType, change: Change, after: Version | None, before: Version | None
    ) -> Iterator[ChangedPart]:
        forth, back = _Patch(change.patch), _Patch(change.reverse)
        for name, prop in entity.props.items():
            if name in forth.values or name in back.values:
                old = outside(prop, back.values.get(name)) if self._may_read(prop, before) else None
                new = outside(prop, forth.values.get(name)) if self._may_read(prop, after) else None
                yield from _part(name, old, new)
        for name, end in entity.forward.items():
            props = {**LINK_PROPS, **end.link.props}
            old, new = self._links(back, name, props, before), self._links(forth, name, props, after)
            yield from _part(name, old or None, new or None)

    def _may_read(self, prop: Prop, version: Version | None) -> bool:
        viewer = self._viewer
        if version is None or version.visibility is None or LEVEL[prop.marking] > viewer.live:
            return False
        return not prop.localised or version.is_open or version.visibility.level <= viewer.draft

    def _links(
        self, patch: "_Patch", name: str, props: Mapping[str, Prop], version: Version | None
    ) -> dict[str, object]:
        if version is None:
            return {}
        return {
            to: {camel(key): outside(props[key], value) for key, value in carried.items() if self._may_cite(key, value)}
            for to, carried in patch.puts(name).items()
            if to in self._now and self._versions.ever_seen(self._viewer, to, version)
        }

    def _may_cite(self, key: str, value: object) -> bool:
        return key != _EVIDENCE or value in self._now

    def _seen(self, ids: Iterable[str]) -> set[str]:
        wanted = tuple(sorted(set(ids)))
        if not wanted:
            return set()
        found: Any = self._asking.ask({"it": by_ids(ANY, wanted, _ID, limit=len(wanted))})["it"]["rows"]
        return {row["id"] for row in found}


class _Patch:
    """What a patch sets and which links it puts; a deletion does neither."""

    def __init__(self, patch: Mapping[str, object]) -> None:
        self.values = cast("Mapping[str, object]", patch.get("set") or {})
        self._links = cast("Mapping[str, Mapping[str, Any]]", patch.get("links") or {})

    def puts(self, name: str) -> Mapping[str, Mapping[str, object]]:
        """By target, what each link of a field carries."""
        return cast("Mapping[str, Mapping[str, object]]", self._links.get(name, {}).get("put") or {})

    @property
    def ends(self) -> Iterator[str]:
        """The other sides of the links, and what they rest on."""
        for name in self._links:
            for to, carried in self.puts(name).items():
                yield to
                if evidence := carried.get(_EVIDENCE):
                    yield str(evidence)


def _part(name: str, before: Any, after: Any) -> Iterator[ChangedPart]:
    if before != after:
        yield ChangedPart(camel(name), before, after)

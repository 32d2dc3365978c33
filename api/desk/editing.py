"""Opening, filling and keeping the form of a thing: what the page of an editor does, without a word of HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any

from api.desk import past
from api.desk.fields import Field, fields_of
from api.desk.form import FIND, Filled, Sent, fill
from api.desk.picking import Picker
from api.desk.saving import Saved, Saving, move, save
from api.desk.thing import Thing, read_thing
from api.labels import Label
from api.plan import Caller, Executor, Request, Writer
from api.plan.searching import Searcher
from graph.errors import IndexUnusable
from graph.model import EntityType
from graph.model.model import TRANSLATION
from graph.model.moves import WRITTEN_BY_ACTIONS
from graph.search.index import QueryRefused
from graph.store.ids import type_of

#: What is edited by proposals, as it is public or about to be.
REVIEWED = frozenset({"APPROVED", "PUBLISHED"})
SUBMIT = "submitForReview"
_STANDING = """
query Standing($id: ID!) {
  review(id: $id) {
    state authors approvedBy missing { check message of { id label } } notes { note kind at onRev }
  }
  proposals(where: { of: $id }, first: 20) { nodes { id reason at } }
}"""
_LANGUAGES = """
query Languages($id: ID!) {
  it: node(id: $id) { ... on %s { translations(first: 40) { nodes { id locale form state } } } }
}"""
_SINCE = """
query Since($id: ID!) { it: translationDifference(id: $id) { status changes texts { path before after } } }"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A thing with its form. `saved` is what came of keeping it, `source` what a translation translates."""

    thing: Thing
    fields: tuple[Field, ...]
    filled: Filled
    key: str
    source: Thing | None = None
    saved: Saved = field(default_factory=Saved)

    @property
    def is_new(self) -> bool:
        return not self.thing.id

    @property
    def proposes(self) -> bool:
        """Whether what is kept waits for somebody else's eyes, as the thing is public or about to be."""
        return self.thing.state in REVIEWED


@dataclass(frozen=True, slots=True)
class Around:
    """What is told beside a form: what is missing, what reviewers said, other languages, what the source says since."""

    standing: Mapping[str, Any] = field(default_factory=dict[str, Any])
    hindrances: tuple[Mapping[str, Any], ...] = ()
    proposals: tuple[Mapping[str, Any], ...] = ()
    languages: tuple[Mapping[str, Any], ...] = ()
    since: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Editing:
    """One writer at the forms."""

    def __init__(self, executor: Executor, searcher: Searcher, caller: Caller, writer: Writer) -> None:
        self.executor, self.caller, self.writer = executor, caller, writer
        self.model = executor.store.model
        self.picker = Picker(executor.store, searcher, writer.viewer, caller.locale or "en")

    def type_of(self, name: str) -> EntityType | None:
        """A type of which one may write."""
        return self.model.types.get(name) if name not in WRITTEN_BY_ACTIONS else None

    def thing(self, id: str) -> Thing | None:
        """The thing with an id, where one may see it and write it."""
        entity = type_of(self.model, id)
        if entity is None or entity.name in WRITTEN_BY_ACTIONS:
            return None
        return read_thing(self.executor.store, self.writer.viewer, entity, id)

    def blank(self, entity: EntityType, given: Mapping[str, str]) -> Thing | None:
        """A thing that is yet to be made; of a translation, for the source and the language that are named."""
        thing = Thing(entity, values={"marking": entity.default_marking.value})
        if entity.name != TRANSLATION:
            return replace(thing, values={**thing.values, "locale": self.caller.locale})
        source = self.thing(given.get("of", ""))
        if source is None or not source.entity.texts:
            return None
        values = {**thing.values, "locale": given.get("locale", ""), "marking": source.values.get("marking")}
        return replace(thing, values=values, links={"translates": {source.id: {}}})

    def open(self, thing: Thing, sent: Sent, *, saved: Saved | None = None) -> Opened:
        """The form of a thing with what was sent over it, and what was looked for beside its links."""
        source = self._source(thing)
        fields = fields_of(
            self.executor.contract.catalogue, thing.entity, self.writer.viewer.live, source.entity if source else None
        )
        found = {one.name: self._found(one, sent) for one in fields if one.is_link}
        filled = fill(fields, thing, sent, found)
        if saved is not None and saved.errors:
            told = tuple(replace(one, problem=one.problem or saved.problem(one.field.name)) for one in filled.shown)
            filled = replace(filled, shown=told)
        key = (sent.get("key") or [""])[-1] if saved is not None and not saved.stale else ""
        return Opened(thing, fields, filled, key or token_urlsafe(16), source, saved or Saved())

    def keep(self, opened: Opened, rev: int, reason: str, key: str) -> Saved:
        """Keep what a sound form says; nothing is written where it says nothing new. Raises Refused."""
        thing, values = opened.thing, dict(opened.filled.input)
        if opened.is_new:
            values |= self._said(opened)
        elif not values:
            return Saved(thing.id)
        saving = Saving(values, rev, reason, key, opened.proposes)
        return save(self.executor, self.caller, thing.entity, thing.id, saving)

    def submit(self, id: str, rev: int) -> tuple[Mapping[str, Any], ...]:
        """Hand a draft to review; the errors, where it cannot be. Raises Refused."""
        return tuple(move(self.executor, self.caller, SUBMIT, id, rev)["errors"])

    def around(self, opened: Opened) -> Around:
        """What is told beside a form; raises Refused."""
        thing = opened.thing
        if opened.is_new:
            return Around(since=self._since(opened))
        told = self._ask(_STANDING, thing.id)
        hindrances: Sequence[Mapping[str, Any]] = ()
        if thing.state == "DRAFT":
            hindrances = move(self.executor, self.caller, SUBMIT, thing.id, thing.rev, preview=True)["errors"]
        return Around(
            told["review"] or {},
            tuple(hindrances),
            tuple(told["proposals"]["nodes"]),
            tuple(self._languages(thing)),
            self._since(opened),
        )

    def labels(self, opened: Opened) -> dict[str, Label]:
        """What the things of a form are called."""
        return self.picker.named([each.id for one in opened.filled.shown for each in one.linked])

    def restored(self, thing: Thing, seq: int) -> Sent:
        """A form that takes back what was written of a thing after an entry of the log; raises Refused."""
        fields = fields_of(self.executor.contract.catalogue, thing.entity, self.writer.viewer.live)
        since = [one for one in past.history(self.executor, self.caller, thing.id) if one["seq"] > seq]
        return past.as_it_was(fields, thing, since)

    def _said(self, opened: Opened) -> dict[str, object]:
        """What a new thing says by where it was begun."""
        thing = opened.thing
        found: dict[str, object] = {
            name: thing.values[name] for name in ("marking", "locale") if thing.values.get(name)
        }
        if opened.source is not None:
            found["translates"] = {"to": opened.source.id}
        known = self.executor.contract.catalogue.entries[thing.entity.name].inputs
        return {name: value for name, value in found.items() if name in known and name not in opened.filled.input}

    def _source(self, thing: Thing) -> Thing | None:
        return (
            self.thing(next(iter(thing.links.get("translates", {})), "")) if thing.entity.name == TRANSLATION else None
        )

    def _found(self, one: Field, sent: Sent) -> Sequence[str]:
        words = (sent.get(FIND + one.name) or [""])[-1]
        try:
            return [each.id for each in self.picker.find(words, one.end.targets)] if words.strip() else ()
        except (QueryRefused, IndexUnusable):
            return ()

    def _languages(self, thing: Thing) -> list[Mapping[str, Any]]:
        if not thing.entity.texts or thing.entity.name == TRANSLATION:
            return []
        node = self._ask(_LANGUAGES % thing.entity.name, thing.id)["it"]
        found: Sequence[Mapping[str, Any]] = node["translations"]["nodes"] if node else ()
        return [{**one, **(self._ask(_SINCE, one["id"])["it"] or {})} for one in found]

    def _since(self, opened: Opened) -> Mapping[str, Any]:
        if opened.source is None or opened.is_new:
            return {}
        return self._ask(_SINCE, opened.thing.id)["it"] or {}

    def _ask(self, query: str, id: str) -> dict[str, Any]:
        return self.executor.data(Request(query, None, {"id": id}, only_queries=True), self.caller)

"""Finding nodes by code, identifier or name, many keys at a time, in the graph and in what this run has told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, cast

from graph.model import ANY, LEVEL, MODEL, Marking
from graph.model.enums import State
from graph.model.folding import fold
from graph.store.questions import Question
from graph.store.select import Answer, Cmp, Select, Shape, Viewer
from ingest.identity import identity
from ingest.records import Key, Record

_ALL = LEVEL[Marking.RESTRICTED]
EVERYTHING = Viewer(_ALL, _ALL, _ALL, 0)
_AT_ONCE = 500


class Asked(Protocol):
    """What look-ups need of a store."""

    def ask(self, viewer: Viewer, questions: Mapping[str, Question]) -> dict[str, Answer]: ...


class Found(NamedTuple):
    """A node that bears a key's value; `same_as` are the identifiers it has elsewhere."""

    id: str
    same_as: tuple[str, ...] = ()


class Lookup(Protocol):
    """Answers many keys at once; a key that nothing bears has no answer."""

    def resolve(self, keys: Collection[Key]) -> Mapping[Key, tuple[Found, ...]]: ...

    def ids(self, type: str) -> Iterable[str]:
        """Every id of a type, for "did you mean"."""
        ...

    def learn(self, record: Record) -> None:
        """Remember a record of this run, which the graph may not hold yet."""
        ...


class GraphLookup:
    """The Lookup over a store. Codes are asked for; names and identifiers are read once per type and run.

    `asked` says which (type, by) the run will look up, so that only those are remembered of its records.
    """

    def __init__(self, store: Asked, asked: Iterable[tuple[str, str]] = ()) -> None:
        self._store = store
        self._asked = defaultdict[str, set[str]](set)
        for type, by in asked:
            self._asked[type].add(by)
        self._directories = dict[tuple[str, str], dict[str, dict[str, Found]]]()
        self._codes = dict[Key, dict[str, Found]]()

    def resolve(self, keys: Collection[Key]) -> Mapping[Key, tuple[Found, ...]]:
        by_column = defaultdict[tuple[str, str], list[Key]](list)
        for key in keys:
            by_column[key.type, key.by].append(key)
        answers = dict[Key, tuple[Found, ...]]()
        for (type, by), some in by_column.items():
            found = self._codes_of(type, by, some) if _is_code(type, by) else self._named(type, by, some)
            answers.update({key: tuple(nodes.values()) for key, nodes in found.items() if nodes})
        return answers

    def ids(self, type: str) -> list[str]:
        return [str(row["id"]) for row in self._rows(Select(type, Shape((("id", "id"),))))]

    def retired(self) -> frozenset[str]:
        """Every id that is retired."""
        question = Select(ANY, Shape((("id", "id"),)), Cmp("state", "eq", State.RETIRED.value))
        return frozenset(str(row["id"]) for row in self._rows(question))

    def learn(self, record: Record) -> None:
        for by in self._asked.get(record.type, ()):
            found = Found(str(record.id), _texts(record.values.get("same_as")))
            for value in _values(record.type, by, {**record.values, "id": record.id}):
                if _is_code(record.type, by):
                    self._codes.setdefault(Key(record.type, by, value), {})[found.id] = found
                else:
                    self._directory(record.type, by).setdefault(_normal(by, value), {})[found.id] = found

    def _codes_of(self, type: str, by: str, keys: list[Key]) -> dict[Key, dict[str, Found]]:
        unknown = [key for key in keys if not self._codes.get(key)]
        for start in range(0, len(unknown), _AT_ONCE):
            values = tuple(key.value for key in unknown[start : start + _AT_ONCE])
            shape = Shape((("id", "id"), ("same_as", "same_as"), ("value", by)))
            for row in self._rows(Select(type, shape, Cmp(by, "in", values))):
                found = Found(str(row["id"]), _texts(row["same_as"]))
                self._codes.setdefault(Key(type, by, str(row["value"])), {})[found.id] = found
        return {key: self._codes.get(key, {}) for key in keys}

    def _named(self, type: str, by: str, keys: list[Key]) -> dict[Key, dict[str, Found]]:
        directory = self._directory(type, by)
        return {key: directory.get(_normal(by, key.value), {}) for key in keys}

    def _directory(self, type: str, by: str) -> dict[str, dict[str, Found]]:
        if (type, by) not in self._directories:
            directory = self._directories[type, by] = {}
            shape = Shape(tuple((name, name) for name in ("id", "same_as", *_read_by(type, by))))
            for row in self._rows(Select(type, shape)):
                found = Found(str(row["id"]), _texts(row["same_as"]))
                for value in _values(type, by, row):
                    directory.setdefault(_normal(by, value), {})[found.id] = found
        return self._directories[type, by]

    def _rows(self, question: Select) -> list[Mapping[str, object]]:
        answer = self._store.ask(EVERYTHING, {"found": question})
        return cast("list[Mapping[str, object]]", answer["found"]["rows"])


def _is_code(type: str, by: str) -> bool:
    return by == "id" or (by != "name" and not MODEL.types[type].props[by].many)


def _read_by(type: str, by: str) -> list[str]:
    """The properties in which a look-up searches: for a name, the label, its other languages and the aliases."""
    if by != "name":
        return [] if by == "same_as" else [by]
    entity = MODEL.types[type]
    return [name for name in (entity.label_from, "names", "aliases") if name is not None and name in entity.props]


def _values(type: str, by: str, cells: Mapping[str, object]) -> set[str]:
    names = _read_by(type, by) if by == "name" else [by]
    return {text for name in names for text in _texts(cells.get(name))}


def _texts(value: object) -> tuple[str, ...]:
    match value:
        case None | "":
            return ()
        case dict():
            return tuple(map(str, cast("dict[str, object]", value).values()))
        case list() | tuple():
            return tuple(map(str, cast("list[object]", value)))
        case _:
            return (str(value),)


def _normal(by: str, value: str) -> str:
    return identity(value) if by == "same_as" else fold(value)

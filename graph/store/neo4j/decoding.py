"""What a statement returned, in the form outside: rows come as lists of values, and their names from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import orjson

from graph.model import Prop, Storage
from graph.model.kinds import SHARE
from graph.store.neo4j.naming import Decode, Read, as_it_is, called, compiled, named


def decoder_of(prop: Prop) -> Decode | None:
    """From a property's stored form to the one outside; None where they are the same."""
    item = _parsed if prop.kind.storage is Storage.JSON else _share if prop.kind is SHARE else None
    return _list_of(item) if prop.many else item


def _list_of(item: Decode | None) -> Decode:
    def decode(value: object) -> object:
        found = cast("list[object]", value or [])
        return [item(one) for one in found] if item else found

    return decode


def _parsed(value: object) -> object:
    return None if value is None else orjson.loads(cast("str", value))


def _share(value: object) -> object:
    return None if value is None else cast("int", value) / 1000


def reader_of(prop: Prop) -> Read:
    """How a property is read."""
    decode = decoder_of(prop)
    return called(decode) if decode else as_it_is


@dataclass(slots=True)
class Columns:
    """Expressions that one list returns, by name, how each is read, and the subqueries to call before.

    `alone` are rows of which the first stands for all.
    """

    expressions: dict[str, str] = field(default_factory=dict[str, str])
    reads: dict[str, Read] = field(default_factory=dict[str, Read])
    calls: str = ""
    alone: bool = False

    def add(self, name: str, expression: str, read: Read = as_it_is) -> None:
        self.expressions[name], self.reads[name] = expression, read

    def call(self, subqueries: str) -> None:
        self.calls += f"{subqueries} " if subqueries else ""

    def put(self, name: str, columns: "Columns") -> None:
        """A list as one value of this one."""
        self.call(columns.calls)
        self.add(name, columns.text, columns.read)

    def arrange(self, names: Sequence[str]) -> None:
        """Return the expressions in another order."""
        self.expressions = {name: self.expressions[name] for name in names}
        self.reads = {name: self.reads[name] for name in names}

    @property
    def text(self) -> str:
        return f"[{', '.join(self.expressions.values())}]"

    @property
    def decoder(self) -> Decode:
        return compiled(self.read)

    @property
    def read(self) -> Read:
        return called(_first, named(self.reads)) if self.alone else named(self.reads)


def _first(columns: object) -> object:
    """The first of the rows, which are the only column, or None."""
    [rows] = cast("Mapping[str, list[object]]", columns).values()
    return next(iter(rows), None)


def case_decoder(shapes: Sequence[Decode]) -> Decode:
    """The object of the case that fitted; it comes with the case's number."""

    def decode(value: object) -> object:
        if value is None:
            return None
        number, values = cast("tuple[int, object]", value)
        return shapes[number](values)

    return decode


def counts_decoder(limit: int, item: Decode | None) -> Decode:
    """Counts of values, most first, then by value in order of code points, whatever the server's order is."""

    def decode(value: object) -> object:
        found = cast("list[tuple[object, int]]", value)
        first = sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [{"value": item(one) if item else one, "count": count} for one, count in first]

    return decode


def linked_counts(value: object) -> object:
    """Counts of what stands at the other side of a link, in the order in which they came."""
    return [
        {"value": id, "label": label, "count": count} for id, label, count in cast("list[tuple[str, str, int]]", value)
    ]

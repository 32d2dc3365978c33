"""What a statement returned, in the form outside: rows come as lists of values and get their names here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import orjson

from graph.model import Prop, Storage
from graph.model.kinds import SHARE

Decode: TypeAlias = Callable[[object], object]


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


@dataclass(slots=True)
class Columns:
    """Expressions that one list returns, with the name and decoder of each, and the subqueries to call before.

    `order` is that of the names where it is another than that of the expressions; `alone` are rows of which the first
    stands for all.
    """

    expressions: list[str] = field(default_factory=list[str])
    names: list[str] = field(default_factory=list[str])
    decoders: list[Decode | None] = field(default_factory=list[Decode | None])
    calls: str = ""
    order: tuple[str, ...] = ()
    alone: bool = False

    def add(self, name: str, expression: str, decode: Decode | None = None) -> None:
        self.names.append(name)
        self.expressions.append(expression)
        self.decoders.append(decode)

    def call(self, subqueries: str) -> None:
        self.calls += f"{subqueries} " if subqueries else ""

    def put(self, name: str, columns: "Columns") -> None:
        """A list as one value of this one."""
        self.call(columns.calls)
        self.add(name, columns.text, columns.decode_first if columns.alone else columns.decode)

    @property
    def text(self) -> str:
        return f"[{', '.join(self.expressions)}]"

    def decode(self, values: object) -> dict[str, object]:
        found = {
            name: decode(value) if decode else value
            for name, decode, value in zip(self.names, self.decoders, cast("Sequence[object]", values), strict=True)
        }
        return {name: found[name] for name in self.order} if self.order else found

    def decode_first(self, values: object) -> object:
        """The first of the rows, which are the only column, or None."""
        [rows] = self.decode(values).values()
        return next(iter(cast("list[object]", rows)), None)


def rows_decoder(row: Decode, *, backward: bool) -> Decode:
    """Rows that were read the other way round are turned again."""

    def decode(value: object) -> object:
        found = [row(one) for one in cast("list[object]", value)]
        return found[::-1] if backward else found

    return decode


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

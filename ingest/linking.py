"""The links of a record from a row's cells: ids, entities of the same row, or keys to look up, compiled once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest
from typing import TypeAlias

from graph.model import End, EntityType
from ingest import mapping as toml
from ingest.errors import MappingError
from ingest.fields import LinkField, checked_link_props, checked_target, link_prop
from ingest.filling import Step, at_compile_time, known_field, known_type
from ingest.records import Key, LinkTo, Missing, Record, Rejected, Wanted
from ingest.values import (
    Cells,
    Getter,
    Scope,
    Table,
    Text,
    columns_of,
    compile_conditions,
    compile_template,
    compile_value,
    shown_column,
)

Make: TypeAlias = Callable[[Cells, str], Record | None]
Ends: TypeAlias = Callable[[Cells], Sequence[str] | Sequence[Wanted]]

_MEMORY = 10_000


def link_end(entity: EntityType, name: str, scope: Scope, key: str) -> End:
    found = known_field(entity, name, scope, key)
    if not isinstance(found, LinkField):
        raise MappingError(scope.where, key, f'"{name}" is a property of {entity.name}.', "Put it under fields.")
    return found.end


def link_step(
    end: End,
    spec: toml.LinkSpec,
    scope: Scope,
    key: str,
    twins: Mapping[str, toml.EntitySpec],
    make: Make | None,
) -> Step:
    """What puts one link into a record. `twins` are the entities of the same row, `make` makes what is not found."""
    name = end.name
    props = {
        prop: _link_prop_getter(end, prop, value, scope, f"{key}.props.{prop}") for prop, value in spec.props.items()
    }
    constant = all(value.constant is not None and not value.when for value in spec.props.values())
    own = _own_props(end, props, constant=constant)
    ends = _found_ends(end, spec, scope, key, make) if spec.find else _known_ends(end, spec, scope, key, twins)
    test = compile_conditions(spec.when, scope, f"{key}.when") if spec.when else None

    def step(cells: Cells, record: Record, _: list[Rejected]) -> None:
        if test is not None and not test(cells):
            return
        found = ends(cells)
        if not found:
            return
        told = own(cells)
        record.links.setdefault(name, []).extend([LinkTo(to, told) for to in found])

    return step


def _own_props(end: End, props: Mapping[str, Getter], *, constant: bool) -> Callable[[Cells], Mapping[str, object]]:
    """What reads and checks a link's own properties; those that no cell has a part in are read once."""

    def read(cells: Cells) -> Mapping[str, object]:
        return checked_link_props(
            end, {prop: value for prop, get in props.items() if (value := get(cells)) is not None}, end.name
        )

    once = cache(partial(read, {}))
    return (lambda _: once()) if constant else read


def _link_prop_getter(end: End, name: str, value: toml.Value, scope: Scope, key: str) -> Getter:
    at_compile_time(lambda: link_prop(end, name, key), scope, key)
    return compile_value(value, scope, key)


Maker: TypeAlias = Callable[[toml.LinkSpec, str], Make | None]


def _known_ends(end: End, spec: toml.LinkSpec, scope: Scope, key: str, twins: Mapping[str, toml.EntitySpec]) -> Ends:
    if spec.to is not None:
        get, column = compile_value(spec.to, scope, f"{key}.to"), shown_column(spec.to, scope)
        return lambda cells: [checked_target(end, id, column) for id in _texts(get(cells))]
    twin = twins.get(spec.entity or "")
    if twin is None:
        raise MappingError(
            scope.where,
            f"{key}.entity",
            f'No entity of this mapping is called "{spec.entity}".',
            f"There are {', '.join(twins)}.",
        )
    if not end.leads_to(twin.type):
        raise MappingError(
            scope.where, f"{key}.entity", f"This link leads to {' or '.join(end.targets[:5])}, not to {twin.type}."
        )
    get = compile_template(twin.id, scope, f"{key}.entity")
    test = compile_conditions(twin.when, scope, f"{key}.entity") if twin.when else None
    return lambda cells: _texts(get(cells)) if test is None or test(cells) else []


def _texts(found: Text) -> list[str]:
    return [] if found is None else [found] if isinstance(found, str) else found


def _found_ends(end: End, spec: toml.LinkSpec, scope: Scope, key: str, make: Make | None) -> Ends:
    ways = [_way(end, find, scope, f"{key}.find.{position}") for position, find in enumerate(spec.find)]
    column = shown_column(spec.find[0].value, scope)

    def ends(cells: Cells) -> list[Wanted]:
        answers = zip_longest(*(way.keys(cells) for way in ways))
        return [_wanted(ways, keys, spec.missing, make and partial(make, cells), column) for keys in answers]

    if make or any(value.when for value in (find.value for find in spec.find)):
        return ends
    inputs = [
        scope.getter(alias, key)
        for alias in dict.fromkeys(alias for find in spec.find for alias in columns_of(find.value))
    ]
    return _remembered(ends, inputs)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to find a link's ends: for each value of a row the keys it asks, the value's twin after the value."""

    type: str
    by: str
    get: Getter
    twins: Table | None
    unidentified: bool

    def keys(self, cells: Cells) -> list[tuple[Key, ...]]:
        return [
            tuple(Key(self.type, self.by, value) for value in self._values(text)) for text in _texts(self.get(cells))
        ]

    def _values(self, text: str) -> list[str]:
        twin = self.twins.find(text) if self.twins else None
        return [text, twin] if isinstance(twin, str) else [text]


def _way(end: End, find: toml.Find, scope: Scope, key: str) -> _Way:
    entity = known_type(find.type, scope.where, f"{key}.type")
    if not end.leads_to(find.type):
        raise MappingError(
            scope.where, f"{key}.type", f"This link leads to {' or '.join(end.targets[:5])}, not to {find.type}."
        )
    if find.by not in ("id", "name"):
        at_compile_time(lambda: entity.prop(find.by), scope, f"{key}.by")
    twins = scope.table(find.also, f"{key}.also") if find.also is not None else None
    return _Way(find.type, find.by, compile_value(find.value, scope, f"{key}.value"), twins, find.unidentified)


def _wanted(
    ways: Sequence[_Way],
    answers: Sequence[tuple[Key, ...] | None],
    missing: Missing,
    make: Callable[[str], Record | None] | None,
    column: str,
) -> Wanted:
    asked = tuple(key for keys in answers for key in keys or ())
    only = tuple(key for keys, way in zip(answers, ways, strict=True) if way.unidentified for key in keys or ())
    return Wanted(asked, missing, make(asked[0].value) if make else None, column, only)


def _remembered(ends: Callable[[Cells], list[Wanted]], inputs: Sequence[Getter]) -> Ends:
    """The same ends for the same cells, computed once: columns of countries repeat a few hundred values."""
    memory = dict[tuple[object, ...], list[Wanted]]()

    def remembered(cells: Cells) -> list[Wanted]:
        key = tuple(tuple(found) if isinstance(found := get(cells), list) else found for get in inputs)
        if key not in memory:
            if len(memory) > _MEMORY:
                memory.clear()
            memory[key] = ends(cells)
        return memory[key]

    return remembered

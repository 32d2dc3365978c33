"""A mapping compiled for one file: each row becomes its records, or is refused with the column and the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from graph.model import EntityType
from graph.model.kinds import DATE, EDTF
from ingest import mapping as toml
from ingest.columns import decide_orders, getters, table_getter
from ingest.fields import CellError, checked
from ingest.filling import Step, at_compile_time, field_step, known_type
from ingest.linking import Make, link_end, link_step
from ingest.records import Group, Key, Missing, Record, Rejected
from ingest.sources.rows import Row, Source
from ingest.values import Getter, Scope, Table, Test, compile_conditions, compile_template, shown_column

_VALUE = "value"


@dataclass(frozen=True)
class EntityPlan:
    """How one node comes out of a row."""

    entity: EntityType
    id: Getter
    when: Test | None
    once: bool
    shared: bool
    steps: Sequence[Step]
    fixed: Mapping[str, object]
    same: str | None
    missing: Missing
    id_column: str

    def record(self, row: Row, refused: list[Rejected]) -> Record | None:
        """The node of a row, or None where the row has none of this kind; raises CellError."""
        if self.when is not None and not self.when(row.cells):
            return None
        id = self.id(row.cells)
        if not isinstance(id, str):
            raise CellError(
                self.id_column,
                f"No id can be made for the {self.entity.name}: the cell is blank or not in Latin letters.",
            )
        record = Record(self.entity.name, id, dict(self.fixed), {}, [], row.where, row.line, row.cells)
        for step in self.steps:
            step(row.cells, record, refused)
        if self.same is not None:
            record.same = _same_keys(self.entity.name, self.same, record)
            record.missing = self.missing
        return record


@dataclass(frozen=True)
class Plan:
    """A mapping compiled for the columns of one file."""

    source: Source
    skip: Sequence[tuple[Test, toml.Check]]
    refuse: Sequence[tuple[Test, toml.Check]]
    entities: Sequence[EntityPlan]
    asked: frozenset[tuple[str, str]]
    tells: frozenset[str]
    notes: Sequence[str] = field(default=())

    def groups(self) -> Iterator[Group]:
        """The records of each row with what was refused of it; what rows share comes before the first that tells it."""
        told = set[str]()
        once = Row(0, self.source.name, {})
        for plan in self.entities:
            if plan.once and (record := plan.record(once, [])):
                yield Group([record], [], shared=True)
        for row in self.source.rows():
            if not isinstance(row, Row):
                yield Group([], [row])
                continue
            group = self.apply(row)
            if group.records:
                yield from self._shared(row, told)
            yield group

    def _shared(self, row: Row, told: set[str]) -> Iterator[Group]:
        for plan in self.entities:
            if (
                plan.shared
                and (plan.when is None or plan.when(row.cells))
                and (id := plan.id(row.cells)) not in told
                and isinstance(id, str)
            ):
                told.add(id)
                refused = list[Rejected]()
                try:
                    record = plan.record(row, refused)
                except CellError as error:
                    refused.append(Rejected(row.where, row.line, error.column, error.reason, error.cure, raw=row.cells))
                    record = None
                yield Group([record] if record else [], refused, shared=True)

    def apply(self, row: Row) -> Group:
        """What one row alone becomes. It is taken whole or not at all, but for values that the mapping lets go."""
        cells = row.cells
        for test, check in self.skip:
            if test(cells):
                return Group([], [], skipped=check.reason)
        for test, check in self.refuse:
            if test(cells):
                return self._refused(row, None, check.reason, check.cure)
        refused: list[Rejected] = []
        try:
            records = [
                record
                for plan in self.entities
                if not plan.once and not plan.shared and (record := plan.record(row, refused))
            ]
        except CellError as error:
            return self._refused(row, error.column, error.reason, error.cure)
        return Group(records, refused)

    def _refused(self, row: Row, column: str | None, reason: str, cure: str) -> Group:
        """A refusal that names the node the row would have told of, so that it does not count as vanished."""
        return Group([], [Rejected(row.where, row.line, column, reason, cure, raw=row.cells, id=self._main_id(row))])

    def _main_id(self, row: Row) -> str | None:
        main = next((plan for plan in reversed(self.entities) if not plan.once and not plan.shared), None)
        try:
            id = main.id(row.cells) if main else None
        except CellError:
            return None
        return id if isinstance(id, str) else None


def compile_plan(mapping: toml.Mapping, source: Source, where: str = "") -> Plan:
    """Compile a mapping for a file; raises MappingError, MissingColumn or UndecidedDates."""
    where = where or f"{mapping.source}.toml"
    readers, shown = getters(mapping, source)
    scope = Scope(where, readers, shown, {name: Table(name, entries) for name, entries in mapping.tables.items()})
    dates = {alias: readers[alias] for alias in _date_columns(mapping, where) if alias in readers}
    orders, notes = decide_orders(source, dates, shown)
    scope = Scope(where, readers, shown, scope.tables, orders)
    names = {spec.name or spec.type.lower(): spec for spec in mapping.entities}
    return Plan(
        source,
        [
            (compile_conditions(check.when, scope, f"skip.{position}"), check)
            for position, check in enumerate(mapping.skip)
        ],
        [
            (compile_conditions(check.when, scope, f"refuse.{position}"), check)
            for position, check in enumerate(mapping.refuse)
        ],
        [_entity(spec, scope, f"entities.{position}", names) for position, spec in enumerate(mapping.entities)],
        _asked(mapping),
        frozenset(spec.type for spec in mapping.entities),
        [*source.notes, *notes],
    )


def _asked(mapping: toml.Mapping) -> frozenset[tuple[str, str]]:
    """Which properties of which types the run will look up."""
    links = (link for spec in mapping.entities for some in spec.links.values() for link in some)
    same = {(spec.type, spec.same) for spec in mapping.entities if spec.same is not None}
    return frozenset(same | {(find.type, find.by) for link in links for find in link.find})


def _date_columns(mapping: toml.Mapping, where: str) -> set[str]:
    """The columns whose dates need an order that the mapping does not state."""
    found = set[str]()
    for position, spec in enumerate(mapping.entities):
        entity = known_type(spec.type, where, f"entities.{position}.type")
        for name, values in spec.fields.items():
            kind = entity.props[name].kind if name in entity.props else None
            if kind in (DATE, EDTF):
                found |= {value.column for value in values if value.column is not None and value.order is None}
    return found


def _entity(spec: toml.EntitySpec, scope: Scope, key: str, twins: Mapping[str, toml.EntitySpec]) -> EntityPlan:
    entity = known_type(spec.type, scope.where, f"{key}.type")
    steps = [
        step
        for name, values in spec.fields.items()
        if (step := field_step(entity, name, values, spec, scope, f"{key}.fields.{name}"))
    ]
    for name, links in spec.links.items():
        end = link_end(entity, name, scope, f"{key}.links.{name}")
        place = f"{key}.links.{name}"
        steps += [link_step(end, link, scope, place, twins, _maker(link, scope, place)) for link in links]
    fixed = {name: value for name, value in (("state", spec.state), ("marking", spec.marking)) if value is not None}
    for name, value in fixed.items():
        at_compile_time(partial(checked, entity.prop(name), value, name), scope, f"{key}.{name}")
    id = compile_template(spec.id, scope, f"{key}.id")
    when = compile_conditions(spec.when, scope, f"{key}.when") if spec.when else None
    id_column = shown_column(toml.Value(template=spec.id), scope)
    return EntityPlan(entity, id, when, spec.once, spec.shared, steps, fixed, spec.same, spec.missing, id_column)


def _maker(spec: toml.LinkSpec, scope: Scope, key: str) -> Make | None:
    """What makes the end of a link that is not found; its templates may use {value}, what was looked up."""
    if spec.create is None:
        return None
    made = toml.EntitySpec(type=spec.find[0].type, id=spec.create.id, fields=spec.create.fields)
    known = replace(scope, getters={**scope.getters, _VALUE: table_getter(_VALUE)})
    plan = _entity(made, known, f"{key}.create", {})
    return lambda cells, value: plan.record(Row(0, "", {**cells, _VALUE: value}), [])


def _same_keys(type: str, name: str, record: Record) -> tuple[Key, ...]:
    value = record.values.get(name)
    several = cast("list[object]", value) if isinstance(value, list) else [] if value is None else [value]
    return tuple(Key(type, name, str(one)) for one in several)

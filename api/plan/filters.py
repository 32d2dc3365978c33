"""Filters of a request as filters of the store."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from api.plan.errors import Code, refused
from api.plan.limits import Limits
from api.schema.catalogue import Catalogue, LinkEntry
from api.schema.names import camel
from graph.errors import InvalidValue
from graph.model import ANY, USED_IN, EntityType, Prop
from graph.model.enums import TextState
from graph.store.positions import circle
from graph.store.select import And, Cmp, Filter, Near, Not, Or, Quantifier, Rel, both

#: A distance on the globe takes the time of as many comparisons.
_CIRCLE_TERMS = 10
_EVERYTHING = And(())
_USED_IN = camel(USED_IN)
_QUANTIFIERS: tuple[Quantifier, ...] = ("some", "none", "every")


class Filters:
    """Reads one filter of a request and counts its parts."""

    def __init__(self, catalogue: Catalogue, limits: Limits) -> None:
        self.catalogue, self.limits, self.terms = catalogue, limits, 0

    def where(self, entity: str, given: Mapping[str, Any] | None, depth: int = 1) -> Filter | None:
        """The filter of an entity type; what is null counts as left out."""
        self._count(0, depth)
        entry = self.catalogue.entries[entity]
        found: list[Filter] = []
        for name, value in (given or {}).items():
            if value is None:
                continue
            if name in entry.ends:
                found += self._related(self.catalogue.link(entity, entry.ends[name]), value, depth)
            elif name == _USED_IN:
                found += self._used(value, depth)
            elif name in entry.filters:
                found += self._compared(entry.filters[name], entry.filters[name].name, value)
            else:
                found.append(self._combined(entity, name, value, depth))
        return both(*found)

    def link(self, link: LinkEntry, given: Mapping[str, Any] | None) -> Filter | None:
        """The filter of what a link carries itself."""
        found: list[Filter] = []
        for name, value in (given or {}).items():
            if value is not None:
                prop = link.props[name]
                found += self._compared(prop, f"@{prop.name}", value)
        return both(*found)

    def _combined(self, entity: str, name: str, value: Any, depth: int) -> Filter:
        match name:
            case "and":
                return And(tuple(self._inner(entity, one, depth) for one in value))
            case "or":
                return Or(tuple(self._inner(entity, one, depth) for one in value))
            case "not":
                return Not(self._inner(entity, value, depth))
            case "near":
                return self._near(value)
            case "hasTranslation":
                return self._translated(self.catalogue.entries[entity].entity, value)
            case _:
                assert (entity, name) == (ANY, "type"), name  # noqa: S101 - validated
                return And(tuple(self._typed(op, one) for op, one in value.items() if one is not None))

    def _inner(self, entity: str, given: Mapping[str, Any], depth: int) -> Filter:
        return self.where(entity, given, depth + 1) or _EVERYTHING

    def _typed(self, op: str, value: Any) -> Filter:
        names = tuple(one.value for one in value) if op == "in" else (value.value,)
        self._count(len(names))
        found = Cmp("type", "in", names)
        return Not(found) if op == "not" else found

    def _near(self, given: Mapping[str, Any]) -> Filter:
        self._count(_CIRCLE_TERMS)
        found = Near(given["lat"], given["lon"], given["km"])
        try:
            circle(found)
        except InvalidValue as error:
            raise refused(Code.BAD_ARGUMENT, str(error)) from None
        return found

    def _translated(self, entity: EntityType, given: Mapping[str, Any]) -> Filter:
        """Whether the texts are there in a language: the source's own, where it may be seen, or a whole translation."""
        self._count(6)
        wanted, state = Cmp("locale", "eq", given["locale"]), given.get("state")
        of_source: list[Filter] = [
            wanted,
            Or(tuple(Cmp(name, "isNull", False) for name in entity.texts if entity.props[name].filterable)),
        ]
        of_translation: list[Filter] = [wanted, Cmp("form", "eq", "FULL")]
        if state is not None:
            there = Cmp("state", "eq", state.value)
            of_translation.append(there)
            # A source without a state of its own stands where its entity does.
            of_source.append(
                Or((Cmp("text_state", "eq", state.value), And((Cmp("text_state", "isNull", True), there))))
                if state.value in set(TextState)
                else And((Cmp("text_state", "isNull", True), there))
            )
        return Or((And(tuple(of_source)), Rel("some", "translations", And(tuple(of_translation)))))

    def _used(self, given: Mapping[str, Any], depth: int) -> list[Filter]:
        self._count(1, depth)
        return [
            Rel(name, USED_IN, self.where(ANY, given[name], depth + 1))
            for name in _QUANTIFIERS
            if given.get(name) is not None
        ]

    def _related(self, link: LinkEntry, given: Mapping[str, Any], depth: int) -> list[Filter]:
        self._count(1, depth)
        target, field = link.end.target, link.end.name
        own = self.link(link, given.get("link"))
        quantified: list[tuple[Quantifier, Any]] = [
            (name, given[name]) for name in _QUANTIFIERS if given.get(name) is not None
        ]
        if own is not None and not quantified:
            return [Rel("some", field, own)]
        found: list[Filter] = []
        for name, value in quantified:
            inner = self.where(target, value, depth + 1)
            if name != "every":
                found.append(Rel(name, field, both(own, inner)))
            elif inner is not None:
                # Among the links like `own` there is no counterexample.
                found.append(Rel("none", field, both(own, Not(inner))) if own else Rel("every", field, inner))
        return found

    def _compared(self, prop: Prop, name: str, given: Mapping[str, Any]) -> list[Filter]:
        found: list[Filter] = []
        for op, value in given.items():
            if value is not None:
                plain = _plain(value)
                self._count(len(plain) if isinstance(plain, tuple) else 1)
                found.append(_OPERATORS[op](name, plain))
        return found

    def _count(self, terms: int, depth: int = 0) -> None:
        self.terms += terms
        if self.terms > self.limits.filter_terms:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"The filter has more than {self.limits.filter_terms} comparisons and list values. Send several.",
            )
        if depth > self.limits.filter_depth:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"The filter is more than {self.limits.filter_depth} levels deep. Write it flatter.",
            )


_OPERATORS: dict[str, Callable[[str, Any], Filter]] = {
    "eq": lambda name, value: Cmp(name, "eq", value),
    "in": lambda name, value: Cmp(name, "in", value),
    "not": lambda name, value: Not(Cmp(name, "eq", value)),
    "contains": lambda name, value: Cmp(name, "contains", value),
    "startsWith": lambda name, value: Cmp(name, "startsWith", value),
    "gt": lambda name, value: Cmp(name, "gt", value),
    "gte": lambda name, value: Cmp(name, "gte", value),
    "lt": lambda name, value: Cmp(name, "lt", value),
    "lte": lambda name, value: Cmp(name, "lte", value),
    "isNull": lambda name, value: Cmp(name, "isNull", value),
    "isEmpty": lambda name, value: Cmp(name, "isNull", value),
    "has": lambda name, value: Cmp(name, "has", value),
    "hasAny": lambda name, value: Or(tuple(Cmp(name, "has", one) for one in value)),
    "hasAll": lambda name, value: And(tuple(Cmp(name, "has", one) for one in value)),
}


def _plain(value: Any) -> str | float | bool | tuple[Any, ...] | None:
    """The value without the contract's enums."""
    if isinstance(value, list):
        return tuple(_plain(one) for one in cast("list[object]", value))
    return cast("str | float | bool | None", getattr(value, "value", value))

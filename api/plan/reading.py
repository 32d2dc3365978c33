"""Reading a document's selections: fields by response key, fragments and conditions resolved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, cast

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    InlineFragmentNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import GraphQLField, GraphQLObjectType

from api.plan.errors import Code, Refused
from api.plan.limits import Limits
from api.schema import Contract

Arguments = Callable[["Ask"], Mapping[str, object]]
"""The coerced arguments of a field, given a request's variables."""

Sets = tuple[SelectionSetNode, ...]


class Unfit(Exception):
    """A value that the contract does not allow where it stands; graphql-core decides what becomes of it."""


class Waiting(Protocol):
    """Values by place and id that are found out while an answer is put together."""

    def get(self, place: Any, id: str) -> Any: ...

    def hole(self, place: Any, id: str, tell: Callable[[Any], Any]) -> list[Any]: ...


@dataclass(slots=True)
class Ask:
    """One request's part: its variables, the language preferred, and whether values are checked on completion.

    `later` is there where values are put together that are not all known before.
    """

    variables: VariableValues
    limits: Limits
    locale: str | None = None
    checked: bool = True
    memo: dict[int, object] = field(default_factory=dict[int, object])
    later: Waiting | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Once:
    """Arguments that several parts of a plan look at, each in its turn: they are coerced once for a request."""

    coerce: Arguments

    def __call__(self, ask: Ask) -> Mapping[str, object]:
        found = ask.memo.get(id(self))
        if found is None:
            found = ask.memo[id(self)] = self.coerce(ask)
        return cast("Mapping[str, object]", found)


@dataclass(slots=True)
class Computes:
    """Whether a computed field was met while planning."""

    met: bool = False


@dataclass(frozen=True)
class Reading:
    """An operation being planned. `flags` are the variables that @include and @skip depend on."""

    contract: Contract
    limits: Limits
    fragments: Mapping[str, FragmentDefinitionNode]
    flags: Mapping[str, object]
    computed: Computes = field(default_factory=Computes)

    def fields(self, type_name: str, sets: Iterable[SelectionSetNode]) -> dict[str, tuple[FieldNode, ...]]:
        """The fields selected on a type, by response key in order; Entity stands for what no fragment names."""
        found: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for chosen in sets:
            self._gather(type_name, chosen, found, visited)
        return {key: tuple(nodes) for key, nodes in found.items()}

    def named(self, sets: Iterable[SelectionSetNode]) -> list[str]:
        """The types that fragments of a selection on Entity name, each once."""
        found: dict[str, None] = {}
        visited: set[str] = set()
        for chosen in sets:
            self._conditions(chosen, found, visited)
        return list(found)

    def definition(self, type_name: str, node: FieldNode) -> GraphQLField:
        owner = self.contract.core.type_map[type_name]
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101 - validated
        found: GraphQLField = owner.fields[node.name.value]
        return found

    def arguments(self, type_name: str, node: FieldNode) -> Arguments:
        """The arguments of a field: read now where no variable is in them, else with each request."""
        definition = self.definition(type_name, node)
        if any(_has_variable(argument.value) for argument in node.arguments or ()):
            return _Once(lambda ask: _coerced(definition, node, ask.variables))
        fixed = _coerced(definition, node, None)
        return lambda _ask: fixed

    @cached_property
    def _variables(self) -> VariableValues:
        return VariableValues({}, dict(self.flags))

    def _gather(
        self, type_name: str, chosen: SelectionSetNode, found: dict[str, list[FieldNode]], visited: set[str]
    ) -> None:
        for one in chosen.selections:
            if not self._included(one):
                continue
            if isinstance(one, FieldNode):
                found.setdefault(one.alias.value if one.alias else one.name.value, []).append(one)
                continue
            inner = self._fragment(one, visited)
            if inner is not None and self._fits(inner, type_name):
                self._gather(type_name, inner.selection_set, found, visited)

    def _conditions(self, chosen: SelectionSetNode, found: dict[str, None], visited: set[str]) -> None:
        for one in chosen.selections:
            if isinstance(one, FieldNode) or not self._included(one):
                continue
            inner = self._fragment(one, visited)
            if inner is None:
                continue
            condition = inner.type_condition
            if condition and isinstance(self.contract.core.type_map[condition.name.value], GraphQLObjectType):
                found[condition.name.value] = None
            else:
                self._conditions(inner.selection_set, found, visited)

    def _fragment(self, one: SelectionNode, visited: set[str]) -> InlineFragmentNode | FragmentDefinitionNode | None:
        """What a spread stands for; a named one counts once in a selection."""
        if isinstance(one, FragmentSpreadNode):
            name = one.name.value
            if name in visited:
                return None
            visited.add(name)
            return self.fragments[name]
        assert isinstance(one, InlineFragmentNode)  # noqa: S101 - the third kind of selection
        return one

    def _fits(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_name: str) -> bool:
        condition = fragment.type_condition.name.value if fragment.type_condition else type_name
        if condition == type_name:
            return True
        types = self.contract.core.type_map
        wider, narrower = types[condition], types[type_name]
        return (
            isinstance(wider, GraphQLInterfaceType)
            and isinstance(narrower, GraphQLObjectType | GraphQLInterfaceType)
            and self.contract.core.is_sub_type(wider, narrower)
        )

    def _included(self, one: SelectionNode) -> bool:
        for directive in one.directives or ():
            name = directive.name.value
            if name in ("skip", "include") and self._condition(directive) is not (name == "include"):
                return False
        return True

    def _condition(self, directive: DirectiveNode) -> bool:
        definition = self.contract.core.get_directive(directive.name.value)
        assert definition is not None  # noqa: S101 - validated
        return bool(get_argument_values(definition, directive, self._variables)["if"])


def subselections(nodes: Iterable[FieldNode]) -> Sets:
    """What is selected below some fields of one response key."""
    return tuple(node.selection_set for node in nodes if node.selection_set)


def flag_names(*roots: Node) -> frozenset[str]:
    """The variables that @include and @skip in these parts of a document depend on."""
    found: set[str] = set()
    for root in roots:
        _gather_flags(root, found)
    return frozenset(found)


def _gather_flags(node: Node, found: set[str]) -> None:
    for directive in getattr(node, "directives", None) or ():
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                found.add(argument.value.name.value)
    chosen: SelectionSetNode | None = getattr(node, "selection_set", None)
    for one in chosen.selections if chosen else ():
        _gather_flags(one, found)


def _coerced(definition: GraphQLField, node: FieldNode, variables: VariableValues | None) -> Mapping[str, object]:
    try:
        return get_argument_values(definition, node, variables)
    except GraphQLError as error:
        raise Refused(Code.BAD_ARGUMENT, [error]) from None


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, VariableNode):
        return True
    items = getattr(value, "values", None) or [one.value for one in getattr(value, "fields", None) or ()]
    return any(_has_variable(item) for item in items)

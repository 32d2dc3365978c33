"""Documents: parsed, guarded and validated once, with a plan for each way their conditions can fall."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.plan.errors import Code, Refused, refused
from api.plan.guard import guard
from api.plan.limits import Limits
from api.plan.mutations import MutationPlan, plan_mutation
from api.plan.operation import Plan, plan_operation
from api.plan.reading import Reading, flag_names
from api.plan.subscriptions import StreamPlan, plan_subscription
from api.schema.contract import Contract
from graph.store.cache import WeightedCache

#: A parsed document takes up to 300 bytes for each of its characters.
_CACHED_CHARACTERS = 600_000
_SHORTEST = 1_000
_PLANS = 32
_TOO_MANY_TOKENS = re.compile(r"more than \d+ tokens")


AnyPlan: TypeAlias = Plan | MutationPlan | StreamPlan


@dataclass(slots=True)
class Operation:
    """One query, mutation or subscription of a document."""

    contract: Contract
    limits: Limits
    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    flags: frozenset[str]
    width: int
    plans: dict[tuple[tuple[str, object], ...], AnyPlan] = field(
        default_factory=dict[tuple[tuple[str, object], ...], AnyPlan]
    )

    @property
    def writes(self) -> bool:
        return self.node.operation is OperationType.MUTATION

    @property
    def streams(self) -> bool:
        return self.node.operation is OperationType.SUBSCRIPTION

    @property
    def constant(self) -> bool:
        """Whether it asks the same whoever sends it with whatever variables."""
        return not self.node.variable_definitions

    def variables(self, given: Mapping[str, object]) -> VariableValues:
        """The coerced variables of a request."""
        found = get_variable_values(
            self.contract.core, self.node.variable_definitions or (), dict(given), self.limits.errors
        )
        if isinstance(found, list):
            raise Refused(Code.BAD_VARIABLES, found)
        return found

    def plan(self, variables: VariableValues) -> AnyPlan:
        """The plan for these variables: what they hold matters only where @include and @skip look at it."""
        flags = tuple(sorted((name, variables.coerced.get(name)) for name in self.flags))
        plan = self.plans.get(flags)
        if plan is None:
            reading = Reading(self.contract, self.limits, self.fragments, dict(flags))
            planned = plan_mutation if self.writes else plan_subscription if self.streams else plan_operation
            plan = planned(reading, self.node)
            if len(self.plans) < _PLANS:
                self.plans[flags] = plan
        return plan


class Documents:
    """The documents of one contract, the most recent kept."""

    def __init__(self, contract: Contract, limits: Limits) -> None:
        self.contract, self.limits = contract, limits
        self.kept: WeightedCache[tuple[str, bool], Mapping[str, Operation] | Refused] = WeightedCache(
            _CACHED_CHARACTERS
        )

    def operation(self, text: str, name: str | None, *, only_queries: bool = False) -> Operation:
        """An operation of a document, or with `only_queries` of one that has no other; raises Refused."""
        found = self.kept.get((text, only_queries))
        if found is None:
            try:
                found = self._read(text, only_queries=only_queries)
            except Refused as error:
                found = error
            self.kept.put((text, only_queries), found, len(text) + _SHORTEST)
        if isinstance(found, Refused):
            raise Refused(found.code, found.errors)
        return _named(found, name)

    def check(self, text: str) -> None:
        """Raise Refused where a document cannot be answered, whatever its variables."""
        self._read(text)

    def _read(self, text: str, *, only_queries: bool = False) -> Mapping[str, Operation]:
        document = self._parsed(text)
        widths = guard(document, self.limits)
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        _check_kinds(operations, only_queries=only_queries)
        errors = validate(self.contract.core, document, max_errors=self.limits.errors)
        if errors:
            raise Refused(Code.VALIDATION_FAILED, errors)
        fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        flags = flag_names(*document.definitions)
        named = {one.name.value if one.name else "": one for one in operations}
        return {
            name: Operation(self.contract, self.limits, document, one, fragments, flags, widths[name])
            for name, one in named.items()
        }

    def _parsed(self, text: str) -> DocumentNode:
        if len(text) > self.limits.characters:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"The document has {len(text)} characters; {self.limits.characters} are allowed. Send several.",
            )
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as error:
            if _TOO_MANY_TOKENS.search(error.message):
                message = f"The document has more than {self.limits.tokens} tokens. Ask in several requests."
                raise refused(Code.LIMIT_EXCEEDED, message) from None
            raise Refused(Code.PARSE_FAILED, [error]) from None
        except RecursionError:
            raise refused(Code.LIMIT_EXCEEDED, "The document is nested too deeply. Write it flatter.") from None


def _named(operations: Mapping[str, Operation], name: str | None) -> Operation:
    if name is None and len(operations) == 1:
        found = next(iter(operations.values()))
    elif name is None:
        raise refused(
            Code.NO_SUCH_OPERATION, f"The document has {len(operations)} operations. Say which by operationName."
        )
    elif name not in operations:
        known = ", ".join(f'"{one}"' for one in operations if one) or "none with a name"
        raise refused(Code.NO_SUCH_OPERATION, f'There is no operation "{name[:100]}" in the document, but {known}.')
    else:
        found = operations[name]
    return found


def _check_kinds(operations: Iterable[OperationDefinitionNode], *, only_queries: bool) -> None:
    for one in operations:
        if only_queries and one.operation is OperationType.MUTATION:
            raise refused(Code.NOT_A_QUERY, "A mutation is not answered by GET. Send it by POST.", one)

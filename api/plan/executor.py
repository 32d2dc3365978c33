"""Executing a request: one question to the store, one pass over its answer, else graphql-core judges."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLFormattedError
from graphql.execution import execute_sync  # pyright: ignore[reportUnknownVariableType] - its middleware is loosely typed
from graphql.language import DocumentNode, OperationDefinitionNode

from api.past import Pasts
from api.plan.acting import Acting
from api.plan.budgets import Left, Purse
from api.plan.document import AnyPlan, Documents, Operation
from api.plan.errors import PUBLIC, Code, Refused, coded, refused
from api.plan.later import settled
from api.plan.limits import Limits
from api.plan.mutations import MutationPlan
from api.plan.noted import Noted
from api.plan.operation import Plan
from api.plan.reading import Ask, Unfit
from api.plan.repeating import acted
from api.plan.repeating import refused as refused_action
from api.plan.roots import LEADS, ById
from api.plan.searching import Searcher
from api.plan.subscriptions import EVENTS, StreamPlan
from api.plan.told import Told
from api.plan.wanted import Writer, Written
from api.plan.writes import NO_REASON, Writing
from api.schema.contract import Contract
from graph.asking import Asking, Surroundings
from graph.errors import (
    AnswerTooLarge,
    GraphError,
    IndexUnusable,
    InvalidValue,
    StoreUnavailable,
    UnknownName,
    WriteUnknown,
)
from graph.search.index import QueryRefused
from graph.sentence import together
from graph.store.cache import WeightedCache
from graph.store.moved import moved_to
from graph.store.port import GraphStore
from graph.store.select import Answer, Viewer
from graph.store.shapes import Shaped

_CONTRACTS = 8
#: Characters of the operations that are kept with their variables, and how long in JSON those may be.
_KEPT, _LONGEST_KEPT, _SHORTEST = 1_000_000, 1_000, 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent: a document, which of its operations, the values of its variables, and whether it may write."""

    text: str
    name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict[str, object])
    only_queries: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, the language that is preferred where a field does not say, and what the objects are paid from.

    Who may write nothing has no `writer`.
    """

    viewer: Viewer
    locale: str | None = None
    purse: Purse | None = None
    writer: Writer | None = None


@dataclass(slots=True)
class Outcome:
    """What came of a request. Where it was refused, `code` says why.

    `written` is the data as JSON where the statement returned it so; `data` reads it then.
    """

    completed: dict[str, object] | None = None
    errors: list[GraphQLError] = field(default_factory=list[GraphQLError])
    code: Code | None = None
    objects: int | None = None
    name: str | None = None
    statements: int = 0
    left: Left | None = None
    times: dict[str, float] = field(default_factory=dict[str, float])
    written: bytes | None = None

    @property
    def data(self) -> dict[str, object] | None:
        """What is under `data` in the response."""
        if self.written is not None and self.completed is None:
            self.completed = orjson.loads(self.written)
        return self.completed

    @property
    def executed(self) -> bool:
        return self.code is None

    def formatted_errors(self) -> list[GraphQLFormattedError]:
        return [error.formatted for error in self.errors]


class Executor:
    """Answers requests on one store. Calls are synchronous and may come from any thread.

    `searcher` is None where there is no index, `pasts` where none is told of. `counted` asks only for the price.
    """

    def __init__(
        self,
        contract: Contract,
        store: GraphStore,
        searcher: Searcher | None = None,
        limits: Limits | None = None,
        surroundings: Surroundings | None = None,
        pasts: Pasts | None = None,
    ) -> None:
        self.contract, self.store, self.searcher = contract, store, searcher
        self.limits, self.surroundings, self.pasts = limits or Limits(), surroundings or Surroundings(), pasts
        self.documents = Documents(contract, self.limits)
        self._contracts: WeightedCache[tuple[DocumentNode, OperationDefinitionNode], dict[str, object]] = WeightedCache(
            _CONTRACTS
        )
        self._kept: WeightedCache[tuple[str, str | None, bytes | None, str | None], _Bound] = WeightedCache(_KEPT)

    def over(self, store: GraphStore, searcher: Searcher | None = None) -> "Executor":
        """The same for another store of the model; what was read of documents is shared."""
        other = copy(self)
        other.store, other.searcher, other.pasts = store, searcher, None
        return other

    def execute(self, request: Request, caller: Caller, *, counted: bool = False, plan: bool = True) -> Outcome:
        """The outcome of a request. With `plan=False` graphql-core completes the values."""
        outcome, clock = Outcome(), _Clock()
        try:
            operation = self.documents.operation(request.text, request.name, only_queries=request.only_queries)
            outcome.name = operation.node.name.value if operation.node.name else None
            clock.lap("parse", outcome)
            bound = self._bound(operation, request, caller.locale)
            outcome.objects = bound.objects
            bound.check(self.limits)
            if caller.purse is not None:
                # Looking at the price is free; what comes without objects still takes work.
                outcome.left = caller.purse.spend(0 if counted else max(1, bound.objects))
            if counted:
                clock.lap("plan", outcome)
            else:
                self._run(bound, caller, outcome, clock, checked=plan)
        except Refused as error:
            outcome.completed, outcome.errors, outcome.code = None, error.errors, error.code
        except GraphError as error:
            refusal = _refusal(error)
            outcome.completed, outcome.errors, outcome.code = None, refusal.errors, refusal.code
        return outcome

    def data(self, request: Request, caller: Caller) -> dict[str, Any]:
        """The data of an answer without an error, for pages that ask as anybody asks; else raises Refused."""
        outcome = self.execute(request, caller)
        if outcome.errors or outcome.data is None:
            raise Refused(outcome.code or Code.INTERNAL, outcome.errors)
        return outcome.data

    def is_stream(self, request: Request) -> bool:
        """Whether a request is a subscription; raises Refused."""
        return self.documents.operation(request.text, request.name, only_queries=request.only_queries).streams

    def follow(self, request: Request, caller: Caller) -> "Following":
        """A subscription, begun; raises Refused."""
        try:
            operation = self.documents.operation(request.text, request.name, only_queries=request.only_queries)
            bound = self._bound(operation, request, caller.locale)
            bound.check(self.limits)
            if not isinstance(bound.plan, StreamPlan):
                raise refused(Code.NOT_A_QUERY, "This is no subscription. Ask for it by a request of its own.")
            return Following(self, bound, bound.plan, caller)
        except GraphError as error:
            raise _refusal(error) from None

    def asking(self, ask: Ask, caller: Caller) -> Asking:
        """What is asked of the store for a caller."""
        then = self.pasts.then if self.pasts else None
        return Asking(self.store, caller.viewer, ask.locale, self.surroundings, then=then)

    def _bound(self, operation: Operation, request: Request, locale: str | None) -> "_Bound":
        """An operation with its variables; what partners ask again and again is bound once."""
        told = _spelled(request.variables)
        key = (request.text, request.name, told, locale)
        found = self._kept.get(key) if told is not None else None
        if found is None:
            variables = operation.variables(request.variables)
            plan = operation.plan(variables)
            ask = Ask(variables, self.limits, locale)
            written = {name: Shaped(one) for name, one in (plan.written(ask) or {}).items()}
            found = _Bound(operation, plan, ask, plan.objects(ask), written)
            if told is not None:
                self._kept.put(key, found, len(request.text) + _SHORTEST)
        return found

    def _run(self, bound: "_Bound", caller: Caller, outcome: Outcome, clock: "_Clock", *, checked: bool) -> None:
        plan, ask = bound.plan, bound.ask
        if isinstance(plan, StreamPlan):
            told = "A subscription is a stream. Ask by WebSocket (graphql-transport-ws), or accept text/event-stream."
            raise refused(Code.NOT_A_QUERY, told)
        if isinstance(plan, MutationPlan):
            self._write(bound, plan, caller, outcome, clock, checked=checked)
            return
        if bound.written and checked:
            clock.lap("plan", outcome)
            outcome.written = self.store.ask_json(caller.viewer, bound.written)
            outcome.statements = 1
            clock.lap("database", outcome)
            if not self._lacks(plan, ask, outcome.written, outcome):
                clock.lap("completion", outcome)
                return
            outcome.written = None
        hits = plan.hits(ask, caller.viewer, self._searcher, self.store) if plan.searches else {}
        questions = plan.questions(ask, hits)
        clock.lap("plan", outcome)
        answers = self.store.ask(caller.viewer, questions) if questions else {}
        outcome.statements += 1 if questions else 0
        answers |= self._elsewhere(plan, ask, caller.viewer, answers, outcome)
        clock.lap("database", outcome)
        if plan.introspects and bound.operation.constant and not questions:
            self._introspected(bound, plan, outcome)
        else:
            asking = self.asking(ask, caller)
            computed = {**plan.suggested(ask, caller.viewer, self._searcher), **plan.computed(ask, asking)}
            put = settled(lambda ask: plan.data(ask, answers, hits, computed), asking, computes=plan.computes)
            self._complete(bound, outcome, put, checked=checked and not plan.introspects)
            outcome.statements += asking.statements
        clock.lap("completion", outcome)

    def _lacks(self, plan: Plan, ask: Ask, written: bytes, outcome: Outcome) -> bool:
        """Whether something asked for by its id is not there and the id leads elsewhere; what is there is not read."""
        roots = [
            one for key, one in plan.roots.items() if isinstance(one, ById) and f'"{key}":null'.encode() in written
        ]
        if not roots:
            return False
        outcome.statements += 1
        return bool(moved_to(self.store, {id for one in roots for id in one.ids(ask)}))

    def _elsewhere(
        self, plan: Plan, ask: Ask, viewer: Viewer, answers: Mapping[str, Answer], outcome: Outcome
    ) -> dict[str, Answer]:
        """The answers to which ids lead that something bore once, where nothing was found for them."""
        roots = {key: root for key, root in plan.roots.items() if isinstance(root, ById)}
        missing = {key: root.missing(ask, answers[key]) for key, root in roots.items()}
        ids = {id for lost in missing.values() for id in lost}
        leads = moved_to(self.store, ids) if ids else {}
        outcome.statements += bool(ids)
        led = {key: {id: leads[id] for id in lost if id in leads} for key, lost in missing.items()}
        questions = {key: roots[key].elsewhere(ask, own) for key, own in led.items() if own}
        if not questions:
            return {}
        outcome.statements += 1
        found: Any = self.store.ask(viewer, questions)
        there: Any = answers
        return {
            key: {**there[key], "rows": [*there[key]["rows"], *found[key]["rows"]], LEADS: led[key]}
            for key in questions
        }

    def _write(
        self,
        bound: "_Bound",
        plan: MutationPlan,
        caller: Caller,
        outcome: Outcome,
        clock: "_Clock",
        *,
        checked: bool,
    ) -> None:
        """Make the writes one after the other, each a batch of its own, and read back what is asked of each."""
        if caller.writer is None:
            raise refused(Code.FORBIDDEN, "Your role writes nothing. Show the key of a CREATOR or an EDITOR.")
        ask, viewer = bound.ask, caller.writer.viewer
        noted = Noted(self.store)
        writing = Writing(noted.store, self.contract.catalogue, caller.writer, self.surroundings.review)
        writes = {key: one.write(ask) for key, one in plan.writes.items()}
        if self.surroundings.review.reasons:
            _check_reasons(plan, ask)
        done: dict[str, Written] = {}
        answers: dict[str, dict[str, Answer]] = {}
        computed: dict[str, object] = {}
        acting = Acting(
            noted.store,
            viewer,
            ask.locale,
            self.surroundings,
            writer=caller.writer,
            catalogue=self.contract.catalogue,
        )
        clock.lap("plan", outcome)
        try:
            for key in plan.keys:
                if key in plan.told:
                    computed[key] = _acted(plan.told[key], ask, acting, noted)
                write = writes.get(key)
                if write is None:
                    continue
                done[key] = writing.make(write)
                id = done[key].id
                questions = plan.writes[key].questions(ask, id) if id else {}
                answers[key] = self.store.ask(viewer, questions) if questions else {}
                outcome.statements += 1 + bool(questions)
            clock.lap("database", outcome)
            put = settled(lambda ask: plan.data(ask, done, answers, computed), acting, computes=plan.computes)
            self._complete(bound, outcome, put, checked=checked)
        except (StoreUnavailable, AnswerTooLarge) as error:
            if not noted.wrote:
                raise
            raise WriteUnknown("Some of this mutation was written, and what came of it was not read.") from error
        outcome.statements += writing.statements + acting.statements
        clock.lap("completion", outcome)

    def _complete(
        self, bound: "_Bound", outcome: Outcome, data: Callable[[Ask], dict[str, object]], *, checked: bool
    ) -> None:
        """Complete the values; where that is not asked for, or cannot tell, graphql-core does it from the same rows."""
        if checked:
            try:
                outcome.completed = data(bound.ask)
            except Unfit:
                pass
            else:
                return
        unchecked = Ask(bound.ask.variables, self.limits, bound.ask.locale, checked=False)
        judged = self.judged(bound, data(unchecked))
        outcome.completed, outcome.errors = judged.completed, judged.errors

    def judged(self, bound: "_Bound", root: dict[str, object]) -> Outcome:
        """What graphql-core completes of rows."""
        operation = bound.operation
        result: ExecutionResult = execute_sync(
            self.contract.core,
            operation.document,
            root_value=root,
            variable_values=bound.raw_variables,
            operation_name=operation.node.name.value if operation.node.name else None,
        )
        return Outcome(result.data, [coded(error, Code.BAD_VALUE) for error in result.errors or ()])

    def _introspected(self, bound: "_Bound", plan: Plan, outcome: Outcome) -> None:
        """What the contract says of itself is the same for everyone, so the last few answers are kept."""
        key = (bound.operation.document, bound.operation.node)
        kept = self._contracts.get(key)
        if kept is not None:
            outcome.completed = kept
            return
        self._complete(bound, outcome, lambda ask: plan.data(ask, {}, {}, {}), checked=False)
        if outcome.completed is not None and not outcome.errors:
            self._contracts.put(key, outcome.completed, 1)

    def _searcher(self) -> Searcher:
        if self.searcher is None:
            raise refused(
                Code.SEARCH_UNAVAILABLE, "There is no search index here. Build one with `duta index rebuild`."
            )
        return self.searcher


class Following:
    """One subscription of a caller. `place` is the entry of the log that it has read up to.

    One thread at a time.
    """

    def __init__(self, executor: Executor, bound: "_Bound", plan: StreamPlan, caller: Caller) -> None:
        self._executor, self._bound, self._plan = executor, bound, plan
        self._given = plan.told.given(bound.ask)
        self.place = plan.told.stream.start(executor.asking(bound.ask, caller), self._given)
        self.goes_on = True

    def step(self, caller: Caller) -> list[Outcome]:
        """What the next entries of the log tell the caller as it is now, paid for by the event; raises Refused."""
        bound, asking = self._bound, self._executor.asking(self._bound.ask, caller)
        try:
            step = self._plan.told.stream.step(asking, self._given, self.place)
            if caller.purse is not None and step.events:
                caller.purse.spend(bound.objects * len(step.events))
            found = self._outcomes(asking, step.events) if step.events else []
        except GraphError as error:
            raise _refusal(error) from None
        self.place, self.goes_on = step.place, step.goes_on
        return found

    def _outcomes(self, asking: Asking, events: Sequence[object]) -> list[Outcome]:
        put = settled(lambda ask: self._plan.data(ask, events), asking, computes=True)
        try:
            found: Any = put(self._bound.ask)[EVENTS]
        except Unfit:
            unchecked = replace(self._bound.ask, checked=False)
            rows: Any = put(unchecked)[EVENTS]
            return [self._executor.judged(self._bound, row) for row in rows]
        return [Outcome(data, objects=self._bound.objects) for data in found]


@dataclass(frozen=True, slots=True)
class _Bound:
    """An operation with variables and a language, priced; `written` where its answer needs no finishing."""

    operation: Operation
    plan: AnyPlan
    ask: Ask
    objects: int
    written: Mapping[str, Shaped]

    def check(self, limits: Limits) -> None:
        """Refuse what asks for too much."""
        if self.objects > limits.objects:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"It asks for {self.objects} objects; {limits.objects} are allowed. Ask for shorter pages.",
            )
        values = self.objects * self.operation.width
        if values > limits.values:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"It asks for {values} values, objects times fields; {limits.values} are allowed. "
                "Ask for shorter pages, fewer fields or fewer aliases.",
            )

    @property
    def raw_variables(self) -> dict[str, object]:
        """The variables as they were sent."""
        variables = self.ask.variables
        return {name: source.value for name, source in variables.sources.items() if name in variables.coerced}


def _acted(told: Told, ask: Ask, acting: Acting, noted: Noted) -> object:
    """What comes of an action. What makes no sense refuses the request, unless something of it was written before."""
    try:
        return acted(told, ask, acting)
    except InvalidValue as error:
        if not noted.wrote:
            raise
        return refused_action(told.question, error.path, "BAD_VALUE", f"{error.reason} {error.cure}".strip())


def _check_reasons(plan: MutationPlan, ask: Ask) -> None:
    """Refuse actions without a reason before anything is written; what writes entities answers with errors."""
    for told in plan.told.values():
        given = told.given(ask)
        wanted = hasattr(given, "reason") and not (given.reason or "").strip()
        if wanted and not (getattr(given, "preview", False) or getattr(given, "drill", False)):
            raise refused(Code.BAD_ARGUMENT, together("reason:", NO_REASON))


def _spelled(variables: Mapping[str, object]) -> bytes | None:
    """Variables as a key, in the order in which they came; None where they are too long to be kept."""
    if not variables:
        return b""
    try:
        spelled = orjson.dumps(variables)
    except TypeError:
        # A number beyond 64 bits, say, which is refused where its kind is known.
        return None
    return spelled if len(spelled) <= _LONGEST_KEPT else None


class _Clock:
    """Seconds between the steps of a request."""

    def __init__(self) -> None:
        self._last = perf_counter()

    def lap(self, step: str, outcome: Outcome) -> None:
        now = perf_counter()
        outcome.times[step] = now - self._last
        self._last = now


_CODES: tuple[tuple[type[GraphError], Code], ...] = (
    (QueryRefused, Code.BAD_ARGUMENT),
    (InvalidValue, Code.BAD_ARGUMENT),
    (UnknownName, Code.BAD_ARGUMENT),
    (AnswerTooLarge, Code.LIMIT_EXCEEDED),
    (WriteUnknown, Code.WRITE_UNKNOWN),
    (StoreUnavailable, Code.STORE_UNAVAILABLE),
    (IndexUnusable, Code.SEARCH_UNAVAILABLE),
)


def _refusal(error: GraphError) -> Refused:
    """A refusal of the graph as one of the contract; what has no code there is no refusal."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            message = PUBLIC.get(code, error.told if isinstance(error, InvalidValue) else str(error))
            return refused(code, message)
    raise error

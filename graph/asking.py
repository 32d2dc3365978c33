"""Questions that are computed: each declared once, as a function from arguments to an answer.

Arguments and answers are frozen dataclasses whose fields are made by `said`. A field may be a str, int,
float, bool, date, datetime, a kind of graph.model.kinds that GraphQL has a scalar for, a vocabulary
(StrEnum), another such dataclass, a tuple of any of them, or one that may be None. An entity is its id,
annotated by what it is of:

    @dataclass(frozen=True, slots=True)
    class Beat:
        '''A step of a story.'''

        asset: Annotated[str, Of("Asset")] = said("What is shown.")
        score: float = said("How well it fits, 0 to 1.")

In the contract that is the entity itself, of which anything can be selected, null where the viewer does not
see it; a list leaves out what is not seen. As an argument it is an id, of that type and spelled as ids are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, replace
from typing import Any, Generic, TypeVar

from graph.model.moves import DEFAULT_POLICY, Policy
from graph.store.cells import Cells
from graph.store.port import GraphStore
from graph.store.select import Answer, Select, Viewer
from graph.store.visibility import SYSTEM
from graph.store.walks import Walk

G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Of:
    """Says of an id which type of entity it stands for; Entity for any."""

    entity: str


@dataclass(frozen=True, slots=True)
class Given:
    """As an argument, what is said of one entity: its type, and values by the names of the contract."""

    type: str
    values: Mapping[str, Any]


def said(doc: str, default: Any = MISSING) -> Any:
    """A field of arguments or of an answer, with its description; an argument with a default may be left out."""
    return field(default=default, metadata={"doc": doc})


REPEATED = "Whether it had been done before, by its idempotency key."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an installation knows of itself: its home country's ISO 3166-1 alpha-2 code, and its public address.

    `review` is what it demands before something is published.
    """

    country: str | None = None
    public_url: str | None = None
    review: Policy = DEFAULT_POLICY


@dataclass(frozen=True, slots=True)
class Then:
    """The graph as it was: seen by who sees it now, after which entry of the log, and epoch milliseconds."""

    store: GraphStore
    seq: int
    now: int


@dataclass(slots=True)
class Asking:
    """One caller's request, for what is computed of it. `statements` counts what the store was asked.

    `then` answers the graph as it was at a moment or an entry of the log; None where this is the past already.
    """

    store: GraphStore
    viewer: Viewer
    locale: str | None = None
    surroundings: Surroundings = Surroundings()
    statements: int = 0
    then: Callable[[str], Then] | None = None

    @property
    def now(self) -> int:
        """Epoch milliseconds."""
        return self.viewer.now

    @property
    def everything(self) -> Viewer:
        """Sees all, at the caller's time. What it shows may decide an answer and never stand in one."""
        return replace(SYSTEM, now=self.viewer.now)

    def ask(self, questions: Mapping[str, Select | Walk | Cells], viewer: Viewer | None = None) -> dict[str, Answer]:
        """Ask the store in one snapshot, for the caller or for another viewer."""
        self.statements += 1
        return self.store.ask(viewer or self.viewer, questions)


@dataclass(frozen=True, slots=True)
class Question(Generic[G]):
    """A root field. `name` is in snake case; `answer` is the annotation of what `ask` returns.

    `size` says how many entities and rows an answer may hold at most, for the price. `ask` raises
    InvalidValue where its arguments make no sense together.

    An action that takes an idempotency key says `once`: it writes by `write` of what it is given, a single time, and
    its answer, which is kept with that, has `errors` and `repeated`. `finish` adds what is read anew for each answer.
    """

    name: str
    doc: str
    given: type[G]
    answer: Any
    ask: Callable[[Any, G], object]
    size: Callable[[G], int]
    once: bool = False
    finish: Callable[[Any, G, Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a page of the log made a stream tell, and after which entry to go on."""

    events: tuple[object, ...]
    place: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Stream(Generic[G]):
    """A root field of subscriptions, which the log drives. `answer` is the annotation of one event.

    `start` says after which entry of the log it begins, and raises InvalidValue where what is given makes no sense;
    `step` reads on after an entry. `size` is of one event.
    """

    name: str
    doc: str
    given: type[G]
    answer: Any
    start: Callable[[Any, G], int]
    step: Callable[[Any, G, int], Step]
    size: Callable[[G], int]


@dataclass(frozen=True, slots=True)
class Computed(Generic[G]):
    """A field of an entity's type, computed for all entities of a page at once.

    `ask` takes their ids and answers by id. What is missing there is null, or an empty list.
    """

    entity: str
    name: str
    doc: str
    given: type[G]
    answer: Any
    ask: Callable[[Any, G, Sequence[str]], Mapping[str, object]]
    size: Callable[[G], int]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No arguments."""

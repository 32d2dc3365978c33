"""openFixRequest: what a repair of coverage or of a plan asks for becomes requests, each open once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson

from graph.asking import REPEATED, Of, Question, said
from graph.errors import InvalidValue
from graph.leading import following
from graph.model import ANY, LEVEL
from graph.model.enums import Marking, RequestState
from graph.store.batch import Report
from graph.store.select import Cmp, Or, Order, Select, both, by_ids, shape_of
from graph.story.repairs.asks import ask, due, lasting, missing, rights_asks
from graph.story.repairs.reading import about, needless, questions, read
from graph.story.repairs.values import AskedFix, AskedFixKind, FixAsk
from graph.story.rights.asked import RightsUse, check_recipients, use_of
from graph.story.rights.asking import own_use
from graph.story.rights.check import Checking
from graph.story.rights.fetching import materials
from graph.story.rows import rows_of
from graph.story.settings import FixPolicy
from graph.story.wording import language_of

if TYPE_CHECKING:
    from api.plan.acting import Acting
    from api.plan.wanted import Many, Write

A = TypeVar("A", bound=Any)

_MOST_OPEN, _LONGEST_NAME = 200, 300
#: How often what another asked at the same moment is looked for.
_TRIES = 3
_TAKEN = "ID_TAKEN"
#: Why a right is asked of nobody.
_NOBODY = "A consent was withdrawn or given by a minor, and nobody is asked to take that back. Use something else."


@dataclass(frozen=True, slots=True)
class OpenFixRequestGiven:
    """Which repair is to be asked for, and by when."""

    fix: AskedFix = said("What names the repair, as `request { fix }` of coverage or of planStory tells it.")
    due: date | None = said("The day by which it is due; by the settings of its kind, where it is left out.", None)
    preview: bool = said("Write nothing, and say what would be asked.", default=False)


@dataclass(frozen=True, slots=True)
class RequestError:
    """Why nothing was asked, or not all."""

    path: str = said("The argument it is about.")
    code: str = said("What kind of error it is, as for other writes.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class OpenedFixRequests:
    """The requests for a repair, one for each who has to say yes."""

    asks: tuple[FixAsk, ...] = said("What is asked, of whom, with which letter.")
    requests: tuple[Annotated[str, Of("Request")], ...] = said("The requests: new ones, and those that are open.")
    opened: int = said("How many of them were written now; the others were open already.")
    repeated: bool = said(REPEATED)
    errors: tuple[RequestError, ...] = said("Why nothing was asked.")


class _Nothing(InvalidValue):
    """A repair names what is not there, or not for the caller."""


def open_fix_request(acting: "Acting", given: OpenFixRequestGiven) -> OpenedFixRequests:
    """Write a request for each thing that a repair asks for and that no open request asks for already."""
    return opened(acting, given, lambda done: done)


def opened(
    acting: "Acting", given: OpenFixRequestGiven, answer: Callable[[OpenedFixRequests], object]
) -> OpenedFixRequests:
    """The requests of a repair; what `answer` makes of them is kept with the key of the action, where it has one."""
    today, fix = acting.viewer.today, given.fix
    day = given.due or due(fix.kind, FixPolicy(), today)
    if day < today:
        return _refused("due", "BAD_VALUE", f"{day} is past. Give a day to come.")
    lacking = next(missing(fix), None)
    if lacking is not None:
        return _refused(f"fix.{lacking}", "BAD_VALUE", f"{fix.kind} needs it. Name it.")
    try:
        fix, asks = following(acting, fix, lambda one: (one, _wanted(acting, one, today)))
    except InvalidValue as error:
        code = "UNKNOWN_ID" if isinstance(error, _Nothing) else "BAD_VALUE"
        return _refused(error.path, code, " ".join(part for part in (error.reason, error.cure) if part))
    given = replace(given, fix=fix)
    tries = 0
    while True:
        tries += 1
        done = _opened(acting, given, asks, day, answer)
        if tries == _TRIES or not any(error.code == _TAKEN for error in done.errors):
            return done


def _opened(
    acting: "Acting",
    given: OpenFixRequestGiven,
    asks: tuple[FixAsk, ...],
    day: date,
    answer: Callable[[OpenedFixRequests], object],
) -> OpenedFixRequests:
    """Write what no open request asks for; refused where somebody else wrote it meanwhile."""
    fix = given.fix
    former = _former(acting, fix, asks)
    there = _open(acting, fix, asks)
    new = [one for one in asks if _digest(fix, one) not in there]
    waiting = tuple(there[digest] for one in asks if (digest := _digest(fix, one)) in there)
    if given.preview or not new:
        return OpenedFixRequests(asks, waiting, 0, repeated=False, errors=())

    def told(report: Report) -> OpenedFixRequests:
        written = tuple(change.id for change in report.changes)
        return OpenedFixRequests(asks, (*waiting, *written), len(written), repeated=False, errors=())

    named = _markings(acting, {id for one in asks for id in (*one.about, one.to) if id})
    writes = [_write(fix, one, day, named, former) for one in new]
    made = _made(acting, writes, lambda report: answer(told(report)))
    errors = tuple(RequestError(error.path, error.code, error.message) for _, error in made.errors)
    return OpenedFixRequests(asks, (*waiting, *made.ids), len(made.ids), made.repeated, errors)


def counted(_acting: "Acting", _given: object, answer: A) -> A:
    """What is answered again by its key has written nothing now."""
    return replace(answer, opened=0) if answer.repeated else answer


def _wanted(acting: "Acting", fix: AskedFix, today: date) -> tuple[FixAsk, ...]:
    return _rights(acting, fix, today) if fix.kind is AskedFixKind.RIGHTS else _asks(acting, fix, today)


def _asks(acting: "Acting", fix: AskedFix, today: date) -> tuple[FixAsk, ...]:
    """What has to be asked, where that is no right; raises InvalidValue where it has not, or nothing is there."""
    rows = read(acting.ask(questions([fix])))
    for name in ("asset", "message", "campaign"):
        id = getattr(fix, name)
        if id is not None and id not in rows:
            raise _Nothing(f'There is nothing with the id "{id}".', path=f"fix.{name}")
    language = language_of(acting.locale)
    it = about(fix, rows, today, language)
    if it is None or needless(fix, rows):
        raise InvalidValue("It is there already, so that nobody has to be asked.", path="fix")
    return (ask(fix, it, language),)


def _rights(acting: "Acting", fix: AskedFix, today: date) -> tuple[FixAsk, ...]:
    """Whom to ask for a right; raises InvalidValue where it is there, or nobody may be asked."""
    id = fix.asset or ""
    acting.statements += 1
    material = materials(acting.store, acting.viewer, [id]).get(id)
    if material is None:
        raise _Nothing(f'There is nothing with the id "{id}".', path="fix.asset")
    try:
        use = lasting(own_use(acting.viewer, use_of(fix.use or RightsUse())), today, FixPolicy())
        check_recipients(acting, use)
    except InvalidValue as error:
        raise InvalidValue(error.reason, path=f"fix.{error.path}", cure=error.cure) from None
    checking = Checking(use, today, acting.locale or "en")
    if checking.verdict(material).allowed:
        raise InvalidValue("It is allowed already, so that nobody has to be asked.", path="fix")
    asks = rights_asks(id, material, checking)
    if not asks:
        raise InvalidValue(_NOBODY, path="fix")
    return asks


def _open(acting: "Acting", fix: AskedFix, asks: Sequence[FixAsk]) -> dict[str, str]:
    """The open requests that ask the same, as far as the writer sees them, by what they ask for."""
    digests = tuple(_digest(fix, one) for one in asks)
    waits = Or((Cmp("answered", "eq", RequestState.OPEN.value), Cmp("answered", "isNull", value=True)))
    where = both(Cmp("fix", "in", digests), waits)
    question = Select("Request", shape_of("id", "fix"), where, (Order("id"),), limit=_MOST_OPEN)
    rows = rows_of(acting.ask({"open": question}, acting.writer.viewer)["open"])
    return {str(row["fix"]): str(row["id"]) for row in rows}


def _former(acting: "Acting", fix: AskedFix, asks: Sequence[FixAsk]) -> dict[str, list[str]]:
    """All requests that asked the same, answered and out of sight ones too, by what they ask for."""
    digests = tuple(_digest(fix, one) for one in asks)
    question = Select("Request", shape_of("id", "fix"), Cmp("fix", "in", digests), (Order("id"),), limit=_MOST_OPEN)
    found: dict[str, list[str]] = {}
    for row in rows_of(acting.ask({"former": question}, acting.everything)["former"]):
        found.setdefault(str(row["fix"]), []).append(str(row["id"]))
    return found


def _id(digest: str, former: Sequence[str]) -> str:
    """An id that follows from what is asked and what asked it before, so that of two who ask at once one is refused."""
    told = hashlib.sha256("\n".join((digest, *former)).encode()).hexdigest()
    return f"request:fix-{told[:20]}"


def _digest(fix: AskedFix, one: FixAsk) -> str:
    """What is asked of whom, whatever the words: the language of the letter and the days of plans change."""
    use = asdict(fix.use) if fix.use else None
    told = (fix.kind, fix.asset, fix.message, fix.campaign, fix.locale, use, one.to, one.about)
    return hashlib.sha256(orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _made(acting: "Acting", writes: Sequence["Write"], told: Callable[[Report], object]) -> "Many":
    """All of them in one batch."""
    from api.plan.writes import Writing  # Which the contract, and so this module, comes before.

    writing = Writing(acting.store, acting.catalogue, acting.writer, once=acting.kept(told))
    made = writing.many(writes)
    acting.statements += writing.statements
    acting.repeated = made.repeated
    return made


def _write(
    fix: AskedFix, one: FixAsk, day: date, named: Mapping[str, str], former: Mapping[str, Sequence[str]]
) -> "Write":
    from api.plan.wanted import Write
    from api.schema.mutations import CREATE

    digest = _digest(fix, one)
    values = {**_values(one, day, named), "fix": digest}
    return Write(CREATE, "Request", _id(digest, former.get(digest, ())), None, values, reason="Repair")


def _values(one: FixAsk, due: date, named: Mapping[str, str]) -> dict[str, object]:
    """What an open request says, marked so that nobody sees it who does not see all that it names."""
    return {
        "name": one.ask if len(one.ask) <= _LONGEST_NAME else f"{one.ask[: _LONGEST_NAME - 1]}…",
        "marking": max(
            (Marking.INTERNAL.value, *(named[id] for id in (*one.about, one.to or "") if id in named)),
            key=LEVEL.__getitem__,
        ),
        "due": due.isoformat(),
        "answered": RequestState.OPEN.value,
        "template": one.template,
        "about": {"put": [{"to": id} for id in one.about]},
        **({"addressee": {"to": one.to}} if one.to else {}),
    }


def _markings(acting: "Acting", ids: Iterable[str]) -> Mapping[str, str]:
    """How things that a request names are marked."""
    wanted = tuple(sorted(ids))
    question = by_ids(ANY, wanted, shape_of("id", "marking"), limit=len(wanted))
    rows = rows_of(acting.ask({"marked": question})["marked"])
    return {str(row["id"]): str(row["marking"]) for row in rows}


def _refused(path: str, code: str, message: str) -> OpenedFixRequests:
    return OpenedFixRequests((), (), 0, repeated=False, errors=(RequestError(path, code, message),))


OPEN_FIX_REQUEST = Question(
    "open_fix_request",
    "Ask for a repair of coverage or of a plan: a Request for each who has to say yes, with addressee, day and letter. "
    "What an open request asks for already is not asked again. Nothing is sent.",
    OpenFixRequestGiven,
    OpenedFixRequests,
    open_fix_request,
    lambda _given: 20,
    once=True,
    finish=counted,
)

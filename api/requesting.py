"""openRequest: what would unlock a use of an asset becomes requests to those who can allow it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from graph.asking import Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, LEVEL
from graph.model.enums import Marking, RequestState
from graph.store.select import by_ids, shape_of
from graph.story.rights.asked import AssetId, RightsUse, use_of
from graph.story.rights.check import Checking
from graph.story.rights.fetching import materials
from graph.story.rights.unlocking import Ask, unlock
from graph.story.rows import rows_of

if TYPE_CHECKING:
    from api.plan.acting import Acting
    from api.plan.wanted import Write, Written

_DAYS, _LONGEST_NAME = 14, 300
#: Why a right is asked of nobody.
NOBODY = "A consent was withdrawn or given by a minor, and nobody is asked to take that back. Use something else."


@dataclass(frozen=True, slots=True)
class OpenRequestGiven:
    """What is to be unlocked, and by when."""

    asset: AssetId = said("The asset.")
    use: RightsUse = said("What is to be done with it, as in rightsCheck.")
    due: date | None = said("The day by which an answer is needed; in two weeks, where it is left out.", None)
    idempotency_key: str | None = said("A key of your own: the same key asks once, however often it is sent.", None)


@dataclass(frozen=True, slots=True)
class RequestError:
    """Why nothing was asked, or not all."""

    path: str = said("The argument it is about.")
    code: str = said("What kind of error it is, as for other writes.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class OpenedRequests:
    """The requests that were opened, one for each who has to allow the use."""

    requests: tuple[Annotated[str, Of("Request")], ...] = said("The requests, as drafts of the one who asks.")
    errors: tuple[RequestError, ...] = said("Why something was not asked.")


def open_request(acting: "Acting", given: OpenRequestGiven) -> OpenedRequests:
    """Write a request for each thing to ask, with its addressee, its day and its letter."""
    today = acting.viewer.today
    due = given.due or today + timedelta(_DAYS)
    if due < today:
        return _refused("due", "BAD_VALUE", f"{due} is past. Give a day to come.")
    acting.statements += 1
    material = materials(acting.store, acting.viewer, [given.asset]).get(given.asset)
    if material is None:
        return _refused("asset", "UNKNOWN_ID", f'There is nothing with the id "{given.asset}".')
    try:
        checking = Checking(use_of(given.use), today, acting.locale or "en")
    except InvalidValue as error:
        return _refused(error.path, "BAD_VALUE", " ".join(part for part in (error.reason, error.cure) if part))
    if checking.verdict(material).allowed:
        return _refused("use", "BAD_VALUE", "It is allowed already, so that nobody has to be asked.")
    asks = unlock(material, checking)
    if not asks:
        return _refused("use", "BAD_VALUE", NOBODY)
    named = markings(acting, {id for one in asks for id in (given.asset, one.about, one.to) if id})
    written = [_write(acting, one, number, due, given, named) for number, one in enumerate(asks)]
    errors = (RequestError(error.path, error.code, error.message) for one in written for error in one.errors)
    return OpenedRequests(tuple(one.id for one in written if one.id), tuple(errors))


def markings(acting: "Acting", ids: Iterable[str]) -> Mapping[str, str]:
    """How things that a request names are marked."""
    wanted = tuple(sorted(ids))
    question = by_ids(ANY, wanted, shape_of("id", "marking"), limit=len(wanted))
    rows = rows_of(acting.ask({"marked": question})["marked"])
    return {str(row["id"]): str(row["marking"]) for row in rows}


def values_of(
    name: str, letter: str, due: date, to: str | None, about: Sequence[str], named: Mapping[str, str]
) -> dict[str, object]:
    """What an open request says, marked so that nobody sees it who does not see all that it names."""
    return {
        "name": name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…",
        "marking": max(
            (Marking.INTERNAL.value, *(named[id] for id in (*about, to or "") if id in named)), key=LEVEL.__getitem__
        ),
        "due": due.isoformat(),
        "answered": RequestState.OPEN.value,
        "template": letter,
        "about": {"put": [{"to": id} for id in about]},
        **({"addressee": {"to": to}} if to else {}),
    }


def _write(
    acting: "Acting", ask: Ask, number: int, due: date, given: OpenRequestGiven, named: Mapping[str, str]
) -> "Written":
    from api.plan.writes import Writing  # Which the contract, and so this module, comes before.

    writing = Writing(acting.store, acting.catalogue, acting.writer)
    written = writing.make(_request(ask, number, due, given, named))
    acting.statements += writing.statements
    return written


def _request(ask: Ask, number: int, due: date, given: OpenRequestGiven, named: Mapping[str, str]) -> "Write":
    from api.plan.wanted import Write
    from api.schema.mutations import CREATE

    about = dict.fromkeys(id for id in (given.asset, ask.about) if id)
    values = values_of(ask.text, ask.letter, due, ask.to, tuple(about), named)
    key = f"{given.idempotency_key} {number}" if given.idempotency_key else None
    sent = (given.asset, given.use, given.due, number)
    return Write(CREATE, "Request", None, None, values, reason="Rights", key=key, sent=sent)


def _refused(path: str, code: str, message: str) -> OpenedRequests:
    return OpenedRequests((), (RequestError(path, code, message),))


OPEN_REQUEST = Question(
    "open_request",
    "Ask those who can allow a use of an asset: a Request for each, with addressee, day and letter. Nothing is sent.",
    OpenRequestGiven,
    OpenedRequests,
    open_request,
    lambda _given: 20,
)

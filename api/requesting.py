"""openRequest: what would unlock a use of an asset becomes requests to those who can allow it, each open once."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from api.fixing import OpenedFixRequests, OpenFixRequestGiven, RequestError, counted, opened
from graph.asking import REPEATED, Of, Question, said
from graph.story.repairs.values import AskedFix, AskedFixKind
from graph.story.rights.asked import AssetId, RightsUse

if TYPE_CHECKING:
    from api.plan.acting import Acting


@dataclass(frozen=True, slots=True)
class OpenRequestGiven:
    """What is to be unlocked, and by when."""

    asset: AssetId = said("The asset.")
    use: RightsUse = said("What is to be done with it, as in rightsCheck; without days, for a year from today.")
    due: date | None = said("The day by which an answer is needed; in two weeks, where it is left out.", None)


@dataclass(frozen=True, slots=True)
class OpenedRequests:
    """The requests for a use, one for each who has to allow it."""

    requests: tuple[Annotated[str, Of("Request")], ...] = said(
        "The requests: new ones, as drafts of the one who asks, and those that are open."
    )
    errors: tuple[RequestError, ...] = said("Why nothing was asked.")
    opened: int = said("How many of them were written now; the others were open already.", 0)
    repeated: bool = said(REPEATED, default=False)


def open_request(acting: "Acting", given: OpenRequestGiven) -> OpenedRequests:
    """Ask for the right as openFixRequest does, so that either finds what the other has asked."""
    fix = AskedFix(AskedFixKind.RIGHTS, given.asset, use=given.use)
    return _told(opened(acting, OpenFixRequestGiven(fix, given.due), _told))


def _told(done: OpenedFixRequests) -> OpenedRequests:
    errors = (RequestError(_path(one.path), one.code, one.message) for one in done.errors)
    return OpenedRequests(done.requests, tuple(errors), done.opened, done.repeated)


def _path(path: str) -> str:
    """Where an error is among the arguments of openRequest: what is about the repair as such is about its use."""
    return "use" if path == "fix" else path.removeprefix("fix.")


OPEN_REQUEST = Question(
    "open_request",
    "Ask those who can allow a use of an asset: a Request for each, with addressee, day and letter. "
    "What an open request asks for already is not asked again. Nothing is sent.",
    OpenRequestGiven,
    OpenedRequests,
    open_request,
    lambda _given: 20,
    once=True,
    finish=counted,
)

"""pause: everything tied to a place, a theme or a campaign out of sight as one batch, after a look and after drills."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from graph.asking import REPEATED, Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import PlacementStatus, State
from graph.model.kinds import instant
from graph.review.moving import Acting, short
from graph.review.ties import TiedWhere, TieKind, tied_to
from graph.store.batch import ActorKind, Batch, Put, Report
from graph.store.select import Cmp, Not, Order, Rel, Select, both, by_ids, shape_of
from graph.story.rows import Rows, ids_of, rows_of

AnyId = Annotated[str, Of(ANY)]
_SHOWN = 200
#: Until then is paused what nobody says an end for: until it is taken back.
_NO_END = datetime(9999, 12, 31, tzinfo=UTC)
_TOLD = shape_of("id", "rev", "state", "embargo_until", "expires_at")


@dataclass(frozen=True, slots=True)
class PauseGiven:
    """What to hide, and for how long."""

    where: TiedWhere = said("What it is tied to: a place, a theme or a campaign.")
    until: datetime | None = said(
        "When it is shown again by itself. Left out, it is hidden until the pause is taken back.", None
    )
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Hide nothing, and say what would be. For editors.", False)
    drill: bool = said(
        "Exercise it: hide nothing, and answer as if it was done, as far as you see it. For all who write.", False
    )


@dataclass(frozen=True, slots=True)
class PausedThing:
    """Something that is hidden."""

    id: str = said("Its id.")
    entity: AnyId | None = said("It as it is now.")
    tie: TieKind = said("How it is tied to what was named.")


@dataclass(frozen=True, slots=True)
class PausedCount:
    """How many of a type."""

    type: str = said("The type, as Asset.")
    count: int = said("How many of it.")


@dataclass(frozen=True, slots=True)
class PauseError:
    """Why nothing was hidden."""

    path: str = said("The argument it is about; empty where it is about all.")
    code: str = said("For programs: FORBIDDEN, BAD_VALUE, KEY_REUSED or STALE.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class PauseResult:
    """What was hidden, or would be. With errors nothing was."""

    batch: str | None = said("The batch it was hidden in, which `undo` takes back; null where nothing was written.")
    drill: bool = said("Whether this was an exercise.")
    until: datetime | None = said("When it is shown again by itself; null where that is when it is taken back.")
    count: int = said("How many things are hidden.")
    counts: tuple[PausedCount, ...] = said("How many of each type.")
    things: tuple[PausedThing, ...] = said(f"The first {_SHOWN} of them. Their translations go with them.")
    hidden_already: int = said("How many of those tied to it are out of sight already, for as long at least.")
    outside: tuple[Annotated[str, Of("Placement")], ...] = said(
        f"Posts of it that are out or planned, the first {_SHOWN}: these have to be stopped where they are."
    )
    errors: tuple[PauseError, ...] = said("Why nothing was hidden; none where it was.")
    repeated: bool = said(REPEATED, False)


def pause(acting: Any, given: PauseGiven) -> PauseResult:
    """Hide all that is tied to something, or say what that would be."""
    asking, writing = cast("Asking", acting), cast("Acting", acting)
    writer = writing.writer
    if not (writer.publishes or given.drill):
        return _refused(given, "", "FORBIDDEN", "What is public is hidden by editors. Ask one, or try it with `drill`.")
    until = (given.until or _NO_END).astimezone(UTC)
    if until.timestamp() * 1000 <= asking.now:
        return _refused(given, "until", "BAD_VALUE", "It is over already. Name a moment to come, or leave it out.")
    try:
        tied = tied_to(asking, given.where)
    except InvalidValue as error:
        return _refused(given, error.path, "BAD_VALUE", f"{error.reason} {error.cure}".strip())
    if tied is None:
        told = "Nothing is named. Name a place, a theme or a campaign."
        return _refused(given, "where", "BAD_VALUE", told)
    rows, posts = _there(asking, tied.things)
    public = [row for row in rows if row["state"] == State.PUBLISHED and not _ended(row, asking.now)]
    hide = [row for row in public if (row["embargo_until"] or "") < instant(until.isoformat())]
    reason = short(given.reason) or f"Pause of what is tied to {tied.named}"
    dry, of = given.preview or given.drill, asking.store.model.by_prefix
    counts = Counter(of[row["id"].partition(":")[0]].name for row in hide)

    def done(report: Report) -> PauseResult:
        if report.refused:
            return _refused(given, "", "STALE", f"{report.refused[0].id} was changed just now. Send it again.")
        return PauseResult(
            report.changes[0].batch if report.changes and not dry else None,
            given.drill,
            given.until,
            len(hide),
            tuple(PausedCount(name, count) for name, count in sorted(counts.items())),
            tuple(PausedThing(row["id"], row["id"], tied.things[row["id"]]) for row in hide[:_SHOWN]),
            len(public) - len(hide),
            posts[:_SHOWN],
            (),
        )

    # One batch, which an undo takes back.
    embargo = {"embargo_until": until.isoformat()}
    puts = tuple(Put(row["id"], of[row["id"].partition(":")[0]].name, embargo, rev=row["rev"]) for row in hide)
    return writing.write(Batch(puts, writer.name, ActorKind.PERSON, reason, whole=True), done, dry_run=dry)


def _there(asking: Asking, things: Any) -> tuple[Rows, tuple[str, ...]]:
    """What can be hidden of what is tied, and the posts that are not ours to hide.

    What a tied thing rests on stays, and so does a picture that something shows which is not hidden.
    """
    ids = tuple(id for id, tie in things.items() if tie not in (TieKind.RESTS, TieKind.SHOWN))
    pictures = tuple(id for id, tie in things.items() if tie is TieKind.SHOWN)
    elsewhere = both(Cmp("state", "eq", State.PUBLISHED.value), Not(Cmp("id", "in", ids)))
    out = (PlacementStatus.LIVE, PlacementStatus.PLANNED)
    questions = {
        "it": by_ids(ANY, ids, _TOLD, order=(Order("id"),), limit=len(ids) + 1),
        "pictures": Select(
            "Media",
            _TOLD,
            both(Cmp("id", "in", pictures), Rel("none", "assets", elsewhere)),
            (Order("id"),),
            limit=len(pictures) + 1,
        ),
        "posts": Select(
            "Placement",
            shape_of("id"),
            both(Cmp("id", "in", ids), Cmp("status", "in", out), Not(Cmp("state", "eq", State.RETIRED.value))),
            (Order("at"),),
            limit=_SHOWN,
        ),
    }
    answers = asking.ask(questions)
    return rows_of(answers["it"]) + rows_of(answers["pictures"]), ids_of(answers["posts"])


def _ended(row: Any, now: int) -> bool:
    return row["expires_at"] is not None and datetime.fromisoformat(row["expires_at"]).timestamp() * 1000 <= now


def _refused(given: PauseGiven, path: str, code: str, told: str) -> PauseResult:
    return PauseResult(None, given.drill, given.until, 0, (), (), 0, (), (PauseError(path, code, told),))


ACTION = Question(
    "pause",
    "Hide everything that is tied to a place, a theme or a campaign as one batch, at once and on every door, for "
    "editors; `undo` of the batch shows it again. Look first with `preview`, and exercise it with `drill`.",
    PauseGiven,
    PauseResult,
    pause,
    lambda _given: 2 * _SHOWN,
    once=True,
)

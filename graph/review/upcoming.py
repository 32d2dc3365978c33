"""upcomingChanges: what the clock will show or hide next, from the moments and days that are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import State, Told
from graph.model.kinds import instant
from graph.model.model import TRANSLATION
from graph.review.queues import bounded, kept_by, words_of
from graph.review.ties import Tied, TiedWhere, tied_to
from graph.store.select import And, Cmp, Filter, Follow, Not, Order, Select, Shape, both, shape_of
from graph.store.visibility import LIVE, visibility_of
from graph.story.naming import asked_for, refuse_unknown
from graph.story.rows import ids_of, rows_of

AnyId = Annotated[str, Of(ANY)]
_DAYS, _ABOUT = timedelta(days=90), 10
_DAY = timedelta(days=1)
#: Comes after every id.
_LAST = "~"


class UpcomingEffect(Told):
    """Whether something comes or goes."""

    APPEARS = "APPEARS", "It is there, or holds, from this moment on."
    VANISHES = "VANISHES", "It is there, or holds, until this moment."


class UpcomingKind(Told):
    """Why something comes or goes."""

    EMBARGO_ENDS = "EMBARGO_ENDS", "Its embargo ends: it becomes visible to whom its marking lets see it."
    EXPIRES = "EXPIRES", "It expires: nothing of it is public any more."
    RIGHTS_BEGIN = "RIGHTS_BEGIN", "A grant begins: pictures and embeds that rest on it may be shown."
    RIGHTS_END = "RIGHTS_END", "A grant ends: pictures and embeds that rest on it alone are not shown any more."
    POST_GOES_OUT = "POST_GOES_OUT", "A planned post is due."
    POST_ENDS = "POST_ENDS", "A post ends."
    CAMPAIGN_STARTS = "CAMPAIGN_STARTS", "The first day of a campaign begins."
    CAMPAIGN_ENDS = "CAMPAIGN_ENDS", "The last day of a campaign is over."
    ADVISORY_STARTS = "ADVISORY_STARTS", "An advisory begins to hold."
    ADVISORY_ENDS = "ADVISORY_ENDS", "An advisory holds no longer."
    PROOF_ENDS = "PROOF_ENDS", "What it proves can be said no longer."


@dataclass(frozen=True, slots=True)
class UpcomingWhere(TiedWhere):
    """Which changes: all that is given must hold; of place, theme and campaign one may be given."""

    kinds: tuple[UpcomingKind, ...] | None = said("Only for these reasons.", None)
    types: tuple[str, ...] | None = said("Only of these types, as Asset.", None)
    keeper: AnyId | None = said("Only what this mission or organisation keeps.", None)


@dataclass(frozen=True, slots=True)
class UpcomingGiven:
    """Which part of what is to come."""

    until: datetime | None = said("Up to this moment; 90 days from now, where it is left out.", None)
    where: UpcomingWhere | None = said("Only some changes.", None)
    first: int = said("How many at most, up to 200; the next one first.", 50)
    after: str | None = said("Go on after this cursor.", None)


@dataclass(frozen=True, slots=True)
class UpcomingChange:
    """Something that the clock will show or hide."""

    at: datetime = said("When. Days begin and end in UTC.")
    effect: UpcomingEffect = said("Whether it comes or goes.")
    kind: UpcomingKind = said("Why, for programs.")
    entity: AnyId | None = said("What comes or goes.")
    about: tuple[AnyId, ...] = said(f"What rests on it or is posted, the first {_ABOUT} that you see.")
    why: str = said("Why, in a sentence.")


@dataclass(frozen=True, slots=True)
class UpcomingEdge:
    """A change to come with its cursor."""

    cursor: str = said("To go on after it.")
    node: UpcomingChange = said("The change.")


@dataclass(frozen=True, slots=True)
class UpcomingPageInfo:
    """Where a page stands in what is to come."""

    has_next_page: bool = said("Whether there is more until that moment.")
    end_cursor: str | None = said("After this the next page begins; null where there is nothing.")


@dataclass(frozen=True, slots=True)
class UpcomingConnection:
    """A page of what is to come. It may hold fewer than asked for and go on."""

    edges: tuple[UpcomingEdge, ...] = said("The changes with their cursors.")
    nodes: tuple[UpcomingChange, ...] = said("The changes, as entries of a plan.")
    page_info: UpcomingPageInfo = said("Where the page stands.")


@dataclass(frozen=True, slots=True)
class _Clock:
    """Where the moments of a kind of change stand: in a property of a type, and what else has to hold.

    A last day ends where the next begins. `about` is the link to what rests on it.
    """

    entity: str
    prop: str
    effect: UpcomingEffect
    word: str
    where: Filter
    about: str = ""
    is_day: bool = False

    @property
    def _shift(self) -> timedelta:
        return _DAY if self.is_day and self.effect is UpcomingEffect.VANISHES else timedelta()

    def moment(self, value: str) -> datetime:
        """When what is stored happens."""
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) + self._shift if self.is_day else found

    def stored(self, moment: datetime) -> str:
        """The last value that happens up to a moment."""
        return (moment - self._shift).date().isoformat() if self.is_day else instant(moment.isoformat())

    def place(self, moment: datetime, id: str) -> tuple[str, str]:
        """The key after which comes what happens in a moment to a later id, or after that moment."""
        exact = not self.is_day or moment.timetz() == time(tzinfo=UTC)
        return self.stored(moment), id if exact else _LAST

    def asked(self, question: Select, place: tuple[str, str], until: datetime) -> Select:
        """A question for what comes after a key and happens up to a moment; its form is the same for all of them."""
        span = And((Cmp(self.prop, "gte", place[0]), Cmp(self.prop, "lte", self.stored(until))))
        return replace(question, where=both(question.where, span), after=place)


_PUBLISHED = Cmp("state", "eq", State.PUBLISHED.value)
_KEPT = Not(Cmp("state", "eq", State.RETIRED.value))
_COMES, _GOES = UpcomingEffect.APPEARS, UpcomingEffect.VANISHES
_OUT = both(_KEPT, Cmp("status", "in", ("PLANNED", "LIVE"))) or _KEPT
_PLANNED = both(_KEPT, Cmp("status", "eq", "PLANNED")) or _KEPT
_CLOCKS: Mapping[UpcomingKind, _Clock] = {
    UpcomingKind.EMBARGO_ENDS: _Clock(ANY, "embargo_until", _COMES, "embargo", _PUBLISHED),
    UpcomingKind.EXPIRES: _Clock(ANY, "expires_at", _GOES, "expiry", _PUBLISHED),
    UpcomingKind.RIGHTS_BEGIN: _Clock(
        "RightsGrant", "valid_from", _COMES, "grant_begins", _KEPT, "covers_assets", is_day=True
    ),
    UpcomingKind.RIGHTS_END: _Clock(
        "RightsGrant", "valid_until", _GOES, "grant_ends", _KEPT, "covers_assets", is_day=True
    ),
    UpcomingKind.POST_GOES_OUT: _Clock("Placement", "at", _COMES, "post_goes_out", _PLANNED, "of"),
    UpcomingKind.POST_ENDS: _Clock("Placement", "until", _GOES, "post_ends", _OUT, "of"),
    UpcomingKind.CAMPAIGN_STARTS: _Clock("Campaign", "starts", _COMES, "campaign_starts", _KEPT, is_day=True),
    UpcomingKind.CAMPAIGN_ENDS: _Clock("Campaign", "ends", _GOES, "campaign_ends", _KEPT, is_day=True),
    UpcomingKind.ADVISORY_STARTS: _Clock(
        "Advisory", "starts", _COMES, "advisory_starts", _KEPT, "countries", is_day=True
    ),
    UpcomingKind.ADVISORY_ENDS: _Clock("Advisory", "ends", _GOES, "advisory_ends", _KEPT, "countries", is_day=True),
    UpcomingKind.PROOF_ENDS: _Clock("Proof", "valid_until", _GOES, "proof_ends", _KEPT, "messages", is_day=True),
}
_BY_THE_CLOCK = ("state", "marking", "embargo_until", "expires_at")
_Key = tuple[datetime, str, str]


def upcoming_changes(asking: Asking, given: UpcomingGiven) -> UpcomingConnection:
    """What comes and goes next, by one statement; three more find what is tied to something."""
    bounded(given.first)
    now = asking.viewer.moment
    until = (given.until or now + _DAYS).astimezone(UTC)
    after = _place(given.after) if given.after else None
    where = given.where or UpcomingWhere()
    for name in where.types or ():
        asking.store.model.type(name)
    kinds = tuple(UpcomingKind) if where.kinds is None else where.kinds
    tied = tied_to(asking, where)
    asked = (kind for kind in kinds if where.types is None or _CLOCKS[kind].entity in (ANY, *where.types))
    questions = {
        kind.value: replace(
            _CLOCKS[kind].asked(_select(_CLOCKS[kind], where, tied), _after(kind, after, now), until),
            limit=given.first + 1,
        )
        for kind in asked
    }
    named = {("where.keeper", ANY): (where.keeper,) if where.keeper is not None else ()}
    asked_all = questions | asked_for(named)
    answers = asking.ask(asked_all) if asked_all else {}
    refuse_unknown(named, answers)
    return _page(asking, given, {name: rows_of(answers[name]) for name in questions})


def _page(asking: Asking, given: UpcomingGiven, answers: Mapping[str, list[dict[str, Any]]]) -> UpcomingConnection:
    """The next changes of all answers; none beyond where one of them was cut off."""
    found: dict[_Key, UpcomingChange] = {}
    horizons: list[_Key] = []
    words = words_of(asking)
    for name, rows in answers.items():
        kind = UpcomingKind(name)
        clock = _CLOCKS[kind]
        keys = [(clock.moment(row["at"]), kind.value, row["id"]) for row in rows]
        if len(rows) > given.first:
            horizons.append(keys[-1])
        for key, row in zip(keys, rows, strict=True):
            if _happens(clock, row, key[0]):
                about = ids_of(row.get("about"))
                why = words(clock.word, label=row["label"], about=_named(row))
                found[key] = UpcomingChange(key[0], clock.effect, kind, row["id"], about, why)
    horizon = min(horizons, default=None)
    keys = sorted(key for key in found if horizon is None or key <= horizon)
    shown = keys[: given.first]
    more = horizon is not None or len(keys) > given.first
    end = shown[-1] if len(keys) > given.first else horizon or (shown[-1] if shown else None)
    edges = tuple(UpcomingEdge(_cursor(key), found[key]) for key in shown)
    info = UpcomingPageInfo(more, _cursor(end) if end else None)
    return UpcomingConnection(edges, tuple(one.node for one in edges), info)


def _select(clock: _Clock, where: UpcomingWhere, tied: Tied | None) -> Select:
    """The question for a kind."""
    types = Cmp("type", "in", where.types) if where.types is not None and clock.entity == ANY else None
    ties = Cmp("id", "in", tuple(tied.things)) if tied is not None else None
    which = both(clock.where, types, kept_by(where.keeper), ties)
    own = (("id", "id"), ("label", "label"), ("at", clock.prop))
    if clock.entity == ANY:
        standing = tuple((name, name) for name in _BY_THE_CLOCK)
        above = Shape((), (("above", Follow("translates", Select(ANY, Shape(standing)))),))
        return Select(ANY, Shape((*own, *standing)), which, (Order(clock.prop),), cases=((TRANSLATION, above),))
    links: tuple[tuple[str, Follow], ...] = ()
    if clock.about:
        links = (("about", Follow(clock.about, Select(_END[clock.about], shape_of("id", "label"), limit=_ABOUT))),)
    return Select(clock.entity, Shape(own, links), which, (Order(clock.prop),))


_END = {"covers_assets": "Asset", "of": ANY, "countries": "Country", "messages": "Message"}


def _happens(clock: _Clock, row: Mapping[str, Any], at: datetime) -> bool:
    """Whether it comes or goes then by itself: an embargo may outlast it, and a translation follows what it is of."""
    if clock.entity != ANY:
        return True
    own = visibility_of(row)
    case = cast("Mapping[str, Any]", row.get("@case") or {})
    for parent in rows_of(case.get("above")):
        own = own.with_parent(visibility_of(parent))
    moment = int(at.timestamp() * 1000)
    come, gone = own.live_from, own.live_until
    return own.stage == LIVE and come < gone and moment == (come if clock.effect is _COMES else gone)


def _named(row: Mapping[str, Any]) -> str:
    """What it is about by name, or what it is called where that is not seen."""
    labels = [str(one["label"]) for one in rows_of(row.get("about"))]
    return ", ".join(labels[:3]) or str(row["label"])


def _after(kind: UpcomingKind, after: _Key | None, now: datetime) -> tuple[str, str]:
    """After which key the rows of a kind are wanted: after now, or after a cursor, which may be of another kind."""
    clock = _CLOCKS[kind]
    if after is None or after[0] <= now:
        return clock.place(now, _LAST)
    if kind.value == after[1]:
        return clock.place(after[0], after[2])
    return clock.place(after[0], "" if kind.value > after[1] else _LAST)


def _cursor(key: _Key) -> str:
    return " ".join((instant(key[0].isoformat()), key[1], key[2]))


def _place(cursor: str) -> _Key:
    try:
        at, kind, id = cursor.split(" ")
        return datetime.fromisoformat(instant(at)), UpcomingKind(kind).value, id
    except (ValueError, InvalidValue):
        raise InvalidValue(f'"{cursor[:40]}" is no cursor.', path="after", cure="Give an `endCursor`.") from None


QUESTION = Question(
    "upcoming_changes",
    "What the clock will show or hide next, as far as you see it now: embargoes and expiries, grants, planned posts, "
    "campaigns, advisories and proofs, by their stored moments. With Duta-Perspective: DRAFT what is under embargo "
    "is told, too.",
    UpcomingGiven,
    UpcomingConnection,
    upcoming_changes,
    lambda given: 2 * given.first,
)

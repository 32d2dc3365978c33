"""Planning a story: fetch what is on a way, weigh it, choose, and say all of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.asking import Asking, Question, said
from graph.errors import InvalidValue
from graph.model.enums import Confidence
from graph.sentence import sentence
from graph.story.audiences import refuse_forbidden
from graph.story.fatigue import Fatigue
from graph.story.plan import fetching
from graph.story.plan.answer import (
    Beat,
    BeatChecks,
    Because,
    FatigueStanding,
    LocaleStanding,
    PathStep,
    Rejected,
    RightsStanding,
    ScoreFactor,
    SensitivityStanding,
    Story,
    StoryEvidence,
)
from graph.story.plan.candidates import Candidate, candidates
from graph.story.plan.choosing import SLOTS, Chosen, choose
from graph.story.plan.draft import Draft
from graph.story.plan.fetching import Asked, Frame
from graph.story.plan.lacking import missing, to_fill
from graph.story.plan.question import StoryQuestion, check
from graph.story.plan.reading import Names, ground, messages
from graph.story.plan.requests import Requests
from graph.story.plan.telling import because, fix, reason
from graph.story.plan.ways import Edge
from graph.story.plan.weighing import Weighed, scales, weigh
from graph.story.plan.wobbling import robustness
from graph.story.posted import with_terms
from graph.story.refusing import unknown
from graph.story.rights.fetching import materials
from graph.story.rows import one_of, rows_of
from graph.story.settings import StorySettings
from graph.story.wording import language_of

_MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class PlanStoryGiven:
    """What a story is planned for."""

    input: StoryQuestion = said("For whom, what for, where and when.")


def plan_story(asking: Asking, given: PlanStoryGiven) -> Story:
    """A story with its reasons; raises InvalidValue for what is not there or may not be asked."""
    return in_words(*drafted(asking, given.input))


def drafted(asking: Asking, asked: StoryQuestion) -> tuple[Draft, int]:
    """A plan before it is put in words, and after which entry of the log it was made; raises InvalidValue."""
    check(asked)
    settings = replace(StorySettings(), weights=asked.weights)
    names = Names(language_of(asking.locale))
    frame = _frame(asking, asked, settings)
    seq = asking.store.head().seq
    base = ground(frame, names)
    weighing = scales(asked, frame, settings, names, asking.viewer.today)
    slots = SLOTS[asked.max_beats]
    if not base.climbs:
        return Draft(Chosen(None, (None,) * len(slots)), slots, {}, (), {}, frame, None, weighing), seq
    reached = fetching.reached(asking, asked.audience, base.climbs, settings)
    nodes = messages(base, reached.messages)
    rows = fetching.assets(asking, reached.assets, asked.audience, asked.campaign, settings, weighing.use.first)
    cleared = materials(asking.store, asking.viewer, rows)
    asking.statements += bool(rows)
    weighed = weigh(rows, base, nodes, cleared, weighing)
    told, ways = {id: one.told for id, one in weighed.items()}, {id: one.ways for id, one in weighed.items()}
    found = candidates(told, ways, settings)
    chosen = choose((one for one in found if not weighed[one.asset].hindrances), slots, settings)
    beats = {one.asset: weighed[one.asset].standing for one in chosen.beats if one is not None}
    tired = with_terms(
        asking,
        {id: (one.fatigue, one.shown) for id, one in beats.items()},
        asked.audience,
        settings.fatigue,
        on=weighing.use.first,
        campaign=asked.campaign,
    )
    requests = Requests(asking.viewer, weighing, cleared)
    return Draft(chosen, slots, weighed, found, nodes, frame, reached, weighing, tired, requests), seq


def _frame(asking: Asking, asked: StoryQuestion, settings: StorySettings) -> Frame:
    """The things that were named; refused where one is not there, or may not be planned for."""
    window = asked.window
    wanted = Asked(asked.goal, asked.audience, asked.country, asked.campaign, window.from_, window.to)
    frame = fetching.frame(asking, wanted)
    for kind in ("goal", "audience", "country", "campaign"):
        id = getattr(asked, kind)
        if id is not None and getattr(frame, kind) is None:
            raise unknown(kind, id, f"input.{kind}")
    audience = frame.audience or {}
    refuse_forbidden(audience, settings.audience, "input.audience")
    home = one_of(audience["country"])
    if frame.country is not None and home is not None and frame.country["id"] != home["id"]:
        told = {"home": home["id"], "asked": asked.country}
        reason = sentence('The audience lives in "{home}", not in "{asked}".', **told)
        raise InvalidValue(
            reason, path="input.country", cure=sentence("Leave the country out, or choose an audience there.")
        )
    return frame


def in_words(draft: Draft, seq: int) -> Story:
    """The answer that a plan is told by."""
    chosen, asked, beats = draft.chosen, draft.scales.asked, draft.beats
    platforms = {one.value for one in asked.channels}
    channels = rows_of((draft.frame.audience or {})["channels"])
    return Story(
        score=round(chosen.total / len(draft.slots), 3),
        narrative=chosen.narrative if beats else None,
        beats=tuple(_beat(position, one, draft) for position, one in enumerate(chosen.beats, 1) if one is not None),
        rejected=tuple(_rejected(draft)),
        missing=missing(draft),
        evidence=_evidence(edge for one in beats for edge in one.way.edges),
        robustness=robustness(chosen, draft.free, draft.slots, draft.scales.settings),
        to_fill=to_fill(draft),
        channels=tuple(row["id"] for row in channels if not platforms or row["platform"] in platforms),
        looked_at=len(draft.reached.assets) if draft.reached else 0,
        made_at_seq=seq,
        settings=draft.scales.settings,
    )


def _beat(position: int, one: Candidate, draft: Draft) -> Beat:
    way, names, asked = one.way, draft.scales.names, draft.scales.asked
    sentence = because(one, names, draft.nodes, asked.audience, asked.goal)
    path = tuple(_step(edge, draft.scales.settings) for edge in way.edges)
    factors = (
        *(ScoreFactor(part.name, round(part.value, 6), part.weight) for part in one.parts),
        ScoreFactor("fatigue", one.fatigue, draft.scales.settings.weights.fatigue),
    )
    return Beat(
        position,
        one.role,
        one.asset,
        one.score,
        Because(sentence, way.reach, way.claim, way.message, way.theme, way.proof, path),
        _checks(draft.weighed[one.asset], draft.tired[one.asset]),
        factors,
    )


def _step(edge: Edge, settings: StorySettings) -> PathStep:
    code = Confidence(edge.confidence) if edge.confidence else None
    factor = settings.confidence.factor(edge.confidence, edge.type)
    return PathStep(edge.start, edge.type, edge.end, edge.weight, code, edge.source, factor, edge.sample)


def _checks(one: Weighed, tired: Fatigue) -> BeatChecks:
    standing = one.standing
    rights = standing.rights
    notes = standing.cautions[:_MOST_NOTES]
    return BeatChecks(
        RightsStanding(rights.verdict, rights.valid_until, tuple(duty.text for duty in rights.duties)),
        LocaleStanding(standing.text.standing, standing.text.locale),
        FatigueStanding(tired.verdict, tired.saturation, tired.next_free_date, tired),
        SensitivityStanding(tuple(note.id for note in notes), sum(note.touches for note in standing.cautions)),
    )


def _rejected(draft: Draft) -> Iterable[Rejected]:
    """What may not be used, by what it would score at best."""
    names, stopped, best = draft.scales.names, draft.stopped, dict[str, float]()
    for one in draft.candidates(stopped):
        best.setdefault(one.asset, one.score)
    for id in sorted(stopped, key=lambda asset: (-best.get(asset, 0.0), asset))[: draft.scales.asked.rejected]:
        first, *others = stopped[id].hindrances
        also = tuple(one.gate for one in others)
        asked = draft.requests.of(first, stopped[id].standing, len(also)) if draft.requests else None
        cure = fix(first, stopped[id].standing, names, asked)
        yield Rejected(id, first.gate, reason(first, names), cure, also, best.get(id, 0.0))


def _evidence(edges: Iterable[Edge]) -> StoryEvidence:
    """Each link once: what was invented is no evidence, however it is sourced."""
    found = set(edges)
    sample = sum(edge.sample for edge in found)
    sourced = sum(edge.source is not None and not edge.sample for edge in found)
    return StoryEvidence(sourced, len(found) - sample - sourced, sample)


def _size(given: PlanStoryGiven) -> int:
    """Beats with their paths, what is rejected and missing, and what wobbles."""
    return given.input.max_beats * 30 + given.input.rejected + 60


PLAN_STORY = Question(
    "plan_story",
    "Plan a story for an audience: beats with their reasons, what may not be used and why, and what is missing.",
    PlanStoryGiven,
    Story,
    plan_story,
    _size,
)

"""The answer to a plan: beats with their reasons, what may not be used, what is missing, what it rests on."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model import ANY
from graph.model.enums import Confidence
from graph.story.fatigue import Fatigue, FatigueVerdict
from graph.story.plan.candidates import BeatRole
from graph.story.plan.gates import FixAction, Gate
from graph.story.plan.texts import TextStanding
from graph.story.plan.ways import Claim, Reach
from graph.story.repairs.values import FixRequest
from graph.story.rights import RightsVerdict
from graph.story.settings import StorySettings

Anything = Annotated[str, Of(ANY)]
AssetId = Annotated[str, Of("Asset")]


@dataclass(frozen=True, slots=True)
class PathStep:
    """One link of the way that makes a beat, as it is stored."""

    from_: Anything | None = said("Where the link starts.")
    type: str = said("Its stored type.")
    to: Anything | None = said("Where it ends.")
    weight: float | None = said("Its weight, where its kind has one.")
    confidence: Confidence | None = said("How sure it is, by the Admiralty code.")
    source: Annotated[str, Of("Source")] | None = said("The evidence for it, where you may see that.")
    factor: float = said("What its confidence counts in the score.")
    sample: bool = said("Whether it was invented for the demonstration.")


@dataclass(frozen=True, slots=True)
class Because:
    """Why an asset stands in a story: the whole way from the audience to the goal."""

    sentence: str = said("The reason in words.")
    reach: Reach = said("How the audience is led to it.")
    claim: Claim = said("How it speaks for the message.")
    message: Annotated[str, Of("Message")] | None = said("What it says.")
    theme: Anything | None = said("What the beat is about.")
    proof: Annotated[str, Of("Proof")] | None = said("What it proves the message by.")
    path: tuple[PathStep, ...] = said("Each link from the audience to the goal, once.")


@dataclass(frozen=True, slots=True)
class ScoreFactor:
    """One factor of a score."""

    name: str = said("Which one, as the settings name it; fatigue is taken away from the product of the others.")
    value: float = said("The factor.")
    weight: float = said("Its exponent.")


@dataclass(frozen=True, slots=True)
class RightsStanding:
    """Whether it may be used so."""

    verdict: RightsVerdict = said("The verdict for this use.")
    until: date | None = said("The last day it holds.")
    duties: tuple[str, ...] = said("What has to be done for it.")


@dataclass(frozen=True, slots=True)
class LocaleStanding:
    """In which language the audience reads it."""

    state: TextStanding = said("How the text stands to the language asked for.")
    locale: str | None = said("The language it is in.")


@dataclass(frozen=True, slots=True)
class FatigueStanding:
    """How tired the audience is of it when the window begins."""

    verdict: FatigueVerdict = said("Whether it may be shown again.")
    saturation: float = said("How much of what the audience bears has been shown.")
    next_free_date: date | None = said("The first day on which it need not rest.")
    terms: Fatigue = said("The sum, with every placement in it.")


@dataclass(frozen=True, slots=True)
class SensitivityStanding:
    """What to mind in the country."""

    open: tuple[Anything, ...] = said("Notes and advisories that are open in the window, those that touch it first.")
    touching: int = said("How many of them touch it.")


@dataclass(frozen=True, slots=True)
class BeatChecks:
    """The gates that a beat has passed."""

    rights: RightsStanding = said("Rights for this use.")
    locale: LocaleStanding = said("Its text.")
    fatigue: FatigueStanding = said("How often it was shown.")
    sensitivity: SensitivityStanding = said("What is touchy.")


@dataclass(frozen=True, slots=True)
class Beat:
    """A step of a story: an asset in its place, with its reason."""

    position: int = said("Its place, from 1.")
    role: BeatRole = said("What it does in the story.")
    asset: AssetId | None = said("What is shown.")
    score: float = said("The product of its factors less its fatigue, 0 to 1.")
    because: Because = said("Why.")
    checks: BeatChecks = said("The gates it has passed.")
    factors: tuple[ScoreFactor, ...] = said("All that makes the score.")


@dataclass(frozen=True, slots=True)
class StoryFix:
    """The smallest thing that would let an asset in."""

    kind: FixAction = said("What kind of thing it is.")
    action: str = said("What to do.")
    cost: str = said("What it takes: words, a request, days.")
    until: date | None = said("From when on it is free, where waiting helps.")
    request: FixRequest | None = said(
        "What has to be asked for it, and of whom; null where asking does not help, and for partners and the public."
    )


@dataclass(frozen=True, slots=True)
class Rejected:
    """An asset on a complete way that may not be used."""

    asset: AssetId | None = said("Which one.")
    gate: Gate = said("The first gate that it does not pass.")
    reason: str = said("Why not.")
    fix: StoryFix = said("What would open that gate.")
    also: tuple[Gate, ...] = said("The other gates it does not pass.")
    score: float = said("What it would score at best, were it let in.")


@dataclass(frozen=True, slots=True)
class Missing:
    """A place that nothing takes, or something the whole plan lacks."""

    slot: BeatRole | None = said("The place; null where it concerns the whole.")
    why: str = said("Why nothing takes it.")
    nearest: Anything | None = said("What comes nearest.")


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A row that the graph lacks, by what the story would gain by it."""

    entity: Anything | None = said("The thing whose row it is.")
    field: str = said("The link or property to fill.")
    to: Anything | None = said("Where the link would lead; null where that is yours to say.")
    gain: float = said("What the score of the story would gain at most.")
    why: str = said("Why it helps.")


@dataclass(frozen=True, slots=True)
class ToFill:
    """The rows that are missing, ranked by gain."""

    rows: tuple[MissingRow, ...] = said("Each row.")
    csv: str = said("The same rows as a table that `duta import` reads once its gaps are filled.")


@dataclass(frozen=True, slots=True)
class StoryEvidence:
    """What the links of the chosen beats rest on, each link once."""

    sourced: int = said("Links with a source that you see.")
    assumed: int = said("Links without one.")
    sample: int = said("Links that were invented for the demonstration.")


@dataclass(frozen=True, slots=True)
class BeatChange:
    """A place whose asset changes."""

    position: int = said("The place, from 1.")
    before: AssetId | None = said("What stands there.")
    after: AssetId | None = said("What would stand there.")


@dataclass(frozen=True, slots=True)
class Wobble:
    """What changes when one weight moves by a fifth."""

    weight: str = said("The weight of a factor, or interest.")
    theme: Annotated[str, Of("Theme")] | None = said("The theme, where it is the weight of an interest.")
    by: float = said("By what it is multiplied.")
    changes: tuple[BeatChange, ...] = said("The places that change.")


@dataclass(frozen=True, slots=True)
class Robustness:
    """Whether the plan hangs on a single weight."""

    tried: int = said("How many single changes of a weight by a fifth were tried.")
    held: int = said("After how many of them the story stays as it is.")
    wobbles: tuple[Wobble, ...] = said("Those after which it does not.")


@dataclass(frozen=True, slots=True)
class Story:
    """A story for an audience, by rules that anyone can check."""

    score: float = said("The sum of the beats' scores over the number of beats asked for.")
    narrative: Annotated[str, Of("Narrative")] | None = said("The one narrative that it tells.")
    beats: tuple[Beat, ...] = said("Its steps, in order.")
    rejected: tuple[Rejected, ...] = said("Assets that may not be used, those that would score best first.")
    missing: tuple[Missing, ...] = said("What it lacks.")
    evidence: StoryEvidence = said("What it rests on.")
    robustness: Robustness = said("What it hangs on.")
    to_fill: ToFill = said("The rows whose lack costs most.")
    channels: tuple[Annotated[str, Of("Channel")], ...] = said("Channels on those platforms that reach the audience.")
    looked_at: int = said("How many assets were looked at.")
    made_at_seq: int = said("The log's sequence it was made on.")
    settings: StorySettings = said("All that it was reckoned with.")

"""What the rules of planning weigh by: half-lives, ceilings, tables and gates, as data that answers show."""

from dataclasses import dataclass
from functools import lru_cache

from graph.asking import said
from graph.model.enums import Confidence


@dataclass(frozen=True, slots=True)
class Setting:
    """A name of a table of settings, with its value."""

    name: str = said("What it is for: a platform, a kind, a code.")
    value: float = said("What it counts.")


def table(**values: float) -> tuple[Setting, ...]:
    """A table of settings, in the order given."""
    return tuple(Setting(name, value) for name, value in values.items())


#: Each table beside what it is by name. They are few and live as long as the program, and to hash one takes long.
_BY_NAME: dict[int, tuple[tuple[Setting, ...], dict[str, float]]] = {}


def by_name(settings: tuple[Setting, ...]) -> dict[str, float]:
    """A table of settings to look things up in."""
    known = _BY_NAME.get(id(settings))
    if known is None:
        known = _BY_NAME[id(settings)] = settings, {one.name: one.value for one in settings}
    return known[1]


@dataclass(frozen=True, slots=True)
class FatiguePolicy:
    """How exposures tire an audience."""

    half_life_days: int = said("After so many days an exposure counts half, where its platform says nothing else.", 30)
    half_lives: tuple[Setting, ...] = said(
        "Half-lives of platforms, in days.",
        table(X=7, TIKTOK=14, INSTAGRAM=14, FACEBOOK=21, RADIO=21, NEWSLETTER=45, WEBSITE=60, EMBED=60),
    )
    weights: tuple[Setting, ...] = said(
        "What an exposure on a platform counts; 1 where it is not named.", table(EMBED=0.3)
    )
    embed_views: int = said(
        "So many views of an embed on one channel make it an exposure of the weight of EMBED; fewer count by their "
        "share.",
        100,
    )
    embed_days: int = said("Views of embeds are counted for so many days back.", 90)
    paid: float = said("By what a paid exposure is multiplied.", 2.0)
    ceiling: float = said("The sum of exposures at which an audience has had enough.", 3.0)
    warm_from: float = said("From which saturation it is WARM.", 0.35)
    rest_from: float = said("From which saturation it has to REST.", 0.75)
    latest: int = said(
        "How many of the latest exposures are counted; with more posts than that, those of a day on a channel are one.",
        200,
    )
    horizon_days: int = said("How far ahead a free day is looked for.", 730)

    def half_life(self, platform: str) -> float:
        """In days."""
        return by_name(self.half_lives).get(platform, self.half_life_days)

    def weight(self, platform: str, *, paid: bool) -> float:
        """What one exposure counts on its last day."""
        return by_name(self.weights).get(platform, 1.0) * (self.paid if paid else 1.0)


@dataclass(frozen=True, slots=True)
class ConfidencePolicy:
    """What the Admiralty code is worth: the lower of its source's reliability and its own credibility."""

    reliability: tuple[Setting, ...] = said(
        "Of the source, A to F; F cannot be judged.", table(A=1.0, B=0.9, C=0.75, D=0.5, E=0.25, F=0.6)
    )
    credibility: tuple[Setting, ...] = said(
        "Of what it says, 1 to 6; 6 cannot be judged.",
        tuple(Setting(str(code), value) for code, value in enumerate((1.0, 0.9, 0.75, 0.5, 0.25, 0.6), 1)),
    )
    unstated: tuple[Setting, ...] = said(
        "Of links that say something about the world and bear no code: what is not said cannot be judged.",
        table(INTERESTED_IN=0.6, PROVES=0.6, REACHES=0.6),
    )

    def factor(self, code: str | None, link: str) -> float:
        """Between 0 and 1; what the house itself decides, as what an asset is about, needs no code."""
        if code is None:
            return by_name(self.unstated).get(link, 1.0)
        return min(by_name(self.reliability)[code[0]], by_name(self.credibility)[code[1]])

    def codes(self) -> tuple[tuple[str, float], ...]:
        """The whole table, as a walk takes it."""
        return _codes(self)


@lru_cache(maxsize=64)
def _codes(policy: ConfidencePolicy) -> tuple[tuple[str, float], ...]:
    return tuple((code.value, policy.factor(code.value, "")) for code in Confidence)


@dataclass(frozen=True, slots=True)
class StoryWeights:
    """How much each factor of a score counts: its exponent, 0 to 2; for fatigue, what it is multiplied by."""

    interest: float = said("How strongly the audience is interested in the theme.", 1.0)
    theme: float = said("How central the theme is to the asset.", 1.0)
    confidence: float = said("How sure the links of the path are.", 1.0)
    audience: float = said("Whether the message is meant for this audience.", 1.0)
    narrative: float = said("How close the message is to the narrative that serves the goal.", 1.0)
    freshness: float = said("How fresh the asset is.", 1.0)
    locale: float = said("In which of its languages the audience can read it.", 1.0)
    role: float = said("How well the asset fits its place in the story.", 1.0)
    fatigue: float = said("How tired the audience is of the asset.", 1.0)


@dataclass(frozen=True, slots=True)
class AudiencePolicy:
    """Of which audiences Duta plans for: aggregates, by nothing that is nobody's business."""

    minimum_size: int = said("The least number of people in an audience.", 1000)


@dataclass(frozen=True, slots=True)
class FixPolicy:
    """By when what a repair asks for is due, and for how long a right is asked for."""

    days: tuple[Setting, ...] = said(
        "After how many days each kind of request is due.",
        table(TRANSLATE=14, RIGHTS=14, FIND_PROOF=28),
    )
    other_days: int = said("After how many days the other kinds are due.", 7)
    rights_days: int = said("For how many days a right is asked for, where no days are named.", 365)


@dataclass(frozen=True, slots=True)
class StorySettings:
    """What a plan of a story was reckoned with."""

    weights: StoryWeights = said("What each factor counts.", StoryWeights())
    confidence: ConfidencePolicy = said("What the Admiralty code of a link is worth.", ConfidencePolicy())
    fatigue: FatiguePolicy = said("How exposures tire.", FatiguePolicy())
    audience: AudiencePolicy = said("Of which audiences is planned for.", AudiencePolicy())
    requests: FixPolicy = said("By when what would let an asset in is asked for.", FixPolicy())
    narrower: float = said("What an interest counts for a theme below the one that is named.", 0.8)
    addressed: float = said("What stands for the interest where only the message is meant for the audience.", 0.5)
    part_of: float = said("What each step to a larger narrative counts.", 0.9)
    message: tuple[Setting, ...] = said(
        "What a message counts by whom it is for: this audience, nobody in particular, others.",
        table(THIS_AUDIENCE=1.0, ANYBODY=0.9, OTHERS=0.7),
    )
    locale: tuple[Setting, ...] = said(
        "What a text counts: in the language asked for, in a wider one (pt for pt-BR), in another that the audience "
        "reads, made from an older source, by a machine.",
        table(EXACT=1.0, WIDER=0.95, READ=0.85, STALE=0.8, MACHINE=0.8),
    )
    ages: tuple[Setting, ...] = said(
        "Kinds of assets that age, with the days after which they count half; others do not age.",
        table(THREAD=90, SPEECH=180, DATASET=365, INFOGRAPHIC=730),
    )
    overdue: float = said("What an asset counts whose review is due before the window ends.", 0.8)
    hook: tuple[Setting, ...] = said(
        "How well kinds and tones open a story; 0.6 where one is not named. The two are multiplied.",
        table(
            VIDEO=1.0, PHOTO=0.95, IMMERSIVE=0.95, AUDIO=0.9, WORK=0.9, THREE_D=0.85, PLACE_STORY=0.8, TRADE_STORY=0.7,
            JOY=1.0, PLAYFUL=1.0, PRIDE=0.95, CALM=0.85, SERIOUS=0.7, SOLEMN=0.65,
        ),
    )  # fmt: skip
    context: tuple[Setting, ...] = said(
        "How well they tell what it is about.",
        table(
            PLACE_STORY=1.0, WORK=0.95, TEXT=0.95, INFOGRAPHIC=0.95, TRADE_STORY=0.9, SPEECH=0.8, VIDEO=0.8,
            CALM=1.0, SERIOUS=1.0, SOLEMN=0.95, PRIDE=0.9, JOY=0.85, PLAYFUL=0.8,
        ),
    )  # fmt: skip
    proof: tuple[Setting, ...] = said(
        "How well kinds of proofs convince.",
        table(STATISTIC=1.0, DOCUMENT=1.0, AWARD=0.95, EVENT=0.95, VIDEO=0.9, TESTIMONY=0.85),
    )
    call: tuple[Setting, ...] = said(
        "How well intents of messages, and kinds of assets, ask for something. The two are multiplied.",
        table(
            BEHAVIOUR=1.0, MUTUAL_UNDERSTANDING=0.9, VALUE=0.85, IDEA=0.7, PERCEPTION=0.65, INFORM=0.5,
            TRADE_STORY=1.0, WORK=0.9, PLACE_STORY=0.9, VIDEO=0.85,
        ),
    )  # fmt: skip
    tired: float = said("What a full saturation takes away from a score.", 0.5)
    unlisted: float = said("What a kind, tone or intent counts that a table does not name.", 0.6)
    warns_from: str = said("From which severity a note on a country that names what it touches stops that.", "SEVERE")
    stops_from: str = said("From which severity a note that names nothing stops all.", "EXTREME")
    candidates: int = said("How many assets are looked at.", 120)
    width: int = said("How many part stories are kept while one is put together.", 12)
    choices: int = said("How many candidates for each place are tried.", 12)

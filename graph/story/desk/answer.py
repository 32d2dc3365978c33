"""What stands on a mission's desk."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model.enums import Told
from graph.story.agenda.collisions import Collision
from graph.story.rights import RightsVerdict

AssetId = Annotated[str, Of("Asset")]
AudienceId = Annotated[str, Of("Audience")]
CampaignId = Annotated[str, Of("Campaign")]
CountryId = Annotated[str, Of("Country")]
ThemeId = Annotated[str, Of("Theme")]


@dataclass(frozen=True, slots=True)
class DeskObservance:
    """A day that one of the mission's countries, or its own, observes."""

    observance: Annotated[str, Of("Observance")] | None = said("What is observed.")
    country: CountryId | None = said("Where.")
    day: date = said("The day.")
    estimated: bool = said("Whether the day may still move, as that of a feast by the moon.")
    assets: tuple[AssetId, ...] = said("Published assets that are tied to it, up to six.")


@dataclass(frozen=True, slots=True)
class DeskBest:
    """An asset that an audience could be shown next."""

    asset: AssetId | None = said("The asset.")
    score: float = said("Interest times theme times confidence, language and freshness, less fatigue; 0 to 1.")
    because: str = said("Why it, and why now.")
    theme: ThemeId | None = said("The theme that leads the audience to it.")
    locale: str | None = said("The language in which the audience reads it.")
    duties: tuple[str, ...] = said("What has to be done for its rights.")
    until: date | None = said("The last day it may be shown; null without an end.")
    last_shown: date | None = said("When the audience was last shown it; null where never.")


@dataclass(frozen=True, slots=True)
class DeskAudience:
    """One of the mission's audiences."""

    audience: AudienceId | None = said("The audience.")
    country: CountryId | None = said("Where it lives.")
    best: tuple[DeskBest, ...] = said("What to show it next, the best first.")
    nothing: str | None = said("Why there is nothing to show; null where there is something.")


@dataclass(frozen=True, slots=True)
class DeskRunningOut:
    """An asset of a campaign whose rights end soon, or do not allow it now."""

    asset: AssetId | None = said("The asset.")
    verdict: RightsVerdict = said("Whether it may be shown there on the first day.")
    until: date | None = said("The last day it may be shown; null where it may not.")
    campaigns: tuple[CampaignId, ...] = said("The campaigns that show it, those that go on longest first.")
    country: CountryId | None = said("The country that this is about.")
    sentence: str = said("What happens, in words.")


@dataclass(frozen=True, slots=True)
class DeskText:
    """A text that an audience of a campaign needs and does not have."""

    asset: AssetId | None = said("The asset.")
    locale: str = said("The language that is missing: the first that the audience reads.")
    instead: str | None = said("Another language of the audience in which there is one.")
    pending: bool = said("Whether one is written and waits to be published.")
    words: int = said("How many words there are to translate.")
    campaigns: tuple[CampaignId, ...] = said("The campaigns that need it, the next one first.")
    sentence: str = said("What is missing, in words.")


@dataclass(frozen=True, slots=True)
class DeskAdaptation:
    """A campaign of headquarters that would suit an audience of the mission."""

    campaign: CampaignId | None = said("The campaign.")
    fit: float = said("How well: the mean over its assets of the interest that each meets, 0 to 1.")
    partner: bool = said("Whether the mission is named as one of those who run it.")
    audience: AudienceId | None = said("The audience that it would suit best.")
    themes: tuple[ThemeId, ...] = said("What that audience cares for and the campaign shows, the strongest first.")
    ready: tuple[AssetId, ...] = said("Of those that meet an interest, what the audience can read and may be shown.")
    to_translate: tuple[AssetId, ...] = said("Of those, what lacks only a text.")
    sentence: str = said("Why it suits, in words.")


class DeskPart(Told):
    """The parts of a desk."""

    AUDIENCES = "AUDIENCES", "Audiences of its countries."
    CAMPAIGNS = "CAMPAIGNS", "Campaigns for them."
    ASSETS = "ASSETS", "Assets of those campaigns."


@dataclass(frozen=True, slots=True)
class MissionDesk:
    """What a mission has to know for some days: one answer, each part by the rules of its own question."""

    mission: Annotated[str, Of("Mission")] | None = said("The mission.")
    starts: date = said("The first day.")
    ends: date = said("The last day, included.")
    countries: tuple[CountryId, ...] = said("The countries that host it or to which it is accredited.")
    observances: tuple[DeskObservance, ...] = said("What its countries and its own observe, in order of time.")
    audiences: tuple[DeskAudience, ...] = said("Its audiences, the largest first, with what to show them next.")
    running_out: tuple[DeskRunningOut, ...] = said("Rights that end soon or are not there, the most urgent first.")
    missing_texts: tuple[DeskText, ...] = said("Texts that campaigns for its audiences lack, the most urgent first.")
    to_adapt: tuple[DeskAdaptation, ...] = said("Campaigns of headquarters to adapt, the best fit first.")
    clashes: tuple[Collision, ...] = said("Campaigns for its audiences that get in each other's way.")
    notes: tuple[str, ...] = said("What is not known, and what was too much to look at.")
    cut: tuple[DeskPart, ...] = said("Parts of which there is more than a desk holds.")

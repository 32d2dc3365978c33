"""The question for a kit: what it would hold today, and where it is."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Asking, Of, Question, said

#: How many stories of a campaign are looked at.
MOST = 200


@dataclass(frozen=True, slots=True)
class KitItem:
    """A story in a kit."""

    asset: Annotated[str, Of("Asset")] = said("The story.")
    credit: str = said("What has to stand beside it.")
    until: date = said("The last day on which it may be shown.")


@dataclass(frozen=True, slots=True)
class KitAnswer:
    """What a kit of a campaign would hold today."""

    campaign: Annotated[str, Of("Campaign")] = said("The campaign.")
    items: tuple[KitItem, ...] = said("What may be shown at events, by everybody, for culture.")
    left_out: tuple[Annotated[str, Of("Asset")], ...] = said("Its other stories: their rights do not reach so far.")
    url: str = said("Where the signed archive is, for those with a key.")


@dataclass(frozen=True, slots=True)
class KitGiven:
    """Of which campaign."""

    id: Annotated[str, Of("Campaign")] = said("The campaign.")


def ask_kit(asking: Asking, given: KitGiven) -> KitAnswer | None:
    """What would be in the kit; null where there is no campaign that the caller sees."""
    # What reads stories needs the plan of questions, which needs this one.
    from api.kits import kit_of

    asking.statements += 1
    kit = kit_of(asking.store, asking.viewer, given.id, asking.locale or "en")
    if kit is None:
        return None
    asking.statements += 8 * (len(kit.items) + len(kit.left_out))
    items = tuple(KitItem(one.story.id, one.shown.credit, one.until) for one in kit.items)
    base = (asking.surroundings.public_url or "").rstrip("/")
    return KitAnswer(kit.campaign, items, kit.left_out, f"{base}{path_of(kit.campaign)}")


def path_of(campaign: str) -> str:
    """Where the archive of a campaign's kit is on this installation."""
    return f"/kits/{campaign.partition(':')[2]}.zip"


KIT = Question(
    "kit",
    "The kit of a campaign: the stories that may be shown offline, at events, each with its credit and last day.",
    KitGiven,
    KitAnswer | None,
    ask_kit,
    lambda _given: MOST,
)

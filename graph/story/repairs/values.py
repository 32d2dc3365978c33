"""A repair as something to ask for: what names it, of whom it is asked, until when and with which letter."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model import ANY
from graph.model.enums import Told
from graph.model.kinds import Locale
from graph.story.rights.asked import RightsUse


class AskedFixKind(Told):
    """What a repair asks for."""

    TRANSLATE = "TRANSLATE", "To put an asset into a language."
    RIGHTS = "RIGHTS", "To allow a use of an asset."
    REFRESH = "REFRESH", "To look at the facts of an asset again."
    FIND_PROOF = "FIND_PROOF", "To find a proof for a message, or to look at the one that has run out."
    PUBLISH = "PUBLISH", "To publish an asset, or to mark it for the outside."
    PUBLISH_TEXT = "PUBLISH_TEXT", "To publish a text of an asset that is written."
    EXTEND = "EXTEND", "To let an asset hold longer."
    COORDINATE = "COORDINATE", "To agree with a campaign that shows the asset to the same audience."


@dataclass(frozen=True, slots=True)
class AskedFix:
    """What names a repair: its kind, and what that is about."""

    kind: AskedFixKind = said("What is asked for.")
    asset: Annotated[str, Of("Asset")] | None = said("The asset, for all but FIND_PROOF.", None)
    message: Annotated[str, Of("Message")] | None = said("The message, for FIND_PROOF.", None)
    campaign: Annotated[str, Of("Campaign")] | None = said("The campaign, for COORDINATE.", None)
    locale: Locale | None = said("The language, for TRANSLATE and PUBLISH_TEXT.", None)
    use: RightsUse | None = said("The use to be allowed, for RIGHTS; without days, for a year from today.", None)
    until: date | None = said("The day to which it has to hold, for EXTEND.", None)


@dataclass(frozen=True, slots=True)
class FixAsk:
    """One thing to ask somebody for."""

    ask: str = said("What to ask, in a sentence.")
    to: Annotated[str, Of(ANY)] | None = said(
        "Of whom: who keeps or holds it, or leads the campaign; null where nobody is known, or the caller may not know."
    )
    about: tuple[Annotated[str, Of(ANY)], ...] = said("What it is about.")
    template: str = said("The letter to begin with.")


@dataclass(frozen=True, slots=True)
class FixRequest:
    """The requests that a repair needs, as openFixRequest would write them."""

    fix: AskedFix = said("What names it, for openFixRequest.")
    asks: tuple[FixAsk, ...] = said("What is asked, one for each who has to say yes.")
    due: date = said("The day by which it is due, by the settings.")
    unlocks: str = said("What it gains, in a sentence.")

"""What is answered: the verdict with its duties, its last day and its reasons."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model import ANY
from graph.model.enums import Told

AnyId = Annotated[str, Of(ANY)]


class RightsVerdict(Told):
    """Whether a use is allowed, from the mildest to the strictest."""

    ALLOWED = "ALLOWED", "It may be used so."
    ALLOWED_WITH_DUTIES = "ALLOWED_WITH_DUTIES", "It may be used so by who does what the duties say."
    UNKNOWN = "UNKNOWN", "Nothing on file allows it. Acts as DENIED for whatever is published."
    DENIED = "DENIED", "It may not be used so."


class RuleEffect(Told):
    """What a reason does to the verdict."""

    PERMIT = "PERMIT", "A rule permits it."
    PROHIBIT = "PROHIBIT", "A rule forbids it."
    NOT_COVERED = "NOT_COVERED", "What is permitted does not reach so far."
    UNKNOWN = "UNKNOWN", "Nothing is known."


class UnlockKind(Told):
    """What to ask for, where something is not allowed."""

    STATE_RIGHTS = "STATE_RIGHTS", "Under which rights it stands."
    APPROVE = "APPROVE", "To approve a grant or consent that is on file."
    EXTEND_GRANT = "EXTEND_GRANT", "To extend a grant to the use."
    WAIVE_CLAUSE = "WAIVE_CLAUSE", "An exception from what forbids the use."
    MODEL_RELEASE = "MODEL_RELEASE", "A person's consent, where there is none."
    EXTEND_RELEASE = "EXTEND_RELEASE", "A wider consent of a person."
    ASK_KEEPER = "ASK_KEEPER", "What stands against it, of who may see that."


#: The stricter verdict has the higher rank.
RANK: dict[RightsVerdict, int] = {verdict: rank for rank, verdict in enumerate(RightsVerdict)}
YES = frozenset({RightsVerdict.ALLOWED, RightsVerdict.ALLOWED_WITH_DUTIES})


@dataclass(frozen=True, slots=True)
class RightsDuty:
    """What has to be done for a use that is allowed."""

    action: str = said("The action of ODRL, such as attribute or inform.")
    text: str = said("What to do, in a sentence.")
    due: date | None = said("The last day for it.")
    grant: AnyId | None = said("The grant, consent or source that asks for it, for those who may see it.", None)
    credit: str | None = said("What to write, word for word, where that is what has to be done.", None)


@dataclass(frozen=True, slots=True)
class RightsReason:
    """Why the verdict is so: one rule of one grant, consent or source, or that there is none."""

    effect: RuleEffect = said("What it does to the verdict.")
    sentence: str = said("The reason in a sentence.")
    rule: str | None = said("The rule in short, as it is written.", None)
    grant: AnyId | None = said("The grant, consent or source it stands in; null where the caller may not see it.", None)
    clause: str | None = said("Where it stands in the contract, or the licence it is of.", None)
    about: AnyId | None = said("The asset, recording, person or source that it clears, or does not.", None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest of what is found for an asset and all that belongs to it.

    `valid_until` is the last day to which the use may go on; None has no end, or the use is not allowed.
    """

    verdict: RightsVerdict
    duties: tuple[RightsDuty, ...] = ()
    valid_until: date | None = None
    reasons: tuple[RightsReason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be published: unknown rights mean no."""
        return self.verdict in YES

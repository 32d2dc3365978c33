"""What is answered: the verdict with its duties, its last day and its reasons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from graph.asking import Of, said
from graph.model import ANY

AnyId = Annotated[str, Of(ANY)]


class RightsVerdict(StrEnum):
    """Whether a use is allowed; UNKNOWN acts as DENIED for whatever is published."""

    ALLOWED = "ALLOWED"
    ALLOWED_WITH_DUTIES = "ALLOWED_WITH_DUTIES"
    UNKNOWN = "UNKNOWN"
    DENIED = "DENIED"


class RuleEffect(StrEnum):
    """What a reason does to the verdict: it permits, forbids, does not reach so far, or nothing is known."""

    PERMIT = "PERMIT"
    PROHIBIT = "PROHIBIT"
    NOT_COVERED = "NOT_COVERED"
    UNKNOWN = "UNKNOWN"


class UnlockKind(StrEnum):
    """What to ask for, where something is not allowed."""

    STATE_RIGHTS = "STATE_RIGHTS"
    APPROVE = "APPROVE"
    EXTEND_GRANT = "EXTEND_GRANT"
    WAIVE_CLAUSE = "WAIVE_CLAUSE"
    MODEL_RELEASE = "MODEL_RELEASE"
    EXTEND_RELEASE = "EXTEND_RELEASE"
    ASK_KEEPER = "ASK_KEEPER"


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


@dataclass(frozen=True, slots=True)
class RightsReason:
    """Why the verdict is so: one rule of one grant, consent or source, or that there is none."""

    effect: RuleEffect = said("What it does to the verdict.")
    sentence: str = said("The reason in a sentence.")
    rule: str | None = said("The rule in short, as it is written.", None)
    grant: AnyId | None = said("The grant, consent or source it stands in; null where the caller may not see it.", None)
    clause: str | None = said("Where it stands in the contract.", None)
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

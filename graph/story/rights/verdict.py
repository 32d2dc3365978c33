"""What is answered: the verdict with its duties, its last day and its reasons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


#: The stricter verdict has the higher rank.
RANK: dict[RightsVerdict, int] = {verdict: rank for rank, verdict in enumerate(RightsVerdict)}


@dataclass(frozen=True, slots=True)
class Duty:
    """What has to be done for a use that is allowed. `due` is the last day for it."""

    action: str
    text: str
    due: date | None
    grant: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is so: one rule of one grant, consent or source, or that there is none.

    `about` is the asset, recording, person or source that the rule clears or does not. `grant`, `clause` and `rule`
    are None where the caller may not see where the rule stands.
    """

    effect: RuleEffect
    sentence: str
    rule: str | None = None
    grant: str | None = None
    title: str | None = None
    clause: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest of what is found for an asset and all that belongs to it.

    `valid_until` is the last day to which the use may go on; None has no end, or the use is not allowed.
    """

    verdict: RightsVerdict
    duties: tuple[Duty, ...] = ()
    valid_until: date | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be published: unknown rights mean no."""
        return self.verdict in (RightsVerdict.ALLOWED, RightsVerdict.ALLOWED_WITH_DUTIES)

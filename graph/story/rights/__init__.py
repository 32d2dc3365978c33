"""Rights as a calculation: which use of an asset is allowed, why, on which conditions, and what would unlock it.

For whoever needs to know whether something may be used, one function for any number of ids:

    verdicts(store, viewer, ids, use, now) -> {id: Verdict}

`ids` are of assets or media; what the viewer does not see is left out, as what is not there. `use` is a `Use`
(territories, channels, purposes, ...: what is empty means anything), `now` a day. `Verdict.allowed` is the yes or no.
It costs one question of the store. A viewer below INTERNAL is told no reasons, and its territories bound the use.
"""

from graph.story.rights.asking import verdicts
from graph.story.rights.check import check
from graph.story.rights.credit import credits_asked
from graph.story.rights.use import Use
from graph.story.rights.verdict import RightsDuty, RightsReason, RightsVerdict, RuleEffect, Verdict

__all__ = [
    "RightsDuty",
    "RightsReason",
    "RightsVerdict",
    "RuleEffect",
    "Use",
    "Verdict",
    "check",
    "credits_asked",
    "verdicts",
]

"""Who sees what: the four values stored for it, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from graph.model import LEVEL
from graph.store.select import Viewer

RETIRED, NOT_LIVE, LIVE = 0, 1, 2
ALWAYS, NEVER = 0, 2**53
RESTRICTED = LEVEL["RESTRICTED"]

#: Sees everything, for what Duta does by itself.
SYSTEM = Viewer(live=RESTRICTED, draft=RESTRICTED, retired=RESTRICTED, now=0)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Stage, marking as a number, and the window of epoch milliseconds in which it is live."""

    stage: int
    level: int
    live_from: int
    live_until: int

    def with_parent(self, parent: "Visibility") -> "Visibility":
        """The stricter of one's own and the parent's, as a Translation's is."""
        if parent is self:
            return self
        return Visibility(
            min(self.stage, parent.stage),
            max(self.level, parent.level),
            max(self.live_from, parent.live_from),
            min(self.live_until, parent.live_until),
        )

    def seen_by(self, viewer: Viewer) -> bool:
        """The rule in Python; each compiler writes the same comparison."""
        if self.stage == RETIRED:
            return self.level <= viewer.retired
        live = self.stage == LIVE and self.live_from <= viewer.now < self.live_until
        return self.level <= (viewer.live if live else viewer.draft)


def visibility_of(values: Mapping[str, object]) -> Visibility:
    """The four values of a node from its stored properties."""
    return _visibility(values["state"], values["marking"], values.get("embargo_until"), values.get("expires_at"))


@lru_cache(maxsize=4096)
def _visibility(state: object, marking: object, embargo_until: object, expires_at: object) -> Visibility:
    """Remembered, since most nodes have the same as others."""
    stage = {"PUBLISHED": LIVE, "RETIRED": RETIRED}.get(str(state), NOT_LIVE)
    return Visibility(
        stage, LEVEL[str(marking)], _milliseconds(embargo_until, ALWAYS), _milliseconds(expires_at, NEVER)
    )


def _milliseconds(moment: object, otherwise: int) -> int:
    return otherwise if moment is None else int(datetime.fromisoformat(str(moment)).timestamp() * 1000)

"""What each role may see, and the perspective of a request."""

import time
from collections.abc import Mapping
from enum import StrEnum

from api.plan import Writer
from api.plan.errors import Code, refused
from graph.store.select import Viewer

_NOTHING = -1

#: The highest marking a role may see among what is live, what is not, and what is retired; -1 is nothing.
LEVELS: Mapping[str, tuple[int, int, int]] = {
    "PUBLIC": (0, _NOTHING, _NOTHING),
    "PARTNER": (1, _NOTHING, _NOTHING),
    "CREATOR": (2, 2, _NOTHING),
    "PLANNER": (2, 2, _NOTHING),
    "EDITOR": (3, 3, 3),
    "ADMIN": (3, 3, 3),
}


class Perspective(StrEnum):
    """Whether a request sees what is live, or also what is still being made."""

    PUBLISHED = "PUBLISHED"
    DRAFT = "DRAFT"


def viewer_of(
    role: str, perspective: Perspective = Perspective.PUBLISHED, territories: frozenset[str] = frozenset()
) -> Viewer:
    """What a role sees in a perspective at this moment; refused where it may not take it."""
    live, draft, retired = LEVELS[role]
    now = int(time.time() * 1000)
    if perspective is Perspective.PUBLISHED:
        return Viewer(live, _NOTHING, _NOTHING, now, territories)
    if draft == _NOTHING:
        raise refused(Code.FORBIDDEN, f"The perspective DRAFT is not open to {role}. Leave out Duta-Perspective.")
    return Viewer(live, draft, retired, now, territories)


#: Who may touch what is public, or bring something there; the other writers write drafts.
_PUBLISHERS = frozenset({"EDITOR", "ADMIN"})
#: Who keeps plans of stories.
_PLANNERS = _PUBLISHERS | {"PLANNER"}


def writer_of(role: str, name: str, territories: frozenset[str] = frozenset()) -> Writer | None:
    """Who writes under a role; None where it writes nothing. What it writes it sees, so it sees drafts."""
    if LEVELS[role][1] == _NOTHING:
        return None
    viewer = viewer_of(role, Perspective.DRAFT, territories)
    return Writer(name, viewer, publishes=role in _PUBLISHERS, administers=role == "ADMIN", plans=role in _PLANNERS)


def perspective_of(header: str | None) -> Perspective:
    """The perspective that the header Duta-Perspective names."""
    if not header:
        return Perspective.PUBLISHED
    try:
        return Perspective(header.strip().upper())
    except ValueError:
        raise refused(Code.BAD_REQUEST, "Duta-Perspective is neither PUBLISHED nor DRAFT.") from None

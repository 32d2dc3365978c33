"""Whether the rights in pictures let somebody outside have their bytes. Who works here is asked no rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from graph.model import LEVEL
from graph.model.enums import MediaKind, Modification, UseChannel, UsePurpose
from graph.store.port import GraphStore
from graph.store.select import Viewer
from graph.story.rights import RightsVerdict, Use, verdicts
from media.profiles import RenditionProfile

_SHOWN = Use(
    channels=frozenset({UseChannel.WEBSITE}),
    purposes=frozenset({UsePurpose.CULTURE}),
    media=frozenset({MediaKind.PICTURE}),
)
#: What a profile needs beyond being shown: a cut is a change, a print size leads to print, for whatever purpose.
_CUT = replace(_SHOWN, modify=frozenset({Modification.CROP}))
_PRINTED = replace(_SHOWN, channels=frozenset({UseChannel.PRINT}), purposes=frozenset[str]())
_USES: Mapping[RenditionProfile, Use] = {
    RenditionProfile.SQUARE: _CUT,
    RenditionProfile.WIDE: _CUT,
    RenditionProfile.PORTRAIT: _CUT,
    RenditionProfile.SOCIAL: _CUT,
    RenditionProfile.STORY: _CUT,
    RenditionProfile.PRINT: _PRINTED,
}


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether it may be given, whether to anybody anywhere, and until which moment in epoch milliseconds.

    `known` is false where nobody knows the rights, which means no; else the terms are known and say no.
    """

    allowed: bool
    everywhere: bool = True
    known: bool = True
    until: int | None = None


_YES, _NOTHING_KNOWN = Clearance(True, everywhere=False), Clearance(False, known=False)


def clearances(
    store: GraphStore, viewer: Viewer, ids: Iterable[str], profile: RenditionProfile
) -> dict[str, Clearance]:
    """For each Media that the viewer sees, whether it may have it in a profile; in its territories, if it has any."""
    wanted = list(ids)
    if viewer.live >= LEVEL["INTERNAL"]:
        return dict.fromkeys(wanted, _YES)
    today = viewer.today
    use = _USES.get(profile, _SHOWN)
    found = verdicts(store, viewer, wanted, use, today)
    # What is cleared for the viewer's territories alone must not be kept for others.
    anywhere = (
        verdicts(store, replace(viewer, territories=frozenset()), wanted, use, today) if viewer.territories else found
    )
    return {
        id: Clearance(
            one.allowed,
            everywhere=anywhere[id].allowed,
            known=one.verdict is not RightsVerdict.UNKNOWN,
            until=_end(one.valid_until),
        )
        for id, one in found.items()
    }


def clearance(store: GraphStore, viewer: Viewer, id: str, profile: RenditionProfile) -> Clearance:
    """The same of one."""
    return clearances(store, viewer, (id,), profile).get(id, _NOTHING_KNOWN)


def _end(last: date | None) -> int | None:
    """The first moment after a day, in UTC as verdicts are found."""
    if last is None or last == date.max:
        return None
    return int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() * 1000) + 86_400_000

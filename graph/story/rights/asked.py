"""A use as it is asked for, by everything that asks about rights."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Asking, Of, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import Modification, UseChannel, UseMedia, UsePurpose
from graph.model.kinds import Locale
from graph.model.territories import territory
from graph.sentence import sentence
from graph.store.select import by_ids, shape_of
from graph.story.refusing import backwards, unknown
from graph.story.rights.asking import is_outside
from graph.story.rights.use import Use
from graph.story.rights.verdict import AnyId
from graph.story.rows import ids_of

AssetId = Annotated[str, Of("Asset")]
_RECIPIENTS = ("mission", "organisation", "person")
_WHO = sentence("Name the mission, organisation or person that publishes it.")


@dataclass(frozen=True, slots=True)
class RightsUse:
    """What is to be done with something, all of it: what is left out means any."""

    territories: tuple[str, ...] = said(
        "Where: countries of ISO 3166-1 such as VN, regions of UN M49 such as 035 or SEA, or ASEAN, EU, GCC.", ()
    )
    channels: tuple[UseChannel, ...] = said("Through what.", ())
    purposes: tuple[UsePurpose, ...] = said("What for.", ())
    paid: bool = said("Whether money may be spent to show it to more people.", default=False)
    modify: tuple[Modification, ...] = said("What is done to it before it is shown.", ())
    media: tuple[UseMedia, ...] = said("Which parts of it are used.", ())
    languages: tuple[Locale, ...] = said("In which languages.", ())
    recipients: tuple[AnyId, ...] = said("Who publishes it: missions, organisations or persons.", ())
    starts: date | None = said("The first day; today, where it is left out.", None)
    ends: date | None = said("The last day; the first one, where it is left out.", None)


def check_recipients(asking: Asking, use: Use) -> None:
    """Refuse recipients that are none, by their kind; of those it does not see a caller from outside learns nothing."""
    ids = tuple(sorted(use.recipients))
    known = {id for id in ids if id.partition(":")[0] in _RECIPIENTS}
    if known and not is_outside(asking.viewer):
        question = by_ids(ANY, tuple(sorted(known)), shape_of("id"), limit=len(known))
        known = set(ids_of(asking.ask({"recipients": question})["recipients"]))
    for id in ids:
        if id not in known:
            raise unknown("recipient", id, "use.recipients", cure=_WHO)


def use_of(given: RightsUse) -> Use:
    """The use as it is calculated with; raises InvalidValue for a territory that is none."""
    try:
        territories = frozenset(map(territory, given.territories))
    except InvalidValue as error:
        raise error.within("use.territories") from None
    if given.starts and given.ends and given.ends < given.starts:
        raise backwards(given.starts, given.ends, "use.ends", cure=sentence("Give a later day."))
    return Use(
        territories,
        frozenset(given.channels),
        frozenset(given.purposes),
        paid=given.paid,
        modify=frozenset(given.modify),
        media=frozenset(given.media),
        languages=frozenset(given.languages),
        recipients=frozenset(given.recipients),
        first=given.starts,
        last=given.ends,
    )

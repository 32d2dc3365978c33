"""A use: what somebody wants to do with a thing, where, how and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from graph.model.enums import Modification, UseChannel, UseMedia, UsePurpose
from graph.model.rules import PURPOSES
from graph.model.territories import countries_in, world
from graph.sentence import sentence
from graph.story.refusing import backwards

#: What publishing is, where nothing else is said.
PUBLISHING = frozenset({"display", "distribute"})
COMMERCIALIZE = "commercialize"

ACTION_OF: Mapping[str, str] = {
    Modification.CROP: "crop",
    Modification.EDIT: "modify",
    Modification.TRANSLATE: "translate",
    Modification.DERIVE: "derive",
    Modification.EXTRACT: "extract",
    Modification.READ_ALOUD: "textToSpeech",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be allowed, all of it: every territory by every channel on every day, and so on.

    What is empty stands for anything, so that each value that is given narrows the use. `territories` are codes
    as graph.model.territories writes them. `paid` is whether money may be spent to show it to more people; unpaid
    is the narrower one. Both days count; without `first` it is the day of asking, without `last` that one day.
    `recipients` are the ids of those who publish. `actions` are ODRL's; what `modify` needs is added to them, and
    `commercialize` where a purpose is commercial.
    """

    territories: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    paid: bool = False
    modify: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    actions: frozenset[str] = field(default=PUBLISHING)

    def on(self, now: date) -> "Window":
        """The days of the use, asked on a day; refused where it ends before it starts."""
        first = self.first or (now.date() if isinstance(now, datetime) else now)
        last = self.last or first
        if last < first:
            raise backwards(first, last, "to", cure=sentence("Give a later day."))
        return Window(first, last)

    def countries(self) -> frozenset[str]:
        """The alpha-2 codes of all countries of the use."""
        return _countries(self.territories)

    def purposes_meant(self) -> frozenset[str]:
        """The purposes, groups of them opened."""
        return _meant(self.purposes)

    def channels_meant(self) -> frozenset[str]:
        return self.channels or frozenset(UseChannel)

    def media_meant(self) -> frozenset[str]:
        return self.media or frozenset(UseMedia)

    def required(self) -> Iterator[str]:
        """The actions that have to be allowed, in a fixed order; `commercialize` only for what is commercial."""
        yield from _required(self.actions, self.modify, self.purposes)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a use, both included."""

    first: date
    last: date


# A use is asked of many things, and what follows from it alone is worked out once.
@lru_cache(maxsize=1024)
def _countries(territories: frozenset[str]) -> frozenset[str]:
    if not territories:
        return world()
    return frozenset[str]().union(*(countries_in(code) for code in territories))


@lru_cache(maxsize=1024)
def _meant(purposes: frozenset[str]) -> frozenset[str]:
    return _opened(purposes) or frozenset(UsePurpose)


@lru_cache(maxsize=1024)
def _required(actions: frozenset[str], modify: frozenset[str], purposes: frozenset[str]) -> tuple[str, ...]:
    named = sorted(actions | {ACTION_OF[one] for one in modify})
    return (*named, COMMERCIALIZE) if _meant(purposes) & PURPOSES["COMMERCIAL"] else tuple(named)


def _opened(names: frozenset[str]) -> frozenset[str]:
    return frozenset(each for name in names for each in PURPOSES.get(name, (name,)))

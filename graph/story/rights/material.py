"""What a verdict is found from: an asset's parts, with the grants, consents and licences they stand under."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.model.rules import Rule


class Part(StrEnum):
    """Which side of an asset a verdict is about."""

    ITSELF = "ITSELF"
    MEDIA = "MEDIA"
    PERSON = "PERSON"
    SOURCE = "SOURCE"
    WHOLE = "WHOLE"


#: What forbids and obliges, and whose silence is no no.
SILENT = frozenset({Part.SOURCE, Part.WHOLE})


class Why(StrEnum):
    """Where a rule comes from, if it was not written down with its grant."""

    WRITTEN = "WRITTEN"
    LICENCE = "LICENCE"
    WITHDRAWN = "WITHDRAWN"
    MINOR = "MINOR"


@dataclass(frozen=True, slots=True)
class Origin:
    """A grant, a consent or a source with the rules that follow from it.

    `rules` come each with the reason why they hold; what is not approved yet has none, and `counts` tells so.
    `terms` is the name of a licence that was recognised; `said` is what it says where it permits nothing by itself.
    `holder` is of whom more can be asked; `seen` whether the caller may know of it; `locale` of the title.
    """

    id: str
    title: str
    rules: tuple[tuple[Rule, Why], ...]
    first: date | None = None
    last: date | None = None
    counts: bool = True
    terms: str = ""
    said: str = ""
    holder: str = ""
    seen: bool = True
    broken: bool = False
    locale: str = ""

    def __hash__(self) -> int:
        # All that it says takes long to read, and its id tells it from most others.
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Thing:
    """What needs clearing, with all it stands under; `kind` is a recording's.

    `original` says that it belongs to what the asset was made from: who forbids to make something of it forbids that.
    """

    part: Part
    id: str
    label: str
    origins: tuple[Origin, ...]
    kind: str = ""
    seen: bool = True
    original: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """An asset or a recording with all that has to be cleared for it; `keeper` answers for it."""

    id: str
    label: str
    things: tuple[Thing, ...]
    keeper: str = ""
    locale: str = ""

"""Which fields a form has for a type, in which order and how each is filled in: derived from the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.schema.catalogue import Catalogue
from graph.model import LEVEL, End, EntityType, Prop
from graph.model.kinds import (
    BIG,
    BOOLEAN,
    DATE,
    DAYS,
    FLOAT,
    INSTANT,
    INTEGER,
    JSON,
    LATITUDE,
    LONGITUDE,
    NAMES,
    RULES,
    SHARE,
    SHARES,
    TEXT,
    Kind,
)
from graph.model.model import TRANSLATION


class Control(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    LINES = "lines"
    LOCALISED = "localised"
    JSON = "json"
    LINK = "link"
    LINKS = "links"


class Group(StrEnum):
    """Where a field stands in the form."""

    SAYS = "says"
    LINKED = "linked"
    KEPT = "kept"


_CONTROLS: Mapping[Kind, Control] = {
    TEXT: Control.TEXT,
    DATE: Control.DATE,
    INSTANT: Control.MOMENT,
    BOOLEAN: Control.CHOICE,
    NAMES: Control.LOCALISED,
    SHARES: Control.LOCALISED,
    JSON: Control.JSON,
    RULES: Control.JSON,
    DAYS: Control.JSON,
    **dict.fromkeys((INTEGER, BIG, FLOAT, SHARE, LATITUDE, LONGITUDE), Control.NUMBER),
}
#: What has a button or a door of its own, or follows from the rest: where a thing stands, what a translation rests on.
_MOVED = frozenset({"state", "text_state", "basis", "basis_rev"})
#: What an upload found in a file; nobody types it.
_FOUND = frozenset(
    {"sha256", "format", "width", "height", "frames", "duration", "bytes", "placeholder", "main_colour",
     "fingerprint", "metadata", "position"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name in the contract, and the property or the end of a link that it is about."""

    name: str
    told: Prop | End
    control: Control
    group: Group

    @property
    def doc(self) -> str:
        return self.told.doc

    @property
    def prop(self) -> Prop:
        assert isinstance(self.told, Prop), self.name  # noqa: S101 - asked only of what is typed
        return self.told

    @property
    def end(self) -> End:
        assert isinstance(self.told, End), self.name  # noqa: S101 - asked only of links
        return self.told

    @property
    def is_link(self) -> bool:
        return isinstance(self.told, End)

    @property
    def required(self) -> bool:
        """Whether it has to be there before a draft is handed in."""
        return self.told.required if isinstance(self.told, Prop) else bool(self.told.link.at_least)


def fields_of(
    catalogue: Catalogue, entity: EntityType, live: int, source: EntityType | None = None
) -> tuple[Field, ...]:
    """The fields of a type for who sees markings up to `live`; of a translation those of its source's texts."""
    hidden = _MOVED | (_FOUND if entity.name == "Media" else frozenset[str]())
    if entity.name == TRANSLATION and source is not None:
        # What it translates is where it was begun, and never anything else.
        hidden |= {"translates", *(name for name in catalogue.model.text_props if name not in source.texts)}
    found: list[Field] = []
    for name, one in catalogue.entries[entity.name].inputs.items():
        if one.name in hidden or (isinstance(one, Prop) and LEVEL[one.marking] > live):
            continue
        found.append(Field(name, one, control_of(one), _group(catalogue, one)))
    return tuple(found)


def control_of(one: Prop | End) -> Control:
    if isinstance(one, End):
        return Control.LINKS if one.many else Control.LINK
    if one.vocabulary is not None:
        return Control.CHOICES if one.many else Control.CHOICE
    return Control.LINES if one.many else _CONTROLS.get(one.kind, Control.LINE)


def choices_of(prop: Prop) -> tuple[str, ...]:
    """The words to choose from."""
    return ("true", "false") if prop.kind is BOOLEAN else tuple(one.value for one in prop.vocabulary or ())


def _group(catalogue: Catalogue, one: Prop | End) -> Group:
    anything = catalogue.model.any
    if one.name in anything.props or one.name in anything.forward:
        return Group.KEPT
    return Group.LINKED if isinstance(one, End) else Group.SAYS

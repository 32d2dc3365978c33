"""The model as a value: every entity with its properties and links, seen from both sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph.errors import UnknownName
from graph.model.declare import ANY, LEVEL, USED_IN, End, Entity, Link, Marking, Prop, Uses, make_prop
from graph.model.enums import Confidence, State, TextState
from graph.model.kernel import Kernel
from graph.model.kinds import LATITUDE, LONGITUDE, Id, Locale, PartialDate
from graph.model.nearest import nearest

TEXTS = "Texts"
TRANSLATION = "Translation"

_LOCALE = make_prop("locale", Locale, "The language of its texts here.", {"facet": True, "required": True})
_TEXT_STATE = make_prop(
    "text_state", TextState, "Where the texts here stand; as the entity where it is missing.", {"facet": True}
)

#: What names an entity, the first of those it has.
_LABELS = ("name", "title", "text", "caption")

#: What any link may carry beside its own properties.
LINK_PROPS: dict[str, Prop] = {
    "since": make_prop("since", PartialDate, "From when it holds.", {}),
    "until": make_prop("until", PartialDate, "Until when it holds.", {}),
    "confidence": make_prop("confidence", Confidence, "How sure it is, by the Admiralty code.", {}),
    "evidence": make_prop("evidence", Id, "The id of the source it rests on.", {}),
}


@dataclass(frozen=True, eq=False)
class EntityType:
    """One type: its own properties after the kernel's, and every end of a link it has."""

    name: str
    doc: str
    prefix: str
    props: Mapping[str, Prop]
    ends: Mapping[str, End]
    reference: bool = False
    least: Marking = Marking.PUBLIC
    starts_as: Marking = Marking.INTERNAL
    uses: Uses = field(default_factory=Uses)

    @cached_property
    def own(self) -> dict[str, Prop]:
        """The properties beyond the kernel."""
        return {name: prop for name, prop in self.props.items() if name not in Kernel.declared_props}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The content texts whose other languages are Translations."""
        return tuple(name for name, prop in self.own.items() if prop.localised) if self.name != TRANSLATION else ()

    @cached_property
    def coordinates(self) -> tuple[Prop, Prop] | None:
        """Latitude and longitude of what stands somewhere by itself."""
        lat, lon = (
            next((prop for prop in self.own.values() if prop.kind is kind), None) for kind in (LATITUDE, LONGITUDE)
        )
        return (lat, lon) if lat and lon else None

    @cached_property
    def label_from(self) -> str | None:
        """The property that names it."""
        return next((name for name in _LABELS if name in self.own), None)

    @cached_property
    def forward(self) -> dict[str, End]:
        """The links that start here and are written with it."""
        return {name: end for name, end in self.ends.items() if end.forward}

    @cached_property
    def upwards(self) -> frozenset[str]:
        """The links that start here and may never lead back."""
        return frozenset(name for name, end in self.forward.items() if end.link.acyclic)

    @cached_property
    def field_of(self) -> dict[str, str]:
        """The field of each stored link type that starts here."""
        return {end.link.stored: name for name, end in self.forward.items()}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The properties it must have when it leaves DRAFT."""
        return tuple(name for name, prop in self.props.items() if prop.required)

    @cached_property
    def at_least(self) -> dict[str, int]:
        """How many of which links it must have when it leaves DRAFT."""
        return {name: end.link.at_least for name, end in self.forward.items() if end.link.at_least}

    @cached_property
    def blank(self) -> dict[str, object]:
        """The stored values of a new one before anything is said of it."""
        values: dict[str, object] = {name: [] if prop.many else prop.default for name, prop in self.props.items()}
        return values | {"state": self.default_state.value, "marking": self.default_marking.value}

    @property
    def default_state(self) -> State:
        return State.PUBLISHED if self.reference else State.DRAFT

    @property
    def default_marking(self) -> Marking:
        """What a new one gets: reference entities are public, everything else internal or stricter."""
        return (
            Marking.PUBLIC if self.reference else max((self.starts_as, self.least), key=lambda marking: LEVEL[marking])
        )

    def prop(self, name: str) -> Prop:
        try:
            return self.props[name]
        except KeyError:
            raise UnknownName(
                f"property of {self.name}", name, nearest=nearest(name, [*self.props, *self.ends])
            ) from None

    def step(self, name: str) -> End | Uses:
        """An end of a link, or with `used_in` all those through which it is used."""
        return self.uses if name == USED_IN else self.end(name)

    def end(self, name: str) -> End:
        try:
            return self.ends[name]
        except KeyError:
            raise UnknownName(f"link of {self.name}", name, nearest=nearest(name, [*self.ends, *self.props])) from None


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """All types by name, and `any`, which has what every entity has."""

    types: Mapping[str, EntityType]
    any: EntityType
    links: tuple[Link, ...] = field(default=())

    @staticmethod
    def of(declarations: Iterable[type[Entity]]) -> "Model":
        """The model that a list of declarations makes."""
        declared = list(declarations)
        props = {cls.__name__: _props(cls, declared) for cls in declared}
        with_texts = tuple(cls.__name__ for cls in declared if any(p.localised for p in cls.declared_props.values()))
        holders: list[type[Entity]] = [Kernel, *declared]
        links = [
            _resolved(link, with_texts, [cls.__name__ for cls in declared])
            for cls in holders
            for link in (
                replace(link, source=ANY if cls is Kernel else cls.__name__) for link in cls.declared_links.values()
            )
        ]
        types = {
            cls.__name__: EntityType(
                cls.__name__,
                _doc(cls),
                cls.prefix,
                props[cls.__name__],
                _ends(cls.__name__, links),
                cls.reference,
                cls.least,
                cls.starts_as,
                Uses.of(cls.__name__, links),
            )
            for cls in declared
        }
        anything = EntityType(
            ANY, _doc(Kernel), "", dict(Kernel.declared_props), _any_ends(links), uses=Uses.of(ANY, links)
        )
        return Model(types, anything, tuple(links))

    def type(self, name: str) -> EntityType:
        if name == ANY:
            return self.any
        try:
            return self.types[name]
        except KeyError:
            raise UnknownName("type", name, nearest=nearest(name, self.types)) from None

    @cached_property
    def by_prefix(self) -> dict[str, EntityType]:
        return {entity.prefix: entity for entity in self.types.values()}

    @cached_property
    def stored_links(self) -> dict[str, dict[str, Prop]]:
        """Every stored link type with all properties a link of that type may carry."""
        found: dict[str, dict[str, Prop]] = {}
        for link in self.links:
            found.setdefault(link.stored, dict(LINK_PROPS)).update(link.props)
        return found

    @cached_property
    def text_props(self) -> dict[str, Prop]:
        """Every content text that a Translation may carry."""
        return {
            name: prop
            for entity in self.types.values()
            for name, prop in entity.own.items()
            if prop.localised and entity.texts
        }


def _doc(cls: type[Entity]) -> str:
    return (cls.__doc__ or "").strip()


def _props(cls: type[Entity], declared: list[type[Entity]]) -> dict[str, Prop]:
    own = dict(cls.declared_props)
    for name in (*_LABELS, "names"):
        if name in own and own[name].marking is not Marking.PUBLIC:
            raise ValueError(
                f"{cls.__name__}.{name} is shown wherever it is named, so it can have no marking of its own."
            )
    if cls.__name__ == TRANSLATION:
        texts = {name: prop for other in declared for name, prop in other.declared_props.items() if prop.localised}
        own |= {name: replace(prop, required=False, orderable=False) for name, prop in texts.items()}
    elif any(prop.localised for prop in own.values()):
        own |= {"locale": _LOCALE, "text_state": _TEXT_STATE}
    return dict(Kernel.declared_props) | own


def _resolved(link: Link, with_texts: tuple[str, ...], every: list[str]) -> Link:
    """A link whose targets are named one by one: `Texts` is every type with texts, `!X` every type but X."""
    match link.targets:
        case (target,) if target == TEXTS:
            return replace(link, targets=with_texts)
        case (target,) if target.startswith("!"):
            return replace(link, targets=tuple(name for name in every if name != target[1:]))
        case _:
            return link


def _ends(name: str, links: list[Link]) -> dict[str, End]:
    ends: dict[str, End] = {}
    for link in links:
        if link.source in (name, ANY):
            _add(ends, name, End(link.name, link, forward=True))
    for link in links:
        if name in link.targets or ANY in link.targets:
            _add(ends, name, End(link.back, link, forward=False))
    return ends


def _any_ends(links: list[Link]) -> dict[str, End]:
    ends = {link.name: End(link.name, link, forward=True) for link in links if link.source == ANY}
    return ends | {link.back: End(link.back, link, forward=False) for link in links if ANY in link.targets}


def _add(ends: dict[str, End], entity: str, end: End) -> None:
    if end.name in ends:
        raise ValueError(f'{entity} has two links called "{end.name}": {ends[end.name].link} and {end.link}')
    ends[end.name] = end

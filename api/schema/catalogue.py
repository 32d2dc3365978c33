"""What each GraphQL field of an entity reads from the graph: declared here once, for the contract and for the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from api.schema.names import camel, constant, pascal
from graph.model import ANY, LINK_PROPS, USED_IN, End, EntityType, Model, Prop, Storage
from graph.model.kinds import NAME, NAMES, SHARES

_ALWAYS_THERE = ("state", "marking")


class Reads(StrEnum):
    """How a field comes about."""

    TYPE = "the entity's type"
    VALUE = "a property as it is"
    NAME = "a label, in the language asked for"
    NAMES = "labels by locale"
    SHARES = "shares by locale"
    TEXT = "a content text, in the language asked for"
    TEXT_DETAIL = "a content text with how it was chosen"
    ONE = "the thing at the other side of a link"
    MANY = "the things at the other side of a link"
    USES = "what uses it, by kind"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entity, with the property or the end of a link it reads."""

    name: str
    reads: Reads
    doc: str
    prop: Prop | None = None
    end: End | None = None

    @property
    def the_prop(self) -> Prop:
        assert self.prop is not None, self.name  # noqa: S101 - by construction
        return self.prop

    @property
    def the_end(self) -> End:
        assert self.end is not None, self.name  # noqa: S101 - by construction
        return self.end


@dataclass(frozen=True)
class Entry:
    """One entity's part of the contract. Mappings go from GraphQL names to what stands behind them."""

    entity: EntityType

    @cached_property
    def fields(self) -> dict[str, Field]:
        found = [Field("type", Reads.TYPE, "Which type it is of.")]
        for prop in self.entity.props.values():
            found += _prop_fields(self.entity, prop)
        for end in self.entity.ends.values():
            found.append(Field(camel(end.name), Reads.MANY if end.many else Reads.ONE, end.doc, end=end))
        found.append(Field(camel(USED_IN), Reads.USES, "Where it is used: how often in each kind, the largest first."))
        return {one.name: one for one in found}

    @cached_property
    def filters(self) -> dict[str, Prop]:
        return {camel(prop.name): prop for prop in self.entity.props.values() if filterable(prop)}

    @cached_property
    def ends(self) -> dict[str, End]:
        return {camel(end.name): end for end in self.entity.ends.values()}

    @cached_property
    def inputs(self) -> dict[str, Prop | End]:
        """What can be written: every property that does not follow from the rest, and the links that start here."""
        props = {camel(prop.name): prop for prop in self.entity.props.values() if not prop.derived}
        return props | {camel(end.name): end for end in self.entity.forward.values()}

    @cached_property
    def orders(self) -> dict[str, tuple[str, str]]:
        """Each order's property and its description."""
        return {constant(prop.name): (prop.name, prop.doc) for prop in self.entity.props.values() if prop.orderable}

    @cached_property
    def facets(self) -> dict[str, tuple[str, str]]:
        """What can be counted by, as (property or link, description)."""
        props = [(prop.name, prop.doc) for prop in self.entity.props.values() if prop.facet]
        links = [(end.name, end.doc) for end in self.entity.forward.values() if end.link.facet]
        types = [] if self.entity.prefix else [("type", "Which type it is of.")]
        return {constant(name): (name, doc) for name, doc in (*types, *props, *links)}


@dataclass(frozen=True)
class LinkEntry:
    """The contract of a link's connection, seen from one of its ends."""

    owner: str
    end: End

    @property
    def special(self) -> bool:
        """Whether the link has properties of its own, and therefore types of its own."""
        return bool(self.end.link.props)

    @property
    def stem(self) -> str:
        """What its types are called after: AssetThemes, or ThemeLink where nothing is special."""
        return f"{self.owner}{pascal(self.end.name)}" if self.special else f"{self.end.target}Link"

    @property
    def link_stem(self) -> str:
        """What the filter of its own properties is called after; both ends share it."""
        return f"{self.end.link.source}{pascal(self.end.link.name)}Link" if self.special else "Link"

    @property
    def props(self) -> dict[str, Prop]:
        """Properties of the link by GraphQL name: its own, then what any link may carry."""
        return {camel(prop.name): prop for prop in (*self.end.link.props.values(), *LINK_PROPS.values())}

    @property
    def orders(self) -> dict[str, tuple[str, str]]:
        """Orders by the link's own properties that both engines order alike."""
        own = [prop for prop in self.end.link.props.values() if prop.kind.ranges]
        return {f"LINK_{constant(prop.name)}": (f"@{prop.name}", prop.doc) for prop in own}


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything the contract says of a model."""

    model: Model

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entry of each type, and of Entity."""
        return {ANY: Entry(self.model.any)} | {name: Entry(entity) for name, entity in self.model.types.items()}

    def link(self, owner: str, end: End) -> LinkEntry:
        """The entry of an entity's link. A kernel link is Entity's wherever it is met."""
        return LinkEntry(ANY if end.name in self.model.any.ends else owner, end)


def filterable(prop: Prop) -> bool:
    return prop.filterable and prop.kind.storage is not Storage.JSON


def never_null(prop: Prop) -> bool:
    """Whether every entity has it in every state and for everyone."""
    return prop.many or prop.derived or prop.default is not None or prop.name in _ALWAYS_THERE


def _prop_fields(entity: EntityType, prop: Prop) -> list[Field]:
    name = camel(prop.name)
    if prop.kind is NAMES:
        return [Field(name, Reads.NAMES, prop.doc, prop)]
    if prop.kind is SHARES:
        return [Field(name, Reads.SHARES, prop.doc, prop)]
    if prop.kind is NAME:
        return [Field(name, Reads.NAME, prop.doc, prop)]
    if prop.name in entity.texts:
        return [
            Field(name, Reads.TEXT, prop.doc, prop),
            Field(f"{name}Text", Reads.TEXT_DETAIL, f"{prop.doc} With its language and how that was chosen.", prop),
        ]
    return [Field(name, Reads.VALUE, prop.doc, prop)]

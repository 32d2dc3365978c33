"""How an entity is declared: properties and links, once, in one class."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Union, cast, get_args, get_origin, get_type_hints
from unicodedata import is_normalized

from graph.errors import InvalidValue
from graph.model.deprecated import Deprecated
from graph.model.kinds import DATE, INSTANT, KINDS, NAME, STRING, TEXT, Kind, Storage, choice
from graph.sentence import sentence

ANY = "Entity"
USED_IN = "used_in"


class Marking(StrEnum):
    """How far a thing may be shown; each includes the ones before it."""

    PUBLIC = "PUBLIC"
    PARTNER = "PARTNER"
    INTERNAL = "INTERNAL"
    RESTRICTED = "RESTRICTED"


LEVEL: dict[str, int] = {marking.value: level for level, marking in enumerate(Marking)}


_SEVERAL = (list, tuple)


@dataclass(frozen=True, slots=True)
class Prop:
    """A property: what it holds, what the doors offer on it and who may see it."""

    name: str
    doc: str
    kind: Kind
    vocabulary: type[StrEnum] | None = None
    many: bool = False
    required: bool = False
    default: object = None
    searchable: int = 0
    facet: bool = False
    filterable: bool = True
    orderable: bool = False
    longest: int = 0
    marking: Marking = Marking.PUBLIC
    derived: bool = False
    deprecated: Deprecated | None = None
    #: What checks a value, for who does it often: its refusals do not name the property.
    checker: Callable[[object], object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        one = _checker(self.kind, self.longest)
        object.__setattr__(self, "checker", _list_checker(one) if self.many else one)

    @property
    def storage(self) -> Storage:
        return Storage.LIST if self.many else self.kind.storage

    @property
    def folded(self) -> bool:
        """Whether a folded shadow is kept, so that contains and startsWith can be asked."""
        return self.filterable and not self.many and self.kind in (NAME, TEXT, STRING)

    @property
    def begins(self) -> bool:
        """Whether startsWith can be asked of it: of its folded shadow where it has one, else of the value itself."""
        exact = self.storage is Storage.TEXT and self.vocabulary is None and self.kind not in (DATE, INSTANT)
        return self.filterable and exact

    @property
    def sorted(self) -> bool:
        """Whether a never-null sort key is kept beside the text."""
        return self.orderable and self.kind in (NAME, TEXT, STRING)

    @property
    def localised(self) -> bool:
        """Whether its source stands here and its other languages in Translations."""
        return self.kind is TEXT

    def check(self, value: object) -> object:
        """The canonical stored form of a value from outside; raises InvalidValue with the path."""
        try:
            return self.checker(value)
        except InvalidValue as error:
            raise error.within(self.name) from None


def _checker(kind: Kind, longest: int) -> Callable[[object], object]:
    """What checks one value of a kind that may be so long."""
    check = kind.check
    # A line is trimmed and says something; a text may be empty and begin with a space.
    plain = _is_plain_line if kind in (NAME, STRING) else _is_plain if kind is TEXT else _never
    if not longest:
        return check

    def checked(value: object) -> object:
        if type(value) is str and len(value) <= longest and plain(value):
            return value
        stored = check(value)
        if isinstance(stored, str) and len(stored) > longest:
            reason = sentence("The text has {count} characters, {most} are allowed.", count=len(stored), most=longest)
            raise InvalidValue(reason, cure=sentence("Shorten it."))
        return stored

    return checked


def _never(_: str) -> bool:
    return False


def _is_plain(text: str) -> bool:
    """Whether a text is surely in stored form: nothing in it is a control, half a pair, or to be composed."""
    return text.isprintable() and (text.isascii() or is_normalized("NFC", text))


def _is_plain_line(text: str) -> bool:
    # Every other space is not printable.
    return text != "" and text[0] != " " and text[-1] != " " and _is_plain(text)


def _list_checker(check: Callable[[object], object]) -> Callable[[object], list[object]]:
    def checked(value: object) -> list[object]:
        items = cast("list[object]", value) if isinstance(value, _SEVERAL) else [value]
        found: list[object] = []
        for position, item in enumerate(items):
            try:
                found.append(check(item))
            except InvalidValue as error:
                raise error.within(f"[{position}]") from None
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    return checked


@dataclass(frozen=True, slots=True)
class Link:
    """A link as declared: stored type, field name for each direction, its own properties."""

    source: str
    name: str
    stored: str
    targets: tuple[str, ...]
    back: str
    doc: str
    many: bool = True
    at_least: int = 0
    props: Mapping[str, Prop] = field(default_factory=dict[str, Prop])
    searchable: int = 0
    facet: bool = False
    use: bool = True
    deprecated: Deprecated | None = None
    acyclic: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """A link seen from one of its two sides."""

    name: str
    link: Link
    forward: bool

    @property
    def targets(self) -> tuple[str, ...]:
        return self.link.targets if self.forward else (self.link.source,)

    def leads_to(self, type_name: str) -> bool:
        """Whether something of a type may stand at the other side."""
        return type_name in self.targets or ANY in self.targets

    @property
    def target(self) -> str:
        """The one type at the other side, or Entity where there are several."""
        return self.targets[0] if len(self.targets) == 1 else ANY

    @property
    def many(self) -> bool:
        return self.link.many if self.forward else True

    @property
    def doc(self) -> str:
        return self.link.doc if self.forward else f"Where this is among the {self.link.name} of a {self.link.source}."


@dataclass(frozen=True, slots=True)
class Uses:
    """What uses a thing, through whichever link: the other sides of all links to it that mean use.

    `through` are the stored types, each with the types that count where others link by it too; `onto` says of some of
    them to which types alone they lead.
    """

    through: tuple[tuple[str, tuple[str, ...]], ...] = ()
    targets: tuple[str, ...] = ()
    onto: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], hash=False)

    name: ClassVar[str] = USED_IN
    target: ClassVar[str] = ANY
    forward: ClassVar[bool] = False

    @staticmethod
    def of(entity: str, links: Sequence[Link]) -> "Uses":
        """What can use an entity of a type; for Entity, what can use anything."""
        found = [link for link in links if link.use and (entity == ANY or {entity, ANY} & set(link.targets))]
        through: list[tuple[str, tuple[str, ...]]] = []
        for stored in dict.fromkeys(link.stored for link in found):
            own = [link for link in found if link.stored == stored]
            alone = len(own) == sum(link.stored == stored for link in links)
            through.append((stored, () if alone else tuple(link.source for link in own)))
        targets = {
            stored: tuple(dict.fromkeys(one for link in found if link.stored == stored for one in link.targets))
            for stored, _ in through
        }
        # What is asked of one type is asked through the links to it alone.
        onto = {stored: ends for stored, ends in targets.items() if entity == ANY and ANY not in ends}
        return Uses(tuple(through), tuple(dict.fromkeys(link.source for link in found)), onto)


def prop(
    doc: str,
    *,
    required: bool = False,
    default: object = None,
    searchable: int = 0,
    facet: bool = False,
    filterable: bool = True,
    orderable: bool = False,
    longest: int = 0,
    marking: Marking = Marking.PUBLIC,
    derived: bool = False,
    deprecated: Deprecated | None = None,
) -> Any:
    """Declare a property. `searchable` is its weight in the index, `longest` its limit in characters."""
    return _Declared(
        doc,
        {
            "required": required,
            "default": default,
            "searchable": searchable,
            "facet": facet,
            "filterable": filterable,
            "orderable": orderable,
            "longest": longest,
            "marking": marking,
            "derived": derived,
            "deprecated": deprecated,
        },
    )


def link(
    stored: str,
    targets: str,
    *,
    back: str,
    doc: str,
    one: bool = False,
    at_least: int = 0,
    searchable: int = 0,
    facet: bool = False,
    use: bool = True,
    deprecated: Deprecated | None = None,
    acyclic: bool = False,
    **props: tuple[object, str],
) -> Any:
    """Declare a link. Further keywords are properties of its own: name=(type, doc).

    `use` says whether its source uses its target, `acyclic` that it leads upwards and never back to where it starts.
    """
    own = {name: make_prop(name, annotation, doc, {}) for name, (annotation, doc) in props.items()}
    ends = tuple(part.strip() for part in targets.split("|"))
    return _DeclaredLink(
        stored,
        ends,
        back,
        doc,
        many=not one,
        at_least=at_least,
        searchable=searchable,
        facet=facet,
        props=own,
        use=use,
        deprecated=deprecated,
        acyclic=acyclic,
    )


@dataclass(frozen=True, slots=True)
class _Declared:
    doc: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _DeclaredLink:
    stored: str
    targets: tuple[str, ...]
    back: str
    doc: str
    many: bool
    at_least: int
    searchable: int
    facet: bool
    use: bool
    props: Mapping[str, Prop]
    deprecated: Deprecated | None
    acyclic: bool

    def named(self, source: str, name: str) -> Link:
        return Link(
            source,
            name,
            self.stored,
            self.targets,
            self.back,
            self.doc,
            self.many,
            self.at_least,
            self.props,
            self.searchable,
            self.facet,
            self.use,
            self.deprecated,
            self.acyclic,
        )


class Entity:
    """What every declaration derives from; the class body is read, instances are never made."""

    prefix: ClassVar[str]
    reference: ClassVar[bool] = False
    least: ClassVar[Marking] = Marking.PUBLIC
    starts_as: ClassVar[Marking] = Marking.INTERNAL
    declared_props: ClassVar[dict[str, Prop]]
    declared_links: ClassVar[dict[str, Link]]

    def __init_subclass__(
        cls, *, reference: bool = False, least: Marking = Marking.PUBLIC, starts_as: Marking = Marking.INTERNAL
    ) -> None:
        """`reference` ones start public and published, `least` is their lowest marking, `starts_as` their first."""
        hints = get_type_hints(cls)
        cls.prefix, cls.reference, cls.least, cls.starts_as = cls.__name__.lower(), reference, least, starts_as
        body = vars(cls)
        cls.declared_props = {
            name.rstrip("_"): make_prop(name.rstrip("_"), hints[name], given.doc, given.options)
            for name, given in body.items()
            if isinstance(given, _Declared)
        }
        cls.declared_links = {
            name: given.named(cls.__name__, name) for name, given in body.items() if isinstance(given, _DeclaredLink)
        }


def make_prop(name: str, annotation: object, doc: str, options: Mapping[str, Any]) -> Prop:
    """A property from its annotation: a kind, an enum, a list of either, or one of them or None."""
    if get_origin(annotation) in (types.UnionType, Union):
        annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
    many = get_origin(annotation) is list
    if many:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Prop(name, doc, choice(annotation), annotation, many, **options)
    return Prop(name, doc, KINDS[annotation], None, many, **options)

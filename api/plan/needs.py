"""What a selection needs of the nodes it is made on: it becomes the shape of a question."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from graphql import print_ast
from graphql.language import FieldNode

from api.plan.locales import chain_of, in_chain
from api.plan.reading import Arguments, Ask
from graph.store.select import Follow, Select, Shape

TYPE = "@type"
CASE = "@case"
KEY = "@key"
_TEXTS_PER_NODE = 20


Condition = Callable[[Ask], bool]


class Priced(Protocol):
    """What is found out for a node beside its own statement."""

    def objects(self, ask: Ask) -> int: ...


class Followed(Protocol):
    """A link that is followed from a node."""

    def follow(self, ask: Ask) -> Follow: ...

    def written(self, ask: Ask) -> Follow | None:
        """The same, its answer written as the response wants it; None where that needs finishing."""
        ...

    def objects(self, ask: Ask) -> int: ...


@dataclass(frozen=True, slots=True)
class AsStored:
    """A property that is what the response wants, in requests that fulfil the condition."""

    prop: str
    when: Condition


def _always(_ask: Ask) -> bool:
    return True


@dataclass(slots=True)
class Texts:
    """Texts wanted in the languages of one locale argument."""

    asked: Callable[[Ask], str | None]
    props: dict[str, None] = field(default_factory=dict[str, None])

    def follow(self, ask: Ask) -> Follow | None:
        chain = chain_of(self.asked(ask))
        if not chain:
            return None
        wanted = tuple((name, name) for name in ("locale", "state", *self.props))
        return Follow("translations", Select("Translation", Shape(wanted), in_chain(chain), limit=_TEXTS_PER_NODE))


@dataclass(slots=True)
class Needs:
    """Properties by name, links by slot. Slots start with an underscore, which no property does."""

    props: dict[str, list[Condition]] = field(default_factory=dict[str, list[Condition]])
    links: dict[str, Followed] = field(default_factory=dict[str, Followed])
    texts: dict[str, Texts] = field(default_factory=dict[str, Texts])
    direct: dict[str, "AsStored | Followed"] = field(default_factory=dict[str, "AsStored | Followed"])
    told: list[Priced] = field(default_factory=list[Priced])

    def as_stored(self, key: str, prop: str, when: Condition = _always) -> None:
        """A response key that needs no finishing."""
        self.direct[key] = AsStored(prop, when)

    def prop(self, *names: str, when: Condition | None = None) -> None:
        """Properties that are needed, always or where a request fulfils the condition."""
        for name in names:
            self.props.setdefault(name, []).append(when or _always)

    def link(self, key: str, followed: Followed) -> str:
        """The slot in which a link's answer will stand."""
        slot, number = f"_{key}", 1
        while slot in self.links:
            number += 1
            slot = f"_{key}_{number}"
        self.links[slot] = self.direct[key] = followed
        return slot

    def text(self, prop: str, asked: Callable[[Ask], str | None], node: FieldNode) -> str:
        """The slot in which the translations of a text will stand; equal arguments share one."""
        spelled = ",".join(print_ast(argument.value) for argument in node.arguments or ())
        texts = self.texts.setdefault(spelled, Texts(asked))
        texts.props[prop] = None
        return f"@texts{list(self.texts).index(spelled)}"

    def shape(self, ask: Ask) -> Shape:
        links = [(slot, one.follow(ask)) for slot, one in self.links.items()]
        for number, texts in enumerate(self.texts.values()):
            follow = texts.follow(ask)
            if follow:
                links.append((f"@texts{number}", follow))
        wanted = tuple((name, name) for name, conditions in self.props.items() if any(when(ask) for when in conditions))
        return Shape(wanted, tuple(links))

    def objects(self, ask: Ask) -> int:
        return sum(one.objects(ask) for one in (*self.links.values(), *self.told))


@dataclass(slots=True)
class NodeNeeds:
    """What is needed of every node, and more of those of one type where several types can be met."""

    entity: str
    every: Needs = field(default_factory=Needs)
    cases: dict[str, Needs] = field(default_factory=dict[str, Needs])
    keys: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def case(self, name: str) -> Needs:
        return self.cases.setdefault(name, Needs())

    def select(self, ask: Ask) -> Select:
        """The question without its filter, order and page."""
        cases = tuple((name, needs.shape(ask)) for name, needs in self.cases.items())
        return Select(self.entity, self.every.shape(ask), cases=cases)

    def written(self, ask: Ask) -> Shape | None:
        """What is wanted of a node as the response wants it; None where that needs finishing.

        `keys` are the response keys of each selection that is made on these nodes.
        """
        if self.cases or len(self.keys) != 1:
            return None
        [keys] = self.keys
        props: list[tuple[str, str]] = []
        links: list[tuple[str, Follow]] = []
        for key in keys:
            found = self.every.direct.get(key)
            if isinstance(found, AsStored):
                if not found.when(ask):
                    return None
                props.append((key, found.prop))
            else:
                follow = found.written(ask) if found else None
                if follow is None:
                    return None
                links.append((key, follow))
        return Shape(tuple(props), tuple(links), keys)

    def objects(self, ask: Ask) -> int:
        """How many objects one node comes to, itself included."""
        return 1 + self.every.objects(ask) + max((one.objects(ask) for one in self.cases.values()), default=0)


def in_a_language(asked: Callable[[Ask], str | None]) -> Condition:
    """Whether a request asks for another language than the source's."""
    return lambda ask: asked(ask) is not None


def locale_of(arguments: Arguments) -> Callable[[Ask], str | None]:
    """The language a field asks for: its argument, else the request's."""

    def asked(ask: Ask) -> str | None:
        given = arguments(ask).get("locale")
        return ask.locale if given is None else str(given)

    return asked

"""What the writing core needs of an engine, inside one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from graph.store.batch import Change
from graph.store.visibility import Visibility

Values: TypeAlias = dict[str, object]
Links: TypeAlias = dict[str, dict[str, Values]]
"""Field to target id to the link's stored properties; forward links only."""


LinkRow: TypeAlias = tuple[str, str, Values]
"""Where a link starts, where it ends and its stored properties."""


Patches: TypeAlias = tuple[str | None, str | None]
"""What a log entry changed and what leads back, as the JSON its digest covers; None where that was erased."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the log: the entries that have a value in one of the fields that name what belongs together."""

    field: Literal["seq", "batch", "import_id"]
    value: int | str


@dataclass(slots=True)
class Head:
    """The end of the log."""

    seq: int
    hash: str


@dataclass(slots=True)
class Node:
    """A node as it is stored: properties without shadows, and the links that start at it."""

    type: str
    values: Values
    links: Links = field(default_factory=Links)


@dataclass(slots=True)
class Face:
    """What a link needs to know of its target."""

    type: str
    visibility: Visibility


@dataclass(slots=True)
class Said:
    """What an import source last said of one node, in stored form."""

    values: Values = field(default_factory=Values)
    links: Links = field(default_factory=Links)


@dataclass(slots=True)
class Delta:
    """What to write: whole rows by type, links by stored type, the log and its patches' JSON, what the source said.

    `moved` are ids that lead to another from now on, or to None no longer.

    `removed` are ids by type, whose links are among those dropped; what sources said of them is forgotten.
    """

    created: dict[str, list[Values]] = field(default_factory=dict[str, list[Values]])
    updated: dict[str, list[Values]] = field(default_factory=dict[str, list[Values]])
    put_links: dict[str, list[LinkRow]] = field(default_factory=dict[str, list[LinkRow]])
    drop_links: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    restated: list[tuple[str, str, Visibility]] = field(default_factory=list[tuple[str, str, Visibility]])
    log: list[Change] = field(default_factory=list[Change])
    patches: list[Patches] = field(default_factory=list[Patches])
    said: list[tuple[str, str, Said]] = field(default_factory=list[tuple[str, str, Said]])
    removed: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    moved: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    head: Head | None = None


class Transaction(Protocol):
    """One write transaction that holds the log's lock from its first call to its end."""

    def head(self) -> Head: ...

    def load(self, ids: Sequence[str]) -> dict[str, Node]:
        """The nodes that exist among these, with all their forward links."""
        ...

    def faces(self, ids: Iterable[str]) -> dict[str, Face]:
        """Type and visibility of those that exist among these."""
        ...

    def said(self, source: str, ids: Sequence[str]) -> dict[str, Said]: ...

    def translations_of(self, ids: Sequence[str]) -> dict[str, Mapping[str, Values]]:
        """The stored properties of the translations of each of these nodes, by id."""
        ...

    def logged(self, part: Part) -> list[Change]:
        """The entries of a part of the log, oldest first."""
        ...

    def linking(self, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """What links to each of these: the ids where links start and their stored types, in order."""
        ...

    def resting(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """The links that rest on some sources: where each starts, its stored type, where it ends."""
        ...

    def moved(self, ids: Sequence[str]) -> dict[str, str]:
        """Where those of some ids lead that something bore once."""
        ...

    def apply(self, delta: Delta) -> None: ...


Step: TypeAlias = Callable[[Transaction], Delta]
"""A part of what an empty store is filled with; it may be called again where the engine has to begin anew."""

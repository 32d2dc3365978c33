"""What a source yields: records, and refusals that say where, why and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Missing: TypeAlias = Literal["reject", "skip", "create"]
Scope: TypeAlias = Literal["record", "link", "value"]


class Key(NamedTuple):
    """One question to the graph: which node of a type bears this value.

    `by` is "id", "name" (name, names and aliases together) or a property's name.
    """

    type: str
    by: str
    value: str


@dataclass(slots=True)
class Wanted:
    """A link's end that has to be looked up: the first key that finds something decides.

    A key in `only_unidentified` counts only if the node it finds has no `same_as` of its own,
    because one name for two identifiers is not one thing.
    """

    keys: tuple[Key, ...]
    missing: Missing = "reject"
    create: "Record | None" = None
    column: str = ""
    only_unidentified: tuple[Key, ...] = ()


@dataclass(slots=True)
class LinkTo:
    """One link of a record: the id it leads to, or what has to be looked up, and the link's properties."""

    to: str | Wanted
    props: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(slots=True)
class Record:
    """A node as a source tells it. Values are in the form they have in JSON records, checked by the model.

    Where one of the keys in `same` finds a node, the record is about that node, whatever its `id` says;
    `missing` says what happens where none does.
    """

    type: str
    id: str | None
    values: dict[str, object]
    links: dict[str, list[LinkTo]]
    translations: list[dict[str, object]]
    where: str
    line: int
    raw: Mapping[str, object]
    same: tuple[Key, ...] = ()
    missing: Missing = "create"


@dataclass(frozen=True, slots=True)
class Rejected:
    """What of a source does not enter: a whole record, one link of it, or one value; `id` where it is known."""

    where: str
    line: int | None
    column: str | None
    reason: str
    cure: str = ""
    scope: Scope = "record"
    raw: Mapping[str, object] | Sequence[str] | str | None = None
    id: str | None = None

    def __str__(self) -> str:
        column = f'column "{self.column}": ' if self.column else ""
        return " ".join(part for part in (f"{self.where}: {column}{self.reason}", self.cure) if part)


@dataclass(slots=True)
class Group:
    """What one row or line of a source became: its records, which enter together, and what was refused of it.

    A row that the mapping leaves out on purpose has the reason in `skipped`. What many rows tell of is `shared`:
    the first one to tell decides.
    """

    records: list[Record]
    refused: list[Rejected]
    skipped: str = ""
    shared: bool = False

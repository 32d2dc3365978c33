"""What is told to a store: puts and removals, the change each makes, and the report.

What an import makes for every node and link is not frozen, though nobody changes it: frozen, it costs four times that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graph.model.enums import Told


class ActorKind(Told):
    """Who acts: a person, an import, or Duta by itself."""

    PERSON = "PERSON", "A person, or a program with a key."
    IMPORT = "IMPORT", "An import of records."
    SYSTEM = "SYSTEM", "Duta by itself."


@dataclass(slots=True)
class To:
    """The other side of a link, with the link's own properties in outside form."""

    id: str
    props: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(slots=True)
class Edit:
    """Links of one field to put and to drop, where the others stay; what is not there needs no dropping."""

    put: tuple[To, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(slots=True)
class Put:
    """One entity as the writer wants it: the properties and links named, and only those.

    A value of None takes a property away. A link's field lists all its targets; from an import source the
    list is compared with what that source said last, so that a person's links stay. `edits` change single links.
    `rev` is the revision the writer read, 0 where there was none; another one in the store is refused. `where`
    names the place in a file.
    """

    id: str
    type: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    links: Mapping[str, tuple[To, ...]] = field(default_factory=dict[str, tuple[To, ...]])
    rev: int | None = None
    where: str = ""
    edits: Mapping[str, Edit] = field(default_factory=dict[str, Edit])


@dataclass(frozen=True, slots=True)
class Once:
    """That a batch is written once, however often it is sent: another one with the key is answered as the first was.

    `key` is ASCII without a space; `digest` stands for what is asked, and must be the same again. `until`, in epoch
    milliseconds, is when the key is forgotten. What `told` makes of the report, as JSON holds it, is kept with the
    batch; it may be called again where the engine has to begin anew, so it must do nothing else.
    """

    key: str
    digest: str
    until: int
    told: Callable[["Report"], object] | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """One entity that is to be no more, with the links that start at it; refused while anything links to it.

    What was retired stays and can be restored. This takes the entity out of the graph and leaves it in the log alone.
    """

    id: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One entity that goes over into another: merged where there is one with the id `into`, else it gets that id.

    All that links to it links to that one then, and its id leads there for ever. `rev` and `into_rev` are the
    revisions that were read, where the writer says so.
    """

    id: str
    into: str
    rev: int | None = None
    into_rev: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one transaction. `source` makes it an import's; ids of one import share `import_id`.

    `undo` names what of the log to take back, as graph.store.log.part_of reads it, and then says all that is written.
    So do `moves`. A `whole` batch is written only where nothing of it is refused. `once` is kept with what was written.
    """

    puts: tuple[Put, ...] = ()
    actor: str = "duta"
    actor_kind: ActorKind = ActorKind.SYSTEM
    reason: str = ""
    source: str | None = None
    import_id: str | None = None
    removals: tuple[Removal, ...] = ()
    undo: str = ""
    whole: bool = False
    once: Once | None = None
    moves: tuple[Move, ...] = ()


@dataclass(slots=True)
class Change:
    """One entry of the log: what happened to one entity.

    `op` is "create", "update" or "delete". `patch` and `reverse` are complete: {"set": {property: stored value or
    None}, "links": {field: {"put": {target: properties}, "drop": [targets]}}}; a deletion and the reverse of a
    creation are {"delete": true}. What was deleted, or is made again, has its "created_at" beside them. `digest` covers
    all but the hashes; `hash` is over the previous hash and the digest, so that a patch can be erased and the chain
    still verifies.
    """

    seq: int
    at: str
    actor: str
    actor_kind: str
    reason: str
    batch: str
    import_id: str | None
    id: str
    type: str
    op: str
    rev: int
    patch: Mapping[str, object]
    reverse: Mapping[str, object]
    digest: str
    hash: str


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries of the log: those that have all the values given, of some ids, up to a sequence."""

    ids: tuple[str, ...] | None = None
    type: str | None = None
    actor: str | None = None
    batch: str | None = None
    import_id: str | None = None
    seq: int | None = None
    until: int | None = None

    @property
    def equal(self) -> dict[str, str | int]:
        """The values that an entry must have, by its field."""
        given = {name: getattr(self, name) for name in ("type", "actor", "batch", "import_id", "seq")}
        return {name: value for name, value in given.items() if value is not None}


EVERY = Which()


@dataclass(frozen=True, slots=True)
class Refused:
    """A put that was not written, or, where `whole` is false, one link of it.

    `target` is the id a link points to where nothing bears it (yet).
    """

    id: str
    where: str
    path: str
    reason: str
    whole: bool = True
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A property or link that the source changed and a person had changed since; the person's stays."""

    id: str
    where: str
    path: str
    ours: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Report:
    """What a batch did, or would do where it was a dry run; `repeated` where it was written before."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Refused, ...] = ()
    kept: tuple[Kept, ...] = ()
    unchanged: int = 0
    seq: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """What is in a store: nodes by type, links by stored type, and how far the log is."""

    engine: str
    nodes: Mapping[str, int]
    links: Mapping[str, int]
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is gapless and its chain holds; `problems` are whole sentences."""

    changes: int
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems

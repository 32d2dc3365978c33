"""All that a store holds at one moment, and its nodes as records that another store takes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

import orjson

from graph.errors import InvalidValue, StoreNotEmpty
from graph.model import LINK_PROPS, EntityType, Model, Prop, Storage
from graph.model.kinds import SHARE, instant
from graph.model.model import TRANSLATION
from graph.store.batch import Change, Put, Refused, To
from graph.store.checking import check
from graph.store.layout import stored_row
from graph.store.log import patches_of
from graph.store.operational import Entry
from graph.store.transaction import Delta, Head, Node, Said, Step, Transaction, Values
from graph.store.visibility import visibility_of

T = TypeVar("T")
AT_ONCE = 500
_DATED = ("created_at", "updated_at")
FORMER = "former_ids"


class Snapshot(Protocol):
    """A store at one moment, whatever is written beside; it is read once, and while its context lasts."""

    @property
    def head(self) -> Head: ...

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Every node with its links, types in the order of `ordered`, each by id."""
        ...

    def log(self) -> Iterator[Change]: ...

    def said(self) -> Iterator[tuple[str, str, Said]]:
        """What import sources last said: the source, the id it spoke of, and what; by id."""
        ...

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Operational data by collection."""
        ...


def ordered(model: Model) -> list[EntityType]:
    """The types by name; translations last, for how they are seen follows from the others."""
    return sorted(model.types.values(), key=lambda entity: (entity.name == TRANSLATION, entity.name))


def graph_hash(head: Head, records: Iterable[bytes]) -> str:
    """What stands for a graph with its log: SHA-256 over the lines of its records, then the log's end."""
    digest = hashlib.sha256()
    for line in records:
        digest.update(line)
    return sealed(digest.hexdigest(), head)


def sealed(records: str, head: Head) -> str:
    """The hash of a graph from that of its records."""
    return hashlib.sha256(f"{records} {head.seq} {head.hash}".encode()).hexdigest()


def lines(model: Model, nodes: Iterable[tuple[str, Node]]) -> Iterator[bytes]:
    """Nodes as records, each a line of canonical JSON."""
    for id, node in nodes:
        record = record_of(model.type(node.type), id, node)
        yield orjson.dumps(record, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def record_of(entity: EntityType, id: str, node: Node) -> dict[str, object]:
    """A node as a record: what it holds in outside form, its links by target, its revision and dates."""
    told = {name: value for name, value in node.values.items() if value not in (None, []) and name != "label"}
    record: dict[str, object] = {name: outside(entity.props[name], value) for name, value in told.items()}
    record |= {"type": entity.name, "id": id}
    for name, targets in node.links.items():
        own = {**LINK_PROPS, **entity.ends[name].link.props}
        if targets:
            record[name] = [_link(to, targets[to], own) for to in sorted(targets)]
    return record


def _link(to: str, carried: Values, props: Mapping[str, Prop]) -> dict[str, object]:
    return {"to": to, **{name: outside(props[name], value) for name, value in carried.items()}}


def outside(prop: Prop, value: Any) -> object:
    """A stored value as it would be written."""
    if value is None:
        return None
    if prop.kind is SHARE:
        return [one / 1000 for one in value] if prop.many else value / 1000
    return orjson.loads(value) if prop.kind.storage is Storage.JSON else value


def put_of(model: Model, record: Mapping[str, Any]) -> tuple[Put, Values]:
    """A record as it is written, and what only a restore may say of it; raises InvalidValue."""
    entity = model.type(str(record.get("type")))
    given = {name: value for name, value in record.items() if name not in ("type", "id", "rev", FORMER, *_DATED)}
    links = {name: _targets(name, given.pop(name)) for name in [*given] if name in entity.forward}
    born: Values = {name: instant(record.get(name)) for name in _DATED}
    born["rev"] = record.get("rev")
    if not isinstance(born["rev"], int) or born["rev"] < 1:
        raise InvalidValue("It is no revision.", path="rev")
    if record.get(FORMER):
        born[FORMER] = entity.props[FORMER].check(record[FORMER])
    return Put(str(record.get("id")), entity.name, given, links), born


def _targets(name: str, links: Any) -> tuple[To, ...]:
    if not (isinstance(links, list) and all(isinstance(one, dict) for one in cast("list[object]", links))):
        raise InvalidValue("It is no list of links.", path=name)
    return tuple(
        To(str(one.get("to")), {key: value for key, value in one.items() if key != "to"})
        for one in cast("list[dict[str, object]]", links)
    )


def node_of(model: Model, record: Mapping[str, Any]) -> tuple[str, Node]:
    """The node that a record tells of; raises InvalidValue where the model cannot hold it."""
    put, born = put_of(model, record)
    checked = check(model, put)
    if isinstance(checked, Refused):
        raise InvalidValue(checked.reason, path=checked.path)
    empty: Values = {name: [] if prop.many else None for name, prop in checked.entity.props.items()}
    return put.id, Node(checked.entity.name, {**empty, **checked.values, **born, "id": put.id}, checked.links)


def creations(model: Model, nodes: Iterable[tuple[str, Node]]) -> Iterator[Step]:
    """The steps that make nodes, without their links; translations come after what they translate."""
    for some in pages(nodes, AT_ONCE):
        yield partial(_created, model, some)


def _created(model: Model, nodes: Sequence[tuple[str, Node]], transaction: Transaction) -> Delta:
    seen = {id: visibility_of(node.values) for id, node in nodes}
    parents = {to for _, node in nodes for to in _parents(node)} - seen.keys()
    seen |= {id: face.visibility for id, face in transaction.faces(parents).items()} if parents else {}
    delta = Delta()
    for id, node in nodes:
        visibility = seen[id]
        for parent in _parents(node):
            if parent not in seen:
                raise InvalidValue(f'"{id}" translates "{parent}", which is not there.')
            visibility = visibility.with_parent(seen[parent])
        row = stored_row(model.type(node.type), {**node.values, "id": id}, visibility)
        delta.created.setdefault(node.type, []).append(row)
    return delta


def _parents(node: Node) -> Iterable[str]:
    return node.links.get("translates", ()) if node.type == TRANSLATION else ()


def links(model: Model, nodes: Iterable[tuple[str, Node]]) -> Iterator[Step]:
    """The steps that link nodes that are there."""
    for some in pages(nodes, AT_ONCE):
        yield partial(_linked, model, some)


def _linked(model: Model, nodes: Sequence[tuple[str, Node]], transaction: Transaction) -> Delta:
    delta, wanted = Delta(), {to for _, node in nodes for targets in node.links.values() for to in targets}
    lost = wanted - transaction.faces(wanted).keys() if wanted else set[str]()
    if lost:
        raise InvalidValue(f'There are links to "{min(lost)}", which is not there.')
    for id, node in nodes:
        ends = model.type(node.type).ends
        for name, targets in node.links.items():
            rows = delta.put_links.setdefault(ends[name].link.stored, [])
            rows += [(id, to, props) for to, props in targets.items()]
    return delta


def entries_logged(entries: Iterable[Change]) -> Iterator[Step]:
    """The steps that write the log."""
    for some in pages(entries, AT_ONCE):
        delta = Delta(log=some, patches=[patches_of(change) for change in some], head=Head(some[-1].seq, some[-1].hash))
        yield partial(_same, delta)


def remembered(said: Iterable[tuple[str, str, Said]]) -> Iterator[Step]:
    """The steps that write down what import sources said."""
    for some in pages(said, AT_ONCE):
        yield partial(_same, Delta(said=some))


def _same(delta: Delta, _: Transaction) -> Delta:
    return delta


def check_empty(held: Mapping[str, int]) -> None:
    """Refuse to fill what holds something; `held` counts what is there by its name."""
    found = [f"{count} {name}" for name, count in held.items() if count]
    if found:
        told = f"The store is not empty: it holds {', '.join(found)}."
        raise StoreNotEmpty(f"{told} Name another home in DUTA_HOME, or another database.")


def pages(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, some at once."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some

"""The graph as it was: the log replayed into an empty store, seen by those who could see it then and see it now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict, cast

from graph.model import ANY, EntityType, Model
from graph.model.model import TRANSLATION
from graph.store.batch import Change, Which
from graph.store.layout import stored_row, text_open
from graph.store.log import patches_of
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Order, Rel, Row, Select, Shape, by_ids
from graph.store.snapshot import pages
from graph.store.transaction import Delta, Head, Links, Node, Step, Transaction, Values
from graph.store.visibility import LIVE, NEVER, NOT_LIVE, RESTRICTED, RETIRED, SYSTEM, Visibility, visibility_of

_AT_ONCE, _MOST = 500, 100_000
_KERNEL = ("id", "state", "marking", "embargo_until", "expires_at")
_TEXT_STATE = "text_state"
#: What is no more, or cannot be told, is for those who see everything.
_GONE = Visibility(RETIRED, RESTRICTED, 0, 0)


def replay(store: GraphStore, until: int) -> Iterator[Step]:
    """The steps that make an empty store of the graph as an entry left it, log included."""
    model, after = store.model, 0
    while page := store.changes(after, _AT_ONCE, Which(until=until)):
        # What a batch links may be made by its later entries, so a batch is replayed as a whole.
        rest = store.changes(page[-1].seq, _MOST, Which(batch=page[-1].batch, until=until))
        page = [*page, *rest]
        yield partial(_replayed, model, page)
        after = page[-1].seq


class Today:
    """What of a past one may see today, at a moment in epoch milliseconds; `until` is when that may change."""

    def __init__(self, past: GraphStore, store: GraphStore, now: int) -> None:
        self._past, self._store, self._now = past, store, now
        self.until = NEVER

    def steps(self, ids: Iterable[str] | None = None) -> Iterator[Step]:
        """The steps that give each node, or some with their translations, the stricter of both visibilities."""
        for name in self._past.model.types:
            own = _every_id(self._past, name) if ids is None else self._own(name, ids)
            for some in pages(own, _AT_ONCE):
                yield partial(_same, Delta(restated=list(self._restated(name, some))))

    def _own(self, name: str, ids: Iterable[str]) -> Iterator[str]:
        prefix = f"{self._past.model.types[name].prefix}:"
        own = dict.fromkeys(id for id in ids if id.startswith(prefix))
        if name == TRANSLATION:
            for some in pages(ids, _AT_ONCE):
                above = Rel("some", "translates", Cmp("id", "in", tuple(some)))
                rows = _rows(self._past, Select(name, Shape((("id", "id"),)), above, limit=_MOST))
                own |= dict.fromkeys(str(row["id"]) for row in rows)
        yield from own

    def _restated(self, name: str, ids: Sequence[str]) -> Iterator[tuple[str, str, Visibility]]:
        then, today = _visibilities(self._past, name, ids), _visibilities(self._store, name, ids, texts=True)
        for id, before in then.items():
            yield id, name, self._stricter(before, today.get(id, _GONE))

    def _stricter(self, then: Visibility, today: Visibility) -> Visibility:
        """Both must hold. Today's clock settles whether it is live today; the past's, whether it was."""
        for moment in (today.live_from, today.live_until):
            if moment > self._now:
                self.until = min(self.until, moment)
        stage = today.stage
        if stage == LIVE and not today.live_from <= self._now < today.live_until:
            stage = NOT_LIVE
        return Visibility(min(then.stage, stage), max(then.level, today.level), then.live_from, then.live_until)


def _same(delta: Delta, _: Transaction) -> Delta:
    return delta


def _every_id(store: GraphStore, name: str) -> Iterator[str]:
    after: tuple[str, str] | None = None
    while True:
        question = Select(name, Shape((("id", "id"),)), order=(Order("id"),), after=after, limit=_AT_ONCE)
        rows = _rows(store, question)
        yield from (str(row["id"]) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        after = (str(rows[-1]["id"]), str(rows[-1]["id"]))


def _visibilities(store: GraphStore, name: str, ids: Sequence[str], *, texts: bool = False) -> dict[str, Visibility]:
    """How each of these that is there is seen by what it says; a translation with what it translates.

    With `texts`, what has a text that is not open counts as not live, since the past's text cannot be hidden alone.
    """
    entity = store.model.types[name]
    wanted = (*_KERNEL, _TEXT_STATE) if _TEXT_STATE in entity.props else _KERNEL
    kernel = Shape(tuple((one, one) for one in _KERNEL))
    above = (("of", Follow("translates", Select(ANY, kernel))),) if name == TRANSLATION else ()
    shape = Shape(tuple((one, one) for one in wanted), above)
    found: dict[str, Visibility] = {}
    for row in _rows(store, by_ids(name, tuple(ids), shape, limit=len(ids))):
        seen = visibility_of(row)
        if texts and not text_open(row):
            seen = Visibility(min(seen.stage, NOT_LIVE), seen.level, seen.live_from, seen.live_until)
        for parent in _rows_in(row["of"]) if "of" in row else ():
            seen = seen.with_parent(visibility_of(parent))
        found[str(row["id"])] = seen
    return found


def _rows(store: GraphStore, question: Select) -> Sequence[Row]:
    return _rows_in(store.ask(SYSTEM, {"it": question})["it"])


def _rows_in(answer: object) -> Sequence[Row]:
    return cast("Mapping[str, Sequence[Row]]", answer)["rows"]


class _Move(TypedDict, total=False):
    put: dict[str, Values]
    drop: list[str]


class _Patch(TypedDict, total=False):
    set: Values
    created_at: str
    links: Mapping[str, _Move]


@dataclass(slots=True)
class _Fold:
    """Nodes on their way through a page of the log; `was` is what the page found."""

    model: Model
    was: dict[str, Node]
    now: dict[str, Node | None]

    def take(self, change: Change) -> None:
        patch = cast("_Patch", change.patch)
        entity = self.model.type(change.type)
        if change.op == "delete":
            self.now[change.id] = None
        elif change.op == "create" or self.now.get(change.id) is None:
            values: Values = {**entity.blank, **patch.get("set", {}), "id": change.id}
            values["created_at"] = patch.get("created_at", change.at)
            self._put(change, Node(entity.name, values, _moved({}, patch)))
        elif node := self.now[change.id]:
            values = {**node.values, **patch.get("set", {})}
            self._put(change, Node(entity.name, values, _moved(node.links, patch)))

    def _put(self, change: Change, node: Node) -> None:
        node.values |= {"rev": change.rev, "updated_at": change.at}
        self.now[change.id] = node


def _moved(links: Links, patch: _Patch) -> Links:
    found = {name: dict(targets) for name, targets in links.items()}
    for name, moved in patch.get("links", {}).items():
        there = found.setdefault(name, {})
        for target in moved.get("drop", ()):
            there.pop(target, None)
        there.update(moved.get("put", {}))
    return found


def _replayed(model: Model, page: Sequence[Change], transaction: Transaction) -> Delta:
    was = transaction.load(list(dict.fromkeys(change.id for change in page)))
    fold = _Fold(model, was, dict(was))
    for change in page:
        fold.take(change)
    delta = Delta(log=list(page), patches=[patches_of(change) for change in page])
    delta.head = Head(page[-1].seq, page[-1].hash)
    for id, node in fold.now.items():
        before = was.get(id)
        if node is not None:
            row = stored_row(model.type(node.type), node.values, visibility_of(node.values))
            (delta.updated if before else delta.created).setdefault(node.type, []).append(row)
        elif before:
            delta.removed.setdefault(before.type, []).append(id)
        _relink(delta, model, id, before, node)
    _without_loose_ends(delta, fold, transaction)
    return delta


def _without_loose_ends(delta: Delta, fold: _Fold, transaction: Transaction) -> None:
    """Leave out links to what is not there yet, where the past ends in the middle of a batch."""
    ends = {to for links in delta.put_links.values() for _, to, _ in links if to not in fold.now}
    there = transaction.faces(ends).keys() | {id for id, node in fold.now.items() if node is not None}
    for stored, links in delta.put_links.items():
        delta.put_links[stored] = [link for link in links if link[1] in there]


def _relink(delta: Delta, model: Model, id: str, before: Node | None, after: Node | None) -> None:
    either = after or before
    if either is None:
        return
    entity: EntityType = model.type(either.type)
    for name, end in entity.forward.items():
        old, new = (node.links.get(name, {}) if node else {} for node in (before, after))
        if gone := [(id, to) for to in old if to not in new]:
            delta.drop_links.setdefault(end.link.stored, []).extend(gone)
        if fresh := [(id, to, props) for to, props in new.items() if old.get(to) != props]:
            delta.put_links.setdefault(end.link.stored, []).extend(fresh)


def last_until(store: GraphStore, moment: str, last: int) -> int:
    """The last entry of the log that was written up to a moment, by halving; 0 where there is none."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        entries = store.changes(middle - 1, 1)
        if entries and entries[0].at <= moment:
            low = middle
        else:
            high = middle - 1
    return low

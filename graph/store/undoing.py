"""Taking back a part of the log: from its entries and what is there now to what has to be written.

An entry is taken back where what it touched is still as it left it, and done with where that is as it was before. A
creation touches everything. Whatever else is a conflict, and stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, cast

from graph.model import EntityType, Model
from graph.store.batch import Change, Put, Refused, Removal
from graph.store.checking import Checked
from graph.store.log import held
from graph.store.transaction import Links, Node, Values


@dataclass(slots=True)
class Undone:
    """What undoing comes to.

    `born` has the last revision of what is made again, from which it goes on, and when it was created, if it is known.
    """

    checked: list[Checked] = field(default_factory=list[Checked])
    removals: list[Removal] = field(default_factory=list[Removal])
    refused: list[Refused] = field(default_factory=list[Refused])
    born: dict[str, tuple[int, str | None]] = field(default_factory=dict[str, tuple[int, str | None]])
    unchanged: int = 0


class _Patch(TypedDict, total=False):
    set: Values
    links: Mapping[str, Mapping[str, object]]
    delete: bool
    created_at: str


def undone(model: Model, entries: Sequence[Change], nodes: Mapping[str, Node]) -> Undone:
    """What takes back these entries, which are in the log's order, where the nodes are as they are now."""
    by_id: dict[str, list[Change]] = {}
    for entry in entries:
        by_id.setdefault(entry.id, []).append(entry)
    found = Undone()
    for id, own in by_id.items():
        _undo(found, _Steps(model.type(own[0].type), own, nodes.get(id)))
    return found


def _undo(found: Undone, steps: "_Steps") -> None:
    id, entity, before = steps.id, steps.entity, steps.node
    steps.back()
    found.refused += steps.refused
    if any(one.whole for one in steps.refused):
        return
    now = steps.now
    if now is None:
        if before is None:
            found.unchanged += 1
        else:
            found.removals.append(Removal(id))
        return
    if before is None:
        found.born[id] = steps.entries[-1].rev, steps.created_at
        found.checked.append(Checked(Put(id, entity.name), entity, now.values, now.links))
        return
    values = {name: value for name, value in now.values.items() if value != before.values.get(name)}
    links = {name: targets for name, targets in now.links.items() if targets != before.links.get(name, {})}
    if values or links:
        found.checked.append(Checked(Put(id, entity.name), entity, values, links))
    elif not steps.refused:
        found.unchanged += 1


class _Steps:
    """One entity on its way back through its entries, the newest first."""

    def __init__(self, entity: EntityType, entries: Sequence[Change], node: Node | None) -> None:
        self.entity, self.entries, self.node, self.id = entity, entries, node, entries[0].id
        self.now = Node(node.type, dict(node.values), _copied(node.links)) if node else None
        self.created_at: str | None = None
        self.refused: list[Refused] = []
        self._settled: set[tuple[str, str | None]] = set()
        self._goal = _goal(entries)

    def back(self) -> None:
        for entry in reversed(self.entries):
            if any(one.whole for one in self.refused):
                return
            if not entry.patch or not entry.reverse:
                self._refuse("", f"Entry {entry.seq} was erased from the log.")
            elif entry.op == "create":
                self._unmake(entry)
            elif entry.op == "delete":
                self._make_again(entry)
            else:
                self._step(entry)

    def _unmake(self, entry: Change) -> None:
        """Back before a creation: nothing may be lost with it."""
        if self.now is None:
            return
        left = _patch(entry.patch)
        values, links = left.get("set", {}), {name: _put(moved) for name, moved in left.get("links", {}).items()}
        there = held(self.now)
        differs = [name for name in {**values, **there} if values.get(name) != there.get(name)]
        differs += [name for name in {**links, **self.now.links} if links.get(name, {}) != self.now.links.get(name, {})]
        if differs:
            self.refused = [one for one in self.refused if one.path not in differs]
            told = f"It was changed since entry {entry.seq} created it: {', '.join(differs)}."
            self._refuse(differs[0], f"{told} Take that back first, or retire it.")
        else:
            self.now = None

    def _make_again(self, entry: Change) -> None:
        """Back before a deletion: whatever bears the id now is not what was deleted."""
        reverse = _patch(entry.reverse)
        links = {name: dict(_put(moved)) for name, moved in reverse.get("links", {}).items()}
        before = Node(entry.type, {**self.entity.blank, **reverse.get("set", {})}, links)
        if self.now is None:
            self.now, self.created_at = before, reverse.get("created_at")
        elif held(self.now) != held(before) or self.now.links != links:
            self._refuse("", f"There is another one since entry {entry.seq} deleted it.")

    def _step(self, entry: Change) -> None:
        if self.now is None:
            self._refuse("", f"It is no longer there, so entry {entry.seq} cannot be taken back.")
            return
        forth, back = _patch(entry.patch), _patch(entry.reverse)
        before = back.get("set", {})
        for name, left in forth.get("set", {}).items():
            place, there = (name, None), self.now.values.get(name)
            if self._free(place, there, left, entry):
                self.now.values[name] = before.get(name, self.entity.blank.get(name))
        returned = back.get("links", {})
        for name, moved in forth.get("links", {}).items():
            puts, again = _put(moved), _put(returned.get(name, {}))
            there_now = self.now.links.setdefault(name, {})
            for target in (*puts, *_drop(moved)):
                if self._free((name, target), there_now.get(target), puts.get(target), entry):
                    _restore(there_now, target, again.get(target))

    def _free(self, place: tuple[str, str | None], there: object, left: object, entry: Change) -> bool:
        """Whether this step may be taken: nobody has changed the place since."""
        if place in self._settled:
            return False
        if there == left:
            return True
        self._settled.add(place)
        if there != self._goal[place]:
            name, target = place
            what = f'the link to "{target}"' if target else name
            revision = self.node.values["rev"] if self.node else None
            now = f", at revision {revision} now" if revision else ""
            self._refuse(name, f"{what} was changed since entry {entry.seq}{now}.", whole=False)
        return False

    def _refuse(self, path: str, reason: str, *, whole: bool = True) -> None:
        self.refused.append(Refused(self.id, "", path, reason[:1].upper() + reason[1:], whole=whole))


def _goal(entries: Sequence[Change]) -> dict[tuple[str, str | None], object]:
    """How each place that updates touched was before the oldest of them."""
    goal: dict[tuple[str, str | None], object] = {}
    for entry in entries:
        if entry.op != "update":
            continue
        forth, back = _patch(entry.patch), _patch(entry.reverse)
        for name in forth.get("set", {}):
            goal.setdefault((name, None), back.get("set", {}).get(name))
        for name, moved in forth.get("links", {}).items():
            again = _put(back.get("links", {}).get(name, {}))
            for target in (*_put(moved), *_drop(moved)):
                goal.setdefault((name, target), again.get(target))
    return goal


def _restore(links: dict[str, Values], target: str, props: Values | None) -> None:
    if props is None:
        links.pop(target, None)
    else:
        links[target] = props


def _copied(links: Links) -> Links:
    return {name: dict(targets) for name, targets in links.items()}


def _patch(patch: Mapping[str, object]) -> _Patch:
    return cast("_Patch", patch)


def _put(moved: Mapping[str, object]) -> dict[str, Values]:
    return cast("dict[str, Values]", moved.get("put") or {})


def _drop(moved: Mapping[str, object]) -> Sequence[str]:
    return cast("Sequence[str]", moved.get("drop") or ())

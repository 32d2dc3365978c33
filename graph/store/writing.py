"""The writing core: a batch becomes one delta, its log entries and a report, on any engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from graph.errors import UnknownName
from graph.model import EntityType, Model
from graph.model.model import TRANSLATION
from graph.sentence import sentence
from graph.store.basis import basis_of
from graph.store.batch import Batch, Edit, Kept, Put, Refused, Removal, Report, To
from graph.store.checking import Checked, check, missing_targets, unready
from graph.store.circles import Climbing, without_circles
from graph.store.compare import Difference, compare
from graph.store.layout import blank_row, complete
from graph.store.log import Journal, part_of
from graph.store.moving import moved
from graph.store.snapshot import FORMER
from graph.store.transaction import Delta, Face, Links, Node, Said, Transaction, Values
from graph.store.undoing import Undone, undone
from graph.store.visibility import Visibility, visibility_of

_UNCHECKED = frozenset({"DRAFT", "RETIRED"})
_NOTHING = Said()
_BASIS = {"basis", "basis_rev"}


@dataclass(slots=True)
class _Work:
    """What one batch gathers on its way."""

    batch: Batch
    at: str
    journal: Journal
    nodes: dict[str, Node]
    faces: dict[str, Face]
    said: dict[str, Said]
    here: set[str]
    known: set[str]
    unknown: bool
    delta: Delta = field(default_factory=Delta)
    refused: list[Refused] = field(default_factory=list[Refused])
    kept: list[Kept] = field(default_factory=list[Kept])
    unchanged: int = 0
    moved: dict[str, Visibility] = field(default_factory=dict[str, Visibility])
    born: dict[str, tuple[int, str | None]] = field(default_factory=dict[str, tuple[int, str | None]])


@dataclass(slots=True)
class _Decided:
    """A put that will be written, with its difference and its row as it will be, but for what follows from the rest."""

    checked: Checked
    node: Node | None
    difference: Difference
    row: Values
    said: Said | None
    links: Links


def prepare(transaction: Transaction, model: Model, batch: Batch, *, at: str) -> tuple[Report, Delta]:
    """The report of a batch and what to write for it; `at` is the moment all its changes bear.

    Raises UnknownName or InvalidValue where there is nothing of the log to undo.
    """
    head = transaction.head()
    told = _all_told(transaction, model, batch)
    checked, removals = told.checked, told.removals
    ids = [one.put.id for one in checked]
    nodes = transaction.load([*ids, *(one.id for one in removals)])
    targets = _targets(checked).difference(ids)
    said = transaction.said(batch.source, ids) if batch.source else {}
    parents = {next(iter(node.links.get("translates", {})), "") for node in nodes.values() if node.type == TRANSLATION}
    faces = transaction.faces(targets | (parents - {""}))
    known = {*ids, *faces}
    journal = Journal(head, _reasoned(batch), at)
    work = _Work(batch, at, journal, nodes, faces, said, set(ids), known, not targets <= known, refused=told.refused)
    work.born, work.unchanged = told.born, told.unchanged
    decided = [one for one in (_decide(work, each) for each in checked) if one]
    _prune(work, decided)
    _straighten(transaction, work, decided)
    _found(transaction, model, work, decided)
    going = _going(transaction, model, work, decided, removals)
    # Translations last: theirs is the stricter of their own and their parent's visibility.
    for one in sorted(decided, key=lambda one: one.checked.entity.name == TRANSLATION):
        _finish(work, one)
    for id in going:
        _remove(work, model, id)
    _lead(work, decided, going)
    _restate_translations(transaction, work)
    if batch.whole and work.refused:
        return Report((), tuple(work.refused), (), 0, head.seq), Delta()
    delta, log = work.delta, work.journal
    delta.log, delta.patches, delta.head = log.changes, log.patches, log.head
    return Report(tuple(log.changes), tuple(work.refused), tuple(work.kept), work.unchanged, log.head.seq), delta


def _all_told(transaction: Transaction, model: Model, batch: Batch) -> Undone:
    """What a batch says, be it by itself, by what it takes back or by what it moves."""
    if batch.undo:
        return _told_by_log(transaction, model, batch)
    if batch.moves:
        return moved(transaction, model, batch.moves)
    told = _told(model, batch)
    ids = {one.put.id for one in told.checked}
    unknown = (ids | _targets(told.checked)) - transaction.faces(ids | _targets(told.checked)).keys()
    leads = transaction.moved(sorted(unknown)) if unknown else {}
    return _redirected(model, batch, leads) if leads else told


def _redirected(model: Model, batch: Batch, leads: Mapping[str, str]) -> Undone:
    """The same where ids that something bore once lead to what bears others now; only an import may write by them."""
    puts: list[Put] = []
    refused: list[Refused] = []
    for put in batch.puts:
        to = leads.get(put.id)
        if to is not None and not batch.source:
            refused.append(
                Refused(put.id, put.where, "id", sentence('"{id}" is "{to}" now. Write that.', id=put.id, to=to))
            )
            continue
        links = {name: _led(targets, leads) for name, targets in put.links.items()}
        edits = {
            name: Edit(_led(edit.put, leads), tuple(leads.get(id, id) for id in edit.drop))
            for name, edit in put.edits.items()
        }
        puts.append(replace(put, id=to or put.id, links=links, edits=edits))
    again = _told(model, replace(batch, puts=tuple(puts)))
    again.refused = [*refused, *again.refused]
    return again


def _led(targets: Sequence[To], leads: Mapping[str, str]) -> tuple[To, ...]:
    """Links to what things bear for an id now; where two lead to one, the first."""
    return tuple(
        {leads.get(one.id, one.id): To(leads.get(one.id, one.id), one.props) for one in targets[::-1]}.values()
    )


def _targets(checked: Iterable[Checked]) -> set[str]:
    """What puts link to."""
    found = {target for one in checked for links in one.links.values() for target in links}
    return found | {target for one in checked for put, _ in one.edits.values() for target in put}


def _lead(work: _Work, decided: list[_Decided], going: list[str]) -> None:
    """Note which ids lead to what from now on, and which no longer."""
    for id in going:
        work.delta.moved |= dict.fromkeys(_former(work.nodes[id].values))
    changed = [one for one in decided if FORMER in one.difference.set]
    for one in changed:
        work.delta.moved |= dict.fromkeys(_former(one.node.values) if one.node else ())
    for one in changed:
        work.delta.moved |= dict.fromkeys(_former(one.row), one.checked.put.id)


def _former(values: Values) -> Sequence[str]:
    return cast("Sequence[str]", values.get(FORMER) or ())


def _told_by_log(transaction: Transaction, model: Model, batch: Batch) -> Undone:
    """What takes back the part of the log that the batch names."""
    entries = transaction.logged(part_of(batch.undo))
    if not entries:
        raise UnknownName("part of the log", batch.undo)
    return undone(model, entries, transaction.load(list(dict.fromkeys(entry.id for entry in entries))))


def _reasoned(batch: Batch) -> Batch:
    """An undo says in the log what it took back."""
    if not batch.undo:
        return batch
    return replace(batch, reason=": ".join(part for part in (f"Undo of {batch.undo}", batch.reason) if part))


def _told(model: Model, batch: Batch) -> Undone:
    checked: dict[str, Checked] = {}
    refused: list[Refused] = []
    for put in batch.puts:
        one = check(model, put)
        if isinstance(one, Refused):
            refused.append(one)
        elif put.id in checked:
            first = checked[put.id].put.where
            refused.append(
                Refused(
                    put.id,
                    put.where,
                    "id",
                    sentence('"{id}" is written twice in one batch, first at {first}.', id=put.id, first=first)
                    if first
                    else sentence('"{id}" is written twice in one batch.', id=put.id),
                )
            )
        else:
            checked[put.id] = one
    removals: dict[str, Removal] = {}
    for removal in batch.removals:
        if removal.id in checked or removal.id in removals:
            reason = sentence('"{id}" is written or removed elsewhere in the batch.', id=removal.id)
            refused.append(Refused(removal.id, removal.where, "id", reason))
        else:
            removals[removal.id] = removal
    return Undone(list(checked.values()), list(removals.values()), refused)


def _decide(work: _Work, checked: Checked) -> _Decided | None:
    """Compare one put with what is there; None where it is refused."""
    put, entity = checked.put, checked.entity
    node = work.nodes.get(put.id)
    outdated = _outdated(put, node)
    if outdated:
        work.refused.append(Refused(put.id, put.where, "rev", outdated))
        return None
    if checked.edits:
        checked.on(node.links if node else {})
    lost = missing_targets(checked, work.known, node.links if node else {}) if work.unknown else []
    links = _without(checked.links, {(one.path, one.target) for one in lost}) if lost else checked.links
    said = work.said.get(put.id, _NOTHING) if work.batch.source else None
    difference = compare(entity, put, checked.values, links, node, said)
    row = {**(node.values if node else blank_row(entity)), **difference.set}
    lacking = row["state"] not in _UNCHECKED and unready(entity, row, _linked(node, difference, checked.links))
    if lacking:
        work.refused.append(Refused(put.id, put.where, "state", lacking))
        return None
    work.refused += lost
    return _Decided(checked, node, difference, row, said, links)


def _outdated(put: Put, node: Node | None) -> str | None:
    """Why the revision that the writer read is not the one that is there."""
    now = node.values["rev"] if node else 0
    if put.rev is None or put.rev == now:
        return None
    if not put.rev:
        return f'There is something with the id "{put.id}" already.'
    if not now:
        return f'There is nothing with the id "{put.id}" any more.'
    return f"It was read at revision {put.rev} and is at {now} now. Read it again and repeat the edit."


def _prune(work: _Work, decided: list[_Decided]) -> None:
    """Take out links to what the same batch was to write and refused."""
    gone = work.here - work.nodes.keys() - {one.checked.put.id for one in decided}
    if not gone:
        return
    for one in decided:
        put = one.checked.put
        for name, targets in one.difference.put.items():
            for target in sorted(gone & targets.keys()):
                del targets[target]
                one.links[name].pop(target, None)
                reason = sentence('"{id}" was refused, so the link to it was left out.', id=target)
                work.refused.append(Refused(put.id, put.where, name, reason, whole=False, target=target))
        one.difference.put = {name: targets for name, targets in one.difference.put.items() if targets}


def _straighten(transaction: Transaction, work: _Work, decided: list[_Decided]) -> None:
    """Take out links that would lead back to where they start."""
    upwards = [one for one in decided if one.checked.entity.upwards]
    if any(not one.checked.entity.upwards.isdisjoint(one.difference.put) for one in upwards):
        puts = [
            Climbing(one.checked.put.id, one.checked.put.where, one.checked.entity, one.difference, one.links)
            for one in upwards
        ]
        work.refused += without_circles(transaction, puts, work.nodes)


def _found(transaction: Transaction, model: Model, work: _Work, decided: list[_Decided]) -> None:
    """Note of each translation that says something new what its source says now, unless the writer did."""
    translations = [
        (one, parent)
        for one in decided
        if one.checked.entity.name == TRANSLATION
        and not one.difference.empty
        and one.checked.values.keys().isdisjoint(_BASIS)
        and (parent := _parent(one))
    ]
    if not translations:
        return
    here = {one.checked.put.id: one for one in decided}
    elsewhere = {parent for _, parent in translations} - here.keys() - work.nodes.keys()
    nodes = {**work.nodes, **transaction.load(sorted(elsewhere))} if elsewhere else work.nodes
    for one, parent in translations:
        if parent in here:
            source = here[parent]
            entity, values, rev = source.checked.entity, source.row, _next_rev(source)
        elif parent in nodes:
            node = nodes[parent]
            entity, values, rev = model.types[node.type], node.values, int(str(node.values["rev"]))
        else:
            continue
        if "translates" in one.difference.put or not one.difference.set.keys().isdisjoint(entity.texts):
            basis: Values = {"basis": basis_of(entity, values), "basis_rev": rev}
            one.difference.set |= basis
            one.row |= basis


def _going(
    transaction: Transaction, model: Model, work: _Work, decided: list[_Decided], removals: list[Removal]
) -> list[str]:
    """Those of the removals that nothing else will link to, in their order."""
    if not removals:
        return []
    here = {one.id: one.where for one in removals if one.id in work.nodes}
    work.refused += [
        Refused(one.id, one.where, "id", sentence('There is nothing with the id "{id}".', id=one.id))
        for one in removals
        if one.id not in here
    ]
    dropped, linking = _dropped(decided), transaction.linking(list(here))
    for one in decided:
        for name, targets in one.difference.put.items():
            for target in here.keys() & targets.keys():
                linking.setdefault(target, []).append((one.checked.put.id, one.checked.entity.ends[name].link.stored))
    going, settled = dict(here), False
    while not settled:
        settled = True
        for id, where in list(going.items()):
            holds = [(a, by) for a, by in linking.get(id, ()) if a not in going and (a, by, id) not in dropped]
            if holds:
                del going[id]
                settled = False
                work.refused.append(_held_by(model, id, where, holds))
    return list(going)


def _dropped(decided: list[_Decided]) -> set[tuple[str, str, str]]:
    """The links that go, as where they start, their stored type and where they end."""
    return {
        (one.checked.put.id, one.checked.entity.ends[name].link.stored, target)
        for one in decided
        for name, targets in one.difference.drop.items()
        for target in targets
    }


def _held_by(model: Model, id: str, where: str, holds: list[tuple[str, str]]) -> Refused:
    source, stored = holds[0]
    field = model.by_prefix[source.split(":", 1)[0]].field_of[stored]
    more = f" and {len(holds) - 1} more" if len(holds) > 1 else ""
    return Refused(
        id,
        where,
        field,
        sentence(
            '"{source}" links to it as {field}{more}. Take that link away first.', source=source, field=field, more=more
        ),
    )


def _remove(work: _Work, model: Model, id: str) -> None:
    """Put into the delta what takes a node out of the graph; the log keeps all of it."""
    node = work.nodes[id]
    entity = model.types[node.type]
    work.delta.removed.setdefault(node.type, []).append(id)
    for name, targets in node.links.items():
        pairs = work.delta.drop_links.setdefault(entity.ends[name].link.stored, [])
        pairs += [(id, to) for to in targets]
    work.journal.removed(entity, id, node)


def _next_rev(one: _Decided) -> int:
    """The revision a node will be at."""
    if one.node is None:
        return 1
    return int(str(one.node.values["rev"])) + (not one.difference.empty)


def _without(links: Links, gone: set[tuple[str, str | None]]) -> Links:
    return {
        name: {to: props for to, props in targets.items() if (name, to) not in gone} for name, targets in links.items()
    }


def _finish(work: _Work, one: _Decided) -> None:
    """Put into the delta what one put makes of its node."""
    put, entity, difference, visibility = one.checked.put, one.checked.entity, one.difference, _visibility(work, one)
    if entity.texts:
        work.faces[put.id] = Face(entity.name, visibility)
    if one.node is None:
        _create(work, one, visibility)
    elif difference.empty:
        work.unchanged += 1
    else:
        _update(work, one, one.node, visibility)
    if difference.put or difference.drop:
        _write_links(work.delta, entity, put.id, difference)
    if one.said is not None:
        work.kept += difference.kept
        _remember(work, put, one.said, one.checked.values, one.links)


def _create(work: _Work, one: _Decided, visibility: Visibility) -> None:
    entity, row, id = one.checked.entity, one.row, one.checked.put.id
    last, created_at = work.born.get(id, (0, None))
    rev = last + 1
    row["id"], row["rev"] = id, rev
    row["created_at"], row["updated_at"] = created_at or work.at, work.at
    complete(entity, row, visibility, one.difference.set)
    work.delta.created.setdefault(entity.name, []).append(row)
    work.journal.created(entity, id, rev, one.difference, created_at)


def _update(work: _Work, one: _Decided, node: Node, visibility: Visibility) -> None:
    entity, row, id = one.checked.entity, one.row, one.checked.put.id
    rev = _next_rev(one)
    row["rev"], row["updated_at"] = rev, work.at
    complete(entity, row, visibility, row)
    work.delta.updated.setdefault(entity.name, []).append(row)
    work.journal.updated(entity, id, rev, node, one.difference)
    if entity.texts and visibility != visibility_of(node.values):
        work.moved[id] = visibility


def _linked(node: Node | None, difference: Difference, wanted: Links) -> Links:
    """The links after the change; wanted ones count even where their target is still to come."""
    if node is None:
        return wanted
    links: Links = {}
    for name in {*node.links, *wanted}:
        dropped = set(difference.drop.get(name, ()))
        there = {to: props for to, props in node.links.get(name, {}).items() if to not in dropped}
        links[name] = {**wanted.get(name, {}), **there}
    return links


def _visibility(work: _Work, one: _Decided) -> Visibility:
    own = visibility_of(one.row)
    if one.checked.entity.name != TRANSLATION:
        return own
    face = work.faces.get(_parent(one))
    return own.with_parent(face.visibility) if face else own


def _parent(one: _Decided) -> str:
    """The id of what a translation translates, or an empty one."""
    there = one.node.links.get("translates") if one.node else None
    return next(iter(one.difference.put.get("translates") or there or ()), "")


def _write_links(delta: Delta, entity: EntityType, id: str, difference: Difference) -> None:
    for name, targets in difference.put.items():
        rows = delta.put_links.setdefault(entity.ends[name].link.stored, [])
        rows += [(id, to, props) for to, props in targets.items()]
    for name, dropped in difference.drop.items():
        delta.drop_links.setdefault(entity.ends[name].link.stored, []).extend((id, to) for to in dropped)


def _remember(work: _Work, put: Put, said: Said, values: Values, links: Links) -> None:
    """Keep what the source says now, where it is not what it said before."""
    if said is _NOTHING:
        merged, fresh = Said(values, links), bool(values or links)
    else:
        merged = Said({**said.values, **values}, {**said.links, **links})
        fresh = merged != said
    if fresh and work.batch.source:
        work.delta.said.append((work.batch.source, put.id, merged))


def _restate_translations(transaction: Transaction, work: _Work) -> None:
    """Give the translations of what moved in sight the stricter of their own and the new visibility."""
    if not work.moved:
        return
    written = {change.id for change in work.journal.changes}
    for parent, translations in transaction.translations_of(list(work.moved)).items():
        for id, values in translations.items():
            if id not in written:
                visibility = visibility_of(values).with_parent(work.moved[parent])
                work.delta.restated.append((id, TRANSLATION, visibility))

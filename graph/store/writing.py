"""The writing core: a batch becomes one delta, its log entries and a report, on any engine."""

from dataclasses import dataclass, field

from graph.model import EntityType, Model
from graph.model.model import TRANSLATION
from graph.store.batch import Batch, Kept, Put, Refused, Report
from graph.store.checking import Checked, check, missing_targets, unready
from graph.store.compare import Difference, compare
from graph.store.layout import stored_row
from graph.store.log import entry
from graph.store.transaction import Delta, Face, Head, Links, Node, Said, Transaction, Values
from graph.store.visibility import Visibility, visibility_of


@dataclass(slots=True)
class _Work:
    """What one batch gathers on its way."""

    model: Model
    batch: Batch
    at: str
    head: Head
    nodes: dict[str, Node]
    faces: dict[str, Face]
    said: dict[str, Said]
    here: set[str]
    known: set[str]
    delta: Delta = field(default_factory=Delta)
    refused: list[Refused] = field(default_factory=list[Refused])
    kept: list[Kept] = field(default_factory=list[Kept])
    unchanged: int = 0
    moved: dict[str, Visibility] = field(default_factory=dict[str, Visibility])


@dataclass(slots=True)
class _Decided:
    """A put that will be written, with its difference."""

    checked: Checked
    node: Node | None
    difference: Difference
    said: Said | None
    links: Links


def prepare(transaction: Transaction, model: Model, batch: Batch, *, at: str) -> tuple[Report, Delta]:
    """The report of a batch and what to write for it; `at` is the moment all its changes bear."""
    checked, refused = _checked(model, batch)
    head = transaction.head()
    ids = [one.put.id for one in checked]
    nodes = transaction.load(ids)
    targets = {target for one in checked for links in one.links.values() for target in links} - set(ids)
    said = transaction.said(batch.source, ids) if batch.source else {}
    parents = {next(iter(node.links.get("translates", {})), "") for node in nodes.values() if node.type == TRANSLATION}
    faces = transaction.faces(targets | (parents - {""}))
    work = _Work(model, batch, at, head, nodes, faces, said, set(ids), {*ids, *faces}, refused=refused)
    decided = [one for one in (_decide(work, each) for each in checked) if one]
    _prune(work, decided)
    # Translations last: theirs is the stricter of their own and their parent's visibility.
    for one in sorted(decided, key=lambda one: one.checked.entity.name == TRANSLATION):
        _finish(work, one)
    _restate_translations(transaction, work)
    work.delta.head = work.head
    report = Report(tuple(work.delta.log), tuple(work.refused), tuple(work.kept), work.unchanged, work.head.seq)
    return report, work.delta


def _checked(model: Model, batch: Batch) -> tuple[list[Checked], list[Refused]]:
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
                    f'"{put.id}" is written twice in one batch{f", first at {first}" if first else ""}.',
                )
            )
        else:
            checked[put.id] = one
    return list(checked.values()), refused


def _decide(work: _Work, checked: Checked) -> _Decided | None:
    """Compare one put with what is there; None where it is refused."""
    put, entity = checked.put, checked.entity
    node = work.nodes.get(put.id)
    if put.rev is not None and node is not None and node.values["rev"] != put.rev:
        reason = (
            f"It was read at revision {put.rev} and is at {node.values['rev']} now. Read it again and repeat the edit."
        )
        work.refused.append(Refused(put.id, put.where, "rev", reason))
        return None
    lost = missing_targets(checked, work.known)
    links = _without(checked.links, {(one.path, one.target) for one in lost}) if lost else checked.links
    said = work.said.get(put.id, Said()) if work.batch.source else None
    difference = compare(entity, put, checked.values, links, node, said)
    lacking = unready(entity, _after(entity, node, difference), _linked(node, difference, checked.links))
    if lacking:
        work.refused.append(Refused(put.id, put.where, "state", lacking))
        return None
    work.refused += lost
    return _Decided(checked, node, difference, said, links)


def _prune(work: _Work, decided: list[_Decided]) -> None:
    """Take out links to what the same batch was to write and refused."""
    gone = work.here - work.nodes.keys() - {one.checked.put.id for one in decided}
    if not gone:
        return
    for one in decided:
        put = one.checked.put
        for name, targets in one.difference.put.items():
            for target in gone & targets.keys():
                del targets[target]
                one.links[name].pop(target, None)
                reason = f'"{target}" was refused, so the link to it was left out.'
                work.refused.append(Refused(put.id, put.where, name, reason, whole=False, target=target))
        one.difference.put = {name: targets for name, targets in one.difference.put.items() if targets}


def _without(links: Links, gone: set[tuple[str, str | None]]) -> Links:
    return {
        name: {to: props for to, props in targets.items() if (name, to) not in gone} for name, targets in links.items()
    }


def _finish(work: _Work, one: _Decided) -> None:
    put = one.checked.put
    work.kept += one.difference.kept
    _write(work, one.checked.entity, put, one.node, one.difference)
    if one.said is not None:
        _remember(work, put, one.said, one.checked.values, one.links)


def _after(entity: EntityType, node: Node | None, difference: Difference) -> Values:
    return {**(node.values if node else entity.blank), **difference.set}


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


def _write(work: _Work, entity: EntityType, put: Put, node: Node | None, difference: Difference) -> None:
    if node is not None and difference.empty:
        work.unchanged += 1
        work.faces[put.id] = Face(entity.name, _visibility(work, entity, node, node.values, difference))
        return
    values = _after(entity, node, difference)
    rev = int(str(node.values["rev"])) + 1 if node else 1
    values |= {
        "id": put.id,
        "rev": rev,
        "updated_at": work.at,
        "created_at": node.values["created_at"] if node else work.at,
    }
    visibility = _visibility(work, entity, node, values, difference)
    rows = work.delta.updated if node else work.delta.created
    rows.setdefault(entity.name, []).append(stored_row(entity, values, visibility))
    work.faces[put.id] = Face(entity.name, visibility)
    if node is not None and entity.texts and visibility != visibility_of(node.values):
        work.moved[put.id] = visibility
    _write_links(work.delta, entity, put.id, difference)
    log = work.delta.log
    first = log[0].seq if log else work.head.seq + 1
    log.append(
        entry(
            work.head,
            work.batch,
            first=first,
            at=work.at,
            type_name=entity.name,
            node=node,
            values=values,
            difference=difference,
        )
    )
    work.head = Head(log[-1].seq, log[-1].hash)


def _visibility(
    work: _Work, entity: EntityType, node: Node | None, values: Values, difference: Difference
) -> Visibility:
    own = visibility_of(values)
    if entity.name != TRANSLATION:
        return own
    parent = next(iter(difference.put.get("translates") or (node.links.get("translates", {}) if node else {})), None)
    face = work.faces.get(parent) if parent else None
    return own.with_parent(face.visibility) if face else own


def _write_links(delta: Delta, entity: EntityType, id: str, difference: Difference) -> None:
    for name, targets in difference.put.items():
        delta.put_links.setdefault(entity.ends[name].link.stored, []).extend(
            (id, to, props) for to, props in targets.items()
        )
    for name, dropped in difference.drop.items():
        delta.drop_links.setdefault(entity.ends[name].link.stored, []).extend((id, to) for to in dropped)


def _remember(work: _Work, put: Put, said: Said, values: Values, links: Links) -> None:
    """Keep what the source says now, where it is not what it said before."""
    merged = Said({**said.values, **values}, {**said.links, **links})
    if merged != said and work.batch.source:
        work.delta.said.append((work.batch.source, put.id, merged))


def _restate_translations(transaction: Transaction, work: _Work) -> None:
    """Give the translations of what moved in sight the stricter of their own and the new visibility."""
    if not work.moved:
        return
    written = {change.id for change in work.delta.log}
    for parent, translations in transaction.translations_of(list(work.moved)).items():
        for id, values in translations.items():
            if id not in written:
                visibility = visibility_of(values).with_parent(work.moved[parent])
                work.delta.restated.append((id, TRANSLATION, visibility))

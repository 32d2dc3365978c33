"""Loading: groups of records become batches for the store; links are found, duplicates told, what vanished is named."""

import gc
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from secrets import token_hex
from typing import Protocol, cast

import orjson

from graph.model import MODEL
from graph.model.enums import State
from graph.model.model import TRANSLATION
from graph.model.nearest import nearest
from graph.sentence import sentence
from graph.store.batch import ActorKind, Batch, Put, Refused, Report, To
from graph.store.ids import slug, translation_id
from ingest.lookups import Asked, GraphLookup, Lookup
from ingest.records import Group, LinkTo, Record, Rejected, Scope
from ingest.report import SHOWN_CHANGES, RunReport
from ingest.resolve import name_records, resolve_groups

_DRY_BATCH = 20_000
_RARELY = 200_000


class Reader(Protocol):
    """Something that yields groups of records: own records, or a table through a mapping."""

    @property
    def notes(self) -> Sequence[str]: ...

    @property
    def asked(self) -> frozenset[tuple[str, str]]:
        """The (type, property) pairs that its look-ups ask for."""
        ...

    @property
    def tells(self) -> frozenset[str]:
        """The types of which its rows tell, among those it looks up."""
        ...

    def groups(self) -> Iterator[Group]: ...


class Target(Asked, Protocol):
    """What a run needs of a store."""

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report: ...

    def said_by(self, source: str) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to run an import. `progress` is told the rows read so far after each batch.

    `source` names who speaks; where it is empty it is a person's word, which goes before what is there. `import_id` is
    made up where it is not given; `shown` is how many changes the report keeps.
    """

    source: str
    actor: str = "duta"
    reason: str = ""
    dry_run: bool = False
    forget: bool = False
    batch: int = 500
    progress: Callable[[int], None] = lambda _: None
    import_id: str = ""
    shown: int = SHOWN_CHANGES


@dataclass(slots=True)
class _Run:
    """What one run knows while it goes on."""

    store: Target
    options: Options
    lookup: Lookup
    to_come: frozenset[str]
    report: RunReport
    retired: frozenset[str]
    told: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    renamed: dict[str, str] = field(default_factory=dict[str, str])
    waiting: list[Group] = field(default_factory=list[Group])
    ids: set[str] = field(default_factory=set[str])
    puts: list[Put] = field(default_factory=list[Put])
    unlinked: list[tuple[Put, Refused]] = field(default_factory=list[tuple[Put, Refused]])


def new_import_id() -> str:
    return f"import-{token_hex(6)}"


def run(readers: Iterable[Reader], store: Target, options: Options) -> RunReport:
    """Import what the readers yield, or with `dry_run` only say what would change.

    Every batch is one transaction; a run that breaks off leaves whole ones, and running it again finishes the work.
    """
    with _rare_collections():
        return _run(list(readers), store, options)


@contextmanager
def _rare_collections() -> Generator[None]:
    """Let the garbage collector look rarely: a run makes millions of values and no cycles to speak of."""
    before = gc.get_threshold()
    gc.set_threshold(_RARELY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _run(readers: Sequence[Reader], store: Target, options: Options) -> RunReport:
    asked = frozenset[tuple[str, str]]().union(*(reader.asked for reader in readers))
    to_come = frozenset[str]().union(*(reader.tells for reader in readers))
    lookup = GraphLookup(store, asked)
    report = RunReport(options.source, options.import_id or new_import_id(), options.dry_run, shown=options.shown)
    going = _Run(store, options, lookup, to_come, report, lookup.retired())
    for reader in readers:
        report.notes += reader.notes
        groups = reader.groups()
        while some := list(islice(groups, options.batch)):
            for group in some:
                for record in group.records:
                    record.id = record.id or made_id(record)
            _take(going, name_records(some, going.lookup, going.renamed))
            report.rows += [group.shared for group in some].count(False)
            options.progress(report.rows)
    waiting, going.waiting = going.waiting, []
    _take(going, waiting, last=True)
    _write(going, all=True)
    _link_late(going)
    _account_for_vanished(going)
    report.sort()
    return report


def _take(going: _Run, groups: list[Group], *, last: bool = False) -> None:
    """Settle the links of groups, queue what they hold, write full batches; what may still come waits for the end."""
    resolved = resolve_groups(groups, going.lookup, going.to_come, going.renamed, last=last)
    going.waiting += resolved.waiting
    for group in resolved.ready:
        _queue(going, group)
    _write(going)


def _queue(going: _Run, group: Group) -> None:
    """Take a group whose links are settled, unless a record of it stands elsewhere with other content."""
    report = going.report
    report.refused += group.refused
    if group.skipped:
        report.skipped[group.skipped] += 1
    told = [(record, hash(_content(record)), going.told.get(str(record.id))) for record in group.records]
    again = [record for record, _, before in told if before]
    if again and not group.shared:
        clash = next((record for record, content, before in told if before and before[1] != content), None)
        if clash is not None:
            report.refused.append(_doubled(clash, going.told[str(clash.id)][0]))
            return
        report.repeated.append(_repeated(again[-1], going.told[str(again[-1].id)][0]))
    for record, content, before in told:
        if before is None:
            going.told[str(record.id)] = (record.where, content)
            _queue_puts(going, record)


def _queue_puts(going: _Run, record: Record) -> None:
    puts = [_revived(put) if put.id in going.retired else put for put in puts_of(record)]
    going.ids.update([put.id for put in puts])
    going.report.places.update([(put.id, put.where) for put in puts])
    going.puts += puts
    going.report.records += 1


def _doubled(record: Record, first: str) -> Rejected:
    reason = sentence('"{id}" stands at {first} with other content.', id=record.id, first=first)
    return Rejected(
        record.where, record.line, "id", reason, sentence("Keep one of the two."), raw=record.raw, id=record.id
    )


def _repeated(record: Record, first: str) -> Rejected:
    return Rejected(
        record.where,
        record.line,
        None,
        sentence('"{id}" stands at {first} already.', id=record.id, first=first),
        id=record.id,
    )


def _revived(put: Put) -> Put:
    """What was retired, perhaps forgotten, and is told of again: it says its state, or it would stay retired."""
    return replace(put, values={"state": MODEL.types[put.type].default_state, **put.values})


def _content(record: Record) -> bytes:
    """What a record tells beside its id and its place, the same for the same content."""
    told = (record.type, record.values, record.links, record.translations)
    try:
        return orjson.dumps(told, default=repr, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # Half a surrogate pair or a number beyond 64 bits, which the store will refuse.
        return repr(told).encode("utf-8", "surrogatepass")


def made_id(record: Record) -> str:
    """An id for a record without one: from its name, else from its content, so that it is the same each time."""
    entity = MODEL.types[record.type]
    label = record.values.get(entity.label_from or "")
    return f"{entity.prefix}:{slug(str(label or '')) or blake2b(_content(record), digest_size=12).hexdigest()}"


def puts_of(record: Record) -> list[Put]:
    """The record and its translations as the store wants them."""
    id = str(record.id)
    links = {name: _targets(found) for name, found in record.links.items()}
    puts = [Put(id, record.type, record.values, links, where=record.where)]
    linked, here = MODEL.types[TRANSLATION].forward, (To(id),)
    for translation in record.translations:
        tid = translation_id(id, str(translation["locale"]), str(translation.get("form") or "FULL"))
        own = {name: _targets(cast("list[LinkTo]", translation[name])) for name in translation if name in linked}
        values = {name: value for name, value in translation.items() if name not in own} if own else translation
        puts.append(Put(tid, TRANSLATION, values, {"translates": here, **own}, where=record.where))
    return puts


def _targets(links: Iterable[LinkTo]) -> tuple[To, ...]:
    return tuple([To(str(link.to), link.props) for link in links])


def _write(going: _Run, *, all: bool = False) -> None:
    """Write full batches of what is queued, or all; a dry run's are larger, since it sees nothing of earlier ones."""
    size = _DRY_BATCH if going.options.dry_run else going.options.batch
    while len(going.puts) >= size or (all and going.puts):
        cut = size
        # What is translated and its translations are read, and perhaps undone, together.
        while cut < len(going.puts) and going.puts[cut].type == TRANSLATION:
            cut += 1
        some, going.puts = going.puts[:cut], going.puts[cut:]
        _write_batch(going, some)


def _write_batch(going: _Run, puts: list[Put]) -> None:
    options, report = going.options, going.report
    batch = Batch(tuple(puts), options.actor, ActorKind.IMPORT, options.reason, options.source, report.import_id)
    done = going.store.write(batch, dry_run=options.dry_run)
    report.add_changes(done.changes)
    report.unchanged += done.unchanged
    report.kept += done.kept
    report.seq = done.seq
    by_id = {put.id: put for put in puts}
    for refused in done.refused:
        if refused.target is not None:
            going.unlinked.append((by_id[refused.id], refused))
        else:
            report.refused.append(_told_by_store(refused))


def _told_by_store(refused: Refused) -> Rejected:
    scope: Scope = "record" if refused.whole else "link"
    return Rejected(
        refused.where, _line(refused.where), refused.path or None, refused.reason, scope=scope, id=refused.id
    )


def _line(where: str) -> int | None:
    tail = where.rpartition(":")[2]
    return int(tail) if tail.isdigit() else None


def _link_late(going: _Run) -> None:
    """Put the links whose ends came later in the run, and refuse those that lead to nothing."""
    late = dict[str, Put]()
    lost = list[Refused]()
    for put, refused in going.unlinked:
        if refused.target in going.ids:
            known = late.get(put.id, replace(put, values={}, links={}))
            late[put.id] = replace(known, links={**known.links, refused.path: put.links[refused.path]})
        else:
            lost.append(refused)
    going.unlinked = []
    if late and not going.options.dry_run:
        going.puts = list(late.values())
        unchanged = going.report.unchanged
        _write(going, all=True)
        going.report.unchanged = unchanged
        seen = {(refused.id, refused.path, refused.target) for refused in lost}
        lost += [one for _, one in going.unlinked if (one.id, one.path, one.target) not in seen]
    going.report.refused += _to_nothing(going, lost)


def _to_nothing(going: _Run, lost: Sequence[Refused]) -> Iterator[Rejected]:
    known = dict[str, list[str]]()
    for refused in lost:
        target = str(refused.target)
        if refused.target in going.ids:
            yield Rejected(
                refused.where, _line(refused.where), refused.path, refused.reason, scope="link", id=refused.id
            )
            continue
        prefix = target.partition(":")[0]
        if prefix not in known:
            known[prefix] = [
                *going.lookup.ids(MODEL.by_prefix[prefix].name),
                *(id for id in going.ids if id.startswith(f"{prefix}:")),
            ]
        guess = nearest(target, known[prefix])
        cure = (
            sentence('Did you mean "{guess}"?', guess=guess)
            if guess
            else sentence("Everything else of the record was loaded.")
        )
        yield Rejected(
            refused.where,
            _line(refused.where),
            refused.path,
            sentence('There is nothing with the id "{id}".', id=target),
            cure,
            scope="link",
            id=refused.id,
        )


def _account_for_vanished(going: _Run) -> None:
    """Name what this source told before and not now; retire it if that is asked and every row could be read."""
    report = going.report
    refused = {rejected.id for rejected in report.refused if rejected.scope == "record"}
    report.vanished = [
        id for id in going.store.said_by(going.options.source) if id not in going.ids and not _is_of(id, refused)
    ]
    if not going.options.forget or not report.vanished:
        return
    if None in refused:
        report.notes.append(
            sentence(
                "nothing was forgotten, because rows that could not be read may tell of what seems to have vanished"
            )
        )
        return
    going.puts = [
        Put(id, MODEL.by_prefix[id.partition(":")[0]].name, {"state": State.RETIRED}) for id in report.vanished
    ]
    before = sum(report.changed.values())
    _write(going, all=True)
    report.forgotten = sum(report.changed.values()) - before


def _is_of(id: str, refused: Container[str | None]) -> bool:
    """Whether an id is one of those refused, or the id of a translation of one."""
    kind, _, tail = id.partition(":")
    if kind != "translation":
        return id in refused
    parts = tail.split(".")
    return any(f"{parts[0]}:{'.'.join(parts[1:end])}" in refused for end in range(2, len(parts)))

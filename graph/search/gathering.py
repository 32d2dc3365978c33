"""Reading the graph for the index: many ids in, their documents out, one statement for each few hundred."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from graph.model import Model
from graph.model.model import TRANSLATION
from graph.search.documents import documents, rows_of
from graph.search.index import Document
from graph.search.questions import LABELLED, SEEN, TRANSLATES, all_ids, documents_of, linking, parents
from graph.store.batch import Change
from graph.store.port import GraphStore
from graph.store.select import Row, Select
from graph.store.visibility import SYSTEM

_AT_ONCE = 500
#: What of an entity stands in the documents of others: what it is called, and who sees it.
_SHOWN_ELSEWHERE = frozenset((*LABELLED, *SEEN, "name", "title", "text", "caption"))


def searchable(model: Model) -> list[str]:
    """The types that have documents; a translation's are its entity's."""
    return [name for name in model.types if name != TRANSLATION]


def every_id(store: GraphStore) -> Iterator[str]:
    """The ids of all entities that have documents."""
    for type_name in searchable(store.model):
        after: str | None = None
        while page := _ids(store, all_ids(type_name, after, _AT_ONCE)):
            yield from page
            after = page[-1]


def gather(store: GraphStore, ids: Iterable[str]) -> Iterator[Document]:
    """The documents of some entities; those that are no more have none."""
    for some in _batches(ids):
        groups = _by_type(store.model, some)
        answers = _rows(store, {name: documents_of(store.model, name, group) for name, group in groups.items()})
        for name, rows in answers.items():
            for row in rows:
                yield from documents(store.model.type(name), row)


def touched(store: GraphStore, changes: Sequence[Change]) -> dict[str, None]:
    """The entities whose documents some changes make old: the changed, the translated, those that name them."""
    ids = {change.id: None for change in changes if change.type != TRANSLATION}
    translations = [change for change in changes if change.type == TRANSLATION]
    ids |= dict.fromkeys(id for change in translations for id in _targets(change))
    ids |= dict.fromkeys(_translated(store, [change.id for change in translations]))
    renamed = [change.id for change in changes if change.type != TRANSLATION and _shown_elsewhere(change)]
    return ids | dict.fromkeys(_naming(store, renamed))


def _translated(store: GraphStore, ids: Sequence[str]) -> Iterator[str]:
    for some in _batches(ids):
        for row in _rows(store, {TRANSLATION: parents(some)})[TRANSLATION]:
            yield from (str(parent["id"]) for parent in rows_of(row, TRANSLATES))


def _naming(store: GraphStore, ids: Sequence[str]) -> Iterator[str]:
    for some in _batches(ids):
        asked = {name: linking(store.model, name, group) for name, group in _by_type(store.model, some).items()}
        for rows in _rows(store, {name: question for name, question in asked.items() if question}).values():
            for row in rows:
                yield from (str(source["id"]) for name in row if name != "id" for source in rows_of(row, name))


def _targets(change: Change) -> Iterator[str]:
    """What a translation was and is of, by the links of a change and of its reverse."""
    for patch in (change.patch, change.reverse):
        said = _mapping(_mapping(patch.get("links")).get(TRANSLATES))
        yield from (*_mapping(said.get("put")), *cast("Sequence[str]", said.get("drop") or ()))


def _shown_elsewhere(change: Change) -> bool:
    return not _SHOWN_ELSEWHERE.isdisjoint(_mapping(change.patch.get("set")))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _by_type(model: Model, ids: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for id in ids:
        groups.setdefault(model.by_prefix[id.split(":", 1)[0]].name, []).append(id)
    return groups


def _rows(store: GraphStore, questions: Mapping[str, Select]) -> dict[str, Sequence[Row]]:
    if not questions:
        return {}
    answers = store.ask(SYSTEM, questions)
    return {name: rows_of(answers, name) for name in questions}


def _ids(store: GraphStore, question: Select) -> list[str]:
    return [str(row["id"]) for row in _rows(store, {"ids": question})["ids"]]


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some

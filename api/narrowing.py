"""What a search lets through by the graph rather than by the index: sets of ids, asked of the store beforehand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from graph.model import ANY, LEVEL, USED_IN
from graph.model.territories import territory
from graph.search.index import Hits, Query, QueryRefused, Sort
from graph.store.port import GraphStore
from graph.store.select import Cmp, Filter, Follow, Rel, Row, Select, Shape, Viewer, by_ids
from graph.story.rights import RightsVerdict, Use, verdicts

_ID = Shape((("id", "id"),))
_THEME, _PICTURED, _USES = "theme", "pictured", "uses"
# A tree of themes is not that deep; and so many of the best hits are sorted by use.
_DEEPEST, MOST_SORTED = 8, 2000
_TYPE, _WITH_RIGHTS, MOST_CLEARED = "type", frozenset({"Asset", "Media"}), 5000


class Searching(Protocol):
    def search(self, query: Query) -> Hits: ...


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What else must be so: it belongs to one of these missions, is told by one of these campaigns, has a picture."""

    missions: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    picture: bool | None = None


@dataclass(frozen=True, slots=True)
class Usable:
    """Where and what for something must be usable; without `verdicts` by what the viewer may act on.

    What needs asking stays visible to those who see what is internal: they can ask.
    """

    territory: str
    purpose: str | None = None
    verdicts: frozenset[RightsVerdict] | None = None

    def accepted(self, viewer: Viewer) -> frozenset[RightsVerdict]:
        sure = {RightsVerdict.ALLOWED, RightsVerdict.ALLOWED_WITH_DUTIES}
        asks = {RightsVerdict.UNKNOWN} if viewer.live >= LEVEL["INTERNAL"] else set[RightsVerdict]()
        return frozenset(sure | asks) if self.verdicts is None else self.verdicts

    @property
    def use(self) -> Use:
        return Use(frozenset({territory(self.territory)}), purposes=frozenset({self.purpose} if self.purpose else ()))


def narrowed(store: GraphStore, query: Query, wanted: Narrowing) -> Query:
    """The query with the ids that are let through, as its viewer sees the graph, and with themes the narrower ones."""
    themes = query.filters.get(_THEME)
    if themes:
        query = replace(query, filters={**query.filters, _THEME: with_narrower(store, query.viewer, themes)})
    questions = {
        **({} if not wanted.missions else _of_missions(wanted.missions)),
        **({} if not wanted.campaigns else _of_campaigns(wanted.campaigns)),
        **({} if wanted.picture is None else {_PICTURED: Select("Asset", _ID, has_picture())}),
    }
    if not questions:
        return query
    found = _ids(store, query.viewer, questions)
    asked = (("mission", wanted.missions), ("campaign", wanted.campaigns))
    sets = [_union(found, kind) for kind, given in asked if given]
    sets += [found[_PICTURED]] if wanted.picture else []
    without = found[_PICTURED] if wanted.picture is False else frozenset[str]()
    ids = query.ids
    for some in sets:
        ids = some if ids is None else ids & some
    return replace(query, ids=ids, without=query.without | without)


def usable(searching: Searching, store: GraphStore, query: Query, wanted: Usable) -> Query:
    """The query with the ids that may be used so, of all that it finds; QueryRefused where those are too many."""
    use, accepted = wanted.use, wanted.accepted(query.viewer)
    types = query.filters.get(_TYPE, _WITH_RIGHTS) & _WITH_RIGHTS
    query = replace(query, filters={**query.filters, _TYPE: types})
    every = replace(
        query, sort=Sort.RELEVANCE, first=0, after=None, named=MOST_CLEARED, facets=(), snippets=False, every_id=False
    )
    found = searching.search(every)
    if found.total > MOST_CLEARED:
        raise QueryRefused(
            f"The rights of {found.total} things would be checked, {MOST_CLEARED} are allowed. Filter by more, or say "
            "more words."
        )
    told = verdicts(store, query.viewer, found.named, use, query.viewer.today)
    return replace(query, ids=frozenset(id for id, one in told.items() if one.verdict in accepted))


def sorted_by_use(searching: Searching, store: GraphStore, query: Query) -> Query:
    """The query with how often each of its best hits is used, as its viewer sees that."""
    if query.sort is not Sort.USE:
        return query
    best = searching.search(
        replace(
            query,
            sort=Sort.RELEVANCE,
            first=0,
            after=None,
            named=MOST_SORTED,
            facets=(),
            snippets=False,
            every_id=False,
        )
    )
    return replace(query, uses=uses_of(store, query.viewer, best.named)) if best.named else query


def uses_of(store: GraphStore, viewer: Viewer, ids: Sequence[str]) -> dict[str, int]:
    """How many things use each of these, as the viewer sees it."""
    uses = Follow(USED_IN, Select(ANY, rows=False, total=True))
    shape = Shape((("id", "id"),), ((_USES, uses),))
    rows = _rows(store, viewer, {_USES: by_ids(ANY, tuple(ids), shape, limit=len(ids))})[_USES]
    return {str(row["id"]): int(cast("Mapping[str, int]", row[_USES])["total"]) for row in rows}


def with_narrower(store: GraphStore, viewer: Viewer, themes: Iterable[str]) -> frozenset[str]:
    """Some themes and all below them."""
    every, last = set(themes), frozenset(themes)
    for _ in range(_DEEPEST):
        below = Select("Theme", _ID, Rel("some", "broader", Cmp("id", "in", tuple(sorted(last)))))
        last = _ids(store, viewer, {_THEME: below})[_THEME] - every
        if not last:
            break
        every |= last
    return frozenset(every)


def _of_missions(ids: tuple[str, ...]) -> dict[str, Select]:
    """What a mission keeps, runs, organises or tells in a campaign that it runs."""
    theirs = Cmp("id", "in", ids)
    run = Rel("some", "missions", theirs)
    return {
        "mission kept": Select(ANY, _ID, Rel("some", "keeper", theirs)),
        "mission run": Select("Campaign", _ID, run),
        "mission held": Select("Event", _ID, Rel("some", "organisers", theirs)),
        "mission told": Select("Asset", _ID, Rel("some", "campaigns", run)),
    }


def _of_campaigns(ids: tuple[str, ...]) -> dict[str, Select]:
    """What a campaign uses, and what is placed for it."""
    theirs = Cmp("id", "in", ids)
    return {
        "campaign used": Select(ANY, _ID, Rel("some", USED_IN, theirs)),
        "campaign placed": Select("Placement", _ID, Rel("some", "campaign", theirs)),
    }


def has_picture() -> Filter:
    """What an asset with a picture is."""
    return Rel("some", "media", Cmp("kind", "eq", "PICTURE"))


def _union(found: Mapping[str, frozenset[str]], kind: str) -> frozenset[str]:
    return frozenset[str]().union(*(ids for name, ids in found.items() if name.startswith(kind)))


def _ids(store: GraphStore, viewer: Viewer, questions: Mapping[str, Select]) -> dict[str, frozenset[str]]:
    rows = _rows(store, viewer, questions)
    return {name: frozenset(str(row["id"]) for row in some) for name, some in rows.items()}


def _rows(store: GraphStore, viewer: Viewer, questions: Mapping[str, Select]) -> dict[str, Sequence[Row]]:
    answers = store.ask(viewer, questions)
    return {name: cast("Sequence[Row]", answers[name]["rows"]) for name in questions}

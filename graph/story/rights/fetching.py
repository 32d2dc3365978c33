"""What a verdict needs, fetched by one question for any number of assets and recordings."""

from collections.abc import Iterable
from dataclasses import replace

from graph.model import ANY
from graph.store.cells import CELLS, Cells, Compare, Key, Node, Tie
from graph.store.port import GraphStore
from graph.store.select import And, Answer, Cmp, Follow, Not, Or, Rel, Select, Shape, Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM
from graph.story.rights.materials import Grouped, Materials
from graph.story.rights.reading import Reading, Row, before
from graph.story.rows import rows_of

#: How many works deep it is looked for what something was made from.
_LEVELS = 12
_SIGHT = ("id", "label", "state", "marking", "embargo_until", "expires_at")


def _shape(*props: str, **links: Follow) -> Shape:
    return shape_of(*_SIGHT, *props, **links)


def _to(field: str, target: str, shape: Shape, where: Cmp | None = None) -> Follow:
    return Follow(field, Select(target, shape, where))


_THING = _shape()
_PEOPLE = _to("depicts", ANY, _THING, Cmp("type", "eq", "Person"))
_GRANTS = _to(
    "rights",
    "RightsGrant",
    _shape("locale", "licence", "rules", "valid_from", "valid_until", holder=_to("holder", ANY, _THING)),
)
_CONSENTS = _to(
    "consents", "Consent", _shape("locale", "rules", "minor", "withdrawn_at", person=_to("person", "Person", _THING))
)
_SOURCES = _to("sources", "Source", _shape("locale", "licence"))
_KEEPER = _to("keeper", ANY, _THING)
_MEDIA = _shape("locale", "kind", rights=_GRANTS, depicts=_PEOPLE, consents=_CONSENTS, sources=_SOURCES, keeper=_KEEPER)
_ID = Shape((("id", "id"),))
#: Many assets stand under few grants, which are asked for once beside them.
_ASSET = _shape(
    "locale",
    originals=_to("derived_from", "Asset", _ID),
    whole=_to("part_of", "Asset", _ID),
    media=_to("media", "Media", _MEDIA),
    rights=_to("rights", "RightsGrant", _ID),
    depicts=_PEOPLE,
    consents=_CONSENTS,
    sources=_SOURCES,
    keeper=_KEEPER,
)
#: What an asset may stand under beside its grants.
_BESIDE_GRANTS = tuple([Rel("some", name) for name in ("media", "depicts", "sources", "derived_from", "part_of")])
_PLAIN = shape_of("id", rights=_to("rights", "RightsGrant", _ID))


def materials(store: GraphStore, viewer: Viewer, ids: Iterable[str], told: Viewer | None = None) -> Materials:
    """What each asset or recording that the viewer sees is cleared by, whether the viewer sees that or not.

    The rules are read by the system, since a verdict rests on all of them; `seen` says what whoever is `told` of it may
    know, who is the viewer where nobody else is named.
    Ids of nothing, of other types or of what is out of sight are left out alike. One question, whatever the number, and
    one more for each level of works that something was made from or is part of.
    """
    wanted = dict.fromkeys(ids)
    media = tuple([id for id in wanted if id.startswith("media:")])
    questions = _of_assets(tuple([id for id in wanted if id.startswith("asset:")]))
    if media:
        questions["media"] = by_ids("Media", media, _MEDIA)
    if not questions:
        return Materials({})
    answers = store.ask(SYSTEM, questions)
    works, grants = _by_id(answers.get("assets")), _by_id(answers.get("grants"))
    rows = {**works, **_by_id(answers.get("media"))}
    _add_before(store, works, grants)
    reading, sees = Reading(told or viewer, works, grants), Reading(viewer).sees
    return Materials({id: (reading, row) for id in wanted if (row := rows.get(id)) is not None and sees(row)})


def grouped(store: GraphStore, viewer: Viewer, ids: Iterable[str]) -> Grouped:
    """What assets that the viewer sees stand under, where no more is asked than which uses are allowed.

    One question, as `materials`; of what stands under grants alone it reads these alone.
    """
    wanted = tuple(ids)
    if not wanted:
        return Grouped(Reading(viewer), (), ())
    chosen = Cmp("id", "in", wanted)
    plain = Select("Asset", _PLAIN, And((chosen, Not(Or(_BESIDE_GRANTS)))))
    others = Select("Asset", _ASSET, And((chosen, Or(_BESIDE_GRANTS))))
    answers = store.ask(SYSTEM, {"plain": plain, "assets": others, "grants": _grants_of(wanted)})
    works, grants = _by_id(answers["assets"]), _by_id(answers["grants"])
    asked = [*works.values()]
    _add_before(store, works, grants)
    return Grouped(Reading(viewer, works, grants), rows_of(answers["plain"]), asked)


def under_more(store: GraphStore, ids: tuple[str, ...]) -> frozenset[str]:
    """Those of some assets that stand under more than a single grant, by one question."""
    chosen = Cmp("id", "in", ids)
    pairs = Cells(
        (Node("asset", "Asset", chosen), Node("one", "RightsGrant"), Node("other", "RightsGrant")),
        (Tie("asset", "rights", "one"), Tie("asset", "rights", "other")),
        (Compare("one.id", "lt", "other.id"),),
        by=(Key("id", "asset.id"),),
        limit=CELLS,
    )
    beside = Select("Asset", _ID, And((chosen, Or(_BESIDE_GRANTS))))
    answers = store.ask(SYSTEM, {"pairs": pairs, "beside": beside})
    return frozenset(str(row["id"]) for answer in answers.values() for row in rows_of(answer))


def _add_before(store: GraphStore, works: dict[str, Row], grants: dict[str, Row]) -> None:
    """Add what assets were made from and are part of, and what that was, level by level as far as it goes.

    Beyond so many levels it is left out, and so counts as not known.
    """
    near = works
    for _ in range(_LEVELS):
        ids = sorted({id for row in near.values() for id in before(row)} - works.keys())
        if not ids:
            break
        answers = store.ask(SYSTEM, _of_assets(tuple(ids)))
        near = _by_id(answers["assets"])
        works |= near
        grants |= _by_id(answers["grants"])


def _of_assets(ids: tuple[str, ...]) -> dict[str, Select]:
    """What to ask for some assets, and for each grant that one of them stands under."""
    if not ids:
        return {}
    return {"assets": by_ids("Asset", ids, _ASSET), "grants": _grants_of(ids)}


def _grants_of(ids: tuple[str, ...]) -> Select:
    return replace(_GRANTS.select, where=Rel("some", "covers_assets", Cmp("id", "in", ids)))


def _by_id(answer: Answer | None) -> dict[str, Row]:
    return {str(row["id"]): row for row in rows_of(answer)}

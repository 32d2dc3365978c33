"""What a verdict needs, fetched by one question for any number of assets and recordings."""

from collections.abc import Iterable, Mapping

from graph.model import ANY
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Shape, Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM
from graph.story.rights.material import Material
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
    _shape("licence", "rules", "valid_from", "valid_until", holder=_to("holder", ANY, _THING)),
)
_CONSENTS = _to("consents", "Consent", _shape("rules", "minor", "withdrawn_at", person=_to("person", "Person", _THING)))
_SOURCES = _to("sources", "Source", _shape("licence"))
_KEEPER = _to("keeper", ANY, _THING)
_MEDIA = _shape("kind", rights=_GRANTS, depicts=_PEOPLE, consents=_CONSENTS, sources=_SOURCES, keeper=_KEEPER)
_ID = Shape((("id", "id"),))
_ASSET = _shape(
    originals=_to("derived_from", "Asset", _ID),
    whole=_to("part_of", "Asset", _ID),
    media=_to("media", "Media", _MEDIA),
    rights=_GRANTS,
    depicts=_PEOPLE,
    consents=_CONSENTS,
    sources=_SOURCES,
    keeper=_KEEPER,
)


def materials(store: GraphStore, viewer: Viewer, ids: Iterable[str], told: Viewer | None = None) -> dict[str, Material]:
    """What each asset or recording that the viewer sees is cleared by, whether the viewer sees that or not.

    The rules are read by the system, since a verdict rests on all of them; `seen` says what whoever is `told` of it may
    know, who is the viewer where nobody else is named.
    Ids of nothing, of other types or of what is out of sight are left out alike. One question, whatever the number, and
    one more for each level of works that something was made from or is part of.
    """
    wanted = dict.fromkeys(ids)
    asked = {
        name: tuple(id for id in wanted if id.startswith(prefix))
        for name, prefix in (("Asset", "asset:"), ("Media", "media:"))
    }
    shapes = {"Asset": _ASSET, "Media": _MEDIA}
    questions = {name: by_ids(name, of, shapes[name]) for name, of in asked.items() if of}
    if not questions:
        return {}
    answers = store.ask(SYSTEM, questions)
    rows = {str(row["id"]): row for row in rows_of(answers.get("Asset"))}
    reading, sees = Reading(told or viewer, {**rows, **_before(store, rows)}), Reading(viewer).sees
    found = {id: reading.asset(row) for id, row in rows.items() if sees(row)}
    found |= {str(row["id"]): reading.media(row) for row in rows_of(answers.get("Media")) if sees(row)}
    return {id: found[id] for id in wanted if id in found}


def _before(store: GraphStore, rows: Mapping[str, Row]) -> dict[str, Row]:
    """What assets were made from and are part of, and what that was, level by level as far as it goes.

    Beyond so many levels it is left out, and so counts as not known.
    """
    found: dict[str, Row] = {}
    near = rows
    for _ in range(_LEVELS):
        ids = sorted({id for row in near.values() for id in before(row)} - found.keys() - rows.keys())
        if not ids:
            break
        question = by_ids("Asset", tuple(ids), _ASSET)
        near = {str(row["id"]): row for row in rows_of(store.ask(SYSTEM, {"before": question})["before"])}
        found |= near
    return found

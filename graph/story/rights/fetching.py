"""What a verdict needs, fetched by one question for any number of assets and recordings."""

from collections.abc import Iterable

from graph.model import ANY
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Shape, Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM
from graph.story.rights.material import Material
from graph.story.rights.reading import Reading
from graph.story.rows import rows_of

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
_ASSET = _shape(
    media=_to("media", "Media", _MEDIA),
    rights=_GRANTS,
    depicts=_PEOPLE,
    consents=_CONSENTS,
    sources=_SOURCES,
    keeper=_KEEPER,
)


def materials(store: GraphStore, viewer: Viewer, ids: Iterable[str]) -> dict[str, Material]:
    """What each asset or recording that the viewer sees is cleared by, whether the viewer sees that or not.

    The rules are read by the system, since a verdict rests on all of them; `seen` tells what the viewer may know of.
    Ids of nothing, of other types or of what is out of sight are left out alike. One question, whatever the number.
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
    reading = Reading(viewer)
    found: dict[str, Material] = {}
    for name, answer in answers.items():
        read = reading.asset if name == "Asset" else reading.media
        for row in rows_of(answer):
            if reading.sees(row):
                found[str(row["id"])] = read(row)
    return {id: found[id] for id in wanted if id in found}

"""What to ask the store so that documents can be made: one question for each type, derived from the model."""

from collections.abc import Iterable
from functools import lru_cache

from graph.model import ANY, End, EntityType, Model
from graph.model.kinds import NAME, TEXT
from graph.model.model import TRANSLATION
from graph.store.select import Cmp, Follow, Select, Shape, shape_of

SEEN = ("id", "state", "marking", "embargo_until", "expires_at")
LABELLED = ("aliases", "names", "text_state")
#: Ids that lead to it, by which it is found, too.
_FORMER = "former_ids"
TRANSLATES, TRANSLATIONS = "translates", "translations"
#: What says the day that something stands for, the first that there is.
DATED = ("date", "starts", "at", "from", "year")
FACET_LINKS = {"Country": "country", "Theme": "theme"}
_MOST_NEIGHBOURS = 200


def documents_of(model: Model, type_name: str, ids: Iterable[str]) -> Select:
    """Everything that the documents of these entities of one type are made of."""
    shape = _shape(model, model.type(type_name))
    return Select(type_name, shape, Cmp("id", "in", tuple(ids)))


def all_ids(type_name: str, after: str | None, limit: int) -> Select:
    """A page of the ids of a type, in order."""
    start = (after,) if after is not None else None
    return Select(type_name, Shape((("id", "id"),)), after=start, limit=limit)


def linking(model: Model, type_name: str, ids: Iterable[str]) -> Select | None:
    """The entities in whose documents these are named, by the field that leads back; None where there are none."""
    only_id = Shape((("id", "id"),))
    follows = tuple(
        (name, Follow(name, Select(end.target, only_id)))
        for name, end in model.type(type_name).ends.items()
        if not end.forward and in_documents(end)
    )
    return Select(type_name, Shape((("id", "id"),), follows), Cmp("id", "in", tuple(ids))) if follows else None


def parents(ids: Iterable[str]) -> Select:
    """What these translations translate."""
    follow = Follow(TRANSLATES, Select(ANY, Shape((("id", "id"),))))
    return Select(TRANSLATION, Shape((("id", "id"),), ((TRANSLATES, follow),)), Cmp("id", "in", tuple(ids)))


def in_documents(end: End) -> bool:
    """Whether a link leaves something in the documents of its source."""
    return bool(end.link.searchable) or facet_of(end) is not None


def facet_of(end: End) -> str | None:
    """The facet that a link's targets are counted in."""
    return FACET_LINKS.get(end.link.targets[0]) if end.link.facet and len(end.link.targets) == 1 else None


@lru_cache(maxsize=256)
def _shape(model: Model, entity: EntityType) -> Shape:
    own = [name for name, prop in entity.own.items() if prop.searchable or name in ("kind", "locale", *DATED)]
    props = dict.fromkeys((*SEEN, "updated_at", _FORMER, *(name for name in LABELLED if name in entity.props), *own))
    links = [(name, Follow(name, _neighbours(model, end))) for name, end in entity.forward.items() if in_documents(end)]
    if entity.texts:
        links.append((TRANSLATIONS, Follow(TRANSLATIONS, _translations(entity))))
    return Shape(tuple((name, name) for name in props), tuple(links))


def _neighbours(model: Model, end: End) -> Select:
    if end.target != ANY:
        return Select(end.target, label_shape(model.type(end.target)), limit=_MOST_NEIGHBOURS)
    cases = tuple((name, label_shape(model.type(name))) for name in end.targets)
    return Select(ANY, Shape((("id", "id"),)), cases=cases, limit=_MOST_NEIGHBOURS)


@lru_cache(maxsize=256)
def label_shape(entity: EntityType) -> Shape:
    """What names an entity, and who sees it."""
    names = [name for name in LABELLED if name in entity.props]
    named = [entity.label_from] if entity.label_from and entity.props[entity.label_from].kind in (NAME, TEXT) else []
    return shape_of(*dict.fromkeys((*SEEN, *names, *named)))


def _translations(entity: EntityType) -> Select:
    texts = [name for name in entity.texts if entity.props[name].searchable]
    return Select(TRANSLATION, shape_of(*SEEN, "locale", "updated_at", *texts))

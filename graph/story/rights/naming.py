"""What grants, consents, recordings and people are called in the language in which a verdict is told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.asking import Asking
from graph.model import ANY
from graph.store.select import Follow, Select, Shape, by_ids
from graph.story.plan.fetching import shape, titles
from graph.story.plan.texts import called
from graph.story.rights.material import Material, Thing
from graph.story.rows import rows_of
from graph.story.wording import language_of

_ALT = Follow("translations", Select("Translation", Shape((("locale", "locale"), ("title", "alt")))))
_CASES = (
    *((name, shape("locale", translations=titles("title"))) for name in ("Asset", "RightsGrant", "Consent", "Source")),
    ("Media", shape("locale", translations=_ALT)),
    ("Person", shape("names")),
)


def named(asking: Asking, found: Mapping[str, Material]) -> dict[str, Material]:
    """The materials with all that the caller sees by its name in the language of the answer, by one question."""
    ids = tuple(dict.fromkeys(id for one in found.values() for id in _ids(one)))
    if not ids:
        return dict(found)
    asked = by_ids(ANY, ids, shape(), cases=_CASES)
    language = language_of(asking.locale)
    names = {str(row["id"]): called(row, language) for row in rows_of(asking.ask({"it": asked})["it"])}
    return {id: _renamed(one, names) for id, one in found.items()}


def _ids(material: Material) -> Iterable[str]:
    yield material.id
    for thing in material.things:
        if thing.seen:
            yield thing.id
        yield from (origin.id for origin in thing.origins if origin.seen)


def _renamed(material: Material, names: Mapping[str, str]) -> Material:
    things = tuple(_thing(one, names) for one in material.things)
    return replace(material, label=names.get(material.id, material.label), things=things)


def _thing(thing: Thing, names: Mapping[str, str]) -> Thing:
    origins = tuple(
        replace(one, title=names[one.id]) if one.seen and names.get(one.id, one.title) != one.title else one
        for one in thing.origins
    )
    return replace(thing, label=names.get(thing.id, thing.label) if thing.seen else thing.label, origins=origins)

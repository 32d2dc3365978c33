"""What grants, consents, recordings and people are called in the language in which a verdict is told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import is_

from graph.model import ANY
from graph.store.select import Answer, Follow, Select, Shape, by_ids
from graph.story.plan.fetching import shape, titles
from graph.story.plan.texts import called
from graph.story.rights.material import Material, Origin, Thing
from graph.story.rows import rows_of
from graph.story.wording import language_of

_ALT = Follow("translations", Select("Translation", Shape((("locale", "locale"), ("title", "alt")))))
_CASES = (
    *((name, shape("locale", translations=titles("title"))) for name in ("Asset", "RightsGrant", "Consent", "Source")),
    ("Media", shape("locale", translations=_ALT)),
    ("Person", shape("names")),
)


def names_of(found: Mapping[str, Material], locale: str | None) -> Select | None:
    """What to ask to name the materials, and all that the caller sees of them; None where nothing has to be asked.

    What is written in the language of the answer is called by its label.
    """
    language = language_of(locale)
    ids = tuple(dict.fromkeys(id for one in found.values() for id in _foreign(one, language)))
    return by_ids(ANY, ids, shape(), cases=_CASES) if ids else None


def named(found: Mapping[str, Material], answer: Answer | None, locale: str | None) -> dict[str, Material]:
    """The materials with all that the caller sees by its name in the language of the answer."""
    language = language_of(locale)
    names = {str(row["id"]): called(row, language) for row in rows_of(answer)}
    return {id: _renamed(one, names) if names else one for id, one in found.items()}


def _foreign(material: Material, language: str) -> Iterator[str]:
    """What is not called by its label, of a material and all of it that the caller sees."""
    told = [(material.id, material.label, material.locale)]
    for thing in material.things:
        told += [(thing.id, thing.label, thing.locale)] if thing.seen else []
        told += [(origin.id, origin.title, origin.locale) for origin in thing.origins if origin.seen]
    return (id for id, label, locale in told if locale != language or label == id)


def _renamed(material: Material, names: Mapping[str, str]) -> Material:
    label, things = names.get(material.id, material.label), tuple([_thing(one, names) for one in material.things])
    if label == material.label and all(map(is_, things, material.things)):
        return material
    return replace(material, label=label, things=things)


def _thing(thing: Thing, names: Mapping[str, str]) -> Thing:
    label = names.get(thing.id, thing.label) if thing.seen else thing.label
    origins = tuple([_origin(one, names) for one in thing.origins])
    if label == thing.label and all(map(is_, origins, thing.origins)):
        return thing
    return replace(thing, label=label, origins=origins)


def _origin(origin: Origin, names: Mapping[str, str]) -> Origin:
    title = names.get(origin.id, origin.title) if origin.seen else origin.title
    return origin if title == origin.title else replace(origin, title=title)

"""Ids: a type, a colon and a slug."""

import re
import unicodedata
from functools import lru_cache
from secrets import token_hex

from graph.errors import InvalidValue
from graph.model import EntityType, Model
from graph.sentence import sentence

_ID = re.compile(r"([a-z]+):([a-z0-9._-]+)")
_NO_SLUG = re.compile(r"[^a-z0-9._]+")
_LONGEST = 200


@lru_cache(maxsize=65_536)
def check_id(model: Model, id: object, type_name: str | None = None) -> EntityType:
    """The type an id belongs to; refused where the id is no id or belongs to another type."""
    found = _ID.fullmatch(id) if isinstance(id, str) and len(id) <= _LONGEST else None
    if found is None:
        raise InvalidValue(
            sentence('"{id}" is not an id.', id=str(id)[:80].encode("utf-8", "backslashreplace").decode()),
            path="id",
            cure=sentence(
                "An id is a type, a colon and a slug of a-z, 0-9, dot, underscore and hyphen, such as asset:kimjang."
            ),
        )
    entity = model.by_prefix.get(found[1])
    if entity is None or (type_name is not None and entity.name != type_name):
        if type_name:
            prefix = model.type(type_name).prefix
            raise InvalidValue(
                sentence('The id "{id}" does not start with {prefix}:.', id=id, prefix=prefix), path="id"
            )
        told = sentence('The id "{id}" does not start with the name of a type in lower case and a colon.', id=id)
        raise InvalidValue(told, path="id")
    return entity


def type_of(model: Model, id: str) -> EntityType | None:
    """The type an id belongs to; None for what is no id, as an address may hold anything."""
    try:
        return check_id(model, id)
    except InvalidValue:
        return None


def slug(text: str) -> str:
    """A slug of a text in Latin script; empty where nothing of it is left."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", text.lower()).strip("-._")[:80]


def new_id(entity: EntityType, name: str = "") -> str:
    """An id for something new, from its name where that can be read in Latin script."""
    return f"{entity.prefix}:{slug(name) or token_hex(6)}"


def translation_id(of: str, locale: str, form: str = "FULL") -> str:
    """The id of an entity's translation into a locale and form."""
    tail = "" if form == "FULL" else f".{form.lower()}"
    return f"translation:{of.replace(':', '.')}.{locale.lower()}{tail}"

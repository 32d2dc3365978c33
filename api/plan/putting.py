"""From the input of a mutation to what the store is asked to write."""

from collections.abc import Mapping
from typing import Any, cast

from api.plan.wanted import NotWritten, Write, WriteError
from api.schema.catalogue import Catalogue
from graph.errors import InvalidValue
from graph.model import ANY, EntityType, Model, Prop
from graph.model.kinds import NAMES, SHARES
from graph.model.model import TRANSLATION
from graph.store.batch import Edit, Put, To
from graph.store.ids import check_id, new_id, translation_id


def entity_of(model: Model, write: Write) -> EntityType:
    if write.id is None:
        return model.type(write.entity)
    try:
        return check_id(model, write.id, None if write.entity == ANY else write.entity)
    except InvalidValue as error:
        raise NotWritten([WriteError("id", "BAD_VALUE", f"{error.reason} {error.cure}".strip())]) from None


def put_of(catalogue: Catalogue, entity: EntityType, write: Write) -> Put:
    """The write as the store takes it, from the values of its input."""
    inputs = catalogue.entries[entity.name].inputs
    put = Put("", entity.name, {}, {}, write.rev, edits={})
    for name, value in write.values.items():
        one = inputs[name]
        if isinstance(one, Prop):
            put.values = {**put.values, one.name: _inside(one, value)}
        elif not one.many:
            put.links = {**put.links, one.name: () if value is None else (_to(value),)}
        elif value is not None:
            edit = Edit(tuple(map(_to, value.get("put") or ())), tuple(value.get("remove") or ()))
            put.edits = {**put.edits, one.name: edit}
    put.id = write.id or _made_id(entity, put)
    return put


def _made_id(entity: EntityType, put: Put) -> str:
    """An id from what it is called; a translation's from what it translates."""
    if entity.name == TRANSLATION and put.links.get("translates") and put.values.get("locale"):
        return translation_id(
            put.links["translates"][0].id, str(put.values["locale"]), str(put.values.get("form") or "FULL")
        )
    return new_id(entity, str(put.values.get(entity.label_from or "") or ""))


def _to(given: Mapping[str, Any]) -> To:
    """A link in outside form; its property names are the contract's."""
    props = {snake(name): _plain(value) for name, value in given.items() if name != "to"}
    return To(given["to"], props)


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _inside(prop: Prop, value: Any) -> object:
    if value is None:
        return None
    if prop.kind is NAMES:
        return {one["locale"]: one["name"] for one in value}
    if prop.kind is SHARES:
        return {one["locale"]: one["share"] for one in value}
    return _plain(value)


def _plain(value: Any) -> object:
    """A value without the contract's enums."""
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    return getattr(value, "value", value)

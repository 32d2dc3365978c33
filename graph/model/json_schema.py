"""JSON Schema of records: one JSON object a line, as ingest reads them and export writes them."""

from typing import Any, TypeAlias, cast

from graph.model.declare import ANY, End, Prop
from graph.model.model import LINK_PROPS, TRANSLATION, EntityType, Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SLUG = "[a-z0-9._-]+"

Schema: TypeAlias = dict[str, Any]


def record_schema(model: Model, type_name: str | None = None) -> Schema:
    """The schema of a record of one type, or of any.

    A record may name only some properties, for the rest stays as it is; so nothing but `type` is required here.
    What has to be there before a thing leaves DRAFT says so in its description.
    """
    names = [model.type(type_name).name] if type_name else list(model.types)
    of_type = {name: _record(model, model.types[name]) for name in names}
    if type_name:
        return {"$schema": DIALECT, "title": type_name, **of_type[names[0]]}
    return {
        "$schema": DIALECT,
        "title": "Record",
        "type": "object",
        "properties": {"type": {"enum": names}},
        "required": ["type"],
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": of_type,
    }


def _record(model: Model, entity: EntityType) -> Schema:
    properties: Schema = {
        "type": {"const": entity.name, "description": "The type."},
        "id": {
            "type": "string",
            "pattern": f"^{entity.prefix}:{_SLUG}$",
            "maxLength": 200,
            "description": entity.props["id"].doc,
        },
    }
    properties |= {name: _property(prop) for name, prop in entity.props.items() if not prop.derived}
    properties |= {name: _link(model, end) for name, end in entity.forward.items()}
    if entity.texts:
        properties["translations"] = {
            "type": "array",
            "items": _translation(model, entity),
            "description": "Its texts in other languages and forms; each becomes a Translation of its own.",
        }
    return {
        "type": "object",
        "description": entity.doc,
        "properties": properties,
        "required": ["type"],
        "additionalProperties": False,
    }


def _property(prop: Prop) -> Schema:
    one = dict(prop.kind.json_schema)
    if prop.longest and one.get("type") == "string":
        one["maxLength"] = prop.longest
    whole: Schema = {"type": "array", "items": one} if prop.many else dict(one)
    said = f"{prop.doc} Needed before it leaves DRAFT." if prop.required else prop.doc
    if prop.default is not None:
        whole["default"] = prop.default
    if prop.deprecated:
        whole["deprecated"], said = True, f"{said} {prop.deprecated.reason}"
    return _nullable(whole) | {"description": said}


def _nullable(schema: Schema) -> Schema:
    """The schema with null beside it: null takes a property away."""
    if "enum" in schema:
        return {**schema, "enum": [*cast("list[str]", schema["enum"]), None]}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return schema


def _link(model: Model, end: End) -> Schema:
    one = _target(model, end)
    said = f"{end.link.doc} Needed before it leaves DRAFT." if end.link.at_least else end.link.doc
    told: Schema = {"description": said}
    if end.link.deprecated:
        told = {"deprecated": True, "description": f"{said} {end.link.deprecated.reason}"}
    return ({"type": "array", "items": one} if end.many else {"anyOf": [one, {"type": "null"}]}) | told


def _target(model: Model, end: End) -> Schema:
    """An id, or an object with `to` and the link's properties."""
    target: Schema = {"type": "string", "pattern": f"^{_prefixes(model, end)}:{_SLUG}$"}
    carried = {name: _property(prop) for name, prop in {**end.link.props, **LINK_PROPS}.items()}
    return {
        "anyOf": [
            target,
            {
                "type": "object",
                "properties": {"to": target, **carried},
                "required": ["to"],
                "additionalProperties": False,
            },
        ]
    }


def _prefixes(model: Model, end: End) -> str:
    if end.targets == (ANY,) or len(end.targets) == len(model.types):
        return "[a-z]+"
    found = [model.types[name].prefix for name in end.targets]
    return found[0] if len(found) == 1 else f"({'|'.join(found)})"


def _translation(model: Model, entity: EntityType) -> Schema:
    """A translation as it stands inside the record it translates: the texts of that type only."""
    translation = model.types[TRANSLATION]
    left_out = {name for name in model.text_props if name not in entity.texts}
    properties = {
        name: _property(prop) for name, prop in translation.props.items() if not prop.derived and name not in left_out
    }
    properties |= {name: _link(model, end) for name, end in translation.forward.items() if name != "translates"}
    return {"type": "object", "properties": properties, "required": ["locale"], "additionalProperties": False}

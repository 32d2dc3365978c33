"""Addresses of pages that other pages link to."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson

from api.schema.names import camel, plural, singular
from graph.model import EntityType


def explorer(query: str, variables: Mapping[str, object] | None = None) -> str:
    """The explorer with a question in its own tab."""
    given = {
        "query": query,
        **({"variables": orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode()} if variables else {}),
    }
    return f"/explorer?{urlencode(given)}"


def story(id: str, lang: str = "") -> str:
    """The page of an asset, in a language or in the reader's own."""
    return f"/a/{quote(id.partition(':')[2])}" + (f"?lang={quote(lang)}" if lang else "")


def list_question(entity: EntityType) -> str:
    """A question for all of a type."""
    name = plural(entity.name)
    titled = entity.label_from if entity.label_from in entity.own else "label"
    return (
        f"query {name[0].upper()}{name[1:]} {{\n  {name}(first: 20) {{\n    totalCount\n"
        f"    nodes {{\n      id\n      {titled}\n      state\n    }}\n  }}\n}}\n"
    )


def entity_question(entity: EntityType) -> str:
    """A question for one of a type, with `id` as its variable."""
    props = [name for name in ("name", "title", "text", "summary", "kind") if name in entity.own]
    links = [camel(name) for name, end in entity.forward.items() if end.many and name != "sources"][:2]
    fields = [
        *props,
        "label",
        *(f"{name} {{ nodes {{ id label }} }}" for name in links),
        "sources { nodes { id label } }",
    ]
    body = "\n".join(f"    {field}" for field in ["id", *fields])
    return f"query One($id: ID!) {{\n  {singular(entity.name)}(id: $id) {{\n{body}\n  }}\n}}\n"

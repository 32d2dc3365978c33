"""Shapes of JSON answers: objects, lists, and connections with what they hold."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = Any


def is_object(value: Json) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def is_connection(value: Json) -> TypeGuard[dict[str, Any]]:
    return is_object(value) and ("nodes" in value or "edges" in value)


def items(value: Json) -> list[Json]:
    """What a connection holds; what an edge carries beside its node stands beside the node's own fields."""
    if "nodes" in value:
        return list(value["nodes"])
    return [_edge(edge) for edge in value["edges"]]


def _edge(edge: Mapping[str, Json]) -> Json:
    rest = {key: one for key, one in edge.items() if key not in ("node", "cursor")}
    node = edge.get("node")
    return {**rest, **node} if is_object(node) else {**rest, "node": node}

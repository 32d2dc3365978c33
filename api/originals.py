"""Who is to be named for what a story was made from: its makers and the credits of its pictures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from api.labels import labels
from graph.store.port import GraphStore
from graph.store.select import Follow, Order, Select, Shape, Viewer, by_ids

#: How many works deep it is looked for what something was made from, as for rights.
_LEVELS, _MOST = 12, 50
_ID = Shape((("id", "id"),))
_SHAPE = Shape(
    (("id", "id"),),
    (
        (
            "media",
            Follow("media", Select("Media", Shape((("credit", "credit"),)), order=(Order("@position"),), limit=_MOST)),
        ),
        ("makers", Follow("makers", Select("Entity", _ID, limit=_MOST))),
        ("before", Follow("derived_from", Select("Asset", _ID, limit=_MOST))),
    ),
)


def named_before(store: GraphStore, viewer: Viewer, ids: Iterable[str], locale: str) -> tuple[str, ...]:
    """Names for the works with these ids and for what they were made from, the nearest first, each once.

    Only of works that the viewer sees; what the rights in the others ask to be written comes with the verdict. One
    question for each level of works, and one for the makers' names.
    """
    known: dict[str, Mapping[str, Any]] = {}
    near = tuple(dict.fromkeys(ids))
    for _ in range(_LEVELS):
        if not near:
            break
        rows = cast("Sequence[Mapping[str, Any]]", store.ask(viewer, {"b": by_ids("Asset", near, _SHAPE)})["b"]["rows"])
        known |= {row["id"]: row for row in rows}
        near = tuple(
            dict.fromkeys(one["id"] for row in rows for one in row["before"]["rows"] if one["id"] not in known)
        )
    makers = labels(store, viewer, (one["id"] for row in known.values() for one in row["makers"]["rows"]), locale)
    found = [
        name
        for row in known.values()
        for name in (
            *(one["credit"] for one in row["media"]["rows"]),
            *(makers[one["id"]].text for one in row["makers"]["rows"] if one["id"] in makers),
        )
        if name
    ]
    return tuple(dict.fromkeys(found))

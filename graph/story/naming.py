"""What a question names by id: refused by its kind where the caller sees no such thing."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.model import ANY
from graph.store.select import Select, Shape, by_ids
from graph.story.refusing import unknown
from graph.story.rows import ids_of

#: The ids that were named, by the path of their argument and the type they are of.
Named = Mapping[tuple[str, str], Sequence[str]]


def asked_for(named: Named) -> dict[str, Select]:
    """What to ask beside the rest, so that `refuse_unknown` can tell."""
    shape = Shape((("id", "id"),))
    return {
        f"named {path}": by_ids(type, tuple(ids), shape, limit=len(ids)) for (path, type), ids in named.items() if ids
    }


def refuse_unknown(named: Named, answers: Mapping[str, Any]) -> None:
    """Raises InvalidValue for the first id that leads to nothing."""
    for (path, type), ids in named.items():
        there = set(ids_of(answers.get(f"named {path}")))
        for id in ids:
            if id not in there:
                kind = "thing" if type == ANY else type.lower()
                raise unknown(kind, id, path)

"""Reading the answers of the store: their rows, whether a link was followed or not."""

from typing import Any, TypeAlias

Rows: TypeAlias = list[dict[str, Any]]


def rows_of(answer: Any) -> Rows:
    """The rows of an answer, none where there is none."""
    found: Rows = answer["rows"] if answer else []
    return found


def one_of(answer: Any) -> dict[str, Any] | None:
    """The one row of an answer."""
    found = rows_of(answer)
    return found[0] if found else None


def ids_of(answer: Any) -> tuple[str, ...]:
    """The ids of the rows of an answer, in their order."""
    return tuple([row["id"] for row in answer["rows"]]) if answer else ()

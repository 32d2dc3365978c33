"""What the log says of entities, as reviews read it."""

from collections.abc import Mapping
from typing import Any, cast

from graph.asking import Asking
from graph.store.batch import Change, Which

_PAGE = 2_000


def logged(asking: Asking, ids: tuple[str, ...], after: int = 0) -> dict[str, list[Change]]:
    """The entries of some entities after one, oldest first, by entity."""
    found: dict[str, list[Change]] = {}
    while ids:
        page = asking.store.changes(after, _PAGE, Which(ids=ids))
        asking.statements += 1
        for one in page:
            found.setdefault(one.id, []).append(one)
        if len(page) < _PAGE:
            break
        after = page[-1].seq
    return found


def set_by(change: Change) -> Mapping[str, Any]:
    """The values that an entry gave to properties."""
    return cast("Mapping[str, Any]", change.patch.get("set") or {})

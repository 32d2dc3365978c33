"""What an index that is behind may no longer answer with: what a change since has taken out of somebody's sight."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from graph.model import LEVEL
from graph.store.batch import Change

_STAGES = {"RETIRED": 0, "PUBLISHED": 2}
_OPEN = (None, "PUBLISHED")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A change after which somebody may see less of what stands in documents.

    Who sees all of `rests_on` sees as much as before, unless the thing is `gone` or it is its `text` that was closed.
    """

    change: Change
    rests_on: frozenset[str]
    gone: bool = False
    text: bool = False


def narrowed(changes: Sequence[Change]) -> list[Narrowed]:
    """Those of the changes after which somebody may see less."""
    return [found for change in changes if (found := _narrowed(change))]


def _narrowed(change: Change) -> Narrowed | None:
    if change.op == "delete" or not change.patch:
        return Narrowed(change, frozenset(), gone=True)
    if change.op == "create":
        return None
    after, before = _mapping(change.patch.get("set")), _mapping(change.reverse.get("set"))
    text = "text_state" in after and after["text_state"] not in _OPEN
    lost = any(name in after and narrows(before.get(name), after[name]) for name, narrows in _NARROWS.items())
    dropped = _dropped(change)
    if not (text or lost or dropped):
        return None
    return Narrowed(change, frozenset({change.id, *dropped}), text=text)


def _dropped(change: Change) -> list[str]:
    """To what links were taken away: its name may still stand in the document of where they started."""
    links = _mapping(change.patch.get("links")).values()
    return [to for one in links for to in cast("Sequence[str]", _mapping(one).get("drop") or ())]


def _lower(before: object, after: object) -> bool:
    """Whether it is further from the public by its state."""
    return _STAGES.get(str(after), 1) < _STAGES.get(str(before), 1)


def _stricter(before: object, after: object) -> bool:
    return LEVEL[str(after)] > LEVEL[str(before)]


def _later(before: object, after: object) -> bool:
    """Whether what had begun, or begins sooner, begins later."""
    return after is not None and (before is None or str(after) > str(before))


def _sooner(before: object, after: object) -> bool:
    return after is not None and (before is None or str(after) < str(before))


_NARROWS: Mapping[str, Callable[[object, object], bool]] = {
    "state": _lower,
    "marking": _stricter,
    "embargo_until": _later,
    "expires_at": _sooner,
}


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}

"""The log outside the store: its entries as JSON lines, and whether their chain holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

import orjson

from graph.errors import InvalidValue
from graph.store.batch import Change, Verdict
from graph.store.log import GENESIS, chained, digest_of

_MOST = 100
_NAMES = frozenset(one.name for one in fields(Change))
_PATCHES = ("patch", "reverse")
_NUMBERS = {"seq", "rev"}


@dataclass(slots=True)
class Chain:
    """Entries read one after the other, from after `seq` with its `hash` on, and what is wrong with them."""

    seq: int = 0
    hash: str = GENESIS
    problems: list[str] = field(default_factory=list[str])
    erased: int = 0

    def read(self, change: Change) -> None:
        if change.seq != self.seq + 1:
            self._note(f"The log goes from {self.seq} to {change.seq}.")
        if not (change.patch and change.reverse):
            # An erased patch leaves its digest, so the chain holds without it.
            self.erased += 1
        elif digest_of(change) != change.digest:
            self._note(f"Entry {change.seq} of the log does not match its digest.")
        if chained(self.hash, change.digest) != change.hash:
            self._note(f"Entry {change.seq} of the log does not follow from the one before it.")
        self.seq, self.hash = change.seq, change.hash

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.seq, tuple(self.problems))

    def _note(self, problem: str) -> None:
        if len(self.problems) < _MOST:
            self.problems.append(problem)


def line_of(change: Change, *, patches: bool = True) -> bytes:
    """An entry as a line of canonical JSON; null stands for a patch that was erased, or is left out."""
    told: dict[str, object] = {name: getattr(change, name) for name in _NAMES}
    told |= {name: (told[name] or None) if patches else None for name in _PATCHES}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def entry_in(told: Mapping[str, Any]) -> Change:
    """The entry that a line told; raises InvalidValue where it is none."""
    if strange := _NAMES ^ set(told):
        raise InvalidValue(f"It is no entry of a log: {', '.join(sorted(strange)[:5])} is missing or unknown.")
    for name, value in told.items():
        expected = int if name in _NUMBERS else dict if name in _PATCHES else str
        optional = name in _PATCHES or name == "import_id"
        if not (isinstance(value, expected) or (optional and value is None)):
            raise InvalidValue(f"It is no entry of a log: {name} is no {expected.__name__}.")
    return Change(**cast("dict[str, Any]", {**told, **{name: told[name] or {} for name in _PATCHES}}))

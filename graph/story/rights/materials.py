"""The materials of many assets: a value is made of a row once it is asked for, and what stands alike is judged once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from graph.story.rights.check import Checking
from graph.story.rights.material import Material
from graph.story.rights.reading import Reading, Row, plainly
from graph.story.rights.verdict import Verdict
from graph.story.rows import ids_of

#: By id, with what reads it; the ids of assets come with their type.
_Rows: TypeAlias = Mapping[str, tuple[Reading, Row]]
_NOTHING_KNOWN = Material("", "", (), "")


class Materials(Mapping[str, Material]):
    """By id; most assets of a graph stand under few grants and nothing else, and are never read one by one."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        self._made: dict[str, Material] = {}
        self._first: dict[object, Material] = {}
        self._yes: dict[tuple[Checking, str], Verdict | None] = {}

    def __getitem__(self, id: str) -> Material:
        if id not in self._made:
            reading, row = self._rows[id]
            self._made[id] = reading.asset(row) if id.startswith("asset:") else reading.media(row)
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id: object) -> bool:
        return id in self._rows

    def __or__(self, others: "Materials") -> "Materials":
        return Materials({**self._rows, **others._rows})

    def like(self, id: str) -> Material:
        """What stands under the same grants, itself where it stands under more than that.

        The same uses are allowed of both, with the same duties; why one is not allowed names each by itself.
        """
        reading, row = self._rows[id]
        grants = plainly(row) if id.startswith("asset:") else None
        if grants is None:
            return self[id]
        key = reading, grants
        if key not in self._first:
            self._first[key] = self[id]
        return self._first[key]

    def standing(self, id: str, checking: Checking) -> Verdict:
        """The verdict as plans need it: with reasons where it is a no, and without where it is a yes."""
        if id not in self:
            return checking.verdict(_NOTHING_KNOWN)
        like = self.like(id)
        key = checking, like.id
        if key not in self._yes:
            self._yes[key] = checking.yes(like)
        return self._yes[key] or checking.verdict(self[id])


class Grouped(Mapping[str, Material]):
    """By id, the first of the assets that stand under the same grants and nothing else; any other stands for itself.

    The same uses are allowed of both. `plain` are rows of those that stand under grants alone, with these by their ids;
    they were read without names, which `named` is told.
    """

    def __init__(self, reading: Reading, plain: Iterable[Row], others: Iterable[Row]) -> None:
        self._reading = reading
        self._plain = {str(row["id"]): row for row in plain}
        self._of = {str(row["id"]): reading.asset(row) for row in others}
        first: dict[tuple[str, ...], Material] = {}
        for id, row in self._plain.items():
            grants = ids_of(row["rights"])
            if grants not in first:
                first[grants] = reading.under_grants(row)
            self._of[id] = first[grants]

    def __getitem__(self, id: str) -> Material:
        return self._of[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def named(self, id: str, label: str, keeper: str) -> Material:
        """An asset itself, of which more than whether a use is allowed may be asked."""
        row = self._plain.get(id)
        return self._of[id] if row is None else self._reading.under_grants(row, label, keeper)
